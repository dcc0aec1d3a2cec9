"""Every parser by name, as a function of bytes: it returns, or raises for what should not have happened."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from analysis.registers.layouts import LAYOUTS
from fuzz import files, promises

SLOW = ("layout", *LAYOUTS)  # a register takes 30 ms to read, however short: fewer are kept


class Target(NamedTuple):
    """What takes any bytes, how many of them at most, and how many files its corpus keeps at most."""

    ask: Callable[[bytes], object]
    longest: int
    files: int


def text(check: Callable[[str], None]) -> Callable[[bytes], None]:
    """A promise about texts, asked with bytes as a shell passes them: what is no UTF-8 comes as lone surrogates."""
    return lambda data: check(data.decode("utf-8", "surrogateescape"))


TEXTS = {
    "quantity": promises.quantity,
    "amount": promises.amount,
    "year": promises.year,
    "date": promises.day,
    "party": promises.party,
    "item": promises.item,
    "unit": promises.unit,
    "limits": promises.limits,
    "parameter": promises.parameter,
    "formula": promises.formula,
    "key": promises.key,
    "subcounts": promises.subcounts,
}
FILES = {
    "filings": files.filings,
    "settings": files.settings,
    "grid": files.grid,
    "layout": files.any_register,
    **{name: partial(files.raw, name) for name in ("transfers", "values", "events")},
    **{name: partial(files.register, name) for name in LAYOUTS},
}
TARGETS = {name: Target(text(check), 200, 100) for name, check in TEXTS.items()}
TARGETS |= {name: Target(ask, 1000, 16 if name in SLOW else 60) for name, ask in FILES.items()}
