"""Results are replaced whole or not at all, and only by those of the published parameters."""

import pandas as pd
import pytest

from analysis import folders, paths, store
from analysis.errors import InputError

CASE = "belarus-bulgaria-2015"


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Everything that is written goes to a folder of this test's own."""
    monkeypatch.setattr(paths, "VARIANTS", tmp_path / "results")
    monkeypatch.setattr(paths, "PROCESSED", tmp_path / "processed")
    monkeypatch.delenv(paths.STAGE_VARIABLE, raising=False)
    return tmp_path


def folder(path, **files: str):
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name).write_text(text)
    return path


def test_a_file_is_replaced_whole_or_not_at_all(places, monkeypatch):
    path = places / "file"
    folders.write(path, b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        folders.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in places.iterdir()] == ["file"]


def test_published_results_are_never_those_of_other_parameters(places):
    tables = {"corrections": pd.DataFrame()}
    with pytest.raises(InputError, match=r"prefer = 'larger'.*Set results to a name of your own"):
        store.save(CASE, paths.PUBLISHED, tables, prefer="larger", lag_years=1)
    assert not (places / "processed").exists()
    store.save(CASE, "mine", tables, prefer="larger", lag_years=1)
    assert (places / "results" / CASE / "mine" / "corrections.csv").exists()


def test_a_published_figure_is_never_that_of_other_parameters(places):
    with pytest.raises(InputError, match=r"opening_stock = 60.*Set results to a name of your own"):
        store.save_drawings(CASE, paths.PUBLISHED, opening_stock=60)
    assert not (places / "processed").exists()


def test_reading_before_writing_says_what_to_run(places):
    with pytest.raises(InputError, match="Run the notebooks before this one"):
        store.load(CASE, "mine", "flows")
    with pytest.raises(InputError, match="Run 4-figures before"):
        store.figure_file(CASE, "mine", "flow", "png")
