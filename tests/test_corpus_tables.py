"""The corpus itself; results that were edited since they were written; rates of exchange that nobody published."""

import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pandas as pd
import pytest

from analysis import exchange
from analysis.errors import InputError
from analysis.paths import PUBLISHED, ROOT, results_dir
from analysis.rows import processed_rows
from analysis.tables import read_processed
from tests import corpus
from tests.checkouts import CASE
from tests.corpus import said
from tests.corpus.edits import edited

PROCESSED = dict(corpus.named("processed"))
RATES = {f"rates.tsv:{entry['row']} {entry['currency'][:9]}": entry for entry in corpus.entries("rates")}
LEAST = 300  # entries


@pytest.mark.parametrize("table", corpus.TABLES)
def test_every_entry_says_what_is_expected_of_it(table):
    entries = corpus.entries(table)
    outcomes = {entry.get("outcome", "refused") for entry in entries}
    assert outcomes <= {"refused", "set aside", "rejected", "kept", "empty", "odd"}
    silent = [entry for entry in entries if not entry["says"]]
    assert {entry["outcome"] for entry in silent} <= {"kept", "empty", "odd"}
    texts = Counter(tuple(cell for name, cell in entry.items() if name not in ("row", "says")) for entry in entries)
    assert not [entry for entry, times in texts.items() if times > 1]


def test_how_many_entries_there_are_can_be_asked():
    done = subprocess.run([sys.executable, "-m", "tests.corpus"], cwd=ROOT, capture_output=True, text=True, check=True)
    counts = {words: int(many) for many, words in (line.split(maxsplit=1) for line in done.stdout.splitlines())}
    assert counts.pop("in all") == sum(counts.values()) > LEAST
    assert all(counts.values())


def test_what_cells_of_the_corpus_stand_for():
    assert corpus.data("a\\n\\x07\\xe9\\u200b<9*3>\\\\") == b"a\n\x07\xe9\xe2\x80\x8b999\\"
    with pytest.raises(ValueError, match="changes nothing"):
        edited(b"x", {"how": "replace", "old": "y", "new": "z"})


@pytest.mark.parametrize("entry", PROCESSED.values(), ids=PROCESSED)
def test_results_that_were_edited_are_told(tmp_path, entry):
    before = (results_dir(CASE, PUBLISHED) / entry["file"]).read_bytes()
    path = tmp_path / entry["file"]
    path.write_bytes(edited(before, entry))
    with pytest.raises(InputError) as caught:
        processed_rows(path, path.stem)
    assert entry["file"] in said(caught.value, entry["says"])


@pytest.mark.parametrize("data", [b"", b"party\nBGR\n", b"\xff\xfe", b'"', b"a,b\n1,2,3\n", b"\xe9,b\n"])
def test_results_that_are_no_table_are_told_as_frames_too(tmp_path, data):
    (tmp_path / "flows.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_processed(tmp_path / "flows.csv", "flows")
    said(caught.value, "`retransfer run` writes it anew.")


@pytest.mark.parametrize("entry", RATES.values(), ids=RATES)
def test_a_rate_that_nobody_published_is_told(entry):
    amounts = pd.DataFrame({"low": [Decimal(1)], "high": [Decimal(1)], "currency": ["EUR"]}, dtype="object")
    with pytest.raises(InputError) as caught:
        exchange.converted(amounts, corpus.text(entry["currency"]), corpus.text(entry["rate_of"]))
    said(caught.value, entry["says"])
