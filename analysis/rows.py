"""CSV tables as plain rows, read exactly: text stays as printed, unknown stays empty, every fault names its place.

A row is a dictionary of cells; one that is not known is None, never nought. `tables` makes DataFrames of the same
files: what can do without, as explaining does, need not wait for pandas.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis import schemas
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import shown

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, object]
Rows = list[Row]
READ: Mapping[str, Callable[[str], object]] = {"count": int, "number": float, "money": Decimal}
AFRESH = "It is of another version, or was edited: `retransfer run` writes it anew."


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

    Raises InputError for a missing file, bytes that are not UTF-8, a missing or doubled column, a row of another
    width, a private-use character, or an id that is empty or doubled (the id is the table's first column, where it
    ends in `_id`).
    """
    numbered = records(text_of(path), shown(path))
    if not numbered:
        raise InputError(f"{shown(path)}: is empty. Its first row must name the columns.")
    header, lines = (numbered[0][1], numbered[1:]) if numbered[0][0] == 1 else ([], numbered)
    wanted = schemas.names(schemas.RAW[table])
    _check_header(path, header, wanted)
    for row, cells in lines:
        _check_line(path, row, cells, header)
    found = Raw(header, {row: dict(zip(header, cells, strict=True)) for row, cells in lines})
    if wanted[0].endswith("_id"):
        _check_ids(path, wanted[0], found)
    return found


def processed_rows(path: Path, table: str) -> Rows:
    """Read back a table that the code wrote: text as text, an unknown number as None, all others of their type.

    Raises InputError for a file that is missing, and for one that an older version wrote or that was edited since.
    """
    numbered = _parsed(text_of(there(path)), shown(path))
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
        try:
            found[name] = (READ[kind](text) if text else None) if kind in READ else text
        except (ValueError, ArithmeticError):  # decimal has an error of its own
            raise InputError(f"{place}, column {name}: read {text!r}, which is no {kind}. {AFRESH}") from None
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
        raise InputError(
            f"{place}, row {len(found) + 1}: is not valid CSV ({fault}). Look for a quotation mark that is not closed, "
            "or that stands within its cell and is not doubled."
        ) from None
    return [(row, cells) for row, cells in found if cells]


def text_of(path: Path, encodings: tuple[str, ...] = ("utf-8-sig",), most: int = -1) -> str:
    """The text of a file, in the first of these encodings that fits; with `most`, whole lines of that many bytes.

    Raises InputError for a missing file, bytes that fit no encoding (named by the last), or a NUL.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most)
    except FileNotFoundError:
        raise InputError(f"{shown(path)}: is missing.") from None
    if len(data) == most:  # the cut may go through a character, so the last line goes as well
        data = data[: data.rfind(b"\n") + 1] or data
    text = _decoded(data, path, encodings)
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise InputError(f"{shown(path)}, row {row}: holds a NUL character. Save the file again as plain CSV.")
    return text


def _decoded(data: bytes, path: Path, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            fault = error
    row = data[: fault.start].count(b"\n") + 1
    before = data[: fault.start].rsplit(b"\n", 1)[-1].decode("utf-8", "replace")
    raise InputError(
        f"{shown(path)}, row {row}, column {before.count(',') + 1}: byte 0x{data[fault.start]:02x} after "
        f"{before[-20:]!r} is not {fault.encoding.upper()}. Save the file as UTF-8."
    ) from None


def _check_header(path: Path, header: list[str], wanted: list[str]) -> None:
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise InputError(f"{shown(path)}, row 1: column {doubled[0]!r} stands there twice. Rename or remove one.")
    missing = [name for name in wanted if name not in header]
    if len(header) == 1 and header[0].count(";") > 1:
        raise InputError(f"{shown(path)}, row 1: columns are separated by semicolons. Save the file with commas.")
    if missing:
        hint = close_to(missing[0], [name for name in header if name and name not in wanted])
        raise InputError(
            f"{shown(path)}, row 1: column {missing[0]!r} is missing; read {', '.join(header)!r}"
            f"{hint.replace('did you mean', 'is it')}. The columns must be {', '.join(wanted)}."
        )


def _check_line(path: Path, row: int, cells: list[str], header: list[str]) -> None:
    if len(cells) != len(header):
        raise InputError(
            f"{shown(path)}, row {row}: has {len(cells)} cells where the header has {len(header)}; read "
            f"{','.join(cells)[:80]!r}. Quote a cell that holds a comma, or add the missing commas."
        )
    if private := re.search("[\ue000-\uf8ff]", "".join(cells)):
        raise InputError(
            f"{shown(path)}, row {row}: holds U+{ord(private[0]):04X}, a character that means nothing outside the "
            "font it was copied from. Write what is printed there."
        )


def _check_ids(path: Path, column: str, raw: Raw) -> None:
    ids, first = {row: cells[column] for row, cells in raw.lines.items()}, {}
    for row, text in ids.items():
        if not text:
            raise InputError(f"{shown(path)}, row {row}, column {column}: is empty. Give every row an id of its own.")
    for row, text in ids.items():
        if not re.fullmatch(r"[\w.-]+", text):
            raise InputError(
                f"{shown(path)}, row {row}, column {column}: {text!r} cannot be an id. Use letters, digits and . _ -"
            )
    for row, text in ids.items():
        if first.setdefault(text, row) != row:
            raise InputError(
                f"{shown(path)}, row {row}, column {column}: {text!r} is the id of row {first[text]} already. "
                "Give every row an id of its own."
            )
