"""The published headlines, and that each follows from its formula and names real statements."""

import pandas as pd
import pytest

from analysis import cases, headlines, prose, reconcile, scenarios, store
from analysis.errors import InputError
from analysis.formulas import evaluate
from analysis.headlines import find, say
from analysis.paths import PUBLISHED
from analysis.tables import typed

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
    for name in ("sent", "unaccounted", "share_sent_on", "tolerance", "value_unaccounted"):
        with pytest.raises(InputError, match="no headline"):
            find(tables["headlines"], name, *GRENADES)


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


def said_of(transfers, *rows: dict) -> tuple[pd.DataFrame, str]:
    """The headlines of statements about AAA, BBB and CCC, and the finding about BBB."""
    found = {name: typed(pd.DataFrame(), name) for name in ("amounts", "rejects", "sources", "events")}
    found["transfers"] = transfers(*({"year": 2011, "item": "powder", **row} for row in rows))
    given = {"focus": {"party": "BBB", "item": "powder"}}
    chosen = {"prefer": "exporter", "lag_years": 1, "tolerance": 0.0, "leave_out": ""}
    found |= scenarios.reconciled(found, given, chosen)
    table = headlines.headlines(found, given)
    return table, prose.finding(table, "BBB", "powder")


CAME, WENT = {"supplier": "AAA", "recipient": "BBB"}, {"supplier": "BBB", "recipient": "CCC"}
UNCOUNTED = {"qualifier": "undisclosed"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"count": 240}, UNCOUNTED], "at least 240"),
        ([{"count": 240, "year": 2014}, UNCOUNTED], "at least 240"),
        ([{"count": 240, "year": None}, UNCOUNTED], "at least 240"),
        ([{"count": 240, "year": 2014}, {"low": 0, "high": 50}], "240 to 290"),
        ([UNCOUNTED, {**UNCOUNTED, "year": 2014}], "an unknown number"),
        ([UNCOUNTED], "an unknown number"),
    ],
)
def test_what_is_counted_and_what_is_not_add_up_to_at_least_that(transfers, rows, expected):
    table, _ = said_of(transfers, *({**CAME, **row} for row in rows))
    assert say(table, "flow", "AAA", "BBB", "powder") == say(table, "received", "BBB", "powder") == expected


def test_what_is_weighed_is_printed_in_its_unit(transfers):
    table, finding = said_of(
        transfers, {**CAME, "count": 1487, "unit": "kg"}, {**WENT, "low": 50, "high": 60, "unit": "kg"}
    )
    start = "BBB received 1,487 kg of powder in 2011 and passed on 50 to 60 kg"
    assert finding == f"{start}; 1,427 to 1,437 kg are unaccounted for"
    assert prose.movements(table, typed(pd.DataFrame(), "amounts"), "BBB") == [
        "AAA → BBB: 1,487 kg of powder, 2011 (T1)",
        "BBB → CCC: 50 to 60 kg of powder, 2011 (T2)",
    ]


def test_what_is_weighed_and_sent_beyond_what_came_is_short_by_its_unit(transfers):
    _, finding = said_of(transfers, {**CAME, "count": 9, "unit": "kg"}, {**WENT, "count": 12, "unit": "kg"})
    assert finding.endswith("sent 12 kg, 3 kg more than it is recorded to have received")


def test_licences_are_no_deliveries(transfers):
    licensed = {"unit": "licensed kg", "kind": "licence"}
    table, finding = said_of(transfers, {**CAME, "count": 1487, **licensed}, {**WENT, "count": 1400, **licensed})
    assert finding == "BBB was licensed to receive 1,487 kg of powder in 2011 and to send on 1,400 kg"
    assert prose.bounded(table, "powder") == "A licence moves no goods: there is no origin to follow."
    assert prose.measures(table, "BBB", "powder") == [
        "What it was licensed to send on equals 94.15\u00a0% of what it was licensed to receive."
    ]
    assert prose.movements(table, typed(pd.DataFrame(), "amounts"), "BBB")[0].startswith(
        "AAA → BBB: licence for 1,487 kg of powder"
    )
    assert not any(key.startswith(("unaccounted", "tolerance", "of_origin")) for key in table["key"])


def test_a_licence_owes_no_account(transfers):
    licensed = {"unit": "licensed kg", "kind": "licence"}
    rows = transfers({**CAME, "count": 9, **licensed}, {**WENT, "count": 12, **licensed})
    hub = reconcile.balances(reconcile.flows(rows)).set_index("party").loc["BBB"]
    assert (hub["status"], hub["received_high"], hub["sent_high"]) == ("licences", 9, 12)
    assert hub[["unaccounted_low", "unaccounted_best", "unaccounted_high", "required_stock"]].isna().all()


def test_a_licence_and_a_delivery_are_no_one_movement(transfers):
    rows = [{**CAME, "count": 9}, {**CAME, "count": 9, "unit": "licensed piece", "kind": "licence"}]
    assert len(reconcile.flows(transfers(*rows))) == 2
    with pytest.raises(InputError, match="counted in licensed piece and in piece, which cannot be added up"):
        said_of(transfers, *rows)


def test_eleven_counts_at_the_limit_are_printed_to_the_last_digit(transfers):
    table, finding = said_of(transfers, *[{**CAME, "count": 999_999_999_999_999}] * 11)
    assert say(table, "flow", "AAA", "BBB", "powder") == "10,999,999,999,999,989"
    assert finding.startswith("BBB received 10,999,999,999,999,989 powder in 2011")


def test_an_unknown_key_offers_the_near_one(tables):
    with pytest.raises(InputError, match=r"unaccounted\[BGR,konkurs-launcher\]"):
        say(tables["headlines"], "unacounted", *KONKURS)
