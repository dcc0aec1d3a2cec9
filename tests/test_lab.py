"""What analysts do in JupyterLab: they look at tables, ask where numbers come from, change a parameter, and err."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from analysis import lab, plans, show
from analysis.errors import InputError
from analysis.paths import NOTEBOOKS, PUBLISHED, ROOT, START
from analysis.plans import notebook_files
from tests.checkouts import CASE, Checkout

TWO_SIDES = "germany-brazil-2012-2014"  # both report, and the sender's 26 tanks are the receiver's 39
SMALL = "two-counts"  # of these movements, the one that both report
DOUBLED = "serbia-bulgaria-ethiopia-2012"
ARTICLE = "How Belarus Supported Assad – While Helping the Pentagon Arm His Opponents"


def plain(shown: show.Shown) -> str:
    return shown.bundle["text/plain"]


def rows_of(shown: show.Shown) -> list[list[str]]:
    html = shown.bundle["text/html"].partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.findall(r"<td[^>]*>(.*?)</td>", line) for line in html.splitlines() if line]


def test_a_part_of_a_table_says_what_it_is_what_its_columns_mean_and_what_it_rests_on():
    balances = lab.tables(CASE, PUBLISHED)["balances"]
    shown = lab.show(balances[balances["status"] == "unaccounted"])
    caption = (
        "balances: Per party and item: received, sent on, and where both are recorded what is unaccounted for. "
        f"1 of 6 rows. Rests on S1 “{ARTICLE}”."
    )
    assert plain(shown).splitlines()[0] == caption
    assert f'<caption style="text-align: left">{caption}</caption>' in shown.bundle["text/html"]
    # The article: 240 came; 136 and another 80 went on, 216 of 240 = 0.9; 24 are left.
    assert rows_of(shown)[0][:10] == ["BGR", "konkurs-launcher", "piece", "240", "240", "216", "216", "24", "24", "0.9"]
    received = "items recorded as received: from least to most (items, in the unit of the column `unit`)"
    assert f'title="{received}">received</th>' in shown.bundle["text/html"]
    assert f"<li><b>received</b>: {received}</li>" in shown.bundle["text/html"]
    assert f"received: {received}" in plain(shown).splitlines()


def test_a_whole_table_tells_its_rows_and_an_empty_one_that_it_has_none():
    tables = lab.tables(CASE, PUBLISHED)
    assert "1 row. Rests on S1" in plain(lab.show(tables["amounts"]))
    assert plain(lab.show(tables["rejects"])).splitlines()[0].endswith("no rows if all were. 0 rows.")
    assert "9 rows. Its rows name no statements." in plain(lab.show(tables["parameters"]))


def test_intervals_are_in_words_with_the_unit_of_their_row():
    balances = lab.tables(DOUBLED, PUBLISHED)["balances"]
    ethiopia = lab.show(balances.loc[balances["party"] == "ETH", ["party", "received_low", "received_high"]])
    assert rows_of(ethiopia) == [["ETH", "64 to 128"]]  # one lot of 64 along two routes, or two
    headlines = lab.tables(CASE, PUBLISHED)["headlines"]
    share = lab.show(headlines[headlines["key"] == "share_sent_on[BGR,konkurs-launcher]"])
    assert rows_of(share)[0][2:4] == ["90\N{NO-BREAK SPACE}%", "share"]
    assert "least to most: from least to most (in the unit" in plain(share)


@pytest.mark.parametrize(
    ("low", "high", "words"), [(pd.NA, pd.NA, ""), (64, pd.NA, "at least 64"), (pd.NA, 5, "at most 5"), (7, 7, "7")]
)
def test_an_end_that_is_not_known_is_not_nought(low, high, words):
    assert show.in_words(low, high) == words


def test_a_table_of_every_name_can_be_shown():
    for case in (CASE, TWO_SIDES, DOUBLED):
        for name, table in lab.tables(case, PUBLISHED).items():
            shown = lab.show(table)
            assert plain(shown).startswith(f"{name}: ")
            assert len(rows_of(shown)) == len(table)


def test_columns_that_an_analyst_adds_stand_beside_the_others_without_a_meaning():
    balances = lab.tables(CASE, PUBLISHED)["balances"]
    shown = plain(lab.show(balances[["party"]].assign(own=7)))
    assert "party  own" in shown
    assert "own:" not in shown


def grouped(tables):
    return tables["balances"].groupby("item").sum(numeric_only=True)


MISTAKES = [
    (lambda tables: lab.show("balances"), 'show() takes a table, such as show(tables["balances"])'),
    (lambda tables: lab.show(tables["balances"]["party"]), "'party' is one column. Double brackets keep it a table."),
    (lambda tables: lab.show(grouped(tables)), "this one was made otherwise"),
    (lambda tables: lab.show(pd.DataFrame({"a": [1]})), "this one was made otherwise"),
    (lambda tables: tables["balanses"], "no table 'balanses' (did you mean 'balances'?). There are: sources, "),
    (lambda tables: lab.tables("belarus-bulgaria-2051", PUBLISHED), "did you mean 'belarus-bulgaria-2015'"),
    (lambda tables: lab.explaining("belarus-bulgaria-2051", PUBLISHED), "did you mean 'belarus-bulgaria-2015'"),
    (lambda tables: lab.tables(CASE, "never-run"), "is missing. Run the notebooks"),
    (lambda tables: lab.explaining(CASE, PUBLISHED)(24), "explain() takes a key in quotes, such as explain("),
    (
        lambda tables: lab.explaining(CASE, PUBLISHED)("recieved[BGR,ags-17]"),
        "did you mean 'received[BGR,ags-17]'",
    ),
]


@pytest.mark.parametrize(("mistake", "told"), MISTAKES)
def test_what_was_meant_is_told(mistake, told):
    with pytest.raises(InputError) as fault:
        mistake(lab.tables(CASE, PUBLISHED))
    assert told in str(fault.value)
    assert len(str(fault.value).splitlines()) == 1


def test_a_number_is_walked_back_to_what_was_printed():
    found = plain(lab.explaining(CASE, PUBLISHED)("unaccounted[BGR,konkurs-launcher]"))
    assert found.startswith("unaccounted[BGR,konkurs-launcher] = 24\n")
    assert "quantity 'another 80'" in found


def with_parameters(notebook: nbformat.NotebookNode, **values: object) -> nbformat.NotebookNode:
    """The notebook with other values in its parameters cell, as far as it has them, as one types them there."""
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    for name, value in values.items():
        cell.source = re.sub(rf"^({name}: \w+) = [^#]*", rf"\1 = {value!r}  ", cell.source, flags=re.M)
    return notebook


def executed(notebook: nbformat.NotebookNode, home: Path, **options: object) -> nbformat.NotebookNode:
    """Every cell, in order, in a new kernel of Jupyter's own, which imports the checkout at `home`."""
    client = NotebookClient(notebook, resources={"metadata": {"path": str(home / "notebooks")}}, **options)
    return client.execute(env={**os.environ, "PYTHONPATH": str(home)})


