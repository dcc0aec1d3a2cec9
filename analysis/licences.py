"""Permissions: a licence says what may move, not what did, so that its counts have units of their own.

Nothing adds up counts of two units. So what was licensed is never summed with what was delivered, in cases, registers
and Parquet alike, and whatever has the unit of a number at hand knows which of both it is.
"""

LICENCE = "licence"
KINDS = ("", "delivery", LICENCE)  # of a statement; one that says nothing tells of a delivery
MARK = "licensed "  # before the unit of what was licensed


def unit_of(unit: str, kind: str) -> str:
    """The unit of a statement's count: that of what it counts, marked where it is a licence."""
    return f"{MARK}{unit}" if kind == LICENCE else unit


def is_licensed(unit: str) -> bool:
    """Whether a unit is of what was licensed, not delivered."""
    return unit.startswith(MARK)


def plain_unit(unit: str) -> str:
    """The unit of what is counted, be it licensed or delivered."""
    return unit.removeprefix(MARK)
