"""Numbers and lists as people read them; the only place that rounds, and only for print.

No number is printed as none, or as all, that is not. What comes from a sum of money has no more digits than the sum: a
limit is then rounded away from what it limits (an upper one up), so that it stays true, and is called "about".
"""

import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from analysis.licences import plain_unit
from analysis.rows import unknown

CURRENCIES = {"EUR": "euros", "USD": "US dollars", "GBP": "pounds sterling", "RUB": "roubles", "BGN": "leva"}
NON_BREAKING = "\u00a0"
UNKNOWN = "an unknown number"
UNKNOWN_SUM = "an unknown sum"
ENOUGH = "least share"  # unit of a share that is enough for something: print rounds it up, so that it still is
CENT = Decimal("0.01")
FLOATS = 12  # digits of a computed sum that are looked at: further ones may be those of binary fractions
UNKNOWN_AMOUNT = "an unknown amount"  # of what is weighed or measured
BARE = ("", "piece", "assumed", "source", "statement", "claim", "row")  # units that stand beside no number
NO_ACCOUNT = {  # status of a balance of which nothing can be unaccounted for → why
    "no inward record": "Nothing is recorded as received, so that nothing can be unaccounted for.",
    "no onward record": "No onward transfer is recorded: who is not known to have sent any owes no account of it.",
    "licences": "A licence moves no goods: none of what was licensed can be unaccounted for.",
    "not one party": "Nobody in particular is meant: what came to one of these need not be what another sent.",
}
MARKS = "\ue000", "\ue001", "\ue002"  # before a number's key, between key and number, after it: no text has these
# Controls but tab and line end, marks and overrides of direction, what has no width; our own marks are none of these.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
A_MARK = re.compile("{}([^{}]*){}(.*?){}".format(MARKS[0], "".join(MARKS), *MARKS[1:]), re.DOTALL)


def figure(value: float, unit: str = "", digits: int = 0) -> str:
    """One number with its unit's habit: 1,200 · 2015 · 5.26 % · 37.9 million euros. A sum has `digits`, 0 = all."""
    if unit == "year":
        return f"{value:.0f}"
    if unit in ("share", ENOUGH):
        return f"{_percent(value, unit)}{NON_BREAKING}%"
    if is_money(unit):
        return _money(significant(value, digits), unit)
    return f"{_plain(value)} {measure(unit)}".rstrip()


def measure(unit: str) -> str:
    """What stands after a count in this unit, such as "kg": nothing where the items themselves are counted."""
    plain = plain_unit(unit)
    return "" if plain in BARE or plain in ("year", "share", ENOUGH) or is_money(plain) else plain


def span(
    low: float | None, best: float | None, high: float | None, unit: str = "", qualifier: str = "", digits: int = 0
) -> str:
    """An interval in words: the number itself where it is exact, never a false precision where it is not.

    A number that its source marks as an estimate is called one. `digits` are those that a sum of money is printed to.
    """
    low, high, digits = (None if unknown(value) else value for value in (low, high, digits))
    if is_money(unit):
        return _sums(low, high, unit, qualifier, int(digits or 0))
    if low is None and high is None:
        return UNKNOWN_AMOUNT if measure(unit) else UNKNOWN
    if low == high:
        return f"an estimated {figure(low, unit)}" if "estimate" in qualifier else figure(low, unit)
    if low is None:
        return f"at most {figure(high, unit)}"
    if high is None:
        return f"at least {figure(low, unit)}"
    return f"{figure(low, unit if low and not measure(unit) else '')} to {figure(high, unit)}"


def three_digits(share: float) -> str:
    """A share as a plain number with three digits; what is not all is not printed as 1."""
    shown = f"{Decimal(f'{share:.3g}'):f}"
    return f"{'less' if share < 1 else 'more'} than 1" if shown == "1" and share != 1 else shown


def is_money(unit: str) -> bool:
    """Whether a unit is a currency."""
    return len(unit) == 3 and unit.isupper()


def significant(value: float, digits: int, way: str = ROUND_HALF_UP) -> Decimal:
    """A sum of money with so many digits (0 = all), and no parts of a cent unless it is less than one."""
    exact = Decimal(str(value))
    if exact and digits:
        known = exact.quantize(Decimal(1).scaleb(exact.adjusted() - FLOATS + 1)) if exact.adjusted() < 27 else exact
        place = max(known.adjusted() - digits + 1, -2)
        shown = known.quantize(Decimal(1).scaleb(place), way)
        return shown if shown else exact
    return exact


