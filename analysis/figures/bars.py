"""Received against passed on, per item."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.rows import drawn, found_or_none, is_exact, left_over, size, spoken
from analysis.figures.style import COLOURS, HATCHED, SIZES, WIDTH, Drawing, canvas, finished, foot, head, styled
from analysis.headlines import find, linked, marked
from analysis.licences import is_licensed
from analysis.names import item_name, party_name
from analysis.prose import finding, sent_own
from analysis.wording import capital, measure, unmarked

BARS = {"received": "received", "sent": "passed on", "unaccounted": "unaccounted for"}
LICENSED = {"received": "licensed to receive", "sent": "to send on", "unaccounted": ""}  # no goods: none are owed
COLUMNS = ["item", "bar", "label", "value", "low", "high", "shown", "length", "exact"]
BAR, SPACE = 0.36, 0.9  # height of one bar, inches, and what lies above an item's bars, in bars
WIDE = 0.68  # of the figure's width, for the longest bar and what follows it
CHARACTER = 0.1  # width of one in a bar's value, inches


def received_and_sent(headlines: pd.DataFrame, party: str, item: str, credit: str) -> Drawing:
    """Bars per item of the party (received, passed on, and of both unaccounted for), from zero, each with its value."""
    items, rest = drawn(headlines, party, item)
    credit += rest
    rows = _rows(headlines, party, items)
    marked_title = _title(marked(headlines), party, item)
    title, _ = unmarked(marked_title)
    below = foot(credit) + 0.1
    body = BAR * (len(rows) + SPACE * len(items))
    height = head(title) + body + below
    with styled():
        figure = canvas(height, title, credit)
        axes = figure.add_axes((0.27, below / height, WIDE, body / height))
        _bars(axes, rows, items)
    told = "; ".join(f"{item_name(row.item)} {row.label}: {row.shown}" for row in rows.itertuples() if row.label)
    verbs = "received and passed on" if "received" in set(rows["label"]) else "was licensed to receive and to send on"
    alt = f"Bar chart of what {party_name(party)} {verbs}. {told}."
    return finished("received-and-sent", figure, rows.drop(columns=["exact"]), alt, marked_title)


def _title(headlines: pd.DataFrame, party: str, item: str) -> str:
    share = found_or_none(headlines, "share_sent_on", party, item)
    unit = "" if share is None else find(headlines, "received", party, item)["unit"]
    if share is None or is_licensed(unit):
        return finding(headlines, party, item)
    count = linked(headlines, share["key"], spoken(share))
    verb = "sent" if sent_own(headlines, party, item) else "sent on"
    many = "much" if measure(unit) else "many"
    return f"{capital(party_name(party))} {verb} {count} as {many} {item_name(item)} as it received"


def _rows(headlines: pd.DataFrame, party: str, items: list[str]) -> pd.DataFrame:
    """The bars in the order drawn: item, which bar, its label, its headline, the value at its end, its length.

    Where one side has no record nothing can be unaccounted for: there is no such bar.
    """
    found = [
        _bar(item, bar, _labels(headlines, party, item)[bar], found_or_none(headlines, bar, party, item))
        for item in items
        for bar in BARS
        if bar != "unaccounted" or found_or_none(headlines, bar, party, item) is not None
    ]
    return pd.DataFrame(found, columns=COLUMNS, dtype="object").astype({"length": float, "exact": bool})


def _bar(item: str, bar: str, label: str, row: pd.Series | None) -> list[object]:
    ends = [None, None, None] if row is None else [row["value"], row["low"], row["high"]]
    shown = left_over(row) if bar == "unaccounted" else spoken(row)
    return [item, bar, label, *ends, shown, max(0, size(row)), row is None or is_exact(row)]


def _labels(headlines: pd.DataFrame, party: str, item: str) -> dict[str, str]:
    """What the bars of an item are called: what was licensed is not what was delivered."""
    rows = [found_or_none(headlines, name, party, item) for name in ("received", "sent")]
    return LICENSED if any(row is not None and is_licensed(row["unit"]) for row in rows) else BARS


def _bars(axes: Axes, rows: pd.DataFrame, items: list[str]) -> None:
    longest = max(rows["length"], default=0) or 1
    for place, row in enumerate(rows.itertuples()):
        y = -(place + SPACE * items.index(row.item))
        colour = COLOURS[row.bar]
        light = row.bar == "unaccounted"
        if row.bar == "received":
            lowest = y - (rows["item"] == row.item).sum() + 0.55
            axes.plot([0, 0], [y + 0.45, lowest], color=COLOURS["line"], lw=1, zorder=0)
            axes.text(
                -longest * 0.385,
                y + 0.62,
                capital(item_name(row.item)),
                va="bottom",
                weight="bold",
                size=SIZES["label"],
            )
        if row.length:
            fill = (colour, 0.25 if light else 0.85)
            dashes = {"linestyle": "--"} if light else {}
            axes.barh(y, row.length, 0.78, color=fill, edgecolor=colour, hatch=None if row.exact else HATCHED, **dashes)
        axes.text(row.length + longest * 0.015, y, row.shown, va="center", weight="bold", size=SIZES["text"])
        axes.text(-longest * 0.02, y, row.label, va="center", ha="right", size=SIZES["text"], color=colour)
    bottom = -(len(rows) + SPACE * (len(items) - 1) - 0.4)
    axes.set(xlim=(0, longest * _stretch(rows, longest)), ylim=(min(bottom, 0), 1.3))
    axes.axis("off")  # every bar carries its value


def _stretch(rows: pd.DataFrame, longest: float) -> float:
    """The axis in lengths of the longest bar, so that every value fits between its bar and the figure's edge."""
    inches = WIDE * WIDTH
    room = [inches + 0.25 - CHARACTER * len(text) for text in rows["shown"]]
    ends = [(length / longest + 0.015) * inches for length in rows["length"]]
    return max([1.14, *(end / left for end, left in zip(ends, room, strict=True))])
