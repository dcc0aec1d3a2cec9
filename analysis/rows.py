"""CSV tables as plain rows, read exactly: text stays as printed, unknown stays empty, every fault names its place.

A row is a dictionary of cells; one that is not known is None, never nought. `tables` makes DataFrames of the same
files: what can do without, as explaining does, need not wait for pandas.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis import checks, schemas
from analysis.characters import shortly
from analysis.errors import InputError
from analysis.paths import shown
from analysis.reading import CELL, PUBLISHED, text_of

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, object]
Rows = list[Row]
LONGEST = 400  # digits of a number: more than any has
FORMS = {  # of the cells that the code writes: Python reads more than these as numbers
    "count": r"-?[0-9]{1,18}",
    "number": r"-?(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?|inf)",
    "money": r"-?[0-9]+(?:\.[0-9]+)?",
}
WHOLE = 2**53  # up to which a float tells every whole number from the next
AFRESH = "It is of another version, or was edited: `retransfer run` writes it anew."


def read_number(text: str) -> float:
    """A number as a float, or as the whole number that it is where a float would round it."""
    found = float(text)
    return int(text) if abs(found) >= WHOLE and re.fullmatch(FORMS["count"], text) else found


READ: Mapping[str, Callable[[str], object]] = {"count": int, "number": read_number, "money": Decimal}


class Raw(NamedTuple):
    """A hand-written table: its columns, and every line by its row as a spreadsheet counts (header = 1)."""

    columns: list[str]
    lines: dict[int, dict[str, str]]


def unknown(cell: object) -> bool:
    """Whether a cell holds no value: None, NaN, or what pandas has for a missing one."""
    try:
        return cell is None or bool(cell != cell)  # NaN alone differs from itself
    except TypeError:  # of pandas' missing value not even that is known
        return True


def cell_text(value: object) -> str:
    """A cell as files and pages print it: unknown is empty, whole numbers have no decimal point."""
    if unknown(value):
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def rows_of(table: "pd.DataFrame | Rows") -> Rows:
    """The rows of a DataFrame, what it has no value for as None; rows themselves as they are."""
    if isinstance(table, list):
        return table
    return [{name: None if unknown(cell) else cell for name, cell in row.items()} for row in table.to_dict("records")]


def raw_rows(path: Path, table: str) -> Raw:
    """Read a hand-written table: every cell as text.

    Raises InputError as `text_of`, and as `checks` for what no such table holds: a missing or doubled column, a row of
    another width, a character that cannot be seen, an id that is empty or doubled (the table's first column, where it
    ends in `_id`; the items of items.csv).
    """
    sheet, lines = _sheet(path, table)
    if fault := next(_faults(sheet, lines), None):
        raise fault
    left_out = [name for name in schemas.OPTIONAL.get(table, ()) if name not in sheet.header]
    columns = [*sheet.header, *left_out]
    bare = {row: [*(cell.strip() for cell in cells), *([""] * len(left_out))] for row, cells in lines}
    return Raw(columns, {row: dict(zip(columns, cells, strict=True)) for row, cells in bare.items()})


def raw_faults(path: Path, table: str) -> list[InputError]:
    """All that keeps a hand-written table from being read: what `raw_rows` raises, and what it would raise after it."""
    try:
        return list(_faults(*_sheet(path, table)))
    except InputError as fault:
        return [fault]


def _sheet(path: Path, table: str) -> tuple[checks.Sheet, list[tuple[int, list[str]]]]:
    """A table with a header that is right, and its lines as they stand there."""
    place, wanted = shown(path), schemas.needed(table)
    text = text_of(path)
    checks.check_separator(place, text)
    numbered = _parsed(text, place)
    if not numbered:
        raise InputError(f"{place}: is empty. Its first row must name the columns, {', '.join(wanted)}.")
    (first, names), lines = numbered[0], numbered[1:]
    sheet = checks.Sheet(place, table, [name.strip() for name in names])
    checks.check_header(place, first, sheet.header, wanted)
    return sheet, lines


def _faults(sheet: checks.Sheet, lines: list[tuple[int, list[str]]]) -> Iterator[InputError]:
    """What is wrong with rows, one fault of each at most, and then with their ids."""
    column, whole = schemas.names(schemas.RAW[sheet.table])[0], []
    for row, cells in lines:
        try:
            checks.check_row(sheet, row, cells)
        except InputError as fault:
            yield fault
        else:
            whole.append((row, cells))
    if column.endswith("_id") or sheet.table == "items":
        at = sheet.header.index(column)
        yield from checks.id_faults(sheet.place, column, {row: cells[at].strip() for row, cells in whole})


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as CSV text with these columns; what a row does not name is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def processed_rows(path: Path, table: str) -> Rows:
    """Read back a table that the code wrote: text as text, an unknown number as None, all others of their type.

    Raises InputError for a file that is missing, and for one that an older version wrote or that was edited since.
    """
    numbered = _parsed(text_of(there(path), largest=PUBLISHED), shown(path))
    (_, header), lines = numbered[0] if numbered else (1, []), numbered[1:]
    own = schemas.PROCESSED[table]
    if missing := [name for name in schemas.names(own) if name not in header]:
        raise InputError(f"{shown(path)}: column {missing[0]!r} is missing. {AFRESH}")
    further = [name for name in header if name not in schemas.names(own)] if table in schemas.OPEN else []
    kinds = {column.name: column.type for column in own} | dict.fromkeys(further, "text")
    found = []
    for row, cells in lines:
        if len(cells) != len(header):
            raise InputError(
                f"{shown(path)}, row {row}: has {len(cells)} cells, and the header {len(header)}. {AFRESH}"
            )
        found.append(_typed(dict(zip(header, cells, strict=True)), kinds, f"{shown(path)}, row {row}"))
    return found


def there(path: Path) -> Path:
    """The file of a table that the code wrote. Raises InputError where it has not been written yet."""
    if not path.exists():
        raise InputError(f"{shown(path)}: is missing. Run the notebooks before this one, or `retransfer run`.")
    return path


def _typed(cells: Mapping[str, str], kinds: Mapping[str, str], place: str) -> Row:
    found: dict[str, object] = {}
    for name, kind in kinds.items():
        text = cells[name]
        if text and kind in READ and (len(text) > LONGEST or not re.fullmatch(FORMS[kind], text)):
            raise InputError(f"{place}, column {name}: read {shortly(text)}, which is no {kind}. {AFRESH}")
        found[name] = (READ[kind](text) if text else None) if kind in READ else text
    return found


def records(text: str, place: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Numbered records of CSV text, every cell without blanks at its ends; `place` names the text in an error.

    The first record is 1, one with line breaks in a cell counts once; blank lines are no records but keep their number.
    Raises InputError where a quotation mark is not closed.
    """
    return [(row, [cell.strip() for cell in cells]) for row, cells in _parsed(text, place, delimiter)]


def _parsed(text: str, place: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    found = []
    try:
        for row, cells in enumerate(reader, start=1):
            found.append((row, cells))
    except csv.Error as fault:
        what = (
            f"holds a cell of more than {CELL:,} characters" if "limit" in str(fault) else f"is not valid CSV ({fault})"
        )
        raise InputError(
            f"{place}, row {len(found) + 1}: {what}. Look for a quotation mark that is not closed, or that stands "
            "within its cell and is not doubled."
        ) from None
    return [(row, cells) for row, cells in found if cells]
