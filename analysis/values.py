"""What one item can have cost, where a sum of money is stated for several lots together.

A sum S pays for lots of n items at p each: S = Σ n p. Nothing says how it was split, so each unit price is bounded by
what the others must, and can, have taken of the sum; limits on prices from elsewhere narrow that. Exact (fractions).
A limit that is the very price that print gives, rounded, stands for the exact one, and is not refused for a hair.
"""

import math
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from analysis.errors import InputError
from analysis.exchange import DIGITS, converted
from analysis.hints import close_to
from analysis.limits import Limits, check_order
from analysis.tables import typed
from analysis.wording import digits_of, figure, significant, span


class Lot(NamedTuple):
    """Items of one transfer: `low` to `high` of them, each for `floor` to `cap`. What is unlimited is infinite."""

    low: Fraction
    high: Fraction | float
    floor: Fraction
    cap: Fraction | float

    def least(self) -> Fraction:
        """What the lot must be worth by its own count and limits."""
        return self.low * self.floor

    def most(self) -> Fraction | float:
        """What the lot can be worth by its own count and limits; no items, or items for nothing, are worth nothing."""
        return self.high * self.cap if self.high and self.cap else Fraction(0)

    def kept(self, price: Fraction | float) -> Fraction | float:
        """The price, or the limit that it would break."""
        return max(self.floor, min(self.cap, price))


def price_bounds(
    amounts: pd.DataFrame, transfers: pd.DataFrame, limits: Limits | None = None, currency: str = "", rate_of: str = ""
) -> pd.DataFrame:
    """Least and most that one item, and a lot, can have cost by each sum of money. Shape: schemas, `values`.

    `amounts` and `transfers` are the processed tables. A row is a lot (a transfer) and a sum that covers it: two lots
    of one item under one sum may have had two prices, and one lot under two sums has a row for each. Prices are in the
    sum's own currency, or in `currency` at the rate of `rate_of` (a day or a year; see exchange). `limits` gives an
    item's (floor, cap) in the currency of the prices, per unit, cap None = none; `parse_limits` reads them from text.
    A count without a known upper limit can be any number; where it can be nought, only a cap limits its price.
    Limits that go beyond the sum by no more than print rounds are kept, and the others worth as little as they can be.

    Raises InputError for limits that no prices can keep, a limit on an item that no sum covers or whose prices would be
    in several currencies or units, a sum that covers an unknown transfer, and as `exchange.converted`.
    """
    paid = converted(amounts, currency, rate_of)
    lots = transfers.set_index("statement_id")
    covered = {row.statement_id: _covered(row, lots) for row in paid.itertuples()}
    _check_limits(limits or {}, paid, covered)
    digits = {row.statement_id: digits_of(row.low, row.high, row.qualifier) for row in amounts.itertuples()}
    rows = []
    for each in paid.itertuples():
        shown = digits[each.statement_id] if pd.isna(each.rate) else min(digits[each.statement_id], DIGITS)
        rows += _rows(each, covered[each.statement_id], limits or {}, shown)
    return typed(pd.DataFrame(rows), "values")


def _check_limits(limits: Limits, paid: pd.DataFrame, covered: Mapping[str, pd.DataFrame]) -> None:
    """Every limit is on an item that some sum covers, and means one currency and one unit."""
    currency = paid.set_index("statement_id")["currency"]
    found = [(row.item, currency[name], row.unit) for name, rows in covered.items() for row in rows.itertuples()]
    items = sorted({item for item, _, _ in found})
    for item, (floor, cap) in limits.items():
        check_order(item, floor, cap)
        if item not in items:
            there = f"There are {', '.join(items)}" if items else "No sum covers anything"
            raise InputError(f"price_limits: no sum of money covers {item!r}{close_to(item, items)}. {there}.")
        for what, place in (("currencies, {}. Name one as `currency`", 1), ("units, {}. Limit none of them", 2)):
            several = sorted({each[place] for each in found if each[0] == item and each[place]})
            if len(several) > 1:
                told = what.format(" and ".join(several))
                raise InputError(f"price_limits: the prices of {item} are in several {told}.")


