"""Deeds and words in separate lanes, from the first dated event to the last."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import (
    COLOURS,
    MARKERS,
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
from analysis.headlines import marked, say
from analysis.wording import capital, shortened, unmarked

DATE, SPINES = 0.13, {"deeds": 1.28, "words": 3.95}  # inches from the left edge
CHARACTERS = 29  # of a summary in one line
DATE_CHARACTERS = 12  # of a date
LEGEND = 0.75  # above the lanes, inches
LINE = 0.185  # inches
UNDATED = "undated"
STAR = "\u00a0*"


def deeds_and_words(timeline: pd.DataFrame, headlines: pd.DataFrame, credit: str) -> Drawing:
    """Every entry of `timeline` from top to bottom in time: deeds (and what went on around them) left, words right.

    Marker and colour say who vouches: reported, attributed, inferred. A star marks a date that was worked out.
    """
    rows = _rows(timeline)
    marked_title = _title(marked(headlines))
    title, _ = unmarked(marked_title)
    body = rows["height"].sum()
    height = head(title) + LEGEND + body + foot(credit)
    with styled():
        figure = canvas(height, title, credit)
        axes = plain_axes(figure, foot(credit) + body + LEGEND, foot(credit))
        _lanes(axes, body)
        _entries(axes, rows, body)
    alt = f"Timeline. {title}. " + "; ".join(f"{row.shown_date}, {row.lane}: {_told(row)}" for row in rows.itertuples())
    return finished("timeline", figure, timeline, alt, marked_title)


def _title(headlines: pd.DataFrame) -> str:
    keys = set(headlines["key"])
    years = f"{say(headlines, 'first_year')} to {say(headlines, 'last_year')}" if "first_year" in keys else "undated"
    if "transfer_years" not in keys:
        return f"Deeds and words, {years}"
    when = say(headlines, "transfer_years")
    return f"The counted transfers date from {when}; deeds and words around them, from {years}"


def _rows(timeline: pd.DataFrame) -> pd.DataFrame:
    rows = timeline.copy()
    rows["shown_date"] = [_date(row.start, row.end) for row in rows.itertuples()]
    rows["text"] = [wrapped(_told(row), CHARACTERS) for row in rows.itertuples()]
    dates = [wrapped(text, DATE_CHARACTERS) for text in rows["shown_date"]]
    rows["height"] = [
        LINE * max(lines(text), lines(when)) + 0.14 for text, when in zip(rows["text"], dates, strict=True)
    ]
    return rows


def _told(row) -> str:
    """Who did what, or said what; a star marks a date that was worked out."""
    text = shortened(f"{capital(row.actor)}: {row.summary}" if row.actor else row.summary)
    return f"{text}{STAR if row.date_basis == 'inferred' else ''}"


def _date(start: str, end: str) -> str:
    """`2011`, `Jul 2019`, `27 Nov 2024`, or both ends: `1 Jul to 3 Sep 2024`; "from 2011" where the end is open."""
    if not start:
        return UNDATED
    first = pd.Timestamp(start)
    if not end:
        return f"from {_coarse(first)}"
    last = pd.Timestamp(end)
    if first.is_year_start and last.is_year_end:
        ends = str(first.year), str(last.year)
    elif first.is_month_start and last.is_month_end:
        ends = f"{first:%b %Y}", f"{last:%b %Y}"
    else:
        ends = _day(start), _day(end)
    if ends[0] == ends[1]:
        return ends[0]
    same_year = first.year == last.year and len(ends[0]) > len("2024")
    return f"{ends[0].removesuffix(f' {first.year}') if same_year else ends[0]} to {ends[1]}"


def _coarse(first: pd.Timestamp) -> str:
    """The start of an open interval: its year or month where it begins with one."""
    if first.is_year_start:
        return str(first.year)
    return f"{first:%b %Y}" if first.is_month_start else _day(str(first.date()))


def _day(date: str) -> str:
    day = pd.Timestamp(date)
    return f"{day.day} {day:%b %Y}"


def _lanes(axes: Axes, body: float) -> None:
    for lane, x in SPINES.items():
        axes.plot([x, x], [0, body + 0.05], color=COLOURS["line"], lw=1.5, zorder=0)
        axes.text(x + 0.14, body + 0.12, capital(lane), weight="bold", size=SIZES["label"])
    axes.text(SPINES["deeds"] + 0.75, body + 0.12, "grey: the setting", size=9, color=COLOURS["quiet"])
    for place, (basis, marker) in enumerate(MARKERS.items()):
        x = 0.2 + 1.5 * place
        axes.plot([x], [body + 0.52], marker=marker, color=COLOURS[basis], ms=7, ls="none")
        axes.text(x + 0.13, body + 0.52, basis, va="center", size=SIZES["text"], color=COLOURS["quiet"])
    axes.text(0.2 + 4.5, body + 0.52, "* date worked out", va="center", size=SIZES["text"], color=COLOURS["quiet"])


def _entries(axes: Axes, rows: pd.DataFrame, body: float) -> None:
    y, last = body, ""
    for row in rows.itertuples():
        x = SPINES["words" if row.lane == "words" else "deeds"]
        axes.plot([x], [y - 0.13], marker=MARKERS[row.basis], color=COLOURS[row.basis], ms=7, ls="none")
        colour = COLOURS["quiet"] if row.lane == "context" else COLOURS["ink"]
        axes.text(x + 0.14, y - 0.04, row.text, va="top", size=10, color=colour, linespacing=1.1)
        if row.shown_date != last:
            axes.text(
                DATE,
                y - 0.04,
                wrapped(row.shown_date, DATE_CHARACTERS),
                va="top",
                size=10,
                weight="bold",
                linespacing=1.1,
            )
        y, last = y - row.height, row.shown_date
