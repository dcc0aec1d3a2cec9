"""`retransfer sweep` as a user meets it: in one process, on this machine's cluster, on workers started by hand."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result
from distributed import LocalCluster

from analysis import cli, cluster, folders, scenarios, versions
from analysis.errors import InputError
from analysis.paths import RAW
from analysis.sweeps import sweep, tasks
from tests.checkouts import CASE, Checkout

# Takes the place of analysis/scenarios.py where it does not matter what is computed, but by whom and how often.
STAND_IN = '''"""Headlines that are quick to compute, each computation noted down."""
import os, time
import pandas as pd
from analysis.errors import InputError

def clean_tables(case):
    return {"transfers": pd.DataFrame({"low": [240]})}

def evaluate(tables, settings, points):
    rows = []
    for point in points:
        name = f"{point['prefer']},{point['lag_years']}"
        with open(os.environ["NOTED"], "a") as file:
            file.write(f"{name}\\n")
        time.sleep(float(os.environ.get("PAUSE", "0")))
        if name in os.environ.get("FAULTY", "").split():
            raise InputError("cannot be computed")
        if name == os.environ.get("STOPS"):
            raise KeyboardInterrupt
        least = tables["transfers"]["low"][0] + point["lag_years"]
        rows.append({"received": str(least), f"of[{point['prefer']}]": f"{least}.."})
    return pd.DataFrame(rows)
'''
GRID = "vary:\n  prefer: [larger, exporter]\n  lag_years: {from: 0, to: 19, step: 1}\n"
TABLE = [["prefer", "lag_years", "received", "of[larger]", "of[exporter]"]]
TABLE += [["larger", str(lag), str(240 + lag), f"{240 + lag}..", ""] for lag in range(20)]
TABLE += [["exporter", str(lag), str(240 + lag), "", f"{240 + lag}.."] for lag in range(20)]


def read(folder: Path) -> list[list[str]]:
    with (folder / "mine" / "scenarios.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def noted(folder: Path) -> Counter:
    """How often each scenario has been computed."""
    file = folder / "noted"
    return Counter(file.read_text(encoding="utf-8").split() if file.exists() else [])


class Here:
    """The command run in this process, with the stand-in, its results and notes in a folder of the test's own."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        self.folder, self.grid = folder, folder / "mine.yaml"
        self.grid.write_text(GRID, encoding="utf-8")
        own: dict = {}
        exec(STAND_IN, own)
        for name in ("evaluate", "clean_tables"):
            monkeypatch.setattr(scenarios, name, own[name])
        monkeypatch.setattr(sweep, "SWEEPS", folder)
        monkeypatch.setattr(versions, "RAW", shutil.copytree(RAW, folder / "raw"))
        monkeypatch.setenv("NOTED", str(folder / "noted"))

    def sweep(self, *words: str, **variables: str) -> Result:
        return CliRunner().invoke(cli.main, ["sweep", str(self.grid), *words], env=variables)

    def noted(self) -> Counter:
        return noted(self.folder)


@pytest.fixture
def here(tmp_path, monkeypatch) -> Here:
    versions.version()  # this code's, before the test moves where tables are
    return Here(tmp_path, monkeypatch)


def stand_in(path: Path) -> Checkout:
    copy = Checkout(path)
    (copy.path / "analysis" / "scenarios.py").write_text(STAND_IN, encoding="utf-8")
    (copy.path / "mine.yaml").write_text(GRID, encoding="utf-8")
    return copy


def sweeps(copy: Checkout) -> Path:
    return copy.path / "build" / "sweeps"


def started(checkout: Checkout, *words: str, **variables: str) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(checkout.path), **variables}
    return subprocess.Popen(
        [sys.executable, "-m", *words], cwd=checkout.path, env=environment, text=True, stderr=subprocess.PIPE
    )


def wait_for(condition) -> None:
    ends = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_one_process_local_workers_and_notebooks_give_the_same_bytes(checkout, tmp_path, monkeypatch):
    (checkout.path / "mine.yaml").write_text("vary: {opening_stock: [60, 0]}\n", encoding="utf-8")
    monkeypatch.setattr(sweep, "SWEEPS", tmp_path)
    assert CliRunner().invoke(cli.main, ["sweep", str(checkout.path / "mine.yaml")]).exit_code == 0
    expected = (tmp_path / "mine" / "scenarios.csv").read_bytes()
    for words in (("--workers", "1"), ("--workers", "1", "--notebooks")):
        done = checkout.retransfer("sweep", "mine.yaml", "--afresh", *words)
        assert done.returncode == 0, done.stderr
        assert done.stdout == "2 scenarios → build/sweeps/mine/scenarios.csv\n"
        assert not done.stderr
        assert (sweeps(checkout) / "mine" / "scenarios.csv").read_bytes() == expected
    head, *rows = read(sweeps(checkout))
    assert [row[0] for row in rows] == ["60", "0"]
    columns = [head.index(f"{name}konkurs-launcher]") for name in ("unaccounted[BGR,", "of_origin[BLR,*,USA,")]
    # 240 − 136 − 80; of the 136, 60 can have been Bulgaria's own
    assert [[row[column] for column in columns] for row in rows] == [["24", "76..136"], ["24", "136"]]
    executed = sweeps(checkout) / "mine" / "notebooks"
    assert "opening_stock = 60" in (executed / "0001" / "3-scenarios.ipynb").read_text(encoding="utf-8")
    assert str(checkout.path) not in (executed / "0001" / "3-scenarios.ipynb").read_text(encoding="utf-8")
    assert sorted(path.name for path in (executed / "0001").iterdir()) == ["3-scenarios.ipynb", "headlines.csv"]
    assert not list((checkout.path / "build" / "stage").iterdir())


