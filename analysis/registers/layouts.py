"""Which layouts are known, which of them a file has, and the one way to read any of them."""

from pathlib import Path

from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import shown
from analysis.registers import comtrade, dutch, sipri, unroca
from analysis.registers.layout import Layout, Register
from analysis.registers.rows import check, differences, listing, told

KNOWN = (
    unroca.LAYOUT,
    comtrade.LAYOUT,
    sipri.DEALS,
    sipri.DEAL_YEARS,
    dutch.LAYOUT,
)
LAYOUTS = {layout.name: layout for layout in KNOWN}


def detect(path: Path) -> Layout:
    """The layout that a file has, told by its header alone. Raises InputError that names the nearest otherwise."""
    headers = {layout.name: layout.header(path) for layout in KNOWN}
    for layout in KNOWN:
        if headers[layout.name] == list(layout.columns):
            return layout
    near = max(KNOWN, key=lambda layout: _share(headers[layout.name], layout.columns))
    found = differences(headers[near.name], near.columns)
    what = told(found) if headers[near.name] else "the file is empty"
    raise InputError(
        f"{shown(path)}: has no layout that is known ({', '.join(LAYOUTS)}). Nearest is {near.name} ({near.title}): "
        f"{what}. The columns must be {listing(near.columns)}."
    )


def read(path: Path, layout: str = "") -> Register:
    """A register as published → its statements, stocks, filings and rejects; the layout is detected unless named.

    Every record gives a statement or more, a stock or more, or a reject: adapters end in `rows.accounted`.
    Raises InputError for a layout that is not known, and for a file that has another one.
    """
    if layout and layout not in LAYOUTS:
        raise InputError(f"layout={layout!r}: is one of {', '.join(LAYOUTS)}{close_to(layout, list(LAYOUTS))}.")
    chosen = LAYOUTS[layout] if layout else detect(path)
    check(path, chosen)
    return chosen.read(path)


def _share(header: list[str], columns: tuple[str, ...]) -> float:
    """Columns in common, of all that either has."""
    return len(set(header) & set(columns)) / len(set(header) | set(columns))
