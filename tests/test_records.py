"""Nothing runs again but what depends on a change, whatever the times of files say; nothing that does is left out."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from analysis import cases
from tests.checkouts import CASE, Checkout

NOTEBOOKS = ["1-clean", "2-reconcile", "3-scenarios", "4-figures", "5-report"]
FINDING = "Bulgaria received 240 Konkurs launchers in 2015 and passed on 216; 24 are unaccounted for."
NOTHING = "Nothing has changed since these results were computed: nothing was run."
RAW, DONE = f"data/raw/{CASE}", f"data/processed/{CASE}"
CODE = ('"""', '"""\n')  # a change to a module that changes nothing else

# What is changed: file, text in it, what stands there instead; the first notebook that depends on it, and why. Without
# a text, one byte is flipped and the file's times are kept; without one in its stead, the file is removed.
CHANGES = [
    ("notebooks/5-report.ipynb", "## What moved", "## What moved where", "5-report", "its cells have changed"),
    ("notebooks/5-report.ipynb", "are unaccounted for", "are accounted for", "5-report", "5-report.ipynb is not as"),
    ("notebooks/2-reconcile.ipynb", "tolerance: float = 0.0 ", "tolerance: float = 0.00 ", "2-reconcile", "its cells"),
    ("analysis/figures/flow.py", *CODE, "4-figures", "analysis/figures/flow.py has changed"),
    ("analysis/figures/bars.py", *CODE, "4-figures", "analysis/figures/bars.py has changed"),
    ("analysis/figures/prices.py", *CODE, "3-scenarios", "analysis/figures/prices.py has changed"),
    ("analysis/figures/style.py", *CODE, "3-scenarios", "analysis/figures/style.py has changed"),
    ("analysis/prose.py", *CODE, "2-reconcile", "analysis/prose.py has changed"),
    ("analysis/origins.py", *CODE, "2-reconcile", "analysis/origins.py has changed"),
    ("analysis/sql/balances.sql", "-- Flows", "--  Flows", "2-reconcile", "analysis/sql/balances.sql has changed"),
    ("analysis/sql/conduits.sql", "-- Flows", "--  Flows", "", ""),  # the register's alone
    ("analysis/clean.py", *CODE, "1-clean", "analysis/clean.py has changed"),
    ("analysis/kernels/nursery.py", *CODE, "1-clean", "analysis/kernels/nursery.py has changed"),
    ("analysis/site/build.py", *CODE, "", ""),
    ("README.md", "\n", "\n\n", "", ""),
    ("requirements.lock", "\n", "\n\n", "1-clean", "requirements.lock has changed"),
    ("data/raw/reference/items.csv", "\n", "\n\n", "1-clean", "data/raw/reference/items.csv has changed"),
    ("data/raw/reference/parties.csv", None, None, "1-clean", "data/raw/reference/parties.csv has changed"),
    (f"{RAW}/events.csv", None, None, "1-clean", f"{RAW}/events.csv has changed"),
    (f"{RAW}/corrections.csv", "", None, "1-clean", f"{RAW}/corrections.csv is gone"),
    (f"{RAW}/further.csv", "", "a\n", "1-clean", f"{RAW}/further.csv is new"),
    ("data/raw/germany-brazil-2012-2014/transfers.csv", None, None, "", ""),  # another case
    *((f"{DONE}/{name}", None, None, writer, f"{DONE}/{name} is not as it was written") for name, writer in (
        ("transfers.csv", "1-clean"),
        ("headlines.csv", "3-scenarios"),
        ("counting.csv", "2-reconcile"),
        ("figures/price-line.svg", "3-scenarios"),
        ("figures/flow.svg", "4-figures"),
    )),
    (f"{DONE}/headlines.csv", "", None, "3-scenarios", f"{DONE}/headlines.csv, which it writes, is missing"),
    (f"{DONE}/figures/flow.png", "", None, "4-figures", f"{DONE}/figures/flow.png, which it writes, is missing"),
]  # fmt: skip

# Run in the copy: each change by itself, the plan it gives, and all as it was.
DRIVER = """
import json, os, sys
from pathlib import Path
from analysis import plans, records
told = []
for name, old, new, *_ in json.loads(sys.stdin.read()):
    path = Path(name)
    before = path.read_bytes() if path.exists() else None
    times = path.stat() if before else None
    if old is None:
        flipped = bytearray(before)
        flipped[flipped.index(b"e")] = ord("a")
        path.write_bytes(flipped)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    elif new is None:
        path.unlink()
    else:
        text = before.decode() if before else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else new)
    try:
        told.append([[step.path.stem, step.reasons] for step in records.steps(plans.plan(None, {}))])
    finally:
        path.write_bytes(before) if before else path.unlink()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def plans(fresh_run) -> list[list]:
    """What would run after each of the changes, and why."""
    command, given = [sys.executable, "-c", DRIVER], {"input": json.dumps(CHANGES), "text": True}
    done = subprocess.run(
        command, cwd=fresh_run.path, env=fresh_run.environment(), stdout=subprocess.PIPE, check=True, **given
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def copied(fresh_run, tmp_path_factory):
    copy = Checkout(tmp_path_factory.mktemp("records") / "checkout", fresh_run.path)
    yield copy
    copy.close()


@pytest.fixture
def ran(copied):
    """A copy in which all has been run; what a test changes in it is put back."""
    yield copied
    copied.restore()


def run(copy: Checkout, *words: str) -> list[str]:
    """The notebooks that a run executes."""
    done = copy.retransfer("run", *words)
    assert done.returncode == 0, done.stderr
    return re.findall(r"^(\S+) +\d+\.\d s$", done.stdout, re.M)


@pytest.mark.parametrize("place", range(len(CHANGES)), ids=[f"{name}-{old}-{new}" for name, old, new, *_ in CHANGES])
def test_what_depends_on_a_change_would_run_and_nothing_else(plans, place):
    *_, first, reason = CHANGES[place]
    would = {stem: reasons for stem, reasons in plans[place] if reasons}
    assert list(would) == (NOTEBOOKS[NOTEBOOKS.index(first) :] if first else [])
    if first:
        assert any(text.startswith(reason) or reason in text for text in would[first])
        assert all(f"{first} runs before it" in would[later] for later in list(would)[1:])


def test_a_second_run_does_nothing_but_say_the_same(ran):
    before = ran.results()
    for path in [*(ran.path / "data").rglob("*.*"), *(ran.path / "analysis").rglob("*.py")]:
        os.utime(path, (0, 0))  # times say nothing
    again = ran.retransfer("run")
    assert again.stdout.splitlines()[-1] == NOTHING
    assert FINDING in again.stdout.splitlines()
    assert run(ran, "-p", "prefer=exporter") == []  # the published value: the same results in other words
    every = ran.retransfer("run", "--all").stdout.splitlines()
    assert every.count(NOTHING) == len(cases.published()) + 2  # the register, and the start notebook
    assert ran.results() == before


def test_the_plan_is_told_and_nothing_is_done(ran):
    ran.edit(ran.path / "analysis" / "figures" / "flow.py", *CODE)
    before = ran.results()
    told = ran.retransfer("run", "--explain-plan").stdout.splitlines()
    assert told[1:] == [
        "1-clean        need not run",
        "2-reconcile    need not run",
        "3-scenarios    need not run",
        "4-figures      would run: analysis/figures/flow.py has changed",
        "5-report       would run: 4-figures runs before it",
    ]
    assert ran.retransfer("run", "--explain-plan").stdout.splitlines() == told
    assert ran.results() == before


def test_a_figure_runs_the_figures_and_the_report_and_force_runs_all(ran):
    before = ran.results()
    ran.edit(ran.path / "analysis" / "figures" / "flow.py", *CODE)
    assert run(ran) == ["4-figures", "5-report"]
    forced = ran.retransfer("run", "--force")
    lines = forced.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:6]] == NOTEBOOKS
    assert FINDING in lines
    assert any(line.split() == ["unaccounted[BGR,konkurs-launcher]", "24"] for line in lines)
    assert lines[-1] == "Every byte is as it was."
    assert not forced.stderr
    assert run(ran) == []
    assert ran.results() == before