@pytest.fixture(scope="module")
def two_ways(tmp_path_factory) -> tuple[Path, Path, dict]:
    """Results of a parameter that was changed in the notebooks; what the command makes of it; the notebooks."""
    copy = Checkout(tmp_path_factory.mktemp("lab") / "checkout")
    raw = copy.path / "data" / "raw"
    shutil.copytree(raw / TWO_SIDES, raw / SMALL)
    copy.edit(raw / SMALL / "case.toml", "published = true", "")
    lines = (raw / SMALL / "transfers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (raw / SMALL / "transfers.csv").write_text("".join(lines[:3]), encoding="utf-8")
    done = copy.retransfer("run", SMALL, "-p", "prefer=importer", "-p", "results=mine")
    copy.close()
    assert done.returncode == 0, done.stderr
    by_hand = copy.path / "build" / "results" / SMALL / "mine"
    by_command = by_hand.rename(copy.path / "by-command")
    notebooks = {}
    for path in notebook_files():
        edited = with_parameters(nbformat.read(path, 4), case=SMALL, results="mine", prefer="importer")
        notebooks[path.name] = executed(edited, copy.path)
    return by_hand, by_command, notebooks


def test_a_parameter_changed_in_the_notebooks_gives_the_bytes_of_the_command(two_ways):
    by_hand, by_command, _ = two_ways
    names = sorted(path.relative_to(by_hand) for path in by_hand.rglob("*") if path.is_file())
    wanted = [path.relative_to(by_command) for path in by_command.rglob("*") if path.is_file()]
    assert names == sorted(name for name in wanted if name.parts[0] != "notebooks")
    assert not [name for name in names if (by_hand / name).read_bytes() != (by_command / name).read_bytes()]
    headlines = (by_hand / "headlines.csv").read_text(encoding="utf-8")
    assert '"flow[DEU,BRA,leopard-1]",39,26,39,' in headlines  # Brazil's own count; Germany's is 26


def outputs(notebook: nbformat.NotebookNode) -> dict[str, list]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.id != "injected-parameters"]
    return {cell.id: [{**output, "execution_count": None} for output in cell.outputs] for cell in cells}


