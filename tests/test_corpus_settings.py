"""Bad case.toml, and bad tables of spellings: both are written by hand, and stop a run before it starts."""

import shutil
from functools import lru_cache
from pathlib import Path

import pytest

from analysis import cases, names, plans
from analysis.errors import InputError
from analysis.parameters import parameters
from analysis.paths import RAW, REFERENCE
from tests import corpus
from tests.checkouts import CASE
from tests.corpus import said
from tests.corpus.edits import edited

SETTINGS, REFERENCES = dict(corpus.named("settings")), dict(corpus.named("references"))
ONCE = lru_cache(parameters)  # what the notebooks declare is the same for every entry


@pytest.fixture
def case(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(cases, "RAW", tmp_path)
    monkeypatch.setattr(plans, "parameters", ONCE)
    (tmp_path / "case").mkdir()
    return tmp_path / "case"


@pytest.mark.parametrize("entry", SETTINGS.values(), ids=SETTINGS)
def test_settings_that_are_none_are_told(case, entry):
    before = (RAW / CASE / entry["file"]).read_bytes()
    (case / entry["file"]).write_bytes(edited(before, entry))
    if entry["outcome"] == "kept":
        assert plans.basis("case").settings == cases.settings_of(RAW / CASE / entry["file"])
        return
    with pytest.raises(InputError) as caught:
        plans.basis("case")
    assert "case/case.toml" in said(caught.value, entry["says"])


@pytest.fixture
def reference(tmp_path, monkeypatch) -> Path:
    """The reference tables, to break; names read before are forgotten, since the place of the tables is another."""
    folder = Path(shutil.copytree(REFERENCE, tmp_path / "reference"))
    monkeypatch.setattr(names, "REFERENCE", folder)
    return folder


def look_up() -> None:
    """Everything that is looked up in these tables."""
    names.resolve_party("Bulgaria", "unroca")
    names.resolve_item("AGS-17")
    names.resolve_unit("pieces")
    names.resolve_code("BG", "comtrade")
    names.item_name("ags-17", 2)


@pytest.mark.parametrize("entry", REFERENCES.values(), ids=REFERENCES)
def test_a_table_of_spellings_that_is_broken_is_told(reference, entry):
    look_up()
    path = reference / entry["file"]
    path.write_bytes(edited(path.read_bytes(), entry))
    with pytest.raises(InputError) as caught:
        look_up()
    assert f"reference/{entry['file']}" in said(caught.value, entry["says"])
    if entry["how"] == "append" and entry["name"] not in ("a quotation mark that is not closed", "a NUL", "Latin-1"):
        assert f", row {path.read_bytes().count(bytes([10]))}" in str(caught.value) or "line break" in str(caught.value)