def test_one_process_computes_every_scenario_once(here):
    done = here.sweep()
    assert done.stdout.startswith("40 scenarios → ")
    assert read(here.folder) == TABLE
    assert here.sweep().stdout.startswith("40 scenarios, 40 of them from before → ")
    assert set(here.noted().values()) == {1}
    assert not done.stderr


def test_a_changed_input_starts_afresh_and_says_so(here):
    changes = "have changed since the last sweep of this name: starting afresh"
    here.sweep()
    path = here.folder / "raw" / CASE / "transfers.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",136,", ",137,"), encoding="utf-8")
    assert changes in here.sweep().stderr
    assert set(here.noted().values()) == {2}
    assert not here.sweep("--afresh").stderr
    assert set(here.noted().values()) == {3}
    here.grid.write_text(GRID.replace("to: 19", "to: 18"), encoding="utf-8")
    assert changes in here.sweep().stderr
    assert read(here.folder) == [row for row in TABLE if row[1] != "19"]


def test_only_the_columns_asked_for(here):
    here.grid.write_text(GRID + 'headlines: ["of[exporter]"]\n', encoding="utf-8")
    assert here.sweep().exit_code == 0
    assert read(here.folder) == [[*row[:2], row[4]] for row in TABLE]
    here.grid.write_text(GRID + 'headlines: ["of[exportr]"]\n', encoding="utf-8")
    done = here.sweep()
    assert done.exit_code == 1
    assert "mine.yaml, headlines: no scenario has a headline 'of[exportr]' (did you mean 'of[exporter]'" in done.stderr


def test_a_failing_scenario_is_named_and_the_others_are_kept(here):
    done = here.sweep(FAULTY="larger,3 exporter,7")
    assert done.exit_code == 1
    assert "2 of 40 scenarios failed; the others are kept." in done.stderr
    assert "prefer=larger, lag_years=3: cannot be computed" in done.stderr
    assert "prefer=exporter, lag_years=7: cannot be computed" in done.stderr
    assert not (here.folder / "mine" / "scenarios.csv").exists()
    before = here.noted()
    assert "40 scenarios, 38 of them from before" in here.sweep().stdout
    assert dict(here.noted() - before) == {"larger,3": 1, "exporter,7": 1}
    assert read(here.folder) == TABLE


def test_an_interrupt_says_how_far_it_is(here):
    done = here.sweep(STOPS="exporter,3")
    assert done.exit_code == 1
    assert "Stopped: 20 of 40 scenarios are kept; the same command goes on from there." in done.stderr
    assert "40 scenarios, 20 of them from before" in here.sweep().stdout
    assert read(here.folder) == TABLE


def test_a_second_sweep_of_the_same_name_waits_its_turn(here):
    with folders.alone(here.folder / "mine"):
        assert "mine: another command is making this. Wait for it, or stop it." in here.sweep().stderr
    assert not here.noted()


def test_a_stopped_sweep_goes_on_where_it_was(tmp_path, monkeypatch):
    """Stopped by a polite signal, then by one that leaves no time for anything."""
    monkeypatch.setenv("NOTED", str(tmp_path / "noted"))
    copy, counts = stand_in(tmp_path / "checkout"), [0]
    kept = sweeps(copy) / "mine" / "kept" / "functions"
    for blow, words in ((signal.SIGTERM, ("--workers", "1")), (signal.SIGKILL, ())):
        process = started(copy, "analysis.cli", "sweep", "mine.yaml", *words, PAUSE="0.1")
        wait_for(lambda: count(kept) > counts[-1])
        process.send_signal(blow)
        _, told = process.communicate(timeout=60)
        assert process.returncode != 0
        assert counts[-1] < count(kept) < 40
        counts.append(count(kept))
        if blow == signal.SIGTERM:
            assert told == f"Stopped: {counts[-1]} of 40 scenarios are kept; the same command goes on from there.\n"
    before = noted(tmp_path)
    done = copy.retransfer("sweep", "mine.yaml")
    assert f"40 scenarios, {counts[-1]} of them from before" in done.stdout
    assert (noted(tmp_path) - before).total() == 40 - counts[-1]
    assert read(sweeps(copy)) == TABLE


