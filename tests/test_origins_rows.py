"""Rows of origins: their words, whose stock stands in them, which are exact, and what has no bounds; by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.networks import possible, raised
from analysis.origins import (
    bounds_of_jobs,
    break_evens,
    check_origin,
    held,
    laid_out,
    least_and_most,
    main_supplier,
    origin_bounds,
)
from analysis.tables import typed
from tests.test_origins import flows

CHAIN = (("O", "A", 1, 9), ("A", "B", 2, 8), ("B", "C", 3, 7))
SHOWN = ["supplier", "recipient", "year", "given_stock", "opening_stock", "least", "most", "method", "statements"]
NONE = pd.NA


def shown(found: pd.DataFrame) -> list[list]:
    return found[SHOWN].values.tolist()


def ends(found: pd.DataFrame) -> list[tuple]:
    return list(zip(found["least"].tolist(), found["most"].tolist(), strict=True))


def test_all_rows_of_a_chain():
    """Nobody has stock: all is of O. Shipments, then what reached each, then what each but O sent."""
    found = origin_bounds(flows(*CHAIN), "O")
    assert shown(found) == [
        ["O", "A", 1, NONE, NONE, 9, 9, "exact", "T0"],
        ["A", "B", 2, 0, 0, 8, 8, "exact", "T1"],
        ["B", "C", 3, 0, 0, 7, 7, "exact", "T2"],
        ["*", "A", NONE, NONE, NONE, 9, 9, "exact", "T0"],
        ["*", "B", NONE, 0, 0, 8, 8, "exact", "T1"],
        ["*", "C", NONE, 0, 0, 7, 7, "exact", "T2"],
        ["A", "*", NONE, 0, 0, 8, 8, "exact", "T1"],
        ["B", "*", NONE, 0, 0, 7, 7, "exact", "T2"],
    ]
    assert set(found["origin"]) == {"O"}
    assert found[["item", "unit"]].drop_duplicates().values.tolist() == [["tank", "piece"]]


def test_stocks_are_given_by_party_and_raised_to_what_was_sent():
    """A held 2 and B none; B sent 10, and 8 came: it must have held 2."""
    found = origin_bounds(flows(("O", "A", 1, 9), ("A", "B", 2, 8), ("B", "C", 3, 10)), "O", {"A": 2})
    by_ends = found.set_index(["supplier", "recipient"])[["given_stock", "opening_stock", "least", "most"]]
    assert by_ends.loc[("A", "B")].tolist() == [2, 2, 6, 8]  # 8, of which 2 can be A's own
    assert by_ends.loc[("B", "C")].tolist() == [0, 2, 6, 8]  # 10, of which 2 are B's own and 2 can be A's


def test_what_reached_one_party_from_several_has_no_one_stock():
    found = origin_bounds(flows(("O", "A", 1, 9), ("O", "B", 1, 9), ("A", "C", 2, 5), ("B", "C", 2, 6)), "O", 4)
    row = found[(found["supplier"] == "*") & (found["recipient"] == "C")]
    assert shown(row) == [["*", "C", NONE, NONE, NONE, 3, 11, "exact", "T2 T3"]]  # 11, less 4 of each


def test_statements_stand_once_and_in_the_order_of_their_numbers():
    table = flows(("O", "A", 1, 9), ("A", "B", 2, 3), ("A", "C", 2, 4))
    table["statements"] = ["T1", "T10 T2", "T2 T3"]
    found = origin_bounds(table, "O").set_index(["supplier", "recipient"])["statements"]
    assert found["A", "*"] == "T2 T3 T10"
    assert found["A", "B"] == "T10 T2"


def test_items_and_units_are_apart_and_in_order():
    table = pd.concat([flows(*CHAIN[:2]).assign(item="z"), flows(*CHAIN[:2]).assign(unit="set"), flows(*CHAIN[:2])])
    found = origin_bounds(typed(table, "flows"), "O", 1)
    assert found[["item", "unit"]].drop_duplicates().values.tolist() == [
        ["tank", "piece"],
        ["tank", "set"],
        ["z", "piece"],
    ]
    assert ends(found) == [(9, 9), (7, 8), (9, 9), (7, 8), (7, 8)] * 3


def test_a_flow_without_a_known_count_can_be_of_any_number():
    """9 came; 5 went to C and any number to D, which need not have been of O if A had it."""
    table = flows(("O", "A", 1, 9), ("A", "C", 2, 5), ("A", "D", 2, 5))
    unknown = [False, False, True]
    table = table.assign(low=table["low"].mask(unknown), high=table["high"].mask(unknown))
    assert ends(origin_bounds(table, "O"))[:3] == [(9, 9), (0, 5), (0, 9)]


def test_an_open_count_bounds_nothing_from_above():
    table = flows(("O", "A", 1, 9), ("A", "B", 2, 4))
    table["high"] = table["high"].mask([True, False])
    assert ends(origin_bounds(table, "O", {"A": 1}))[:2] == [(9, NONE), (3, 4)]
    assert set(origin_bounds(table, "O")["method"]) == {"exact"}


def test_bounds_are_exact_by_group_of_linked_parties():
    """That A's flows are not all dated does not make the bounds of X and Y wider, whom O alone links to A."""
    found = origin_bounds(flows(("O", "A", 1, 9), ("A", "B", None, 4), ("O", "X", 1, 9), ("X", "Y", 2, 4)), "O", 1)
    method = found.set_index(["supplier", "recipient"])["method"]
    assert method[["A", "O"]].tolist() == ["outer", "outer", "outer", "exact"]
    assert method["X"].tolist() == ["exact", "exact"]
    linked = origin_bounds(flows(("O", "A", 1, 9), ("A", "B", None, 4), ("O", "X", 1, 9), ("X", "B", 2, 4)), "O", 1)
    assert set(linked["method"]) == {"outer"}


