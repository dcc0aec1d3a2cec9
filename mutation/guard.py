"""Whether the test of what is committed notices a changed number, of results or of raw tables. Run within a copy.

All that is published is run once; then each number is changed in the copy and the test of its file asked. A raw table's
number is changed in a second copy, its case run there, and the test asked about that run.
"""

import json
import os
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from analysis import cases
from analysis.paths import NOTEBOOKS, PROCESSED, RAW, ROOT
from mutation import cells
from mutation.mutant import Mutant
from tests.checkouts import Checkout

GUARD = "test_committed_is_what_the_run_gives"


class Guard:
    """A pytest plugin that tries all numbers instead of running the tests once."""

    def __init__(self, results: Path, second: Path) -> None:
        self.results, self.second = results, second

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = [item for item in session.items if item.originalname == GUARD]
        by_path = {item.callspec.params["path"]: item for item in items}
        fresh = self.run_once(items)
        with self.results.open("w", encoding="utf-8") as lines:
            for line in chain(_of_results(by_path), self.of_raw_tables(by_path, fresh)):
                lines.write(f"{json.dumps(line, ensure_ascii=False)}\n")
                lines.flush()
        return True

    def run_once(self, items: list[pytest.Item]) -> Checkout:
        """Ask every test with nothing changed; the run that they share stays for all that follows."""
        for item in items:
            if failed := _failures(item):
                raise pytest.UsageError(f"with nothing changed, {item.nodeid} fails: {failed[0].longreprtext}")
        return _shared(items[0])

    def of_raw_tables(self, by_path: dict[Path, pytest.Item], fresh: Checkout) -> Iterator[dict]:
        """Each number of the raw tables of the published cases."""
        copy = Checkout(self.second, source=fresh.path)
        for case in cases.published():
            guards = [item for path, item in by_path.items() if _is_of(path, case)]
            for path in sorted((RAW / case).glob("*.csv")):
                place = copy.path / path.relative_to(ROOT)
                for mutant in cells.raw(path):
                    place.write_text(mutant.text, encoding="utf-8")
                    done = copy.retransfer("run", case)
                    by = _first_failure(guards, fresh, copy.path) if done.returncode == 0 else "the run stops"
                    yield _line("raw count", f"data/raw/{case}", path, mutant, by)
                place.write_bytes(path.read_bytes())
            copy.retransfer("run", case)
            if _first_failure(guards, fresh, copy.path):
                raise pytest.UsageError(f"{case}: with all numbers put back, results differ")
        copy.close()


def _shared(item: pytest.Item) -> Checkout:
    """The run that a test of the session has made."""
    (fixture,) = item._fixtureinfo.name2fixturedefs["fresh_run"]
    return fixture.cached_result[0]


def _is_of(path: Path, case: str) -> bool:
    return path.is_relative_to(PROCESSED / case) or (path.is_relative_to(NOTEBOOKS) and case == cases.published()[0])


def _of_results(by_path: dict[Path, pytest.Item]) -> Iterator[dict]:
    """Each number of the committed tables, and of the notebooks' outputs a sample."""
    for path, item in by_path.items():
        rule = {".csv": cells.processed, ".ipynb": cells.notebook}.get(path.suffix)
        before = path.read_bytes()
        for mutant in rule(before.decode()) if rule else ():
            path.write_bytes(mutant.text.encode())
            by = _first_failure([item])
            path.write_bytes(before)
            kind = "processed cell" if path.suffix == ".csv" else "notebook number"
            yield _line(kind, path.parent.relative_to(ROOT).as_posix(), path, mutant, by)


def _line(kind: str, module: str, path: Path, mutant: Mutant, by: str) -> dict:
    place = {"file": path.relative_to(ROOT).as_posix(), "line": mutant.line, "column": mutant.column}
    return {"kind": kind, "module": module, **place, "change": mutant.change(), "by": by}


def _first_failure(items: list[pytest.Item], fresh: Checkout | None = None, run: Path | None = None) -> str:
    """The first of these tests that fails, or nothing; where `run` is given, of the results that lie there."""
    before = fresh.path if fresh else None
    if fresh:
        fresh.path = run
    try:
        return next((item.nodeid for item in items if _failures(item)), "")
    finally:
        if fresh:
            fresh.path = before


def _failures(item: pytest.Item) -> list[pytest.TestReport]:
    """Run a test, and keep what it shares with the others of its file."""
    other = next(each for each in item.session.items if each is not item and each.originalname == GUARD)
    return [report for report in runtestprotocol(item, log=False, nextitem=other) if report.failed]


def main(results: str, second: str) -> int:
    """Exit code of the tests; `second` is where a second copy may lie."""
    words = ["-q", "-s", "-p", "no:cacheprovider", "--basetemp", f"{second}-tests", "tests/test_published.py"]
    return pytest.main(words, plugins=[Guard(Path(results), Path(second))])


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(*sys.argv[1:]))
