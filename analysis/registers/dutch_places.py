"""Dates, states and status of Dutch transit licences → what they mean; what is no transit has a reason."""

import re
from datetime import date
from typing import NamedTuple

from analysis.names import Unresolved, known_party, resolve_party

MONTHS = {"jan": 1, "feb": 2, "mrt": 3, "maa": 3, "apr": 4, "mei": 5, "jun": 6}
MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "okt": 10, "nov": 11, "dec": 12}
NAMED = re.compile(r"[ -]([a-z]{3})[a-z]*\.?[ -]", re.IGNORECASE)
MIDNIGHT = r"(?: 0?0:00(?::00)?)?"  # spreadsheets add it
DAY = re.compile(rf"(?:(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|[0-2]\d)|(\d{{4}})-(\d{{2}})-(\d{{2}})){MIDNIGHT}")
ROUND_TRIP = re.compile(r"(?<![\s,(])[\s,(]*\b(?:v\.? ?v\b\.?|vice versa|retour|en terug)\)?\s*$", re.IGNORECASE)
ROUND = "“v.v.” is a round trip: the goods come back, and nothing is transferred"
WAY = re.compile(r",? +via +", re.IGNORECASE)
JOINTS = re.compile(r" *(?:[,;/+&]|\ben\b|\bof\b) *")
NO_TRANSIT = (  # of the column VP/AN (vooraankondiging, announced beforehand; AN: the sender desisted)
    (r"\bAN\b", "the transit was called off (AN): nothing passed", "leave it out"),
    (r"afgew", "the transit was refused (afgewezen)", "leave it out"),
    (r"retour", "the goods were sent back (retour)", "leave it out; if they went on after all, empty the cell"),
    (
        r"\bVP\b",
        "it is only the announcement of a transit (VP), which may not have followed",
        "look for the consent that followed; if there was one under this number, empty the cell",
    ),
)


class Place(NamedTuple):
    """A state of origin or destination, and what the goods went through, as printed."""

    code: str
    via: str


def year_of(text: str) -> int:
    """Year of a day as printed, month/day/year or day/month/year: the year is the same. Raises Unresolved.

    Of two figures, 00 to 29, it is one of 2000 to 2029, and stands last: "31-12-09" is of 2009.
    """
    if match := day_of(text):
        first, second, year = (int(part) for part in (match[1] or match[6], match[2] or match[5], match[3] or match[4]))
        year += 2000 if year < 100 else 0
        if 1900 <= year <= 2100 and (_day(year, first, second) or _day(year, second, first)):
            return year
    raise Unresolved(text, "is not a day", "write month/day/year with four figures for the year, as in 01/31/2005")


def day_of(text: str) -> re.Match | None:
    """The figures of a day as printed, a month that is named in Dutch by its number; None where it is no day."""
    return DAY.fullmatch(NAMED.sub(lambda name: f"/{MONTHS.get(name[1].casefold(), 0)}/", text))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def one_way(goods: str) -> str:
    """Goods as printed. Raises Unresolved where "v.v." stands behind them, and not behind the destination."""
    if re.search(r"\bv\. ?v\b", goods, re.IGNORECASE):
        raise Unresolved(goods, ROUND, "leave it out; if they stayed there, write the goods alone")
    return goods


def place(text: str) -> Place:
    """The one state of a cell, with what follows "via". Raises Unresolved for a round trip, or more than one state."""
    if ROUND_TRIP.search(text):
        raise Unresolved(text, ROUND, "leave it out; if they stayed there, write the state alone")
    state, *way = WAY.split(text)
    if code(state) == "NLD":
        reason = "a transit neither starts nor ends in the Netherlands"
        raise Unresolved(text, reason, "check the cell; if it is right, leave the line out")
    if code(state):
        return Place(code(state), "; ".join(way))
    states = [part for part in JOINTS.split(state) if part]
    if len(states) > 1 and all(map(code, states)):
        reason = "names several states, and one movement cannot be given to one of them"
        raise Unresolved(text, reason, "write a line for each state with its own count")
    return Place(resolve_party(state, register="nl"), "; ".join(way))


def code(text: str) -> str:
    """Code of a state, "" where the text is none."""
    return known_party(text, register="nl") if text else ""


def is_place(text: str) -> bool:
    """Whether a cell names states and nothing else, however many, there and back or not."""
    if not text or re.search(r"\d", text):
        return False
    state = WAY.split(ROUND_TRIP.sub("", text))[0]
    return bool(code(state)) or all(code(part) for part in JOINTS.split(state))


def status(text: str) -> str:
    """Nothing, where the column VP/AN is empty. Raises Unresolved with what it says otherwise."""
    for form, reason, suggestion in NO_TRANSIT:
        if re.search(form, text, re.IGNORECASE):
            raise Unresolved(text, reason, suggestion)
    if text:
        raise Unresolved(
            text, "is not known in the column VP/AN", "empty the cell if the goods passed, else leave it out"
        )
    return text
