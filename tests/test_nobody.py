"""Who is nobody in particular is never a hub: what came to an unknown party is not what another one sent."""

import pandas as pd
import pytest

from analysis import conduits, ledger, prose, reconcile
from analysis.cells import two_parties
from analysis.figures.flow import flow_diagram
from analysis.registers import views
from tests.test_conduits import table
from tests.test_unaccounted import OWED, named, told

ROWS = (("BLR", "XXX", 2015, 12), ("XXX", "BGR", 2015, 9), ("BGR", "SAU", 2015, 9))
NOBODY = ["XXX", "XXN", "XXM"]


def through(code: str) -> list[tuple]:
    """The same three movements by way of a code."""
    return [tuple(code if part == "XXX" else part for part in row) for row in ROWS]


@pytest.mark.parametrize("code", NOBODY)
def test_nobody_in_particular_keeps_its_sums_and_has_no_balance(code):
    balances = reconcile.balances(table(*through(code))).set_index("party")
    row = balances.loc[code]
    assert row[["received_low", "received_high", "sent_low", "sent_high"]].tolist() == [12, 12, 9, 9]
    assert row["status"] == "not one party"
    unsaid = ["unaccounted_low", "unaccounted_best", "unaccounted_high", "share_sent_on", "required_stock"]
    assert row[unsaid].isna().all()
    # of Bulgaria it is said as of any other: 9 came, 9 went
    assert balances.loc["BGR", ["received_best", "sent_best", "status"]].tolist() == [9, 9, "balanced"]


def test_no_headline_leads_through_nobody_in_particular():
    found = told([{"supplier": a, "recipient": b, "low": n, "high": n} for a, b, _, n in ROWS])
    assert not {*OWED} & named(found, "XXX")
    assert {"received", "sent", "unaccounted", "share_sent_on"} <= named(found, "BGR")


@pytest.mark.parametrize("code", NOBODY)
def test_no_lot_is_followed_by_way_of_nobody_in_particular(code):
    detour = [("A", "R", 2012, 64), ("A", code, 2012, 64), (code, "R", 2012, 64)]
    assert reconcile.double_counts(table(*detour)).empty
    assert conduits.chains(table(*detour)).empty
    assert conduits.conduits(table(*detour)).empty
    named_one = [tuple("B" if part == code else part for part in row) for row in detour]
    assert len(reconcile.double_counts(table(*named_one))) == 1


def test_what_is_known_of_nobody_in_particular_speaks_for_no_single_lot():
    flows = table(("XXX", "R", 2012, 64), ("XXX", "B", 2012, 64), ("B", "R", 2012, 64), ("A", "XXX", 2012, 10))
    doubled = reconcile.double_counts(flows)
    assert len(doubled) == 1  # both may be reports of one lot that somebody sent
    assert prose.weighed(doubled, reconcile.balances(flows, doubled)) == []


def test_a_ledger_nets_nothing_for_nobody_in_particular():
    found = ledger.ledger(table(("XXX", "BGR", 2010, 9), ("BLR", "XXX", 2011, 4)))
    mine = found[found["party"] == "XXX"]
    assert mine[["sent_low", "received_low"]].stack().dropna().tolist() == [9, 4]
    assert mine[["net_low", "net_high", "required_stock"]].isna().all(axis=None)
    assert found.loc[found["party"] == "BGR", "net_low"].tolist() == [9]


def test_the_figures_of_a_party_show_what_came_from_nobody_in_particular():
    found = told([{"supplier": a, "recipient": b, "low": n, "high": n} for a, b, _, n in ROWS])
    lines = prose.movements(found["headlines"], pd.DataFrame({"statement_id": [], "covers": []}), "BGR")
    assert "Unknown party → Bulgaria: 9 tank, 2015 (T2)" in lines
    figure = flow_diagram(found["headlines"], "BGR", "tank", "Source").figure
    names = [text for axes in figure.axes for text in axes.texts if text.get_text() == "unknown\nparty"]
    assert all(text.get_window_extent().x0 > 0 for text in names) and names


def test_the_largest_balances_are_of_parties():
    flows = table(("A", "XXX", 2010, 90), ("XXX", "B", 2010, 90), ("B", "C", 2010, 5))
    assert views.largest(reconcile.balances(flows))["party"].tolist() == ["B", "A", "XXX", "C"]


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        (("XXX", "XXN"), "neither sender nor receiver is anybody in particular"),
        (("XXX", "XXX"), "neither sender nor receiver is anybody in particular"),
        (("BGR", "BGR"), "sender and receiver are the same party"),
        (("XXX", "BGR"), ""),
        (("BGR", "XXM"), ""),
    ],
)
def test_a_movement_has_somebody_at_one_end(ends, reason):
    supplier, recipient = (pd.Series([end]) for end in ends)
    (found,) = two_parties(supplier, recipient, recipient)
    assert (found.reason if reason else found) == (reason or ends[1])
