"""Places that are no files, archives, and files without end, wherever a file is given: one line, no wait, no memory."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import duckdb
import pytest

from analysis import bulk, cases, names, parquet
from analysis.errors import InputError
from analysis.paths import RAW, REFERENCE, ROOT
from analysis.registers import study
from analysis.registers.filings import filings_from
from analysis.sweeps import gridfile
from tests.checkouts import CASE
from tests.corpus import built, said
from tests.corpus.built import ARCHIVES, ENDLESS, ENDLESS_SAYS, FILED, GOOD, NO_PARQUET, PLACES, STATEMENTS

CASE_NAMES = cases.case_names
IN_MEMORY = ("raw_table", "settings", "spellings", "register", "filings", "grid", "copy_of_a_source")
PATIENCE = 20  # seconds: what waits for a pipe waits for ever


Use = Callable[[Path], tuple[Path, Callable[[], object]]]


def raw_table(folder: Path) -> tuple[Path, Callable[[], object]]:
    return case(folder) / "transfers.csv", lambda: cases.raw_lines("case")


def settings(folder: Path) -> tuple[Path, Callable[[], object]]:
    return case(folder) / "case.toml", lambda: cases.settings("case")


def spellings(folder: Path) -> tuple[Path, Callable[[], object]]:
    names.REFERENCE = Path(shutil.copytree(REFERENCE, folder / "reference"))
    return names.REFERENCE / "parties.csv", lambda: names.resolve_party("Bulgaria")


def register(folder: Path) -> tuple[Path, Callable[[], object]]:
    return folder / "given.csv", lambda: study.opened(str(folder / "given.csv"))


def filings(folder: Path) -> tuple[Path, Callable[[], object]]:
    return folder / "given.csv", lambda: filings_from(folder / "given.csv")


def grid(folder: Path) -> tuple[Path, Callable[[], object]]:
    return folder / "given.yaml", lambda: gridfile.read(folder / "given.yaml")


def copy_of_a_source(folder: Path) -> tuple[Path, Callable[[], object]]:
    cases.RAW, cases.case_names = RAW, CASE_NAMES
    return folder / "given.txt", lambda: cases.verify_source(CASE, folder / "given.txt")


def statements(folder: Path) -> tuple[Path, Callable[[], object]]:
    return folder / "given.parquet", lambda: parquet.rows_of(folder / "given.parquet")


def case(folder: Path) -> Path:
    """A case of its own; that there is one is told by its name, since case.toml may not be there."""
    cases.RAW = folder
    cases.case_names = lambda: ["case"]
    return Path(shutil.copytree(RAW / CASE, folder / "case"))


# What a file can be given to: where it has to lie below a folder, and what reads it.
USES: Mapping[str, Use] = {
    use.__name__: use for use in (raw_table, settings, spellings, register, filings, grid, copy_of_a_source, statements)
}
assert tuple(USES) == built.USES
OUTSIDE = "is a link to /dev/zero, outside of"
ELSEWISE = {  # what is said instead
    ("raw_table", "a device without end"): OUTSIDE,
    ("settings", "a device without end"): OUTSIDE,
    ("spellings", "a device without end"): OUTSIDE,
    ("register", "not there"): "there is no such file",
    ("statements", "not there"): "cannot be read as Parquet",
}


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    """What uses set, and what they set it from."""
    for module, name in ((cases, "RAW"), (cases, "case_names"), (names, "REFERENCE")):
        monkeypatch.setattr(module, name, getattr(module, name))


def given(folder: Path, use: str, build: Callable[[Path], object]) -> Callable[[], object]:
    """Put what is built in the place of a file that is used; returns what reads it."""
    path, read = USES[use](folder)
    path.unlink(missing_ok=True)
    build(path)
    return read


@contextmanager
def patience() -> Iterator[None]:
    def tired(_number: int, _frame: object) -> None:
        raise TimeoutError(f"nothing was said for {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, tired)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(("use", "place"), [*product(USES, PLACES)])
def test_a_place_that_is_no_file_is_told(tmp_path, use, place):
    build, says = PLACES[place]
    read = given(tmp_path, use, build)
    with patience(), pytest.raises(InputError) as caught:
        read()
    said(caught.value, ELSEWISE.get((use, place), says))


@pytest.mark.parametrize(("use", "kind"), [*product(USES, ARCHIVES)])
def test_an_archive_is_told_and_never_unpacked(tmp_path, use, kind):
    build, says = ARCHIVES[kind]
    read = given(tmp_path, use, build)
    with pytest.raises(InputError) as caught:
        read()
    parquet = "column 'source_id' is missing" if kind == "Parquet" else "cannot be read as Parquet of statements"
    said(caught.value, parquet if use == "statements" else says)


BOUNDED = """
import resource, sys
from pathlib import Path
from analysis.errors import InputError
from tests.corpus.built import ENDLESS
from tests.test_corpus_places import USES, given
most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + 160_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
for use, kind, folder in (word.split("=") for word in sys.argv[1:]):
    read = given(Path(folder), use, ENDLESS[kind])
    try:
        read()
    except InputError as fault:
        print(use, fault)
