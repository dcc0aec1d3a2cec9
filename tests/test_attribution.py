"""The three rules against hand arithmetic, and always within the bounds on origin for the same stock."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import store
from analysis.attribution import RULES, attribute
from analysis.errors import InputError
from analysis.origins import origin_bounds
from analysis.paths import PUBLISHED
from analysis.tables import typed

CASE = "belarus-bulgaria-2015"
WHERE = ["supplier", "recipient", "item", "unit", "year"]


def flows(*rows: tuple) -> pd.DataFrame:
    """(supplier, recipient, year, count) or (…, low, best, high) → flows of one item."""
    table = [
        {"supplier": row[0], "recipient": row[1], "year": row[2], "low": row[3], "high": row[-1],
         "best": row[4] if len(row) == 6 else row[3], "item": "tank", "unit": "piece", "statements": f"T{place}"}
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return typed(pd.DataFrame(table), "flows")


def value(found: pd.DataFrame, supplier: str, recipient: str, year: int | None = None) -> float:
    rows = found[(found["supplier"] == supplier) & (found["recipient"] == recipient)]
    rows = rows if year is None else rows[rows["year"] == year]
    assert len(rows) == 1
    return rows.iloc[0]["value"]


# Bulgaria held 60 of its own, got 240, sent 136 and 80 in one year: each has its part of the 216 that left.
PUBLISHED_CASE = {
    "proportional": (136 * 240 / 300, 80 * 240 / 300, 216 * 240 / 300),
    "first in first out": (136 * 156 / 216, 80 * 156 / 216, 156),  # its own 60 leave first
    "last in first out": (136, 80, 216),
}


@pytest.mark.parametrize("rule", PUBLISHED_CASE)
def test_the_published_case(rule):
    table = store.load(CASE, PUBLISHED, "flows")["flows"]
    found = attribute(table, "BLR", rule, 60)
    launchers = found[found["item"] == "konkurs-launcher"]
    values = [value(launchers, "BGR", recipient) for recipient in ("USA", "SAU", "*")]
    assert values == pytest.approx(PUBLISHED_CASE[rule], rel=1e-15)
    assert value(launchers, "BLR", "BGR") == 240


@pytest.mark.parametrize("rule", RULES)
def test_rows_stand_beside_those_of_the_bounds(rule):
    table = store.load(CASE, PUBLISHED, "flows")["flows"]
    pd.testing.assert_frame_equal(attribute(table, "BLR", rule, 60)[WHERE], origin_bounds(table, "BLR", 60)[WHERE])


# Year 1: A holds 10 of its own and gets 30 of O, sends 20. Year 2: it gets 10 from X, sends 20.
QUEUE = (("O", "A", 1, 30), ("A", "B", 1, 20), ("X", "A", 2, 10), ("A", "B", 2, 20))
THROUGH_THE_QUEUE = {
    "proportional": (20 * 30 / 40, 20 * (30 - 15) / 30),  # 15 of the 20 that stay, 10 others come
    "first in first out": (10, 20),  # its own 10, then 10 of O's; the 20 of O's left are older than X's
    "last in first out": (20, 10),  # O's; then X's 10, and the last 10 of O's
}


@pytest.mark.parametrize("rule", THROUGH_THE_QUEUE)
def test_batches_queue_through_the_years(rule):
    found = attribute(flows(*QUEUE), "O", rule, {"A": 10, "X": 10})
    assert (value(found, "A", "B", 1), value(found, "A", "B", 2)) == THROUGH_THE_QUEUE[rule]
    assert value(found, "A", "*") == value(found, "*", "B") == sum(THROUGH_THE_QUEUE[rule])


def test_the_share_is_passed_on_over_many_hops():
    rows = (("O", "A", 1, 30), ("A", "B", 2, 20), ("B", "C", 3, 8))
    found = attribute(flows(*rows), "O", "proportional", {"A": 10, "B": 5})
    assert value(found, "A", "B") == 15  # 3/4 of 20
    assert value(found, "B", "C") == 8 * 15 / 25


@pytest.mark.parametrize("rule", RULES)
def test_arrivals_of_one_year_are_one_batch(rule):
    rows = (("X", "A", 1, 30), ("O", "A", 1, 10), ("A", "B", 1, 20))
    assert value(attribute(flows(*rows), "O", rule, {"X": 30}), "A", "B") == 5  # a quarter, in whatever order


@pytest.mark.parametrize(("rule", "sent"), [("proportional", 0), ("first in first out", 0), ("last in first out", 5)])
def test_an_endless_stock(rule, sent):
    rows = (("O", "A", 1, 5), ("A", "B", 1, 9))
    assert value(attribute(flows(*rows), "O", rule, {"A": math.inf}), "A", "B") == sent


@pytest.mark.parametrize("rule", RULES)
def test_a_stock_is_raised_to_what_sending_requires(rule):
    rows = (("O", "A", 1, 6), ("A", "B", 1, 9))  # 3 of its own: of 9 held all 9 leave
    assert value(attribute(flows(*rows), "O", rule, 0), "A", "B") == 6


def test_large_counts_and_numpy_stocks_stay_exact():
    rows = (("O", "A", 1, 10**8), ("A", "B", 2, 10**8), ("B", "C", 3, 10**8 - 1), ("C", "D", 4, 10**8 - 2))
    found = attribute(flows(*rows), "O", "proportional", dict.fromkeys("ABC", np.int64(10**8 + 1)))
    assert value(found, "A", "B") == pytest.approx(10**8 * 10**8 / (2 * 10**8 + 1), rel=1e-12)
    assert value(found, "C", "D") == pytest.approx(10**8 / 8, rel=1e-7)  # halved at each of three


def test_what_the_origin_gets_back_it_sends_as_its_own():
    rows = (("O", "A", 1, 6), ("A", "O", 2, 6), ("O", "B", 3, 4))
    found = attribute(flows(*rows), "O", "proportional", 6)
    assert value(found, "A", "O") == 3
    assert value(found, "O", "B") == 4


PAIRS = [(a, b) for a in "OABC" for b in "OABCD" if a != b]
SHIPMENT = st.tuples(st.sampled_from(PAIRS), st.integers(1, 3), st.integers(0, 6))
NETWORKS = st.lists(SHIPMENT, min_size=1, max_size=6, unique_by=lambda row: row[:2])
STOCKS = st.one_of(
    st.integers(0, 6), st.dictionaries(st.sampled_from("ABCD"), st.sampled_from([0, 1, 3, 7, math.inf]), max_size=4)
)


@settings(max_examples=30, deadline=None)
@given(NETWORKS, STOCKS, st.sampled_from(list(RULES)))
def test_always_within_the_bounds(network, stock, rule):
    table = flows(*((*pair, year, count) for pair, year, count in network))
    found, bounds = attribute(table, "O", rule, stock), origin_bounds(table, "O", stock)
    pd.testing.assert_frame_equal(found[WHERE], bounds[WHERE])
    assert (found["value"] >= bounds["least"] - 1e-9).all()  # the exact value, as the nearest float
    assert (found["value"] <= bounds["most"] + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(NETWORKS, STOCKS, st.sampled_from(list(RULES)))
def test_nobody_sends_more_of_the_origin_than_came_by_then(network, stock, rule):
    table = flows(*((*pair, year, count) for pair, year, count in network))
    found = attribute(table, "O", rule, stock)[: len(table)]
    for party, year in itertools.product("ABCD", range(1, 4)):
        so_far = found[found["year"] <= year]
        came, left = so_far[so_far["recipient"] == party], so_far[so_far["supplier"] == party]
        assert left["value"].sum() <= came["value"].sum() + 1e-9


@settings(max_examples=30, deadline=None)
@given(NETWORKS, st.sampled_from(list(RULES)))
def test_where_all_is_of_the_origin_the_value_is_the_shipment(network, rule):
    plenty = [("O", party, 0, 99) for party in "ABCD"]  # more than anyone sends, before anyone does
    table = flows(*plenty, *((*pair, year, count) for pair, year, count in network))
    found = attribute(table, "O", rule, 0)
    assert (found["value"][: len(table)] == table["best"]).all()


COUNTS = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)).map(sorted)
HUB = [("O", "A"), ("X", "A"), ("A", "B"), ("A", "C")]
INTERVALS = st.lists(
    st.tuples(st.sampled_from(HUB), st.integers(1, 3), COUNTS), min_size=2, max_size=6, unique_by=lambda row: row[:2]
)


@settings(max_examples=25, deadline=None)
@given(INTERVALS, st.integers(0, 6), st.sampled_from(list(RULES)))
def test_best_counts_stay_within_the_bounds_of_their_intervals(network, stock, rule):
    table = flows(*((*pair, year, *counts) for pair, year, counts in network))
    stocks = {"A": stock, "X": 12}  # X has all that it can have sent
    both = attribute(table, "O", rule, stocks).join(origin_bounds(table, "O", stocks)[["least", "most"]])
    both = both.dropna(subset=["value"])
    assert (both["value"] >= both["least"] - 1e-9).all()
    assert (both["value"] <= both["most"] + 1e-9).all()


@pytest.mark.parametrize("stock", [0, 3, 4])
def test_stock_is_raised_to_what_the_best_counts_require(stock):
    """6 came and 10 left at best: 4 were A's own, and all that it held left."""
    short = flows(("O", "A", 1, 5, 6, 9), ("A", "B", 1, 8, 10, 12))
    assert value(attribute(short, "O", "proportional", stock), "A", "B") == 6


