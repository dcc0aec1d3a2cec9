"""The flow through one party: who sent it what, to whom it passed how much on, and what is unaccounted for."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from analysis.figures.rows import (
    drawn,
    ends,
    found_or_none,
    is_exact,
    is_less,
    is_open,
    is_short,
    left_over,
    shortfall,
    size,
    spoken,
)
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
from analysis.headlines import keyed, marked
from analysis.licences import is_licensed
from analysis.names import item_name, party_label, party_name
from analysis.prose import finding
from analysis.wording import capital, listed, unmarked

LEFT, MIDDLE, RIGHT = 1.55, 3.2, 4.75  # inches from the left edge to each column of bars
BAR = 0.16  # width of a party's bar, inches
TALLEST = 1.5  # height of the largest sum, inches
LABEL = 0.22  # height of a label's line, inches
GAP = 0.16  # between the ends of two ribbons, inches
OPEN = 0.2  # thickness of a stub that stands for an unknown number, inches
NAMED = {"right": 12, "left": 13}  # characters in a line of a name, by the side on which its line ends
HEAD = 0.85  # above each panel's bars, inches
TWICE = "one lot may be drawn twice"


def flow_diagram(headlines: pd.DataFrame, party: str, item: str, credit: str) -> Drawing:
    """Ribbons as thick as the counts, one panel per item of the party, all on one scale; the focus item comes first.

    Whatever came in leaves the party's bar: to a recipient, or as the stub of what is unaccounted for.
    """
    items, rest = drawn(headlines, party, item)
    credit += rest
    largest = max(
        (size(row) for name in ("flow", "received", "sent") for _, row in keyed(headlines, name).iterrows()), default=0
    )
    scale = TALLEST / (largest or 1)
    panels = [_Panel(headlines, party, name, scale) for name in items]
    marked_title = finding(marked(headlines), party, item)
    title, _ = unmarked(marked_title)
    height = head(title) + sum(panel.height for panel in panels) + foot(credit)
    with styled():
        figure = canvas(height, title, credit)
        top = height - head(title)
        for panel in panels:
            _draw(plain_axes(figure, top, top - panel.height), panel)
            top -= panel.height
    return finished("flow", figure, _data(headlines, panels), _alt(panels), marked_title)


class _Panel:
    """One item's flows into and out of the party, looked up once, and the room they take in inches."""

    def __init__(self, headlines: pd.DataFrame, party: str, item: str, scale: float) -> None:
        self.party, self.item, self.scale = party, item, scale
        self.inward, self.outward = ends(headlines, party, item, True), ends(headlines, party, item, False)
        self.left, received, sent = (
            found_or_none(headlines, name, party, item) for name in ("unaccounted", "received", "sent")
        )
        self.received, self.sent = spoken(received), spoken(sent)
        self.stub = self.left if self.outward else received  # what no record follows
        unit = next(row["unit"] for row in (received, sent) if row is not None)
        self.heading = capital(item_name(item)) + " (licences)" * is_licensed(unit)
        self.twice = is_less(received, self.inward) or is_less(sent, self.outward)
        self.bar = max(sum(size(row) for _, row in side) for side in (self.inward, self.outward)) * scale
        self.rest = OPEN if is_open(self.stub) else abs(size(self.left)) * scale if self.outward else self.bar
        stub = self.rest + GAP
        left, right = (sum(_room(code, row, scale) for code, row in side) for side in (self.inward, self.outward))
        self.height = HEAD + max(left + stub * is_short(self.left), right + stub, self.bar) + 0.1


def _room(code: str, row: pd.Series, scale: float) -> float:
    """What a ribbon's end takes, in inches: its thickness or its label, whichever is more, and the gap to the next."""
    label = lines(wrapped(party_label(code), min(NAMED.values()))) + lines(wrapped(f"out {spoken(row)}", 16))
    return max(size(row) * scale, LABEL * label) + GAP


def _draw(axes: Axes, panel: _Panel) -> None:
    top, scale = panel.height - HEAD, panel.scale
    axes.text(
        0.13,
        panel.height - 0.05,
        panel.heading,
        size=SIZES["label"],
        weight="bold",
        color=COLOURS["quiet"],
        va="top",
    )
    if panel.twice:
        axes.text(0.13, panel.height - 0.25, TWICE, size=SIZES["small"], color=COLOURS["quiet"], va="top")
    axes.add_patch(Rectangle((MIDDLE, top - panel.bar), BAR, panel.bar, color=COLOURS["ink"], lw=0))
    axes.text(MIDDLE + BAR / 2, top + 0.28, party_label(panel.party), ha="center", size=SIZES["label"], weight="bold")
    told = f"in {panel.received} · out {panel.sent}"
    axes.text(MIDDLE + BAR / 2, top + 0.09, told, ha="center", size=SIZES["text"])
    y_in = y_out = start = top
    for code, row in panel.inward:
        _end_label(axes, LEFT - 0.1, start - size(row) * scale / 2, party_label(code), f"out {spoken(row)}", "right")
        y_in = _ribbon(axes, row, scale, (LEFT, start), (MIDDLE, y_in), "received")
        start -= _room(code, row, scale)
    start = top
    for code, row in panel.outward:
        _end_label(
            axes, RIGHT + BAR + 0.1, start - size(row) * scale / 2, party_label(code), f"in {spoken(row)}", "left"
        )
        y_out = _ribbon(axes, row, scale, (MIDDLE + BAR, y_out), (RIGHT, start), "sent")
        start -= _room(code, row, scale)
    if is_short(panel.left):
        _shortfall(axes, panel, y_in)
    elif size(panel.stub) > 0 or is_open(panel.stub):
        _stub(axes, panel, y_out, min(start, y_out))


