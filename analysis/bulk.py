"""A register of any size, on Parquet: split by item once, then reconciled part by part, here or by Dask workers.

Every key of the reconciliation holds the item, so that no part needs another: the results are those of the whole. A
part runs the SQL texts that DataFrames run (analysis/sql), in a database of its own that is given so much memory and
spills to disk beyond it.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
from tqdm import tqdm

from analysis import engine, names, schemas, versions
from analysis.tables import InputError

RESULTS = ("mirror", "balances", "conduits")
COLUMNS = ("source_id", "role", "reporter", "supplier", "recipient", "item", "unit", "year", "low", "high")
PLACES = ("statement_id", "locator", "quantity_as_printed")  # with these, a lot listed twice at one place counts once
ROWS_A_PART = 1_000_000  # about 300 MB at work

NO_FILINGS = "select null as party, null as year, null as filed"

# Text columns as codes of a short list: compared as numbers, so that the texts take half the time.
LISTS = {"party": ("supplier", "recipient"), "item": ("item",), "unit": ("unit",), "source": ("source_id",)}


class Choices(NamedTuple):
    """What the results are computed with: parameters of the SQL texts, and whether ids of statements are gathered."""

    prefer: str = "exporter"
    lag_years: int = 1
    within_years: int = 2
    least: float = 1
    share: float = 0
    rank_by: str = "quantity"
    traced: bool = False


class Machine(NamedTuple):
    """What a database may use: memory (such as `2GB`), threads, and a folder to spill to."""

    memory: str
    threads: int
    spill: Path


class Means(NamedTuple):
    """Who computes, and with how much: this process, or so many workers of this machine, or those of a scheduler."""

    memory: str = "2GB"  # of one database
    parts: int | None = None
    workers: int | None = None
    scheduler: str | None = None


def reconcile(
    source: Path,
    target: Path,
    choices: Choices | None = None,
    means: Means | None = None,
    filings: Path | None = None,
    *,
    progress: bool = False,
) -> int:
    """Reconcile the statements of `source` (Parquet) into `target`, and give their number.

    `target` gets a folder for each of RESULTS, with a file per part, once all are there; until then what it held
    stays. Workers elsewhere must see both under the same paths. Raises InputError for a source that lacks a column, a
    limit that cannot be read, a scheduler that does not answer, and workers that run other code or see other files.
    """
    choices, means, rows = choices or Choices(), means or Means(), rows_of(source)
    count = means.parts or -(-rows // ROWS_A_PART) or 1
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as name, ExitStack() as stack:
        work = Path(name).resolve()
        machine = Machine(means.memory, engine.cores(), work / "spill")
        parts = split(source.resolve(), work / "parts", count, machine, progress=progress)
        results = work / "results"
        with tqdm(total=rows, desc="reconcile", unit=" statements", disable=not progress) as bar:
            for done in _computed(parts, filings, results, choices, means, machine, stack):
                bar.update(done)
        shutil.rmtree(target, ignore_errors=True)
        results.rename(target)
    return rows


def _computed(
    parts: Sequence[Path],
    filings: Path | None,
    results: Path,
    choices: Choices,
    means: Means,
    machine: Machine,
    stack: ExitStack,
) -> Iterator[int]:
    """The numbers of statements of the parts, as these are finished."""
    if not (means.scheduler or means.workers):
        return (reconcile_part(part, filings, results, choices, machine) for part in parts)
    from analysis import cluster  # noqa: PLC0415 (a second that one process need not wait)

    own = means.scheduler is None
    client = stack.enter_context(cluster.local(means.workers) if own else cluster.remote(means.scheduler))
    cluster.check_same(client, "code, notebooks or reference tables", versions.version)
    cluster.check_same(client, "files", listed, str(parts[0].parent))
    one = machine._replace(threads=1)
    return cluster.finished(client, reconcile_part, [(part, filings, results, choices, one) for part in parts])


def listed(folder: str) -> str:
    """The names in a folder, or that it is not there: to tell whether a worker sees it."""
    path = Path(folder)
    return " ".join(sorted(entry.name for entry in path.iterdir())) if path.is_dir() else f"no {folder}"


def rows_of(source: Path) -> int:
    """How many statements a Parquet file (or a pattern of files) holds. Raises InputError where it cannot be read."""
    with duckdb.connect() as database:
        found = _columns(database, source)
        if missing := [name for name in COLUMNS if name not in found]:
            raise InputError(f"{source}: column {missing[0]!r} is missing. It needs {', '.join(COLUMNS)}.")
        return database.execute("select sum(num_rows) from parquet_file_metadata($1)", [str(source)]).fetchone()[0]


def _columns(database: duckdb.DuckDBPyConnection, source: Path) -> list[str]:
    try:
        found = database.execute("describe select * from read_parquet($1)", [str(source)]).fetchall()
    except duckdb.Error as fault:
        raise InputError(f"{source}: cannot be read as Parquet ({str(fault).splitlines()[0]}).") from None
    return [row[0] for row in found]


def split(source: Path, folder: Path, parts: int, machine: Machine, *, progress: bool = False) -> list[Path]:
    """Write the statements of `source` as so many parts, all of an item in one, and give their files.

    Columns that no text reads are left out. Raises InputError as `rows_of` does.
    """
    with _database(machine) as database:
        kept = ", ".join(name for name in (*COLUMNS, *PLACES) if name in _columns(database, source))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        database.execute("set preserve_insertion_order = false")
        sql = (
            f"copy (select {kept}, hash(item) % {parts} as part from read_parquet('{_quoted(source)}')) "
            f"to '{_quoted(folder)}' (format parquet, partition_by (part), per_thread_output false)"
        )
        size = database.execute(
            "select sum(total_compressed_size) from parquet_metadata($1)", [str(source)]
        ).fetchone()[0]
        with tqdm(total=size, desc="split by item", unit="B", unit_scale=True, disable=not progress) as bar:
            _watched(database, sql, folder, size, bar)
    return sorted(folder.glob("part=*"))


def reconcile_part(part: Path, filings: Path | None, target: Path, choices: Choices, machine: Machine) -> int:
    """Reconcile one part into a Parquet file for each of RESULTS, below `target`; gives its number of statements."""
    with _database(machine) as database:
        rows = _coded(database, part, filings)
        parameters = choices._asdict() | {"top": 1 << 40}
        engine.make(database, "flows", parameters, _spared(choices, "statements"))
        _double_counts(database, choices)
        for stage in ("spans", *engine.PASSING):
            engine.make(database, stage, parameters)
        for name in RESULTS:
            _write(database, name, parameters, choices, target / name / f"{part.name}.parquet")
    return rows


def _double_counts(database: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Make the table `doubled`. Which lots may be one is told by their ids: without these it stays empty."""
    if choices.traced:
        engine.make(database, "double_counts", choices._asdict(), as_table="doubled")
    else:
        database.execute("create temp table doubled as select *, null::varchar as via from flows where false")


