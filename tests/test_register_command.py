"""`retransfer register` and `retransfer reconcile` as a user meets them, in a checkout of their own."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from analysis import cli, reconcile
from analysis import run as runner
from analysis.registers import study
from analysis.tables import read_processed, typed
from tests.checkouts import Checkout

MADE = Path(__file__).parent / "registers"
WORDS = {
    "unroca": ("-p", "level=category", "-p", "party=Norway"),
    "comtrade": ("-p", "years=2018"),
    "nl_transit": ("-p", "rank_by=share"),
    "sipri_deals": ("--layout", "sipri-deals"),
    "sipri_deal_years": ("-p", "least=2"),
}
RESULTS = {
    "unroca": "unroca,level=category,party=Norway",
    "comtrade": "comtrade,years=2018",
    "nl_transit": "nl_transit,rank_by=share",
    "sipri_deals": "sipri_deals,layout=sipri-deals",
    "sipri_deal_years": "sipri_deal_years,least=2",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Iterator[Checkout]:
    copy = Checkout(tmp_path_factory.mktemp("register") / "checkout")
    yield copy
    copy.close()


@pytest.fixture(scope="module")
def done(copy) -> dict[str, subprocess.CompletedProcess]:
    """Every layout through the notebook, once."""
    return {name: copy.retransfer("register", f"tests/registers/{name}.csv", *words) for name, words in WORDS.items()}


@pytest.mark.parametrize("name", WORDS)
def test_every_layout_goes_through_the_notebook(copy, done, name):
    assert done[name].returncode == 0, done[name].stderr
    assert not done[name].stderr
    lines = done[name].stdout.splitlines()
    assert lines[0] == f"register: {RESULTS[name]} results → build/registers/{RESULTS[name]}"
    assert any(line.startswith("Of ") and line.endswith("none is lost.") for line in lines)
    assert any(line.startswith("Conduits: ") for line in lines)
    assert lines[-1] == "Results are written."
    folder = copy.path / "build" / "registers" / RESULTS[name]
    assert (folder / "figures" / "mirror.png").exists()
    executed = json.loads((folder / "notebooks" / "register.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in cells)
    own = study.opened(str(MADE / f"{name}.csv")).register
    rejects = read_processed(folder / "rejects.csv", "rejects")
    assert rejects["id"].tolist() == own.rejects["id"].tolist()
    assert (rejects[["reason", "suggestion"]] != "").all(axis=None)


def test_what_is_published_stays_as_it_is(copy, done):
    assert {run.returncode for run in done.values()} == {0}
    published = {path: data for path, data in copy.results().items() if "register" in path}
    root = Path(__file__).parents[1]
    assert published == {path: (root / path).read_bytes() for path in published}
    assert not list((copy.path / "build" / "stage").iterdir())


def test_the_plan_of_a_register_is_told_and_nothing_is_done(copy, done):
    assert done["comtrade"].returncode == 0
    told = copy.retransfer("register", "tests/registers/comtrade.csv", *WORDS["comtrade"], "--explain-plan")
    assert told.stdout.splitlines()[1:] == ["register       need not run"]
    other = copy.retransfer("register", "tests/registers/comtrade.csv", "-p", "least=3", "--explain-plan")
    assert "register       would run: no record says what it was made from" in other.stdout
    assert not (copy.path / "build" / "registers" / "comtrade,least=3").exists()


def test_a_run_that_fails_replaces_nothing(copy, done):
    notebook = copy.path / "notebooks" / "register.ipynb"
    folder = copy.path / "build" / "registers" / RESULTS["comtrade"]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    text = notebook.read_text(encoding="utf-8")
    copy.edit(notebook, "study.tables(opened, choices)", "study.no_such(opened, choices)")
    failed = copy.retransfer("register", "tests/registers/comtrade.csv", *WORDS["comtrade"])
    notebook.write_text(text, encoding="utf-8")
    assert failed.returncode == 1
    assert f"Stopped. build/registers/{RESULTS['comtrade']} is as it was before this run." in failed.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert done["comtrade"].returncode == 0
    assert (copy.path / "build" / "failed" / "register.ipynb").exists()


def asked(*words: str):
    return CliRunner().invoke(cli.main, ["register", *words])


FILE = str(MADE / "unroca.csv")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("no-such.csv",), "no-such.csv': there is no such file"),
        ((FILE, "--layout", "unrocka"), "is one of unroca, comtrade, sipri-deals, sipri-deal-years, nl-transit"),
        ((FILE, "-p", "item=leopard-3"), "did you mean 'leopard-2'"),
        ((FILE, "-p", "party=Norwey"), "is it 'norway' (NOR)"),
        ((FILE, "-p", "years=2014-2012"), "the first year is after the last"),
        ((FILE, "-p", "level=items"), "level='items': unknown (did you mean 'item'?)"),
        ((FILE, "-p", "rank_by=size"), "rank_by='size': unknown"),
        ((FILE, "-p", "within_years=-1"), "within_years=-1: must be from 0 to 100"),
        ((FILE, "-p", "least=0"), "least=0: must be from 1"),
        ((FILE, "-p", "lag=1"), "no parameter 'lag'"),
        ((FILE, "-p", "register=other.csv"), "Give the register as the first word."),
        ((FILE, "-p", "results=published"), "kept for the published register"),
        (("--layout", "unroca"), "the published cases have none"),
        (("--check",), "--check reads a FILE"),
        ((str(MADE.parent / "conftest.py"),), "has no layout that is known (unroca, comtrade, "),
    ],
)
def test_a_wrong_word_is_refused_before_anything_runs(monkeypatch, words, message):
    def started(*_arguments, **_options):
        raise AssertionError("a notebook was started")

    monkeypatch.setattr(runner, "execute", started)
    result = asked(*words)
    assert result.exit_code in (1, 2)
    assert not isinstance(result.exception, AssertionError)
    assert message in " ".join(result.output.split())


def test_a_notebook_saved_with_another_parameter_is_pointed_out(checkout):
    checkout.edit(checkout.path / "notebooks" / "register.ipynb", "least: int = 1 ", "least: int = 2 ")
    result = checkout.retransfer("register")
    assert result.returncode == 1
    assert "register.ipynb, parameters: least is 2, and must be 1 in a saved notebook" in result.stderr


def test_check_tells_the_layout_the_records_and_why_some_are_set_aside():
    lines = asked(FILE, "--check").output.splitlines()
    assert "layout unroca (UN Register of Conventional Arms" in lines[0]
    assert lines[1].startswith(
        "Of 25 records, 15 became statements, 3 became stocks and 7 were set aside: none is lost."
    )
    assert sum(int(line.split()[0]) for line in lines[2:]) == 7
    assert any("exporter: no such party is known; first in row 17, “Norwey”" in line for line in lines)


def test_a_case_cannot_have_the_registers_name():
    result = CliRunner().invoke(cli.main, ["run", "register"])
    assert "this name is kept for whole registers" in result.output


def as_parquet(statements: pd.DataFrame, path: Path) -> Path:
    with duckdb.connect() as database:  # of its own: the shared one may hold another table of that name
        database.register("given", statements)
        database.execute(f"copy given to '{path}' (format parquet)")
    return path


def test_a_large_register_is_reconciled_by_the_same_texts(tmp_path):
    statements = study.opened(FILE).register.statements
    source, target = as_parquet(statements, tmp_path / "statements.parquet"), tmp_path / "results"
    words = ["reconcile", str(source), str(target), "--parts", "2", "-p", "prefer=importer", "-p", "traced=true"]
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 0, result.output
    assert result.output == f"{len(statements)} statements → {target}\n"
    flows = reconcile.flows(statements, "importer")
    own = reconcile.balances(flows, reconcile.double_counts(flows))
    found = typed(duckdb.sql(f"from '{target}/balances/*.parquet'").df(), "balances")
    found = found.sort_values(["party", "item", "unit"], kind="stable")
    assert len(found) == len(own) > 0
    own = own.sort_values(["party", "item", "unit"], kind="stable").reset_index(drop=True)
    pd.testing.assert_frame_equal(found.reset_index(drop=True), own)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-p", "prefer=reliable"), "is for registers that fit into memory"),
        (("-p", "tolerance=0.1"), "no parameter 'tolerance'"),
        (("--workers", "2", "--scheduler", "tcp://x"), "--workers are processes of this machine"),
        (("--memory", "much"), "Write it like 2GB"),
    ],
)
def test_reconcile_refuses_what_it_cannot_do(tmp_path, words, message):
    source = as_parquet(study.opened(FILE).register.statements, tmp_path / "statements.parquet")
    result = CliRunner().invoke(cli.main, ["reconcile", str(source), str(tmp_path / "out"), *words])
    assert result.exit_code in (1, 2)
    assert message in " ".join(result.output.split())
