"""One lot reported along two routes: when it is flagged, and what it leaves of each party's sums."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import evidence, prose, reconcile
from analysis.errors import InputError
from analysis.tables import typed

# What states filed for 2012: Serbia to Bulgaria 64, Bulgaria to Ethiopia 64, Bulgaria to Czechia 64, Czechia to
# Ethiopia 64, Poland to Bulgaria 11.
FILED = [("SRB", "BGR", 64), ("BGR", "ETH", 64), ("BGR", "CZE", 64), ("CZE", "ETH", 64), ("POL", "BGR", 11)]


def flows_of(rows: list[tuple]) -> pd.DataFrame:
    """Flows of (supplier, recipient, count or (low, high), year): year 2012 where it is left out."""
    base = {"source_id": "S1", "item": "tank", "unit": "piece", "role": "third"}
    statements = []
    for place, (supplier, recipient, count, *year) in enumerate(rows, start=1):
        low, high = count if isinstance(count, tuple) else (count, count)
        row = {"statement_id": f"T{place}", "locator": str(place), "supplier": supplier, "recipient": recipient}
        statements.append({**base, **row, "low": low, "high": high, "year": year[0] if year else 2012})
    return reconcile.flows(typed(pd.DataFrame(statements), "transfers"), lag_years=0)


def both(rows: list[tuple], lag_years: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    flows = flows_of(rows)
    doubled = reconcile.double_counts(flows, lag_years)
    return doubled, reconcile.balances(flows, doubled).set_index("party")


def ends(balances: pd.DataFrame, party: str, side: str) -> tuple[int, int]:
    return tuple(balances.loc[party, [f"{side}_low", f"{side}_high"]])


def test_a_lot_reported_along_two_routes_is_flagged():
    doubled, _ = both(FILED)
    assert doubled.values.tolist() == [
        ["BGR", "CZE", "ETH", "tank", "piece", 2012, 64, 64, "T2", "T3 T4", "T2 T3 T4"]
    ]  # fmt: skip


def test_what_may_be_one_lot_counts_once_at_least_and_twice_at_most():
    _, balances = both(FILED)
    assert ends(balances, "ETH", "received") == (64, 64 + 64)
    assert ends(balances, "BGR", "sent") == (64, 64 + 64)
    assert ends(balances, "BGR", "received") == (64 + 11, 64 + 11)
    assert ends(balances, "BGR", "unaccounted") == (75 - 128, 75 - 64)
    assert balances.loc["ETH", "received_best"] is pd.NA
    assert balances.loc["BGR", ["sent_best", "share_sent_on"]].isna().all()
    # Bulgaria got 75; it must have held stock of its own only if it sent 128, and it may have sent 64.
    assert balances.loc["BGR", ["status", "required_stock"]].tolist() == ["undetermined", 0]
    assert balances.loc["CZE", ["status", "received_best", "sent_best"]].tolist() == ["balanced", 64, 64]
    assert balances.loc["ETH", "received_statements"] == "T2 T3 T4"  # the least rests on the first leg too
    assert balances.loc["BGR", "sent_statements"] == "T2 T3 T4"


def test_without_double_counts_nothing_changes():
    flows = flows_of(FILED)
    plain = reconcile.balances(flows)
    assert plain.set_index("party").loc["ETH", ["received_low", "received_best"]].tolist() == [128, 128]
    none = reconcile.double_counts(flows_of(FILED[:2]))
    assert none.empty
    pd.testing.assert_frame_equal(reconcile.balances(flows, none), plain)


def test_flows_stay_as_reported():
    flows = flows_of(FILED)
    before = flows.copy()
    reconcile.balances(flows, reconcile.double_counts(flows))
    pd.testing.assert_frame_equal(flows, before)


@pytest.mark.parametrize(
    ("rows", "flagged"),
    [
        ([("A", "R", 64), ("A", "B", 64), ("B", "R", 63)], None),  # no count in common
        ([("A", "R", (60, 70)), ("A", "B", (65, 90)), ("B", "R", (50, 66))], (65, 66)),
        ([("A", "R", (60, None)), ("A", "B", (65, None)), ("B", "R", (50, None))], (65, None)),
        ([("A", "R", 64), ("A", "B", (None, None)), ("B", "R", 64)], None),  # a count that nobody gives
        ([("A", "R", 0), ("A", "B", 0), ("B", "R", 0)], None),  # nothing is no lot
        ([("A", "R", 64, 2011), ("A", "B", 64, 2012), ("B", "R", 64, 2012)], (64, 64)),
        ([("A", "R", 64, 2013), ("A", "B", 64, 2012), ("B", "R", 64, 2012)], (64, 64)),
        ([("A", "R", 64, 2010), ("A", "B", 64, 2012), ("B", "R", 64, 2012)], None),
        ([("A", "R", 64, 2012), ("A", "B", 64, 2011), ("B", "R", 64, 2013)], None),  # the legs are two years apart
        ([("A", "R", 64, None), ("A", "B", 64, 2011), ("B", "R", 64, 2012)], (64, 64)),  # undated: any year
        ([("A", "R", 64), ("A", "B", 64), ("B", "C", 64), ("C", "R", 64)], None),  # two stops are not looked for
    ],
)
def test_what_is_flagged(rows, flagged):
    doubled = reconcile.double_counts(flows_of(rows))
    found = [(row.low, None if pd.isna(row.high) else row.high) for row in doubled.itertuples()]
    assert found == ([flagged] if flagged else [])


def test_units_and_items_are_apart_however_alike_their_lots():
    """One statement may give several flows: of the lots it names, only those of one item and unit are one lot."""
    flows = flows_of([("A", "R", 64), ("A", "B", 64), ("B", "R", 64)])
    alike = [
        flows,
        flows.assign(unit="set", low=10, best=10, high=10),
        flows.assign(item="gun", low=7, best=7, high=None),
    ]
    together = typed(pd.concat(alike), "flows").assign(statements=lambda frame: frame["statements"])
    doubled = reconcile.double_counts(together)
    assert doubled[["item", "unit", "low", "high"]].values.tolist() == [
        ["gun", "piece", 7, pd.NA], ["tank", "piece", 64, 64], ["tank", "set", 10, 10],
    ]  # fmt: skip
    found = reconcile.balances(together, doubled).set_index(["party", "item", "unit"])
    for item, unit, count, high in (("gun", "piece", 7, pd.NA), ("tank", "piece", 64, 128), ("tank", "set", 10, 20)):
        assert found.loc[("R", item, unit), ["received_low", "received_high"]].tolist() == [count, high]
        assert found.loc[("A", item, unit), ["sent_low", "sent_high"]].tolist() == [count, high]
        assert found.loc[("B", item, unit), ["received_low", "sent_low"]].tolist() == [count, count]


def test_another_item_is_another_lot():
    frame = flows_of([("A", "R", 64), ("A", "B", 64), ("B", "R", 64)])
    frame.loc[frame["recipient"] == "B", "item"] = "gun"
    assert reconcile.double_counts(frame).empty


def test_the_lag_decides_how_far_apart_reports_may_be():
    rows = [("A", "R", 64, 2010), ("A", "B", 64, 2012), ("B", "R", 64, 2012)]
    assert len(both(rows, lag_years=2)[0]) == 1
    with pytest.raises(InputError, match="lag_years=-1: a number of years is not negative"):
        reconcile.double_counts(flows_of(rows), lag_years=-1)


SUMS = {  # rows, then the least and the most that R received, and that A sent
    "several detours for one direct movement": (
        [("A", "R", 64), ("A", "B", 64), ("B", "R", 64), ("A", "C", 64), ("C", "R", 64)],
        (3 * 64 - 64, 3 * 64),
        (3 * 64 - 64, 3 * 64),
    ),
    "two direct movements, one detour": (
        [("A", "R", 64, 2012), ("A", "R", 64, 2013), ("A", "B", 64), ("B", "R", 64)],
        (3 * 64 - 64, 3 * 64),
        (3 * 64 - 64, 3 * 64),
    ),
    "two direct movements, one can only go by the leg that the other can do without": (
        [("A", "R", 64), ("A", "B", 64), ("B", "R", 64), ("A", "C", 64), ("C", "R", 64), ("A", "R", 64, 2013)],
        (4 * 64 - 2 * 64, 4 * 64),
        (4 * 64 - 2 * 64, 4 * 64),
    ),
    "two legs in, but one out": (
        [("A", "R", 64, 2012), ("A", "R", 64, 2013), ("A", "B", 64, 2012), ("A", "B", 64, 2013), ("B", "R", 64, 2012)],
        (3 * 64 - 64, 3 * 64),
        (4 * 64 - 64, 4 * 64),
    ),
    "one leg in, but two out": (
        [("A", "R", 64, 2012), ("A", "R", 64, 2013), ("A", "B", 64, 2012), ("B", "R", 64, 2012), ("B", "R", 64, 2013)],
        (4 * 64 - 64, 4 * 64),
        (3 * 64 - 64, 3 * 64),
    ),
    "by way of one, and by way of the other: one lot is left": (
        [("B", "R", 64), ("C", "R", 64), ("B", "C", 64), ("C", "B", 64), ("A", "R", 100)],
        (100 + 64, 100 + 2 * 64),
        (100, 100),
    ),
    "a leg that may itself be a detour": (
        [("A", "R", 64), ("B", "R", 64), ("C", "R", 64), ("A", "B", 64), ("B", "C", 64), ("A", "C", 64)],
        (64, 3 * 64),
        (64, 3 * 64),
    ),
    "intervals: no lot is larger than the route that brought less": (
        [("A", "R", (60, 70)), ("A", "B", (65, 90)), ("B", "R", (50, 66))],
        (60, 70 + 66),  # at least 60 came directly, and the 50 or more of the other route may be of them
        (65, 70 + 90),
    ),
    "what else came is not touched": (
        [("A", "R", 64), ("A", "B", 64), ("B", "R", 64), ("D", "R", 5), ("A", "R", 9, 2000)],
        (64 + 5 + 9, 2 * 64 + 5 + 9),
        (64 + 9, 2 * 64 + 9),
    ),
}


@pytest.mark.parametrize("name", SUMS)
def test_each_movement_is_left_out_once_at_most(name):
    rows, received, sent = SUMS[name]
    _, balances = both(rows)
    assert ends(balances, "R", "received") == received
    assert ends(balances, "A", "sent") == sent


def test_two_senders_cannot_both_have_used_one_leg():
    rows = [("A", "R", 64), ("D", "R", 64), ("A", "B", 64), ("D", "B", 64), ("B", "R", 64)]
    _, balances = both(rows)
    assert ends(balances, "R", "received") == (2 * 64, 3 * 64)
    assert [ends(balances, party, "sent") for party in "AD"] == [(64, 128), (64, 128)]


def test_stock_is_needed_only_for_what_was_sent_for_certain():
    # A sent 30 in 2005 with nothing in. It got 80 in 2012 and sent 64 on directly, then 64 by way of B, maybe the same.
    rows = [
        ("A", "D", 30, 2005),
        ("X", "A", 80, 2012),
        ("A", "R", 64, 2012),
        ("A", "B", 64, 2013),
        ("B", "R", 64, 2013),
    ]
    flows = flows_of(rows)
    doubled = reconcile.double_counts(flows)
    assert reconcile.balances(flows, doubled).set_index("party").loc["A", "required_stock"] == 30
    assert reconcile.balances(flows).set_index("party").loc["A", "required_stock"] == 30 + 2 * 64 - 80


def test_several_lots_of_one_year_may_each_be_one():
    # A got 30 and sent 10 and 20, each straight and by a detour: 30 at least, for which it needed no stock.
    rows = [
        ("X", "A", 30),
        ("A", "R", 10),
        ("A", "B", 10),
        ("B", "R", 10),
        ("A", "S", 20),
        ("A", "C", 20),
        ("C", "S", 20),
    ]
    doubled, balances = both(rows)
    assert doubled[["via", "low"]].values.tolist() == [["B", 10], ["C", 20]]
    assert balances.loc["A", ["sent_low", "sent_high", "required_stock"]].tolist() == [30, 60, 0]


PARTIES = "ABCR"
ROWS = st.lists(
    st.sampled_from(
        [
            (*pair, count, year)
            for pair in itertools.permutations(PARTIES, 2)
            for count in (1, 2)
            for year in (2012, 2013)
        ]
    ),
    min_size=5,
    max_size=8,
    unique_by=lambda row: (row[0], row[1], row[3]),
)


def as_flows(rows: list[tuple]) -> pd.DataFrame:
    """The same without statements to combine."""
    frame = pd.DataFrame(rows, columns=["supplier", "recipient", "low", "year"])
    frame = frame.assign(item="tank", unit="piece", best=frame["low"], high=frame["low"])
    return typed(frame.assign(statements=[f"T{place}" for place in range(len(rows))]), "flows")


@settings(max_examples=6, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 2**32 - 1))
def test_neither_order_nor_names_matter(rows, seed):
    flows = as_flows(rows)
    doubled = reconcile.double_counts(flows)
    balances = reconcile.balances(flows, doubled)
    shuffled = flows.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(reconcile.double_counts(shuffled), doubled)
    pd.testing.assert_frame_equal(reconcile.balances(shuffled, doubled.sample(frac=1, random_state=seed)), balances)
    codes = dict(zip(PARTIES, "ZXYW", strict=True))
    names = ["supplier", "via", "recipient"]
    renamed = flows.replace({"supplier": codes, "recipient": codes})
    again = reconcile.double_counts(renamed)
    wanted = doubled.replace(dict.fromkeys(names, codes)).sort_values([*names, "year"], ignore_index=True)
    pd.testing.assert_frame_equal(again, wanted)
    wanted = balances.replace({"party": codes}).sort_values("party", ignore_index=True)
    pd.testing.assert_frame_equal(reconcile.balances(renamed, again), wanted)


@settings(max_examples=20, deadline=None)
@given(rows=ROWS)
def test_the_least_is_no_more_than_any_reading_and_no_less_than_any_lot(rows):
    flows = as_flows(rows)
    doubled = reconcile.double_counts(flows)
    balances = reconcile.balances(flows, doubled).set_index("party")
    for party in balances.index:
        for side, column in (("received", "recipient"), ("sent", "supplier")):
            lots = flows.loc[flows[column] == party, "low"]
            if len(lots):
                low, high = ends(balances, party, side)
                assert high == sum(lots)
                assert max(lots) <= low <= high - most_left_out(rows, party, side)


def most_left_out(rows: list[tuple], party: str, side: str) -> int:
    """The largest sum of direct movements that can each be one lot with a detour of its own; by trying every choice."""
    end, leg = (1, 1) if side == "received" else (0, 0)
    choices = []
    for direct in [row for row in rows if row[end] == party]:
        pairs = [
            (one, two)
            for one, two in itertools.product(rows, rows)
            if (one[0], one[1], two[1]) == (direct[0], two[0], direct[1])
            and one[2] == two[2] == direct[2]
            and one[1] not in direct[:2]
        ]
        choices.append([None, *((direct, *pair) for pair in pairs)])
    best = 0
    for choice in itertools.product(*choices):
        taken = [lot for lot in choice if lot]
        firsts, seconds = [lot[1] for lot in taken], [lot[2] for lot in taken]
        stands_for = {lot[0]: lot[2 if leg else 1] for lot in taken}
        if len({*firsts}) == len(firsts) and len({*seconds}) == len(seconds) and not _loops(stands_for):
            best = max(best, sum(lot[0][2] for lot in taken))
    return best


def _loops(stands_for: dict[tuple, tuple]) -> bool:
    """Whether movements stand for one another in a ring, so that none of them would be left."""
    for start in list(stands_for):
        seen, at = set(), start
        while at in stands_for and at not in seen:
            seen.add(at)
            at = stands_for[at]
        if at in seen:
            return True
    return False


def test_the_sentence_names_both_routes_and_their_statements():
    doubled, _ = both(FILED)
    assert prose.double_counted(doubled) == [
        "Bulgaria → Ethiopia (T2) and Bulgaria → Czechia → Ethiopia (T3, T4) may be one lot of 64 tank, reported along "
        "two routes: the least that Ethiopia received counts it once, the most counts it twice; "
        "what Czechia received and sent is given as reported."
    ]
    assert prose.double_counted(doubled.iloc[:0]) == []


def test_a_possible_double_count_is_inferred_evidence(transfers):
    doubled, balances = both(FILED)
    tables = {name: typed(pd.DataFrame(), name) for name in ("amounts", "events")}
    tables |= {"transfers": transfers(), "balances": balances.reset_index(), "double_counts": doubled}
    claims = evidence.evidence(tables, "ETH").set_index("id")
    row = claims.loc["BGR,CZE,ETH,tank,2012"]
    assert row["basis"] == "inferred"
    assert row["claim"] == "Bulgaria to Ethiopia, and by way of Czechia: may be one lot of 64 tank"
    assert row["statements"] == "T2 T3 T4"
    assert "BGR,CZE,ETH,tank,2012" not in evidence.evidence(tables, "SRB")["id"].tolist()


def test_a_leg_without_an_upper_limit_in_one_year_limits_nothing(transfers):
    """All 40 that went straight may be the 40 by way of BBB: in 2014 it got 10 or more, with no limit known."""
    legs = [("AAA", "CCC", 20, 20), ("AAA", "BBB", 10, None), ("BBB", "CCC", 20, 20)]
    legs += [("AAA", "CCC", 20, 20), ("AAA", "BBB", 20, 20), ("BBB", "CCC", 20, 20)]
    rows = [
        {"supplier": supplier, "recipient": recipient, "low": low, "high": high, "year": 2014 + place // 3}
        for place, (supplier, recipient, low, high) in enumerate(legs)
    ]
    flows = reconcile.flows(transfers(*rows))
    balances = reconcile.balances(flows, reconcile.double_counts(flows)).set_index("party")
    assert balances.loc["CCC", ["received_low", "received_high"]].tolist() == [40, 80]


def test_one_leg_cannot_stand_for_two_direct_movements(transfers):
    """AAA sent 30 in all. What went by way of BBB may be the 10 of CCC or the 10 of DDD, not both: at least 20."""
    pairs = [("AAA", "BBB"), ("AAA", "CCC"), ("AAA", "DDD"), ("BBB", "CCC"), ("BBB", "DDD")]
    rows = [{"supplier": supplier, "recipient": recipient, "count": 10} for supplier, recipient in pairs]
    flows = reconcile.flows(transfers(*rows))
    balances = reconcile.balances(flows, reconcile.double_counts(flows)).set_index("party")
    assert balances.loc["AAA", ["sent_low", "sent_high"]].tolist() == [20, 30]


@pytest.mark.parametrize(("sent", "status"), [(9, "unaccounted"), (11, "sent more than received"), (10, "balanced")])
def test_one_item_too_few_or_too_many_is_told(transfers, sent, status):
    rows = [
        {"supplier": "AAA", "recipient": "BBB", "count": 10},
        {"supplier": "BBB", "recipient": "CCC", "count": sent},
    ]
    balances = reconcile.balances(reconcile.flows(transfers(*rows))).set_index("party")
    assert balances.loc["BBB", "status"] == status