def count(kept: Path) -> int:
    """Scenarios that are kept, as the names of their files tell."""
    spans = [path.stem.split("-") for path in kept.glob("[0-9]*")]
    return sum(int(last) - int(first) + 1 for first, last in spans)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """A scheduler and two workers as a user starts them: the checkout they run, the address, and all three."""
    home = tmp_path_factory.mktemp("hand")
    copy = stand_in(home / "checkout")
    own = {"NOTED": str(home / "noted"), "PAUSE": "0.1"}
    file = home / "scheduler.json"
    options = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
    place = ("--port", "0", "--scheduler-file", str(file))
    processes = [started(copy, "distributed.cli.dask_scheduler", *options, *place)]
    wait_for(lambda: file.exists() and file.read_text(encoding="utf-8").strip().endswith("}"))
    address = json.loads(file.read_text(encoding="utf-8"))["address"]
    options += (address, "--nthreads", "1", "--no-nanny", "--death-timeout", "30")
    for name in ("one", "two"):
        folder = ("--name", name, "--local-directory", str(home / name))
        processes.append(started(copy, "distributed.cli.dask_worker", *options, *folder, **own))
    yield copy, address, processes
    for process in processes:
        process.kill()
        process.communicate()


def test_workers_of_other_code_are_refused(by_hand, here):
    _, address, _ = by_hand  # they run the stand-in, and this process does not: its file is another
    done = here.sweep("--scheduler", address)
    assert done.exit_code == 1
    assert "worker tcp://127.0.0.1:" in done.stderr
    assert "has other code, notebooks or reference tables than this checkout" in done.stderr
    assert not here.noted()


def test_a_worker_of_other_code_that_comes_later_computes_nothing():
    with pytest.raises(InputError, match="runs another version of this code"):
        tasks.compute((1, 1), None, tasks.by_functions, "another version")


def test_a_lost_worker_loses_no_scenario(by_hand):
    copy, address, (_, worker, _) = by_hand
    kept = sweeps(copy) / "mine" / "kept" / "functions"
    process = started(copy, "analysis.cli", "sweep", "mine.yaml", "--scheduler", address)
    wait_for(lambda: len(list(kept.glob("[0-9]*"))) > 1)
    worker.kill()
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert not told
    assert noted(copy.path.parent).total() > 40  # what the lost worker was at was begun again
    assert read(sweeps(copy)) == TABLE


def test_a_lost_scheduler_loses_nothing_that_was_finished(by_hand):
    copy, address, (scheduler, *_) = by_hand
    kept = sweeps(copy) / "mine" / "kept" / "functions"
    process = started(copy, "analysis.cli", "sweep", "mine.yaml", "--afresh", "--scheduler", address)
    wait_for(lambda: 0 < count(kept) < 30)
    scheduler.kill()
    _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert told == "Error: the scheduler is gone. What was finished is kept; the same command goes on from there.\n"
    assert 0 < count(kept) < 40
    assert not (sweeps(copy) / "mine" / "scenarios.csv").exists()
    before = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    again = started(copy, "analysis.cli", "sweep", "mine.yaml", NOTED=str(copy.path.parent / "noted"))
    assert not again.communicate(timeout=120)[1]
    assert before.items() <= {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}.items()
    assert read(sweeps(copy)) == TABLE


def test_a_scheduler_that_is_not_there_or_has_no_worker_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense://1", "x", "", "tcp://", "tcp://127.0.0.1:999999"):
        with pytest.raises(InputError, match="no scheduler answers at"), cluster.remote(address):
            pass
    options = {"n_workers": 0, "processes": False, "host": "127.0.0.1", "protocol": "tcp"}
    empty = LocalCluster(**options, dashboard_address="127.0.0.1:0")
    with empty, pytest.raises(InputError, match="has no worker"), cluster.remote(empty.scheduler_address):
        pass


@pytest.fixture
def under_way(tmp_path, monkeypatch):
    """A sweep on two workers of this machine, some of it done: the checkout, and the command's process."""
    monkeypatch.setenv("NOTED", str(tmp_path / "noted"))
    copy = stand_in(tmp_path / "checkout")
    kept = sweeps(copy) / "mine" / "kept" / "functions"
    process = started(copy, "analysis.cli", "sweep", "mine.yaml", "--workers", "2", PAUSE="0.2")
    wait_for(lambda: count(kept) > 1)
    return copy, process


def test_workers_of_this_machine_are_reached_by_nobody_and_one_that_is_lost_loses_nothing(under_way):
    copy, process = under_way
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    assert not [one for one in family if any(line.status == psutil.CONN_LISTEN for line in one.net_connections())]
    workers = [one for one in family if "spawn_main" in " ".join(one.cmdline())]
    assert len(workers) == 2
    workers[0].kill()
    _, told = process.communicate(timeout=120)
    assert (process.returncode, told) == (0, "")
    assert read(sweeps(copy)) == TABLE


def test_workers_of_this_machine_end_with_the_command_that_asked_for_them(under_way):
    _, process = under_way
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
