"""What a command loads: help and explanations answer at once, since they wait for no library that they do not need."""

import subprocess
import sys

import pytest

from analysis import cli
from analysis.paths import ROOT

HEAVY = ["pandas", "numpy", "matplotlib", "PIL", "duckdb", "scipy", "highspy", "currency_converter"]
HEAVY += ["papermill", "nbformat", "IPython", "distributed", "sphinx", "yaml"]
# Runs the command and then names the libraries that it has loaded, after all that it printed.
CODE = f"""
import sys
from analysis.cli import main

try:
    main(sys.argv[1:])
finally:
    print("\\nloaded:", *[name for name in {HEAVY} if name in sys.modules])
"""
CELL = "scenarios[2].received[BGR,konkurs-launcher]"
HELP = [("--help",), *((name, "--help") for name in sorted(cli.main.commands))]
EXPLAINED = [
    (("unaccounted[BGR,konkurs-launcher]",), "= 24"),
    (("balances[BGR,konkurs-launcher].sent", "--json"), '"value": "216"'),
    (("amount[V1]",), "37.9 million"),
    (("received[ETH,howitzer-122mm]", "serbia-bulgaria-ethiopia-2012"), "= 64..128"),
    (("unacounted[BGR,konkurs-launcher]",), "did you mean 'unaccounted[BGR,konkurs-launcher]'"),
    (("unaccounted[BGR,konkurs-launcher]", "belarus-bulgaria-2051"), "did you mean 'belarus-bulgaria-2015'"),
    (("unaccounted[BGR,konkurs-launcher]", "--results", "never-run"), "is missing. Run the notebooks"),
    ((CELL.replace("2", "1"),), "Rows are 2 to"),
]


def loaded(*words: str) -> tuple[str, list[str]]:
    """What a command prints, and which heavy libraries it has loaded when it ends."""
    command = [sys.executable, "-c", CODE, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    printed, _, names = done.stdout.rpartition("\nloaded:")
    return printed + done.stderr, names.split()


@pytest.mark.parametrize("words", HELP, ids=" ".join)
def test_help_waits_for_nothing(words):
    text, libraries = loaded(*words)
    assert "Usage:" in text
    assert not libraries


@pytest.mark.parametrize(("words", "answer"), EXPLAINED)
def test_explaining_waits_for_nothing(words, answer):
    text, libraries = loaded("explain", *words)
    assert answer in text
    assert not libraries


def test_a_cell_of_scenarios_is_worth_the_wait():
    text, libraries = loaded("explain", CELL)
    assert f"{CELL} = 240" in text
    assert {"pandas", "duckdb"} <= set(libraries)
