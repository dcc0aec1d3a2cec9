"""Bad files of a case: one message each, that names the file and the place, what was read and what would be right."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import cases, clean
from analysis.errors import InputError
from analysis.paths import RAW
from analysis.rows import raw_rows
from tests import corpus
from tests.checkouts import CASE
from tests.corpus import said
from tests.corpus.edits import edited

FILES = dict(corpus.named("files"))


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    """A folder of cases, with one to break."""
    home = tmp_path_factory.mktemp("raw")
    shutil.copytree(RAW / CASE, home / "case")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cases, "RAW", home)
        yield home


@pytest.fixture
def broken(home):
    """Apply an entry to the case; afterwards the case is whole again."""
    changed = []

    def make(entry: dict[str, str]) -> None:
        changed.append(entry["file"])
        before = (RAW / CASE / entry["file"]).read_bytes()
        (home / "case" / entry["file"]).write_bytes(edited(before, entry))

    yield make
    for name in changed:
        shutil.copy(RAW / CASE / name, home / "case")


@pytest.mark.parametrize("entry", FILES.values(), ids=FILES)
def test_a_bad_file_is_told_and_an_odd_one_read_as_it_is(broken, entry):
    broken(entry)
    if entry["outcome"] == "refused":
        with pytest.raises(InputError) as caught:
            cases.corrected(cases.raw_tables("case"))
        assert entry["file"] in said(caught.value, entry["says"])
        return
    raw = cases.raw_tables("case")
    if entry["outcome"] == "rejected":
        tables = clean.cleaned(cases.corrected(raw))
        assert clean.accounts(raw, tables)["rejected"].sum() == len(tables["rejects"]) == 1
        assert entry["says"] in tables["rejects"]["reason"].item()
        return
    for name, found in cases.raw_lines("case").items():
        whole = raw_rows(RAW / CASE / f"{name}.csv", name)
        assert (found.columns, list(found.lines.values())) == (whole.columns, list(whole.lines.values()))
