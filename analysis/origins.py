"""How much of what was passed on must, and how much can, be of a given origin.

Every shipment of q items carries y of the origin, 0 ≤ y ≤ q. At each party and moment the goods of the origin that left
are no more than those that came, and all others that left no more than others that came plus the opening stock.

Parties that no shipments of an item link, the origin aside, do not bear on each other: each such group is a `Part` of
its own. It is laid out once (layouts) whatever the stocks, and all are solved together (networks).
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import InputError
from analysis.layouts import NOBODY, ORDERS, Layout, Route, layouts
from analysis.names import unspecified
from analysis.networks import Question, bounds, exact, possible, raised
from analysis.tables import typed

ALL = "*"
FEW_ORDERS = 24  # of loops with uncertain counts, each order of which is a programme: four shipments' orders
WORDS = ("supplier", "recipient", "item", "unit", "year", "statements")
NUMBERS = ("given_stock", "opening_stock", "least", "most", "exact")
Stock = float | Mapping[str, float]


class Flow(NamedTuple):
    """A row of `flows` as plain values; `year` and the counts may be missing."""

    supplier: str
    recipient: str
    item: str
    unit: str
    year: int
    statements: str
    low: int
    high: int
    best: float


class Row(NamedTuple):
    """A row of `origins` without its bounds: its words, the flows of its item that it sums up, and who sent them."""

    words: tuple
    flows: list[int]
    sender: str | None


class Part(NamedTuple):
    """Linked shipments of one item: counts, layouts, the rows of the table they fill, and the shipments of each row.

    A count of which nothing is known is from 0 to infinity.
    """

    low: np.ndarray
    high: np.ndarray
    best: np.ndarray
    layouts: list[Layout]
    rows: np.ndarray
    groups: list[list[int]]
    senders: np.ndarray


class Table(NamedTuple):
    """What one table of flows asks, whatever the stocks: the words of every row, and the parts that answer them."""

    words: list[tuple]
    parts: list[Part]


class Asked(NamedTuple):
    """Rows of a part and what for: the n-th is `part.groups[rows[n]]`, with the opening stocks `given[jobs[n]]`."""

    part: Part
    given: np.ndarray
    jobs: np.ndarray
    rows: np.ndarray


def origin_bounds(flows: pd.DataFrame, origin: str, opening_stock: Stock = 0) -> pd.DataFrame:
    """Least and most items of `origin` in every shipment, in all that reached a recipient, and in all a party sent.

    `opening_stock` is what a party held of its own before the first year: one number for every party but the origin, or
    a number by party (0 for the others; `math.inf` for a producer). Where a party sent more than it can have had, its
    stock is raised to what it needs; `given_stock` keeps the number asked for. Shape: schemas, `origins`; recipient `*`
    is all outflows of the supplier, supplier `*` all that reached the recipient. Bounds hold for every whole count
    within its interval, and each set of counts requires stocks of its own; a count of which nothing is known can be any
    number. `method` is `exact` where both ends are attained by some such counts, `outer` where one may be wider than
    need be: it is never narrower. `opening_stock` is the least that any of these counts requires.

    Parties without a name (`names.unspecified`) are a different one in every flow: what came from one may be of any
    origin, and what went to one is followed no further. Flows without any year are taken as of one period. An undated
    flow beside dated ones may be of any year: bounds then hold whatever came first, and are `outer`.
    """
    return bounds_of_jobs([(flows, opening_stock)], origin).drop(columns="job")


def bounds_of_jobs(jobs: Sequence[tuple[pd.DataFrame, Stock]], origin: str) -> pd.DataFrame:
    """`origin_bounds` of many (flows, opening stock) at once, in one table; its first column `job` counts them from 0.

    All are solved together, and a table of flows that several jobs share is laid out once.
    """
    tables, takers = _tables([flows for flows, _ in jobs], origin)
    answered = _answered(tables, [[jobs[job][1] for job in took] for took in takers])
    numbers = [found.reshape(len(NUMBERS), -1) for found in answered]
    words = [words for table, took in zip(tables, takers, strict=True) for words in table.words * len(took)]
    job = [job for table, took in zip(tables, takers, strict=True) for job in np.repeat(took, len(table.words))]
    order = np.argsort(np.array(job, dtype=int), kind="stable")
    found = pd.DataFrame(words, columns=WORDS).assign(origin=origin)
    found[list(NUMBERS)] = np.hstack([np.empty((len(NUMBERS), 0)), *numbers]).T
    found["method"] = np.where(found["exact"] == 1, "exact", "outer")
    found = typed(found.iloc[order], "origins")
    found.insert(0, "job", pd.array(np.array(job, dtype=int)[order], dtype="Int64"))
    return found


def least_and_most(
    groups: Sequence[tuple[Sequence[pd.DataFrame], Sequence[Stock]]], origin: str
) -> list[tuple[list[tuple], np.ndarray, np.ndarray]]:
    """The bounds alone, of many readings of flows and opening stocks: what `bounds_of_jobs` says of them, as arrays.

    Per group of readings of the same flows: the words of every row (as WORDS), its least and its most over all
    readings, by opening stock and row; NaN where there is no limit.
    """
    known: dict[tuple, list[Layout]] = {}
    tables = [[_table(flows, origin, known) for flows in readings] for readings, _ in groups]
    stocks = [own for readings, own in groups for _ in readings]
    answered = iter(_answered(list(itertools.chain(*tables)), stocks))
    found = []
    for mine in tables:
        least, most = np.array([next(answered)[2:4] for _ in mine]).swapaxes(0, 1)
        found.append((mine[0].words, np.fmin.reduce(least), most.max(axis=0)))
    return found


def break_evens(flows: pd.DataFrame, origin: str) -> pd.DataFrame:
    """The least opening stock, the same for every party but the origin, at which none need be of the origin.

    One row for every row of `origin_bounds`, in its order, with its words and `break_even`: 0 where none need be even
    without stock, empty where some must be whatever the stock. Below it, some must be of the origin. Where the bounds
    are `outer`, it may not be certain that none need be there: it is then empty, and `sure` false.
    """
    (table,), _ = _tables([flows], origin)
    enough = np.zeros(len(table.words), dtype=int)
    for part in table.parts:
        enough[part.rows] = _enough(part)
    needed = _least(table.parts, enough, np.full(len(enough), True))[0] > 0
    below, above = np.where(needed, enough, -1), enough  # some must be of the origin at `below`, none at `above`
    while (unsure := above - below > 1).any():
        middle = np.where(unsure, (below + above) // 2, above)
        needed_there = _least(table.parts, middle, unsure)[0] > 0
        below, above = np.where(needed_there & ~needed, middle, below), np.where(needed_there, above, middle)
    found = pd.DataFrame(table.words, columns=WORDS).assign(origin=origin, break_even=above)
    found["break_even"] = found["break_even"].astype("Int64").mask(needed)
    found = typed(found, "origins")[["origin", *WORDS[:-1], "break_even", "statements"]]
    sure = needed | (_least(table.parts, above, ~needed)[1] == 1)
    return found.assign(break_even=found["break_even"].where(sure), sure=sure)


def lowest_break_evens(readings: Sequence[pd.DataFrame]) -> pd.Series:
    """Of break-evens in several readings of the same flows, by row: none need be once none need be in one of them.

    Empty also where one of them is not sure.
    """
    lowest = pd.concat([found["break_even"] for found in readings], axis=1).min(axis=1)
    return lowest.where(pd.concat([found["sure"] for found in readings], axis=1).all(axis=1))


def main_supplier(flows: pd.DataFrame, party: str, item: str) -> str:
    """Who sent most of the item to the party, by what is reported of it; the party itself where nobody did.

    Where only somebody unnamed did, whoever else sent most of it to anybody: what came may be of that.
    """
    of_item = flows[flows["item"] == item]
    mine = of_item[of_item["recipient"] == party]
    named = mine[~mine["supplier"].map(unspecified).astype(bool)]
    if len(mine) and named.empty:
        others = of_item["supplier"].ne(party) & ~of_item["supplier"].map(unspecified).astype(bool)
        named = of_item[others]
    sent = named.assign(most=named["best"].fillna(named["high"]).fillna(named["low"])).groupby("supplier")["most"].sum()
    return str(sent.sort_values(ascending=False, kind="stable").index[0]) if len(sent) else party


def check_origin(origin: str, transfers: pd.DataFrame) -> None:
    """Raises InputError for an origin that is not said to have sent anything: its goods cannot be followed."""
    known = sorted(party for party in set(transfers["supplier"]) if not unspecified(party))
    if origin not in known:
        raise InputError(f"origin={origin!r}: no statement says that it sent anything. Suppliers: {', '.join(known)}.")


def laid_out(flows: pd.DataFrame, origin: str) -> Table:
    """The words of every row of `origins`, and the parts that give its numbers."""
    return _tables([flows], origin)[0][0]


def held(part: Part, stocks: Sequence[Stock]) -> np.ndarray:
    """Opening stocks as asked for, by job and party."""
    parties = part.layouts[0].parties
    given = [
        [stock.get(party, 0) for party in parties] if isinstance(stock, Mapping) else [stock] * len(parties)
        for stock in stocks
    ]
    return np.array(given, dtype=float).reshape(len(stocks), len(parties))


def _tables(frames: Sequence[pd.DataFrame], origin: str) -> tuple[list[Table], list[list[int]]]:
    """Every table of flows once, and the places at which it stands."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, flows in enumerate(frames):
        places[id(flows)].append(place)
    known: dict[tuple, list[Layout]] = {}
    return [_table(frames[took[0]], origin, known) for took in places.values()], list(places.values())


