"""The evidence table: what is reported, what is attributed, what is inferred, and where it stands."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

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
from analysis.wording import listed, shortened, unmarked

MEANING = {
    "reported": "Reported: the source states it as its own",
    "attributed": "Attributed: the source ascribes it to somebody",
    "inferred": "Inferred: concluded, by the source or in this analysis",
}
CLAIM, SAYS, WHERE = 0.4, 3.5, 5.6  # inches from the left edge to each column
LINE = 0.178


def evidence_table(evidence: pd.DataFrame, headlines: pd.DataFrame, credit: str) -> Drawing:
    """Three bands of claims, each with who says it and where; the band's colour and marker recur in the timeline."""
    rows = evidence.assign(
        claim_text=[wrapped(shortened(text), 39) for text in evidence["claim"]],
        says_text=[wrapped(shortened(text), 27) for text in evidence["says"]],
        where=[_where(row) for row in evidence.itertuples()],
    )
    rows["height"] = [
        LINE * max(lines(row.claim_text), lines(row.says_text), lines(row.where)) + 0.1 for row in rows.itertuples()
    ]
    bands = list(dict.fromkeys(rows["basis"]))
    parts = [f"{say(marked(headlines), 'evidence', basis)} {basis}" for basis in bands]
    marked_title = f"Who vouches for what: of the claims, {listed(parts)}"
    title, _ = unmarked(marked_title)
    body = rows["height"].sum() + 0.42 * len(bands)
    height = head(title) + body + foot(credit)
    with styled():
        figure = canvas(height, title, credit)
        _bands(plain_axes(figure, foot(credit) + body, foot(credit)), rows, bands, body)
    alt = f"Table of claims in three bands. {title}. Every claim stands in the CSV file beside this figure."
    return finished("evidence", figure, evidence, alt, marked_title)


def _where(row) -> str:
    """Where a claim stands: its id and paragraph (or page, or row); for a computed one, what it follows from."""
    if not row.locator:
        return wrapped(f"from {row.statements}", 9)
    place = f"¶\u00a0{row.locator}" if row.locator[0].isdigit() else row.locator
    return wrapped(f"{row.id}, {place}", 10)


def _bands(axes: Axes, rows: pd.DataFrame, bands: list[str], body: float) -> None:
    y = body
    for basis in bands:
        colour = COLOURS[basis]
        axes.add_patch(Rectangle((0.1, y - 0.34), 6.2, 0.3, facecolor=colour, alpha=0.16, lw=0))
        axes.plot([0.24], [y - 0.19], marker=MARKERS[basis], color=colour, ms=7, ls="none")
        axes.text(CLAIM, y - 0.19, MEANING[basis], va="center", weight="bold", size=SIZES["text"])
        y -= 0.42
        for row in rows[rows["basis"] == basis].itertuples():
            for x, text, tone in (
                (CLAIM, row.claim_text, "ink"),
                (SAYS, row.says_text, "quiet"),
                (WHERE, row.where, "quiet"),
            ):
                axes.text(x, y, text, va="top", size=9.5, color=COLOURS[tone], linespacing=1.1)
            y -= row.height
            axes.plot([CLAIM, 6.3], [y + 0.05, y + 0.05], color=COLOURS["line"], lw=0.5)
