"""Cells of Dutch transit licences that stand under a neighbour's name → put back, where there is one way only."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from analysis.cells import Problem
from analysis.registers.dutch_places import day_of, is_place

FIELDS = ("date", "consent", "count", "goods", "origin", "destination", "ad hoc", "status", "transport", "exit")
TRANSPORT = re.compile(
    r"(?=.*\w)(?:(?:zee|binnen|vracht|bestel)?(?:schip|vaart|boot|auto|vliegtuig|wagen|trein)s?|feeder|helikopter|rail|spoor|truck"
    r"|dieplader|\W)+",
    re.IGNORECASE,
)
TOLD = frozenset(FIELDS) - {"consent", "count", "goods"}  # no line is shifted in these alone
KINDS = (  # the first that fits
    ("date", day_of),
    ("ad hoc", re.compile("[JN]").fullmatch),
    ("status", re.compile(r"VP|AN|VP ?/ ?AN").fullmatch),
    ("transport", TRANSPORT.fullmatch),
    ("place", is_place),
)
FITS = {
    "date": {"date", ""},
    "consent": {""},
    "count": {""},
    "goods": {"", "transport"},
    "origin": {"", "place"},
    "destination": {"", "place"},
    "ad hoc": {"", "ad hoc"},
    "status": {"", "status"},
    "transport": {"", "transport"},
    "exit": {"", "place"},  # Luxemburg is a place of exit as well as a state
}


class Line(NamedTuple):
    """The cells of a line by FIELDS, each in its place, and what was moved: "" for nothing, a Problem where unclear."""

    cells: tuple[str, ...]
    moved: str | Problem


def put_back(lines: Iterable[tuple[str, ...]]) -> list[Line]:
    """Each line with its cells where they belong.

    A line is moved only where a cell is of a kind that another column has; by taking out one empty cell and putting it
    in elsewhere, so that all between move by one; and only where this gives one line in which every cell fits.
    """
    kinds = Kinds()
    return [_line(cells, kinds) for cells in lines]


class Kinds(dict[str, str]):
    """Kind of each text that was asked for."""

    def __missing__(self, text: str) -> str:
        self[text] = next((kind for kind, fits in KINDS if fits(text)), "")
        return self[text]


def _line(cells: tuple[str, ...], kinds: Kinds) -> Line:
    wrong = _misfits(cells, kinds, TOLD)
    if not wrong:
        return Line(cells, "")
    ways = {way for way in _ways(cells) if not _misfits(way, kinds) and kinds[way[4]] == kinds[way[5]] == "place"}
    if len(ways) == 1:
        (way,) = ways
        places = zip(FIELDS, way, cells, strict=True)
        moved = ", ".join(f"{text!r} ({field})" for field, text, before in places if text and text != before)
        return Line(way, f"put back in its column: {moved}")
    field, text = wrong[0]
    reason = f"cannot stand in the column of the {field}: columns are shifted, or the cell is wrong"
    return Line(cells, Problem(field, text, reason, "put each cell of the line under its own name"))


def _misfits(cells: tuple[str, ...], kinds: Kinds, fields: Collection[str] = FIELDS) -> list[tuple[str, str]]:
    pairs = zip(FIELDS, cells, strict=True)
    return [(field, text) for field, text in pairs if field in fields and kinds[text] not in FITS[field]]


def _ways(cells: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The line with one of its empty cells in another place."""
    for place, text in enumerate(cells):
        if text:
            continue
        rest = cells[:place] + cells[place + 1 :]
        for other in range(len(cells)):
            if other != place:
                yield (*rest[:other], "", *rest[other:])
