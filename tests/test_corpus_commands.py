"""Some of each kind of bad input through the real command: what a user sees is one message, and results stay."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checkouts import CASE, Checkout
from tests.corpus import built, entries
from tests.corpus.edits import edited


def entry(table: str, name: str, file: str) -> dict[str, str]:
    """An entry of the corpus, by its name."""
    (found,) = [entry for entry in entries(table) if (entry["name"], entry["file"]) == (name, file)]
    return found


# Of a case: the table of the corpus, the entry, and the file it is about.
BROKEN = [
    ("files", "a quotation mark that is closed lines later", "transfers.csv"),
    ("settings", "title of several lines", "case.toml"),
    ("settings", "nested too deeply", "case.toml"),
    ("settings", "a parameter of 5,000 hexadecimal digits", "case.toml"),
]


def told_in_one_line(done, says: str) -> None:
    """What a command that refused has said: this, and no traceback."""
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert sum(line.startswith("Error: ") for line in done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("table", "name", "file"), BROKEN)
def test_a_run_of_a_broken_case_is_refused_and_its_results_stay(checkout, table, name, file):
    own = entry(table, name, file)
    before = checkout.results()
    path = checkout.raw(file)
    path.write_bytes(edited(path.read_bytes(), own))
    told_in_one_line(checkout.retransfer("run", CASE), own["says"])
    assert checkout.results() == before


@pytest.mark.parametrize("place", ["a pipe"])
def test_a_run_with_no_file_in_place_of_a_table_does_not_wait(checkout, place):
    path = checkout.raw("transfers.csv")
    path.unlink()
    built.PLACES[place][0](path)
    done = checkout.retransfer("run", CASE)
    told_in_one_line(done, "transfers.csv")


Words = Callable[[Path], tuple[str, ...]]
GIVEN: dict[str, Words] = {
    "register": lambda path: ("register", str(path)),
    "register --check": lambda path: ("register", str(path), "--check"),
    "sweep": lambda path: ("sweep", str(path)),
    "verify-source": lambda path: ("verify-source", CASE, str(path)),
    "reconcile": lambda path: ("reconcile", str(path), str(path.with_name("target"))),
}


@pytest.mark.parametrize("command", GIVEN)
@pytest.mark.parametrize("kind", ["a workbook", "a bomb"])
def test_a_command_that_is_given_an_archive_says_so(shared_checkout: Checkout, tmp_path, command, kind):
    build, says = built.ARCHIVES[kind]
    build(tmp_path / "given.yaml")
    done = shared_checkout.retransfer(*GIVEN[command](tmp_path / "given.yaml"))
    told_in_one_line(done, "cannot be read as Parquet" if command == "reconcile" else says)
    shutil.rmtree(tmp_path / "target", ignore_errors=True)


@pytest.mark.parametrize("command", ["register", "register --check", "sweep", "reconcile"])
def test_a_command_that_is_given_a_pipe_does_not_wait(shared_checkout: Checkout, tmp_path, command):
    os.mkfifo(tmp_path / "given.yaml")
    done = shared_checkout.retransfer(*GIVEN[command](tmp_path / "given.yaml"))
    told_in_one_line(done, "is a pipe, not a file")
