"""The headlines that figures draw, looked up by party and item."""

import pandas as pd

from analysis.headlines import keyed
from analysis.wording import span


def items_of(headlines: pd.DataFrame, party: str, first: str) -> list[str]:
    """Items that the party received, the focus item first."""
    parts = keyed(headlines, "received")["parts"]
    return sorted((item for name, item in parts if name == party), key=lambda item: (item != first, item))


def ends(headlines: pd.DataFrame, party: str, item: str, inward: bool) -> list[tuple[str, pd.Series]]:
    """Who stands at the other end of each flow in (or out) of an item, the largest first."""
    rows = keyed(headlines, "flow")
    mine, other = (1, 0) if inward else (0, 1)
    found = [
        (row["parts"][other], row)
        for _, row in rows.iterrows()
        if (row["parts"][mine], row["parts"][2]) == (party, item)
    ]
    return sorted(found, key=lambda end: (-size(end[1]), end[0]))


def size(row: pd.Series) -> float:
    """How long or thick to draw a headline: the best figure, or else the least that is known."""
    return float(next((value for value in (row["value"], row["low"]) if pd.notna(value)), 0))


def is_exact(row: pd.Series) -> bool:
    """Whether the sources leave no room: everything else is drawn hatched."""
    return pd.notna(row["low"]) and row["low"] == row["high"]


def shortfall(row: pd.Series) -> str:
    """The number of a negative remainder, as what is missing on the other side."""
    return span(-row["high"], None, -row["low"], row["unit"])


def spoken(row: pd.Series) -> str:
    """The number as print shows it."""
    return span(row["low"], row["value"], row["high"], row["unit"])
