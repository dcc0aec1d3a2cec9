"""One lot or two: a direct movement and the detour that may be reports of the same lot, one above the other."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from analysis.errors import InputError
from analysis.figures.rows import found_or_none, is_exact, size, spoken
from analysis.figures.style import (
    COLOURS,
    HATCHED,
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
from analysis.headlines import find
from analysis.names import item_name, party_label, party_name
from analysis.wording import capital, figure, listed, mark, of_items, unmarked

LEFT, START, VIA, END = 0.13, 1.6, 3.12, 4.64  # inches from the left edge: arrivals, then each party's post
BAR = 0.14  # width of a post, inches
TALLEST, THINNEST = 0.45, 0.04  # thickness of the largest count, and of the least that is drawn, inches
TIP = 0.12  # length of a ribbon's point, inches
LINE, GAP = 0.185, 0.16  # height of a line of text, and what is left free below a ribbon, inches
HEAD, SUM = 0.4, 1.15  # a panel's heading, and what its recipient received in all, inches
LONGEST = 2.6  # length of the most that a recipient received, inches
NARROW, BROAD = 13, 26  # characters above one leg, and above the whole way
MOST = 6  # arrivals drawn, the largest first, and statements named at one ribbon
LEGS = ("direct", "first leg", "second leg")
PARTS = (*LEGS, "before")  # what is drawn as a ribbon
PLACE = ["supplier", "recipient", "item", "unit", "year"]
QUIET = {"color": COLOURS["quiet"], "size": SIZES["text"], "linespacing": 1.0}
ENDS = {True: ("if one lot", "if two lots"), False: ("at least", "at most")}  # of what a recipient received in all
COLUMNS = ["panel", "part", *PLACE, "value", "low", "high", "qualifier", "shown", "statements"]


def two_routes(double_counts: pd.DataFrame, flows: pd.DataFrame, headlines: pd.DataFrame, credit: str) -> Drawing:
    """A panel per possible double count: both routes as ribbons, what may be one lot, what the recipient got in all.

    `flows` are those in which the double counts were found; all ribbons are on one scale. Raises InputError where there
    is no double count, where the flows are others, and for a headline that is missing.
    """
    if double_counts.empty:
        raise InputError("double_counts: has no row, so that there are no two routes to draw.")
    rows = _rows(double_counts, flows, headlines)
    scale = TALLEST / (max(size(row) for _, row in rows.iterrows() if row["part"] in PARTS) or 1)
    panels = [_Panel(drawn, flows, scale) for _, drawn in rows.groupby("panel")]
    groups = [list(group) for _, group in groupby(panels, key=lambda panel: panel.key)]
    marked_title = _title(groups)
    title, _ = unmarked(marked_title)
    height = head(title) + sum(panel.height for panel in panels) + SUM * len(groups) + foot(credit)
    with styled():
        figure = canvas(height, title, credit)
        top = height - head(title)
        for group in groups:
            for panel in group:
                _draw(plain_axes(figure, top, top - panel.height), panel)
                top -= panel.height
            _sum(plain_axes(figure, top, top - SUM), group)
            top -= SUM
    alt = " ".join(["Diagram of two routes, one above the other.", f"{title}.", *map(_told, panels)])
    return finished("routes", figure, rows, alt, marked_title)


def _rows(double_counts: pd.DataFrame, flows: pd.DataFrame, headlines: pd.DataFrame) -> pd.DataFrame:
    """Everything drawn, a row each, in the panels' order: those of one recipient and item stand together."""
    groups = [tuple(row) for row in double_counts[["recipient", "item", "unit"]].values]
    order = sorted(range(len(groups)), key=lambda place: groups.index(groups[place]))
    found = []
    for panel, place in enumerate(order, start=1):
        twice = double_counts.iloc[place].to_dict()
        recipient, item, unit = groups[place]
        for part, row in _parts(twice, flows[(flows["item"] == item) & (flows["unit"] == unit)]):
            hedge = found_or_none(headlines, "flow", row["supplier"], row["recipient"], item)
            found.append(
                {**row, "panel": panel, "part": part, "qualifier": "" if hedge is None else hedge["qualifier"]}
            )
        found.append({**twice, "panel": panel, "part": "one lot", "qualifier": ""})
        total = find(headlines[headlines["unit"] == unit], "received", recipient, item)
        found.append(
            {**total, "panel": panel, "part": "received", "supplier": "", "recipient": recipient, "item": item}
        )
    frame = pd.DataFrame(found).reindex(columns=COLUMNS)
    frame[["value", "low", "high"]] = frame[["value", "low", "high"]].astype("Float64")
    frame["year"] = frame["year"].astype("Int64")
    return frame.assign(shown=[spoken(row) for _, row in frame.iterrows()])