def test_links_go_over_many_parties():
    rows = [("O", "A", 1, 9), ("C", "D", 4, 2), ("A", "B", 2, 8), ("E", "D", 4, 1), ("B", "C", 3, 7)]
    parts = laid_out(flows(*rows), "O").parts
    assert [sorted(part.rows.tolist()) for part in parts] == [list(range(len(origin_bounds(flows(*rows), "O"))))]
    apart = laid_out(flows(("O", "A", 1, 9), ("A", "B", 2, 8), ("C", "D", 1, 5), ("D", "O", 2, 5)), "O").parts
    assert len(apart) == 2


UNDATED = [((1, 1), "exact", (5, 5)), ((None, None), "exact", (5, 5)), ((1, None), "outer", (0, 5))]


@pytest.mark.parametrize(("years", "method", "of_origin"), UNDATED)
def test_undated_flows_are_of_one_time(years, method, of_origin):
    """All undated, they are as of one period; beside dated ones, of any: what left may have left before any came."""
    found = origin_bounds(flows(("O", "A", years[0], 5), ("A", "B", years[1], 5)), "O")
    assert set(found["method"]) == {method}
    assert ends(found)[1] == of_origin


def test_an_undated_arrival_may_have_come_before_what_left():
    found = origin_bounds(flows(("O", "A", None, 5), ("A", "B", 1, 5)), "O")
    assert found["opening_stock"].tolist()[1] == 0
    later = origin_bounds(flows(("O", "A", 2, 5), ("A", "B", 1, 5)), "O")
    assert (later["opening_stock"].tolist()[1], ends(later)[1]) == (5, (0, 0))


def test_jobs_are_counted_in_their_order_and_tables_laid_out_once():
    table, other = flows(*CHAIN), flows(*CHAIN[:2])
    found = bounds_of_jobs([(other, 0), (table, 1), (other, 2), (table, {"B": 7})], "O")
    assert found["job"].tolist() == [0] * 5 + [1] * 8 + [2] * 5 + [3] * 8
    assert ends(found[found["job"] == 1])[:3] == [(9, 9), (7, 8), (5, 7)]  # B → C: less A's 1 and B's 1
    assert ends(found[found["job"] == 2])[:2] == [(9, 9), (6, 8)]
    assert ends(found[found["job"] == 3])[:3] == [(9, 9), (8, 8), (0, 7)]
    assert found["given_stock"].tolist()[5 + 8 + 1] == 2
    assert (found.columns[0], found["job"].dtype) == ("job", "Int64")