def test_and_the_same_outputs_cell_by_cell(two_ways):
    _, by_command, notebooks = two_ways
    for name, notebook in notebooks.items():
        assert outputs(notebook) == outputs(nbformat.read(by_command / "notebooks" / name, 4)), name
    assert "39" in json.dumps(outputs(notebooks["2-reconcile.ipynb"])["code-3"])


# What somebody types into a parameters cell: notebook, parameter, value, what the first cell that stumbles says.
TYPED = [
    ("1-clean", "case", "belarus-bulgaria-2051", "(did you mean 'belarus-bulgaria-2015'?)"),
    ("1-clean", "case", 5, "case 5: a case name is made of"),
    ("2-reconcile", "results", "mine", "is missing. Run the notebooks before this one"),
    ("2-reconcile", "results", "../mine", "results='../mine': a name is made of"),
    ("2-reconcile", "results", 5, "results=5: a name is made of"),
    ("2-reconcile", "prefer", "larg", "prefer='larg': unknown (did you mean 'larger'?)"),
    ("2-reconcile", "lag_years", "two", "lag_years = 'two': must be a whole number."),
    ("2-reconcile", "lag_years", 1.5, "lag_years = 1.5: must be a whole number."),
    ("2-reconcile", "lag_years", True, "lag_years = True: must be a whole number."),
    ("2-reconcile", "lag_years", -1, "lag_years=-1: must be from 0 to 100."),
    ("2-reconcile", "tolerance", "5 %", "tolerance = '5 %': must be a number."),
    ("2-reconcile", "tolerance", 5, "tolerance=5: must be from 0 to 0.99."),
    ("2-reconcile", "leave_out", ["T1"], "leave_out = ['T1']: must be text in quotes."),
    ("2-reconcile", "leave_out", "T99", "leave_out='T99': no transfer 'T99'"),
    ("3-scenarios", "opening_stock", -5, "opening_stock=-5: must be from 0 to 1000000000000000."),
    ("3-scenarios", "opening_stock", "many", "opening_stock = 'many': must be a whole number."),
    ("3-scenarios", "origin", "XXX", "origin='XXX': no statement says that it sent anything"),
    ("3-scenarios", "price_limits", "ags-17>5", "'ags-17>5' has '>' where >= or <= must stand"),
    ("3-scenarios", "rate_of", "2015-13-01", "a currency needs the day (2015-06-30) or the year (2015)"),
    ("start", "case", "belarus", "no case 'belarus' in data/raw"),
    ("start", "results", "mine", "is missing. Run the notebooks before this one"),
]