def _parts(twice: dict[str, object], flows: pd.DataFrame) -> Iterator[tuple[str, dict[str, object]]]:
    """The movements of a possible double count, each with the part it plays; all flows of its item and unit are given.

    What the supplier got later than it can have sent the lot is no part of it.
    """
    supplier, via, recipient = twice["supplier"], twice["via"], twice["recipient"]
    flows, years = flows.rename(columns={"best": "value"}), []
    for part, ends in zip(LEGS, [(supplier, recipient), (supplier, via), (via, recipient)], strict=True):
        ids = twice["direct_statements" if part == "direct" else "detour_statements"]
        between = flows[(flows[["supplier", "recipient"]] == list(ends)).all(axis=1)]
        mine = between[[set(names.split()) <= set(ids.split()) for names in between["statements"]]]
        if mine.empty:
            raise InputError(
                f"flows: no flow {ends[0]} to {ends[1]} rests on statements {ids}. Give the flows in which the double "
                "counts were found."
            )
        years += [] if part == "second leg" else list(mine["year"])
        yield from ((part, row) for row in mine.to_dict("records"))
    inward = [row for row in flows.to_dict("records") if row["recipient"] == supplier]
    for row in sorted(inward, key=lambda row: (-size(pd.Series(row)), row["supplier"])):
        if pd.isna(row["year"]) or any(pd.isna(year) or row["year"] <= year for year in years):
            yield "before", row


class _Block(NamedTuple):
    """One movement: its words, the thickness of its ribbon below them, and the room that all takes, inches."""

    row: pd.Series
    label: str
    note: str
    thick: float
    height: float


def _block(row: pd.Series, scale: float) -> _Block:
    broad = row["part"] == "direct"
    whose = f"{party_label(row['supplier'])}: " if row["part"] == "before" else ""
    names = row["statements"].split()
    ids = " ".join([*names[:MOST], *(["and others"] if len(names) > MOST else [])])
    year = "" if pd.isna(row["year"]) else str(row["year"])
    note = ", ".join(filter(None, ["direct" if broad else "", year, ids]))
    label, note = (wrapped(text, BROAD if broad else NARROW) for text in (whose + row["shown"], note))
    thick = max(size(row) * scale, THINNEST)
    return _Block(row, label, note, thick, LINE * (lines(label) + lines(note)) + 0.03 + thick + GAP)


class _Panel:
    """One possible double count: what stands where, looked up once, and the room it takes in inches."""

    def __init__(self, rows: pd.DataFrame, flows: pd.DataFrame, scale: float) -> None:
        blocks = {part: [_block(row, scale) for _, row in rows[rows["part"] == part].iterrows()] for part in PARTS}
        self.direct, self.first, self.second, self.before = blocks.values()
        self.lot, self.received = (rows[rows["part"] == part].iloc[0] for part in ("one lot", "received"))
        self.supplier, self.via, self.recipient = (
            *self.direct[0].row[["supplier"]], *self.second[0].row[["supplier", "recipient"]]
        )  # fmt: skip
        self.scale, self.key = scale, tuple(self.lot[["recipient", "item", "unit"]])
        self.names = [wrapped(party_label(code), 17) for code in (self.supplier, self.via, self.recipient)]
        same = flows[(flows[["recipient", "item", "unit"]] == list(self.key)).all(axis=1)]
        self.exact = bool((same["low"] == same["high"]).fillna(False).all()) and not self.received["qualifier"]
        self.head = HEAD + LINE * max(lines(self.names[0]), lines(self.names[2])) + 0.08
        self.upper = sum(block.height for block in self.direct)
        lower = max(sum(block.height for block in leg) for leg in (self.first, self.second))
        self.lower_top = self.upper + LINE * lines(self.names[1]) + 0.1
        left = sum(block.height for block in self.before[:MOST]) + LINE * 2 * self.cut
        self.ways = self.lower_top + lower
        self.body = max(self.ways, left)
        self.height = self.head + self.body

    @property
    def cut(self) -> bool:
        """Whether there are more arrivals than are drawn, or none."""
        return len(self.before) > MOST or not self.before


