"""Cells of SIPRI's registers → what they mean; what cannot be used has a reason."""

import re
from typing import NamedTuple

import pandas as pd

from analysis.names import Unresolved, known_item, known_party
from analysis.quantities import Quantity, parse_quantity, parse_year
from analysis.registers.rows import whole
from analysis.registers.slugs import slug

UNSURE = (
    r"(?:could|might|may) (?:also )?(?:be|have)|(?:is )?(?:uncertain|unclear|unknown|not certain|not known)|possibly"
)
DOUBTS = {
    "supplier uncertain": rf"\bsupplier (?:{UNSURE})|\buncertain supplier|^(?:possibly|probably|could be) from\b",
    "recipient uncertain": rf"\brecipient (?:{UNSURE})|\buncertain recipient",
    "delivery uncertain": rf"\bdeliver(?:y|ies) (?:{UNSURE})",
}
OTHER_LOT = re.compile(
    r"\bpart of\b|\bincl\b|\bmore\b|\bfor \d", re.IGNORECASE
)  # a clause on something else in the deal


class Years(NamedTuple):
    """Years of delivery: `year` is None where there is none or more than one, which `first` and `last` then bound."""

    year: int | None
    first: int | None
    last: int | None
    basis: str


def mark(text: str) -> str:
    """The mark of an estimate: "?" or nothing."""
    if text in ("", "?"):
        return text
    raise Unresolved(text, "stands where only “?” may", "check whether the columns are shifted")


def yes_no(text: str) -> str:
    """“Yes”, “No” or nothing, of which only the first makes a figure an estimate."""
    if text.casefold() in ("", "yes", "no"):
        return text
    raise Unresolved(text, "is neither Yes nor No nor empty", "check whether the columns are shifted")


def delivered(cell: tuple[str, str, str]) -> Quantity:
    """The count of (number delivered, mark of an estimate, years of delivery).

    Raises Unresolved where nothing was delivered, Unreadable for what is no count.
    """
    number, estimate, when = whole(cell[0]), cell[1], cell[2]
    if not when and number in ("", "0"):
        reason = "no delivery yet: it is an order, and no movement"
        raise Unresolved(number, reason, "leave it out, or read a later edition of the register")
    if number == "0":
        reason = "nothing was delivered, though a year of delivery is given"
        raise Unresolved(number, reason, "write the number that was delivered, or leave it empty if it is not known")
    return parse_quantity(f"{number}?" if number and estimate == "?" else number)


def years(text: str) -> Years:
    """Years of delivery as printed, "2007; 2008"; one in brackets or with a question mark is inferred.

    Raises Unreadable.
    """
    parts = [part for piece in text.split(";") for part in re.split(r"(?<=\d{4})\s*[-–]\s*(?=\d{4})", piece)]
    found = sorted(year for part in parts if (year := parse_year(whole(part.strip(" ?()")))) is not None)
    if not found:
        return Years(None, None, None, "")
    if found[0] != found[-1]:
        return Years(None, found[0], found[-1], "")
    return Years(found[0], found[0], found[0], "inferred" if re.search(r"[?(]", text) else "printed")


def item(designation: str, description: str) -> str:
    """Item slug: what designations.csv knows of both cells together, or of the designation; else the latter's slug."""
    noun = description.rpartition(" ")[2]
    for words in (f"{designation} {description}", f"{designation} {noun}", designation):
        known = known_item(words)
        if known and not (noun == "missile" and known.endswith("launcher")):  # the name of a system, of its missile
            return known
    if found := slug(designation):
        return found
    raise Unresolved(designation, "the weapon is not named", "write its designation")


def qualifier(count: Quantity, comments: str) -> str:
    """How the count is hedged, and whether supplier, recipient or delivery are."""
    clauses = _clauses(comments)
    doubts = [
        doubt for doubt, form in DOUBTS.items() if any(re.search(form, clause, re.IGNORECASE) for clause in clauses)
    ]
    hedge = "" if doubts and count.qualifier == "exact" else count.qualifier
    return "; ".join(filter(None, [hedge, *doubts]))


def via(comments: str, supplier: str, recipient: str) -> str:
    """What the comments say the goods came through, as printed, unless it is said of another lot or is either party."""
    found = []
    for clause in _clauses(comments):
        place = re.search(r"\bvia (?:and \w+ by )?([^()]+)", clause)  # such as: bought via and financed by
        if (
            place
            and not OTHER_LOT.search(clause)
            and not {_code(place[1].strip())} & {_code(supplier), _code(recipient)}
        ):
            found.append(place[1].partition(" from ")[0].strip())
    return "; ".join(found)


def remarks(notes: dict[str, pd.Series]) -> list[str]:
    """Per row, the notes that are not empty, each within its words."""
    texts = [[form.format(text) if text else "" for text in column] for form, column in notes.items()]
    return [" | ".join(filter(None, row)) for row in zip(*texts, strict=True)]


def _clauses(comments: str) -> list[str]:
    return [clause.strip() for clause in comments.split(";") if clause.strip()]


def _code(text: str) -> str:
    return known_party(text, register="sipri") or text
