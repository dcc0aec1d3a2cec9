"""Statements → flows → balances. One SQL text each (analysis/sql), run by DuckDB, serves ten rows and ten million."""

import math
from fractions import Fraction
from pathlib import Path

import duckdb
import pandas as pd

from analysis.tables import InputError, close_to, typed

SQL = Path(__file__).parent / "sql"
PREFER = ("exporter", "importer", "larger", "smaller", "mean")


def flows(
    transfers: pd.DataFrame, prefer: str = "exporter", lag_years: int = 1, tolerance: float = 0, leave_out: str = ""
) -> pd.DataFrame:
    """Combine all statements about one (supplier, recipient, item, unit, year) into one flow; never averaged silently.

    Counts are integer intervals in the flow's unit. Lots in one report add up; a lot listed twice at one place counts
    once (two lots of one size in one paragraph need locators of their own, such as 4a and 4b). Sides that overlap
    agree: their intersection. Sides that differ by year but agree over `lag_years` + 1 years are a matter of timing.
    Otherwise they differ: the interval spans them all, and `prefer` chooses `best`. A side that gives no number
    ("classified") decides nothing. Every count may be off by the share `tolerance`; the statements named in
    `leave_out` (ids, blank between) are taken as not made. Raises InputError for a value that none of these admits.
    """
    if prefer not in PREFER:
        raise InputError(
            f"prefer={prefer!r}: unknown{close_to(prefer, list(PREFER))}. It is one of {', '.join(PREFER)}."
        )
    if lag_years < 0:
        raise InputError(f"lag_years={lag_years}: a number of years is not negative.")
    table = widened(without(typed(transfers, "transfers"), leave_out), tolerance)
    return _run("flows", {"transfers": table}, {"prefer": prefer, "lag_years": lag_years})


def without(transfers: pd.DataFrame, leave_out: str) -> pd.DataFrame:
    """The statements but for those named, by id, blank between. Raises InputError for an id that none has."""
    known = list(transfers["statement_id"])
    for name in leave_out.split():
        if name not in known:
            raise InputError(f"leave_out={leave_out!r}: no transfer {name!r}{close_to(name, known)}.")
    return transfers[~transfers["statement_id"].isin(leave_out.split())]


def widened(transfers: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Every count as the whole numbers that are off from it by at most this share (0.05: 240 is 228 to 252)."""
    if not 0 <= tolerance < 1:
        raise InputError(f"tolerance={tolerance}: a share by which counts may be off is from 0 to less than 1.")
    if not tolerance:
        return transfers
    share = Fraction(str(tolerance))
    least = [pd.NA if pd.isna(low) else math.ceil(low * (1 - share)) for low in transfers["low"]]
    most = [pd.NA if pd.isna(high) else math.floor(high * (1 + share)) for high in transfers["high"]]
    return typed(transfers.assign(low=least, high=most), "transfers")


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
