"""Many small tables as one: a query costs more than what it does with ten rows, so one run serves many points.

Nothing in the SQL texts joins or adds up rows of two items. So each table has its number set before its items, and the
tables below one another go through a text as one; what comes out is told apart by the same number, in the same order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import reconcile
from analysis.tables import typed

Choice = Mapping[str, object]
BETWEEN = "\t"  # a number and an item: no slug has it


def counted(transfers: pd.DataFrame, choices: Sequence[Choice]) -> list[dict[str, pd.DataFrame]]:
    """The tables flows, double_counts and balances at each choice of prefer, lag_years, tolerance and leave_out.

    They are those that `reconcile` makes one by one, and so are the errors.
    """
    flows = [pd.DataFrame()] * len(choices)
    for (prefer, lag_years), places in _alike(choices, "prefer", "lag_years").items():
        chosen = [choices[place] for place in places]
        if prefer == "reliable":  # weights follow from all statements together, and not from those on an item alone
            found = [reconcile.flows(transfers, **choice) for choice in chosen]
        else:
            told = [reconcile.told(transfers, choice["tolerance"], choice["leave_out"]) for choice in chosen]
            found = apart(reconcile.flows(stacked(told), prefer, lag_years), len(told))
        for place, table in zip(places, found, strict=True):
            flows[place] = table
    doubled = [pd.DataFrame()] * len(choices)
    for (lag_years,), places in _alike(choices, "lag_years").items():
        found = reconcile.double_counts(stacked([flows[place] for place in places]), lag_years)
        for place, table in zip(places, apart(found, len(places)), strict=True):
            doubled[place] = table
    balances = apart(reconcile.balances(stacked(flows), stacked(doubled)), len(choices))
    return [
        {"flows": each, "double_counts": twice, "balances": balance}
        for each, twice, balance in zip(flows, doubled, balances, strict=True)
    ]


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of one shape below one another, the place of each before its items."""
    items = [f"{place}{BETWEEN}{item}" for place, table in enumerate(tables) for item in table["item"].tolist()]
    whole = pd.concat(tables, ignore_index=True)
    return typed(whole.assign(item=pd.Series(items, dtype="str")), tables[0].attrs["table"])


def apart(whole: pd.DataFrame, many: int) -> list[pd.DataFrame]:
    """So many tables as were stacked, from a table made of them."""
    marks = [item.split(BETWEEN, 1) for item in whole["item"].tolist()]
    rows = defaultdict(list)
    for row, (place, _) in enumerate(marks):
        rows[int(place)].append(row)
    plain = whole.assign(item=pd.Series([item for _, item in marks], dtype="str"))
    return [plain.take(rows[place]).reset_index(drop=True) for place in range(many)]


def _alike(choices: Sequence[Choice], *names: str) -> Mapping[tuple, list[int]]:
    """The places of the choices that agree in these values."""
    places = defaultdict(list)
    for place, choice in enumerate(choices):
        places[tuple(choice[name] for name in names)].append(place)
    return places
