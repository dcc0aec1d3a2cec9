"""Flows, double counts and balances of many small registers against a second reckoning in plain Python."""

import math
import random
from functools import cache
from typing import NamedTuple

import pandas as pd
import pytest

from analysis import engine, reconcile
from analysis.tables import typed
from tests import reference

PARTIES = "ABCD"
YEARS = [None, 2014, 2015, 2016, 2017]
COUNTS = [
    (0, 0),
    (5, 5),
    (10, 10),
    (10, 10),
    (15, 15),
    (20, 20),
    (5, 15),
    (10, 20),
    (0, 5),
    (10, None),
    (0, None),
    (None, None),
]


def register(draw: random.Random, item: str, sources: tuple[str, ...], start: int) -> list[dict]:
    """A few statements of one item: few parties and round counts, so that reports meet, differ and shift by years."""
    if len(sources) > 3:
        return [_lagged(draw, f"T{start + n}", item) for n in range(draw.randint(4, 12))]
    if len(sources) > 2:
        counts = draw.sample(COUNTS, draw.randint(2, 4))
        return [
            _statement(draw, f"T{start + n}", item, sources, "AB", YEARS[:3], counts)
            for n in range(draw.randint(4, 12))
        ]
    if not sources:
        return [_doubled(draw, f"T{start + n}", item) for n in range(draw.randint(4, 14))]
    parties, years = PARTIES[: draw.choice([2, 2, 2, 3, 4])], draw.sample(YEARS, draw.randint(1, 4))
    counts = draw.sample(COUNTS, draw.randint(2, 5))
    return [
        _statement(draw, f"T{start + n}", item, sources, parties, years, counts) for n in range(draw.randint(2, 10))
    ]


def _statement(
    draw: random.Random, name: str, item: str, sources: tuple, parties: str, years: list, counts: list
) -> dict:
    supplier, recipient = draw.sample(parties, 2)
    role = draw.choice(reference.SIDES)
    low, high = draw.choice(counts)
    reporter = {"exporter": supplier, "importer": recipient}.get(
        role, draw.choice(PARTIES) if len(sources) > 1 else "A"
    )
    return {
        "statement_id": name, "source_id": draw.choice(sources), "locator": draw.choice("12345"), "role": role,
        "reporter": reporter, "supplier": supplier, "recipient": recipient, "item": item,
        "unit": draw.choice(["piece"] * 4 + ["set"]), "year": draw.choice(years), "low": low, "high": high,
        "quantity_as_printed": draw.choice(["", "", "", "another"]),
    }  # fmt: skip


def _doubled(draw: random.Random, name: str, item: str) -> dict:
    """One of many statements of the same few counts, years and parties: lots that may be one, in both directions."""
    counts = [(5, 5), (5, 5), (5, 5), (10, 10), (5, 10)]
    return _statement(draw, name, item, ("S1",), "ABC", [2014, 2015, 2015, None], counts) | {
        "role": "third", "reporter": "A", "unit": draw.choice(["piece", "set"]), "locator": name
    }  # fmt: skip


def _lagged(draw: random.Random, name: str, item: str) -> dict:
    """One of many statements by sender and receiver about one movement, of few counts and many years."""
    counts = [(5, 5), (5, 5), (5, 5), (10, 10), (15, 15), (None, None)]
    years = [2010, 2011, 2012, 2013, 2014, 2015, 2016]
    return _statement(draw, name, item, ("S1",), "AB", years, counts) | {
        "supplier": draw.choice("AAAC"), "recipient": draw.choice("BBBD"), "unit": draw.choice(["piece"] * 9 + ["set"]),
        "role": draw.choice(["exporter", "importer"] * 4 + ["third"]), "reporter": "A", "locator": name,
    }  # fmt: skip


def registers(seed: int, sources: tuple[str, ...], number: int) -> list[dict]:
    draw, found = random.Random(seed), []
    for place in range(number):
        found += register(draw, f"item-{place:03}", sources, len(found) + 1)
    return found


