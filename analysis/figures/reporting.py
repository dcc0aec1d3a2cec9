"""Who reports whom: of each pair of parties, whether the sender, the receiver or both report a movement."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.figures.style import (
    COLOURS,
    SIZES,
    Drawing,
    canvas,
    finished,
    foot,
    head,
    lines,
    plain_axes,
    styled,
    wrapped,
)
from analysis.wording import figure, listed

MOST = 14  # parties on either side
CELL, EDGE = 0.36, 0.8  # inches: a cell, and the room for names left of and above the cells
SWATCH = 0.22  # of the legend, inches
LOOKS = {  # cell: colour, marker, words
    "both": ("ink", "s", "both report a movement"),
    "each another": ("inferred", "D", "each reports another movement"),
    "exporter only": ("received", ">", "only the sender reports"),
    "importer only": ("attributed", "v", "only the receiver reports"),
}


def who_reports(mirror: pd.DataFrame, credit: str) -> Drawing:
    """A cell per sender (row) and receiver (column), of the parties with most pairs; the others are told in words."""
    cells = _cells(mirror)
    rows, columns = (_most(cells[name]) for name in ("supplier", "recipient"))
    drawn = cells[cells["supplier"].isin(rows) & cells["recipient"].isin(columns)]
    title, note = _title(cells), _note(cells, drawn, rows, columns)
    size = (CELL * max(1, len(columns)), CELL * max(1, len(rows)))
    words = 0.17 * lines(wrapped(note, 82)) + 0.1
    below = foot(credit) + words + 0.1 + 0.27 * -(-cells["reported"].nunique() // 2)
    height = head(title) + 0.62 + size[1] + below
    with styled():
        canvas_ = canvas(height, title, credit)
        axes = plain_axes(canvas_, height - head(title), foot(credit) + words)
        _grid(axes, drawn, rows, columns)
        _legend(axes, cells)
        canvas_.text(0.02, (foot(credit) + words - 0.05) / height, wrapped(note, 82), size=SIZES["small"] + 1, va="top")
    alt = f"Grid of who reports whom, senders in rows and receivers in columns. {title}. {note}"
    return finished("reporters", canvas_, cells, alt, title)


def _cells(mirror: pd.DataFrame) -> pd.DataFrame:
    """Pairs of parties with what is reported of them: supplier, recipient, reported, movements."""
    listed = {side: mirror["listed"].isin(["both", side]) for side in ("exporter", "importer")}
    sides = mirror.assign(sender=listed["exporter"], receiver=listed["importer"], both=mirror["listed"].eq("both"))
    found = sides.groupby(["supplier", "recipient"], as_index=False).agg(
        sender=("sender", "any"), receiver=("receiver", "any"), both=("both", "any"), movements=("both", "size")
    )
    found["reported"] = [
        "both" if row.both else "each another" if row.sender and row.receiver
        else "exporter only" if row.sender else "importer only"
        for row in found.itertuples()
    ]  # fmt: skip
    return found[["supplier", "recipient", "reported", "movements"]]


def _most(parties: pd.Series) -> list[str]:
    """The parties with most pairs, in the order of how many."""
    counts = parties.value_counts()
    return sorted(counts.index, key=lambda party: (-counts[party], party))[:MOST]


def _title(cells: pd.DataFrame) -> str:
    if cells.empty:
        return "No movement is reported by its sender or its receiver"
    counts = cells["reported"].value_counts()
    both, pairs = int(counts.get("both", 0)), len(cells)
    if pairs == 1:
        return f"One pair of parties: {LOOKS[cells['reported'].iloc[0]][2]}"
    have = "has" if both == 1 else "have"
    return f"Of {figure(pairs)} pairs of sender and receiver, {figure(both)} {have} a movement that both report"


def _note(cells: pd.DataFrame, drawn: pd.DataFrame, rows: list[str], columns: list[str]) -> str:
    if cells.empty:
        return "Where all figures come from others, there is no sender's or receiver's report to set side by side."
    counts = cells["reported"].value_counts()
    told = listed(f"{look[2]}: {figure(int(counts.get(name, 0)))}" for name, look in LOOKS.items() if name in counts)
    shown = f"Rows are senders, columns receivers. {told[:1].upper()}{told[1:]}."
    if len(drawn) == len(cells):
        return shown
    left = [len(set(cells[name])) - len(own) for name, own in (("supplier", rows), ("recipient", columns))]
    return (
        f"{shown} Shown are the {len(rows)} senders and {len(columns)} receivers with most pairs; "
        f"{figure(len(cells) - len(drawn))} pairs with {figure(left[0])} other senders and {figure(left[1])} other "
        "receivers are in the table."
    )


def _grid(axes: Axes, drawn: pd.DataFrame, rows: list[str], columns: list[str]) -> None:
    top = axes.get_ylim()[1] - 0.58
    for place, party in enumerate(rows):
        axes.text(EDGE - 0.08, top - CELL * (place + 0.5), party, ha="right", va="center", size=SIZES["text"])
    for place, party in enumerate(columns):
        axes.text(
            EDGE + CELL * (place + 0.5), top + 0.06, party, ha="center", va="bottom", size=SIZES["text"], rotation=90
        )
    for row in range(len(rows)):
        for column in range(len(columns)):
            place = EDGE + CELL * column, top - CELL * (row + 1)
            axes.add_patch(Rectangle(place, CELL, CELL, fill=False, ec=COLOURS["line"], lw=0.5))
    for cell in drawn.itertuples():
        place = EDGE + CELL * (columns.index(cell.recipient) + 0.5), top - CELL * (rows.index(cell.supplier) + 0.5)
        _cell(axes, place, cell.reported)


def _cell(axes: Axes, place: tuple[float, float], reported: str, size: float = CELL) -> None:
    colour, marker, _ = LOOKS[reported]
    axes.add_patch(
        Rectangle((place[0] - size / 2, place[1] - size / 2), size, size, fc=COLOURS[colour], alpha=0.28, lw=0)
    )
    axes.plot(*place, marker=marker, ms=9 * (size / CELL) ** 0.5, color=COLOURS[colour], ls="none")


def _legend(axes: Axes, cells: pd.DataFrame) -> None:
    names = [name for name in LOOKS if name in set(cells["reported"])]
    for place, name in enumerate(names):
        at = 0.25 + 3.1 * (place % 2), 0.27 * (-(-len(names) // 2) - place // 2) - 0.1
        _cell(axes, at, name, SWATCH)
        axes.text(at[0] + 0.25, at[1], LOOKS[name][2], va="center", size=SIZES["small"] + 1)