def _write(
    database: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, object], choices: Choices, path: Path
) -> None:
    ids = [column for column in schemas.names(schemas.PROCESSED[name]) if column.endswith("statements")]
    path.parent.mkdir(parents=True, exist_ok=True)
    sql = f"copy (select {_spared(choices, *ids)} from ({engine.text(name)})) to '{_quoted(path)}' (format parquet)"
    database.execute(sql, engine.used(name, parameters))


def _spared(choices: Choices, *ids: str) -> str:
    """The columns to ask for: ids take most of the work, and are left empty unless they are asked for."""
    empty = ", ".join(f"null::varchar as {name}" for name in ids)
    return "*" if choices.traced else f"* replace ({empty})"


def _coded(database: duckdb.DuckDBPyConnection, part: Path, filings: Path | None) -> int:
    """Make the tables that the texts read of one part: `lots`, `filings`, `nobody` and `transfers`, which it counts."""
    source = f"read_parquet('{_quoted(part)}/*.parquet')"
    found = _columns(database, part / "*.parquet")
    for name, columns in LISTS.items():
        values = " union ".join(f"select {column} as code from {source}" for column in columns)
        database.execute(f"create type {name}_code as enum (select code from ({values}) order by code)")
    kind = {column: name for name, columns in LISTS.items() for column in columns}
    coded = ", ".join(f"{name}::{kind[name]}_code as {name}" if name in kind else name for name in found)
    spans = "" if "first_year" in found else ", null::bigint as first_year, null::bigint as last_year"
    database.execute(f"create temp table transfers as select {coded}{spans} from {source}")
    lots = engine.text("lots") if set(PLACES) <= set(found) else "select *, null::varchar[] as ids from transfers"
    database.execute(f"create temp view lots as {lots}")
    database.register("every_nobody", pd.DataFrame({"party": names.not_one_party()}))
    known = "select unnest(enum_range(null::party_code))::varchar"
    database.execute(
        f"create temp table nobody as select party::party_code as party from every_nobody where party in ({known})"
    )
    filed = f"read_csv('{_quoted(filings)}', all_varchar = true)" if filings else f"({NO_FILINGS})"
    database.execute(
        "create temp table filings as select party::party_code as party, year::bigint as year, filed "
        f"from {filed} where party in ({known})"
    )
    return database.execute("select count(*) from transfers").fetchone()[0]


@contextmanager
def _database(machine: Machine) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own, with the macros. Raises InputError for a limit that cannot be read."""
    try:
        limits = {"memory_limit": machine.memory, "threads": machine.threads, "temp_directory": str(machine.spill)}
        database = duckdb.connect(config=limits)
    except duckdb.Error as fault:
        raise InputError(f"memory={machine.memory!r}: {str(fault).splitlines()[0]} Write it like 2GB.") from None
    with database:
        database.execute(engine.text("macros"))
        yield database


def _watched(database: duckdb.DuckDBPyConnection, sql: str, folder: Path, size: int, bar: tqdm) -> None:
    """Execute what writes about so many bytes into a folder, and tell how far it is while it runs."""
    with ThreadPoolExecutor(1) as thread:
        work = thread.submit(database.execute, sql)
        while not work.done():
            wait([work], timeout=0.5)
            written = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
            bar.update(min(written, size) - bar.n)
        work.result()
    bar.update(size - bar.n)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