def digits_of(low: Decimal | None, high: Decimal | None, qualifier: str = "") -> int:
    """The significant digits of a sum of money: 3 of 37.9 million, 2 of 35 to 40 million; 0 where none is known.

    Those that a hedge adds are not counted: "about 40 million" is read as from 35 million, "under 40" as 39.99.
    """
    ends = [Decimal(end) for end in (low, high) if not unknown(end)]
    if qualifier not in ("", "exact"):
        ends = [min((end, end + CENT, end - CENT), key=_length) for end in ends]
    if "about" in qualifier:
        return max(1, _length(ends[0]) - 1)
    ends = [end.normalize() for end in ends if end]
    return max(end.adjusted() for end in ends) - min(end.as_tuple().exponent for end in ends) + 1 if ends else 0


def _length(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)


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
    """The text, cut where it is longer than print can bear; all of it stands in the tables.

    It is cut between words, for half a number is another number; only a word as long as all of it is cut within.
    """
    if len(text) <= most:
        return text
    whole = text[:most].rpartition(" ")[0].rstrip()
    return f"{whole} …" if whole else f"{text[: most - 1]}…"


def of_items(count: str, name: str) -> str:
    """A count with the name of what is counted: "240 tanks", "9 kg of powder", "an unknown number of tanks"."""
    return f"{count} of {name}" if unmarked(count)[0][-1:].isalpha() else f"{count} {name}"


def remainder(low: float | None, high: float | None, count: str, unit: str = "") -> str:
    """What is left of what came in, in words; what went out beyond it is said as such, not as a negative number."""
    low, high = (None if unknown(value) else value for value in (low, high))
    if high is not None and high < 0:
        return f"{span(-high, None, None if low is None else -low, unit)} more than it is recorded to have received"
    if low is None and high is None:
        return "how {} unaccounted for is not known".format("much is" if measure(unit) else "many are")
    if low == 0 and high != 0:
        most = "any number" if high is None else f"at most {figure(high, unit)}"
        return f"{most} can be unaccounted for"
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
    if not value % 1:
        return f"{int(value):,}"  # a float has no whole number beyond 2**53, and minus nought is nought
    shown = f"{value:,.2f}".rstrip("0").rstrip(".")
    if shown in ("0", "-0"):
        return "less than 0.01" if value > 0 else "less than 0"
    return shown


def _percent(share: float, unit: str) -> str:
    """Two decimals; what rounds to none or to all without being it is said to be less, or more."""
    exact = 100 * Decimal(str(share))
    if unit == ENOUGH:
        place = -2 if exact >= Decimal("0.01") or not exact else exact.adjusted()
        return f"{exact.quantize(Decimal(1).scaleb(place), ROUND_CEILING).normalize():f}"
    shown = _plain(round(exact, 2))
    if shown == "0" and exact:
        return "less than 0.01" if exact > 0 else "less than 0"
    if shown == "100" and exact != 100:
        return "less than 100" if exact < 100 else "more than 100"
    return shown


def _sums(low: float | None, high: float | None, currency: str, qualifier: str, digits: int) -> str:
    """Limits of a sum of money. No price is below nought, so that less than a cent is no lower limit worth naming."""
    if high is None and not low:
        return UNKNOWN_SUM
    least = "" if not low or low < CENT else _about(low, currency, digits, ROUND_FLOOR)
    if high is None:
        return f"at least {least}" if least else f"more than {_money(0, currency)}"
    if high < CENT:
        return _money(high, currency)
    if low == high:
        shown = _about(low, currency, digits, ROUND_HALF_UP)
        return f"an estimated {shown.removeprefix('about ')}" if "estimate" in qualifier else shown
    most = _about(high, currency, digits, ROUND_CEILING)
    return f"{least} to {most}" if least else f"at most {most}"


def _about(value: float, currency: str, digits: int, way: str) -> str:
    """A sum as it is printed, called "about" where that is not all of it."""
    shown = significant(value, digits, way)
    moved = abs(shown - Decimal(str(value))) > abs(shown).scaleb(2 - FLOATS)
    return f"{'about ' if moved else ''}{_money(shown, currency)}"


def _money(value: Decimal | int, currency: str) -> str:
    """In millions or billions only where two decimals say all of it; less than a cent is said to be that."""
    name = CURRENCIES.get(currency, currency)
    for scale, word in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if value >= scale and value % (scale // 100) == 0:
            return f"{_plain(value / scale)} {word} {name}"
    if 0 < value < CENT:
        return f"less than 0.01 {name}"
    return f"{value:,.2f} {name}" if value % 1 else f"{int(value):,} {name}"
