"""A register of any size, on Parquet: split by item once, then reconciled part by part, here or by Dask workers.

Every key of the reconciliation holds the item, so that no part needs another: the results are those of the whole. A
part runs the SQL texts that DataFrames run (analysis/sql), in a database of its own that is given so much memory and
spills to disk beyond it.
"""

import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd
from tqdm import tqdm

from analysis import engine, folders, names, parquet, processes, schemas, versions
from analysis.choices import RANKS
from analysis.errors import AccountsError, InputError
from analysis.hints import close_to
from analysis.reading import PUBLISHED, text_of
from analysis.rows import records

RESULTS = ("mirror", "balances", "conduits")
PLACES = ("statement_id", "locator", "quantity_as_printed")  # with these, a lot listed twice at one place counts once
ROWS_A_PART = 1_000_000  # about 300 MB at work

FILINGS = ("party", "year", "filed")
FILED = (r"yes|no", "yes or no (a nil report is a yes)")
# The texts name the larger side of a join first. Left to its estimates, DuckDB holds the larger one in memory.
AS_WRITTEN = "set disabled_optimizers = 'join_order,build_side_probe_side'"
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
    spill: Path  # each database makes a folder of its own in it


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

    `target` gets a folder for each of RESULTS, with a file per part (conduits, ranked in all, are one file), once all
    are there; until then what it held stays. Workers elsewhere must see both under the same paths. `filings`: CSV
    (schemas). Raises InputError for a source that lacks a column or holds years too far apart, a limit that cannot be
    read or is too low, a scheduler that does not answer, and workers that run other code or see other files.
    """
    choices, means = choices or Choices(), means or Means()
    _check_choices(choices)
    _check_target(target)
    rows = parquet.rows_of(source, traced=choices.traced)
    count = _number_of_parts(means.parts, rows)
    filings = filings and _checked_filings(filings)
    target.parent.mkdir(parents=True, exist_ok=True)
    with folders.alone(target), _beside(target) as work, ExitStack() as stack:
        machine = Machine(means.memory, engine.cores(), work / "spill")
        parts = split(source.resolve(), work / "parts", count, machine, traced=choices.traced, progress=progress)
        results, done = work / "results", 0
        with tqdm(total=rows, desc="reconcile", unit=" statements", disable=not progress) as bar:
            for number in _computed(parts, filings, results, choices, means, machine, stack):
                bar.update(number)
                done += number
        if done != rows:
            raise AccountsError(f"{source}: {rows} statements in, {done} in its parts: rows were lost.")
        _rank(results / "conduits", choices, machine)
        folders.swap(results, target)
    return rows


def _check_choices(choices: Choices) -> None:
    """Raises InputError for what the functions on DataFrames refuse, and for `reliable`, which takes all parts."""
    engine.check_lag(choices.lag_years)
    one_of = {"prefer": ("exporter", "importer", "larger", "smaller", "mean"), "rank_by": RANKS}
    for name, known in one_of.items():
        if (asked := getattr(choices, name)) not in known:
            raise InputError(
                f"{name}={asked!r}: unknown{close_to(asked, list(known))}. For a register split in parts it is one of "
                f"{', '.join(known)}."
            )
    if choices.within_years < 0:
        raise InputError(f"within_years={choices.within_years}: a number of years is not negative.")


def _check_target(target: Path) -> None:
    """Raises InputError for a folder that holds anything but earlier results: it is going to be replaced."""
    held = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
    if strange := [name for name in held if name not in RESULTS]:
        raise InputError(f"{target}: holds {strange[0]!r}, and is replaced as a whole. Name a folder of its own.")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder to work in, where it can be put in the target's place; one that was left by a killed run is removed."""
    start = f".{target.name}-retransfer-"
    for path in target.parent.iterdir():
        if path.name.startswith(start):
            shutil.rmtree(path)
    with tempfile.TemporaryDirectory(prefix=start, dir=target.parent) as name:
        yield Path(name).resolve()


