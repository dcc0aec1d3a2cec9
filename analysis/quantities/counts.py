"""Counts of items as sources print them."""

import re
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from analysis.quantities.grammar import NO_NUMBERS, bounds, check_mark, figure, reading, refuse, tidy

UNITS = r"pcs\.?|pieces?|units?|items?|systems?|sets?|launchers?|missiles?|rounds?|vehicles?|each|ea\.?|nos?\.?"
UNIT = re.compile(rf"(?:(?<=\d)| )(?:{UNITS})(?= or (?:so|more|fewer|less)$|[])?]?$)")
NO_COUNTS = (
    (r"[€£$¥₽₴]|\b(?:eur|usd|gbp|euros?|dollars?)\b", "it is money", "move it to the values table"),
    (r"(?<![a-z])(?:kg|g|t|tons?|tonnes?|kilos?|lbs?|pounds?)(?![a-z])", "it is a weight", "count the items"),
    (r"(?<![a-z])(?:mm|cm|km|metres?|meters?|ft|feet)(?![a-z])", "it is a length", "count the items"),
    (r"(\d) ?m(?![a-z])", "“m” may be metres or millions", "write the word"),
    (r"([\d.,]*\d) ?k(?![a-z])", "“k” is shorthand", r"write \1 thousand"),
    (r"\b(?:box|case|crate|pallet|container|package|shipment|batch)(?:s|es)?\b",
     "it counts containers, not items", "write how many items they hold"),
    (r"^(?:nos?\.?|pcs\.?):? ?\d", "it looks like a number in a series", "write the count alone"),
)  # fmt: skip


class Quantity(NamedTuple):
    """Items, low..high inclusive. Both None: nothing is known. Only high None: no upper limit is known."""

    low: int | None
    high: int | None
    qualifier: str


def parse_quantity(text: str, decimal: str = ".") -> Quantity:
    """Read a printed count as an integer interval of items; raise Unreadable for all else.

    `decimal` is the decimal mark of the source, "." or ",". By convention of this project "about N" is
    N give or take half the unit of its last non-zero digit, at least 1: about 200 is 150..250.
    """
    check_mark(decimal)
    with reading(text, "a quantity"):
        phrase = UNIT.sub("", tidy(text))
        refuse(phrase, NO_NUMBERS + NO_COUNTS)
        low, high, qualifier = bounds(phrase, partial(figure, decimal=decimal), Decimal(1))
        return Quantity(None if low is None else int(low), None if high is None else int(high), qualifier)
