"""The picture that stands where somebody links to a page: the finding, in large letters."""

import io
import warnings

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.errors import InputError
from analysis.figures.style import COLOURS, styled, wrapped
from analysis.wording import shortened, visible

INCHES, DPI = (12, 6.3), 100  # 1200 × 630 pixels, the size that sites ask for
MOST = 190  # characters of a finding; a longer one is cut


def drawn(finding: str, title: str) -> bytes:
    """A card as PNG, with no date and no version in it."""
    text = shortened(visible(finding), MOST)
    with styled(), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        figure = Figure(figsize=INCHES, dpi=DPI, facecolor="white")
        figure.add_artist(_band(figure))
        size = 38 if len(text) < 110 else 30
        figure.text(0.06, 0.86, wrapped(text, 1500 // size), size=size, weight="bold", va="top", linespacing=1.2)
        figure.text(0.06, 0.16, wrapped(visible(title)[:90], 70), size=18, color=COLOURS["quiet"], va="bottom")
        figure.text(0.06, 0.07, "retransfer: every number with its formula and its source", size=16, va="bottom")
        buffer = io.BytesIO()
        try:
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})
        except UserWarning as missing:
            what = str(missing).partition(" missing")[0]
            raise InputError(f"title {title!r}: the font of its picture has no {what}. Use letters.") from None
    return buffer.getvalue()


def _band(figure: Figure) -> Rectangle:
    """A stripe in the colour of what is unaccounted for."""
    return Rectangle((0, 0), 0.02, 1, transform=figure.transFigure, color=COLOURS["unaccounted"], lw=0)
