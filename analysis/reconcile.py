"""Statements → flows → balances. One SQL text each (analysis/sql), run by DuckDB, serves ten rows and ten million."""

from pathlib import Path

import duckdb
import pandas as pd

from analysis.tables import InputError, close_to, typed

SQL = Path(__file__).parent / "sql"
PREFER = ("exporter", "importer", "larger", "smaller", "mean")


def flows(transfers: pd.DataFrame, prefer: str = "exporter", lag_years: int = 1) -> pd.DataFrame:
    """Combine all statements about one (supplier, recipient, item, unit, year) into one flow; never averaged silently.

    Counts are integer intervals in the flow's unit. Lots in one report add up; a lot listed twice at one place counts
    once (two lots of one size in one paragraph need locators of their own, such as 4a and 4b). Sides that overlap
    agree: their intersection. Sides that differ by year but agree over `lag_years` + 1 years are a matter of timing.
    Otherwise they differ: the interval spans them all, and `prefer` chooses `best`. A side that gives no number
    ("classified") decides nothing. Raises InputError for an unknown `prefer` or a negative `lag_years`.
    """
    if prefer not in PREFER:
        raise InputError(
            f"prefer={prefer!r}: unknown{close_to(prefer, list(PREFER))}. It is one of {', '.join(PREFER)}."
        )
    if lag_years < 0:
        raise InputError(f"lag_years={lag_years}: a number of years is not negative.")
    return _run("flows", {"transfers": typed(transfers, "transfers")}, {"prefer": prefer, "lag_years": lag_years})


def balances(flows: pd.DataFrame) -> pd.DataFrame:
    """Per party, item and unit: received, sent on, unaccounted = received − sent, as intervals over all years.

    `required_stock` is the most by which sending must have run ahead of receiving by the end of any year: what the
    party must have held, made or got unreported. "None recorded" is not "none sent": a side without a record is empty,
    and `status` says so.
    """
    return _run("balances", {"flows": flows}, {})


def _run(name: str, inputs: dict[str, pd.DataFrame], parameters: dict[str, object]) -> pd.DataFrame:
    with duckdb.connect(config={"threads": 1}) as database:
        for table, frame in inputs.items():
            database.register(table, frame)
        database.execute(_text("macros"))
        found = database.execute(_text(name), parameters).df()
    return typed(found, name)


def _text(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
