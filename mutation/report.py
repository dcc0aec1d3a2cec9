"""What came of it: the share that was noticed, and every survivor with what a person has judged of it."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.paths import ROOT

RESULTS, SURVIVORS = ROOT / "mutation" / "results.csv", ROOT / "mutation" / "survivors.tsv"
COLUMNS = ("file", "line", "column", "change", "judgement")
LEAST = {"code": 0.95}  # of all mutants of a kind; of data all
TSV = {"delimiter": "\t", "lineterminator": "\n", "quoting": csv.QUOTE_NONE, "quotechar": None}


class Tried(NamedTuple):
    """Mutants of one file: `kind` is code or one of data, `survivors` rows of COLUMNS but for the judgement."""

    kind: str
    name: str
    mutants: int
    survivors: list[dict[str, str]]

    @property
    def caught(self) -> int:
        return self.mutants - len(self.survivors)


def judged(survivors: Iterable[Mapping[str, str]], before: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Survivors with what was judged of the same change before: at the same place, else in the order of its file."""
    exact, loose = {}, defaultdict(list)
    for row in before:
        exact[_place(row)] = row["judgement"]
        loose[row["file"], row["change"]].append(row["judgement"])
    found = []
    for row in survivors:
        others = loose[row["file"], row["change"]]
        judgement = exact.get(_place(row), others[0] if others else "")
        if judgement in others:
            others.remove(judgement)
        found.append({**row, "judgement": judgement})
    return found


def _place(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in COLUMNS[:-1])


def read(path: Path = SURVIVORS) -> list[dict[str, str]]:
    """The survivors of the run before, with their judgements."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, **TSV))


def write(tried: Sequence[Tried], survivors: Sequence[Mapping[str, str]]) -> None:
    """Both tables, of a run of all targets."""
    with RESULTS.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(["kind", "module", "mutants", "caught", "share"])
        writer.writerows([each.kind, each.name, each.mutants, each.caught, share(each)] for each in tried)
    with SURVIVORS.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, **TSV)
        writer.writeheader()
        writer.writerows(survivors)


def share(each: Tried) -> str:
    """The share that was caught."""
    return f"{each.caught / each.mutants:.4f}" if each.mutants else ""


def summed(tried: Sequence[Tried]) -> list[Tried]:
    """One line for each kind."""
    kinds = dict.fromkeys(each.kind for each in tried)
    return [
        Tried(kind, "all", sum(each.mutants for each in mine), [row for each in mine for row in each.survivors])
        for kind in kinds
        for mine in [[each for each in tried if each.kind == kind]]
    ]


def table(tried: Sequence[Tried]) -> str:
    """The numbers as a table for people."""
    rows = [("kind", "module", "mutants", "caught", "share")]
    rows += [
        (each.kind, each.name, str(each.mutants), str(each.caught), share(each)) for each in [*tried, *summed(tried)]
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def faults(tried: Sequence[Tried], survivors: Sequence[Mapping[str, str]]) -> list[str]:
    """Why this is not good enough, if it is not."""
    found = [
        f"{each.kind}: {each.caught} of {each.mutants} are caught, which is less than {LEAST.get(each.kind, 1):.0%}"
        for each in summed(tried)
        if each.caught < LEAST.get(each.kind, 1) * each.mutants
    ]
    return found + [
        f"{row['file']}:{row['line']}:{row['column']} {row['change']}: survives, and nobody has judged why"
        for row in survivors
        if not row["judgement"]
    ]
