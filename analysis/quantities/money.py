"""Amounts of money as sources print them, kept exact, read with the grammar of counts."""

import re
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from analysis.quantities.currencies import AMBIGUOUS, CURRENCIES, PLACES
from analysis.quantities.grammar import bounds, check_mark, figure, unbracketed
from analysis.quantities.not_numbers import CURRENCY_OR_NOT, NO_NUMBERS, NO_SUM, NO_SUMS
from analysis.quantities.refusals import ANYTHING, Refused, read_whole, refuse, tidy
from analysis.quantities.vocabulary import listed

SCALE_MARKS = listed(
    {
        "thousand": "k|tsd|tsd.",
        "million": "m|mn|mln|mio|mio.",
        "crore": "cr|cr.",
        "billion": "b|bn|bln|mrd|mrd.",
        "trillion": "tn|trn",
    }
)
IN_COLUMN = "put its code (ISO 4217), such as EUR or NOK, in the column currency"
# “all” and “top” are words before they are currencies; “kr.” is tried before “kr”
NAMES = "|".join(map(re.escape, sorted((CURRENCIES | AMBIGUOUS).keys() - {"all", "top"}, reverse=True)))
A_CURRENCY = re.compile(rf"(?<![a-z])(?:{NAMES})(?![a-z])")
A_SCALE = re.compile(rf"(?<=\d) ?({'|'.join(map(re.escape, SCALE_MARKS))})(?![a-z.])")
HERE = "¤"  # stands where the text named its currency; tidy() lets no printed one through


class Amount(NamedTuple):
    """Money of one currency (ISO 4217), low..high inclusive; None as in Quantity."""

    low: Decimal | None
    high: Decimal | None
    currency: str
    qualifier: str


def parse_amount(text: str, currency: str = "", decimal: str = ".") -> Amount:
    """Read a printed sum of money as an exact interval in currency units; raise Unreadable otherwise.

    `currency` is an ISO code or a word; with it the text may leave its own out, else the two must agree.
    Hedges are those of parse_quantity, and the smallest difference is a cent (a yen for JPY).
    """
    check_mark(decimal)
    given = parse_currency(currency) if currency.strip() else ""
    return read_whole(text, "an amount", partial(_read, given=given, decimal=decimal), NO_SUM)


def parse_currency(text: str) -> str:
    """Read one currency's code or name as its code (ISO 4217); raise Unreadable otherwise."""
    return read_whole(text, "a currency", lambda name: known(tidy(name), (ANYTHING, "{}")), IN_COLUMN)


def _read(text: str, given: str, decimal: str) -> Amount:
    phrase = tidy(text)
    code = agreed(A_CURRENCY.findall(phrase), given)
    refuse(phrase, *NO_SUMS)
    bare = unbracketed(without_currency(phrase))
    refuse(bare, *NO_NUMBERS)
    places = PLACES.get(code, 2)
    read = partial(figure, decimal=decimal, places=places)
    low, high, qualifier = bounds(bare, read, Decimal(1).scaleb(-places), CURRENCY_OR_NOT)
    if low is not None and not code:
        raise Refused("it names no currency", IN_COLUMN)
    return Amount(low, high, code, qualifier)


def known(name: str, instead: tuple[str | None, str]) -> str:
    """Give the code of one currency's name. `instead` says what is replaced where several have it, {} is the code."""
    if name in AMBIGUOUS:
        codes = AMBIGUOUS[name].split()
        offers = ", ".join(["{}"] * (len(codes) - 1)) + " or {}"
        replacements = ((instead[0], instead[1].replace("{}", code)) for code in codes)
        raise Refused(f"“{name}” is the name of several currencies", f"write {offers}", *replacements)
    if name not in CURRENCIES:
        raise Refused(f"“{name}” is not a currency in the table", "write its code (ISO 4217), such as EUR or NOK")
    return CURRENCIES[name]


def agreed(names: list[str], given: str) -> str:
    """Give the one currency that the names in the text and the given code agree on."""
    codes = {given} if given else set()
    for name in names:
        shared = AMBIGUOUS.get(name, "")
        codes.add(given if given and given in shared.split() else known(name, (name, " {} ")))
    if len(codes) > 1:
        raise Refused(f"its currencies differ, {' and '.join(sorted(codes))}", "check the source")
    return codes.pop() if codes else ""


def without_currency(phrase: str) -> str:
    """Take the currency out and write scales in full: "€37.9m" is "37.9 million"."""
    marked = A_CURRENCY.sub(HERE, phrase)
    if re.search(rf"\d ?{HERE} ?\d", marked):
        raise Refused("a currency stands between two figures", "write the sign before or after the whole amount")
    bare = " ".join(marked.replace(HERE, " ").split()) if HERE in marked else marked
    return A_SCALE.sub(lambda match: f" {SCALE_MARKS[match[1]]}", bare)