def test_prose_in_the_report_runs_the_report_alone(ran):
    before = ran.results()
    ran.edit(ran.path / "notebooks" / "5-report.ipynb", "## What moved", "## What moved where")
    assert run(ran) == ["5-report"]
    after = ran.results()
    assert {name for name in after if after[name] != before[name]} == {"notebooks/5-report.ipynb"}


def test_a_result_that_is_lost_or_edited_is_made_again_and_one_that_is_none_removed(ran):
    before = ran.results()
    (ran.path / DONE / "figures" / "flow.svg").unlink()
    ran.edit(ran.path / DONE / "figures" / "evidence.csv", "reported", "rumoured")
    (ran.path / DONE / "stray.csv").write_text("a\n")
    assert run(ran) == ["4-figures", "5-report"]
    assert ran.results() == before


def test_a_parameter_of_another_type_and_the_same_text_counts(ran):
    """The record says of which type a value was: '1' is a text, 1 is a number."""
    record = next((ran.path / "build" / "records").glob(f"*{CASE}.json"))
    kept = json.loads(record.read_text(encoding="utf-8"))
    kept["notebooks"]["2-reconcile"]["made_from"]["parameters"]["lag_years"] = "'1'"
    record.write_text(json.dumps(kept), encoding="utf-8")
    told = ran.retransfer("run", "--explain-plan", "-p", "lag_years=1").stdout
    assert "2-reconcile    would run: lag_years is not set, was '1'" in told