def _number_of_parts(asked: int | None, rows: int) -> int:
    if asked is not None and asked < 1:
        raise InputError(f"parts={asked}: a register is split into 1 part or more.")
    return asked or -(-rows // ROWS_A_PART) or 1


def _checked_filings(path: Path) -> Path:
    """Where a table of filings is. Raises InputError where it lacks a column, or a cell is none of its column's."""
    found = records(text_of(path, largest=PUBLISHED), str(path))
    header = found[0][1] if found else []
    if missing := [name for name in FILINGS if name not in header]:
        raise InputError(f"{path}: column {missing[0]!r} is missing. It needs {', '.join(FILINGS)}.")
    forms = {"party": (r"[A-Z]{3}", "a code, such as NOR"), "year": (r"[0-9]{4}", "a year"), "filed": FILED}
    for row, cells in found[1:]:
        if len(cells) != len(header):
            raise InputError(f"{path}, row {row}: has {len(cells)} cells where the header has {len(header)}.")
        for name, (pattern, words) in forms.items():
            if not re.fullmatch(pattern, cells[header.index(name)]):
                read = cells[header.index(name)][:80]
                raise InputError(f"{path}, row {row}, column {name}: read {read!r}; must be {words}.")
    return path.resolve()


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
    if means.scheduler is None and not means.workers:
        return (reconcile_part(part, filings, results, choices, machine) for part in parts)
    jobs = [(part, filings, results, choices, machine._replace(threads=1)) for part in parts]
    if means.workers:
        found = stack.enter_context(closing(processes.finished(reconcile_part, jobs, means.workers)))
        return (_known(number) for _, number in found)
    from analysis import cluster  # noqa: PLC0415 (a second that this machine alone need not wait)

    client = stack.enter_context(cluster.remote(means.scheduler))
    cluster.check_same(client, "code, notebooks or reference tables", versions.version)
    cluster.check_same(client, "files", listed, str(parts[0].parent))
    return cluster.finished(client, reconcile_part, jobs)


def _known(number: object) -> int:
    """What a part gave. Raises InputError where none could be had."""
    if number is processes.LOST:
        raise InputError(processes.LOST_PART)
    return number


def listed(folder: str) -> str:
    """The names in a folder, or that it is not there: to tell whether a worker sees it."""
    path = Path(folder)
    return " ".join(sorted(entry.name for entry in path.iterdir())) if path.is_dir() else f"no {folder}"


def split(
    source: Path, folder: Path, parts: int, machine: Machine, *, traced: bool = False, progress: bool = False
) -> list[Path]:
    """Write the statements of `source` as so many parts, all of an item in one, and give those that are not empty.

    Columns that no text reads are left out; without `traced`, ids of statements as well. Of nothing, one empty part is
    made, whose results are empty tables. Raises InputError as `parquet.rows_of` does.
    """
    with _database(machine) as database, parquet.readable(source):
        kept = ", ".join(_kept(parquet.columns(database, source), traced))
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "part=0").mkdir(parents=True)
        chosen = f"select {kept} from read_parquet('{_quoted(source)}')"
        way = "format parquet, partition_by (part), per_thread_output false, overwrite_or_ignore"
        sql = f"copy (select *, hash(item) % {parts} as part from ({chosen})) to '{_quoted(folder)}' ({way})"
        sizes = "select coalesce(sum(total_compressed_size), 0) from parquet_metadata($1)"
        size = int(database.execute(sizes, [str(source)]).fetchone()[0])
        with tqdm(total=size, desc="split by item", unit="B", unit_scale=True, disable=not progress) as bar:
            _watched(database, sql, folder, size, bar)
        found = sorted({path.parent for path in folder.glob("part=*/*.parquet")})
        if not found:
            database.execute(f"copy ({chosen}) to '{_quoted(folder / 'part=0' / 'none.parquet')}' (format parquet)")
    return found or [folder / "part=0"]


def _kept(found: Sequence[str], traced: bool) -> list[str]:
    """The columns of a part, as SQL: unknown text is empty, and where a lot is listed is as good as a number."""
    text = [name for name in parquet.COLUMNS if name not in parquet.COUNTS]
    kept = [f"coalesce({name}::varchar, '') as {name}" for name in text]
    kept += [f"{name}::bigint as {name}" for name in parquet.COUNTS]
    kept += [f"{name if name in found else 'null'}::bigint as {name}" for name in parquet.SPANS]
    if set(PLACES) <= set(found):
        kept += [f"coalesce({name}::varchar, '') as {name}" for name in PLACES[1:]]
    return [*kept, "statement_id::varchar as statement_id"] if traced else kept


def reconcile_part(part: Path, filings: Path | None, target: Path, choices: Choices, machine: Machine) -> int:
    """Reconcile one part into a Parquet file for each of RESULTS, below `target`; gives its number of statements.

    Raises InputError where that takes more memory than the machine allows.
    """
    with _database(machine) as database:
        rows = _coded(database, part, filings)
        parameters = choices._asdict() | {"top": 1 << 40}
        engine.make(database, "flows", parameters, _spared(choices, "statements"))
        _double_counts(database, choices)
        for stage in ("spans", *engine.PASSING):
            engine.make(database, stage, parameters)
        for name in RESULTS:
            ids = [column for column in schemas.names(schemas.PROCESSED[name]) if column.endswith("statements")]
            sql = f"select {_spared(choices, *ids)} from ({engine.text(name)})"
            _write(database, sql, engine.used(name, parameters), target / name / f"{part.name}.parquet")
    return rows


