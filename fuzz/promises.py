"""What every parser of texts promises, whatever the text: a value that is sound, or its own error that quotes the text.

Each function asks one parser and raises AssertionError where a promise is broken; an error that the parser does not
document passes through.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from analysis import names
from analysis.errors import InputError
from analysis.explain import Book, as_json, explain, lines, opened
from analysis.formulas import evaluate
from analysis.intervals import LARGEST
from analysis.limits import parse_limits
from analysis.parameters import Parameter, converted, parameters
from analysis.paths import NOTEBOOKS
from analysis.quantities import (
    Amount,
    Quantity,
    Span,
    Unreadable,
    parse_amount,
    parse_currency,
    parse_date,
    parse_quantity,
    parse_year,
)
from analysis.quantities.currencies import PLACES
from analysis.registers.slugs import LONGEST, slug
from analysis.registers.subcounts import alone, disagreement, split

QUALIFIERS = {"exact", "about", "at least", "at most", "range", "estimate", "undisclosed", "unknown", "none"}
REGISTERS = ("", "unroca", "sipri", "nl")
MARKS = (".", ",")
CASE = "belarus-bulgaria-2015"
Parse = Callable[[str], Any]


def promised(condition: object, *what: object) -> None:
    """Raise AssertionError that names what was read and what became of it; unlike `assert` also under `python -O`."""
    if not condition:
        raise AssertionError(" | ".join(map(ascii, what)))


def told(fault: Exception, text: str) -> None:
    """An error names the text that it is about, and can be printed."""
    words = str(fault)
    promised(words.encode("utf-8", "replace"), "an error without words", text)
    if isinstance(fault, Unreadable | names.Unresolved):
        promised(fault.reason, "no reason", text)
        start = text[:80] if isinstance(fault, Unreadable) else repr(text)[:80]
        promised(start in words or not text.isprintable(), "not quoted", text, words)
        words.encode("utf-8")


def answered(parse: Parse, text: str, *errors: type[Exception]) -> Any:
    """What a parser reads, or its error, which it documents."""
    try:
        return parse(text)
    except errors as fault:
        of_currency = getattr(fault, "kind", "") == "a currency"  # which stands in a cell of its own
        told(fault, fault.text if of_currency else text)
        if isinstance(fault, Unreadable):
            advised(parse_currency if of_currency else parse, fault)
        return fault


def advised(parse: Parse, fault: Unreadable) -> None:
    """What a suggestion says to write, in “ ”, is accepted in the place of the text."""
    for words in re.findall("“(.*?)”", fault.suggestion):
        try:
            parse(words)
        except Unreadable as again:
            promised(False, "advice that is refused", fault.text, fault.suggestion, str(again))


def equivalents(text: str) -> Iterator[str]:
    """The same text in other spellings of Unicode."""
    yield from {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC")} - {text}


def same_in_any_spelling(parse: Parse, text: str, value: Any, *errors: type[Exception]) -> None:
    """Another spelling of one text is read as the same, or refused, which says that it is another."""
    for other in equivalents(text):
        again = answered(parse, other, *errors)
        promised(isinstance(again, Exception) or again == value, "read in two ways", text, value, other, again)


def quantity(text: str) -> None:
    """Counts: whole numbers, none below nought, least first; as figures they read again as themselves."""
    for mark in MARKS:
        parse = partial(parse_quantity, decimal=mark)
        found = answered(parse, text, Unreadable)
        if isinstance(found, Quantity):
            low, high, qualifier = found
            promised(type(low) in (int, type(None)) and type(high) in (int, type(None)), "no whole number", text, found)
            promised(qualifier in QUALIFIERS, "unknown qualifier", text, found)
            _ordered(text, low, high, qualifier)
            _again(parse, text, low, high, "{}")
            same_in_any_spelling(parse, text, found, Unreadable)


def amount(text: str) -> None:
    """Money: exact decimals of a cent at most, as counts else; `currency` is what stands in the last line, if any."""
    printed, _, currency = text.partition("\n")
    for mark in MARKS:
        parse = partial(parse_amount, currency=currency, decimal=mark)
        found = answered(parse, printed, Unreadable)
        if isinstance(found, Amount):
            low, high, code, qualifier = found
            ends = [end for end in (low, high) if end is not None]
            promised(all(isinstance(end, Decimal) and end.is_finite() for end in ends), "no decimal", text, found)
            places = PLACES.get(code, 2)
            promised(all(end == round(end, places) for end in ends), "parts of a cent", text, found)
            promised(bool(code) or not ends, "money of no currency", text, found)
            _ordered(text, low, high, qualifier)
            figures = partial(parse_amount, currency=code)
            if all(end == round(end, 2) for end in ends):  # “1.500” may be 1500: three decimals are read in few shapes
                _again(figures, text, low, high, "{:.2f}" if places else "{:.0f}")
            same_in_any_spelling(parse, printed, found, Unreadable)


def _ordered(text: str, low: Any, high: Any, qualifier: str) -> None:
    known = low is not None
    promised(known == (qualifier not in ("unknown", "undisclosed")), "unknown or not", text, low, high, qualifier)
    promised(high is None or known, "a most without a least", text, low, high)
    promised(not known or low >= 0, "negative", text, low, high)
    promised(high is None or low <= high, "least above most", text, low, high)


def _again(parse: Parse, text: str, low: Any, high: Any, form: str) -> None:
    """Both ends as plain figures read as themselves. What is larger than any figure here is read in words alone."""
    if low is None or max(low, high or 0) > LARGEST:
        return
    least, most = form.format(low), form.format(high) if high is not None else ""
    canonical = least if low == high else f"{least}-{most}" if most else f"at least {least}"
    again = parse(canonical)
    promised((again.low, again.high) == (low, high), "reads otherwise as figures", text, canonical, again)


def year(text: str) -> None:
    """A calendar year from 1900 to 2100, or none."""
    found = answered(parse_year, text, Unreadable)
    if isinstance(found, int):
        promised(1900 <= found <= 2100 and parse_year(str(found)) == found, "no year", text, found)
        same_in_any_spelling(parse_year, text, found, Unreadable)
    promised(found is not None or not text.strip(), "no year is given, and none read", text)


def day(text: str) -> None:
    """Days, the first no later than the last; as ISO dates they read again as themselves."""
    found = answered(parse_date, text, Unreadable)
    if not isinstance(found, Span):
        return
    start, end = found
    promised(isinstance(start, date) or (found == (None, None) and not text.strip()), "undated", text, found)
    if start:
        promised(end is None or start <= end, "ends before it starts", text, found)
        promised(parse_date(f"{start}/{end or '..'}") == found, "reads otherwise as ISO", text, found)
        same_in_any_spelling(parse_date, text, found, Unreadable)


def party(text: str) -> None:
    """A code that is its own code, in every register alike; digits and letters of ISO as well."""
    for register in REGISTERS:
        _named(partial(names.resolve_party, register=register), text)
    for register in ("", "comtrade"):
        _named(partial(names.resolve_code, register=register), text)


def item(text: str) -> None:
    """A slug that is its own slug, and stands in the tables; slugs of anything else are short and plain."""
    _named(names.resolve_item, text)
    made = slug(text)
    promised(len(made) <= LONGEST and slug(made) == made and made.isascii(), "no slug", text, made)
    for other in equivalents(text):
        promised(slug(other) == made, "two slugs of one text", text, made, other)


def unit(text: str) -> None:
    """A unit that is its own unit."""
    _named(names.resolve_unit, text)


def _named(resolve: Parse, text: str) -> None:
    found = answered(resolve, text, names.Unresolved)
    if isinstance(found, str):
        promised(found and resolve(found) == found, "is not its own code", text, found)
        same_in_any_spelling(resolve, text, found, names.Unresolved)


def limits(text: str) -> None:
    """Floors and caps, exact, in order; written out they read again as themselves."""
    found = answered(parse_limits, text, InputError)
    if isinstance(found, dict):
        promised(bool(found) == bool(text.strip()), "limits of nothing", text, found)
        for floor, cap in found.values():
            promised(floor.is_finite() and floor >= 0 and (cap is None or floor <= cap), "no limits", text, found)
        parts = [f"{name}>={floor:f}" for name, (floor, _) in found.items()]
        parts += [f"{name}<={cap:f}" for name, (_, cap) in found.items() if cap is not None]
        promised(parse_limits(", ".join(parts)) == found, "reads otherwise when written out", text, found)


@cache
def declared() -> dict[str, Parameter]:
    """Every parameter that some notebook declares."""
    return {name: own for path in sorted(NOTEBOOKS.glob("*.ipynb")) for name, own in parameters(path).items()}


def parameter(text: str) -> None:
    """A parameter's value, of the type that its notebook gives it, written as NAME=VALUE."""
    name, _, value = text.partition("=")
    found = answered(lambda text: converted(declared(), name, text), value, InputError)
    if not isinstance(found, InputError):
        kind = declared()[name].type
        promised(type(found).__name__ == kind, "of another type", text, found)
        promised(found == found, "not a number", text)
        written = str(found).lower() if kind == "bool" else f"{found:.9f}" if kind == "float" else str(found)
        promised(converted(declared(), name, written) == found, "reads otherwise when written out", text, found)


