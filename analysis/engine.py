"""One SQL text per table (analysis/sql), run by DuckDB on DataFrames of ten rows or on Parquet larger than memory.

A text reads tables by name and makes one table, which the next may read.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from analysis.errors import InputError
from analysis.tables import typed

SQL = Path(__file__).parent / "sql"
TWICE = ("parts", "doubtful", "twice")  # what may be one lot, for balances
PASSING = (*TWICE, "passing")  # for conduits


def answer(
    name: str,
    inputs: Mapping[str, pd.DataFrame],
    parameters: Mapping[str, object],
    before: tuple[str, ...] = (),
    shape: str = "",
) -> pd.DataFrame:
    """The table `name` as its text makes it of these inputs, typed as such (or as `shape`).

    The texts in `before` make tables that it reads.
    """
    with default().cursor() as database, refusals():
        for table, frame in inputs.items():
            database.register(table, frame)
        for stage in before:
            make(database, stage, parameters)
        found = database.execute(_parsed(text(name)), used(name, parameters)).df()
    return typed(found, shape or name)


def rows(name: str, inputs: Mapping[str, pd.DataFrame], parameters: Mapping[str, object]) -> list[dict[str, object]]:
    """The rows that the text `name` finds in these inputs, in its order."""
    with default().cursor() as database:
        for table, frame in inputs.items():
            database.register(table, frame)
        found = database.execute(_parsed(text(name)), used(name, parameters))
        return [dict(zip((column[0] for column in found.description), row, strict=True)) for row in found.fetchall()]


@contextmanager
def refusals() -> Iterator[None]:
    """Raises InputError where a text refuses what it is given, such as counts whose sum no table can hold."""
    try:
        yield
    except duckdb.InvalidInputException as fault:
        what = str(fault).removeprefix("Invalid Input Error: ").splitlines()[0]
        if "more than a table can hold" not in what:
            raise
        raise InputError(f"{what}. Look for a count with digits too many.") from None


def make(
    database: duckdb.DuckDBPyConnection,
    name: str,
    parameters: Mapping[str, object],
    columns: str = "*",
    as_table: str = "",
) -> None:
    """Make the temporary table of this name (or `as_table`), in no order; a text that makes tables itself is run as is.

    `columns` may replace some that nobody will ask for, which spares their work.
    """
    sql = text(name)
    if "\ncreate temp " in sql:
        database.execute(sql, used(name, parameters))
    else:
        unordered = sql.rpartition("\norder by ")[0] or sql
        sql = f"create or replace temp table {as_table or name} as select {columns} from ({unordered})"
        database.execute(_parsed(sql), used(name, parameters))


@lru_cache(256)
def _parsed(sql: str) -> duckdb.Statement:
    """One statement, read once: on ten rows, reading a text takes longer than what it does."""
    (statement,) = duckdb.extract_statements(sql)
    return statement


def used(name: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Those of the parameters that the text names: DuckDB takes no others."""
    return {key: value for key, value in parameters.items() if f"${key}" in text(name)}


def check_lag(lag_years: int) -> None:
    """Raises InputError where a number of years is negative."""
    if lag_years < 0:
        raise InputError(f"lag_years={lag_years}: a number of years is not negative.")


@cache
def default() -> duckdb.DuckDBPyConnection:
    """One database in memory per process, which holds nothing but the macros: opening one costs more than a query."""
    database = duckdb.connect(config={"threads": 1})
    database.execute(text("macros"))
    return database


@cache
def text(name: str) -> str:
    """The SQL text that makes the table `name`."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def cores() -> int:
    """How many processes this machine can run at a time, as far as it lets us."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