def _draw(axes: Axes, panel: _Panel) -> None:
    """Posts for the parties, the arrivals left of them, one route above the other, and the bracket that joins both."""
    heading = capital(item_name(panel.lot["item"]))
    axes.text(LEFT, panel.height - 0.05, heading, size=SIZES["label"], weight="bold", color=COLOURS["quiet"], va="top")
    top = panel.height - panel.head
    lower = top - panel.lower_top
    for x, name, y, tall in (
        (START, panel.names[0], top, panel.body - GAP / 2),
        (VIA, panel.names[1], lower, panel.ways - panel.lower_top - GAP / 2),
        (END, panel.names[2], top, panel.ways - GAP / 2),
    ):
        axes.add_patch(Rectangle((x, y - tall), BAR, tall, color=COLOURS["ink"], lw=0))
        axes.text(
            x + BAR / 2, y + 0.05, name, ha="center", va="bottom", size=SIZES["label"], weight="bold", linespacing=1
        )
    y = _stack(axes, panel, panel.before[:MOST], (LEFT, START), top)
    if panel.cut:
        why = "and others" if panel.before else "no arrival before recorded"
        axes.text((LEFT + START) / 2, y, wrapped(why, NARROW), ha="center", va="top", **QUIET)
    upper = _stack(axes, panel, panel.direct, (START + BAR, END), top)
    _stack(axes, panel, panel.first, (START + BAR, VIA), lower)
    lowest = _stack(axes, panel, panel.second, (VIA + BAR, END), lower)
    _bracket(axes, panel, upper + GAP + panel.direct[-1].thick / 2, lowest + GAP + panel.second[-1].thick / 2)


def _stack(axes: Axes, panel: _Panel, blocks: list[_Block], ends: tuple[float, float], y: float) -> float:
    """Movements between two posts, one below the other; returns where the next would begin."""
    for block in blocks:
        middle, below = sum(ends) / 2, y - LINE * lines(block.label)
        style = {"ha": "center", "va": "top", "size": SIZES["text"], "linespacing": 1.0}
        axes.text(middle, y, block.label, weight="bold", **style)
        axes.text(middle, below, block.note, color=COLOURS["quiet"], **style)
        y -= block.height
        _ribbon(axes, panel, block, ends, y + GAP)
    return y


def _ribbon(axes: Axes, panel: _Panel, block: _Block, ends: tuple[float, float], bottom: float) -> None:
    """A movement as a band that ends in a point; the share of it that may be one lot with another is hatched."""
    (x0, x1), thick = ends, block.thick
    meaning = "received" if block.row["part"] == "before" else "sent"
    colour, tip = COLOURS[meaning], x1 - min(TIP, thick)
    corners = [(x0, bottom), (tip, bottom), (x1, bottom + thick / 2), (tip, bottom + thick), (x0, bottom + thick)]
    hatch = None if is_exact(block.row) else HATCHED
    band = axes.add_patch(Polygon(corners, facecolor=colour, alpha=0.45, edgecolor=colour, lw=0.6, hatch=hatch))
    if meaning == "sent":
        share = min(max(size(panel.lot) * panel.scale, THINNEST), thick)
        mark = Rectangle((x0, bottom), x1 - x0, share, fill=False, edgecolor=COLOURS["inferred"], hatch=HATCHED, lw=0)
        axes.add_patch(mark).set_clip_path(band)


def _bracket(axes: Axes, panel: _Panel, upper: float, lower: float) -> None:
    """What joins the two routes: they may be reports of one lot."""
    x, colour = END + BAR + 0.1, COLOURS["inferred"]
    axes.plot([x, x + 0.1, x + 0.1, x], [upper, upper, lower, lower], color=colour, lw=1.6, solid_joinstyle="miter")
    words = wrapped(f"may be one lot of {panel.lot['shown']}", 11)
    axes.text(x + 0.2, (upper + lower) / 2, words, va="center", color=colour, weight="bold", size=SIZES["text"])