def test_a_run_that_fails_or_is_killed_leaves_nothing_that_counts_as_done(ran):
    ran.edit(ran.path / "analysis" / "prose.py", *CODE)
    notebook = ran.path / "notebooks" / "2-reconcile.ipynb"
    text = notebook.read_text(encoding="utf-8")
    ran.edit(notebook, "settings = cases.settings(case)", "1 / 0")
    failed = ran.retransfer("run")
    assert "ZeroDivisionError" in failed.stderr
    notebook.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "analysis.cli", "run"]
    process = subprocess.Popen(command, cwd=ran.path, env=ran.environment(), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("2-reconcile"):
            process.send_signal(signal.SIGKILL)
    process.wait()
    assert run(ran) == NOTEBOOKS[1:]
    assert not list((ran.path / "build" / "stage").iterdir())


def test_what_changes_during_a_run_is_a_change_for_the_next(ran):
    ran.edit(ran.path / "analysis" / "figures" / "flow.py", *CODE)
    command = [sys.executable, "-m", "analysis.cli", "run"]
    process = subprocess.Popen(command, cwd=ran.path, env=ran.environment(), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("4-figures"):
            ran.edit(ran.path / "analysis" / "figures" / "bars.py", *CODE)
    assert process.wait() == 0
    told = ran.retransfer("run", "--explain-plan").stdout
    assert "4-figures      would run: analysis/figures/bars.py has changed" in told


def test_a_record_that_cannot_be_read_says_nothing(ran):
    next((ran.path / "build" / "records").glob(f"*{CASE}.json")).write_text("{", encoding="utf-8")
    told = ran.retransfer("run", "--explain-plan").stdout
    assert "1-clean        would run: no record says what it was made from" in told


def test_two_notebooks_that_write_one_table_are_refused(ran):
    path = ran.path / "notebooks" / "4-figures.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if "tables =" in "".join(cell["source"]))
    cell["source"] = "".join(cell["source"]) + "\nstore.save(case, results, {'evidence': tables['evidence'].head(0)})"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    before = ran.results()
    done = ran.retransfer("run")
    assert done.returncode == 1
    assert (
        "notebooks/4-figures.ipynb writes evidence.csv, as an earlier notebook does. One of them only." in done.stderr
    )
    assert ran.results() == before
