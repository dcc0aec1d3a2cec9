"""Numbers and lists as people read them; the only place that rounds, and only for print."""

import re
from collections.abc import Iterable

from analysis.licences import plain_unit
from analysis.rows import unknown

CURRENCIES = {"EUR": "euros", "USD": "US dollars", "GBP": "pounds sterling", "RUB": "roubles", "BGN": "leva"}
NON_BREAKING = "\u00a0"
UNKNOWN = "an unknown number"
UNKNOWN_AMOUNT = "an unknown amount"  # of what is weighed or measured
BARE = ("", "piece", "assumed", "source", "statement", "claim", "row")  # units that stand beside no number
MARKS = "\ue000", "\ue001", "\ue002"  # before a number's key, between key and number, after it: no text has these
# Controls but tab and line end, marks and overrides of direction, what has no width; our own marks are none of these.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
A_MARK = re.compile("{}([^{}]*){}(.*?){}".format(MARKS[0], "".join(MARKS), *MARKS[1:]), re.DOTALL)


def figure(value: float, unit: str = "") -> str:
    """One number with its unit's habit: 1,200 · 2015 · 5.26 % · 37.9 million euros."""
    if unit == "year":
        return f"{value:.0f}"
    if unit == "share":
        return _percent(100 * value)
    if len(unit) == 3 and unit.isupper():
        return _money(value, unit)
    return f"{_plain(value)} {measure(unit)}".rstrip()


def measure(unit: str) -> str:
    """What stands after a count in this unit, such as "kg": nothing where the items themselves are counted."""
    plain = plain_unit(unit)
    return "" if plain in BARE or plain in ("year", "share") or (len(plain) == 3 and plain.isupper()) else plain


def span(low: float | None, best: float | None, high: float | None, unit: str = "", qualifier: str = "") -> str:
    """An interval in words: the number itself where it is exact, never a false precision where it is not.

    A number that its source marks as an estimate is called one.
    """
    low, high = (None if unknown(value) else value for value in (low, high))
    if low is None and high is None:
        return UNKNOWN_AMOUNT if measure(unit) else UNKNOWN
    if low == high:
        return f"an estimated {figure(low, unit)}" if "estimate" in qualifier else figure(low, unit)
    if low is None:
        return f"at most {figure(high, unit)}"
    if high is None:
        return f"at least {figure(low, unit)}"
    return f"{figure(low, unit if low and not measure(unit) else '')} to {figure(high, unit)}"


def mark(text: str, key: str) -> str:
    """A printed number that carries the key of what it stands for, until `unmarked` takes the two apart."""
    return f"{MARKS[0]}{key}{MARKS[1]}{text}{MARKS[2]}"


def unmarked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text as people read it, and where its numbers are: start, end, key."""
    plain, numbers, end = "", [], 0
    for found in A_MARK.finditer(text):
        plain += text[end : found.start()]
        numbers.append((len(plain), len(plain) + len(found[2]), found[1]))
        plain, end = plain + found[2], found.end()
    return plain + text[end:], numbers


def visible(text: str) -> str:
    """The text with what would not be seen, or would turn the order of its letters, shown as such: ⟨U+202E⟩."""
    return HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def shortened(text: str, most: int = 300) -> str:
    """The text, cut where it is longer than print can bear; all of it stands in the tables."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def of_items(count: str, name: str) -> str:
    """A count with the name of what is counted: "240 tanks", "9 kg of powder", "an unknown number of tanks"."""
    return f"{count} of {name}" if unmarked(count)[0][-1:].isalpha() else f"{count} {name}"


def remainder(low: float | None, high: float | None, count: str, unit: str = "") -> str:
    """What is left of what came in, in words; what went out beyond it is said as such, not as a negative number."""
    low, high = (None if unknown(value) else value for value in (low, high))
    if high is not None and high < 0:
        return f"{span(-high, None, None if low is None else -low, unit)} more than it is recorded to have received"
    if low is not None and low >= 0:
        if low == high and (high == 0 or (high == 1 and not measure(unit))):
            return f"{'one' if high else 'none'} is unaccounted for"
        return f"{count} are unaccounted for"
    least = "a shortfall of unknown size" if low is None else f"a shortfall of {figure(-low, unit)}"
    most = "any number unaccounted for" if high is None else f"{figure(high, unit)} unaccounted for"
    return f"the records allow anything from {least} to {most}"


def listed(parts: Iterable[str]) -> str:
    """a, b and c"""
    parts = list(parts)
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def place(locator: str) -> str:
    """A place within a source, as print names it: a number is a paragraph."""
    return f"paragraph {locator}" if locator[:1].isdigit() else locator


def covered(ids: str) -> str:
    """What a sum of money covers: "statements T1 and T2 together"."""
    names = ids.split()
    return f"statements {listed(names)} together" if len(names) > 1 else f"statement {ids}"


def capital(text: str) -> str:
    """The first letter as a sentence begins, the rest as it is."""
    return text[:1].upper() + text[1:]


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"


def _percent(value: float) -> str:
    """Two decimals; what rounds to nought or to all without being it is said to be less."""
    shown = _plain(round(value, 2))
    if shown == "0" and value > 0:
        shown = "less than 0.01"
    elif shown == "100" and value < 100:
        shown = "more than 99.99"
    return f"{shown}{NON_BREAKING}%"


def _money(value: float, currency: str) -> str:
    """In millions or billions only where two decimals say all of it."""
    name = CURRENCIES.get(currency, currency)
    for scale, word in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if value >= scale and value % (scale // 100) == 0:
            return f"{_plain(value / scale)} {word} {name}"
    return f"{value:,.2f} {name}" if value % 1 else f"{value:,.0f} {name}"
