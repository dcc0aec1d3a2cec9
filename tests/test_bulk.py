"""A register on Parquet, split by item: what DataFrames of the same statements give, whoever computes it."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analysis import bulk, cluster, engine, folders, reconcile
from analysis.bulk import Choices, Means
from analysis.conduits import conduits, spans
from analysis.errors import AccountsError, InputError
from analysis.mirror import mirror
from analysis.parquet import COLUMNS
from analysis.paths import ROOT
from analysis.tables import typed

ITEMS = [*(f"item-{number}" for number in range(12)), 'o\'neill "gun"; --', "Geschütz/大砲", ""]
PARTIES = ["AAA", "BBB", "CCC", "DDD", "EEE", "XXX"]
FILED = [("AAA", 2010, "yes"), ("BBB", 2011, "no"), ("ZZZ", 2010, "yes")]  # ZZZ reports nothing
KEYS = {"mirror": ["supplier", "recipient", "item", "unit", "year"], "balances": ["party", "item", "unit"]}
KEYS["conduits"] = KEYS["balances"]


def told(count: int, items: list[str], seed: int = 5) -> pd.DataFrame:
    """Statements of every kind: undisclosed and open counts, no year, bounded years, lines listed twice, nobody."""
    draw = random.Random(seed)
    rows = []
    for place in range(count):
        supplier, recipient = draw.sample(PARTIES, 2)
        role = draw.choices(["exporter", "importer", "third"], [5, 5, 1])[0]
        low = draw.choice([None, 0, *range(1, 12)])
        high = low if draw.random() < 0.8 else None
        year = draw.choice([None, *range(2008, 2016)])
        bounds = draw.choice([(None, None), (2009, 2011)]) if year is None else (year, year)
        rows.append(
            {
                "statement_id": f"r{place}", "source_id": draw.choice(["S1", "S2"]), "locator": f"row {place}",
                "role": role, "reporter": {"exporter": supplier, "importer": recipient}.get(role, draw.choice("TU")),
                "supplier": supplier, "recipient": recipient, "item": draw.choice(items),
                "unit": draw.choice(["piece", "piece", "round"]), "year": year, "low": low, "high": high,
                "quantity_as_printed": "" if low is None else f"{low}", "first_year": bounds[0], "last_year": bounds[1],
            }
        )  # fmt: skip
    again = [{**row, "statement_id": f"{row['statement_id']}b"} for row in rows[: count // 20]]
    return typed(pd.DataFrame(rows + again), "statements")


def parquet(path: Path, statements: pd.DataFrame, columns: str = "*") -> Path:
    with duckdb.connect() as database:
        database.register("statements", statements)
        database.execute(f"copy (select {columns} from statements) to '{path}' (format parquet)")
    return path


def expected(statements: pd.DataFrame, filings: pd.DataFrame | None, *, traced: bool = True) -> dict[str, pd.DataFrame]:
    """The tables of RESULTS as the functions on DataFrames give them."""
    flows = reconcile.flows(statements)
    doubled = reconcile.double_counts(flows) if traced else None
    found = {
        "mirror": mirror(typed(statements, "transfers"), filings),
        "balances": reconcile.balances(flows, doubled),
        "conduits": conduits(flows, doubled=doubled, spans=spans(statements)),
    }
    return found if traced else {name: without_ids(table) for name, table in found.items()}


def without_ids(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**{name: "" for name in table if name.endswith("statements")})


def results(target: Path) -> dict[str, pd.DataFrame]:
    """What a folder of results holds, in the order of the DataFrames'."""
    assert sorted(path.name for path in target.iterdir()) == sorted(bulk.RESULTS)
    found = {}
    for name in bulk.RESULTS:
        with duckdb.connect() as database:
            table = typed(database.execute("from read_parquet($1)", [f"{target}/{name}/*.parquet"]).df(), name)
        place = ["rank_quantity"] if name == "conduits" else KEYS[name]
        found[name] = table.sort_values(place, na_position="first", ignore_index=True)
    return found


