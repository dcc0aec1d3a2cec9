"""Bounds on origin against the design's numbers, a closed form, brute force over all assignments, and each other."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from analysis import store
from analysis.origins import bounds_of_jobs, break_evens, origin_bounds
from analysis.paths import PUBLISHED
from analysis.tables import typed

CASE = "belarus-bulgaria-2015"


def flows(*rows: tuple) -> pd.DataFrame:
    """(supplier, recipient, year, low[, high]) → flows of one item."""
    table = [
        {"supplier": row[0], "recipient": row[1], "year": row[2], "low": row[3], "high": row[-1], "best": row[3],
         "item": "tank", "unit": "piece", "statements": f"T{place}"}
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return typed(pd.DataFrame(table), "flows")


def bound(found: pd.DataFrame, supplier: str, recipient: str, item: str = "tank", year: int | None = None) -> tuple:
    rows = found[(found["supplier"] == supplier) & (found["recipient"] == recipient) & (found["item"] == item)]
    rows = rows if year is None else rows[rows["year"] == year]
    assert len(rows) == 1
    return int(rows.iloc[0]["least"]), int(rows.iloc[0]["most"])


GOLDEN = {  # Bulgaria's own stock: what of Belarus must and can have reached the US, Saudi Arabia, both together
    0: ((136, 136), (80, 80), (216, 216)),
    24: ((112, 136), (56, 80), (192, 216)),
    60: ((76, 136), (20, 80), (156, 216)),
    136: ((0, 136), (0, 80), (80, 216)),
    216: ((0, 136), (0, 80), (0, 216)),
}


@pytest.mark.parametrize("stock", GOLDEN)
def test_the_published_case(stock):
    table = store.load(CASE, PUBLISHED, "flows")["flows"]
    found = origin_bounds(table, "BLR", stock)
    ends = [bound(found, "BGR", recipient, "konkurs-launcher") for recipient in ("USA", "SAU", "*")]
    assert tuple(ends) == GOLDEN[stock]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.lists(st.integers(0, 30), min_size=1, max_size=4), st.integers(0, 60))
def test_one_hub_has_a_closed_form(inflow, others, sent, stock):
    rows = [("ORI", "HUB", 1, inflow), ("OTH", "HUB", 1, others)] + [("HUB", f"R{n}", 1, q) for n, q in enumerate(sent)]
    found = origin_bounds(flows(*rows), "ORI", {"HUB": stock})
    own = max(stock, sum(sent) - inflow - others) + others
    for number, quantity in enumerate(sent):
        assert bound(found, "HUB", f"R{number}") == (max(0, quantity - own), min(inflow, quantity))
    assert bound(found, "HUB", "*") == (max(0, sum(sent) - own), min(inflow, sum(sent)))


def sums(rows: list[tuple]) -> list[list[int]]:
    """What the rows of `origins` sum up: each shipment, all that reached a recipient, all that a party sent."""
    groups = [[place] for place in range(len(rows))]
    for end in (1, 0):
        parties = sorted({row[end] for row in rows} - {"O"})
        groups += [[place for place, row in enumerate(rows) if row[end] == party] for party in parties]
    return groups


def brute_force(rows: list[tuple], stock: dict[str, int]) -> list[tuple[int, int]]:
    """Least and most of every sum over every order within years that needs the least stock, and every assignment."""
    orders = [
        order for order in itertools.permutations(range(len(rows)))
        if all(rows[a][2] <= rows[b][2] for a, b in itertools.pairwise(order))
    ]  # fmt: skip
    needs = [needed(rows, order, stock) for order in orders]
    least = min(sum(need.values()) for need in needs)
    groups = sums(rows)
    ends = [(math.inf, -math.inf)] * len(groups)
    for order, need in zip(orders, needs, strict=True):
        if sum(need.values()) > least:
            continue
        ranges = [[row[3]] if row[0] == "O" else range(row[3] + 1) for row in rows]
        for carried in itertools.product(*ranges):
            if holds(rows, order, need, carried):
                totals = [sum(carried[place] for place in group) for group in groups]
                ends = [(min(low, y), max(high, y)) for (low, high), y in zip(ends, totals, strict=True)]
    return ends


def needed(rows, order, stock) -> dict[str, int]:
    need, held = dict(stock), dict.fromkeys(stock, 0)
    for place in order:
        supplier, recipient, _, quantity = rows[place]
        if supplier != "O":
            held[supplier] -= quantity
            need[supplier] = max(need[supplier], -held[supplier])
        if recipient != "O":
            held[recipient] += quantity
    return need


def holds(rows, order, need, carried) -> bool:
    origin, other = dict.fromkeys(need, 0), dict(need)
    for place in order:
        supplier, recipient, _, quantity = rows[place]
        if supplier != "O":
            origin[supplier] -= carried[place]
            other[supplier] -= quantity - carried[place]
            if origin[supplier] < 0 or other[supplier] < 0:
                return False
        if recipient != "O":
            origin[recipient] += carried[place]
            other[recipient] += quantity - carried[place]
    return True


PAIRS = [(a, b) for a in "OABC" for b in "OABC" if a != b]
SHIPMENT = st.tuples(st.sampled_from(PAIRS), st.integers(1, 2), st.integers(1, 3))
NETWORKS = st.lists(SHIPMENT, min_size=1, max_size=5, unique_by=lambda row: row[:2])


@settings(max_examples=150, deadline=None)
@given(NETWORKS, st.fixed_dictionaries(dict.fromkeys("ABC", st.integers(0, 2))))
def test_small_networks_against_brute_force(network, stock):
    rows = [(*pair, year, quantity) for pair, year, quantity in network]
    found = origin_bounds(flows(*rows), "O", stock)
    ends = [(int(low), int(high)) for low, high in found[["least", "most"]].values]
    assert ends == brute_force(rows, stock)
    assert (found["method"] == "exact").all()


def test_goods_of_the_origin_travel_many_hops():
    found = origin_bounds(flows(("O", "A", 1, 9), ("A", "B", 2, 8), ("B", "C", 3, 7)), "O", {"B": 4})
    assert bound(found, "A", "B") == (8, 8)
    assert bound(found, "B", "C") == (3, 7)  # of 7, at most 4 are B's own


def test_shipments_move_forward_in_time():
    found = origin_bounds(flows(("A", "B", 1, 5), ("O", "A", 2, 9)), "O", 0)
    assert bound(found, "A", "B") == (0, 0)  # it left before anything of the origin came
    assert found.set_index(["supplier", "recipient"]).loc[("A", "B"), ["given_stock", "opening_stock"]].tolist() == [
        0,
        5,
    ]


def test_a_loop_within_a_year_conjures_nothing():
    found = origin_bounds(flows(("A", "B", 1, 10), ("B", "A", 1, 10), ("A", "C", 1, 10)), "O", 0)
    assert set(found["most"]) == {0}
    seeded = origin_bounds(flows(("O", "A", 1, 1), ("A", "B", 1, 10), ("B", "A", 1, 10)), "O", 10)
    assert bound(seeded, "A", "B") == (0, 1)
    assert bound(seeded, "B", "A") == (0, 1)


def test_too_many_orders_give_outer_bounds_that_hold():
    ring = [(f"P{a}", f"P{b}", 1, 5) for a, b in itertools.permutations(range(4), 2)]
    found = origin_bounds(flows(("O", "P0", 1, 3), *ring), "O", 50)
    assert set(found["method"]) == {"outer"}
    assert found["least"].max() == 3  # what the origin itself sent
    alone = origin_bounds(flows(*ring), "O", 50)
    assert set(alone["most"]) == {0}


def test_a_producer_may_send_what_it_made():
    found = origin_bounds(flows(("O", "A", 1, 5), ("A", "B", 1, 9)), "O", {"A": math.inf})
    assert bound(found, "A", "B") == (0, 5)


def test_intervals_give_bounds_for_every_count_within():
    found = origin_bounds(flows(("O", "A", 1, 8, 12), ("A", "B", 1, 10, 14)), "O", {"A": 3})
    # least: 8 came, 3 of its own, 10 to 11 sent → 10 − 3; most: 12 came and 12 or more were sent
    assert bound(found, "A", "B") == (7, 12)
    assert set(found["method"]) == {"exact"}


@settings(max_examples=30, deadline=None)
@given(NETWORKS, st.integers(0, 4))
def test_more_opening_stock_never_narrows(network, stock):
    rows = [(*pair, year, quantity) for pair, year, quantity in network]
    less, more = (origin_bounds(flows(*rows), "O", own) for own in (stock, stock + 1))
    assert (more["least"] <= less["least"]).all()
    assert (more["most"] >= less["most"]).all()


def test_many_items_are_solved_together():
    random = np.random.default_rng(1)
    tables = []
    for item in range(50):
        rows = [("O", "A", 1, int(random.integers(1, 99)))]
        rows += [("A", f"R{n}", 1, int(random.integers(1, 99))) for n in range(5)]
        tables.append(flows(*rows).assign(item=f"item-{item:02}"))
    together = origin_bounds(pd.concat(tables), "O", 7)
    apart = pd.concat([origin_bounds(table, "O", 7) for table in tables], ignore_index=True)
    pd.testing.assert_frame_equal(together, apart)


@settings(max_examples=20, deadline=None)
@given(NETWORKS)
@example([(("O", "C"), 1, 1), (("A", "B"), 1, 1), (("B", "C"), 1, 1), (("C", "O"), 1, 1), (("C", "A"), 1, 3)])
def test_break_even_is_the_first_stock_at_which_none_need_be_of_the_origin(network):
    rows = [(*pair, year, quantity) for pair, year, quantity in network]
    top = sum(row[3] for row in rows) + 1
    least = bounds_of_jobs([(flows(*rows), stock) for stock in range(top + 1)], "O")["least"].to_numpy(dtype=int)
    by_row = least.reshape(top + 1, -1).T
    scanned = [next((stock for stock, n in enumerate(row) if n == 0), None) for row in by_row]
    found = break_evens(flows(*rows), "O")["break_even"]
    assert [None if pd.isna(stock) else stock for stock in found] == scanned


def test_break_even_of_the_published_case():
    table = store.load(CASE, PUBLISHED, "flows")["flows"]
    found = break_evens(table, "BLR").set_index(["supplier", "recipient", "item"])["break_even"].sort_index()
    ends = {("BGR", "USA"): 136, ("BGR", "SAU"): 80, ("BGR", "*"): 216, ("*", "USA"): 136, ("*", "SAU"): 80}
    for (supplier, recipient), stock in ends.items():
        assert found[supplier, recipient, "konkurs-launcher"] == stock
    assert found["BLR", "BGR"].isna().all()  # what the origin itself sent is of the origin whatever the stocks
    assert found["*", "BGR"].isna().all()


def test_jobs_in_one_batch_are_jobs_one_by_one():
    shared = flows(("O", "A", 1, 9), ("A", "B", 1, 8), ("B", "A", 1, 3), ("B", "C", 2, 5), ("X", "Y", 1, 2))
    other = flows(("O", "B", 1, 4), ("B", "C", 1, 6, 9))
    jobs = [(shared, 0), (other, 3), (shared, {"A": 2, "B": math.inf}), (shared, 7), (other, {})]
    together = bounds_of_jobs(jobs, "O")
    apart = [origin_bounds(table, "O", stock).assign(job=job) for job, (table, stock) in enumerate(jobs)]
    pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True)[together.columns], check_dtype=False)
    assert together["job"].tolist() == sorted(together["job"])
    assert list(together.columns) == ["job", *apart[0].columns.drop("job")]


def test_no_flows_have_no_bounds():
    assert origin_bounds(flows(("O", "A", 1, 1)).iloc[:0], "O").empty
    assert bounds_of_jobs([], "O").empty
    assert break_evens(flows(("O", "A", 1, 1)).iloc[:0], "O").empty


def test_an_undated_flow_among_dated_ones_may_be_of_any_year():
    """It may have left after the 5 came, though others left before: A sent 4 of 5 and the 6 it held at first."""
    found = origin_bounds(flows(("A", "C", 1, 6), ("O", "A", 2, 5), ("A", "B", None, 4)), "O", 6)
    assert bound(found, "A", "B") == (0, 4)
    assert set(found.loc[found["supplier"] != "O", "method"]) == {"outer"}
    dated = origin_bounds(flows(("A", "C", 1, 6), ("O", "A", 2, 5), ("A", "B", 1, 4)), "O", 6)
    assert bound(dated, "A", "B") == (0, 0)  # in year 1 nothing of O was there yet


def test_intervals_that_need_more_stock_together_than_each_alone():
    """A got 5 to 10 from B and sent 8; B got nothing: it held all that it sent, and A what was then missing."""
    found = origin_bounds(flows(("B", "A", 1, 5, 10), ("A", "C", 1, 8), ("O", "D", 1, 3)), "O", 0)
    assert bound(found, "A", "C") == (0, 0)
    seeded = origin_bounds(flows(("O", "B", 1, 4), ("B", "A", 1, 5, 10), ("A", "C", 1, 8)), "O", 0)
    # 4 of O came to B. If B sent 10, it held 6 others, and 2 of the 10 stayed with A: those may be of O.
    assert bound(seeded, "A", "C") == (2, 4)


def sent_at(rows: list[tuple], stock: dict[str, int]) -> list[tuple[int, int]]:
    """`brute_force` over every set of counts within their intervals, each with the stock that it requires."""
    found = [
        brute_force([(*row[:3], count) for row, count in zip(rows, counts, strict=True)], stock)
        for counts in itertools.product(*(range(row[3], row[4] + 1) for row in rows))
    ]
    return [(min(low for low, _ in ends), max(high for _, high in ends)) for ends in zip(*found, strict=True)]


COUNTED = st.tuples(st.integers(0, 3), st.sampled_from([0, 0, 1, 2])).map(lambda pair: (pair[0], sum(pair)))
WIDE_PAIRS = [(a, b) for a in "OABCD" for b in "OABCD" if a != b]
UNSURE = st.lists(st.tuples(st.sampled_from(WIDE_PAIRS), st.integers(1, 3), COUNTED), min_size=1, max_size=4,
                  unique_by=lambda row: row[:2])  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(UNSURE, st.fixed_dictionaries(dict.fromkeys("ABCD", st.integers(0, 2))))
@example([(("O", "A"), 1, (2, 2)), (("B", "A"), 1, (1, 2)), (("A", "C"), 1, (3, 4))], dict.fromkeys("ABCD", 0))
@example([(("O", "A"), 1, (1, 2)), (("A", "B"), 1, (2, 2)), (("B", "A"), 1, (1, 3))], dict.fromkeys("ABCD", 0))
def test_uncertain_counts_against_brute_force(network, stock):
    rows = [(*pair, year, *count) for pair, year, count in network]
    found = origin_bounds(flows(*rows), "O", stock)
    for (low, high), row in zip(sent_at(rows, stock), found.itertuples(), strict=True):
        assert row.least <= low
        assert row.most >= high
        assert row.method == "outer" or (row.least, row.most) == (low, high)


@settings(max_examples=20, deadline=None)
@given(UNSURE, st.sets(st.integers(0, 3)), st.integers(0, 2))
def test_counts_without_a_limit_against_brute_force_far_up(network, open_ones, stock):
    """An open count as every count up to more than all others together: what then still grows has no limit."""
    rows = [(*pair, year, *count) for pair, year, count in network][:3]
    top = sum(row[4] for row in rows) + 4 * stock + 1
    own = dict.fromkeys("ABCD", stock)
    table = flows(*rows)
    table["high"] = table["high"].mask([place in open_ones for place in range(len(rows))])
    far = [(*row[:4], min(top, 6) if place in open_ones else row[4]) for place, row in enumerate(rows)]
    for (low, high), row in zip(sent_at(far, own), origin_bounds(table, "O", own).itertuples(), strict=True):
        assert row.least <= low
        assert pd.isna(row.most) or row.most >= high


@settings(max_examples=15, deadline=None)
@given(UNSURE, st.integers(0, 2), st.integers(0, 3))
def test_one_undated_flow_against_brute_force_over_its_years(network, stock, undated):
    """Of a year of the others (2, 4 and 6), or before, between or after them; bounds hold for each."""
    rows = [(*pair, 2 * year, *count) for pair, year, count in network][:3]
    place, own = undated % len(rows), dict.fromkeys("ABCD", stock)
    dated = [[*rows[:place], (*rows[place][:2], year, *rows[place][3:]), *rows[place + 1 :]] for year in range(1, 8)]
    rows[place] = (*rows[place][:2], None, *rows[place][3:])
    found = origin_bounds(flows(*rows), "O", own)
    assume(len(rows) > 1)  # where nothing else is dated, all are of one period
    for ends in map(sent_at, dated, [own] * len(dated)):
        for (low, high), row in zip(ends, found.itertuples(), strict=True):
            assert row.least <= low
            assert row.most >= high


NONE = None
HUB = {  # flows of one hub: supplier, recipient, year, least and most (None: not known); what of BLR reached the US
    "a range": ([("BLR", "BGR", 2015, 240, 240), ("UKR", "BGR", 2015, 50, 60)], 136, (76, 136)),
    "at least one": ([("BLR", "BGR", 2015, 240, 240), ("UKR", "BGR", 2015, 1, NONE)], 136, (0, 136)),
    "undisclosed": ([("BLR", "BGR", 2015, 240, 240), ("UKR", "BGR", 2015, NONE, NONE)], 136, (0, 136)),
    "undisclosed before": ([("BLR", "BGR", 2014, NONE, NONE), ("BLR", "BGR", 2015, 240, 240)], 300, (240, 300)),
    "from somebody unnamed": ([("BLR", "XXX", 2015, 12, 12), ("XXX", "BGR", 2015, 9, 9)], 9, (0, 9)),
    "some from somebody unnamed": ([("BLR", "BGR", 2015, 5, 5), ("XXX", "BGR", 2015, 9, 9)], 10, (1, 10)),
}  # fmt: skip


@pytest.mark.parametrize("name", HUB)
def test_uncertain_arrivals_at_a_hub(name):
    arrivals, sent, ends = HUB[name]
    rows = [*arrivals, ("BGR", "USA", 2015, sent, sent)]
    found = origin_bounds(uncertain(*rows), "BLR", 0)
    assert bound(found, "BGR", "USA") == ends
    assert set(found["method"]) == {"exact"}
    assert not found[["supplier", "recipient"]].isin(["XXX"])[found["year"].isna()].any(axis=None)


def uncertain(*rows: tuple) -> pd.DataFrame:
    """(supplier, recipient, year, low, high) → flows of one item, None where nothing is known."""
    table = flows(*((*row[:3], 0) for row in rows))
    return typed(table.assign(low=[row[3] for row in rows], high=[row[4] for row in rows], best=NONE), "flows")


def test_what_was_sent_to_somebody_unnamed_is_followed_no_further():
    rows = [("BLR", "BGR", 1, 5, 5), ("BGR", "XXX", 2, 5, 5), ("XXX", "SYR", 3, 5, 5), ("XXX", "LBN", 1, 2, 2)]
    found = origin_bounds(uncertain(*rows), "BLR", 0)
    assert bound(found, "BGR", "XXX") == (5, 5)
    assert bound(found, "XXX", "SYR") == (0, 5)
    assert bound(found, "XXX", "LBN") == (0, 2)


def test_a_flow_that_nobody_counts_has_its_row():
    found = origin_bounds(uncertain(("BLR", "BGR", 1, 9, 9), ("BGR", "USA", 1, NONE, NONE)), "BLR", 4)
    row = found[found["recipient"] == "USA"].iloc[0]
    assert (row["least"], row["most"]) == (0, 9)


def test_counts_too_large_to_be_sure_of_give_outer_bounds():
    many = 999_999_999_999_999
    found = origin_bounds(flows(("O", "A", 1, many), ("X", "A", 1, 50, 60), ("A", "B", 1, many)), "O", 0)
    row = found[found["recipient"] == "B"].iloc[0]
    assert row["method"] == "outer"
    assert row["least"] <= many - 60 <= many == row["most"]
