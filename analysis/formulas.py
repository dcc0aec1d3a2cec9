"""Formulas over the processed tables: written as text, computed from that same text, so the two cannot part.

A term names a row by its key and, after a full stop, a column or the stem of `…_low`, `…_best`, `…_high`:
`balances[BGR,konkurs-launcher].sent`, `flows[BLR,BGR,konkurs-launcher,2015]`, `count(transfers)`. Terms are joined by
`+ - * /`, parentheses, and `between(least, most)`. Every term is an interval; arithmetic is exact (fractions).
"""

import ast
import itertools
import math
import operator
import re
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from analysis.schemas import KEYS
from analysis.tables import InputError

TERM = re.compile(
    r"(?:(?P<count>count)\()?(?P<table>[a-z]+)(?:\[(?P<key>[^\]]*)\])?(?:\.(?P<column>[a-z_]+))?(?(count)\))"
)
INFINITY = math.inf


class Interval(NamedTuple):
    """Least, best single figure, most. Unknown ends are infinite; `best` is None where nothing supports one."""

    low: Fraction | float
    best: Fraction | float | None
    high: Fraction | float


class Term(NamedTuple):
    """One term of a formula: its text, its interval, and the raw statements it rests on."""

    text: str
    interval: Interval
    statements: str


def evaluate(formula: str, tables: dict[str, pd.DataFrame]) -> tuple[Interval, list[Term]]:
    """The interval a formula gives on these tables, and its terms. Exact for formulas monotone in every repeated term.

    Raises InputError where a term names no row, or more than one.
    """
    terms: dict[str, Term] = {}

    def named(match: re.Match) -> str:
        if match["table"] == "between":
            return match[0]
        terms.setdefault(match[0], _term(match, tables))
        return f"t{list(terms).index(match[0])}"

    code = TERM.sub(named, formula)
    tree = ast.parse(code, mode="eval").body
    values = {f"t{place}": term.interval for place, term in enumerate(terms.values())}
    repeated = [name for name in values if len(re.findall(rf"\b{name}\b", code)) > 1]
    corners = [
        _compute(tree, values | dict(zip(repeated, corner, strict=True))) for corner in _corners(values, repeated)
    ]
    low, high = min(corner.low for corner in corners), max(corner.high for corner in corners)
    return Interval(low, _best(tree, values), high), list(terms.values())


def _term(match: re.Match, tables: dict[str, pd.DataFrame]) -> Term:
    name, column = match["table"], match["column"] or ""
    if name not in tables:
        raise InputError(f"formula term {match[0]!r}: there is no processed table {name!r}.")
    rows = _rows(tables[name], name, match["key"] or "")
    if match["count"]:
        size = Fraction(len(rows))
        return Term(match[0], Interval(size, size, size), _statements(rows))
    if len(rows) != 1:
        raise InputError(f"formula term {match[0]!r}: names {len(rows)} rows of {name}, and must name one.")
    return Term(match[0], _interval(rows.iloc[0], column), _statements(rows, column))


def _rows(frame: pd.DataFrame, name: str, key: str) -> pd.DataFrame:
    """Rows whose key starts with these values; an empty value stands for an empty cell."""
    for column, value in zip(KEYS[name], key.split(",") if key else [], strict=False):
        frame = frame[frame[column].map(lambda cell: "" if pd.isna(cell) else str(cell)) == value]
    return frame


def _statements(rows: pd.DataFrame, column: str = "") -> str:
    """Ids of the raw statements: those of this very column where the table tells them apart."""
    wanted = (f"{column}_statements", "statements", "statement_id", "id", "source_id")
    found = next((name for name in wanted if name in rows), None)
    return " ".join(rows[found]) if found else ""


def _interval(row: pd.Series, column: str) -> Interval:
    stem = f"{column}_" if f"{column}_low" in row else ""
    if column and not stem:
        exact = _exact(row[column])
        return Interval(-INFINITY if exact is None else exact, exact, INFINITY if exact is None else exact)
    low, high = _exact(row[f"{stem}low"]), _exact(row[f"{stem}high"])
    best = _exact(row[f"{stem}best"]) if f"{stem}best" in row else (low if low == high else None)
    return Interval(-INFINITY if low is None else low, best, INFINITY if high is None else high)


def _exact(value: object) -> Fraction | None:
    return None if value is None or pd.isna(value) else Fraction(value)


def _corners(values: dict[str, Interval], repeated: list[str]) -> itertools.product:
    """Every way to fix the repeated terms at one of their ends: there the same term must have the same value twice."""
    ends = [
        [Interval(end, end, end) for end in dict.fromkeys((values[name].low, values[name].high))] for name in repeated
    ]
    return itertools.product(*ends)


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def _compute(node: ast.expr, values: dict[str, Interval]) -> Interval:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=int(number)):
            return Interval(Fraction(number), Fraction(number), Fraction(number))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _combine(OPERATORS[type(op)], _compute(left, values), _compute(right, values))
        case ast.Call(func=ast.Name(id="between"), args=[least, most]):
            return Interval(_compute(least, values).low, None, _compute(most, values).high)
    raise InputError(f"formula: cannot compute {ast.unparse(node)!r}.")


def _combine(operation, left: Interval, right: Interval) -> Interval:
    found = [_safe(operation, a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    if operation is operator.truediv and right.low <= 0 <= right.high:
        found = [None]
    best = None if left.best is None or right.best is None else _safe(operation, left.best, right.best)
    if None in found:
        return Interval(-INFINITY, best, INFINITY)
    return Interval(min(found), best, max(found))


def _safe(operation, left, right):
    """The result, or None where there is none: division by zero, infinity less infinity."""
    try:
        result = operation(left, right)
    except (ZeroDivisionError, OverflowError):
        return None
    return None if result != result else result


def _best(tree: ast.expr, values: dict[str, Interval]) -> Fraction | float | None:
    """The formula at the best figures of its terms, where each has one."""
    if any(term.best is None for term in values.values()) or "between(" in ast.unparse(tree):
        return None
    return _compute(tree, {name: Interval(term.best, term.best, term.best) for name, term in values.items()}).best
