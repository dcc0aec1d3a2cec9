"""Files of registers → their records as text, once the header is the layout's own."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from rapidfuzz import fuzz

from analysis.cells import Problem
from analysis.errors import AccountsError, InputError
from analysis.paths import shown
from analysis.reading import ENCODINGS, PUBLISHED, text_of
from analysis.registers.layout import Layout, Register
from analysis.rows import records

HEAD = 65_536  # bytes: more than any preamble, less than it takes to notice
MOST_LISTED = 20  # columns of a layout that a message names
MOST_TOLD = 12  # differences of a header
INDEX = ("", "Unnamed: 0")  # what pandas calls an index that it saved


def first_record(path: Path) -> list[str]:
    """The cells of the first record of a CSV file, of which only the head is read, without the name of an index that
    pandas saved; [] where the file is empty."""
    reader = csv.reader(io.StringIO(text_of(path, ENCODINGS, most=HEAD), newline=""))
    cells = next(([cell.strip() for cell in record] for record in reader if record), [])
    return cells[1:] if cells[:1] and cells[0] in INDEX else cells


def without(header: list[str], further: tuple[str, ...]) -> list[str]:
    """A header without the columns that may stand after a layout's own, where it has them in this order."""
    return header[: -len(further)] if tuple(header[-len(further) :]) == further else header


def differences(header: list[str], columns: tuple[str, ...]) -> list[str]:
    """What sets a header apart from a layout's columns, one clause each; none where it is the layout's."""
    missing = list((Counter(columns) - Counter(header)).elements())
    further = list((Counter(header) - Counter(columns)).elements())
    clauses = []
    for name in list(missing):
        if new := _renamed(name, further, header, columns):
            clauses.append(f"{_called(name)} is named {new!r}")
            missing.remove(name)
            further.remove(new)
    clauses += [f"{_called(name)} is missing" for name in missing]
    clauses += [f"{_called(name)} is not of this layout" for name in further]
    if not clauses and header != list(columns):
        at = next(at for at, pair in enumerate(zip(header, columns, strict=True)) if pair[0] != pair[1])
        clauses.append(f"the columns stand in another order: column {at + 1} is {header[at]!r}, not {columns[at]!r}")
    return clauses


def told(clauses: list[str]) -> str:
    """The clauses as one, of many the first and how many more there are."""
    more = len(clauses) - MOST_TOLD
    return "; ".join(clauses[:MOST_TOLD]) + (f"; and {more:,} differences more" if more > 0 else "")


def _called(name: str) -> str:
    return f"column {name!r}" if name else "a column without a name"


def listing(columns: Iterable[str]) -> str:
    """The columns of a layout as a message names them; of many the first, and how many more there are."""
    names = [name or "(no name)" for name in columns]
    more = len(names) - MOST_LISTED
    return ", ".join(names[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _renamed(name: str, further: list[str], header: list[str], columns: tuple[str, ...]) -> str:
    """The header's word for a column: what stands in its place among columns that fit, or what is spelled like it."""
    at = columns.index(name)
    if len(header) == len(columns) > 2 * len(further) and header[at] in further:
        return header[at]
    near = [word for word in further if word and fuzz.ratio(name.casefold(), word.casefold()) >= 75]
    return near[0] if near else ""


def check(path: Path, layout: Layout) -> None:
    """Raise InputError that names what differs, unless the file has this layout's header."""
    header = layout.header(path)
    if found := differences(header, layout.columns):
        what = told(found) if header else "it has no header of this layout"
        raise InputError(
            f"{shown(path)}: is not of the layout {layout.name} ({layout.title}): {what}. "
            f"The columns must be {listing(layout.columns)}."
        )


def read_rows(path: Path, layout: Layout, further: tuple[str, ...] = ()) -> tuple[pd.DataFrame, pd.Series]:
    """A CSV file with a header → its records as text, and per record what is wrong with its number of cells.

    The records have the layout's columns and those of `further`, empty where the file has none, after `statement_id`
    (r2 for row 2), and are indexed by row. One of another width is cut or filled to fit, and has a Problem in the
    second series where the others have "". Raises InputError where the header is not the layout's.
    """
    check(path, layout)
    header = first_record(path)
    wide, numbered = (
        len(header),
        records(text_of(path, ENCODINGS, largest=PUBLISHED).replace("\r\n", "\n"), shown(path)),
    )
    shift = len(numbered[0][1]) - wide  # an index that pandas saved stands first
    lines = [(row, cells[shift:]) for row, cells in numbered[1:] if any(cells)]
    index = pd.Index([row for row, _ in lines], name="row", dtype="int64")
    cells = [(*cells, *[""] * wide)[:wide] for _, cells in lines]
    names = [*layout.columns, *further]
    raw = pd.DataFrame(cells, columns=header, index=index, dtype="str").reindex(columns=names, fill_value="")
    raw.insert(0, "statement_id", [f"r{row}" for row in index])
    return raw, pd.Series([_width(cells, wide) for _, cells in lines], index=index, dtype="object", name="row")


def swallowed(cells: list[str], wide: int, delimiter: str = ",") -> str | Problem:
    """The Problem that a cell holds lines which look like records, since a quotation mark was not closed before."""
    for cell in cells:
        lines = [line for line in cell.split("\n")[1:] if line.count(delimiter) >= wide - 2]
        if lines:
            reason = f"holds {len(lines)} lines in one cell that look like records, such as {lines[0][:80]!r}"
            return Problem("row", delimiter.join(cells)[:80], reason, "look for a quotation mark that is not closed")
    return ""


def _width(cells: list[str], wide: int) -> str | Problem:
    if len(cells) == wide:
        return swallowed(cells, wide)
    return Problem(
        "row",
        ",".join(cells)[:80],
        f"has {len(cells)} cells where the header has {wide}",
        "quote a cell that holds a comma, or add the missing commas",
    )


def whole(text: str) -> str:
    """A whole number as printed: data frames with gaps turn 516 into 516.0."""
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def accounted(path: Path, rows: Iterable[int], found: Register) -> Register:
    """The register as found, once each of these rows has given statements, stocks, or else a reject.

    Raises AccountsError that names the rows otherwise, and ids that were given twice.
    """
    ids = [*found.statements["statement_id"], *found.stocks["statement_id"]]
    kept = {int(number) for text in set(ids) for number in re.findall(r"^r(\d+)", text)}
    rejected = set(found.rejects["row"])
    for fault, bad in (
        ("were lost", set(rows) - kept - rejected),
        ("are not of the file", (kept | rejected) - set(rows)),
        ("were kept and rejected", kept & rejected),
        ("have an id given twice", {name for name, times in Counter(ids).items() if times > 1}),
    ):
        if bad:
            raise AccountsError(f"{shown(path)}: rows {', '.join(map(str, sorted(bad)[:20]))} {fault}")
    return found


def lettered(parts: list[Any]) -> Iterator[tuple[str, Any]]:
    """The parts of one record, each with its letter: "" where it is the only one, else a, b, …, z, aa, ab, …"""
    for at, part in enumerate(parts):
        letter = "" if at < 26 else chr(96 + at // 26)
        yield "" if len(parts) == 1 else letter + chr(97 + at % 26), part
