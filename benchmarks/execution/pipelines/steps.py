"""What each of the five notebooks reads and writes, by paths from the checkout: for dodo.py and Snakefile.

dvc.yaml says the same in its own words. Rivals write to results/, so that they refresh nothing that is committed.
"""

from pathlib import Path
from typing import NamedTuple

RAW = ("data/raw/belarus-bulgaria-2015", "data/raw/reference")
CODE = ("*.py", "*.sql")


class Step(NamedTuple):
    """What a notebook reads that earlier ones wrote, and what it writes."""

    reads: list[str]
    writes: list[str]


def _tables(names: str) -> list[str]:
    return [f"results/data/{name}.csv" for name in names.split()]


def _figures(names: str, suffixes: str = "csv json png svg txt") -> list[str]:
    return [f"results/data/figures/{name}.{suffix}" for name in names.split() for suffix in suffixes.split()]


def executed(stem: str) -> str:
    """Where a notebook lies once it is executed."""
    return f"results/notebooks/{stem}.ipynb"


SHOWN = "flow received-and-sent opening-stock price-line evidence timeline"
STATED = "sources transfers amounts events rejects"
COUNTED = "flows double_counts balances timeline evidence counting"
BOUNDED = "origins values scenarios flips headlines parameters"
REPORTED = "sources transfers amounts evidence headlines rejects corrections values flips flows double_counts balances"
STEPS = {
    "1-clean": Step([], _tables(f"{STATED} corrections")),
    "2-reconcile": Step(_tables(STATED), _tables(COUNTED)),
    "3-scenarios": Step(_tables(f"{STATED} {COUNTED}"), _tables(BOUNDED) + _figures("opening-stock price-line")),
    "4-figures": Step(
        _tables("sources headlines timeline evidence flows double_counts"),
        _figures("flow received-and-sent timeline evidence"),
    ),
    "5-report": Step(_tables(REPORTED) + _figures(SHOWN, "png txt"), []),
}
STEPS = {stem: step._replace(writes=[*step.writes, executed(stem)]) for stem, step in STEPS.items()}


def made_from(stem: str) -> list[str]:
    """Every file that a notebook depends on: itself, raw and reference tables, all code, and what it reads."""
    raw = [path for folder in RAW for path in Path(folder).iterdir() if path.is_file()]
    code = [path for kind in CODE for path in Path("analysis").rglob(kind)]
    return [f"notebooks/{stem}.ipynb", *sorted(path.as_posix() for path in raw + code), *STEPS[stem].reads]


def command(stem: str) -> str:
    """papermill as people call it."""
    return f"RETRANSFER_STAGE=results/data python -m papermill notebooks/{stem}.ipynb {executed(stem)} -k python3"
