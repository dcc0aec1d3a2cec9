"""Counts inside a description, such as "77 Leopard 2 A5, 14 Leopard 2 A 4" → parts of a line, where they add up.

Read in this order: line breaks and semicolons part the text; or commas, "and", "+" do as well, with line breaks taken
for blanks (texts are wrapped) or not. The first way in which every piece has a count, and the counts add up to the
line's own, is taken; where none does, the line stays whole. A piece has its count in front ("5 x Vehicle", "un (1)
Piranha"), or behind ("BM-21 – 3 pcs.", "M577 (145)"). A calibre, a weight and a year are no counts; only where a
number that may be a year makes the parts add up is it one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Part(NamedTuple):
    """One count of a description: what it counts, how many, and the figure as printed."""

    designation: str
    count: int
    printed: str


NUMBER = r"(?P<count>\d{1,3}(?:,\d{3})+|\d+)"
COUNTED = r"(?:pcs|pieces?|pc|nos|units?|ea|items?|sets?|systems?)\b\.?"
MEASURE = r"(?:mm|cm|km|kg|in|inch(?:es)?|tons?|tonnes?|calib(?:re|er)|cal|mortar mm)\b|[mt]\b(?![- ]?\d)|[\"”″x×]"
WEAPON = r"(?P<what>[^\W\d_].*)"
CALIBRE = r"(?P<what>(?:[^\W\d_]|\d+(?:[.,]\d+)? ?mm\b).*)"
FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{NUMBER} ?[x×*] {CALIBRE}",  # 5 x Vehicle; 4 x 4 is no count of fours
        rf"[^\W\d_]+ \({NUMBER}\) (?P<what>.+)",  # cuatro (4) Piranha
        rf"{NUMBER} {COUNTED}(?: of)? {CALIBRE}",  # 12 pcs. of 82 mm mortar
        rf"{NUMBER}(?: ?[-–—]+)? (?!{MEASURE}){WEAPON}",  # 77 Leopard 2 A5; 9 - Corvette
        rf"(?P<what>.+?)(?: ?[-–—:,=]| )? ?{NUMBER} {COUNTED}(?P<rest>.*)",  # BM-21 – 3 pcs for collectors
        rf"(?P<what>.+?) ?[(\[]{NUMBER}(?: {COUNTED})?[)\]]",  # M577 (145)
        rf"(?P<what>.+?)(?: ?[:=]| [-–—x×]) ?{NUMBER}",  # T-72: 12
    )
)
EXPLICIT = FORMS[:3] + FORMS[4:6]  # nobody writes these but for a count
JOINTS = r",\s+|,(?!\d)|\s[+&/]\s|\s(?:and|und|et|y|e)\s"
WAYS = ((r"[\n;]", False), (rf"[\n;]|{JOINTS}", False), (r";", True), (rf";|{JOINTS}", True))
YEARS = range(1900, 2100)
LONGEST = 300  # characters of a piece with a count; of longer ones every pattern would be tried at every place


def split(description: str, whole: int | None) -> list[Part]:
    """The parts of a line of `whole` items, two or more that add up to it; [] where it has none, or stays whole."""
    for parts in _readings(description):
        if len(parts) > 1 and sum(part.count for part in parts) == whole:
            return parts
    return []


def disagreement(description: str, whole: int | None) -> int | None:
    """What the counts of a description add up to, where they look like sub-counts and are not those of the line."""
    for parts in _readings(description):
        plain = [part for part in parts if part.count not in YEARS]
        if len(plain) == len(parts) and (len(parts) > 1 or _explicit(description)):
            total = sum(part.count for part in parts)
            return None if total == whole else total
    return None


def alone(description: str, whole: int | None) -> str:
    """What a description names once a count in front or behind, the same as the line's, is taken off."""
    text = _tidy(description, folded=True)
    part = _part(text)
    return part.designation if part and part.count == whole else text


def _readings(description: str) -> Iterator[list[Part]]:
    """Every way in which all pieces of a description have a count."""
    for joints, folded in WAYS:
        pieces = [piece.strip(" .") for piece in re.split(joints, _tidy(description, folded)) if piece.strip(" .")]
        parts = [_part(piece) for piece in pieces]
        if parts and None not in parts:
            yield parts


def _tidy(text: str, folded: bool) -> str:
    """One kind of blank, none at the ends of lines; folded: line breaks are blanks."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return (" " if folded else "\n").join(filter(None, lines))


def _part(piece: str) -> Part | None:
    for form in FORMS if len(piece) <= LONGEST else ():
        if match := form.fullmatch(piece):
            found = match.groupdict("")
            what = f"{found['what'].strip(' ,-–—:=')} {found.get('rest', '').strip(' .')}".strip()
            digits = found["count"].replace(",", "")
            count = int(digits) if len(digits) < 19 else 0  # a number of a series, as long as any
            return Part(what, count, found["count"]) if what and count else None
    return None


def _explicit(description: str) -> bool:
    text = _tidy(description, folded=True).strip(" .")
    return len(text) <= LONGEST and any(form.fullmatch(text) for form in EXPLICIT)
