"""Bounds on origin against the design's numbers, a closed form, brute force over all assignments, and each other."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
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
    assert set(found["method"]) == {"outer"}


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
    """A got 5 to 10 from B and sent 8; B got nothing: 8 must have been there before, at one of them or the other."""
    found = origin_bounds(flows(("B", "A", 1, 5, 10), ("A", "C", 1, 8), ("O", "D", 1, 3)), "O", 0)
    assert bound(found, "A", "C") == (0, 0)
    seeded = origin_bounds(flows(("O", "B", 1, 4), ("B", "A", 1, 5, 10), ("A", "C", 1, 8)), "O", 0)
    # 4 of O come to B and 4 others were held, as few as need be: A sent all 8
    assert bound(seeded, "A", "C") == (4, 4)
