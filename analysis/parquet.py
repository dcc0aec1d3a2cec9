"""Statements of a register as Parquet: which columns they need, and what is looked at before anything is computed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analysis.conduits import MOST_YEARS
from analysis.errors import InputError
from analysis.intervals import LARGEST
from analysis.reading import check_file

COLUMNS = ("source_id", "role", "reporter", "supplier", "recipient", "item", "unit", "year", "low", "high")
SPANS = ("first_year", "last_year")
ENDS = ("low", "high")
COUNTS = ("year", *ENDS)


def rows_of(source: Path, *, traced: bool = False) -> int:
    """How many statements a Parquet file (or a pattern of files) holds.

    Raises InputError where it is no file, cannot be read or lacks a column, or where its years are too far apart or its
    counts are none.
    """
    needed = (*COLUMNS, "statement_id") if traced else COLUMNS
    if os.path.lexists(source):
        check_file(source)
    with duckdb.connect() as database, readable(source):
        database.execute("set enable_progress_bar = false")
        found = columns(database, source)
        if missing := [name for name in needed if name not in found]:
            raise InputError(f"{source}: column {missing[0]!r} is missing. It needs {', '.join(needed)}.")
        _check_counts(database, source)
        ends = [f"coalesce(year, {name})" if name in found else "year" for name in SPANS]
        asked = f"select count(*), min({ends[0]})::bigint, max({ends[1]})::bigint from read_parquet($1)"
        rows, first, last = database.execute(asked, [str(source)]).fetchone()
    if first is not None and last - first >= MOST_YEARS:
        raise InputError(
            f"{source}: year: statements are from {first} to {last}; no more than {MOST_YEARS} years are taken at "
            "once. Mend the year, or take a part of the register."
        )
    return rows


def _check_counts(database: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Raises InputError for years and counts that are not whole, and counts that are negative or the wrong way round.

    A cast would round them, and say nothing.
    """
    parts = "{0}::double <> floor({0}::double) or not isfinite({0}::double)"
    faults = {f"{name} is not whole": parts.format(name) for name in COUNTS}
    faults |= {"low is negative": "low::double < 0", "high is less than low": "high::double < low::double"}
    faults |= {
        f"{name} is more than {LARGEST:,}, the largest count here": f"{name}::double > {LARGEST}" for name in ENDS
    }
    counted = ", ".join(f"count(*) filter ({condition})" for condition in faults.values())
    found = database.execute(f"select {counted} from read_parquet($1)", [str(source)]).fetchone()
    for what, rows in zip(faults, found, strict=True):
        if rows:
            raise InputError(f"{source}: in {rows:,} rows, {what}. Mend the statements; counts are whole, or empty.")


def columns(database: duckdb.DuckDBPyConnection, source: Path) -> list[str]:
    """The names of the columns of a Parquet file."""
    found = database.execute("describe select * from read_parquet($1)", [str(source)]).fetchall()
    return [row[0] for row in found]


@contextmanager
def readable(source: Path) -> Iterator[None]:
    """Raises InputError where a file cannot be read as Parquet, or a column not as the type that it should have."""
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.DataError, duckdb.ProgrammingError) as fault:
        raise InputError(f"{source}: cannot be read as Parquet of statements ({str(fault).splitlines()[0]}).") from None