def _table(flows: pd.DataFrame, origin: str, known: dict[tuple, list[Layout]]) -> Table:
    """Rows and parts of a table of flows. Layouts are looked up in `known`, and new ones kept there."""
    items = defaultdict(list)
    for cells in zip(*(flows[name].tolist() for name in Flow._fields), strict=True):
        flow = Flow(*cells)
        items[flow.item, flow.unit].append(flow)
    words, parts = [], []
    for item in sorted(items):
        rows = _rows(items[item], origin)
        parts += _parts(items[item], rows, origin, len(words), known)
        words += [row.words for row in rows]
    return Table(words, parts)


def _rows(flows: list[Flow], origin: str) -> list[Row]:
    """The rows of one item: its shipments, then what reached each recipient, then what each party sent in all."""
    rows = [Row(tuple(flow[:6]), [place], flow.supplier) for place, flow in enumerate(flows)]
    for side in ("recipient", "supplier"):
        groups = defaultdict(list)
        for place, flow in enumerate(flows):
            groups[getattr(flow, side)].append(place)
        for party in sorted(party for party in set(groups) - {origin} if not unspecified(party)):
            senders = {flows[place].supplier for place in groups[party]}
            ends = (ALL, party) if side == "recipient" else (party, ALL)
            ids = {name for place in groups[party] for name in flows[place].statements.split()}
            statements = " ".join(sorted(ids, key=lambda name: (len(name), name)))
            words = (*ends, flows[0].item, flows[0].unit, None, statements)
            rows.append(Row(words, groups[party], senders.pop() if len(senders) == 1 else None))
    return rows