def _double_counts(database: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Make the table `doubled`. Which lots may be one is told by their ids: without these it stays empty."""
    if choices.traced:
        engine.make(database, "double_counts", choices._asdict(), as_table="doubled")
    else:
        database.execute("create temp table doubled as select *, null::varchar as via from flows where false")


def _write(database: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, object], path: Path) -> None:
    """Write a table as Parquet, all of it or nothing: a lost worker leaves no half of a file."""
    begun = path.parent.with_name("begun") / uuid.uuid4().hex
    for folder in (path.parent, begun.parent):
        folder.mkdir(parents=True, exist_ok=True)
    database.execute("set preserve_insertion_order = true")  # rows stand as the text orders them, whoever computes
    database.execute(f"copy ({sql}) to '{_quoted(begun)}' (format parquet)", parameters)
    begun.replace(path)


def _rank(folder: Path, choices: Choices, machine: Machine) -> None:
    """Rank the conduits of all parts, and write them as one file in place of the parts'."""
    with _database(machine) as database:
        database.execute(f"create view found as from read_parquet('{_quoted(folder)}/*.parquet')")
        ranked = folder.with_name("ranked") / "all.parquet"
        _write(database, engine.text("ranks"), engine.used("ranks", choices._asdict()), ranked)
    shutil.rmtree(folder)
    ranked.parent.rename(folder)
    shutil.rmtree(folder.with_name("begun"))


def _spared(choices: Choices, *ids: str) -> str:
    """The columns to ask for: ids take most of the work, and are left empty unless they are asked for."""
    empty = ", ".join(f"null::varchar as {name}" for name in ids)
    return "*" if choices.traced else f"* replace ({empty})"


def _coded(database: duckdb.DuckDBPyConnection, part: Path, filings: Path | None) -> int:
    """Make the tables that the texts read of one part: `lots`, `filings`, `nobody` and `transfers`, which it counts."""
    source = f"read_parquet('{_quoted(part)}/*.parquet', hive_partitioning = false)"
    found = [row[0] for row in database.execute(f"describe select * from {source}").fetchall()]
    for name, columns in LISTS.items():
        values = " union ".join(f"select {column} as code from {source}" for column in columns)
        database.execute(f"create type {name}_code as enum (select code from ({values}) order by code)")
    kind = {column: name for name, columns in LISTS.items() for column in columns}
    coded = ", ".join(f"{name}::{kind[name]}_code as {name}" if name in kind else name for name in found)
    database.execute(f"create temp table transfers as select {coded} from {source}")
    if "statement_id" not in found:
        database.execute("alter table transfers add column statement_id varchar")
    listed_once = engine.text("lots") if "locator" in found else "select *, [statement_id] as ids from transfers"
    database.execute(f"create temp view lots as {listed_once}")
    _known_parties(database, filings)
    return database.execute("select count(*) from transfers").fetchone()[0]


def _known_parties(database: duckdb.DuckDBPyConnection, filings: Path | None) -> None:
    """Make `nobody` and `filings`, of the parties that the part names: there is a code for no other."""
    known = "(select unnest(enum_range(null::party_code))::varchar)"
    database.register("every_nobody", pd.DataFrame({"party": names.not_one_party()}))
    database.execute(
        f"create temp table nobody as select party::party_code as party from every_nobody where party in {known}"
    )
    filed = f"read_csv('{_quoted(filings)}', all_varchar = true)" if filings else f"({NO_FILINGS})"
    database.execute(
        "create temp table filings as select party::party_code as party, year::bigint as year, filed "
        f"from {filed} where party in {known}"
    )


@contextmanager
def _database(machine: Machine) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own, with the macros. Raises InputError for a limit that cannot be read, or is too low."""
    machine.spill.mkdir(parents=True, exist_ok=True)
    spill = machine.spill / uuid.uuid4().hex  # two databases that share one would overwrite each other's files
    limits = {"memory_limit": machine.memory, "threads": machine.threads, "temp_directory": str(spill)}
    try:
        database = duckdb.connect(config=limits | {"preserve_insertion_order": False})
    except duckdb.Error as fault:
        raise InputError(f"memory={machine.memory!r}: {str(fault).splitlines()[0]} Write it like 2GB.") from None
    try:
        with database, engine.refusals():
            database.execute(engine.text("macros"))
            database.execute(AS_WRITTEN)
            database.execute("set enable_progress_bar = false")  # a worker's would stand between other lines
            yield database
    except duckdb.OutOfMemoryException:
        raise InputError(
            f"memory={machine.memory!r}: is too little for one part. Give more memory, or make more parts."
        ) from None
    finally:
        shutil.rmtree(spill, ignore_errors=True)


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
