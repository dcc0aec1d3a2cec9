"""What one item can have cost, where one sum covers several lots."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.style import COLOURS, SIZES, Drawing, canvas, finished, foot, head, styled
from analysis.headlines import find, in_words, marked, say
from analysis.names import item_name
from analysis.wording import CURRENCIES, capital, figure, unmarked

SIDE = 3.1  # height of a panel, inches
ROW = 0.5  # height of one lot's range, inches


def price_line(values: pd.DataFrame, headlines: pd.DataFrame, credit: str) -> Drawing:
    """Per sum, every pair of unit prices that it leaves room for: a line where it covers two lots, else ranges.

    Where counts or the sum are intervals, or lots are more than two, each lot's range stands alone.
    """
    sums = [lots for _, lots in values.groupby("sum", sort=False)]
    marked_title = _title(marked(headlines), values)
    title, _ = unmarked(marked_title)
    heights = [SIDE if _is_line(lots) else ROW * len(lots) + 0.3 for lots in sums]
    below = foot(credit) + 0.6
    height = head(title) + sum(heights) + 0.5 * len(sums) + below
    with styled():
        figure_ = canvas(height, title, credit)
        top = height - head(title) - 0.35
        for lots, room in zip(sums, heights, strict=True):
            axes = figure_.add_axes((0.2, (top - room) / height, 0.72, room / height))
            (_line if _is_line(lots) else _ranges)(axes, lots, headlines)
            top -= room + 0.5
    told = " ".join(f"{_name(row)}: {say(headlines, 'unit_price', row.item, row.lot)}." for row in values.itertuples())
    alt = f"Prices that the sums leave room for. {title}. {told}"
    return finished("price-line", figure_, values, alt, marked_title)


def _is_line(lots: pd.DataFrame) -> bool:
    """Two lots with exact counts, and a sum that leaves both prices a finite range."""
    exact = (lots["count_low"] == lots["count_high"]).all()
    return len(lots) == 2 and bool(exact) and lots["unit_price_high"].notna().all()


def _title(headlines: pd.DataFrame, values: pd.DataFrame) -> str:
    row = values.iloc[0]
    price = say(headlines, "unit_price", row["item"], row["lot"])
    return f"The sum leaves room for {price} for one {item_name(row['item'], 1)}: it does not say how it divides"


def _name(row) -> str:
    return f"{capital(item_name(row.item, 1))} ({row.lot})"


def _line(axes: Axes, lots: pd.DataFrame, headlines: pd.DataFrame) -> None:
    across, up = lots.iloc[0], lots.iloc[1]
    x, y = [across["unit_price_low"], across["unit_price_high"]], [up["unit_price_high"], up["unit_price_low"]]
    axes.plot(x, y, color=COLOURS["received"], lw=3, solid_capstyle="round")
    mean = find(headlines, "mean_price", across["sum"])
    axes.plot([mean["value"]] * 2, [mean["value"]] * 2, marker="o", ms=8, color=COLOURS["ink"], ls="none")
    text = f"  if both cost the same:\n  {in_words(mean)}"
    axes.text(mean["value"], mean["value"], text, va="bottom", size=SIZES["small"])
    for lot, place in ((across, (x[1], y[1])), (up, (x[0], y[0]))):
        price = find(headlines, "unit_price", lot["item"], lot["lot"])
        text = in_words(price.to_dict() | {"low": None}).replace("at most ", "at most\n")
        axes.annotate(text, place, (6, 6), textcoords="offset points", size=SIZES["small"])
    axes.set(xlim=(0, x[1] * 1.4), ylim=(0, y[0] * 1.08))
    axes.set_xlabel(_axis(across), size=SIZES["text"])
    axes.set_ylabel(_axis(up), size=SIZES["text"])
    _finish(axes)


def _axis(row: pd.Series) -> str:
    return f"{capital(item_name(row['item'], 1))} ({row['lot']}), {CURRENCIES.get(row['currency'], row['currency'])}"


def _ranges(axes: Axes, lots: pd.DataFrame, headlines: pd.DataFrame) -> None:
    top = lots["unit_price_high"].max()
    for place, row in enumerate(lots.itertuples()):
        high = top * 1.1 if pd.isna(row.unit_price_high) else row.unit_price_high
        axes.barh(-place, high - row.unit_price_low, 0.4, row.unit_price_low, color=COLOURS["received"], alpha=0.6)
        text = f"{_name(row)}: {say(headlines, 'unit_price', row.item, row.lot)}"
        axes.text(0, -place + 0.24, text, va="bottom", size=SIZES["small"])
    axes.set(ylim=(-len(lots) + 0.5, 0.7), yticks=[])
    _finish(axes)


def _finish(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SIZES["small"], length=0)
    axes.locator_params(axis="x", nbins=4)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _place: figure(value))
