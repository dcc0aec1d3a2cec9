"""Intervals: what a row of a table says of a number, and how one cell says it."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from analysis.rows import FLOATS, cell_text, unknown

INFINITY = math.inf
LARGEST = 10**15  # the largest count: every way in refuses more, by name; sums of such are exact


class Interval(NamedTuple):
    """Least, best single figure, most. Unknown ends are infinite; `best` is None where nothing supports one."""

    low: Fraction | float
    best: Fraction | float | None
    high: Fraction | float


def cell_interval(row: Mapping[str, object], column: str) -> Interval:
    """The interval in a column of a row, or in the columns `…_low`, `…_best`, `…_high` of that stem."""
    stem = f"{column}_" if f"{column}_low" in row else ""
    if column and not stem:
        exact = _exact(row[column])
        return Interval(-INFINITY if exact is None else exact, exact, INFINITY if exact is None else exact)
    low, high = _exact(row[f"{stem}low"]), _exact(row[f"{stem}high"])
    best = _exact(row[f"{stem}best"]) if f"{stem}best" in row else low
    if low == high:  # of a large sum the best figure may have been rounded, and its ends are exact
        best = best if best is None else low
    elif f"{stem}best" not in row:
        best = None
    return Interval(-INFINITY if low is None else low, best, INFINITY if high is None else high)


def _exact(value: object) -> Fraction | None:
    return None if unknown(value) else Fraction(value)


def interval(row: Mapping[str, object]) -> Interval:
    """The interval of a row of headlines; ends that are not known are infinite."""
    low, high = (-INFINITY if unknown(row["low"]) else row["low"]), (INFINITY if unknown(row["high"]) else row["high"])
    return Interval(low, None if unknown(row["value"]) else row["value"], high)


def cell(interval: Interval) -> str:
    """The number where it is exact, else `least..most`, with the best figure before it where there is one.

    24 · 76..136 · 26 in 26..39 · 64.. (no upper limit known) · .. (nothing known)
    """
    low, best, high = (cell_text(number(figure)) for figure in interval)
    if low == high and low:
        return low
    return f"{best} in {low}..{high}" if best else f"{low}..{high}"


def ends(text: str) -> tuple[float | None, float | None]:
    """Least and most of such a cell; None where it gives no such end."""
    low, dots, high = text.rpartition(" ")[2].partition("..")
    return (float(low) if low else None), (float(high) if high else None) if dots else (float(low) if low else None)


def number(figure: Fraction | float | None) -> int | float | None:
    """A figure of an interval as tables hold it: None where there is none, or where it is infinite."""
    if figure is None or abs(figure) == INFINITY:
        return None
    return int(figure) if abs(figure) > FLOATS and figure == int(figure) else float(figure)
