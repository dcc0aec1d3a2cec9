"""Grid files: what a person may write, in which order scenarios come of it, and what is said about the rest."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.parameters import Parameter
from analysis.paths import ROOT
from analysis.sweeps import grid as grids
from analysis.sweeps import gridfile
from tests.checkouts import CASE


def read(folder: Path, text: str | bytes) -> grids.Grid:
    path = folder / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return gridfile.read(path)


def test_every_combination_in_the_order_written(tmp_path):
    grid = read(tmp_path, "vary:\n  prefer: [larger, exporter]\n  lag_years: {from: 0, to: 4, step: 2}\n")
    rows = [grids.texts(grid, number) for number in range(1, grids.size(grid) + 1)]
    assert [tuple(row.values()) for row in rows] == [
        ("larger", "0"),
        ("larger", "2"),
        ("larger", "4"),
        ("exporter", "0"),
        ("exporter", "2"),
        ("exporter", "4"),
    ]
    assert list(rows[0]) == ["prefer", "lag_years"]


def test_what_is_not_varied_stays_as_published(tmp_path):
    grid = read(tmp_path, f"case: {CASE}\nvary:\n  lag_years: [3]\nheadlines: ['sent[BGR,ags-17]']\n")
    assert (grid.case, grid.name, grid.headlines) == (CASE, "mine", ("sent[BGR,ags-17]",))
    assert grids.point(grid, 1) | {"prefer": "exporter", "lag_years": 3} == grids.point(grid, 1)
    assert not {"case", "results"} & grids.point(grid, 1).keys()


def test_steps_are_exact_to_the_last_decimal():
    known = {"share": Parameter("share", "float", 0.0, "a share")}
    values = gridfile._values("mine.yaml", known, "share", {"from": "0", "to": "0.3", "step": "0.1"})
    assert values == (0.0, 0.1, 0.2, 0.3)  # 3 * 0.1 is not 0.3 in floating point
    assert [grids.text(value) for value in values] == ["0", "0.1", "0.2", "0.3"]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_scenarios_are_numbered_as_nested_loops_go(sizes):
    varied = {f"p{place}": tuple(range(size)) for place, size in enumerate(sizes)}
    grid = grids.Grid("g", "g", "c", {}, varied, ())
    found = [tuple(grids.point(grid, number).values()) for number in range(1, grids.size(grid) + 1)]
    assert found == list(itertools.product(*varied.values()))


LAUGHS = "a: &a [x]\nb: &b [*a,*a]\nvary: *b\n"
REFUSED = {
    "empty": ("", "mine.yaml: is empty. It needs 'vary'"),
    "no section": ("[1, 2]\n", "must be made of lines such as `vary:`"),
    "nothing varied": ("case: c\n", "needs 'vary'; read case"),
    "empty vary": ("vary:\n", "vary: read ''; must name parameters"),
    "unknown key": ("vry:\n  lag_years: [1]\n", "no key 'vry' (did you mean 'vary'?)"),
    "unknown parameter": ("vary: {preffer: [larger]}", "vary, preffer: no parameter 'preffer' (did you mean 'prefer'"),
    "case varied": ("vary: {case: [a, b]}", "vary, case: no parameter 'case'"),
    "results varied": ("vary: {results: [a]}", "vary, results: no parameter 'results'"),
    "one value": ("vary: {prefer: larger}", "vary, prefer: read 'larger'; must be a list such as [exporter]"),
    "no value": ("vary: {prefer: []}", "vary, prefer: read []; must be a list"),
    "nested": ("vary: {prefer: [[larger]]}", "line 1: a list or section within a value"),
    "deeply nested": ("vary: " + "[" * 100_000, "a list or section within a value"),
    "wrong word": ("vary: {prefer: [exporters]}", "vary, prefer: prefer='exporters': unknown (did you mean 'exporter'"),
    "wrong type": ("vary: {lag_years: [one]}", "vary, lag_years: lag_years='one': must be a whole number"),
    "fraction": ("vary: {lag_years: [1.5]}", "must be a whole number"),
    "hexadecimal": ("vary: {lag_years: [0x1F]}", "must be a whole number"),
    "beyond limits": ("vary: {lag_years: {from: 90, to: 110, step: 10}}", "lag_years=110: must be from 0 to 100"),
    "twice a value": ("vary: {lag_years: [1, 01]}", "vary, lag_years: '1' stands there twice"),
    "twice a key": ("vary:\n  lag_years: [1]\n  lag_years: [2]\n", "line 3: 'lag_years' stands there twice"),
    "steps of words": ("vary: {prefer: {from: 0, to: 1, step: 1}}", "vary, prefer: is text, which has no steps"),
    "no step": ("vary: {lag_years: {from: 0, to: 1}}", "vary, lag_years: needs 'step'; read from, to"),
    "unknown step": ("vary: {lag_years: {from: 0, to: 1, by: 1}}", "no key 'by'"),
    "step of nought": ("vary: {lag_years: {from: 0, to: 1, step: 0}}", "from 0 to 1 by 0 goes nowhere"),
    "backwards": ("vary: {lag_years: {from: 2, to: 1, step: 1}}", "from 2 to 1 by 1 goes nowhere"),
    "passes by": ("vary: {lag_years: {from: 0, to: 10, step: 4}}", "pass by 10. Write `to: 8`, or `to: 12`"),
    "endless": ("vary: {lag_years: {from: 0, to: 999999999, step: 1}}", "makes 1,000,000,000 scenarios"),
    "a word as an end": ("vary: {lag_years: {from: a, to: 1, step: 1}}", "lag_years, from: read 'a'; must be a whole"),
    "headlines no list": ("vary: {lag_years: [1]}\nheadlines: sent", "headlines: read 'sent'; must be a list"),
    "headlines twice": ("vary: {lag_years: [1]}\nheadlines: [a, a]", "headlines: 'a' stands there twice"),
    "no such case": (f"case: {CASE[:-1]}\nvary: {{lag_years: [1]}}", f"mine.yaml, case: no case '{CASE[:-1]}' in data"),
    "case outside": ("case: ../raw\nvary: {lag_years: [1]}", "lower-case letters"),
    "case a list": ("case: [a]\nvary: {lag_years: [1]}", "case: read ['a']; must be the name of one case"),
    "aliases": (LAUGHS, "line 1: names (& and *) and types (!) are not read"),
    "a type": ("vary: !!python/object/apply:os.getcwd []", "line 1: names (& and *) and types (!) are not read"),
    "two documents": ("vary: {lag_years: [1]}\n---\nvary: {}\n", "holds a second document"),
    "broken": ("vary: {lag_years: [1\n", "is not valid YAML"),
    "tabs": ("vary:\n\tlag_years: [1]\n", "line 2: is not valid YAML"),
    "another encoding": ("vary: {prefer: [größer]}".encode("latin-1"), "is not UTF-8"),
    "control characters": ("vary: {prefer: ['\x07']}", "is not valid YAML"),
    "too large": ("#" * 1_000_001, "is larger than 1,000,000 bytes"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path, fault):
    text, message = REFUSED[fault]
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert "mine.yaml" in str(caught.value)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 500


def test_more_scenarios_than_can_be_meant_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(gridfile, "MOST_POINTS", 10)
    with pytest.raises(InputError, match="vary: makes 12 scenarios; at most 10"):
        read(tmp_path, "vary: {prefer: [larger, smaller], lag_years: [1, 2, 3, 4, 5, 6]}")


@pytest.mark.parametrize("name", ["..yaml", "my grid.yaml", ".yaml"])
def test_a_file_name_that_makes_no_folder_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="its name becomes a folder's"):
        gridfile.read(tmp_path / name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: is missing"):
        gridfile.read(tmp_path / "none.yaml")


def test_the_grid_that_the_readme_shows_can_be_read(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (tmp_path / "grid.yaml").write_text(re.search(r"```yaml\n(.+?)```", readme, re.S)[1], encoding="utf-8")
    found = gridfile.read(tmp_path / "grid.yaml")
    assert grids.size(found) == 11 * 3
    assert grids.point(found, 4)["opening_stock"] == 24
