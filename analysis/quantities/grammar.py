"""The grammar of printed figures that counts, money and dates share.

Whatever it does not know is refused with a reason and, where there is an obvious one, a suggestion; nothing is
guessed. Read from the top: hedges, ranges, numbers.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from analysis.intervals import LARGEST
from analysis.quantities.refusals import Refused
from analysis.quantities.vocabulary import (
    BELOW_100,
    BINDING,
    HEDGES,
    IDIOMS,
    JOINTS,
    NOTHING,
    PREFIXES,
    SCALES,
    SILENT,
    SUFFIXES,
    VAGUE,
)

Read = Callable[[str], Decimal | None]


def check_mark(decimal: str) -> None:
    """Raise ValueError for a decimal mark that is neither "." nor ","."""
    if decimal not in NUMERAL:
        raise ValueError(f'decimal is "." or ",", not {decimal!r}')


PREFIX = re.compile(rf"({'|'.join(map(re.escape, sorted(PREFIXES, reverse=True)))}) ?(?<![a-z])(.+)")
BRACKETED = re.compile(r"\(([^()]+)\)|\[([^][]+)\]")
A_HEDGE_BEHIND = re.compile(rf"(?<=\S) ?[(\[]({HEDGES})[)\]]$")
MOST_WORDS = 4  # behind a figure, that may be the name of what is counted


def bounds(phrase: str, read: Read, step: Decimal, behind: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Read a tidy phrase as low, high and qualifier; `step` is the smallest difference there can be.

    `behind` is what to do about unknown words behind a figure; {} in it is the text without them.
    """
    if phrase in SILENT:
        return None, None, SILENT[phrase]
    if phrase in NOTHING:
        return Decimal(0), Decimal(0), "none"
    if least := VAGUE.get(phrase.removesuffix(" of")):
        return Decimal(least), None, "at least"
    hedge, rest = split_hedge(phrase)
    low, high = ends(rest, read, behind)
    if low != high and hedge not in ("", "about", "estimate"):
        raise Refused(
            f"“{hedge}” and a range contradict each other", "write the one or the other, as the source means it"
        )
    return interval(hedge, low, high, step)


def unbracketed(phrase: str) -> str:
    """Take the brackets off a hedge that stands behind a figure: "240 (approx.)" is "240 approx."."""
    return A_HEDGE_BEHIND.sub(r" \1", phrase)


def split_hedge(phrase: str) -> tuple[str, str]:
    """Split "at least 200" into its hedge and the rest; no hedge is ""."""
    if match := BRACKETED.fullmatch(ANOTHER.sub("", phrase)):  # SIPRI prints uncertain figures in parentheses
        return "estimate", (match[1] or match[2]).strip()
    for spelling, hedge in SUFFIXES.items():
        if phrase.endswith(spelling):
            return hedge, phrase.removesuffix(spelling).strip(" ,")
    if match := PREFIX.fullmatch(phrase):
        return PREFIXES[match[1]], match[2]
    return "", phrase


def interval(hedge: str, low: Decimal, high: Decimal, step: Decimal) -> tuple[Decimal, Decimal | None, str]:
    """Give what the hedge makes of low..high."""
    plain = "range" if low != high else "exact" if low else "none"
    below, above = max(low - rounding(low, step), Decimal(0)), high + rounding(high, step)
    if hedge in ("nearly", "less than") and not high:
        raise Refused("nothing is less than none", "write 0 if the source says none")
    return {
        "": (low, high, plain),
        "exactly": (low, high, plain),
        "estimate": (low, high, "estimate"),
        "about": (below, above, "about" if low == high else "range"),
        "nearly": (below, high - step, "about"),
        "more than": (low + step, None, "at least"),
        "at least": (low, None, "at least"),
        "at most": (Decimal(0), high, "at most"),
        "less than": (Decimal(0), high - step, "at most"),
    }[hedge]


def rounding(value: Decimal, step: Decimal) -> Decimal:
    """Give half the unit of the last non-zero digit, at least one step: 50 for 200, 5 for 240, 1 for 12."""
    return max(Decimal(5).scaleb(value.normalize().as_tuple().exponent - 1), step)


