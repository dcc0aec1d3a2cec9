"""Bad words after `retransfer`, and bad grids: each is refused in one line before anything runs."""

from functools import lru_cache

import pytest
from click.testing import CliRunner

from analysis import cli, orders, plans
from analysis.errors import InputError
from analysis.parameters import parameters
from analysis.paths import ROOT
from analysis.registers import command
from analysis.sweeps import gridfile
from tests import corpus
from tests.corpus import said

GRIDS = dict(corpus.named("grids"))
WORDS = {f"words.tsv:{entry['row']} {entry['words'][:40]}": entry for entry in corpus.entries("words")}
ONCE = lru_cache(parameters)  # what the notebooks declare is the same for every entry


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch):
    """Plans are made and nothing else; what the notebooks declare is read once."""

    def meet(wanted, *_means):
        for order in wanted:
            order.plan()
        raise AssertionError("this would have run")

    monkeypatch.setattr(orders, "fulfil", meet)
    monkeypatch.setattr(plans, "parameters", ONCE)
    monkeypatch.setattr(command, "parameters", ONCE)
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("entry", GRIDS.values(), ids=GRIDS)
def test_a_bad_grid_is_told(tmp_path, entry):
    path = tmp_path / "mine.yaml"
    path.write_bytes(corpus.data(entry["text"]))
    with pytest.raises(InputError) as caught:
        gridfile.read(path)
    assert "mine.yaml" in said(caught.value, entry["says"])


@pytest.mark.parametrize("entry", WORDS.values(), ids=WORDS)
def test_a_bad_word_is_told(entry):
    done = CliRunner().invoke(cli.main, corpus.text(entry["words"]).split("\t"), terminal_width=10_000)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (1, 2)
    told = done.output.strip().splitlines()
    assert entry["says"] in told[-1]
    assert told[-1].isprintable()
    assert len(told[-1]) < 900
