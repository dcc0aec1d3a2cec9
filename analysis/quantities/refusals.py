"""What is said of a printed text that cannot be read: the reason, and what to do about it.

What stands in “ ” within a suggestion is to be typed into the cell in place of its text, and is read there: one that
would be refused as well is never offered.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

SPACES = dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " ")
DASHES = dict.fromkeys("‐‑‒–—―−", "-")
VARIANTS = SPACES | DASHES | {"’": "'", "‘": "'", "…": "...", "≥": ">=", "≤": "<=", "×": "x", "≈": "~", "≅": "~"}
ALPHABET = set(map(chr, range(0x20, 0x7F))) | set("€£¥₽₴₹₺₩₪ł")
HALVES = {n / d: text for n, d, text in ((1, 2, ".5"), (1, 4, ".25"), (3, 4, ".75"), (1, 8, ".125"))}
AFRESH = "type the text afresh in plain letters and digits, or as the figure or date that it means"
ANYTHING = None  # stands for the whole text, where a replacement is not for a part of it
Replacement = tuple[str | None, str]  # what stands there (ANYTHING: the whole text), and what to write instead


class Unreadable(ValueError):
    """A printed text that the grammar refuses, the reason why, and what a person can write instead."""

    def __init__(self, text: str, kind: str, reason: str, suggestion: str = "") -> None:
        self.text, self.kind, self.reason, self.suggestion = text, kind, reason, suggestion

    def __str__(self) -> str:
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.text[:80])
        advice = f"; {self.suggestion}" if self.suggestion else ""
        return f'cannot read "{shown}" as {self.kind}: {self.reason}{advice}'


class Refused(Exception):
    """Inside the grammar: a reason and a suggestion, before the whole text is known.

    Each {} of the suggestion stands for the whole text with one replacement made, so that no hedge around it is lost.
    """

    def __init__(self, reason: str, suggestion: str, *replacements: Replacement) -> None:
        super().__init__(reason, suggestion, *replacements)
        self.reason, self.suggestion, self.replacements = reason, suggestion, replacements


def read_whole(text: str, kind: str, read: Callable[[str], Any], otherwise: str) -> Any:
    """What `read` makes of the text. Raises Unreadable.

    The suggestion is `otherwise` where the grammar has none, or what it offers would be refused as well.
    """
    try:
        return read(text)
    except Refused as refusal:
        typed = [_rewritten(text, *replacement) for replacement in refusal.replacements]
        sound = refusal.suggestion and all(_accepted(words, read) for words in typed)
        suggestion = refusal.suggestion.format(*(f"“{words}”" for words in typed)) if sound else otherwise
        raise Unreadable(text, kind, refusal.reason, suggestion) from None


def refuse(phrase: str, *rows: tuple[str, ...]) -> None:
    """Raise the reason of the first row (pattern, reason, suggestion, replacements) whose pattern the phrase shows."""
    for pattern, reason, suggestion, *instead in rows:
        if match := re.search(pattern, phrase):
            raise Refused(reason, suggestion, *((match[0], match.expand(new)) for new in instead))


def _rewritten(text: str, old: str | None, new: str) -> str:
    """The whole text with a part replaced; as it was where it has no such part, and is refused again."""
    if old is ANYTHING:
        return new
    return " ".join(folded(text).lower().replace(old, new, 1).split())


def _accepted(text: str, read: Callable[[str], Any]) -> bool:
    try:
        read(text)
    except Refused:
        return False
    return True


# ---- characters


def tidy(text: str) -> str:
    """Give lower case with one kind of blank, dash and apostrophe; refuse every unknown character by name."""
    text = text.strip()
    if len(text) > 200:
        raise Refused("it is longer than 200 characters", "put prose in the note")
    plain = folded(text)
    for c in plain:
        if c not in ALPHABET:
            raise stranger(c, plain)
    return re.sub(r"(?<!\d) +| +(?!\d)", " ", plain.lower())


def folded(text: str) -> str:
    """The text with one kind of blank, dash and apostrophe, and no wide letters."""
    wide = (unicodedata.normalize("NFKC", c) if unicodedata.decomposition(c).startswith("<wide>") else c for c in text)
    return "".join(VARIANTS.get(c, c) for c in wide)


def stranger(c: str, text: str) -> Refused:
    """Name a character that no figure is printed with; suggest the digits of other scripts, and decimals for halves."""
    reason = f"it contains {unicodedata.name(c, f'the control character U+{ord(c):04X}')}"
    plain = "".join(HALVES.get(unicodedata.numeric(d, 0), str(unicodedata.decimal(d, d))) for d in text)
    if c.isnumeric() and ALPHABET.issuperset(plain):
        return Refused(reason, "write {}", (ANYTHING, plain))
    return Refused(reason, AFRESH)
