"""What tests share: copies of the checkout, a run of all cases, the site, a browser; and which worker runs what."""

import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import schemas
from analysis.tables import typed
from tests.browser import started
from tests.checkouts import Checkout

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
ADDRESS = "https://example.org/retransfer"  # where a site could stand


# What a shell starts in the background ignores Ctrl-C, and so would all commands that tests start and stop.
signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def shared_checkout(tmp_path_factory) -> Iterator[Checkout]:
    copy = Checkout(tmp_path_factory.mktemp("shared") / "checkout")
    yield copy
    copy.close()


@pytest.fixture
def checkout(shared_checkout) -> Iterator[Checkout]:
    """A copy of the checkout; what a test changes in it is put back."""
    yield shared_checkout
    shared_checkout.restore()


@pytest.fixture(scope="session")
def fresh_run(tmp_path_factory) -> Checkout:
    """A copy in which all that is published has been run from the raw tables, with no earlier results to lean on.

    It lies in a folder of an odd name, and is run in another time zone, language, umask and hash seed, by another user.
    """
    home = tmp_path_factory.mktemp("elsewhere")
    copy = Checkout(home / "another folder, ü")
    shutil.rmtree(copy.path / "data" / "processed")
    done = copy.alone("run", "--all", begin=lambda: os.umask(0o077), **ELSEWHERE, HOME=str(home))
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
    done = copy.alone("site", *words, **variables)
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
