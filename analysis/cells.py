"""Cells as printed → what they mean, or why they cannot be used. Every row is kept or set aside, never dropped."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from analysis.names import Unresolved, not_one_party
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
    cells = column.tolist()  # a list is walked ten times as fast as a Series
    texts = dict(zip(cells, printed.tolist(), strict=True))
    meaning = {value: _attempt(parse, value, text, str(printed.name)) for value, text in texts.items()}
    return pd.Series([meaning[value] for value in cells], index=column.index, dtype="object")


def paired(*columns: pd.Series) -> pd.Series:
    """The cells of several columns together, a tuple per row, for meanings that rest on more than one."""
    return pd.Series(
        list(zip(*(column.tolist() for column in columns), strict=True)), index=columns[0].index, dtype="object"
    )


def _attempt(parse: Callable[[Any], Any], value: Any, text: str, column: str) -> Any:
    try:
        return parse(value)
    except (Unreadable, Unresolved) as fault:
        return Problem(column, text, fault.reason, fault.suggestion)


def two_parties(suppliers: pd.Series, recipients: pd.Series, printed: pd.Series) -> pd.Series:
    """The recipients, those that are the supplier itself, or nobody in particular as it is, as a Problem."""
    itself = Problem(
        "recipient",
        "",
        "sender and receiver are the same party",
        "a transfer has two parties: check both cells",
    )
    nobody = itself._replace(
        reason="neither sender nor receiver is anybody in particular", suggestion="leave it out, or name one of them"
    )
    many = set(not_one_party())
    found = []
    for supplier, recipient, text in zip(suppliers, recipients, printed, strict=True):
        known = not isinstance(supplier, Problem) and not isinstance(recipient, Problem)
        alike = known and (supplier == recipient or {supplier, recipient} <= many)
        found.append((nobody if supplier in many else itself)._replace(text=text) if alike else recipient)
    return pd.Series(found, index=printed.index, dtype="object")


def sort_out(table: str, raw: pd.DataFrame, read: dict[str, pd.Series]) -> tuple[pd.Series, pd.DataFrame]:
    """Which rows have no problem, and one reject per row that has any."""
    rejects = []
    parsed = (column.tolist() for column in read.values())
    for row, name, *cells in zip(raw.index.tolist(), raw[raw.columns[0]].tolist(), *parsed, strict=True):
        if problems := [cell for cell in cells if isinstance(cell, Problem)]:
            texts = [" | ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*problems, strict=True)]
            rejects.append([table, row, name, *texts])
    columns = ["table", "row", "id", "column", "text", "reason", "suggestion"]
    frame = typed(pd.DataFrame(rejects, columns=columns), "rejects")
    return pd.Series(~raw.index.isin(frame["row"]), index=raw.index), frame