"""


def test_a_file_without_end_takes_no_memory(tmp_path):
    """In a process that may take 160 megabytes more than it has. (DuckDB, which reads Parquet, has its own limit; and
    a source may well be one long line.)"""
    tried = [pair for pair in product(IN_MEMORY, ENDLESS) if pair != ("copy_of_a_source", "a line of sixty megabytes")]
    words = [f"{use}={kind}={tmp_path / str(place)}" for place, (use, kind) in enumerate(tried)]
    for place in range(len(tried)):
        (tmp_path / str(place)).mkdir()
    script = [sys.executable, "-c", BOUNDED, *words]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert not done.stderr
    told = done.stdout.splitlines()
    assert [line.split()[0] for line in told] == [use for use, _ in tried]
    for line in told:
        assert any(says in line for says in ENDLESS_SAYS), line


@pytest.mark.parametrize("kind", ENDLESS)
def test_parquet_without_end_is_told(tmp_path, kind):
    read = given(tmp_path, "statements", ENDLESS[kind])
    with pytest.raises(InputError) as caught:
        read()
    said(caught.value, "cannot be read as Parquet of statements")


@pytest.mark.parametrize("fault", STATEMENTS)
def test_statements_that_are_none_are_told(tmp_path, fault):
    columns, says = STATEMENTS[fault]
    path = tmp_path / "statements.parquet"
    duckdb.sql(f"select {columns} from ({GOOD})").write_parquet(str(path))
    with pytest.raises(InputError) as caught:
        parquet.rows_of(path)
    assert "statements.parquet" in said(caught.value, says)


@pytest.mark.parametrize("fault", NO_PARQUET)
def test_what_is_no_parquet_is_told(tmp_path, fault):
    path = tmp_path / "statements.parquet"
    path.write_bytes(NO_PARQUET[fault])
    with pytest.raises(InputError) as caught:
        parquet.rows_of(path)
    assert "statements.parquet" in said(caught.value, "cannot be read as Parquet of statements")


@pytest.mark.parametrize("fault", FILED)
def test_filings_beside_parquet_that_are_none_are_told(tmp_path, fault):
    line, says = FILED[fault]
    duckdb.sql(GOOD).write_parquet(str(tmp_path / "statements.parquet"))
    (tmp_path / "filings.csv").write_text(f"party,year,filed\nPOL,2013,yes\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        bulk.reconcile(tmp_path / "statements.parquet", tmp_path / "target", filings=tmp_path / "filings.csv")
    said(caught.value, f"filings.csv, {says}")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("what", ["transfers.csv", "case.toml", ""])
def test_a_link_out_of_the_project_is_told(tmp_path, monkeypatch, what):
    monkeypatch.setattr(cases, "RAW", tmp_path / "raw")
    (tmp_path / "raw").mkdir()
    outside = Path(shutil.copytree(RAW / CASE, tmp_path / "outside"))
    if what:
        shutil.copytree(RAW / CASE, tmp_path / "raw" / "case")
        (tmp_path / "raw" / "case" / what).unlink()
    (tmp_path / "raw" / "case" / what).symlink_to(outside / what)
    with pytest.raises(InputError) as caught:
        cases.settings("case")
        cases.raw_lines("case")
    said(caught.value, f"raw/case/{what or 'case.toml'}: is a link to {outside}")
    said(caught.value, "Put the file itself there.")
