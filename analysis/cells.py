"""Cells as printed → what they mean, or why they cannot be used. Every row is kept or set aside, never dropped."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from analysis.names import Unresolved
from analysis.quantities import Unreadable
from analysis.tables import typed


class Problem(NamedTuple):
    """Why a cell cannot be used."""

    column: str
    text: str
    reason: str
    suggestion: str


def each(column: pd.Series, parse: Callable[[Any], Any], printed: pd.Series | None = None) -> pd.Series:
    """What each cell means, or the Problem it has; every distinct cell is parsed once."""
    printed = column if printed is None else printed
    meaning = {
        value: _attempt(parse, value, text, str(printed.name)) for value, text in zip(column, printed, strict=True)
    }
    return pd.Series([meaning[value] for value in column], index=column.index, dtype="object")


def _attempt(parse: Callable[[Any], Any], value: Any, text: str, column: str) -> Any:
    try:
        return parse(value)
    except (Unreadable, Unresolved) as fault:
        return Problem(column, text, fault.reason, fault.suggestion)


def sort_out(table: str, raw: pd.DataFrame, read: dict[str, pd.Series]) -> tuple[pd.Series, pd.DataFrame]:
    """Which rows have no problem, and one reject per row that has any."""
    rejects = []
    for row, cells in zip(raw.index, zip(*read.values(), strict=True), strict=True):
        if problems := [cell for cell in cells if isinstance(cell, Problem)]:
            texts = [" | ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*problems, strict=True)]
            rejects.append([table, row, raw.at[row, raw.columns[0]], *texts])
    columns = ["table", "row", "id", "column", "text", "reason", "suggestion"]
    frame = typed(pd.DataFrame(rejects, columns=columns), "rejects")
    return pd.Series(~raw.index.isin(frame["row"]), index=raw.index), frame
