"""How much of what was passed on must, and how much can, be of a given origin.

Every shipment of q items carries y of the origin, 0 ≤ y ≤ q. At each party and moment the goods of the origin that left
are no more than those that came, and all others that left no more than others that came plus the opening stock.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.layouts import Layout, Shipment, holdings, layouts
from analysis.networks import Linear, arc_bounds, network
from analysis.tables import InputError, typed

ALL = "*"


class Item(NamedTuple):
    """The flows of one item, its shipments, and the layouts that need the least stock, with that stock by party."""

    flows: pd.DataFrame
    shipments: list[Shipment]
    layouts: list[Layout]
    stocks: Mapping[str, float]
    needed: Mapping[str, float]


def origin_bounds(flows: pd.DataFrame, origin: str, opening_stock: float | Mapping[str, float] = 0) -> pd.DataFrame:
    """Least and most items of `origin` in every shipment, in all that reached a recipient, and in all a party sent.

    `opening_stock` is what a party held of its own before the first year: one number for every party but the origin, or
    a number by party (0 for the others; `math.inf` for a producer). Where a party sent more than it can have had, its
    stock is raised to what it needs; `given_stock` keeps the number asked for. Shape: schemas, `origins`; recipient `*`
    is all outflows of the supplier, supplier `*` all that reached the recipient. Bounds are exact where counts are;
    `method` is `outer` where one may be wider than need be. Flows without any known count are left out: nothing bounds
    them. Raises InputError for an undated flow beside dated ones of its item, which has no place in time.
    """
    known = flows.dropna(subset=["low"])
    items = [_item(part, origin, opening_stock) for _, part in known.groupby(["item", "unit"])]
    single = _each_shipment(items)
    rows = [row for item, bounds in zip(items, single, strict=True) for row in _rows(item, bounds, origin)]
    return typed(pd.DataFrame(rows), "origins")


def _item(flows: pd.DataFrame, origin: str, opening_stock: float | Mapping[str, float]) -> Item:
    for row in flows[flows["year"].isna()].itertuples() if flows["year"].notna().any() else ():
        raise InputError(
            f"flow {row.supplier} → {row.recipient} of {row.item} ({row.statements}): has no year, and others of its "
            "item have one, so it has no place in time. Write its year, or leave its statements out."
        )
    shipments = [
        Shipment(row.supplier, row.recipient, 0 if pd.isna(row.year) else int(row.year), int(row.low),
                 math.inf if pd.isna(row.high) else int(row.high))
        for row in flows.itertuples()
    ]  # fmt: skip
    given = opening_stock if isinstance(opening_stock, Mapping) else defaultdict(lambda: opening_stock)
    parties = {party for shipment in shipments for party in shipment[:2]} - {origin}
    stocks = {party: given.get(party, 0) if isinstance(opening_stock, Mapping) else given[party] for party in parties}
    tried = [(layout, holdings(layout, shipments, stocks)[1]) for layout in layouts(shipments, origin)]
    least = min(sum(needed.values()) for _, needed in tried)
    kept = [(layout, needed) for layout, needed in tried if sum(needed.values()) <= least]
    return Item(flows, shipments, [layout for layout, _ in kept], stocks, kept[0][1])


def _each_shipment(items: list[Item]) -> list[np.ndarray]:
    """Least and most of every shipment of every item: exact counts by one batch of flows, intervals one by one."""
    found = [np.array([[shipment.low, shipment.high] for shipment in item.shipments], dtype=float) for item in items]
    exact = [place for place, item in enumerate(items) if all(low == high for *_, low, high in item.shipments)]
    jobs = [(place, *network(layout, items[place].shipments, items[place].stocks))
            for place in exact for layout in items[place].layouts]  # fmt: skip
    solved = arc_bounds([job[1] for job in jobs]) if jobs else []
    wide: dict[int, np.ndarray] = {}
    for (place, _, asked), bounds in zip(jobs, solved, strict=True):
        before = wide.setdefault(place, np.column_stack([np.full(len(bounds), np.inf), np.full(len(bounds), -np.inf)]))
        wide[place] = np.column_stack([np.minimum(before[:, 0], bounds[:, 0]), np.maximum(before[:, 1], bounds[:, 1])])
        found[place][asked] = wide[place]
    for place in set(range(len(items))) - set(exact):
        item = items[place]
        found[place] = np.array([_widest(item, [shipment]) for shipment in range(len(item.shipments))], dtype=float)
    return found


def _widest(item: Item, places: list[int]) -> tuple[float, float]:
    """Least and most of these shipments together over every layout."""
    every = [Linear(layout, item.shipments, item.stocks).bounds_of(places) for layout in item.layouts]
    return min(low for low, _ in every), max(high for _, high in every)


def _rows(item: Item, bounds: np.ndarray, origin: str) -> list[dict[str, object]]:
    """The rows of one item: its shipments, then what reached each recipient, then what each party sent in all."""
    flows = item.flows.reset_index(drop=True)
    rows = [_row(item, origin, [place], bounds) for place in flows.index]
    for side, column in (("supplier", "recipient"), ("recipient", "supplier")):
        for party, group in flows.groupby(column):
            if party != origin:
                rows.append(_row(item, origin, list(group.index), bounds) | {side: ALL, "year": None})
    return rows


def _row(item: Item, origin: str, places: list[int], bounds: np.ndarray) -> dict[str, object]:
    least, most = bounds[places[0]] if len(places) == 1 else _widest(item, places)
    flow = item.flows.iloc[places[0]]
    ids = sorted(set(" ".join(item.flows.iloc[places]["statements"]).split()), key=lambda name: (len(name), name))
    exact = all(layout.exact for layout in item.layouts) and all(low == high for *_, low, high in item.shipments)
    given, needed = item.stocks.get(flow["supplier"]), item.needed.get(flow["supplier"])
    return {
        "origin": origin,
        **flow[["supplier", "recipient", "item", "unit", "year"]],
        "given_stock": None if given is None or math.isinf(given) else given,
        "opening_stock": None if needed is None or math.isinf(needed) else needed,
        "least": least,
        "most": None if math.isinf(most) else most,
        "method": "exact" if exact else "outer",
        "statements": " ".join(ids),
    }
