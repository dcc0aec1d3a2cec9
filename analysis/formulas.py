"""Formulas over the processed tables: written as text, computed from that same text, so the two cannot part.

A term names a row by its key and, after a full stop, a column or the stem of `…_low`, `…_best`, `…_high`:
`balances[BGR,konkurs-launcher].sent`, `flows[BLR,BGR,konkurs-launcher,2015]`, `count(transfers)`. Terms are joined by
`+ - * /`, parentheses, and functions: `between(least, most)` from the least of one to the most of the other, `overlap`
what several have in common, `hull` all they span, `min`, `max`. Every term is an interval; arithmetic is exact.
"""

import ast
import itertools
import operator
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from analysis.errors import InputError
from analysis.intervals import INFINITY, Interval, cell_interval
from analysis.rows import Rows, rows_of, unknown
from analysis.schemas import KEYS

if TYPE_CHECKING:
    import pandas as pd

TERM = re.compile(
    r"(?:(?P<count>count)\()?(?P<table>[a-z_]+)(?:\[(?P<key>(?:[^][]|\[[^][]*\])*)\])?(?:\.(?P<column>[a-z][a-z0-9_]*))?(?(count)\))"
)
FUNCTIONS = ("between", "overlap", "hull", "min", "max")


class Term(NamedTuple):
    """One term of a formula: its text, its interval, and the raw statements it rests on."""

    text: str
    interval: Interval
    statements: str


class Ledger:
    """Processed tables, looked up by key: each is indexed once, by as many key columns as a term gives."""

    def __init__(self, tables: "Mapping[str, pd.DataFrame | Rows]") -> None:
        self.tables = tables
        self.indexes: dict[tuple[str, int], Mapping[tuple[str, ...], Rows]] = {}

    def rows(self, name: str, key: tuple[str, ...]) -> Rows:
        """Rows whose key starts with these values; an empty value stands for an empty cell."""
        if (name, len(key)) not in self.indexes:
            self.indexes[name, len(key)] = self._index(name, len(key))
        return self.indexes[name, len(key)].get(key, [])

    def _index(self, name: str, size: int) -> Mapping[tuple[str, ...], Rows]:
        found = defaultdict(list)
        for row in rows_of(self.tables[name]):
            found[tuple("" if unknown(row[column]) else str(row[column]) for column in KEYS[name][:size])].append(row)
        return found


def evaluate(formula: str, tables: "Mapping[str, pd.DataFrame | Rows] | Ledger") -> tuple[Interval, list[Term]]:
    """The interval a formula gives on these tables, and its terms. Exact for formulas monotone in every repeated term.

    Raises InputError where a term names no row, or more than one, or no number, and for what is no arithmetic.
    """
    ledger = tables if isinstance(tables, Ledger) else Ledger(tables)
    tree, wanted, repeated = _parsed(formula)
    terms = [_term(match, ledger) for match in wanted]
    values = {f"t{place}": term.interval for place, term in enumerate(terms)}
    corners = [_compute(tree, values | dict(zip(repeated, corner))) for corner in _corners(values, repeated)]  # noqa: B905
    low, high = min(corner.low for corner in corners), max(corner.high for corner in corners)
    return Interval(low, _best(tree, values, low, high), high), terms


@lru_cache(maxsize=4096)
def _parsed(formula: str) -> tuple[ast.expr, list[re.Match], list[str]]:
    """The formula as a tree over t0, t1, …; the terms these stand for; and which of them recur."""
    terms: dict[str, re.Match] = {}

    def named(match: re.Match) -> str:
        if match[0] in FUNCTIONS:
            return match[0]
        terms.setdefault(match[0], match)
        return f"t{list(terms).index(match[0])}"

    code = TERM.sub(named, formula)
    repeated = [f"t{place}" for place in range(len(terms)) if len(re.findall(rf"\bt{place}\b", code)) > 1]
    try:
        return ast.parse(code, mode="eval").body, list(terms.values()), repeated
    except (
        SyntaxError,
        ValueError,
        MemoryError,
        RecursionError,
    ) as fault:  # what Python says of texts that are no code
        raise InputError(f"formula {formula[:80]!r}: is no arithmetic ({fault}).") from None