# ---- ranges: "200-250", "between two and three hundred"


def ends(phrase: str, read: Read, behind: str) -> tuple[Decimal, Decimal]:
    """Read a figure, or a range that can be cut in one way only, as its two ends."""
    if (value := read(phrase)) is not None:
        return value, value
    found = {pair for left, right in cuts(phrase) if (pair := pair_of(left, right, read))}
    if len(found) != 1:
        raise why_not(phrase, read, behind)
    return found.pop()


def cuts(phrase: str) -> Iterator[tuple[str, str]]:
    """Give every way to cut the phrase in two at a word or dash that joins a range."""
    for opening, joint in JOINTS:
        pieces = phrase.removeprefix(opening).split(joint) if phrase.startswith(opening) else []
        for at in range(1, len(pieces)):
            yield joint.join(pieces[:at]).strip(), joint.join(pieces[at:]).strip()


def pair_of(left: str, right: str, read: Read) -> tuple[Decimal, Decimal] | None:
    """Read both ends, None if either is no figure; "10-15 thousand" lends its scale to the 10."""
    high = read(right)
    for scale in shared_scales(right) if high is not None else ():
        shared = read(f"{left} {scale}")
        if shared is not None and shared < high:
            return shared, high
    low = None if high is None else read(left)
    if low is None:
        return None
    if low > high:
        raise downwards(left, right)
    return low, high


def shared_scales(phrase: str) -> Iterator[str]:
    """Give the scales at the end of a phrase, all of them first: "hundred thousand", "thousand"."""
    words = phrase.split()
    first = len(words)
    while first and words[first - 1] in SCALES:
        first -= 1
    for place in range(first, len(words)):
        yield " ".join(words[place:])


def downwards(left: str, right: str) -> Refused:
    """Name a range whose ends are swapped, or whose second end is written short: 200-50 for 200-250."""
    reason, joined = "the range runs downwards", f"{left}-{right}"
    short = left[: -len(right)] + right
    if len(right) < len(left):
        instead = (joined, f"{left}-{short}"), (joined, f"{right}-{left}")
        return Refused(reason, "write {} if that is meant, {} if the ends are swapped", *instead)
    return Refused(reason, "write {} if the ends are swapped", (joined, f"{right}-{left}"))


def why_not(phrase: str, read: Read, behind: str) -> Refused:
    """Name the likeliest reason why a phrase is no figure."""
    likely = phrase.translate(str.maketrans("oil", "011"))
    if likely.isdigit() and any(c.isdigit() for c in phrase):
        reason = "it has letters that look like digits"
        return Refused(reason, "write {} if the source has these digits", (phrase, likely))
    if re.fullmatch(rf"\d[\d ,.'_]*(?: (?:{'|'.join(SCALES)}))?", phrase):
        return Refused("its marks do not group the digits by three", "check the figure and its decimal mark")
    if words := named_behind(phrase, read):
        without = ((f" {words}", ""),) if "{}" in behind else ()
        return Refused(f"“{words}” is not a unit of the grammar", behind, *without)
    return Refused("it is not in the grammar", "")


def named_behind(phrase: str, read: Read) -> str:
    """The words behind a figure or range that may name what is counted: no number, scale, hedge or joint."""
    words = phrase.split(" ")
    for count in range(1, min(MOST_WORDS, len(words) - 1) + 1):
        head, tail = " ".join(words[:-count]), words[-count:]
        if BINDING & set(tail) or not re.fullmatch(r"[a-z][a-z' -]*", " ".join(tail)):
            return ""
        if head not in ("a", "an") and is_figure(head, read):
            return " ".join(tail)
    return ""


def is_figure(phrase: str, read: Read) -> bool:
    """Whether a phrase is a figure or a range."""
    try:
        return read(phrase) is not None or any(pair_of(left, right, read) for left, right in cuts(phrase))
    except Refused:
        return False


# ---- numbers: "1,200", "1.5 million", "one hundred and thirty-six", "240 (two hundred and forty)"