ROW = {"party": "BGR", "item": "a", "unit": "piece", "sent_statements": "T2", "received_statements": "T1"}
ROW |= {"received_low": 240, "received_best": 240, "received_high": 240, "sent_low": 0, "sent_best": None}
TABLES = {"balances": [ROW | {"sent_high": None}], "sources": [{"source_id": "S1", "title": "no number"}]}
TABLES |= {"scenarios": [{"prefer": "larger"}]}  # rows without a key


def formula(text: str) -> None:
    """An interval without NaN, and the terms that it rests on."""
    found = answered(lambda text: evaluate(text, TABLES), text, InputError)
    if not isinstance(found, InputError):
        interval, terms = found
        promised(not any(end is not None and end != end for end in interval), "not a number", text, interval)
        promised(all(term.text in text for term in terms), "a term that is not there", text, terms)


@cache
def book() -> Book:
    """The published case."""
    return opened(CASE, "published")


def key(text: str) -> None:
    """A tree that can be printed in both ways."""
    found = answered(lambda text: explain(text, book()), text, InputError)
    if not isinstance(found, InputError):
        promised(list(lines(found)) and json.loads(as_json(found)), "explains nothing", text)


def subcounts(text: str) -> None:
    """Parts that add up to the line; the count of the whole is what stands in the last line."""
    description, _, printed = text.rpartition("\n")
    whole = int(printed) if printed.isascii() and printed.isdigit() and len(printed) < 10 else None
    parts = split(description, whole)
    promised(not parts or sum(part.count for part in parts) == whole, "parts do not add up", text, parts)
    promised(all(part.count > 0 and part.designation for part in parts), "a part of nothing", text, parts)
    total = disagreement(description, whole)
    promised(total is None or total != whole, "disagrees with itself", text, total)
    promised(isinstance(alone(description, whole), str), "names nothing", text)
