"""Checkouts to run the real commands in: tests never write into this one."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis import schemas
from analysis.paths import ROOT
from analysis.tables import typed
from tests.browser import started

CASE = "belarus-bulgaria-2015"
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
ADDRESS = "https://example.org/retransfer"  # where a site could stand
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "build", "__pycache__", ".*_cache", ".hypothesis", ".ipynb_checkpoints"
)


class Checkout:
    """A copy of the working tree, with the `retransfer` command run from it as a user would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(ROOT, path, ignore=LEFT_OUT)

    def retransfer(self, *words: str, **variables: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "analysis.cli", *words]
        environment = self.environment(**variables)
        return subprocess.run(
            command, cwd=self.path, env=environment, capture_output=True, text=True, check=False, timeout=300
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """In which Python imports this copy."""
        return {**os.environ, "PYTHONPATH": str(self.path), "COLUMNS": "200", **variables}

    def raw(self, name: str) -> Path:
        return self.path / "data" / "raw" / CASE / name

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def results(self) -> dict[str, bytes]:
        """Every published byte: tables, figures, notebooks."""
        folders = (self.path / "data" / "processed", self.path / "notebooks")
        found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a run of all cases stay on one worker, and so do those of a file, for what the file makes."""
    for item in (item for item in items if isinstance(item, pytest.Function)):
        # Visits of all pages take as long as all else of their file together.
        known = set(item.fixturenames)
        name = "runs" if "fresh_run" in known else "visits" if "visited" in known else item.path.name
        item.add_marker(pytest.mark.xdist_group(name))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Groups that are lost cost minutes and nobody is told: each worker then makes what a group shares."""
    worker = hasattr(session.config, "workerinput")
    if worker and session.config.getvalue("loadgroup") and not any("@" in item.nodeid for item in session.items):
        raise pytest.UsageError(
            "pytest-xdist does not see the groups of these tests: its version does not fit pytest's."
        )


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def fresh_run(tmp_path_factory) -> Checkout:
    """A copy in which all that is published has been run from the raw tables, with no earlier results to lean on.

    It lies in a folder of an odd name, and is run in another time zone, language and hash seed, by another user.
    """
    home = tmp_path_factory.mktemp("elsewhere")
    copy = Checkout(home / "another folder, ü")
    shutil.rmtree(copy.path / "data" / "processed")
    done = copy.retransfer("run", "--all", **ELSEWHERE, HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert not done.stderr  # no progress bar where nobody watches, no warning
    return copy


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that one worker makes, for all of them; whoever comes meanwhile waits."""
    base = factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / name).exists():
            make(home / f"{name}-unfinished")
            (home / f"{name}-unfinished").rename(home / name)
    return home / name


def built(copy: Checkout, target: Path, *words: str, **variables: str) -> None:
    done = copy.retransfer("site", *words, **variables)
    assert done.returncode == 0, done.stderr
    (copy.path / "build" / "site").rename(target)


@pytest.fixture(scope="session")
def built_site(tmp_path_factory) -> Path:
    """The site as `make site` builds it."""
    copy = tmp_path_factory.mktemp("site") / "checkout"
    return once(tmp_path_factory, "built-site", lambda target: built(Checkout(copy), target))


@pytest.fixture(scope="session")
def built_elsewhere(tmp_path_factory) -> Path:
    """The site for an address, built in another folder, in another time zone, language and hash seed."""
    target = tmp_path_factory.mktemp("elsewhere") / "site"
    copy = Checkout(tmp_path_factory.mktemp("site") / "another folder, ü")
    built(copy, target, "--base-url", ADDRESS, **ELSEWHERE)
    return target


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a worker."""
    with started() as browser:
        yield browser


@pytest.fixture
def transfers():
    """Make a processed `transfers` table of the columns that a test cares about."""

    def make(*rows: dict) -> pd.DataFrame:
        base = {"source_id": "S1", "item": "tank", "unit": "piece", "role": "third", "year": 2015}
        numbered = [
            {"statement_id": f"T{place}", "locator": str(place), **base, **row}
            for place, row in enumerate(rows, start=1)
        ]
        for row in numbered:
            if "count" in row:
                row["low"] = row["high"] = row.pop("count")
        return typed(pd.DataFrame(numbered, columns=schemas.names(schemas.PROCESSED["transfers"])), "transfers")

    return make