def same(found: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name in bulk.RESULTS:
        pd.testing.assert_frame_equal(found[name], other[name])


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A folder with a register and a list of who filed, and what the DataFrames give."""
    home = tmp_path_factory.mktemp("bulk's, ü")
    statements = told(1500, ITEMS)
    filings = pd.DataFrame(FILED, columns=["party", "year", "filed"])
    filings.to_csv(home / "filings.csv", index=False)
    duckdb.register("statements", statements)
    duckdb.sql("from statements").write_parquet(str(home / "register.parquet"))
    return home, expected(statements, typed(filings, "filings"))


@pytest.mark.parametrize("parts", [1, 3, 7])
def test_the_parts_give_what_the_whole_gives(given, tmp_path, parts):
    home, whole = given
    rows = bulk.reconcile(
        home / "register.parquet",
        tmp_path / "o'results",
        Choices(traced=True),
        Means(parts=parts),
        home / "filings.csv",
    )
    assert rows == 1500 + 75
    same(results(tmp_path / "o'results"), whole)
    assert len(whole["conduits"]) > 40 and whole["balances"]["required_stock"].gt(0).any()
    assert set(whole["mirror"]["silence"]) > {"did not file", "filed and did not list", "listed without a count"}


def test_without_ids_all_but_these_is_the_same(given, tmp_path):
    home, _ = given
    statements = told(1500, ITEMS)
    bulk.reconcile(home / "register.parquet", tmp_path / "found", Choices(), Means(parts=3))
    same(results(tmp_path / "found"), expected(statements, None, traced=False))


def test_neither_order_nor_parts_nor_too_little_memory_change_what_a_large_register_gives(tmp_path, monkeypatch):
    row = "hash(item, place)"
    duckdb.sql(
        f"""select 'r' || {row} as statement_id, 'S1' as source_id, 'row ' || {row} as locator,
                   if({row} % 2 = 0, 'exporter', 'importer') as role, '' as reporter,
                   'A' || {row} // 2 % 30 as supplier,
                   'A' || (30 + {row} // 64 % 30) % 45 as recipient, 'item-' || item as item, 'piece' as unit,
                   2000 + ({row} // 4096 % 20) as year, ({row} // 131072 % 9)::bigint as low, low as high,
                   '' as quantity_as_printed
            from range(100) items(item), range(800) places(place) order by place, item"""
    ).write_parquet(str(tmp_path / "one.parquet"))
    duckdb.sql(f"from '{tmp_path}/one.parquet' order by hash(statement_id)").write_parquet(
        str(tmp_path / "two.parquet")
    )
    spilled, write = [], bulk._write

    def noting(database, *given):
        spilled.append(database.execute("select sum(size) from duckdb_temporary_files()").fetchone()[0])
        write(database, *given)

    monkeypatch.setattr(bulk, "_write", noting)
    monkeypatch.setattr(engine, "cores", lambda: 1)  # each thread needs memory of its own
    assert bulk.reconcile(tmp_path / "one.parquet", tmp_path / "one", None, Means("40MB", parts=1)) == 80_000
    assert max(size or 0 for size in spilled) > 1e6
    assert bulk.reconcile(tmp_path / "two.parquet", tmp_path / "two", None, Means(parts=5)) == 80_000
    same(results(tmp_path / "one"), results(tmp_path / "two"))


def test_two_workers_of_this_machine_give_the_same(given, tmp_path):
    home, whole = given
    arguments = (Choices(traced=True), Means(parts=4, workers=2), home / "filings.csv")
    assert bulk.reconcile(home / "register.parquet", tmp_path / "found", *arguments) == 1575
    same(results(tmp_path / "found"), whole)


def started(home: Path, *words: str) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", *words], cwd=home, env=environment, stderr=subprocess.DEVNULL)


def wait_for(condition) -> None:
    ends = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture
def by_hand(tmp_path):
    """A scheduler and two workers as a user starts them, elsewhere: the address, and the workers."""
    file = tmp_path / "scheduler.json"
    options = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    place = ("--port", "0", "--scheduler-file", str(file))
    processes = [started(tmp_path, "distributed.cli.dask_scheduler", *options, *place)]
    wait_for(lambda: file.exists() and file.read_text(encoding="utf-8").strip().endswith("}"))
    address = json.loads(file.read_text(encoding="utf-8"))["address"]
    options += (address, "--nthreads", "1", "--no-nanny", "--death-timeout", "30")
    for name in ("one", "two"):
        folder = ("--name", name, "--local-directory", str(tmp_path / name))
        processes.append(started(tmp_path, "distributed.cli.dask_worker", *options, *folder))
    yield address, processes[1:]
    for process in processes:
        process.kill()
        process.wait()


def test_a_lost_worker_loses_nothing(given, tmp_path, by_hand, monkeypatch):
    home, whole = given
    address, workers = by_hand
    monkeypatch.setattr(cluster, "PATIENCE", 120)  # to start takes as long as a busy machine needs
    seen = []

    def finished(client, function, jobs):
        wait_for(lambda: len(client.scheduler_info()["workers"]) == 2)
        for number in cluster_finished(client, function, jobs):
            seen.append(number)
            if len(seen) == 1:
                workers[0].kill()
            yield number

    cluster_finished = cluster.finished
    monkeypatch.setattr(cluster, "finished", finished)
    arguments = (Choices(traced=True), Means(parts=8, scheduler=address), home / "filings.csv")
    assert bulk.reconcile(home / "register.parquet", tmp_path / "found", *arguments) == 1575
    assert workers[0].wait(10) != 0
    assert len(seen) > 4
    same(results(tmp_path / "found"), whole)


def test_what_a_killed_run_left_beside_its_target_is_removed_and_nothing_else(given, tmp_path):
    for name in (".found-retransfer-x1", ".found-mine", ".other-retransfer-x1"):
        (tmp_path / name / "parts").mkdir(parents=True)
    assert bulk.reconcile(given[0] / "register.parquet", tmp_path / "found", None, Means(parts=1)) == 1575
    assert sorted(path.name for path in tmp_path.iterdir()) == [".found-mine", ".other-retransfer-x1", "found"]


def test_two_at_once_do_not_share_a_folder(given, tmp_path):
    with folders.alone(tmp_path / "found"), pytest.raises(InputError, match="found: another command is making this"):
        bulk.reconcile(given[0] / "register.parquet", tmp_path / "found", None, Means(parts=1))


def test_a_folder_that_holds_something_else_is_not_replaced(given, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds 'thesis.txt', and is replaced as a whole. Name a folder of its own"):
        bulk.reconcile(given[0] / "register.parquet", tmp_path, None, Means(parts=1))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_register_of_nothing_gives_empty_tables(tmp_path):
    none = parquet(tmp_path / "none.parquet", told(5, ["tank"]).iloc[:0])
    assert bulk.reconcile(none, tmp_path / "found", None, Means(parts=3)) == 0
    assert all(table.empty for table in results(tmp_path / "found").values())


def test_unknown_text_is_empty_text_and_what_no_text_reads_may_be_missing(tmp_path):
    statements = told(60, ["tank", ""])
    columns = ", ".join(f"nullif({name}, '') as {name}" if name == "item" else name for name in COLUMNS)
    source = parquet(tmp_path / "few.parquet", statements.assign(reporter=""), columns)
    bulk.reconcile(source, tmp_path / "found", None, Means(parts=2))
    # without places, no line is taken for one listed twice, as if each stood at a place of its own
    apart = statements.assign(reporter="", locator=statements["statement_id"], first_year=pd.NA, last_year=pd.NA)
    same(results(tmp_path / "found"), expected(typed(apart, "statements"), None, traced=False))


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        ("* exclude (unit)", {}, "column 'unit' is missing"),
        ("* exclude (statement_id)", {"choices": Choices(traced=True)}, "column 'statement_id' is missing"),
        ("* replace ('many' as low)", {}, "cannot be read as Parquet of statements .*many"),
        ("* replace (if(low = 3, 1880, year) as year)", {}, "from 1880 to 2015; no more than 126 years"),
        ("*", {"means": Means(memory="a lot")}, "memory='a lot': .*Write it like 2GB"),
        ("*", {"means": Means(memory="3MB")}, "memory='3MB': is too little for one part"),
        ("*", {"means": Means(parts=-1)}, "parts=-1: a register is split into 1 part or more"),
        ("*", {"means": Means(scheduler="tcp://127.0.0.1:9")}, "no scheduler answers at 'tcp://127.0.0.1:9'"),
        ("*", {"choices": Choices(prefer="exprter")}, "prefer='exprter': unknown .did you mean 'exporter'"),
        ("*", {"choices": Choices(prefer="reliable")}, "prefer='reliable': unknown.* split in parts"),
        ("*", {"choices": Choices(rank_by="size")}, "rank_by='size': unknown"),
        ("*", {"choices": Choices(lag_years=-1)}, "lag_years=-1"),
        ("*", {"choices": Choices(within_years=-1)}, "within_years=-1"),
        ("*", {"filings": ROOT / "README.md"}, "README.md: column 'party' is missing"),
    ],
)
def test_what_cannot_be_done_is_told_and_the_last_results_stay(tmp_path, monkeypatch, columns, arguments, message):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    source = parquet(tmp_path / "register.parquet", told(300, ["tank", "gun"]), columns)
    (tmp_path / "found" / "mirror").mkdir(parents=True)
    (tmp_path / "found" / "mirror" / "last").write_text("good", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        bulk.reconcile(source, tmp_path / "found", **arguments)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["found", "register.parquet"]
    assert (tmp_path / "found" / "mirror" / "last").read_text(encoding="utf-8") == "good"


@pytest.mark.parametrize("name", ["README.md", "nowhere.parquet"])
def test_what_is_no_parquet_file_is_told(tmp_path, name):
    with pytest.raises(InputError, match=f"{name}: cannot be read as Parquet"):
        bulk.reconcile(ROOT / name, tmp_path / "found")
    assert not list(tmp_path.iterdir())


def test_a_lost_row_is_found(given, tmp_path, monkeypatch):
    split = bulk.split
    monkeypatch.setattr(bulk, "split", lambda *given, **named: split(*given, **named)[1:])
    with pytest.raises(AccountsError, match=r"1575 statements in, [0-9]+ in its parts: rows were lost"):
        bulk.reconcile(given[0] / "register.parquet", tmp_path / "found", None, Means(parts=2))
