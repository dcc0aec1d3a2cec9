"""Who received and sent on: found without being told where to look, and by no other rule than is stated."""

import math

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis import cases, conduits, names, reconcile
from analysis.errors import InputError
from analysis.paths import PROCESSED
from analysis.tables import read_processed, typed

SUMS = [f"{side}_{end}" for side in ("received", "sent") for end in ("low", "best", "high")]
CELLS = [*SUMS, "first_year", "last_year", "suppliers", "recipients"]


def table(*rows: tuple) -> pd.DataFrame:
    """Flows of (supplier, recipient, year, count or (low, high), item); a count of None is undisclosed."""
    made = []
    for place, (supplier, recipient, year, count, *item) in enumerate(rows, start=1):
        low, high = count if isinstance(count, tuple) else (count, count)
        ends = {"supplier": supplier, "recipient": recipient, "item": (*item, "tank")[0], "unit": "piece", "year": year}
        best = low if low == high else None
        made.append({**ends, "low": low, "high": high, "best": best, "statements": f"T{place}"})
    return typed(pd.DataFrame(made, columns=[*ends, "low", "high", "best", "statements"] if made else None), "flows")


def committed() -> dict[str, pd.DataFrame]:
    """Flows of every published case, the ids of each case's statements made its own."""
    found = {}
    for number, case in enumerate(cases.published()):
        flows = read_processed(PROCESSED / case / "flows.csv", "flows")
        found[case] = flows.assign(statements=flows["statements"].str.replace("T", f"{'ABC'[number]}"))
    return found


def parties(found: pd.DataFrame) -> list[str]:
    return list(found["party"])


def test_bulgaria_received_240_launchers_and_sent_216_on():
    (row,) = conduits.conduits(committed()["belarus-bulgaria-2015"]).to_dict("records")
    assert (row["party"], row["item"]) == ("BGR", "konkurs-launcher")
    assert (row["received_best"], row["sent_best"], row["share"], row["exactness"]) == (240, 216, 0.9, 0.9)
    assert (row["suppliers"], row["recipients"], row["first_year"], row["last_year"]) == ("BLR", "SAU USA", 2015, 2015)


def test_hubs_are_found_in_all_cases_together():
    flows = pd.concat(committed().values(), ignore_index=True)
    found = conduits.conduits(flows)
    assert list(zip(found["party"], found["item"], strict=True)) == [
        ("BGR", "konkurs-launcher"),  # 216 of 240
        ("BGR", "howitzer-122mm"),  # in 64 + 11, out 64 + 64: 75 can have passed
        ("CZE", "howitzer-122mm"),  # 64, and 64
    ]
    exact = conduits.conduits(flows, rank_by="exactness")
    assert list(exact["exactness"].round(3)) == [1, 0.9, 0.586]  # 64/64, 216/240, 75/128
    assert parties(conduits.conduits(flows, rank_by="share")) == ["BGR", "CZE", "BGR"]  # all, all of less, nine tenths


def test_a_lot_that_may_be_reported_twice_is_left_out_of_the_least_once():
    flows = committed()["serbia-bulgaria-ethiopia-2012"]
    bulgaria, czechia = conduits.conduits(flows, doubled=reconcile.double_counts(flows)).to_dict("records")
    assert (bulgaria["sent_low"], bulgaria["sent_high"]) == (64, 128)
    assert pd.isna(bulgaria["sent_best"]) and pd.isna(bulgaria["share"]) and pd.isna(bulgaria["exactness"])
    assert (czechia["received_best"], czechia["sent_best"], czechia["exactness"]) == (64, 64, 1)


def test_only_what_moved_within_the_window_counts():
    flows = table(("A", "B", 2010, 10), ("B", "C", 2013, 4), ("B", "C", 2009, 7))
    assert conduits.conduits(flows).empty  # 2013 is three years after 2010; 2009 is before
    (row,) = conduits.conduits(flows, within_years=3).to_dict("records")
    assert (row["received_best"], row["sent_best"], row["first_year"], row["last_year"]) == (10, 4, 2010, 2013)


def test_goods_that_went_back_to_who_sent_them_make_no_conduit():
    back = (("A", "B", 2010, 10), ("B", "A", 2011, 10))
    assert conduits.conduits(table(*back)).empty
    (row,) = conduits.conduits(table(*back, ("C", "B", 2010, 3))).to_dict("records")
    assert (row["suppliers"], row["recipients"], row["received_best"], row["sent_best"]) == ("C", "A", 3, 10)


def test_an_unknown_party_is_no_hub_but_may_stand_at_an_end():
    assert {"XXX", "XXM", "XXN"} <= set(names.not_one_party())
    flows = table(("A", "XXX", 2010, 10), ("XXX", "B", 2010, 10), ("B", "C", 2010, 10))
    (row,) = conduits.conduits(flows).to_dict("records")
    assert (row["party"], row["suppliers"]) == ("B", "XXX")


def test_a_span_narrows_a_flow_without_a_year():
    flows = table(("A", "B", None, 10), ("B", "C", 2000, 10))
    assert parties(conduits.conduits(flows)) == ["B"]
    deal = {"supplier": "A", "recipient": "B", "item": "tank", "unit": "piece"}
    late = typed(pd.DataFrame([{**deal, "first_year": 2003, "last_year": 2006}]), "statements")
    assert conduits.conduits(flows, spans=conduits.spans(late)).empty
    early = typed(pd.DataFrame([{**deal, "first_year": 1996, "last_year": 1998}]), "statements")
    (row,) = conduits.conduits(flows, spans=conduits.spans(early)).to_dict("records")
    assert (row["first_year"], row["last_year"]) == (1996, 2000)
    unbounded = typed(pd.DataFrame([deal]), "statements")  # of the same flow: it can be of any year after all
    assert conduits.spans(pd.concat([late, unbounded])).empty


