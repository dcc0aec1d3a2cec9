"""The published headlines, and that each follows from its formula and names real statements."""

import pandas as pd
import pytest

from analysis import cases, headlines, prose, reconcile, store
from analysis.errors import InputError
from analysis.formulas import evaluate
from analysis.headlines import find, say
from analysis.paths import PUBLISHED

CASE = "belarus-bulgaria-2015"
KONKURS, GRENADES = ("BGR", "konkurs-launcher"), ("BGR", "ags-17")
NAMES = ("sources", "transfers", "amounts", "rejects", "flows", "double_counts", "balances", "timeline", "evidence")
NAMES += ("values", "origins", "parameters", "headlines")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return store.load(CASE, PUBLISHED, *NAMES)


GOLDEN = {  # from the source's four counts, by hand
    ("flow", "BLR", *KONKURS): 240,
    ("flow", "BLR", *GRENADES): 140,
    ("flow", "BGR", "USA", "konkurs-launcher"): 136,
    ("flow", "BGR", "SAU", "konkurs-launcher"): 80,
    ("received", *KONKURS): 240,
    ("sent", *KONKURS): 136 + 80,
    ("unaccounted", *KONKURS): 240 - 136 - 80,
    ("share_sent_on", *KONKURS): 216 / 240,
    ("tolerance", *KONKURS): 13 / 240,  # 227 and 143 + 84: see test_tolerance
    ("received", *GRENADES): 140,
    ("unaccounted", *GRENADES): 140,
    ("amount", "V1"): 37_900_000,
    ("statements",): 4,
    ("rejected",): 0,
    ("first_year",): 2011,
    ("last_year",): 2024,
}


@pytest.mark.parametrize("key", GOLDEN, ids="-".join)
def test_golden(tables, key):
    row = find(tables["headlines"], *key)
    assert row["value"] == row["low"] == row["high"] == pytest.approx(GOLDEN[key])


def test_nothing_sent_is_recorded_of_the_grenade_launchers(tables):
    with pytest.raises(InputError, match="no headline"):
        find(tables["headlines"], "sent", *GRENADES)


def test_the_last_hop_has_limits_and_no_figure(tables):
    row = find(tables["headlines"], "reached", "the Syrian opposition", "konkurs-launcher")
    assert pd.isna(row["value"])
    assert (row["low"], row["high"]) == (0, 216)


def test_every_headline_recomputes_from_its_formula(tables):
    for row in tables["headlines"].itertuples():
        (low, best, high), _ = evaluate(row.formula, tables)
        assert (row.low, row.high) == (pytest.approx(float(low)), pytest.approx(float(high))), row.key
        assert pd.isna(row.value) if best is None else row.value == pytest.approx(float(best)), row.key


def test_every_headline_names_statements_that_exist(tables):
    raw = cases.raw_tables(CASE)
    known = {*raw["transfers"]["statement_id"], *raw["values"]["statement_id"], *raw["events"]["event_id"], "S1"}
    for row in tables["headlines"].itertuples():
        assert set(row.statements.split()) <= known, row.key
        assert row.statements or row.key in ("rejected", "assumed_stock"), row.key


def test_keys_are_unique(tables):
    assert tables["headlines"]["key"].is_unique


def test_as_printed(tables):
    numbers = tables["headlines"]
    assert say(numbers, "share_sent_on", *KONKURS) == "90\u00a0%"
    assert say(numbers, "tolerance", *KONKURS) == "5.42\u00a0%"
    assert say(numbers, "amount", "V1") == "37.9 million euros"
    assert say(numbers, "reached", "the Syrian opposition", "konkurs-launcher") == "0 to 216"


def test_the_finding_in_words(tables):
    numbers = tables["headlines"]
    assert prose.finding(numbers, *KONKURS) == (
        "Bulgaria received 240 Konkurs launchers in 2015 and passed on 216; 24 are unaccounted for"
    )
    assert prose.other_items(numbers, *KONKURS) == [
        "Bulgaria received 140 AGS-17 grenade launchers in 2015; no record says that any was passed on. "
        "None recorded is not none sent."
    ]


def test_an_unknown_key_offers_the_near_one(tables):
    with pytest.raises(InputError, match=r"unaccounted\[BGR,konkurs-launcher\]"):
        say(tables["headlines"], "unacounted", *KONKURS)


def test_headlines_follow_any_case(transfers):
    """A party that sent more than it received, with an interval: nothing is special about the published case."""
    frame = transfers(
        {"supplier": "AAA", "recipient": "BBB", "low": 64, "high": 128},
        {"supplier": "BBB", "recipient": "CCC", "year": 2016, "count": 150},
    )
    found = _numbers(frame)
    assert say(found, "received", "BBB", "tank") == "64 to 128"
    assert say(found, "unaccounted", "BBB", "tank") == "-86 to -22"
    assert prose.finding(found, "BBB", "tank").endswith("sent 150, 22 to 86 more than it is recorded to have received")


@pytest.mark.parametrize(
    ("received", "sent", "ending"),
    [
        ({"count": 9}, {"count": 9}, "passed on 9; none is unaccounted for"),
        ({"count": 9}, {"count": 8}, "passed on 8; one is unaccounted for"),
        ({"low": 5, "high": 9}, {"count": 7}, "the records allow anything from a shortfall of 2 to 2 unaccounted for"),
        ({"low": 5}, {"count": 4}, "passed on 4; at least 1 are unaccounted for"),
        ({}, {"count": 4}, "anything from a shortfall of 4 to any number unaccounted for"),
    ],
)
def test_what_is_left_in_words(transfers, received, sent, ending):
    rows = [{"supplier": "AAA", "recipient": "BBB", **received}, {"supplier": "BBB", "recipient": "CCC", **sent}]
    assert prose.finding(_numbers(transfers(*rows)), "BBB", "tank").endswith(ending)


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Headlines of a case that holds nothing but these transfers."""
    flows = reconcile.flows(frame)
    tables = {name: table.iloc[:0] for name, table in store.load(CASE, PUBLISHED, *NAMES).items()}
    tables |= {"transfers": frame, "flows": flows, "balances": reconcile.balances(flows)}
    return headlines.headlines(tables, {"focus": {"party": "BBB", "item": "tank"}})