def rows(frame: pd.DataFrame) -> list[dict]:
    """Plain rows: unknown is None."""
    return [
        {key: None if not isinstance(value, str) and pd.isna(value) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def same(found: pd.DataFrame, expected: list[dict], table: str) -> None:
    wanted = typed(pd.DataFrame(expected), table)
    differing = [(a, b) for a, b in zip(rows(found), rows(wanted), strict=True) if not _near(a, b)]
    assert not differing, differing[0]


def _near(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(
        math.isclose(value, other[key]) if isinstance(value, float) and other[key] is not None else value == other[key]
        for key, value in one.items()
    )


CHOICES = [("exporter", 1), ("importer", 2), ("larger", 0), ("smaller", 1), ("mean", 2)]
LAGS = [0, 1, 2]
SOURCES = {
    "one source": (1, ("S1",)),
    "several sources": (2, ("S1", "S2")),
    "many reports": (4, ("S1", "S2", "S3")),
    "double counts": (3, ()),
    "many years": (5, ("S1", "S1", "S1", "S1")),
}


class Reckoned(NamedTuple):
    """Statements, and what must come of them: flows by (prefer, lag), double counts and both balances by lag."""

    statements: list[dict]
    flows: dict[tuple[str, int], list[dict]]
    doubled: dict[int, list[dict]]
    balances: dict[int, tuple[list[dict], list[dict]]]


@cache
def prepared() -> dict[str, Reckoned]:
    """The second reckoning, made once."""
    found = {}
    for name, (seed, sources) in SOURCES.items():
        statements = registers(seed, sources, 120)
        flows = {
            choice: reference.flows(statements, *choice) for choice in [*CHOICES, *(("exporter", lag) for lag in LAGS)]
        }
        doubled = {lag: reference.double_counts(flows["exporter", lag], lag) for lag in LAGS}
        balances = {
            lag: tuple(reference.balances(flows["exporter", lag], each) for each in (doubled[lag], [])) for lag in LAGS
        }
        found[name] = Reckoned(statements, flows, doubled, balances)
    return found


@pytest.mark.parametrize("made", SOURCES)
@pytest.mark.parametrize(("prefer", "lag"), CHOICES)
def test_flows_are_those_of_the_second_reckoning(made, prefer, lag):
    wanted = prepared()[made]
    found = reconcile.flows(typed(pd.DataFrame(wanted.statements), "transfers"), prefer, lag)
    same(found, wanted.flows[prefer, lag], "flows")


NOTED = ["exporter_silent", "importer_silent", "contradicted", "first_year", "last_year"]


@pytest.mark.parametrize("made", SOURCES)
def test_what_mirrors_read_of_flows_is_that_of_the_second_reckoning(made):
    """Sides without a count or against themselves, and the years over which dates differ, are not shown with flows."""
    wanted, parameters = prepared()[made], {"prefer": "exporter", "lag_years": 1}
    with engine.default().cursor() as database:
        database.register("transfers", typed(pd.DataFrame(wanted.statements), "transfers"))
        for name in ("lots", "flows"):
            engine.make(database, name, parameters)
        order = "order by supplier, recipient, item, unit, year nulls first"
        found = rows(database.execute(f"select {', '.join(NOTED)} from flows {order}").df())
    assert found == [{name: row[name] for name in NOTED} for row in wanted.flows["exporter", 1]]


@pytest.mark.parametrize("made", SOURCES)
@pytest.mark.parametrize("lag", LAGS)
def test_double_counts_are_those_of_the_second_reckoning(made, lag):
    wanted = prepared()[made]
    found = reconcile.double_counts(typed(pd.DataFrame(wanted.flows["exporter", lag]), "flows"), lag)
    same(found, wanted.doubled[lag], "double_counts")


@pytest.mark.parametrize("made", SOURCES)
@pytest.mark.parametrize("lag", LAGS)
def test_balances_are_those_of_the_second_reckoning(made, lag):
    wanted = prepared()[made]
    flows, doubled = (typed(pd.DataFrame(rows), name) for rows, name in (
        (wanted.flows["exporter", lag], "flows"), (wanted.doubled[lag], "double_counts"),
    ))  # fmt: skip
    same(reconcile.balances(flows, doubled), wanted.balances[lag][0], "balances")
    same(reconcile.balances(flows), wanted.balances[lag][1], "balances")


def test_the_registers_hold_every_kind_of_agreement_and_rule():
    """Else agreement of both reckonings would show little."""
    flows = [row for each in prepared().values() for rows in each.flows.values() for row in rows]
    kinds = {"agree", "timing", "differ", "exporter only", "importer only", "third only", "undisclosed"}
    assert {row["agreement"] for row in flows} == kinds
    assert len({row["rule"] for row in flows}) == 13
    balances = [row for each in prepared().values() for rows, _ in each.balances.values() for row in rows]
    assert len({row["status"] for row in balances}) == 6
    assert sum(len(rows) for each in prepared().values() for rows in each.doubled.values()) > 100