def _parts(flows: list[Flow], rows: list[Row], origin: str, start: int, known: dict[tuple, list[Layout]]) -> list[Part]:
    """The parts of one item, whose rows are numbered from `start`."""
    linked = _linked(flows, origin)
    members, filled = defaultdict(list), defaultdict(list)
    for place, label in enumerate(linked):
        members[label].append(place)
    for place, row in enumerate(rows):
        filled[linked[row.flows[0]]].append(place)
    parts = []
    for label, places in members.items():
        mine = [rows[place] for place in filled[label]]
        here = [flows[place] for place in places]
        low, high, best = (np.array(column, dtype=float) for column in zip(*map(_count, here), strict=True))
        number = {place: index for index, place in enumerate(places)}
        orders = _layouts(here, origin, exact(low, high), known)
        party = {name: index for index, name in enumerate(orders[0].parties)}
        groups = [[number[place] for place in row.flows] for row in mine]
        senders = np.array([party.get(row.sender, -1) for row in mine])
        parts.append(Part(low, high, best, orders, np.array(filled[label]) + start, groups, senders))
    return parts


def _count(flow: Flow) -> tuple[float, float, float]:
    """Least, most and best of a flow: what nobody counts is anything from 0 on."""
    low, high = (0 if pd.isna(flow.low) else flow.low), (math.inf if pd.isna(flow.high) else flow.high)
    return low, high, (math.nan if pd.isna(flow.best) else flow.best)


def _layouts(flows: list[Flow], origin: str, exact: bool, known: dict[tuple, list[Layout]]) -> list[Layout]:
    """The layouts of linked flows, looked up in `known`."""
    undated = [pd.isna(flow.year) for flow in flows]
    most = (ORDERS if exact else FEW_ORDERS) if all(undated) or not any(undated) else 0
    routes = tuple(
        Route(*(NOBODY if unspecified(party) else party for party in flow[:2]), 0 if any(undated) else flow.year)
        for flow in flows
    )
    if (routes, most) not in known:
        known[routes, most] = layouts(routes, origin, most)
    return known[routes, most]


def _linked(flows: list[Flow], origin: str) -> list[str]:
    """By flow, a label that those share whose parties are linked by others than the origin and the unnamed."""
    above: dict[str, str] = {}

    def top(party: str) -> str:
        while above.setdefault(party, party) != party:
            above[party] = above[above[party]]
            party = above[party]
        return party

    ends = [
        [party for party in flow[:2] if party != origin and not unspecified(party)] or [f"flow {place}"]
        for place, flow in enumerate(flows)
    ]
    for pair in ends:
        above[top(pair[0])] = top(pair[-1])
    return [top(pair[0]) for pair in ends]


