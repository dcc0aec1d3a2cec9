"""Every input that a search for odd bytes has kept is read again, without the searcher: no promise is broken."""

import csv
import hashlib

import pytest

from analysis.paths import ROOT
from fuzz import files, promises
from fuzz.seeds import seeds
from fuzz.targets import TARGETS

FUZZ = ROOT / "fuzz"


def kept(target: str, *folders: str) -> dict[str, bytes]:
    """The inputs of a target in these folders, by name."""
    found = [path for folder in folders for path in sorted((FUZZ / folder / target).glob("*"))]
    return {path.name: path.read_bytes() for path in found}


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_was_kept_is_read_or_refused(target):
    inputs = kept(target, "corpus", "findings")
    assert inputs
    for data in inputs.values():
        TARGETS[target].ask(data)


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_is_small_and_named_by_what_it_holds(target):
    corpus = kept(target, "corpus")
    assert len(corpus) <= TARGETS[target].files
    assert sum(map(len, corpus.values())) <= 100_000
    for name, data in kept(target, "corpus", "findings").items():
        assert name == hashlib.sha1(data).hexdigest()


def test_the_last_run_counted_every_target_and_left_nothing_open():
    with (FUZZ / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["target"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(TARGETS)
    for target, row in rows.items():
        corpus = kept(target, "corpus")
        assert (int(row["corpus"]), int(row["bytes"])) == (len(corpus), sum(map(len, corpus.values())))
        assert (row["findings"], int(row["inputs"]) > 100, int(row["features"]) > 0) == ("0", True, True)
    assert {path.name for folder in ("corpus", "findings") for path in (FUZZ / folder).iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_are_there_and_hold(target):
    found = seeds(target)
    assert found and len(found) == len(set(found))
    TARGETS[target].ask(found[0])


def test_a_promise_that_is_broken_is_told():
    with pytest.raises(AssertionError, match="least above most"):
        promises._ordered("2-1", 2, 1, "range")
    with pytest.raises(AssertionError, match="read in two ways"):
        promises.same_in_any_spelling(len, "é", 1)
    with pytest.raises(ZeroDivisionError):
        promises.answered(lambda text: 1 / len(text), "", KeyError)
    with pytest.raises(AssertionError, match="does not name its file"):
        files.told(files.InputError("odd"), ROOT / "a.csv")
