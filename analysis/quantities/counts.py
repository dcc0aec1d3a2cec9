"""Counts of items as sources print them."""

import re
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from analysis.quantities.grammar import bounds, check_mark, figure, unbracketed
from analysis.quantities.not_numbers import NO_COUNT, NO_COUNTS, NO_NUMBERS, UNIT_OR_NOT
from analysis.quantities.refusals import Refused, read_whole, refuse, tidy
from analysis.quantities.vocabulary import SUFFIXES

UNITS = r"pcs\.?|pieces?|units?|items?|systems?|sets?|launchers?|missiles?|rounds?|vehicles?|each|ea\.?|nos?\.?"
BEHIND = "|".join(map(re.escape, SUFFIXES))  # a hedge, which may stand behind the unit
CAME = "(?<!not )(?<!never )(?<!be )(?:delivered|supplied|shipped|transferred)"
UNIT = re.compile(rf"(?:(?<=\d)| )(?:(?:{UNITS})(?: (?:{CAME}))?|{CAME})(?=(?:{BEHIND})?[])?]?$)")
PAIRS = re.compile(r"(\d{1,9}) (?:pairs?|couples?)")


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
    return read_whole(text, "a quantity", partial(_read, decimal=decimal), NO_COUNT)


def _read(text: str, decimal: str) -> Quantity:
    phrase = UNIT.sub("", unbracketed(tidy(text)))
    _check_pairs(phrase)
    refuse(phrase, *NO_NUMBERS, *NO_COUNTS)
    low, high, qualifier = bounds(phrase, partial(figure, decimal=decimal), Decimal(1), UNIT_OR_NOT)
    return Quantity(None if low is None else int(low), None if high is None else int(high), qualifier)


def _check_pairs(phrase: str) -> None:
    """Refuse "10 pairs": 20 items where each is two of them, 10 where a pair is one, as with binoculars."""
    if match := PAIRS.fullmatch(phrase):
        instead = (phrase, str(2 * int(match[1]))), (phrase, match[1])
        raise Refused("a pair may be two items or one", "write {} if each is two items, {} if each is one", *instead)
