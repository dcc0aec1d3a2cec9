"""What a column is, and the columns that many tables share."""

from typing import NamedTuple


class Column(NamedTuple):
    """One column of a table."""

    name: str
    type: str
    meaning: str


def columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    """The columns of a table, from (name, type, meaning)."""
    return tuple(Column(*row) for row in rows)


def interval(name: str, meaning: str) -> tuple[tuple[str, str, str], ...]:
    """A count as low, best, high."""
    return (
        *limits(name, meaning)[:1],
        (f"{name}best", "number", f"{meaning}: best single figure, empty where nothing supports one"),
        *limits(name, meaning)[1:],
    )


def limits(name: str, meaning: str) -> tuple[tuple[str, str, str], ...]:
    """A count as low, high."""
    return (
        (f"{name}low", "count", f"{meaning}: least"),
        (f"{name}high", "count", f"{meaning}: most, empty = no upper limit known"),
    )


WHERE = (
    ("source_id", "text", "row of sources.csv"),
    ("locator", "text", "place within the source: 4 is its paragraph 4, p. 4 a page, row 4 a row"),
)

HELD = (
    ("party", "text", "party code"),
    ("item", "text", "item slug"),
    ("unit", "text", "unit of the counts"),
)
FLOW = (
    ("supplier", "text", "party code of the sender"),
    ("recipient", "text", "party code of the receiver"),
    ("item", "text", "item slug"),
    ("unit", "text", "unit of the counts"),
    ("year", "count", "calendar year, empty = not stated"),
)
STATEMENTS = ("statements", "text", "ids of the raw statements it rests on, blank between ids")
