"""What all figures share: size, type, one fixed colour per meaning, the source line, and byte-stable files."""

import io
import logging
import re
import textwrap
import warnings
from html import escape
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from analysis.errors import InputError
from analysis.wording import shortened, visible

# A first start builds the font cache and would say so in the middle of a notebook.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

WIDTH = 6.4  # inches; small enough that 11 pt text is still read when the figure is shown 400 px wide
DPI = 200  # twice the size at which pages show it
SHOWN = 100_000  # pixels from which the colours of a figure are chosen
SIZES = {"title": 15, "label": 12, "text": 11, "small": 9}

# Okabe and Ito's palette, safe for colour-blind readers; each meaning has a second cue besides its colour.
COLOURS = {
    "received": "#0072B2",
    "sent": "#009E73",
    "unaccounted": "#D55E00",
    "origin": "#56B4E9",
    "reported": "#222222",
    "attributed": "#E69F00",
    "inferred": "#AA3F8B",  # the palette's purple, darkened until it can be read on white
    "ink": "#222222",
    "quiet": "#5C5C5C",
    "line": "#C8C8C8",
}
MARKERS = {"reported": "o", "attributed": "s", "inferred": "^"}
CREDIT = 92  # characters of a source line
TITLE = 47  # characters of a title in one line
HATCHED = "////"  # estimates, ranges and undisclosed counts
STYLE = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same bytes
    "font.size": SIZES["text"],
    "text.color": COLOURS["ink"],
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["ink"],
    "xtick.color": COLOURS["quiet"],
    "ytick.color": COLOURS["ink"],
    "hatch.linewidth": 0.8,
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "retransfer",
}


class Drawing(NamedTuple):
    """A finished figure, the numbers it shows, and the words that replace it for who cannot see it."""

    name: str
    figure: Figure
    data: pd.DataFrame
    alt: str
    title: str  # the finding, its numbers marked with their keys
    png: bytes  # at twice its shown size
    svg: bytes  # with the alt text as its title


def finished(name: str, figure: Figure, data: pd.DataFrame, alt: str, title: str) -> Drawing:
    """Render a figure once, to bytes that hold no date and no version.

    Raises InputError for a character that the font lacks: a box in its place would say nothing.
    """
    alt = visible(alt)
    with styled(), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph")
        try:
            return Drawing(name, figure, data, alt, title, _png(figure), _svg(figure, alt))
        except UserWarning as missing:
            what = str(missing).partition(" missing")[0]
            raise InputError(f"figure {name}: its font has no {what}. Write that name in Latin letters.") from None


def styled():
    """Context in which figures are made and saved; no setting of the user's own reaches them."""
    return mpl.rc_context({**mpl.rcParamsDefault, **STYLE})


def canvas(height: float, title: str, credit: str) -> Figure:
    """An empty figure of the common width with its finding on top and its source line below; `height` in inches."""
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    figure.text(
        0.02, 1 - 0.12 / height, wrapped(title, TITLE), size=SIZES["title"], weight="bold", va="top", linespacing=1.15
    )
    figure.text(0.02, 0.1 / height, wrapped(credit, CREDIT), size=SIZES["small"], color=COLOURS["quiet"], va="bottom")
    return figure


def head(title: str) -> float:
    """Room that a title takes above the drawing, inches."""
    return 0.3 + 0.26 * lines(wrapped(title, TITLE))


def foot(credit: str) -> float:
    """Room that the source line takes below the drawing, inches."""
    return 0.25 + 0.15 * lines(wrapped(credit, CREDIT))


def plain_axes(figure: Figure, top: float, bottom: float) -> Axes:
    """Axes without frame over the full width, in inches from the lower left corner; one unit is one inch."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((0, bottom / height, 1, (top - bottom) / height))
    axes.set(xlim=(0, width), ylim=(0, max(top - bottom, 0.01)))
    axes.axis("off")
    return axes


def wrapped(text: str, width: int) -> str:
    """Lines of at most `width` characters, every one of which can be seen."""
    return "\n".join(textwrap.wrap(visible(text), width, break_on_hyphens=False))


def lines(text: str) -> int:
    """How many lines a wrapped text takes."""
    return text.count("\n") + 1


def credit(sources: pd.DataFrame) -> str:
    """The line below every figure: publisher and title as the sources give them, where its numbers are explained."""
    titles = "; ".join(
        ", ".join(filter(None, [row.publisher, f"“{shortened(row.title)}”"])) for row in sources.itertuples()
    )
    return f"Source: {titles}. Formula and statements of every number: headlines.csv."


def _png(figure: Figure) -> bytes:
    """In 128 colours, a third of the bytes. Other methods drop rare colours, and a rare colour here is a meaning."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    buffer = io.BytesIO()
    _in_few_colours(np.asarray(canvas.buffer_rgba())).save(buffer, format="png", compress_level=6)
    return buffer.getvalue()


def _in_few_colours(drawn: np.ndarray) -> Image.Image:
    """The picture in 128 colours as Pillow chooses them: the one furthest from the mean, then the furthest from these.

    So it matters which colours there are, in the order in which they come, and of the mean only what is furthest from
    it. Pillow is shown each colour once, and then again by its share: looking at all pixels takes it ten times as long.
    """
    pixels = np.ascontiguousarray(drawn).view(np.uint32).ravel()  # as one number each
    starts = np.flatnonzero(np.concatenate([[True], pixels[1:] != pixels[:-1]]))  # of runs of one colour
    lengths = np.diff(starts, append=len(pixels))
    codes, found = pd.factorize(pixels[starts])
    colours, shares = found.view(np.uint8).reshape(-1, 4)[:, :3], np.bincount(codes, lengths) / len(pixels)
    shown = np.concatenate([colours, np.repeat(colours, (SHOWN * shares).astype(int), axis=0)])
    if not np.array_equal(_furthest(colours, shares @ colours), _furthest(colours, shown.mean(axis=0))):
        return _quantised(drawn[..., :3])
    few = _quantised(shown[None])
    places = np.asarray(few)[0, : len(colours)]
    picture = Image.fromarray(np.repeat(places[codes], lengths).reshape(drawn.shape[:2]), "P")
    picture.putpalette(few.palette)
    return picture


def _furthest(colours: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Which colours are furthest from a mean, rounded as Pillow does."""
    apart = ((colours - np.floor(mean + 0.5)) ** 2).sum(axis=1)
    return apart == apart.max()


def _quantised(colours: np.ndarray) -> Image.Image:
    return Image.fromarray(colours, "RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def _svg(figure: Figure, alt: str) -> bytes:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    title = f'role="img">\n <title>{escape(alt)}</title>'
    return re.sub(r"(<svg [^>]*?)>", lambda match: f"{match[1]} {title}", buffer.getvalue(), count=1).encode("utf-8")
