"""Published files with lines before their header, or with records broken over lines → records as text."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.cells import Problem
from analysis.paths import shown
from analysis.reading import ENCODINGS, PUBLISHED, text_of
from analysis.registers.layout import Layout
from analysis.registers.rows import HEAD, check, swallowed
from analysis.rows import records

DELIMITERS = (",", ";")
MOST = 9  # lines that a record is broken over


class Header(NamedTuple):
    """Where the header stands (0 = nowhere), what parts its cells, and the columns by their published names."""

    row: int
    delimiter: str
    columns: list[str]


class Sheet(NamedTuple):
    """Records as text after `statement_id` (r13 for row 13), indexed by row; and per record, by the same index:
    `widths`, "" or the Problem with its number of cells, and `over`, the rows it was broken over, "" for one."""

    raw: pd.DataFrame
    widths: pd.Series
    over: pd.Series


def header_of(path: Path, columns: tuple[str, ...], published: Callable[[str], str]) -> Header:
    """The first record, whatever stands before it, that has half of the columns or more.

    `published` turns a cell of it into the column's published name. Columns without a name do not count.
    """
    wanted = {name for name in columns if name}
    text = text_of(path, ENCODINGS, most=HEAD)
    for delimiter in DELIMITERS:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            names = [published(cell.strip()) for cell in cells]
            while names and not names[-1]:
                names.pop()
            if 2 * len(wanted.intersection(names)) >= len(wanted):
                return Header(row, delimiter, names)
    return Header(0, DELIMITERS[0], [])


def in_order(found: list[str], columns: tuple[str, ...]) -> list[str]:
    """The header that was found; the layout's own columns where it has the same ones in another order."""
    return list(columns) if sorted(fields(found)) == sorted(fields(columns)) else found


def read_sheet(path: Path, layout: Layout, header: Header, broken: bool) -> Sheet:
    """All records below the header, columns in the layout's order.

    With `broken`, records that were broken over lines are put together where that gives exactly one. A column without a
    name is called after the one before it, with a question mark. Semicolons at the end of a line are no text.
    Raises InputError where the header is not the layout's.
    """
    check(path, layout)
    wide = len(layout.columns)
    numbered = records(text_of(path, ENCODINGS, largest=PUBLISHED).replace("\r\n", "\n"), shown(path), header.delimiter)
    lines = [(row, cells) for row, cells in numbered if row > header.row and any(cells)]
    whole = [(rows, _trimmed(cells, wide)) for rows, cells in _whole(lines, wide, broken)]
    index = pd.Index([rows[0] for rows, _ in whole], name="row", dtype="int64")
    cells = [(*cells, *[""] * wide)[:wide] for _, cells in whole]
    raw = pd.DataFrame(cells, columns=fields(header.columns), index=index, dtype="object")[fields(layout.columns)]
    raw.insert(0, "statement_id", [f"r{row}" for row in index])
    widths = pd.Series([_width(cells, header) for _, cells in whole], index=index, dtype="object", name="row")
    over = [" and ".join(map(str, rows)) if len(rows) > 1 else "" for rows, _ in whole]
    return Sheet(raw, widths, pd.Series(over, index=index, dtype="str"))


def fields(columns: Sequence[str]) -> list[str]:
    """The columns with a name each: one without is called after the one before it, with a question mark."""
    return [name or f"{columns[place - 1]}?" for place, name in enumerate(columns)]


def sound(read: dict[str, pd.Series], fault: pd.Series) -> dict[str, pd.Series]:
    """What the cells mean; of a record with a fault that leaves none of them in its place, the fault alone."""
    whole = [not isinstance(cell, Problem) for cell in fault]
    return {name: column.where(whole, "") for name, column in read.items()} | {str(fault.name): fault}


def _trimmed(cells: list[str], wide: int) -> list[str]:
    """Without the semicolons that end every line of some files, and without empty cells past the last column."""
    cells = [*cells[:-1], cells[-1].rstrip("; ")]
    while len(cells) > wide and not cells[-1]:
        cells = cells[:-1]
    return cells


def _whole(lines: list[tuple[int, list[str]]], wide: int, broken: bool) -> list[tuple[tuple[int, ...], list[str]]]:
    """Records with the rows they stand in; short lines that follow each other are one record if that fits exactly."""
    found, place = [], 0
    while place < len(lines):
        rows, cells = _joined(iter(lines[place : place + MOST]), wide) if broken else ((), [])
        if len(cells) != wide:
            rows, cells = (lines[place][0],), lines[place][1]
        found.append((rows, cells))
        place += len(rows)
    return found


def _joined(lines: Iterator[tuple[int, list[str]]], wide: int) -> tuple[tuple[int, ...], list[str]]:
    """The first line with as many of the short ones after it as a record takes; the break was within a cell."""
    first, cells = next(lines)
    rows = [first]
    while len(cells) < wide:
        row, more = next(lines, (0, [""] * wide))
        if len(more) >= wide:
            break
        rows.append(row)
        cells = [*cells[:-1], f"{cells[-1]} {more[0]}".strip(), *more[1:]]
    return tuple(rows), cells


def _width(cells: list[str], header: Header) -> str | Problem:
    """What is wrong with a record as a whole: that it is none, or that it is of another width than the header."""
    wide, text = len(header.columns), ",".join(cells)[:80]
    if [cell.casefold() for cell in cells[:3]] == [name.casefold() for name in header.columns[:3]]:
        return Problem("row", text, "is the header once more, and no record", "leave it out")
    if len(list(filter(None, cells))) == 1:
        return Problem("row", text, "is a title, a note or a total, and no record", "leave it out")
    if fault := swallowed(cells, wide, header.delimiter):
        return fault
    if len(cells) == wide:
        return ""
    return Problem(
        "row",
        text,
        f"has {len(cells)} cells where the header has {wide}",
        "quote a cell that holds a comma or a line break, or put together what belongs to one record",
    )