NUMERAL = {  # by decimal mark: plain digits, groups of three, groups as in 1,00,000; then the fraction
    ".": re.compile(r"(\d+|[1-9]\d{0,2}([ ',_])\d{3}(?:\2\d{3})*|[1-9]\d?(?:,\d\d)+,\d{3})(?:\.(\d+))?"),
    ",": re.compile(r"(\d+|[1-9]\d{0,2}([ '._])\d{3}(?:\2\d{3})*)(?:,(\d+))?"),
}
EITHER_WAY = {mark: re.compile(rf"[1-9]\d{{0,2}}(?:[{mark}]\d{{3}})+") for mark in NUMERAL}
TWICE = re.compile(r"(.*[^ ]) ?\(([^()]+)\)")
ANOTHER = re.compile(r"^(?:another|(?:a )?further|(?:an )?additional) | more$")


def figure(phrase: str, decimal: str, places: int = 0) -> Decimal | None:
    """Read one number with at most `places` decimals; None if it is not one; refuse what nearly is."""
    if match := TWICE.fullmatch(phrase):
        first, second = (figure(part, decimal, places) for part in match.groups())
        if None not in (first, second) and first != second:
            raise Refused(f"its two figures differ, {first:f} and {second:f}", "check the source")
        return None if second is None else first
    phrase = ANOTHER.sub("", phrase)
    value = IDIOMS.get(phrase.removesuffix(" of"), numeral(phrase, decimal))
    if value is None and (value := spelled(phrase)) is None:
        value = scaled(phrase, decimal)
    elif places == 0 and decimal in phrase and value == int(value):
        raise Refused("a spreadsheet wrote it as a decimal", "write {}", (phrase, str(int(value))))
    return None if value is None else fitting(Decimal(value), places)


def fitting(value: Decimal, places: int) -> Decimal:
    """Pass a number on unless it is too large or too finely divided."""
    if value > LARGEST:
        raise Refused("it is larger than any figure here", "check the figure")
    if value.scaleb(places) % 1:
        raise Refused(
            "it is not a whole number" if not places else "it has parts of a cent", "check it against the source"
        )
    return Decimal(int(value)) if value == int(value) else value


def numeral(phrase: str, decimal: str) -> Decimal | None:
    """Read digits, grouped by three (or as in 1,00,000) or not at all."""
    if EITHER_WAY[decimal].fullmatch(phrase):
        here, other = ("full stop", "comma") if decimal == "." else ("comma", "full stop")
        meant = f"if the {here} parts thousands here, write {{}}, or set decimal to a {other} for this source"
        raise Refused("it needs to know its decimal mark", meant, (phrase, phrase.replace(decimal, "")))
    if not (match := NUMERAL[decimal].fullmatch(phrase)):
        return None
    digits, fraction = re.sub(r"\D", "", match[1]), match[3] or ""
    if len(digits + fraction) > 18:
        raise Refused("it has more digits than any count", "check the figure")
    if len(digits) > 1 and digits.startswith("0"):
        raise Refused(
            "a leading zero looks like an identifier", "write {} if it is a count", (phrase, str(int(digits)))
        )
    return Decimal(f"{digits}.{fraction}")


def scaled(phrase: str, decimal: str) -> Decimal | None:
    """Read "1.5 thousand", "two dozen", "a billion"; smaller scales in words are spelled()."""
    head, _, scale = phrase.rpartition(" ")
    value = 1 if head == "a" else numeral(head, decimal)
    if value is None and scale not in ("million", "thousand", "hundred"):
        value = spelled(head)
    return None if value is None or scale not in SCALES else Decimal(value) * SCALES[scale]


def spelled(phrase: str) -> int | None:
    """Read a number in English words below a billion: "two hundred forty", "twelve hundred"."""
    if phrase in BELOW_100:
        return BELOW_100[phrase]
    for word, most in (("million", 1000), ("thousand", 1000), ("hundred", 100)):
        head, found, tail = (part.strip() for part in f" {phrase} ".partition(f" {word} "))
        if found:
            times = 1 if head == "a" else spelled(head)
            rest = spelled(tail.removeprefix("and ")) if tail else 0
            fits = times and rest is not None and times < most and rest < SCALES[word] and (rest or not tail)
            return times * SCALES[word] + rest if fits else None
    return None