def test_an_undisclosed_count_leaves_its_side_open():
    flows = table(("A", "B", 2010, 10), ("A", "B", 2011, None), ("B", "C", 2011, None))
    (row,) = conduits.conduits(flows).to_dict("records")
    assert row["received_low"] == 10
    assert all(pd.isna(row[name]) for name in ("received_best", "received_high", "sent_low", "sent_best", "share"))
    assert len(conduits.conduits(flows, least=1000, share=2)) == 1  # it can have been as many
    assert conduits.conduits(table(("A", "B", 2010, 10), ("B", "C", 2010, None)), least=11).empty  # no more than 10


def test_thresholds_and_top_leave_the_ranks_of_what_is_listed():
    flows = table(("A", "B", 2010, 10), ("B", "C", 2010, 9), ("C", "D", 2010, 2))
    assert parties(conduits.conduits(flows, least=3)) == ["B"]
    assert parties(conduits.conduits(flows, share=0.3)) == ["B"]  # C: 2 of 9
    assert parties(conduits.conduits(flows, top=1)) == ["B"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [({"within_years": -1}, "not negative"), ({"rank_by": "quantities"}, "did you mean 'quantity'")],
)
def test_what_cannot_be_asked_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        conduits.conduits(table(), **asked)


def test_years_too_far_apart_are_refused():
    with pytest.raises(InputError, match="from 215 to 2015"):
        conduits.conduits(table(("A", "B", 215, 1), ("B", "C", 2015, 1)))


def test_a_table_of_nothing_has_no_conduits():
    assert conduits.conduits(table()).empty


COUNTS = st.one_of(st.integers(0, 9), st.none(), st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(6, 9))))
KEYS = st.tuples(st.sampled_from(["A", "B", "C", "D", "XXX"]), st.sampled_from(["A", "B", "C", "D", "XXX"]),
                 st.one_of(st.none(), st.integers(2010, 2016)))  # fmt: skip
ROWS = st.dictionaries(KEYS, COUNTS, max_size=9).map(lambda found: [(*key, count) for key, count in found.items()])
SPANS = st.dictionaries(
    KEYS.map(lambda key: key[:2]), st.tuples(st.integers(2009, 2017), st.integers(0, 3)), max_size=6
)


def by_hand(rows: list[tuple], spans: dict, within_years: int) -> dict:
    """The definition as the docstring words it, movement by movement: by party, its suppliers, recipients and sums."""

    def years(supplier, recipient, year):
        first, more = spans.get((supplier, recipient), (None, None))
        first, last = (-math.inf, math.inf) if first is None else (first, first + more)
        return (first, last) if year is None else (year, year)

    moved = [row for row in rows if row[0] != row[1] and row[3] not in (0, (0, 0))]
    pairs = []
    for first in moved:
        for second in moved:
            start, end = years(*first[:3])
            earliest, latest = years(*second[:3])
            fits = latest >= start and earliest <= end + within_years
            if first[1] == second[0] != "XXX" and first[0] != second[1] and fits:
                pairs.append((first, second))
    found = {}
    for party in {first[1] for first, _ in pairs}:
        mine = [pair for pair in pairs if pair[0][1] == party]
        sides = [{pair[side] for pair in mine} for side in (0, 1)]
        ends = [years(*row[:3])[0] for row in sides[0]], [years(*row[:3])[1] for row in sides[1]]
        known = [[year for year in side if not math.isinf(year)] for side in ends]
        found[party] = (
            *summed([row[3] for row in sides[0]]),
            *summed([row[3] for row in sides[1]]),
            min(known[0], default=None),
            max(known[1], default=None),
            " ".join(sorted({row[0] for row in sides[0]})),
            " ".join(sorted({row[1] for row in sides[1]})),
        )
    return found


def summed(counts: list) -> tuple:
    """Least, best and most of a sum."""
    ends = [count if isinstance(count, tuple) else (count, count) for count in counts]
    lows, highs = [low for low, _ in ends if low is not None], [high for _, high in ends]
    high = None if None in highs else sum(highs)
    best = high if high is not None and high == sum(lows) and len(lows) == len(ends) else None
    exact = all(low == high for low, high in ends)
    return sum(lows) if lows else None, best if exact else None, high


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.lists(st.tuples(ROWS, SPANS), min_size=12, max_size=12), st.integers(0, 3), st.integers(0, 9))
def test_it_is_what_the_definition_says_whatever_the_order_of_rows(networks, within_years, seed):
    flows = table(*((*row, f"item-{number}") for number, (rows, _) in enumerate(networks) for row in rows))
    deals = [
        (*pair, f"item-{number}", "piece", first, first + more)
        for number, (_, spans) in enumerate(networks)
        for pair, (first, more) in spans.items()
    ]
    ends = dict.fromkeys(["first_year", "last_year"], "Int64")
    spanned = pd.DataFrame(deals, columns=[*conduits.PAIR, *ends]).astype(ends)
    found = conduits.conduits(flows, within_years, least=0, spans=spanned)
    cells = found.astype("object").where(found.notna(), None)
    rows_found = {(row["item"], row["party"]): tuple(row[name] for name in CELLS) for row in cells.to_dict("records")}
    assert rows_found == {
        (f"item-{number}", party): row
        for number, (rows, spans) in enumerate(networks)
        for party, row in by_hand(rows, spans, within_years).items()
    }
    shuffled = flows.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(conduits.conduits(shuffled, within_years, least=0, spans=spanned), found)