def _sum(axes: Axes, group: list[_Panel]) -> None:
    """What the recipient received in all, as two bars: what may be one lot counted once, and counted twice."""
    received, words = group[0].received, ENDS[_is_plain(group)]
    low, high = (None if pd.isna(received[end]) else received[end] for end in ("low", "high"))
    colour, known = COLOURS["received"], max([number for number in (low, high) if number] or [1])
    scale = LONGEST / known if high is not None else 0.7 * LONGEST / known  # an open end is drawn beyond what is known
    heading = capital(f"{party_label(received['recipient'])} received in all")
    axes.text(LEFT, SUM - 0.12, heading, weight="bold", size=SIZES["text"], va="top")
    for y, word, number in ((SUM - 0.52, words[0], low), (SUM - 0.82, words[1], high)):
        axes.text(START - 0.1, y, word, ha="right", va="center", size=SIZES["text"])
        length = LONGEST if number is None else number * scale
        sure = min((low or 0) * scale, length)
        axes.add_patch(Rectangle((START, y - 0.1), sure, 0.2, facecolor=colour, alpha=0.85, lw=0))
        rest = {"facecolor": "none", "edgecolor": colour, "hatch": HATCHED, "lw": 0.8}
        axes.add_patch(Rectangle((START + sure, y - 0.1), length - sure, 0.2, **rest))
        text = "no limit known" if number is None else figure(number, received["unit"])
        axes.text(START + length + 0.08, y, text, va="center", weight="bold", size=SIZES["text"])


def _is_plain(group: list[_Panel]) -> bool:
    """Whether nothing but one double count sets the ends of what was received apart."""
    return len(group) == 1 and group[0].exact and is_exact(group[0].lot) and not is_exact(group[0].received)


def _received(row: pd.Series) -> str:
    """The headline of what a recipient got in all."""
    return f"received[{row['recipient']},{row['item']}]"


def _title(groups: list[list[_Panel]]) -> str:
    if len(groups) == 1 and _is_plain(groups[0]):
        received = groups[0][0].received
        low, high = (mark(figure(received[end], received["unit"]), _received(received)) for end in ("low", "high"))
        count = of_items(low, item_name(received["item"], received["low"]))
        name = capital(party_name(received["recipient"]))
        return f"{name} received {count} if the two routes carried one lot, {high} if two"
    counts = [
        f"{party_name(row['recipient'])} received {mark(_goods(row), _received(row))}"
        for row in (group[0].received for group in groups)
    ]
    more = ["others are in doubt too"] if len(counts) > 3 else []
    most = "" if any(pd.isna(group[0].received["high"]) for group in groups) else ", the most counts it twice"
    return f"{capital(listed([*counts[:3], *more]))}: the least counts once what may be one lot{most}"


def _told(panel: _Panel) -> str:
    """One panel in words: both routes, what may be one lot, what had reached the supplier, the recipient's sum."""
    supplier, via, recipient = map(party_name, (panel.supplier, panel.via, panel.recipient))
    before = [f"{block.row['shown']} from {party_name(block.row['supplier'])}" for block in panel.before[:MOST]]
    before += ["more from others"] if len(panel.before) > MOST else []
    parts = [
        f"{supplier} to {recipient} {_counts(panel.direct)}",
        f"by way of {via}, {supplier} to {via} {_counts(panel.first)} and {via} to {recipient} {_counts(panel.second)}",
        f"both may be one lot of {_goods(panel.lot)}",
        f"before, {supplier} is recorded as having received {listed(before) or 'none'}",
        f"{recipient} received {panel.received['shown']} in all",
    ]
    return f"{capital(item_name(panel.lot['item']))}: {'; '.join(parts)}."


def _goods(row: pd.Series) -> str:
    return of_items(row["shown"], item_name(row["item"], row["high"]))


def _counts(blocks: list[_Block]) -> str:
    return listed(f"{block.row['shown']} ({' '.join(block.note.split())})" for block in blocks)