def _term(match: re.Match, ledger: Ledger) -> Term:
    name, column = match["table"], match["column"] or ""
    if name not in ledger.tables or name not in KEYS:
        raise InputError(f"formula term {match[0]!r}: there is no processed table {name!r}.")
    rows = ledger.rows(name, key_parts(name, match["key"]))
    if match["count"]:
        size = Fraction(len(rows))
        return Term(match[0], Interval(size, size, size), _statements(rows))
    if len(rows) != 1:
        raise InputError(f"formula term {match[0]!r}: names {len(rows)} rows of {name}, and must name one.")
    return Term(match[0], _figure(match[0], rows[0], column), _statements(rows, column))


def _figure(term: str, row: Mapping[str, object], column: str) -> Interval:
    try:
        return cell_interval(row, column)
    except (KeyError, ValueError):
        raise InputError(f"formula term {term!r}: there stands no number in {column or 'low'!r}.") from None


def key_parts(table: str, text: str | None) -> tuple[str, ...]:
    """The values in a term's brackets; the last key column takes what is left, commas and all."""
    return tuple(text.split(",", len(KEYS[table]) - 1)) if text else ()


def _statements(rows: Rows, column: str = "") -> str:
    """Ids of the raw statements: those of this very column where the table tells them apart."""
    wanted = (f"{column}_statements", "statements", "statement_id", "id", "source_id")
    found = next((name for name in wanted if rows and name in rows[0]), None)
    return " ".join(str(row[found]) for row in rows) if found else ""


def _corners(values: Mapping[str, Interval], repeated: Iterable[str]) -> itertools.product:
    """Every way to fix the repeated terms at one of their ends: there the same term must have the same value twice."""
    ends = [
        [Interval(end, end, end) for end in dict.fromkeys((values[name].low, values[name].high))] for name in repeated
    ]
    return itertools.product(*ends)


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def _compute(node: ast.expr, values: Mapping[str, Interval]) -> Interval:
    match node:
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.Constant(value=int(number) | float(number)) if abs(number) != INFINITY:
            exact = Fraction(str(number))
            return Interval(exact, exact, exact)
        case ast.BinOp(op=op) if type(op) in OPERATORS:
            return _chain(node, values)
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as parts) if name in FUNCTIONS:
            return _called(name, [_compute(part, values) for part in parts])
    what = type(getattr(node, "op", node)).__name__
    raise InputError(f"formula: cannot compute {what!r}. There are + - * / and {', '.join(FUNCTIONS)}.")


def _chain(node: ast.expr, values: Mapping[str, Interval]) -> Interval:
    """A sum from its first term on: one of a thousand lots is nested a thousand deep."""
    steps = []
    while isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        steps.append((OPERATORS[type(node.op)], node.right))
        node = node.left
    found = _compute(node, values)
    for operation, right in reversed(steps):
        found = _combine(operation, found, _compute(right, values))
    return found


def _called(name: str, parts: list[Interval]) -> Interval:
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    if name == "between":
        return Interval(lows[0], None, highs[-1])
    if name == "hull":
        return Interval(min(lows), None, max(highs))
    if name == "overlap":
        return Interval(max(lows), None, min(highs))
    choose, bests = (min if name == "min" else max), [part.best for part in parts]
    return Interval(choose(lows), None if None in bests else choose(bests), choose(highs))


def _combine(operation, left: Interval, right: Interval) -> Interval:
    found = [_safe(operation, a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    if operation is operator.truediv and right.low <= 0 <= right.high:
        found = [None]
    best = None if left.best is None or right.best is None else _safe(operation, left.best, right.best)
    if None in found:
        return Interval(-INFINITY, best, INFINITY)
    return Interval(min(found), best, max(found))


def _safe(operation, left, right):
    """The result, or None where there is none: division by zero, infinity less infinity. 0 times infinity is 0."""
    if operation is operator.mul and 0 in (left, right):
        return Fraction(0)
    try:
        result = operation(left, right)
    except (ZeroDivisionError, OverflowError):
        return None
    return None if result != result else result


def _best(tree: ast.expr, values: Mapping[str, Interval], low, high) -> Fraction | float | None:
    """The formula at the best figures of its terms, where each has one, and where it says which figure is best."""
    if any(term.best is None for term in values.values()):
        return None
    if {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call)} & {"between", "overlap", "hull"}:
        return low if low == high and abs(low) != INFINITY else None
    return _compute(tree, {name: Interval(term.best, term.best, term.best) for name, term in values.items()}).best
