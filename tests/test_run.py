"""The `retransfer` command as a user meets it, in a checkout of its own."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from analysis import cases, cli, orders
from analysis import run as runner
from tests.checkouts import CASE


def test_other_parameters_are_kept_apart(checkout):
    before = checkout.results()
    done = checkout.retransfer("run", "-p", "prefer=larger", "-p", "lag_years=0")
    assert done.returncode == 0, done.stderr
    assert checkout.results() == before
    kept = checkout.path / "build" / "results" / CASE / "lag_years=0,prefer=larger"
    assert f"build/results/{CASE}/lag_years=0,prefer=larger" in done.stdout
    assert (kept / "headlines.csv").exists()
    executed = json.loads((kept / "notebooks" / "2-reconcile.ipynb").read_text(encoding="utf-8"))
    injected = [cell for cell in executed["cells"] if "injected-parameters" in cell["metadata"].get("tags", [])]
    assert 'prefer = "larger"' in "".join(injected[0]["source"])
    assert 'results = "lag_years=0,prefer=larger"' in "".join(injected[0]["source"])
    assert sorted(path.name for path in (checkout.path / "build").iterdir()) == [
        *("locks", "ready", "records", "results", "stage")
    ]
    assert not list((checkout.path / "build" / "stage").iterdir())


def test_another_case_runs_without_a_line_of_code(checkout):
    """An unpublished case with an interval, a rejected row and no last hop goes through the same notebooks."""
    folder = checkout.path / "data" / "raw" / "small-case"
    folder.mkdir()
    for path in checkout.raw("case.toml").parent.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == "case.toml":
            text = 'title = "Small"\nquestion = "Why?"\n[focus]\nparty = "BGR"\nitem = "ags-17"\n[parameters]\n'
        elif path.name in ("events.csv", "values.csv"):
            text = text.splitlines()[0] + "\n"
        folder.joinpath(path.name).write_text(text, encoding="utf-8")
    checkout.edit(folder / "transfers.csv", ",140,", ',"about 1,400",')
    checkout.edit(folder / "transfers.csv", "Saudi Arabia", "Saudi Arabiya")
    checkout.edit(folder / "transfers.csv", ",240,", ",-240,")
    before = checkout.results()
    done = checkout.retransfer("run", "small-case")
    assert done.returncode == 0, done.stderr
    assert "Bulgaria received 1,350 to 1,450 AGS-17 grenade launchers in 2015; no record says" in done.stdout
    assert "T4 of transfers.csv (row 5) could not be read and is in none of these numbers" in done.stdout
    kept = checkout.path / "build" / "results" / "small-case" / "draft"
    assert any(line.split() == ["rejected", "2"] for line in done.stdout.splitlines())
    rejects = (kept / "rejects.csv").read_text(encoding="utf-8")
    assert "transfers,2,T1,quantity,-240,it is negative" in rejects
    assert "transfers,5,T4,recipient,Saudi Arabiya,no such party is known" in rejects
    assert checkout.results() == before


def test_all_runs_every_published_case_the_notebooks_own_first_then_the_register_and_the_start_notebook(monkeypatch):
    asked = []
    monkeypatch.setattr(orders, "fulfil", lambda wanted, _means: asked.extend(order.asked for order in wanted))
    assert CliRunner().invoke(cli.main, ["run", "--all"]).exit_code == 0
    words = [json.loads(text)[:2] for text in asked]
    assert words[0] == ["run", CASE]
    assert {case for _, case in words[:-2]} == set(cases.published())
    assert words[-2:] == [["register", None], ["start", None]]
    assert len(words) == len(cases.published()) + 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-p", "preffer=larger"), "no parameter 'preffer' (did you mean 'prefer'?)"),
        (("-p", "opening=3"), "no parameter 'opening'"),
        (("-p", "lag_years=one"), "lag_years='one': must be a whole number"),
        (("-p", "lag_years=1.5"), "must be a whole number"),
        (("-p", "lag_years=-1"), "lag_years=-1: must be from 0 to 100"),
        (("-p", "prefer=exporters"), "prefer='exporters': unknown (did you mean 'exporter'"),
        (("-p", "prefer"), "'prefer' is not NAME=VALUE"),
        (("-p", "case=other"), "Give the case as the first word"),
        (("-p", "results=../out"), "a name is made of at most 100 letters"),
        (("-p", "results=published", "-p", "prefer=larger"), "kept for the published parameters"),
        (("belarus-bulgaria",), f"no case 'belarus-bulgaria' in data/raw (did you mean '{CASE}'?)"),
        (("../raw",), "lower-case letters"),
        (("--all", CASE), "--all runs every published case with its own parameters"),
        (("--all", "-p", "prefer=larger"), "give no case and no -p"),
        (("-p", "tolerance=1.5"), "tolerance=1.5: must be from 0 to 0.99"),
    ],
)
def test_a_wrong_word_is_refused_before_anything_runs(monkeypatch, words, message):
    def started(*_arguments, **_options):
        raise AssertionError("a notebook was started")

    monkeypatch.setattr(runner, "execute", started)
    done = CliRunner().invoke(cli.main, ["run", *words])
    assert done.exit_code in (1, 2)
    assert not isinstance(done.exception, AssertionError)
    assert message in " ".join(done.output.split())


BROKEN = {
    "missing column": ("quantity,unit", "quantitty,unit", "transfers.csv, row 1: column 'quantity' is missing"),
    "doubled id": ("\nT4,", "\nT3,", "row 5, column statement_id: 'T3' is the id of row 4 already"),
    "ragged row": (",136,", ",1,36,", "row 4: has 13 cells where the header has 12"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_table_stops_the_run_and_leaves_the_results(checkout, fault):
    old, new, message = BROKEN[fault]
    before = checkout.results()
    checkout.edit(checkout.raw("transfers.csv"), old, new)
    done = checkout.retransfer("run")
    assert done.returncode == 1
    assert f"data/raw/{CASE}/" in done.stderr
    assert message in done.stderr
    assert f"data/processed/{CASE} is as it was before this run" in done.stderr
    assert "Traceback" not in done.stderr
    assert checkout.results() == before
    assert (checkout.path / "build" / "failed" / "1-clean.ipynb").exists()
    assert not list((checkout.path / "build" / "stage").iterdir())


def test_a_bad_byte_stops_the_run_and_leaves_the_results(checkout):
    before = checkout.results()
    path = checkout.raw("transfers.csv")
    path.write_bytes(path.read_bytes().replace(b"Sofia", b"Sofi\xe9", 1))
    done = checkout.retransfer("run")
    assert "row 4, column 5: byte 0xe9" in done.stderr
    assert checkout.results() == before


def test_an_edited_default_of_the_published_case_is_pointed_out(checkout):
    path = checkout.path / "notebooks" / "2-reconcile.ipynb"
    checkout.edit(path, "lag_years: int = 1 ", "lag_years: int = 2 ")
    done = checkout.retransfer("run")
    assert done.returncode == 1
    assert "the notebooks have lag_years = 2" in done.stderr


def test_a_notebook_saved_for_other_results_is_pointed_out(checkout):
    path = checkout.path / "notebooks" / "4-figures.ipynb"
    checkout.edit(path, 'results: str = \\"published\\"', 'results: str = \\"mine\\"')
    before = checkout.results()
    done = checkout.retransfer("run")
    assert done.returncode == 1
    assert "4-figures.ipynb, parameters: results is 'mine', and must be 'published'" in done.stderr
    assert checkout.results() == before


def test_an_untyped_parameter_is_pointed_out(checkout):
    checkout.edit(checkout.path / "notebooks" / "2-reconcile.ipynb", "lag_years: int = 1 ", "lag_years = 1 ")
    done = checkout.retransfer("run")
    assert "2-reconcile.ipynb, parameters: lag_years = 1 must be written with its type" in done.stderr


def test_a_run_that_is_stopped_leaves_the_results_and_no_rubbish(checkout):
    before = checkout.results()
    command = [sys.executable, "-m", "analysis.cli", "run"]
    environment = {**os.environ, "PYTHONPATH": str(checkout.path)}
    process = subprocess.Popen(command, cwd=checkout.path, env=environment, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("1-clean"):
            process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) != 0
    assert checkout.results() == before
    assert not list((checkout.path / "build" / "stage").iterdir())


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM])
def test_a_run_of_all_cases_that_is_stopped_in_the_middle_of_a_notebook_ends_at_once(checkout, blow):
    before = checkout.results()
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", "run", "--all"],
        cwd=checkout.path,
        env=checkout.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stdout:
        if "2-reconcile" in line:
            break
    time.sleep(0.7)
    process.send_signal(blow)
    _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert f"Stopped. data/processed/{CASE} is as it was before this run." in told
    assert "Traceback" not in told
    assert checkout.results() == before
    assert not list((checkout.path / "build" / "stage").iterdir())


def test_origins_of_the_published_case(checkout):
    done = checkout.retransfer("origins", "--origin", "Minsk", "--stock", "60")
    assert done.returncode == 0, done.stderr
    rows = {(row["supplier"], row["recipient"], row["item"]): row for row in csv.DictReader(done.stdout.splitlines())}
    ends = {key: (row["least"], row["most"], row["opening_stock"]) for key, row in rows.items()}
    # Bulgaria held 60 of its own: at least 136 − 60 and 80 − 60 of what went on were Belarusian.
    assert ends["BGR", "USA", "konkurs-launcher"] == ("76", "136", "60")
    assert ends["BGR", "SAU", "konkurs-launcher"] == ("20", "80", "60")
    assert ends["BGR", "*", "konkurs-launcher"] == ("156", "216", "60")
    wrong = checkout.retransfer("origins", "--origin", "Belorus")
    assert wrong.returncode == 2
    assert "BLR" in wrong.stderr


def test_verify_source(checkout, tmp_path):
    text = tmp_path / "copy.txt"
    text.write_text("one paragraph\n", encoding="utf-8")
    done = checkout.retransfer("verify-source", CASE, str(text))
    assert done.returncode == 1
    assert "T1: '240' (quantity) does not stand in paragraph 3" in done.stdout
    sources = checkout.raw("sources.csv")
    recorded = sources.read_text(encoding="utf-8").splitlines()[1].split(",")[7]
    checkout.edit(sources, recorded, hashlib.sha256(text.read_bytes()).hexdigest())
    done = checkout.retransfer("verify-source", CASE, str(text))
    assert "is source S1, but" in done.stderr


def test_help_lists_the_commands(checkout):
    done = checkout.retransfer("--help")
    assert done.returncode == 0
    assert "run" in done.stdout
    assert "verify-source" in done.stdout
