"""Nothing is lost on the way and nothing comes from nowhere, or nothing is written: in every run, not only here."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import audit, cases, scenarios, schemas, store
from analysis.choices import PREFER
from analysis.errors import AccountsError
from analysis.paths import PUBLISHED
from analysis.reconcile import balances, double_counts, flows
from analysis.tables import typed
from tests.checkouts import CASE

ROUTES = "serbia-bulgaria-ethiopia-2012"  # with a possible double count
COUNTS = st.none() | st.integers(0, 30)
STATEMENT = st.fixed_dictionaries(
    {
        "pair": st.sampled_from(["AB", "BC", "AC", "CA", "CD"]),
        "role": st.sampled_from(["exporter", "importer", "third"]),
        "source_id": st.sampled_from(["S1", "S2"]),
        "locator": st.sampled_from(["1", "2"]),
        "item": st.sampled_from(["tank", "gun", "boat"]),
        "year": st.sampled_from([None, 2014, 2015]),
        "low": COUNTS,
        "more": COUNTS,
    }
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(STATEMENT, min_size=1, max_size=40),
    st.sampled_from(PREFER),
    st.integers(0, 2),
    st.sampled_from([0, 0.05]),
    st.booleans(),
)
def test_the_accounts_of_any_statements_hold(rows, prefer, lag_years, tolerance, first_left_out):
    """No false alarm, whatever was counted twice, not disclosed, dated differently or left out."""
    made = [
        {
            **row,
            "statement_id": f"T{place}",
            "supplier": row["pair"][0],
            "recipient": row["pair"][1],
            "unit": "piece",
            "high": None if None in (row["low"], row["more"]) else row["low"] + row["more"],
        }
        for place, row in enumerate(rows, start=1)
    ]
    statements, left_out = typed(pd.DataFrame(made), "transfers"), "T1" * first_left_out
    moved = flows(statements, prefer, lag_years, tolerance, left_out)
    doubled = double_counts(moved, lag_years)
    audit.moved(moved, statements, left_out)
    audit.summed(balances(moved, doubled), moved, doubled)


@pytest.fixture(scope="module")
def tables():
    """Tables of two cases, as they are published."""
    names = [name for name in schemas.CASES if name != "flips"]
    return {case: store.load(case, PUBLISHED, *names) for case in (CASE, ROUTES)}


def checked(case: str, tables: dict, name: str) -> None:
    audit.check(case, {name: tables[name]}, tables.__getitem__)


@pytest.mark.parametrize("name", ["transfers", "flows", "balances", "origins", "headlines", "scenarios"])
@pytest.mark.parametrize("case", [CASE, ROUTES])
def test_what_is_published_holds(tables, case, name):
    checked(case, tables[case], name)


# A cell that is changed: table, row, column, what stands there then; and what is said of it.
FAULTS = [
    (CASE, "transfers", 0, "statement_id", "T9", "row 2 of transfers.csv (T1) is lost; T9 is no row of transfers.csv"),
    (CASE, "transfers", 1, "statement_id", "T1", "row 2 of transfers.csv (T1) is kept or set aside twice"),
    (CASE, "transfers", 2, "quantity_as_printed", "137", "T3 prints '136', not '137'"),
    (CASE, "transfers", 2, "low", 137, "row 4: low 137 is more than high 136"),
    (CASE, "flows", 2, "statements", "", "T2: is in no flow"),
    (CASE, "flows", 2, "statements", "T2 T7", "T7: is no statement that counts, and the flow BLR, BGR, ags-17"),
    (CASE, "flows", 2, "statements", "T2 T1", "T1: is counted 2 times, in the flows BLR, BGR, ags-17, 2015, piece and"),
    (CASE, "flows", 3, "low", 250, "row 5: low 250 is more than best 240.0"),
    (CASE, "balances", 1, "received_high", 250, "BGR, konkurs-launcher, piece: received is 240 to 240.0 to 250, and"),
    (CASE, "balances", 1, "sent_low", 210, "sent is 210 to 216.0 to 216, and its flows come to 216 to 216.0 to 216"),
    (CASE, "balances", 1, "sent_best", None, "sent is 216 to 216, and its flows come to 216 to 216.0 to 216"),
    (CASE, "balances", 1, "unaccounted_low", 23, "unaccounted is 23 to 24.0 to 24, and received less sent is 24 to"),
    (CASE, "balances", 1, "unaccounted_high", None, "unaccounted is 24 to 24.0, and received less sent is 24 to 24.0"),
    (CASE, "balances", 1, "party", "BIH", "BGR, konkurs-launcher, piece: received is unknown, and its flows come to"),
    (ROUTES, "balances", 2, "received_low", 200, "more than received_high 128"),
    (ROUTES, "balances", 2, "received_low", -1, "ETH, howitzer-122mm, piece: received is -1 to 128, and its flows"),
    (ROUTES, "balances", 2, "received_best", 90, "ETH, howitzer-122mm, piece: received is 64 to 90.0 to 128, and its"),
    (CASE, "headlines", 0, "high", 1000, "and their own formula gives"),
    (CASE, "headlines", 3, "formula", "flows[BLR,CZE,tank]", "names 0 rows of flows, and must name one"),
    (CASE, "scenarios", 0, "sent[BGR,konkurs-launcher]", "215", "sent[BGR,konkurs-launcher] is 215, and the headline"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{name}-{row}-{column}-{to}" for _, name, row, column, to, _ in FAULTS])
def test_a_cell_that_is_wrong_is_named(tables, fault):
    case, name, row, column, to, message = fault
    own = {**tables[case], name: tables[case][name].copy()}
    own[name].loc[row, column] = to
    with pytest.raises(AccountsError) as caught:
        checked(case, own, name)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{name}: the accounts do not hold.")


def test_a_balance_that_is_lost_is_missed(tables):
    own = {**tables[CASE], "balances": tables[CASE]["balances"].drop(index=1)}
    with pytest.raises(
        AccountsError, match="BGR, konkurs-launcher, piece: received is unknown, and its flows come to 240"
    ):
        checked(CASE, own, "balances")


def test_many_faults_are_counted_and_five_are_named(tables):
    own = {**tables[CASE], "transfers": tables[CASE]["transfers"].iloc[:0], "events": tables[CASE]["events"].iloc[:0]}
    with pytest.raises(AccountsError) as caught:
        checked(CASE, own, "transfers")
    assert str(caught.value).count("is lost") == 4
    with pytest.raises(AccountsError, match="and 16 more"):
        checked(CASE, {**own, "transfers": tables[CASE]["transfers"]}, "transfers")


def test_headlines_under_a_tolerance_hold():
    point = cases.settings(ROUTES)["parameters"] | {"tolerance": 0.1, "prefer": "reliable"}
    every = {"origin": "", "opening_stock": 0, "price_limits": "", "currency": "", "rate_of": ""}
    made = scenarios.tables_at(ROUTES, {**every, **point})
    made["counting"] = scenarios.written({name: point[name] for name in scenarios.COUNTING})
    for name in ("flows", "balances", "headlines"):
        checked(ROUTES, made, name)


# Code that loses something on the way: file, text in it, what stands there instead; what is said of it.
UNACCOUNTED, LAST = (
    "received_low - sent_high",
    "order by supplier, recipient, item, unit, year nulls first",
)
LOSSES = [
    (
        "analysis/clean.py",
        'return typed(frame, "transfers")',
        'return typed(frame.iloc[1:], "transfers")',
        "(T1) is lost",
    ),
    ("analysis/sql/balances.sql", UNACCOUNTED, f"{UNACCOUNTED} - 1", "unaccounted is 23 to 24.0 to 24, and received"),
    ("analysis/sql/flows.sql", LAST, "limit 3", "is in no flow"),
    ("analysis/headlines.py", '"low": number(', '"low": -1 + number(', "and their own formula gives"),
]


@pytest.fixture
def own_code(checkout):
    """A checkout whose code is imported for this test alone: a change to it is seen, and then forgotten."""
    checkout.close()
    yield checkout
    checkout.close()


@pytest.mark.parametrize("loss", LOSSES, ids=[name for name, *_ in LOSSES])
def test_a_run_that_would_lose_something_stops_and_leaves_the_last_results(own_code, loss):
    name, old, new, message = loss
    before = own_code.results()
    own_code.edit(own_code.path / name, old, new)
    done = own_code.retransfer("run")
    assert done.returncode == 1
    assert "the accounts do not hold" in done.stderr
    assert message in done.stderr
    assert f"data/processed/{CASE} is as it was before this run" in done.stderr
    assert "Traceback" not in done.stderr
    assert own_code.results() == before


def test_a_notebook_that_drops_a_row_before_it_writes_is_stopped(checkout):
    path = checkout.path / "notebooks" / "1-clean.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in reversed(notebook["cells"]) if "store.save" in "".join(cell["source"]))
    cell["source"] = "tables['transfers'] = tables['transfers'].iloc[:3]\n" + "".join(cell["source"])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = checkout.retransfer("run")
    assert "transfers: the accounts do not hold. row 5 of transfers.csv (T4) is lost." in done.stderr
