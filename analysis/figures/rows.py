"""The headlines that figures draw, looked up by party and item."""

import pandas as pd

from analysis.headlines import keyed
from analysis.wording import UNKNOWN, UNKNOWN_AMOUNT, figure, measure, span

MOST = 6  # items that one figure draws


def items_of(headlines: pd.DataFrame, party: str, first: str) -> list[str]:
    """Items that the party received or sent, the focus item first."""
    parts = [*keyed(headlines, "received")["parts"], *keyed(headlines, "sent")["parts"]]
    return sorted({item for name, item in parts if name == party}, key=lambda item: (item != first, item))


def drawn(headlines: pd.DataFrame, party: str, first: str) -> tuple[list[str], str]:
    """Of many items those to draw, the focus item first, then those of which most moved; and how many are left out."""
    items = items_of(headlines, party, first)
    if len(items) <= MOST:
        return items, ""
    names = ("received", "sent")
    moved = {item: max(size(found_or_none(headlines, name, party, item)) for name in names) for item in items}
    chosen = sorted(items, key=lambda item: (item != first, -moved[item], item))[:MOST]
    left = len(items) - MOST
    many = "is 1 other item" if left == 1 else f"are {left} other items"
    return chosen, f" Not drawn {many}: headlines.csv has the numbers."


def found_or_none(headlines: pd.DataFrame, name: str, *key: str) -> pd.Series | None:
    """A headline by its name and key, where there is one."""
    rows = headlines[headlines["key"] == f"{name}[{','.join(key)}]"]
    return rows.iloc[0] if len(rows) else None


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


def size(row: pd.Series | None) -> float:
    """How long or thick to draw a headline: the best figure, or else the least above nought, or else the most."""
    if row is None:
        return 0.0
    known = [row[end] for end in ("value", "low", "high") if pd.notna(row[end])]
    return float(next((value for value in known if value > 0), min(known, default=0)))


def is_exact(row: pd.Series) -> bool:
    """Whether the sources leave no room: everything else is drawn hatched."""
    known = pd.notna(row["low"]) and pd.notna(row["high"])
    return bool(known and row["low"] == row["high"] and "estimate" not in row["qualifier"])


def is_short(row: pd.Series | None) -> bool:
    """Whether more went out than is recorded as coming in, whatever the interval."""
    return row is not None and bool(pd.notna(row["high"]) and row["high"] < 0)


def is_open(row: pd.Series | None) -> bool:
    """Whether nothing is known that a thickness could show: neither a number nor a limit above nought."""
    return row is not None and bool(pd.isna(row["high"])) and size(row) <= 0


def is_less(row: pd.Series | None, parts: list[tuple[str, pd.Series]]) -> bool:
    """Whether the least of a sum is less than its flows have: one lot may be among them twice."""
    known = [part["low"] for _, part in parts if pd.notna(part["low"])]
    return row is not None and bool(pd.notna(row["low"]) and row["low"] < sum(known))


def left_over(row: pd.Series) -> str:
    """How much can be unaccounted for, as a label: none, a count, the most it can be, or an unknown number; never a
    negative one."""
    low, high = row["low"], row["high"]
    if pd.notna(low) and low >= 0:
        return spoken(row)
    if pd.isna(high):
        return UNKNOWN_AMOUNT if measure(row["unit"]) else UNKNOWN
    return "none" if high <= 0 else f"up to {figure(high, row['unit'])}"


def shortfall(row: pd.Series) -> str:
    """The number of a negative remainder, as what is missing on the other side."""
    low, high = (None if pd.isna(row[end]) else -row[end] for end in ("high", "low"))
    return span(low, None, high, row["unit"], row["qualifier"])


def spoken(row: pd.Series | None) -> str:
    """The number as print shows it; none recorded where there is none."""
    if row is None:
        return "none recorded"
    return span(row["low"], row["value"], row["high"], row["unit"], row["qualifier"])
