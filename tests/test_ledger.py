"""Balances through time, and against stated holdings: reckoned by hand."""

import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis import ledger, reconcile
from analysis.tables import typed
from tests.test_conduits import ROWS, table


def stocks(*rows: tuple) -> pd.DataFrame:
    """Statements of B's stocks: (kind, year, count or (low, high), source, locator), the last two as far as given."""
    made = []
    for place, (kind, year, count, *where) in enumerate(rows, start=1):
        low, high = count if isinstance(count, tuple) else (count, count)
        source, locator = (*where, *("S1", f"row {place}")[len(where) :])
        cells = {"statement_id": f"H{place}", "source_id": source, "locator": locator, "kind": kind, "year": year}
        made.append({**cells, "party": "B", "item": "tank", "unit": "piece", "low": low, "high": high})
    return typed(pd.DataFrame(made), "stocks")


def cells(found: pd.DataFrame, *columns: str) -> list[tuple]:
    known = found.astype("object").where(found.notna(), None)
    return [tuple(row) for row in known[list(columns)].values]


def of(found: pd.DataFrame, party: str) -> pd.DataFrame:
    return found[found["party"] == party]


FLOWS = (("A", "B", 2010, 10), ("B", "C", 2010, 12), ("A", "B", 2012, (5, 7)), ("B", "C", 2013, 9))


def test_every_year_adds_to_the_net_and_the_stock_that_was_needed_stays():
    found = of(ledger.ledger(table(*FLOWS)), "B")
    assert cells(found, "year", "received_low", "received_high", "sent_low", "sent_high") == [
        (2010, 10, 10, 12, 12),
        (2012, 5, 7, None, None),
        (2013, None, None, 9, 9),
    ]
    # 10 − 12; −2 + 5 to −2 + 7; 3 − 9 to 5 − 9
    assert cells(found, "net_low", "net_high", "required_stock") == [(-2, -2, 2), (3, 5, 2), (-6, -4, 4)]
    assert list(found["statements"]) == ["T1 T2", "T3", "T4"]


def test_production_comes_on_top_and_lessens_the_stock_that_was_needed():
    made = stocks(("production", 2010, 1), ("holding", 2010, 500), ("production", 2011, (2, None)))
    found = of(ledger.ledger(table(*FLOWS), made), "B")
    assert cells(found, "year", "produced_low", "produced_high", "net_low", "net_high", "required_stock") == [
        (2010, 1, 1, -1, -1, 1),
        (2011, 2, None, 1, None, 1),  # no upper limit from here on
        (2012, None, None, 6, None, 1),
        (2013, None, None, -3, None, 1),
    ]


def test_what_has_no_year_widens_every_net_and_stands_last():
    found = of(
        ledger.ledger(table(("A", "B", 2010, 10), ("B", "C", 2011, 14), ("A", "B", None, 3), ("B", "D", None, 2))), "B"
    )
    # 2010: 10, less up to 2, and up to 3 more; 2011: the same less 14; in all 13 in, 16 out
    assert cells(found, "year", "net_low", "net_high", "required_stock") == [
        (2010, 8, 13, 0),
        (2011, -6, -1, 1),
        (None, -3, -3, 3),
    ]


def test_an_undisclosed_count_leaves_the_net_open_from_then_on():
    found = of(ledger.ledger(table(("A", "B", 2010, 10), ("B", "C", 2011, None), ("A", "B", 2012, None))), "B")
    assert cells(found, "net_low", "net_high") == [(10, 10), (None, 10), (None, None)]


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.lists(ROWS, min_size=8, max_size=8))
def test_the_stock_needed_in_the_end_is_that_of_the_balances(networks):
    flows = table(*((*row, f"item-{number}") for number, rows in enumerate(networks) for row in rows))
    last = ledger.ledger(flows).groupby(["party", "item", "unit"], sort=True).tail(1)
    balances = reconcile.balances(flows)
    assert list(last["party"]) == list(balances["party"])
    assert list(last["required_stock"]) == list(balances["required_stock"])


def held(flows: pd.DataFrame, *rows: tuple) -> list[tuple]:
    found = ledger.holdings(flows, stocks(*rows))
    return cells(found, "opening_year", "closing_year", "unaccounted_low", "unaccounted_high")


def test_between_two_holdings_what_came_and_went_is_reckoned():
    flows = table(*FLOWS)
    # of the last day of 2010: its flows are in it. 100 + 5..7 − 104 = 1..3; then 104 − 9 − 90 = 5
    stated = (("holding", 2010, 100), ("holding", 2012, 104), ("holding", 2013, 90))
    assert held(flows, *stated) == [(2010, 2012, 1, 3), (2012, 2013, 5, 5)]
    assert held(flows, *stated, ("production", 2011, 4), ("production", 2010, 50))[0] == (2010, 2012, 5, 7)
    found = ledger.holdings(flows, stocks(*stated))
    assert list(found["statements"]) == ["H1 H2 T3", "H2 H3 T4"]
    assert list(found["received_low"].fillna(-1)) == [5, -1]


def test_without_a_later_holding_there_is_nothing_to_reckon():
    assert held(table(*FLOWS), ("holding", 2010, 100)) == []
    assert held(table(), ("holding", 2010, 100), ("holding", 2011, 90)) == [(2010, 2011, 10, 10)]


def test_what_is_not_known_leaves_its_side_open():
    opened = ("holding", 2010, 100)
    closed = ("holding", 2011, 90)
    assert held(table(("A", "B", 2011, None)), opened, closed) == [(2010, 2011, 10, None)]
    assert held(table(("B", "A", 2011, (3, None))), opened, closed) == [(2010, 2011, None, 7)]
    assert held(table(), ("holding", 2010, None), closed) == [(2010, 2011, -90, None)]
    assert held(table(), opened, ("holding", 2011, None)) == [(2010, 2011, None, 100)]


def test_a_flow_without_a_year_may_lie_in_any_span():
    stated = (("holding", 2010, 100), ("holding", 2011, 100), ("holding", 2012, 100))
    assert held(table(("A", "B", None, 4)), *stated) == [(2010, 2011, 0, 4), (2011, 2012, 0, 4)]
    assert held(table(("B", "A", None, 4)), *stated) == [(2010, 2011, -4, 0), (2011, 2012, -4, 0)]


def test_lots_add_up_and_sources_are_not_added():
    close = ("holding", 2011, 0)
    assert held(table(), ("holding", 2010, 60), ("holding", 2010, 40), close)[0][2:] == (100, 100)
    twice = (("holding", 2010, 60, "S1", "row 9"), ("holding", 2010, 60, "S1", "row 9"))
    assert held(table(), *twice, close)[0][2:] == (60, 60)
    assert held(table(), ("holding", 2010, (50, 70), "S1"), ("holding", 2010, (60, None), "S2"), close)[0][2:] == (
        60,
        70,
    )
    assert held(table(), ("holding", 2010, 60, "S1"), ("holding", 2010, 40, "S2"), close)[0][2:] == (40, 60)
