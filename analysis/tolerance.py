"""How wrong counts must be for nothing to be unaccounted for: the least share at which the package itself says so.

Every count may be off by a share, in whole items (`reconcile.widened`). As the share grows, the least that can be
unaccounted for falls step by step, at shares of k of n items. The first at which it is none is found by reconciling
the statements at such shares, so that it is what the parameter `tolerance` gives, whatever the reports are.
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from analysis import reconcile, stacks
from analysis.choices import LIMITS
from analysis.rows import Row, rows_of, unknown
from analysis.tables import typed

MOST = Fraction(str(LIMITS["tolerance"][1]))
STEPS = 16  # parts that a span of shares is cut into: their ends are reconciled in one go
LOT = (
    "source_id",
    "locator",
    "role",
    "reporter",
    "supplier",
    "recipient",
    "year",
    "low",
    "high",
    "quantity_as_printed",
)
KEY = ("party", "item", "unit")
Probe = Callable[[Sequence[Fraction]], list["Outcome"]]


class Outcome(NamedTuple):
    """What the tables at one share say: whether none may be unaccounted for, and how reports compare."""

    closed: bool
    kinds: tuple


def closing(balances: pd.DataFrame, transfers: pd.DataFrame, choice: Mapping[str, object]) -> pd.DataFrame:
    """The balances with the least share, from the one chosen on, at which none need be unaccounted for.

    It is empty where none is missing anyway, or where no share that `tolerance` admits would do. `choice`: prefer,
    lag_years, tolerance, leave_out, with which the balances were made.
    """
    told = reconcile.without(transfers, str(choice["leave_out"]))
    # It chooses among figures; on limits it bears only where dates differ, as importer's or as exporter's.
    prefer = "importer" if choice["prefer"] == "importer" else "exporter"
    shares = []
    for row in balances.to_dict("records"):
        missing = row["status"] == "unaccounted"
        mine = told[(told["item"] == row["item"]) & (told["unit"] == row["unit"])] if missing else told.iloc[:0]
        rows = tuple(tuple(cells.items()) for cells in rows_of(mine))
        asked = rows, tuple(row[name] for name in KEY), prefer, choice["lag_years"]
        if missing and not _compared(mine):  # then neither preference nor years are of any effect: one search for all
            asked = *asked[:2], "exporter", 0
        shares.append(_from(Fraction(str(choice["tolerance"])), *asked) if missing else None)
    return typed(balances.assign(tolerance=shares), "balances")


def _compared(statements: pd.DataFrame) -> bool:
    """Whether reports are set side by side: several of one movement, or two routes that may be one lot's."""
    pairs = ["supplier", "recipient"]
    reports = statements[[*pairs, "role", "reporter", "source_id"]].drop_duplicates()
    moved = set(zip(statements["supplier"], statements["recipient"], strict=True))
    detours = {(first, last) for first, via in moved for other, last in moved if via == other}
    return bool(reports.duplicated(pairs).any() or detours & moved)


def _from(chosen: Fraction, *asked: object) -> float | None:
    """The first share from the chosen one on: the first of all, unless that is less, so that one search serves many."""
    first = _least(*asked, "0")
    return first if first is None or Fraction(str(first)) > chosen else _least(*asked, str(chosen))


@lru_cache(2048)
def _least(rows: tuple, key: tuple[str, ...], prefer: str, lag_years: int, chosen: str) -> float | None:
    """The least share for one balance, `rows` being the statements on its item."""
    statements, start = [dict(cells) for cells in rows], Fraction(chosen)
    frame = typed(pd.DataFrame(statements), "transfers")

    def probe(shares: Sequence[Fraction]) -> list[Outcome]:
        choices = [{"prefer": prefer, "lag_years": lag_years, "tolerance": share, "leave_out": ""} for share in shares]
        return [_outcome(tables, key) for tables in stacks.counted(frame, choices)]

    counts = sorted({int(row[end]) for row in statements for end in ("low", "high") if row[end]})
    guess = _guessed(statements, key[0], counts, start)
    if guess is not None:
        before, at = probe([max(start, _before(counts, guess)), guess])
        if at.closed and not before.closed:
            return _enough(guess)
    found = _first(probe, counts, start)
    return None if found is None else _enough(found)