def test_least_and_most_over_readings_and_stocks():
    """Two readings of one table: 8 went from A to B, or 3; the least is that of either, and so is the most."""
    readings = [flows(*CHAIN[:2]), flows(("O", "A", 1, 9), ("A", "B", 2, 3))]
    one, other = least_and_most([(readings, [0, 2, 5]), (readings[:1], [1])], "O")
    assert [word[:4] for word in one[0]] == [("O", "A", "tank", "piece"), ("A", "B", "tank", "piece"),
                                             ("*", "A", "tank", "piece"), ("*", "B", "tank", "piece"),
                                             ("A", "*", "tank", "piece")]  # fmt: skip
    assert one[1][:, 1].tolist() == [3, 1, 0]  # of 3, less the stock
    assert one[2][:, 1].tolist() == [8, 8, 8]
    assert (other[1][0, 1], other[2][0, 1]) == (7, 8)


def test_an_open_count_leaves_the_most_of_all_readings_open():
    closed, opened = flows(*CHAIN[:1]), flows(*CHAIN[:1])
    opened["high"] = opened["high"].mask([True])
    ((_, least, most),) = least_and_most([([closed, opened], [0])], "O")
    assert least.tolist() == [[9, 9]]
    assert np.isnan(most).all()


# ---- the stock at which none need be of the origin


def test_break_even_of_all_rows_of_a_chain():
    """Of 8 that A sent none need be of O if it held 8; of B's 7, less A's and B's stock, from 4 on: 7 − 2 × 4 < 0."""
    found = break_evens(flows(*CHAIN), "O")
    assert found["break_even"].tolist() == [NONE, 8, 4, NONE, 8, 4, 8, 4]
    assert list(found.columns) == [
        "origin",
        "supplier",
        "recipient",
        "item",
        "unit",
        "year",
        "break_even",
        "statements",
        "sure",
    ]
    assert found["statements"].tolist() == ["T0", "T1", "T2", "T0", "T1", "T2", "T1", "T2"]
    assert set(found["origin"]) == {"O"}


def test_break_even_is_nought_where_none_need_be_even_without_stock():
    found = break_evens(flows(("O", "A", 1, 5), ("X", "A", 1, 5), ("A", "B", 2, 5), ("A", "C", 2, 1)), "O")
    by_ends = found.set_index(["supplier", "recipient"])["break_even"]
    assert by_ends["A", "B"] == by_ends["A", "C"] == 0
    assert by_ends["A", "*"] == 1  # it sent 6, and 5 were of X
    assert by_ends["X", "A"] == 0


def test_break_evens_of_large_counts_are_found_by_halves():
    rows = [(a, b, year, 100_000 * count) for a, b, year, count in CHAIN]
    assert break_evens(flows(*rows), "O")["break_even"].tolist()[1:3] == [800_000, 350_000]  # 700,000 less twice that


def test_what_the_origin_sent_has_no_break_even_however_little_it_was():
    found = break_evens(flows(("O", "A", 1, 1), ("A", "B", 2, 1)), "O")
    assert found["break_even"].tolist() == [NONE, 1, NONE, 1, 1]


def test_break_even_of_one_item_is_not_that_of_another():
    large, small = flows(("O", "A", 1, 1000), ("A", "B", 2, 1000)), flows(("O", "A", 1, 3), ("A", "B", 2, 1))
    found = break_evens(typed(pd.concat([large.assign(item="a"), small.assign(item="b")]), "flows"), "O")
    assert found["break_even"].tolist() == [NONE, 1000, NONE, 1000, 1000, NONE, 1, NONE, 1, 1]


# ---- who is followed, and stocks


