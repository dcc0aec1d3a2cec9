"""Floors and caps of unit prices, as people write them: konkurs-launcher>=50000, ags-17<=100000."""

import re
from collections.abc import Mapping
from decimal import Decimal

from analysis.errors import InputError

A_LIMIT = re.compile(r"(?P<item>[^\s<>=]+)\s*(?P<operator>[<>=]+)\s*(?P<price>\S+)")
Limits = Mapping[str, tuple[Decimal | int, Decimal | int | None]]


def parse_limits(text: str) -> dict[str, tuple[Decimal, Decimal | None]]:
    """Read limits on unit prices, such as "konkurs-launcher>=50000, ags-17<=100000", as item → (floor, cap).

    Empty text: none. Prices are plain numbers (100000 or 99.50) in the currency of the table. Raises InputError for
    anything else, a limit given twice, and a floor above its cap.
    """
    ends: dict[tuple[str, str], Decimal] = {}
    for part in text.split(",") if text.strip() else []:
        item, operator, price = _limit(part.strip())
        if (item, operator) in ends:
            raise InputError(f"price_limits: {item} has two limits {operator}. Keep one.")
        ends[item, operator] = price
    found = {item: (ends.get((item, ">="), Decimal(0)), ends.get((item, "<="))) for item, _ in ends}
    for item, (floor, cap) in found.items():
        check_order(item, floor, cap)
    return found


def _limit(part: str) -> tuple[str, str, Decimal]:
    """One limit: item, operator, price."""
    example = "Write limits as konkurs-launcher>=50000, ags-17<=100000"
    read = A_LIMIT.fullmatch(part)
    if not read:
        raise InputError(f"price_limits: {part!r} is not an item, >= or <=, and a price. {example}.")
    if read["operator"] not in (">=", "<="):
        raise InputError(f"price_limits: {part!r} has {read['operator']!r} where >= or <= must stand. {example}.")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", read["price"]):
        raise InputError(
            f"price_limits: {part!r} has {read['price']!r} for a price, which must be a number of 0 or more, without "
            f"thousands separators. {example}."
        )
    return read["item"], read["operator"], Decimal(read["price"])


def check_order(item: str, floor: Decimal | int, cap: Decimal | int | None) -> None:
    """Raises InputError for limits that no price can keep."""
    if floor < 0:
        raise InputError(f"price_limits: {item} must cost {floor} or more, and no price is below 0.")
    if cap is not None and cap < floor:
        raise InputError(f"price_limits: {item} must cost {floor} or more and {cap} or less, which no price does.")