def _outcome(tables: Mapping[str, pd.DataFrame], key: tuple[str, ...]) -> Outcome:
    """What tables at one share say of the balance of that key."""
    flows, doubled = tables["flows"], tables["double_counts"]
    kinds = (*flows["agreement"], *flows["rule"], *doubled["statements"])
    rows = tables["balances"].to_dict("records")
    balance = next((row for row in rows if tuple(row[name] for name in KEY) == key), None)
    if balance is None:
        return Outcome(False, kinds)
    low, high = balance["unaccounted_low"], balance["unaccounted_high"]
    return Outcome((unknown(low) or low <= 0) and (unknown(high) or high >= 0), kinds)


def _guessed(statements: Sequence[Row], party: str, counts: Sequence[int], start: Fraction) -> Fraction | None:
    """The share at which the lots' own counts, added up, leave none; None where none does."""
    came, went = (_movements(statements, party, end) for end in ("recipient", "supplier"))

    def closed(share: Fraction) -> bool:
        return sum(_moved(each, share)[0] for each in came) <= sum(_moved(each, share)[1] for each in went)

    low, high = start, _at(counts, MOST)
    if closed(low) or not closed(high):
        return None
    while _after(counts, low) < high:
        middle = (low + high) / 2
        low, high = (low, _at(counts, middle)) if closed(middle) else (middle, high)
    return high


def _movements(statements: Sequence[Row], party: str, end: str) -> list[list[list[Row]]]:
    """By movement to or from a party, the lots of each report of it."""
    found: dict[tuple, dict[tuple, list[Row]]] = {}
    for row in {tuple(row[name] for name in LOT): row for row in statements}.values():
        if row[end] == party:
            movement, report = (
                (row["supplier"], row["recipient"], row["year"]),
                (row["source_id"], row["role"], row["reporter"]),
            )
            found.setdefault(movement, {}).setdefault(report, []).append(row)
    return [list(reports.values()) for reports in found.values()]


def _moved(reports: list[list[Row]], share: Fraction) -> tuple[float, float]:
    """Least and most of a movement at a share: what its reports have in common, or all they span."""
    least = [sum(math.ceil(int(row["low"] or 0) * (1 - share)) for row in lots) for lots in reports]
    most = [
        sum(math.inf if unknown(row["high"]) else math.floor(int(row["high"]) * (1 + share)) for row in lots)
        for lots in reports
    ]
    agree = max(least) <= min(most)
    return (max(least), min(most)) if agree else (min(least), max(most))


def _first(probe: Probe, counts: Sequence[int], start: Fraction) -> Fraction | None:
    """The first share after `start` at which none may be unaccounted for, reports agreeing or not as they then do."""
    most = _at(counts, MOST)
    if most <= start:
        return None
    known = dict(zip((start, most), probe([start, most]), strict=True))

    def within(low: Fraction, high: Fraction) -> Fraction | None:
        if _after(counts, low) >= high:
            return high if known[high].closed else None
        # Where reports compare in one way throughout, a larger share only widens what they leave room for.
        if not known[high].closed and known[low].kinds == known[high].kinds:
            return None
        even = (_at(counts, low + (high - low) * step / STEPS) for step in range(1, STEPS))
        between = sorted({share for share in (*even, _after(counts, low)) if low < share < high})
        known.update(zip(between, probe(between), strict=True))
        spans = itertools.pairwise((low, *between, high))
        return next((found for span in spans if (found := within(*span)) is not None), None)

    return within(start, most)


def _at(counts: Sequence[int], share: Fraction) -> Fraction:
    """The last share up to this one at which some count is off by one item more."""
    return max((Fraction(math.floor(count * share), count) for count in counts), default=Fraction(0))


def _after(counts: Sequence[int], share: Fraction) -> Fraction:
    """The first such share after this one."""
    return min(Fraction(math.floor(count * share) + 1, count) for count in counts)


def _before(counts: Sequence[int], share: Fraction) -> Fraction:
    """The last such share before this one."""
    return max(Fraction(math.ceil(count * share) - 1, count) for count in counts)


def _enough(share: Fraction) -> float:
    """The least number of a table that, read back as it is written, is no less than the share."""
    found = float(share)
    while Fraction(str(found)) < share:
        found = math.nextafter(found, 1)
    return found