def test_the_main_supplier_is_who_sent_most_by_what_is_best_known():
    table = flows(("X", "P", 1, 10, 90), ("Y", "P", 1, 20), ("Z", "Q", 1, 99), ("X", "P", 2, 9))
    assert main_supplier(table, "P", "tank") == "Y"  # 20 against the best figures 10 and 9
    assert main_supplier(table, "Q", "tank") == "Z"
    assert main_supplier(table, "P", "gun") == "P"
    table["best"] = table["best"].mask([True, False, False, False])
    assert main_supplier(table, "P", "tank") == "X"  # 90 at most, and 9
    table["high"] = table["high"].mask([True, False, False, False])
    assert main_supplier(table, "P", "tank") == "Y"  # 10 at least, and 9
    assert main_supplier(flows(("Y", "P", 1, 5), ("X", "P", 1, 5)), "P", "tank") == "X"
    assert main_supplier(flows(("X", "P", 1, 12), ("Y", "P", 1, 20), ("X", "P", 2, 9)), "P", "tank") == "X"
    many = [(f"S{number:02}", "P", 1, 5 + (number % 3 == 1)) for number in range(60)]
    assert main_supplier(flows(*many), "P", "tank") == "S01"  # the first of those that sent 6


def test_an_origin_must_have_sent_something():
    statements = pd.DataFrame({"supplier": ["BLR", "AUT", "BLR"]})
    check_origin("BLR", statements)
    with pytest.raises(InputError, match=r"^origin='BGR': no statement says .* Suppliers: AUT, BLR\.$"):
        check_origin("BGR", statements)
    with pytest.raises(InputError, match=r"^origin='XXX'"):  # what somebody unnamed sent is of no one origin
        check_origin("XXX", pd.concat([statements, pd.DataFrame({"supplier": ["XXX"]})]))


def test_nobody_in_particular_is_no_main_supplier():
    assert main_supplier(flows(("XXX", "P", 1, 9), ("S", "P", 1, 5)), "P", "tank") == "S"
    elsewhere = flows(("XXX", "P", 1, 9), ("S", "XXX", 1, 12), ("T", "Q", 1, 5), ("P", "Q", 1, 40))
    assert main_supplier(elsewhere, "P", "tank") == "S"  # what came to P may be of what S sent to somebody


def test_stocks_as_asked_for_and_as_needed():
    (part,) = laid_out(flows(("A", "B", 1, 5), ("B", "C", 2, 7)), "O").parts
    parties = part.layouts[0].parties
    assert sorted(parties) == ["A", "B", "C"]
    given = held(part, [3, {"B": 4, "X": 9}, math.inf, {}])
    named = [dict(zip(parties, row, strict=True)) for row in given.tolist()]
    assert named == [
        {"A": 3, "B": 3, "C": 3}, {"A": 0, "B": 4, "C": 0}, dict.fromkeys("ABC", math.inf), dict.fromkeys("ABC", 0),
    ]  # fmt: skip
    stocks = raised(part.layouts, given, part.low, part.high)
    assert stocks.shape == (4, len(part.layouts), 3)
    needed = [dict(zip(parties, row, strict=True)) for row in stocks[:, 0].tolist()]
    assert needed[0] == {"A": 5, "B": 3, "C": 3}  # A sent 5 and got none; B sent 7 and got 5
    assert needed[1] == {"A": 5, "B": 4, "C": 0}
    assert needed[3] == {"A": 5, "B": 2, "C": 0}
    assert possible(given, stocks).all()


def test_a_break_even_that_is_not_certain_is_not_given():
    """9 came and 5 left at a time that nobody says: it may have left first, or the counts are too large to be sure."""
    undated = break_evens(flows(("O", "A", 1, 9), ("A", "B", None, 5)), "O")
    assert undated["break_even"].isna().all()
    assert undated["sure"].tolist()[:2] == [True, False]  # what O sent is of O whatever the stock
    many = 999_999_999_999_999
    large = break_evens(flows(("O", "A", 1, many), ("A", "B", 1, many - 1)), "O")
    assert large["break_even"].isna().all()
    dated = break_evens(flows(("O", "A", 1, 9), ("A", "B", 1, 5)), "O")
    assert dated["break_even"].tolist()[1] == 5
    assert dated["sure"].all()