def _every_row(part: Part, stocks: list[Stock]) -> Asked:
    """All rows of a part, for each of these opening stocks."""
    count = len(part.rows)
    jobs, rows = np.repeat(np.arange(len(stocks)), count), np.tile(np.arange(count), len(stocks))
    return Asked(part, held(part, stocks), jobs, rows)


def _answered(tables: list[Table], stocks: Sequence[Sequence[Stock]]) -> list[np.ndarray]:
    """NUMBERS of every row of each table under opening stocks of its own: by number, stock and row."""
    asked = [_every_row(part, given) for table, given in zip(tables, stocks, strict=True) for part in table.parts]
    solved = iter(zip(asked, *_solved(asked), strict=True))
    return [
        _numbers(table, len(given), list(itertools.islice(solved, len(table.parts))))
        for table, given in zip(tables, stocks, strict=True)
    ]


def _solved(asked: list[Asked]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Least, most and whether each is attained, of everything asked; and opening stocks as required, by job and party.

    Over all layouts that are possible: with exact counts, those that require the least stock.
    """
    questions, owners, stocks = [], [], []
    for place, (part, given, jobs, rows) in enumerate(asked):
        own_by_layout = raised(part.layouts, given, part.low, part.high)
        fits = possible(given, own_by_layout)
        stocks.append(own_by_layout[np.arange(len(given)), fits.argmax(axis=1)])
        fits |= not exact(part.low, part.high)
        for number, layout in enumerate(part.layouts):
            chosen = np.flatnonzero(fits[jobs, number])
            if len(chosen):
                which = jobs[chosen], rows[chosen]
                questions.append(Question(layout, part.low, part.high, given, part.groups, *which, part.layouts))
                owners.append((place, chosen))
    found = [np.tile([math.inf, -math.inf, 0, 0], (len(rows), 1)) for *_, rows in asked]
    for (place, chosen), ends in zip(owners, bounds(questions), strict=True):
        found[place][chosen] = _wider(found[place][chosen], ends)
    return found, stocks


def _wider(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of two answers to each question, the lesser least and the greater most; attained where either attains it."""
    found = np.column_stack([np.minimum(one[:, 0], other[:, 0]), np.maximum(one[:, 1], other[:, 1])])
    attained = [(each[:, :2] == found) & (each[:, 2:] == 1) for each in (one, other)]
    return np.hstack([found, attained[0] | attained[1]])


def _numbers(table: Table, jobs: int, solved: list[tuple[Asked, np.ndarray, np.ndarray]]) -> np.ndarray:
    """NUMBERS of all rows, job by job; what is endless or the origin's own is empty."""
    found = np.full((len(NUMBERS), jobs, len(table.words)), np.nan)
    for (part, given, *_), ends, stocks in solved:
        none = np.full((jobs, 1), np.nan)  # for rows of several senders, for the origin's and for those of the unnamed
        found[0][:, part.rows] = np.hstack([given, none])[:, part.senders]
        found[1][:, part.rows] = np.hstack([stocks, none])[:, part.senders]
        found[2:4, :, part.rows] = ends[:, :2].T.reshape(2, jobs, len(part.rows))
        found[4][:, part.rows] = ends[:, 2:].all(axis=1).reshape(jobs, len(part.rows))
    found[np.isinf(found)] = np.nan
    return found


def _enough(part: Part) -> int:
    """A stock with which every party could have sent only goods of its own."""
    sent = defaultdict(float)
    for group, sender in zip(part.groups, part.senders.tolist(), strict=True):
        sent[sender] = max(sent[sender], part.low[group].sum())
    return int(max(sent.values()))


def _least(parts: list[Part], stocks: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The least of every row of a table, each with an opening stock of its own, and whether it is attained.

    Both are 0 for the rows that are not wanted.
    """
    asked = []
    for part in parts:
        given = np.repeat(stocks[part.rows, None].astype(float), len(part.layouts[0].parties), axis=1)
        rows = np.flatnonzero(wanted[part.rows])
        asked.append(Asked(part, given, rows, rows))
    found = np.zeros((2, len(stocks)))
    asked = [each for each in asked if len(each.rows)]
    for (part, _, rows, _), ends in zip(asked, _solved(asked)[0], strict=True):
        found[:, part.rows[rows]] = ends[:, [0, 2]].T
    return found
