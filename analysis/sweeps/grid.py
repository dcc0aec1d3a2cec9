"""A grid of parameters: its scenarios by number, in the order of the table they make."""

import math
from decimal import Decimal
from typing import NamedTuple

from analysis.rows import cell_text


class Grid(NamedTuple):
    """Every combination of `varied`, the first parameter slowest; all other parameters stay as `fixed` has them."""

    place: str
    name: str
    case: str
    fixed: dict[str, object]
    varied: dict[str, tuple]
    headlines: tuple[str, ...]


def size(grid: Grid) -> int:
    """How many scenarios there are."""
    return math.prod(len(values) for values in grid.varied.values())


def point(grid: Grid, number: int) -> dict[str, object]:
    """Every parameter of one scenario, the varied ones first. Scenarios are numbered from 1, the last one fastest."""
    rest, chosen = number - 1, {}
    for name, values in reversed(grid.varied.items()):
        rest, place = divmod(rest, len(values))
        chosen[name] = values[place]
    return {name: chosen[name] for name in grid.varied} | grid.fixed


def texts(grid: Grid, number: int) -> dict[str, str]:
    """The varied parameters of one scenario, as `retransfer run -p NAME=VALUE` takes them."""
    values = point(grid, number)
    return {name: text(values[name]) for name in grid.varied}


def text(value: object) -> str:
    """A parameter's value as `retransfer run -p NAME=VALUE` takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return cell_text(Decimal(repr(value)).normalize())
    return str(value)
