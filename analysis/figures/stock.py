"""How much must and how much can be of the origin, by what the other parties held of their own."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.rows import found_or_none
from analysis.figures.style import COLOURS, HATCHED, SIZES, Drawing, canvas, finished, foot, head, styled
from analysis.headlines import find, goes_on, keyed, marked, say
from analysis.intervals import ends
from analysis.names import item_name, party_label, party_name
from analysis.prose import broken_even
from analysis.wording import capital, figure, measure, unmarked

PANEL, GAP = 0.95, 0.5  # height of one panel and of what lies above it, inches
MOST = 6  # panels, those with the most to tell first


def opening_stock(scenarios: pd.DataFrame, headlines: pd.DataFrame, item: str, credit: str) -> Drawing:
    """One panel for all a party sent, and for all that reached one: least (solid) and most (hatched), over the stock.

    `scenarios` has the point of these results in its first row; rows that differ from it in the opening stock alone are
    drawn. A dotted line marks the break-even.
    """
    along = _along(scenarios, headlines, item)
    rows = _rows(along)
    keys = list(along.columns[1:])[:MOST]
    goods = item_name(item)
    none = (
        f"How many of the {goods} sent on can be of one origin"
        if goes_on(headlines, item)
        else f"Of the {goods}, none is recorded as passed on"
    )
    marked_title = broken_even(marked(headlines), item) or none
    title, _ = unmarked(marked_title)
    told = max(keys, key=lambda key: _even(headlines, _parts(key)) or 0, default="")
    below = foot(credit) + 0.55
    height = head(title) + (PANEL + GAP) * max(1, len(keys)) + below
    with styled():
        figure_ = canvas(height, title, credit)
        for place, key in enumerate(keys):
            bottom = height - head(title) - (PANEL + GAP) * (place + 1)
            axes = figure_.add_axes((0.1, bottom / height, 0.84, PANEL / height))
            _panel(axes, rows[rows["key"] == key], headlines, last=place == len(keys) - 1)
            if key == told:
                _legend(axes, rows[rows["key"] == key])
    alt = f"Least and most of the origin, by opening stock. {title}. In these results: " + " ".join(
        _told(headlines, key) for key in keys
    )
    return finished("opening-stock", figure_, along, alt, marked_title)


def _along(scenarios: pd.DataFrame, headlines: pd.DataFrame, item: str) -> pd.DataFrame:
    """The opening stock, and the cells of each headline along it, all else as in the first row."""
    fixed = ["prefer", "lag_years", "tolerance", "leave_out", "origin", "price_limits", "currency", "rate_of"]
    first = scenarios.iloc[0]
    along = scenarios[(scenarios[fixed] == first[fixed]).all(axis=1)].sort_values("opening_stock")
    possible = keyed(headlines, "of_origin").loc[lambda rows: rows["high"].fillna(1) > 0]  # no limit: any number
    wanted = [row.key for row in possible.itertuples() if row.parts[3] == item]
    return along[["opening_stock", *wanted]].reset_index(drop=True)


def _rows(along: pd.DataFrame) -> pd.DataFrame:
    """key, opening_stock, least, most."""
    found = [
        (key, stock, *ends(text))
        for key in along.columns[1:]
        for stock, text in zip(along["opening_stock"], along[key], strict=True)
    ]
    return pd.DataFrame(found, columns=["key", "opening_stock", "least", "most"]).astype(
        {"least": float, "most": float}
    )


def _panel(axes: Axes, rows: pd.DataFrame, headlines: pd.DataFrame, last: bool) -> None:
    stocks, least = rows["opening_stock"].astype(float), rows["least"]
    most = rows["most"].fillna(1.5 * max(1, least.max()))  # no limit: drawn beyond the least
    colour = COLOURS["origin"]
    axes.fill_between(stocks, 0, least, color=colour, alpha=0.85, lw=0)
    axes.fill_between(stocks, least, most, facecolor="none", edgecolor=colour, hatch=HATCHED, lw=0.8)
    axes.set(xlim=(0, max(stocks.max(), 1)), ylim=(0, max(most.max(), 1) * 1.12))
    key = _parts(rows["key"].iloc[0])
    axes.set_title(_heading(headlines, key), loc="left", size=SIZES["text"], weight="bold", pad=5)
    if even := _even(headlines, key):
        axes.axvline(even, color=COLOURS["ink"], ls=":", lw=1.4)
        side = "right" if even > 0.75 * stocks.max() else "left"
        text = f" {say(headlines, 'break_even', *key)} "
        axes.text(even, most.max() * 1.08, text, ha=side, va="top", size=SIZES["text"], weight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=SIZES["small"], length=0, labelbottom=last)
    axes.locator_params(nbins=4)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _place: figure(value))
    if last:
        unit = measure(find(headlines, "of_origin", *key)["unit"])
        told = "Opening stock: what every party but the origin had that no record shows"
        axes.set_xlabel(f"{told}, in {unit}" if unit else told, size=SIZES["small"])


def _legend(axes: Axes, rows: pd.DataFrame) -> None:
    """What solid and hatched mean, in the first panel, where there is room for it."""
    right, most = rows["opening_stock"].max(), rows["most"].max()
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    axes.text(0.015 * right, 0.12 * most, "must be", size=SIZES["small"], weight="bold")
    axes.text(0.6 * right, 0.68 * most, "can be", size=SIZES["small"], weight="bold", ha="center", bbox=box)


def _heading(headlines: pd.DataFrame, key: list[str]) -> str:
    origin, supplier, recipient, _ = key
    whose = capital(f"{party_label(supplier)} sent" if recipient == "*" else f"reached {party_name(recipient)}")
    stock = say(headlines, "assumed_stock")
    return f"{whose}: {say(headlines, 'of_origin', *key)} from {party_name(origin)}, at a stock of {stock}"


def _parts(key: str) -> list[str]:
    return key.removeprefix("of_origin[").removesuffix("]").split(",")


def _even(headlines: pd.DataFrame, key: list[str]) -> float | None:
    """The break-even of a panel, where there is one above nought."""
    row = found_or_none(headlines, "break_even", *key)
    return None if row is None or pd.isna(row["value"]) or not row["value"] else float(row["value"])


def _told(headlines: pd.DataFrame, name: str) -> str:
    key = _parts(name)
    known = _even(headlines, key) is not None
    return f"{_heading(headlines, key)}" + (f"; break-even {say(headlines, 'break_even', *key)}." if known else ".")
