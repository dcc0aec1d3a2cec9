"""Mutants of data: one number at a time, one more or less in its last digit."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from mutation.mutant import Mutant

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
COUNTS = {"transfers": ("quantity", "year"), "values": ("amount",)}  # columns of raw tables that hold numbers
PER_NOTEBOOK = 200  # numbers in a notebook's outputs that are tried, evenly spread


def other(number: str) -> str:
    """Another number: the last digit is one more, after 9 one less."""
    last = number[-1]
    return number[:-1] + ("8" if last == "9" else str(int(last) + 1))


def processed(text: str) -> Iterator[Mutant]:
    """Every cell of a table that is a number, wherever it stands; cells with commas are quoted, and hold words."""
    offset = 0
    for line, row in enumerate(text.splitlines(keepends=True), start=1):
        for found in re.finditer(r"(?:^|(?<=,))-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?=,|\r?\n|$)", row):
            if line > 1:
                yield _changed(text, line, offset + found.start(), offset + found.end(), found.start())
        offset += len(row)


def notebook(text: str) -> Iterator[Mutant]:
    """Numbers that a notebook's outputs print, evenly spread over it; pictures are compared byte by byte anyway."""
    places, inside, offset = [], False, 0
    for line, row in enumerate(text.splitlines(keepends=True), start=1):
        inside = (inside or row.startswith('   "outputs": [')) and not row.startswith("   ]")
        if inside and '"image/png"' not in row:
            places += [
                (line, offset + found.start(), offset + found.end(), found.start()) for found in NUMBER.finditer(row)
            ]
        offset += len(row)
    for line, start, end, column in places[:: max(1, -(-len(places) // PER_NOTEBOOK))]:
        yield _changed(text, line, start, end, column)


def raw(path: Path) -> Iterator[Mutant]:
    """Every count, year and sum of money of a hand-written table that is printed in figures."""
    text = path.read_text(encoding="utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    for line, row in enumerate(rows, start=2):
        for name in COUNTS.get(path.stem, ()):
            column = header.index(name)
            numbers = NUMBER.findall(row[column])
            if numbers:
                new = row[column].replace(numbers[0], other(numbers[0]), 1)
                changed = [header, *rows]
                changed[line - 1] = [*row[:column], new, *row[column + 1 :]]
                yield Mutant(line, column + 1, row[column], new, _written(changed))


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _changed(text: str, line: int, start: int, end: int, column: int) -> Mutant:
    before = text[start:end]
    return Mutant(line, column + 1, before, other(before), text[:start] + other(before) + text[end:])
