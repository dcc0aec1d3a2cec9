"""What conduits received against what they sent on."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import (
    COLOURS,
    HATCHED,
    SIZES,
    WIDTH,
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
from analysis.licences import is_licensed
from analysis.names import item_name, party_label
from analysis.registers.views import passed, ratio, short
from analysis.wording import capital, figure, span

MOST = 10  # conduits drawn, in the order of the table
BLOCK = 0.82  # height of one conduit, inches
LEFT, LONGEST = 0.15, 2.7  # where bars start and how long the longest of a pair is, inches
LABEL = 62  # characters of a conduit's name
SCALE = "Each pair of bars is on its own scale from nought, for different items have no common measure."
COLUMNS = ["party", "item", "unit", "received_low", "received_high", "sent_low", "sent_high", "share", "shown"]


def conduit_bars(conduits: pd.DataFrame, credit: str) -> Drawing:
    """Two bars for each of the first conduits: received and sent on, with counts and share; hatched = not exact."""
    rows = _rows(conduits.head(MOST))
    title = passed(conduits.iloc[0]) if len(conduits) else "No party is recorded to have received and sent on one item"
    note = _note(len(conduits), len(rows))
    words = 0.17 * lines(wrapped(note, 82)) + 0.12 if note else 0
    below = foot(credit) + words
    height = head(title) + BLOCK * max(1, len(rows)) + below
    with styled():
        canvas_ = canvas(height, title, credit)
        axes = plain_axes(canvas_, height - head(title), below)
        _bars(axes, rows, height - head(title) - below)
        canvas_.text(0.02, (foot(credit) + words - 0.05) / height, wrapped(note, 82), size=SIZES["small"] + 1, va="top")
    told = "; ".join(f"{_name(row)}: {row['shown']}" for row in rows.to_dict("records"))
    alt = f"Bar chart of what conduits received and sent on. {title}. {told}{'.' * bool(told)} {note}".strip()
    return finished("conduits", canvas_, rows, alt, title)


def _rows(conduits: pd.DataFrame) -> pd.DataFrame:
    shown = [f"{_value(row, 'received')}, {_value(row, 'sent')}" for row in conduits.to_dict("records")]
    return conduits.reindex(columns=COLUMNS).assign(shown=shown)


def _value(row: dict, side: str) -> str:
    count = span(row[f"{side}_low"], None, row[f"{side}_high"], row["unit"])
    share = ratio(row["share"]) if side == "sent" else ""
    verb = "received" if side == "received" else "sent on"
    verb = f"licensed to be {verb}" if is_licensed(row["unit"]) else verb
    return f"{count} {verb}{f' ({share})' if share else ''}"


def _name(row: dict) -> str:
    return capital(short(f"{party_label(row['party'])}: {item_name(row['item'])}", LABEL))


def _note(count: int, drawn: int) -> str:
    if not count:
        return ""
    return f"{SCALE} Hatched: not exact." + (
        f" {figure(count - drawn)} more are in the table." if count > drawn else ""
    )


def _bars(axes: Axes, rows: pd.DataFrame, top: float) -> None:
    for place, row in enumerate(rows.to_dict("records")):
        y = top - BLOCK * place
        ends = [row[f"{side}_{end}"] for side in ("received", "sent") for end in ("low", "high")]
        longest = max((float(end) for end in ends if pd.notna(end)), default=0) or 1
        axes.text(LEFT, y - 0.1, _name(row), weight="bold", size=SIZES["text"], va="center")
        for side, down in (("received", 0.33), ("sent", 0.56)):
            end = _bar(axes, row, side, y - down, LONGEST / longest)
            _words(axes, _value(row, side), end, y - down, side)
        axes.plot([LEFT, LEFT], [y - 0.21, y - 0.68], color=COLOURS["line"], lw=1, zorder=0)
    if rows.empty:
        axes.text(LEFT, top - BLOCK / 2, "There is nothing to draw.", size=SIZES["text"], color=COLOURS["quiet"])


def _bar(axes: Axes, row: dict, side: str, y: float, scale: float) -> float:
    """The least as a solid bar, and hatched what it may be beyond; gives where it ends, in inches."""
    low, high = row[f"{side}_low"], row[f"{side}_high"]
    if pd.isna(low) and pd.isna(high):
        return LEFT
    solid = 0.0 if pd.isna(low) else float(low) * scale
    whole = LONGEST if pd.isna(high) else float(high) * scale
    if solid:
        axes.barh(y, solid, 0.2, LEFT, color=(COLOURS[side], 0.85))
    if whole > solid:
        axes.barh(y, whole - solid, 0.2, LEFT + solid, color="white", edgecolor=COLOURS[side], hatch=HATCHED, lw=0.8)
    return LEFT + max(solid, whole)


def _words(axes: Axes, text: str, end: float, y: float, side: str) -> None:
    """The value beside its bar; what would reach over the figure's edge is set smaller."""
    room = (WIDTH - end - 0.15) / 0.088
    size = SIZES["text"] * min(1, max(0.75, room / len(text)))
    axes.text(end + 0.07, y, text, va="center", size=size, color=COLOURS[side])
