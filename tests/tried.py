"""What was tried against the package and its tests, as the commands that try it last counted: `python -m tests.tried`.

The README prints this table, and a test holds the one against the other.
"""

import csv

from analysis.paths import ROOT
from mutation.targets import ASKED
from tests.corpus import sizes

HEAD = "| what was tried | how often | held, or was noticed | command |\n|---|---:|---:|---|\n"
Line = tuple[str, int, int, str]  # what was tried, how often, how often it held, by which command


def table() -> str:
    """The counts as a Markdown table, a row per command and kind."""
    lines = [*_held(), *_noticed()]
    return HEAD + "".join(f"| {what} | {many:,} | {held:,} | {command} |\n" for what, many, held, command in lines)


def _held() -> list[Line]:
    """What was tried against the package."""
    entries, faults, fuzzed = sizes().total(), _rows("tests/faults"), _rows("fuzz")
    struck = "faults given to a run: killed, interrupted, no room, no permission"
    inputs, what = _sum(fuzzed, "inputs"), f"inputs to {len(fuzzed)} parsers and layouts, guided by the code they reach"
    counted = "`python -m tests.corpus` counts, `make test` tries them"
    return [
        ("files, rows and words that are bad", entries, entries, counted),
        (struck, _sum(faults, "tried"), _sum(faults, "held"), "`make faults`"),
        (what, inputs, inputs - _sum(fuzzed, "findings"), "`make fuzz`"),
    ]


def _noticed() -> list[Line]:
    """What was tried against the tests."""
    mutants = _rows("mutation")
    code, data = ([row for row in mutants if (row["kind"] == "code") == is_code] for is_code in (True, False))
    kinds = {
        f"changes to code and SQL, in {len(code)} of {len(ASKED)} files": code,
        "changes to raw counts, processed numbers, and numbers in notebooks": data,
    }
    return [(what, _sum(rows, "mutants"), _sum(rows, "caught"), "`make mutate`") for what, rows in kinds.items()]


def _rows(folder: str) -> list[dict[str, str]]:
    with (ROOT / folder / "results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sum(rows: list[dict[str, str]], column: str) -> int:
    return sum(int(row[column]) for row in rows)


if __name__ == "__main__":
    print(table(), end="")
