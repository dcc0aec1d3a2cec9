"""Read and write CSV tables exactly: text stays as printed, unknown stays empty, every fault names its place."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd

from analysis import schemas
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import shown

DTYPES = {"text": "str", "date": "str", "count": "Int64", "number": "Float64", "money": "object"}


def read_raw(path: Path, table: str) -> pd.DataFrame:
    """Read a hand-written table: every cell as text, indexed by its row as a spreadsheet counts (header = 1).

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
    index = pd.Index([row for row, _ in lines], name="row", dtype="int64")
    frame = pd.DataFrame([cells for _, cells in lines], columns=header, index=index, dtype="str")
    if wanted[0].endswith("_id"):
        _check_ids(path, frame[wanted[0]])
    return frame


def records(text: str, place: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Numbered records of CSV text, every cell without blanks at its ends; `place` names the text in an error.

    The first record is 1, one with line breaks in a cell counts once; blank lines are no records but keep their number.
    Raises InputError where a quotation mark is not closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    found = []
    try:
        for row, cells in enumerate(reader, start=1):
            found.append((row, [cell.strip() for cell in cells]))
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


def _check_ids(path: Path, ids: pd.Series) -> None:
    for row in ids.index[ids == ""]:
        raise InputError(f"{shown(path)}, row {row}, column {ids.name}: is empty. Give every row an id of its own.")
    for row, text in ids[~ids.str.fullmatch(r"[\w.-]+")].items():
        raise InputError(
            f"{shown(path)}, row {row}, column {ids.name}: {text!r} cannot be an id. Use letters, digits and . _ -"
        )
    for row, text in ids[ids.duplicated()].items():
        first = ids.index[ids == text][0]
        raise InputError(
            f"{shown(path)}, row {row}, column {ids.name}: {text!r} is the id of row {first} already. "
            "Give every row an id of its own."
        )


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The same rows with a processed table's columns, in its order and of its types; text is never missing."""
    columns = schemas.PROCESSED[table]
    further = [schemas.Column(name, "text", "") for name in frame.columns if name not in schemas.names(columns)]
    columns = (*columns, *further) if table in schemas.OPEN else columns
    frame = frame.reindex(columns=schemas.names(columns))
    for column in columns:
        values = frame[column.name]
        if column.type in ("text", "date") and (values.dtype != "str" or values.hasnans):
            frame[column.name] = values.astype("object").fillna("").astype("str")
        elif values.dtype != DTYPES[column.type]:
            frame[column.name] = values.astype(DTYPES[column.type])
    frame = frame.reset_index(drop=True)
    frame.attrs["table"] = table  # so that a page can offer the whole of a table of which it shows a part
    return frame


def to_csv(frame: pd.DataFrame) -> str:
    """CSV text: unknown is empty, whole numbers have no decimal point, lines end in LF."""
    return frame.map(cell_text).to_csv(index=False, lineterminator="\n")


def cell_text(value: object) -> str:
    """A cell as files and pages print it: unknown is empty, whole numbers have no decimal point."""
    if value is None or value is pd.NA or value != value:  # NaN alone differs from itself
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def read_processed(path: Path, table: str) -> pd.DataFrame:
    """Read back a table that the code wrote, with its types."""
    if not path.exists():
        raise InputError(f"{shown(path)}: is missing. Run the notebooks before this one, or `retransfer run`.")
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    for column in schemas.PROCESSED[table]:
        if column.type in ("count", "number"):
            frame[column.name] = pd.to_numeric(frame[column.name].replace("", None)).astype(DTYPES[column.type])
        elif column.type == "money":
            frame[column.name] = frame[column.name].map(lambda text: Decimal(text) if text else None)
    return typed(frame, table)
