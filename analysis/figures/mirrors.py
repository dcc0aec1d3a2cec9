"""What senders report against what receivers report."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import COLOURS, SIZES, Drawing, canvas, finished, foot, head, styled
from analysis.registers.views import compared, gaps, of_both, route
from analysis.wording import figure

SIDE = 4.7  # inches of the square
NOUGHT, NONE = -0.55, -1.15  # where a nought and a missing figure stand, in decades below one
OPEN = 0.4  # decades of the line of a figure that has no upper limit
LABELLED = 3  # of the largest gaps
COLUMNS = ["supplier", "recipient", "item", "unit", "first_year", "last_year", "agreement"]
SUMS = [f"{side}_sum_{end}" for side in ("exporter", "importer") for end in ("low", "high")]
LOOKS = {  # agreement: colour, marker, words of the legend
    "agree": ("sent", "o", "agree"),
    "timing": ("origin", "s", "agree across years"),
    "differ": ("unaccounted", "^", "differ"),
    "exporter only": ("received", "<", "only the sender gives a figure"),
    "importer only": ("attributed", "v", "only the receiver gives one"),
    "undisclosed": ("quiet", "x", "neither gives one"),
}


def mirror_scatter(mirror: pd.DataFrame, credit: str) -> Drawing:
    """A mark per comparison: the sender's figure across, the receiver's upwards, equal ones on the diagonal.

    Both axes count in decades, for figures run from one to millions. What a side does not give stands at the margin of
    that side; an interval is a line with a mark in its middle, or at its least where it has no upper limit.
    """
    rows = compared(mirror)
    rows = rows[[*COLUMNS, *SUMS]]
    found = {name: rows[rows["agreement"] == name] for name in LOOKS if name in set(rows["agreement"])}
    title = of_both(mirror)
    height = head(title) + SIDE + 1.75 + foot(credit)
    with styled():
        canvas_ = canvas(height, title, credit)
        axes = canvas_.add_axes((0.17, (foot(credit) + 1.55) / height, SIDE * 1.06 / 6.4, SIDE / height))
        _frame(axes, rows)
        for agreement, marks in found.items():
            _marks(axes, marks, *LOOKS[agreement])
        _labels(axes, gaps(mirror).head(LABELLED))
        if found:
            axes.legend(
                loc="upper center", bbox_to_anchor=(0.42, -0.155), ncols=2, frameon=False, fontsize=SIZES["small"] + 1,
                handletextpad=0.2, columnspacing=1.0,
            )  # fmt: skip
    told = "; ".join(f"{LOOKS[name][2]}: {figure(len(marks))}" for name, marks in found.items())
    most = "; ".join(route(row) + _both(row) for row in gaps(mirror).head(LABELLED).to_dict("records"))
    alt = f"Scatter of senders' against receivers' figures. {title}.{f' {told}.' if told else ''} "
    alt += f"Furthest apart: {most}." if most else "No figures differ."
    return finished("mirror", canvas_, rows, alt, title)


def _both(row: dict) -> str:
    return f", {_text(row, 'exporter')} and {_text(row, 'importer')}"


def _text(row: dict, side: str) -> str:
    low, high = row[f"{side}_sum_low"], row[f"{side}_sum_high"]
    if pd.notna(high) and low == high:
        return figure(low)
    return f"{figure(low)} or more" if pd.isna(high) else f"{figure(low)} to {figure(high)}"


def _at(value: object) -> float:
    """Where a figure stands on an axis: in decades, nought and none apart from them."""
    if pd.isna(value):
        return NONE
    return math.log10(value) if value > 0 else NOUGHT


def _marks(axes: Axes, rows: pd.DataFrame, colour: str, marker: str, words: str) -> None:
    places = {}
    for side in ("exporter", "importer"):
        low = np.array([_at(value) for value in rows[f"{side}_sum_low"]], dtype=float)
        high = np.array([_at(value) for value in rows[f"{side}_sum_high"]], dtype=float)
        endless = (high == NONE) & (low != NONE)
        middle = np.where((high == NONE), low, (low + high) / 2)
        places[side] = low, np.where(endless, low + OPEN, np.where(high == NONE, low, high)), middle
    (west, east, x), (south, north, y) = places["exporter"], places["importer"]
    axes.hlines(y[east > west], west[east > west], east[east > west], color=COLOURS[colour], lw=1.2)
    axes.vlines(x[north > south], south[north > south], north[north > south], color=COLOURS[colour], lw=1.2)
    faint = 0.85 if len(rows) < 60 else 0.5
    axes.plot(
        x, y, ls="none", marker=marker, ms=8 if len(rows) < 60 else 6, color=COLOURS[colour], alpha=faint,
        mec="white" if marker != "x" else COLOURS[colour], mew=0.5 if marker != "x" else 1.6,
        label=f"{words}: {figure(len(rows))}", zorder=3,
    )  # fmt: skip


def _frame(axes: Axes, rows: pd.DataFrame) -> None:
    known = [float(value) for name in SUMS for value in rows[name].dropna()]
    top = max(1, math.ceil(math.log10(max(known, default=10) or 1) + 0.15))
    step = max(1, math.ceil(top / 5))
    decades = list(range(0, top + 1, step))
    axes.plot([0, top], [0, top], color=COLOURS["quiet"], lw=1, ls="--", zorder=1)
    axes.text(top, top - 0.07 * (top + 1.5), "equal", ha="right", va="top", size=SIZES["small"], color=COLOURS["quiet"])
    for place in (NOUGHT, NONE):
        axes.axhline(place, color=COLOURS["line"], lw=0.6, zorder=0)
        axes.axvline(place, color=COLOURS["line"], lw=0.6, zorder=0)
    ticks, names = [NONE, NOUGHT, *decades], ["none", "0", *(_short(10**decade) for decade in decades)]
    axes.set(xlim=(NONE - 0.3, top + 0.15), ylim=(NONE - 0.3, top + 0.15), xticks=ticks, yticks=ticks)
    axes.set_xticklabels(names, size=SIZES["small"] + 1)
    axes.set_yticklabels(names, size=SIZES["small"] + 1)
    axes.set_xlabel("as the sender reports", size=SIZES["label"])
    axes.set_ylabel("as the receiver reports", size=SIZES["label"])
    axes.tick_params(length=0)
    axes.spines[["top", "right"]].set_visible(False)


def _short(number: int) -> str:
    for scale, word in ((10**9, " bn"), (10**6, " m")):
        if number >= scale:
            return f"{number // scale}{word}"
    return figure(number)


def _labels(axes: Axes, rows: pd.DataFrame) -> None:
    """The largest gaps by their parties' codes, but for marks too near to one that is labelled."""
    taken: list[tuple[float, float]] = []
    west, east = axes.get_xlim()
    for row in rows.to_dict("records"):
        place = _at(row["exporter_sum_low"]), _at(row["importer_sum_low"])
        apart = [(abs(place[0] - x) / (east - west), abs(place[1] - y) / (east - west)) for x, y in taken]
        if all(across > 0.3 or up > 0.06 for across, up in apart):
            taken.append(place)
            right = place[0] < east * 0.6
            axes.annotate(
                f"{row['supplier']} → {row['recipient']}", place, (7 if right else -7, 5), textcoords="offset points",
                ha="left" if right else "right", size=SIZES["small"], zorder=4,
            )  # fmt: skip
