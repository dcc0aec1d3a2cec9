"""How long notebooks take to execute, as the benchmarks last measured it: a table and its plot for the pages."""

import csv
import re
from html import escape

from analysis.paths import SPEEDS

PLOT = SPEEDS.with_suffix(".svg")
SECTIONS = {
    "full run": "all five notebooks of a case",
    "unchanged": "again, with nothing changed",
    "one notebook": "again, with one sentence of the report reworded",
    "notebook sweep": "fifty scenarios by notebooks",
    "function sweep": "ten thousand scenarios by functions",
}


def rows() -> list[dict[str, str]]:
    """A row per section and contestant: what is done, by whom, how many times the floor, of how many runs."""
    with SPEEDS.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    return [{**row, "what": SECTIONS[row["section"]], "ratio": f"{float(row['ratio']):.3g}"} for row in found]


def picture() -> str:
    """The plot as HTML, with its size, and its numbers in words."""
    head = PLOT.read_text(encoding="utf-8")[:2000]
    size = (re.search(rf'<svg[^>]* {name}="([\d.]+)pt"', head)[1] for name in ("width", "height"))
    width, height = (round(float(points)) for points in size)
    told = "; ".join(f"{row['what']}, {row['contestant']}: {row['ratio']} times the floor" for row in rows())
    return f'<img src="{PLOT.name}" width="{width}" height="{height}" alt="{escape(told)}.">'
