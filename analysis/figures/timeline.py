"""Deeds and words in separate lanes, from the first dated event to the last."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import (
    COLOURS,
    FOOT,
    MARKERS,
    SIZES,
    Drawing,
    canvas,
    finished,
    head,
    lines,
    plain_axes,
    styled,
    wrapped,
)
from analysis.headlines import say
from analysis.wording import capital

DATE, SPINES = 0.13, {"deeds": 1.28, "words": 3.95}  # inches from the left edge
CHARACTERS = 31  # of a summary in one line
LEGEND = 0.75  # above the lanes, inches
LINE = 0.185  # inches
UNDATED = "undated"


def deeds_and_words(timeline: pd.DataFrame, headlines: pd.DataFrame, credit: str) -> Drawing:
    """Every entry of `timeline` from top to bottom in time: deeds (and what went on around them) left, words right.

    Marker and colour say who vouches: reported, attributed, inferred. An inferred date has a question mark.
    """
    rows = _rows(timeline)
    title = f"What was done and what was said, {say(headlines, 'first_year')} to {say(headlines, 'last_year')}"
    body = rows["height"].sum()
    height = head(title) + LEGEND + body + FOOT
    with styled():
        figure = canvas(height, title, credit)
        axes = plain_axes(figure, FOOT + body + LEGEND, FOOT)
        _lanes(axes, body)
        _entries(axes, rows, body)
    alt = "Timeline. " + " ".join(f"{row.shown_date}, {row.lane}: {_told(row)}" for row in rows.itertuples())
    return finished("timeline", figure, timeline, alt)


def _rows(timeline: pd.DataFrame) -> pd.DataFrame:
    rows = timeline.copy()
    rows["shown_date"] = [
        f"{_date(row.date)}{'?' if row.date_basis == 'inferred' else ''}" if row.date else UNDATED
        for row in rows.itertuples()
    ]
    rows["text"] = [wrapped(_told(row), CHARACTERS) for row in rows.itertuples()]
    rows["height"] = [LINE * lines(text) + 0.14 for text in rows["text"]]
    return rows


def _told(row) -> str:
    """What happened; or who said what."""
    return f"{capital(row.actor)}: {row.summary}" if row.lane == "words" else row.summary


def _date(date: str) -> str:
    """`2011/..` is printed as "from 2011"; other dates as they stand, day first."""
    start, _, end = date.partition("/")
    if end == "..":
        return f"from {_day(start)}"
    return f"{_day(start)} to {_day(end)}" if end else _day(start)


def _day(date: str) -> str:
    form = {4: "%Y", 7: "%b %Y", 10: "%-d %b %Y"}[len(date)]
    return pd.Timestamp(date).strftime(form)


def _lanes(axes: Axes, body: float) -> None:
    for lane, x in SPINES.items():
        axes.plot([x, x], [0, body + 0.05], color=COLOURS["line"], lw=1.5, zorder=0)
        axes.text(x + 0.14, body + 0.12, capital(lane), weight="bold", size=SIZES["label"])
    axes.text(SPINES["deeds"] + 0.75, body + 0.12, "grey: the setting", size=9, color=COLOURS["quiet"])
    for place, (basis, marker) in enumerate(MARKERS.items()):
        x = 0.2 + 1.5 * place
        axes.plot([x], [body + 0.52], marker=marker, color=COLOURS[basis], ms=7, ls="none")
        axes.text(x + 0.13, body + 0.52, basis, va="center", size=SIZES["text"], color=COLOURS["quiet"])
    axes.text(0.2 + 4.5, body + 0.52, "? date inferred", va="center", size=SIZES["text"], color=COLOURS["quiet"])


def _entries(axes: Axes, rows: pd.DataFrame, body: float) -> None:
    y, last = body, ""
    for row in rows.itertuples():
        x = SPINES["words" if row.lane == "words" else "deeds"]
        axes.plot([x], [y - 0.13], marker=MARKERS[row.basis], color=COLOURS[row.basis], ms=7, ls="none")
        colour = COLOURS["quiet"] if row.lane == "context" else COLOURS["ink"]
        axes.text(x + 0.14, y - 0.04, row.text, va="top", size=10, color=colour, linespacing=1.1)
        if row.shown_date != last:
            axes.text(DATE, y - 0.04, wrapped(row.shown_date, 12), va="top", size=10, weight="bold", linespacing=1.1)
        y, last = y - row.height, row.shown_date