def _ribbon(axes: Axes, row: pd.Series, scale: float, start, end, meaning: str) -> float:
    """One flow as a band between two upper corners; returns where the next begins at the party's bar."""
    thick = size(row) * scale
    upper, lower, codes = _band(start, end, thick)
    colour = COLOURS[meaning]
    style = {} if is_exact(row) else {"hatch": HATCHED}
    axes.add_patch(
        PathPatch(Path(upper + lower, codes), facecolor=colour, alpha=0.45, edgecolor=colour, lw=0.6, **style)
    )
    outer = start if meaning == "received" else end
    bar_x = outer[0] - BAR if meaning == "received" else outer[0]
    axes.add_patch(Rectangle((bar_x, outer[1] - thick), BAR, thick, color=colour, lw=0))
    inner = end if meaning == "received" else start
    return inner[1] - thick


def _band(start: tuple[float, float], end: tuple[float, float], thick: float):
    """Upper edge, lower edge (backwards) and path codes of a band between two upper corners."""
    (x0, y0), (x1, y1) = start, end
    bend = (x0 + x1) / 2
    upper = [(x0, y0), (bend, y0), (bend, y1), (x1, y1)]
    lower = [(x, y - thick) for x, y in reversed(upper)]
    return upper, lower, [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]


def _end_label(axes: Axes, x: float, y: float, name: str, number: str, side: str) -> None:
    x = x - BAR if side == "right" else x
    name, number = wrapped(name, NAMED[side]), wrapped(number, 16)
    axes.text(x, y + 0.02, name, ha=side, va="bottom", size=SIZES["text"], weight="bold", linespacing=1.0)
    axes.text(x, y - 0.02, number, ha=side, va="top", size=SIZES["text"], linespacing=1.0)


def _stub(axes: Axes, panel: _Panel, y_bar: float, y_end: float) -> None:
    """What came in and no record says where it went: a band that ends in the open, dashed."""
    thick, colour = panel.rest, COLOURS["unaccounted"]
    x1 = RIGHT - 0.3
    upper, lower, codes = _band((MIDDLE + BAR, y_bar), (x1, y_end), thick)
    style = {} if is_exact(panel.stub) else {"hatch": HATCHED, "edgecolor": colour}
    axes.add_patch(PathPatch(Path(upper + lower, codes), facecolor=colour, alpha=0.22, lw=0, **style))
    for edge in (upper, lower):
        axes.add_patch(PathPatch(Path(edge, codes[:4]), fill=False, edgecolor=colour, lw=1.3, ls=(0, (3, 2))))
    number = left_over(panel.stub)
    why = wrapped(f"{number} unaccounted for" if panel.outward else f"{number}: no record of any onward transfer", 19)
    middle = min(y_end - thick / 2, panel.height - HEAD - LABEL * lines(why) / 2)  # below the heading
    axes.text(x1 + 0.1, middle, why, va="center", color=colour, weight="bold", size=SIZES["text"])


def _shortfall(axes: Axes, panel: _Panel, y_bar: float) -> None:
    """What went out beyond all that is recorded as coming in: a band that begins in the open, dashed."""
    thick, colour = -size(panel.left) * panel.scale, COLOURS["unaccounted"]
    x0 = LEFT + 0.4
    axes.add_patch(
        Rectangle((x0, y_bar - thick), MIDDLE - x0, thick, facecolor=colour, alpha=0.22, edgecolor=colour, ls="--")
    )
    why = wrapped(f"{shortfall(panel.left)} with no record of arrival", 19)
    axes.text(
        x0 - 0.1, y_bar - thick / 2, why, ha="right", va="center", color=colour, weight="bold", size=SIZES["text"]
    )


def _data(headlines: pd.DataFrame, panels: list[_Panel]) -> pd.DataFrame:
    """The rows drawn: every flow into and out of the party, and what no record follows."""
    rows, drawn_here = keyed(headlines, "flow"), {(panel.party, panel.item) for panel in panels}
    mine = [bool({(one, parts[2]) for one in parts[:2]} & drawn_here) for parts in rows["parts"]]
    flows = rows[pd.Series(mine, index=rows.index, dtype=bool)]
    left = headlines[headlines["key"].isin([panel.stub["key"] for panel in panels if panel.stub is not None])]
    return pd.concat([flows.drop(columns="parts"), left])[list(headlines.columns)].reset_index(drop=True)


def _alt(panels: list[_Panel]) -> str:
    return " ".join(["Flow diagram.", *map(_told, panels)])


def _told(panel: _Panel) -> str:
    """One panel in words: what came in, what went out, what is left."""
    inward = [f"{spoken(row)} from {party_name(code)}" for code, row in panel.inward]
    outward = [f"{spoken(row)} to {party_name(code)}" for code, row in panel.outward]
    parts = [f"into {party_name(panel.party)} {listed(inward)}" if inward else "no record of any arrival"]
    parts.append(f"out {listed(outward)}" if outward else "no record of any onward transfer")
    if panel.left is not None and panel.outward:
        short = is_short(panel.left)
        parts.append(
            f"{shortfall(panel.left)} more out than in" if short else f"{left_over(panel.left)} unaccounted for"
        )
    parts += [TWICE] if panel.twice else []
    return f"{panel.heading}: {'; '.join(parts)}."