@pytest.fixture(scope="module")
def stumbles() -> list[list]:
    """What each of them prints, in one kernel: the first cells of its notebook, as far as they get."""
    cells, ends = [], []
    for name, parameter, value, _ in TYPED:
        notebook = with_parameters(nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4), **{parameter: value})
        first = [cell.source for cell in notebook.cells if cell.cell_type == "code"][:3]
        cells += [nbformat.v4.new_code_cell(source) for source in first]
        ends.append(len(cells))
    done = executed(nbformat.v4.new_notebook(cells=cells), ROOT, allow_errors=True).cells
    return [[output for cell in done[end - 3 : end] for output in cell.outputs] for end in ends]


@pytest.mark.parametrize("place", range(len(TYPED)), ids=lambda place: f"{TYPED[place][1]}={TYPED[place][2]}")
def test_a_wrong_parameter_ends_in_one_line_that_says_what_to_change(place, stumbles):
    error = next(output for output in stumbles[place] if output.output_type == "error")
    assert error.ename == "InputError"
    assert len(error.traceback) == 1
    assert len(error.traceback[0].splitlines()) == 1
    assert error.traceback[0].startswith("InputError: ")
    assert TYPED[place][3] in error.traceback[0]


REFRESH = """
import sys
from pathlib import Path
from analysis import orders, records
from analysis.cli import running
def refresh():
    orders.fulfil([running._start()], orders.AS_USUAL)
    print("---")
refresh()
refresh()
table = Path(sys.argv[1])
table.write_text(table.read_text(encoding="utf-8").replace(*sys.argv[2:]), encoding="utf-8")
others = {"sources": ["data/raw"], "target": "data/processed"}
before = records._whole(others)
refresh()
print(records._whole(others) == before)
"""


def test_the_start_notebook_is_made_again_when_results_change_and_not_before(checkout):
    before = checkout.results()
    table = f"data/processed/{TWO_SIDES}/headlines.csv"
    edit = ('"received[BRA,leopard-1]",26,26,39,', '"received[BRA,leopard-1]",26,26,40,')
    command = [sys.executable, "-c", REFRESH, table, *edit]
    told = subprocess.check_output(command, cwd=checkout.path, env=checkout.environment(), text=True).split("---\n")
    assert "Every byte is as it was." in told[0]
    assert "nothing was run" in told[1]
    assert "Results have changed" in told[2]
    assert told[3] == "True\n"  # no other results rest on this notebook: none is looked at again
    changed = {name for name, data in checkout.results().items() if data != before[name]}
    assert changed == {table, "notebooks/start.ipynb"}
    text = (checkout.path / "notebooks" / "start.ipynb").read_text(encoding="utf-8")
    assert "Brazil received 26 to 40 Leopard 1 tanks" in text


def test_a_start_notebook_saved_with_another_case_is_not_run(monkeypatch, tmp_path):
    edited = with_parameters(nbformat.read(START, 4), case=TWO_SIDES)
    nbformat.write(edited, tmp_path / START.name)
    monkeypatch.setattr(plans, "START", tmp_path / START.name)
    with pytest.raises(InputError, match=f"parameters: case is '{TWO_SIDES}', and must be '{CASE}' in"):
        plans.start()


def test_make_lab_opens_the_start_notebook(tmp_path):
    recipe = re.search(r"^lab:.*\n\t\$\(BIN\) (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1]
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\ncp "${{1#file://}}" {opened}.new && mv {opened}.new {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    command = [sys.executable, *recipe.split(), "--allow-root", "--ServerApp.port=0"]
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "BROWSER": f"{browser} %s"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                if opened.exists():
                    break
                time.sleep(0.1)
            page = opened.read_text(encoding="utf-8")
        finally:
            process.kill()
    assert re.search(r"http://(localhost|127\.0\.0\.1):\d+/lab/tree/notebooks/start\.ipynb\?token=\w+", page)
