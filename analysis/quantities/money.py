"""Amounts of money as sources print them, kept exact, read with the grammar of counts."""

import re
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from analysis.quantities.grammar import NO_NUMBERS, Refused, bounds, check_mark, figure, listed, reading, refuse, tidy

CURRENCIES = listed(
    {
        "EUR": "eur|€|euro|euros",
        "USD": "usd|us$|u.s.$|us dollar|us dollars|u.s. dollar|u.s. dollars|american dollars",
        "GBP": "gbp|£|pounds sterling|pound sterling|british pounds",
        "RUB": "rub|₽|russian rouble|russian roubles|russian ruble|russian rubles",
        "BGN": "bgn|lev|leva|levs|bulgarian leva|bulgarian levs",
        "CHF": "chf|swiss franc|swiss francs",
        "SEK": "sek|swedish krona|swedish kronor|swedish crowns",
        "CNY": "cny|rmb|yuan|renminbi",
        "JPY": "jpy|yen|japanese yen",
        "PLN": "pln|zł|zloty|zlotys|zlotych",
        "UAH": "uah|₴|hryvnia|hryvnias|hryvnya",
        "RSD": "rsd|serbian dinar|serbian dinars",
        "SAR": "sar|saudi riyal|saudi riyals",
    }
)
AMBIGUOUS = listed(  # names that several states share; the first codes that come to mind
    {
        "USD, CAD or AUD": "$|dollar|dollars",
        "JPY or CNY": "¥",
        "GBP or EGP": "pound|pounds",
        "RUB or BYN": "rouble|roubles|ruble|rubles",
        "CHF or XAF": "franc|francs",
        "SEK, NOK or DKK": "kr|kr.|krona|kronor|crowns",
        "RSD, KWD or IQD": "dinar|dinars",
        "SAR, QAR or OMR": "riyal|riyals",
    }
)
SCALE_MARKS = listed({"thousand": "k|tsd|tsd.", "million": "m|mn|mln|mio|mio.", "billion": "b|bn|bln|mrd|mrd."})
PLACES = {"JPY": 0}  # decimals of the smallest coin; 2 unless listed

NAMES = "|".join(map(re.escape, sorted(CURRENCIES | AMBIGUOUS, reverse=True)))  # “kr.” before “kr”
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
    with reading(text, "an amount"):
        given = known(tidy(currency)) if currency.strip() else ""
        phrase = tidy(text)
        code = agreed(A_CURRENCY.findall(phrase), given)
        bare = without_currency(phrase)
        refuse(bare, NO_NUMBERS)
        places = PLACES.get(code, 2)
        read = partial(figure, decimal=decimal, places=places)
        low, high, qualifier = bounds(bare, read, Decimal(1).scaleb(-places))
        if low is not None and not code:
            raise Refused("it names no currency", "write it with the amount, as in EUR 37.9 million")
        return Amount(low, high, code, qualifier)


def known(name: str) -> str:
    """Give the ISO code of one currency's name."""
    if name in AMBIGUOUS:
        raise Refused(f"“{name}” is the name of several currencies", f"write {AMBIGUOUS[name]}")
    if name not in CURRENCIES:
        raise Refused(
            f"“{name}” is not a currency in the table", "add it to CURRENCIES in analysis/quantities/money.py"
        )
    return CURRENCIES[name]


def agreed(names: list[str], given: str) -> str:
    """Give the one currency that the names in the text and the given code agree on."""
    codes = {given} if given else set()
    for name in names:
        shared = AMBIGUOUS.get(name, "")
        codes.add(given if given and given in shared else known(name))
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