def _covered(row: tuple, lots: pd.DataFrame) -> pd.DataFrame:
    """The transfers that a sum covers, each once."""
    ids = list(dict.fromkeys(row.covers.split()))
    unknown = [name for name in ids if name not in lots.index]
    if unknown:
        raise InputError(f"sum {row.statement_id} covers {' '.join(unknown)}, which is no transfer that was kept.")
    return lots.loc[ids]


def _rows(paid: tuple, covered: pd.DataFrame, limits: Limits, digits: int) -> Iterator[dict[str, object]]:
    """One row for each lot of a sum."""
    lots = [_lot(row, *limits.get(row.item, (0, None))) for row in covered.itertuples()]
    low, high = _end(paid.low, Fraction(0)), _end(paid.high, math.inf)
    _check_possible(paid, low, high, lots, digits)
    for place, (row, lot) in enumerate(zip(covered.itertuples(), lots, strict=True)):
        others = lots[:place] + lots[place + 1 :]
        # What is left of the sum for this lot when the others took all they can, and when they took what they must.
        left_least = low - sum(other.most() for other in others)
        left_most = high - sum(other.least() for other in others)
        yield {
            "item": row.item,
            "lot": row.Index,
            "sum": paid.statement_id,
            "unit": row.unit,
            "count_low": row.low,
            "count_high": row.high,
            "unit_price_low": _number(lot.kept(_each(left_least, lot.high) if lot.high else 0)),
            "unit_price_high": _number(lot.kept(_each(left_most, lot.low) if lot.low else math.inf)),
            "lot_value_low": _number(min(lot.most(), max(lot.least(), left_least))),
            "lot_value_high": _number(max(lot.least(), min(lot.most(), left_most))),
            "currency": paid.currency,
            "rate": None if pd.isna(paid.rate) else float(paid.rate),
            "rate_of": paid.rate_of,
            "statements": " ".join([paid.statement_id, *covered.index]),
        }


def _each(money: Fraction | float, count: Fraction | float) -> Fraction | float:
    """Money over a count; spread over items without end, no least price is left for one."""
    return Fraction(0) if math.isinf(count) else money / count


def _lot(row: tuple, floor: Decimal | int, cap: Decimal | int | None) -> Lot:
    return Lot(_end(row.low, Fraction(0)), _end(row.high, math.inf), Fraction(str(floor)), _end(cap, math.inf))


def _end(value: object, unknown: Fraction | float) -> Fraction | float:
    """An end of an interval as an exact number; by way of text, since NumPy's integers would overflow in a fraction."""
    return unknown if pd.isna(value) else Fraction(str(value))


def _number(value: Fraction | float) -> float | None:
    return None if math.isinf(value) else float(value)


def _check_possible(paid: tuple, low: Fraction, high: Fraction | float, lots: list[Lot], digits: int) -> None:
    """The sum lies between what its lots must and what they can be worth."""
    least, most = sum(lot.least() for lot in lots), sum(lot.most() for lot in lots)
    stated = span(_number(low), None, _number(high), paid.currency)
    for wrong, ends, mend in (
        (
            least > high and not any(_is_highest(lot, high - least, digits) for lot in lots),
            "floors",
            "Lower the floors",
        ),
        (most < low and not any(_is_lowest(lot, low - most, digits) for lot in lots), "caps", "Raise the caps"),
    ):
        if wrong:
            limit, total = ("least", least) if ends == "floors" else ("most", most)
            raise InputError(
                f"limits: no prices fit sum {paid.statement_id}, which covers {paid.covers}. By the counts and the "
                f"{ends} its lots are worth at {limit} {figure(float(total), paid.currency)} together, and the sum is "
                f"{stated}. {mend}, or check the counts."
            )


def _is_highest(lot: Lot, left: Fraction, digits: int) -> bool:
    """Whether a floor is the lot's highest price as print rounds it, where with it `left` is less than nothing."""
    price = lot.floor + left / lot.low if lot.low else Fraction(0)
    return price > 0 and lot.floor <= Fraction(significant(float(price), digits, ROUND_CEILING))


def _is_lowest(lot: Lot, left: Fraction | float, digits: int) -> bool:
    """Whether a cap is the lot's lowest price as print rounds it, where with it so much of the sum would be left."""
    if not lot.high or math.inf in (lot.high, lot.cap, left):
        return False
    return lot.cap >= Fraction(significant(float(lot.cap + left / lot.high), digits, ROUND_FLOOR))
