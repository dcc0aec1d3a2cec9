"""What is committed is what the run gives: every table, figure and notebook, re-made from the raw tables."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from analysis import cases, prose, store
from analysis.headlines import say
from analysis.parameters import parameters
from analysis.paths import NOTEBOOKS, PUBLISHED, ROOT, START
from analysis.plans import notebook_files
from analysis.registers.command import NOTEBOOK
from analysis.schemas import KEYS
from tests.checkouts import CASE
from tests.test_figures import known_numbers

COMMITTED = sorted((ROOT / "data" / "processed").rglob("*.*")) + sorted(NOTEBOOKS.glob("*.ipynb"))


def paths() -> list[Path]:
    return [*notebook_files(), NOTEBOOK, START]


def notebooks() -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths()]


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_committed_is_what_the_run_gives(path, fresh_run):
    name = path.relative_to(ROOT)
    again = fresh_run.path / name
    assert again.exists(), f"{name} is committed, and the run does not write it"
    lines = [f"{name} is not what the run gives: see `make`, `git diff`"]
    if path.suffix == ".csv":
        lines += changes(path.read_text(encoding="utf-8"), again.read_text(encoding="utf-8"), path.stem)
    if path.read_bytes() != again.read_bytes():
        pytest.fail("\n".join(lines), pytrace=False)


def test_the_run_writes_nothing_that_is_not_committed(fresh_run):
    names = {path.relative_to(ROOT).as_posix() for path in COMMITTED}
    assert set(fresh_run.results()) == names


def changes(committed: str, run: str, table: str) -> list[str]:
    """One line per cell that differs, such as `sent[BGR,konkurs-launcher] value: committed 216, run 210`."""
    before, after = (list(csv.DictReader(io.StringIO(text))) for text in (committed, run))
    key = KEYS.get(table, ("id",))
    name = lambda row: ",".join(row.get(column, "") for column in key)  # noqa: E731
    old, new = ({name(row): row for row in rows} for rows in (before, after))
    lines = [f"{row}: only {'committed' if row in old else 'in the run'}" for row in sorted(old.keys() ^ new.keys())]
    for row in [row for row in old if row in new]:
        for column in sorted(old[row].keys() | new[row].keys()):
            pair = old[row].get(column), new[row].get(column)
            if pair[0] != pair[1]:
                lines.append(f"{row} {column}: committed {pair[0]}, run {pair[1]}")
    return lines


def test_a_change_is_named_by_row_and_column():
    assert changes("key,value\na,216\nb,1\n", "key,value\na,210\nc,1\n", "headlines") == [
        "b: only committed",
        "c: only in the run",
        "a value: committed 216, run 210",
    ]


def test_every_code_cell_was_run_in_order_and_none_failed():
    for notebook in notebooks():
        cells = code_cells(notebook)
        assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
        assert not [
            output for cell in cells for output in cell["outputs"] if output["output_type"] in ("error", "stream")
        ]


def test_every_output_but_imports_and_parameters_shows_something():
    silent = [cell for notebook in notebooks() for cell in code_cells(notebook) if not cell["outputs"]]
    assert all(re.search(r"^(import|from) |: (str|int) = ", "".join(cell["source"]), re.M) for cell in silent)


def test_outputs_name_no_clock_path_or_object():
    for path in paths():
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert not re.search(r"/home/|/root/|/tmp/| at 0x[0-9a-f]{6}|\d\d:\d\d:\d\d|start_time", text)


def test_cells_are_short_and_define_nothing():
    for notebook in notebooks():
        for cell in code_cells(notebook):
            lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
            assert len(lines) <= 8 or "parameters" in cell["metadata"].get("tags", []), "".join(cell["source"])
            assert not re.search(r"^\s*(def|class) |%run", "".join(cell["source"]), re.M)


def test_notebooks_declare_typed_and_commented_parameters():
    for path in paths():
        for parameter in parameters(path).values():
            assert parameter.type in ("str", "int", "float", "bool"), (path.name, parameter.name)
            assert parameter.help, (path.name, parameter.name)
    assert {parameters(path)["case"].default for path in [*notebook_files(), START]} == {CASE}


def test_each_notebook_asks_first_and_ends_with_its_limits():
    for notebook in notebooks():
        cells = ["".join(cell["source"]) for cell in notebook["cells"]]
        assert cells[0].startswith("# ")
        assert any(re.search(r"^## What (this|is) (does )?not show", cell, re.M) for cell in cells)


def test_every_number_in_a_sentence_knows_its_headline():
    """Where a notebook says that a number stands, that number stands, as print shows the headline of its key."""
    found = store.load(CASE, PUBLISHED, "headlines")["headlines"]
    checked = 0
    for path in notebook_files():
        for cell in code_cells(json.loads(path.read_text(encoding="utf-8"))):
            for output in cell["outputs"]:
                text = "".join(output["data"].get("text/markdown", []))
                assert not re.search("[\ue000-\ue002]", text), "a mark was left in the text"
                for start, end, key in output["metadata"].get("text/markdown", {}).get("numbers", []):
                    if key in set(found["key"]):
                        assert text[start:end] in say(found, key), key
                        checked += 1
    assert checked > 40


def report_text() -> str:
    report = json.loads((NOTEBOOKS / "5-report.ipynb").read_text(encoding="utf-8"))
    shown = [cell["source"] if cell["cell_type"] == "markdown" else [] for cell in report["cells"]]
    shown += [output["data"].get("text/markdown", []) for cell in code_cells(report) for output in cell["outputs"]]
    return "\n".join("".join(part) for part in shown)


def test_every_number_in_the_reports_prose_is_a_headline():
    prose = report_text()
    assert "24 are unaccounted for" in prose
    assert set(re.findall(r"\d[\d,.]*\d|\d", prose)) <= known_numbers()


def test_the_report_says_what_is_not_shown():
    prose = report_text()
    last_hop = "of the Konkurs launchers recorded as sent on by Bulgaria, least 0, most 216 can have got there"
    assert f"No count is given for the Syrian opposition: {last_hop}" in prose
    assert "No record of a transfer is not a record that there was none." in prose


def test_the_readme_opens_with_the_finding_and_its_picture():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = store.load(CASE, PUBLISHED, "headlines")["headlines"]
    assert f"**{prose.finding(found, 'BGR', 'konkurs-launcher')}.**" in readme.split("\n##")[0]
    printed = known_numbers()
    for case in cases.published()[1:]:
        others = store.load(case, PUBLISHED, "headlines")["headlines"]
        printed |= {number for key in others["key"] for number in re.findall(r"\d+", say(others, key))}
    opening = re.sub(r"\(.*?\)", "", readme.split("\n## ")[0])  # without the addresses of links
    assert set(re.findall(r"\d[\d,.]*\d|\d", opening)) <= printed
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / link).exists(), link
