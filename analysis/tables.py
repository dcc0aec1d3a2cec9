"""CSV tables as DataFrames, with the types that schemas give them; `rows` reads the same files as plain rows."""

import math
from decimal import Decimal
from pathlib import Path

import pandas as pd

from analysis import schemas
from analysis.errors import InputError
from analysis.paths import shown
from analysis.reading import check_file
from analysis.rows import AFRESH, FLOATS, Raw, cell_text, number, raw_rows, there, unknown

DTYPES = {"text": "str", "date": "str", "count": "Int64", "number": "Float64", "money": "object"}


def read_raw(path: Path, table: str) -> pd.DataFrame:
    """Read a hand-written table: every cell as text, indexed by its row as a spreadsheet counts (header = 1).

    Raises InputError as `rows.raw_rows`.
    """
    return framed(raw_rows(path, table))


def framed(raw: Raw) -> pd.DataFrame:
    """A hand-written table that was read, as a DataFrame: every cell as text, indexed by its row."""
    index = pd.Index(list(raw.lines), name="row", dtype="int64")
    return pd.DataFrame(list(raw.lines.values()), columns=raw.columns, index=index, dtype="str")


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
        elif column.type == "number" and values.dtype == "object" and any(map(_beyond_floats, values)):
            known = [math.nan if unknown(value) else value for value in values]
            frame[column.name] = pd.Series(known, index=frame.index, dtype="object")
        elif values.dtype != DTYPES[column.type]:
            frame[column.name] = values.astype(DTYPES[column.type])
    frame = frame.reset_index(drop=True)
    frame.attrs["table"] = table  # so that a page can offer the whole of a table of which it shows a part
    return frame


def _numbers(texts: pd.Series) -> pd.Series:
    return pd.Series([number(text) if text else None for text in texts], index=texts.index, dtype="object")


def _beyond_floats(value: object) -> bool:
    return isinstance(value, int) and abs(value) > FLOATS


def to_csv(frame: pd.DataFrame) -> str:
    """CSV text: unknown is empty, whole numbers have no decimal point, lines end in LF."""
    return frame.map(cell_text).to_csv(index=False, lineterminator="\n")


def read_processed(path: Path, table: str) -> pd.DataFrame:
    """Read back a table that the code wrote, with its types.

    Raises InputError where it has not been written yet, and where it was edited since or is of another version.
    """
    check_file(there(path))
    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding_errors="strict")
        for column in schemas.PROCESSED[table]:
            if column.type == "number" and frame[column.name].str.len().max() >= len(str(FLOATS)):
                frame[column.name] = _numbers(frame[column.name])
            elif column.type in ("count", "number"):
                frame[column.name] = pd.to_numeric(frame[column.name].replace("", None)).astype(DTYPES[column.type])
            elif column.type == "money":
                frame[column.name] = frame[column.name].map(lambda text: Decimal(text) if text else None)
            elif column.name not in frame:
                raise KeyError(column.name)
    except (ValueError, KeyError, TypeError, ArithmeticError, pd.errors.ParserError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise InputError(f"{shown(path)}: is not as it was written ({reason}). {AFRESH}") from None
    return typed(frame, table)
