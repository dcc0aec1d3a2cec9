"""What was tried against the package and its tests, as the commands that try it last counted: `python -m tests.tried`.

The README prints this table, and a test holds the one against the other.
"""

import csv

from analysis.paths import ROOT
from mutation.targets import ASKED
from tests.corpus import sizes


def table() -> str:
    """The counts as a Markdown table, a row per command."""
    faults, fuzzed, mutants = (_rows(f"{folder}/results.csv") for folder in ("tests/faults", "fuzz", "mutation"))
    entries = sizes().total()
    lines = [
        (
            "files, rows and words that are bad",
            entries,
            entries,
            "`python -m tests.corpus` counts, `make test` tries them",
        ),
        (
            "faults given to a run: killed, interrupted, no room, no permission",
            _sum(faults, "tried"),
            _sum(faults, "held"),
            "`make faults`",
        ),
        (
            f"inputs to {len(fuzzed)} parsers and layouts, guided by the code they reach",
            _sum(fuzzed, "inputs"),
            _sum(fuzzed, "inputs") - _sum(fuzzed, "findings"),
            "`make fuzz`",
        ),
    ]
    code, data = ([row for row in mutants if (row["kind"] == "code") == is_code] for is_code in (True, False))
    lines += [
        (
            f"changes to code and SQL, in {len(code)} of {len(ASKED)} files",
            _sum(code, "mutants"),
            _sum(code, "caught"),
            "`make mutate`",
        ),
        (
            "changes to raw counts, processed numbers, and numbers in notebooks",
            _sum(data, "mutants"),
            _sum(data, "caught"),
            "`make mutate`",
        ),
    ]
    head = "| what was tried | how often | held, or was noticed | command |\n|---|---:|---:|---|\n"
    return head + "".join(f"| {what} | {many:,} | {held:,} | {command} |\n" for what, many, held, command in lines)


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sum(rows: list[dict[str, str]], column: str) -> int:
    return sum(int(row[column]) for row in rows)


if __name__ == "__main__":
    print(table(), end="")