def test_a_mean_of_three_reports_needs_no_stock_for_its_rounding():
    third = 79 / 3  # a third of 79 came three times, 79 left; the nearest float is a little less
    rows = [("O", "A", year, 26, third, 27) for year in (1, 2, 3)]
    found = attribute(flows(*rows, ("A", "B", 4, 79)), "O", "first in first out")
    assert value(found, "A", "B") == 79


def test_without_a_best_count_an_item_has_no_value_and_others_have():
    table = pd.concat([
        flows(("O", "A", 1, 5), ("A", "B", 1, 2, None, 4)),
        flows(("O", "A", 1, 5), ("A", "B", 1, 4)).assign(item="gun"),
    ])  # fmt: skip
    found = attribute(table, "O", "last in first out")
    assert found.loc[found["item"] == "tank", "value"].isna().all()
    assert found.loc[found["item"] == "gun", "value"].notna().all()


def test_too_many_orders_have_no_value():
    ring = [(f"P{a}", f"P{b}", 1, 5) for a, b in itertools.permutations(range(4), 2)]
    found = attribute(flows(("O", "P0", 1, 3), *ring), "O", "proportional", 50)
    assert found["value"].isna().all()
    assert len(found) == len(origin_bounds(flows(("O", "P0", 1, 3), *ring), "O", 50))


def test_flows_without_a_known_count_and_from_the_unnamed_leave_no_value():
    table = flows(("O", "A", 1, None), ("O", "B", 1, 4))
    found = attribute(table, "O", "proportional")
    pd.testing.assert_frame_equal(found[WHERE], origin_bounds(table, "O")[WHERE])
    assert pd.isna(value(found, "O", "A"))
    assert value(found, "O", "B") == 4
    unnamed = attribute(flows(("XXX", "A", 1, 4), ("A", "B", 1, 4)), "O", "proportional")
    assert unnamed["value"].isna().all()


def test_an_unknown_rule_is_named():
    with pytest.raises(InputError, match=r"rule='first in, first out': unknown \(did you mean 'first in first out'"):
        attribute(flows(("O", "A", 1, 5)), "O", "first in, first out")
