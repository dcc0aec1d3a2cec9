"""The package: its SQL texts (analysis/sql), run by its engine in DuckDB with two threads, without gathering ids."""

from pathlib import Path

import duckdb
import pandas as pd

from analysis import bulk, engine
from benchmarks.registers.shape import CATEGORIES, COLUMNS, LAG, LOT, PARTIES, THRESHOLD, WITHIN

THREADS = 2
CHOICES = bulk.Choices(lag_years=LAG, within_years=WITHIN, least=THRESHOLD)
PARAMETERS = CHOICES._asdict() | {"top": 1 << 40}
DOUBLED = "supplier text, via text, recipient text, item text, unit text, year bigint, low bigint, high bigint"
DOUBLED += ", direct_statements text, detour_statements text, statements text"


def read(path: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with the statements, text as codes and locators as numbers, and no possible double count."""
    database = duckdb.connect(config={"threads": THREADS, "preserve_insertion_order": False})
    database.execute(engine.text("macros"))
    database.execute(bulk.AS_WRITTEN)
    database.execute(f"create table doubled ({DOUBLED})")
    kinds = {name: f"{'party' if name in PARTIES else name}_code" for name in CATEGORIES}
    for kind in set(kinds.values()):
        values = " union ".join(f"select {name} as code from '{path}'" for name in kinds if kinds[name] == kind)
        database.execute(f"create type {kind} as enum (select code from ({values}) order by code)")
    coded = {name: f"{name}::{kind} as {name}" for name, kind in kinds.items()}
    coded["locator"] = "substr(locator, 5)::int as locator"
    columns = ", ".join(coded.get(name, name) for name in ("statement_id", *LOT))
    spans = "null::bigint as first_year, null::bigint as last_year"
    database.execute(f"create table transfers as select {columns}, {spans} from '{path}'")
    database.execute("create table nobody (party party_code)")
    return database.execute(f"create temp view lots as {engine.text('lots')}")


def mirror(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Statements → flows with both sides next to each other, as a table of the database."""
    engine.make(database, "flows", PARAMETERS, _without("statements"))
    return database


def balances(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Flows → balances, as a table of the database."""
    for name in ("parts", "doubtful", "twice"):
        engine.make(database, name, PARAMETERS)
    engine.make(database, "balances", PARAMETERS, _without("received_statements", "sent_statements", "statements"))
    return database


def conduits(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Flows with a year → conduits, as a table of the database."""
    database.execute("alter table flows rename to every_flow")
    database.execute("create or replace temp view flows as from every_flow where year is not null")
    for name in ("spans", "passing"):
        engine.make(database, name, PARAMETERS)
    engine.make(database, "conduits", PARAMETERS, ", ".join(COLUMNS["conduits"]))
    return database


def frame(database: duckdb.DuckDBPyConnection, task: str) -> pd.DataFrame:
    """The result of a task, to be compared."""
    table = "every_flow" if task == "mirror" else task
    return database.execute(f"select {', '.join(COLUMNS[task])} from {table}").df()


def _without(*ids: str) -> str:
    """All columns, the ids of statements empty: that spares gathering them."""
    return f"* replace ({', '.join(f'null::varchar as {name}' for name in ids)})"
