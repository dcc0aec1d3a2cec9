"""The grammar of printed figures that counts, money and dates share.

Whatever it does not know is refused with a reason and, where there is an obvious one, a suggestion; nothing is
guessed. Read from the top: the words, refusals, hedges, ranges, numbers, characters.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from analysis.intervals import LARGEST


def listed(table: dict[str, str]) -> dict[str, str]:
    """Turn rows of meaning -> "spelling|spelling" round: spelling -> meaning."""
    return {spelling: meaning for meaning, row in table.items() for spelling in row.split("|")}


SILENT = listed(
    {
        "undisclosed": "classified|confidential|n.d.|not declared|not disclosed|redacted|secret|undisclosed|withheld",
        "unknown": "|-|..|...|?|n/a|na|unknown|not known|not available|not reported|not specified|unspecified"
        "|some|many",
    }
)
NOTHING = ("nil", "none", "no")
VAGUE = {  # the least that the plural can mean: two of them
    "several": 2, "a few": 2, "multiple": 2, "a number": 2,
    "tens": 20, "dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000,
    "tens of thousands": 20_000, "hundreds of thousands": 200_000,
    "several dozen": 24, "several hundred": 200, "several thousand": 2000,
    "a few dozen": 24, "a few hundred": 200, "a few thousand": 2000,
}  # fmt: skip
PREFIXES = listed(
    {
        "about": "about|around|approximately|approx.|approx|some|roughly|~|c.|ca.|ca|circa",
        "nearly": "nearly|almost",
        "more than": "over|more than|above|upwards of|exceeding|in excess of|>",
        "at least": "at least|no fewer than|no less than|not fewer than|not less than|a minimum of|>=",
        "at most": "at most|up to|no more than|not more than|a maximum of|as many as|<=",
        "less than": "fewer than|less than|under|below|<",
        "estimate": "an estimated|estimated|est.|est",
    }
)
SUFFIXES = listed({"about": " or so", "at least": " or more|+", "at most": " or fewer|or less", "estimate": "?"})
JOINTS = (("between ", " and "), ("from ", " to "), ("", " to "), ("", " or "), ("", "-"))
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
BELOW_100 = {word: value for value, word in enumerate(ONES.split())} | {
    f"{ten}{joint}{one}".rstrip(" -"): 10 * tens + ones
    for tens, ten in enumerate(TENS.split(), 2)
    for ones, one in enumerate(["", *ONES.split()[1:10]])
    for joint in " -"
}
SCALES = {"billion": 10**9, "million": 10**6, "thousand": 1000, "hundred": 100, "dozen": 12}
IDIOMS = {"a": 1, "an": 1, "a single": 1, "a pair": 2, "a couple": 2, "half a dozen": 6, "dozen": 12}
MONTHS = "january february march april may june july august september october november december"
MONTH = {spelling: n for n, name in enumerate(MONTHS.split(), 1) for spelling in (name, name[:3], name[:3] + ".")}
MONTH |= {"sept": 9, "sept.": 9}
A_MONTH = "|".join(map(re.escape, MONTH))
SPACES = dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " ")
DASHES = dict.fromkeys("‐‑‒–—―−", "-")
VARIANTS = SPACES | DASHES | {"’": "'", "‘": "'", "…": "...", "≥": ">=", "≤": "<=", "×": "x"}
ALPHABET = set(map(chr, range(0x20, 0x7F))) | set("€£¥₽₴ł")
# What a text looks like when it is not a number at all: pattern, reason, suggestion (\1 = the first group).
NO_NUMBERS = (
    (r"^[#=]", "it is a spreadsheet's error or formula", "write the figure that the source prints"),
    (r"^(?:nan|null|inf|infinity|-inf)$",
     "it is a program's word, not a source's", "leave it empty if unknown"),
    (r"^[(~]?[-] ?\d", "it is negative", "check the source: a dash may have been a range or a bullet"),
    (r"^0x", "it is a hexadecimal number", "write it in decimal digits"),
    (r"\de[+-]?\d", "it is a spreadsheet's scientific notation", "write all its digits"),
    (rf"(?<![a-z])(?:{A_MONTH})(?![a-z])", "it is a date", "move it to the date or year column"),
    (r"\b\d{1,4}([-/.])\d{1,2}\1\d{1,4}\b", "it is a date", "move it to the date or year column"),
    (r"\d ?/ ?\d", "it is a fraction, a date or two figures", "write one whole figure"),
    (r"%|\bper ?cent", "it is a share", "write the figure that it is a share of, or leave it empty"),
    (r"\d ?x ?\d", "it multiplies two figures", "if these are lots, give each lot its own row"),
    (r"^(?!between ).*\d ?(?:and|plus|\+|&) ?\d", "it adds two figures", "give each lot its own row"),
    (r"(\w+)-odd\b", "“odd” does not say how many more", r"if the source means so, write “at least \1”"),
)  # fmt: skip


class Unreadable(ValueError):
    """A printed text that the grammar refuses, the reason why, and what a person can write instead."""

    def __init__(self, text: str, kind: str, reason: str, suggestion: str = "") -> None:
        self.text, self.kind, self.reason, self.suggestion = text, kind, reason, suggestion

    def __str__(self) -> str:
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.text[:80])
        advice = f"; {self.suggestion}" if self.suggestion else ""
        return f'cannot read "{shown}" as {self.kind}: {self.reason}{advice}'


class Refused(Exception):
    """Inside the grammar: a reason and a suggestion, before the whole text is known."""


Read = Callable[[str], Decimal | None]


def check_mark(decimal: str) -> None:
    """Raise ValueError for a decimal mark that is neither "." nor ","."""
    if decimal not in NUMERAL:
        raise ValueError(f'decimal is "." or ",", not {decimal!r}')


@contextmanager
def reading(text: str, kind: str) -> Iterator[None]:
    """Tell a refusal with the whole text it is about."""
    try:
        yield
    except Refused as refusal:
        raise Unreadable(text, kind, *refusal.args) from None


def refuse(phrase: str, table: tuple[tuple[str, str, str], ...]) -> None:
    """Raise the reason of the first row whose pattern the phrase shows."""
    for pattern, reason, suggestion in table:
        if match := re.search(pattern, phrase):
            raise Refused(reason, match.expand(suggestion))


PREFIX = re.compile(rf"({'|'.join(map(re.escape, sorted(PREFIXES, reverse=True)))}) ?(?<![a-z])(.+)")
BRACKETED = re.compile(r"\(([^()]+)\)|\[([^][]+)\]")


def bounds(phrase: str, read: Read, step: Decimal) -> tuple[Decimal | None, Decimal | None, str]:
    """Read a tidy phrase as low, high and qualifier; `step` is the smallest difference there can be."""
    if phrase in SILENT:
        return None, None, SILENT[phrase]
    if phrase in NOTHING:
        return Decimal(0), Decimal(0), "none"
    if least := VAGUE.get(phrase.removesuffix(" of")):
        return Decimal(least), None, "at least"
    hedge, rest = split_hedge(phrase)
    low, high = ends(rest, read)
    if low != high and hedge not in ("", "about", "estimate"):
        raise Refused(f"“{hedge}” and a range contradict each other", "write the one or the other")
    return interval(hedge, low, high, step)


def split_hedge(phrase: str) -> tuple[str, str]:
    """Split "at least 200" into its hedge and the rest; no hedge is ""."""
    if match := BRACKETED.fullmatch(ANOTHER.sub("", phrase)):  # SIPRI prints uncertain figures in parentheses
        return "estimate", (match[1] or match[2]).strip()
    for spelling, hedge in SUFFIXES.items():
        if phrase.endswith(spelling):
            return hedge, phrase.removesuffix(spelling).strip()
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


def ends(phrase: str, read: Read) -> tuple[Decimal, Decimal]:
    """Read a figure, or a range that can be cut in one way only, as its two ends."""
    if (value := read(phrase)) is not None:
        return value, value
    found = {pair for left, right in cuts(phrase) if (pair := pair_of(left, right, read))}
    if len(found) != 1:
        raise Refused(*why_not(phrase))
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
        short = left[: -len(right)] + right
        meant = f"write {left}-{short} if that is meant" if len(right) < len(left) else f"write {right}-{left}"
        raise Refused("the range runs downwards", meant)
    return low, high


def shared_scales(phrase: str) -> Iterator[str]:
    """Give the scales at the end of a phrase, all of them first: "hundred thousand", "thousand"."""
    words = phrase.split()
    first = len(words)
    while first and words[first - 1] in SCALES:
        first -= 1
    for place in range(first, len(words)):
        yield " ".join(words[place:])


def why_not(phrase: str) -> tuple[str, str]:
    """Name the likeliest reason why a phrase is no figure."""
    likely = phrase.translate(str.maketrans("oil", "011"))
    if likely.isdigit() and any(c.isdigit() for c in phrase):
        return "it has letters that look like digits", f"write {likely}"
    if re.fullmatch(rf"\d[\d ,.'_]*(?: (?:{'|'.join(SCALES)}))?", phrase):
        return "its marks do not group the digits by three", "check the figure and its decimal mark"
    if match := re.fullmatch(r"[\d ,.']+ ([a-z][a-z -]*)", phrase):
        return (
            f"“{match[1]}” is not a unit of the grammar",
            "write the figure alone, the unit in its column",
        )
    return "it is not in the grammar", "write a figure such as 240, or leave it empty if unknown"


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
        raise Refused("a spreadsheet wrote it as a decimal", f"write {int(value)}")
    return None if value is None else fitting(Decimal(value), places)


def fitting(value: Decimal, places: int) -> Decimal:
    """Pass a number on unless it is too large or too finely divided."""
    if value > LARGEST:
        raise Refused("it is larger than any figure here", "check the figure")
    if value.scaleb(places) % 1:
        raise Refused("it is not a whole number" if not places else "it has parts of a cent", "check it")
    return Decimal(int(value)) if value == int(value) else value


def numeral(phrase: str, decimal: str) -> Decimal | None:
    """Read digits, grouped by three (or as in 1,00,000) or not at all."""
    if EITHER_WAY[decimal].fullmatch(phrase):
        bare, other = phrase.replace(decimal, ""), "," if decimal == "." else "."
        meant = f"write {bare}, or set decimal to “{other}”, if “{decimal}” separates thousands here"
        raise Refused("it needs to know its decimal mark", meant)
    if not (match := NUMERAL[decimal].fullmatch(phrase)):
        return None
    digits, fraction = re.sub(r"\D", "", match[1]), match[3] or ""
    if len(digits + fraction) > 18:
        raise Refused("it has more digits than any count", "check the figure")
    if len(digits) > 1 and digits.startswith("0"):
        raise Refused("a leading zero looks like an identifier", f"write {int(digits)} if it is a count")
    return Decimal(f"{digits}.{fraction}")


def scaled(phrase: str, decimal: str) -> Decimal | None:
    """Read "1.5 thousand", "two dozen", "a billion"; smaller scales in words are spelled()."""
    head, _, scale = phrase.rpartition(" ")
    value = 1 if head == "a" else numeral(head, decimal)
    if value is None and scale in ("dozen", "billion"):
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


# ---- characters


def tidy(text: str) -> str:
    """Give lower case with one kind of blank, dash and apostrophe; refuse every unknown character by name."""
    text = text.strip()
    if len(text) > 200:
        raise Refused("it is longer than 200 characters", "put prose in the note")
    wide = (unicodedata.normalize("NFKC", c) if unicodedata.decomposition(c).startswith("<wide>") else c for c in text)
    folded = "".join(VARIANTS.get(c, c) for c in wide)
    for c in folded:
        if c not in ALPHABET:
            raise Refused(*stranger(c, folded))
    return re.sub(r"(?<!\d) +| +(?!\d)", " ", folded.lower())


def stranger(c: str, text: str) -> tuple[str, str]:
    """Name a character that no figure is printed with, and suggest the digits of other scripts."""
    reason = f"it contains {unicodedata.name(c, f'the control character U+{ord(c):04X}')}"
    plain = "".join(str(unicodedata.decimal(d, d)) for d in text)
    if c.isdecimal() and ALPHABET.issuperset(plain):
        return reason, f"write {plain}"
    return reason, "type the text afresh in plain letters and digits"
