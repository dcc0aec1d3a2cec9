"""One item's shipments laid out in time: a node is a party at a moment; every order of a year's loops is tried.

Within a year what a party receives comes before what it sends, wherever that is possible. Shipments of one year that
form a loop happened in some order, each as one event: without an order, goods would go round from nowhere.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ORDERS = 5040  # orders tried per item; where loops allow more, one loose layout stands for all of them
REST, HOME = 0, 1  # nodes that take what stays where it is, and what returns to the origin


class Shipment(NamedTuple):
    """`low` to `high` whole items (`high` may be infinite) from one party to another in one year."""

    supplier: str
    recipient: str
    year: int
    low: float
    high: float


class Layout(NamedTuple):
    """Where each shipment leaves and arrives (a node; None at the origin), and the nodes of each party in time."""

    leaves: list[int | None]
    comes: list[int | None]
    nodes: dict[str, list[int]]
    size: int
    exact: bool


def layouts(shipments: list[Shipment], origin: str) -> list[Layout]:
    """A layout for every order that the loops within years may have had; one loose one where those are too many."""
    years = defaultdict(list)
    for place, shipment in enumerate(shipments):
        years[shipment.year].append(place)
    blocks = [block for year in sorted(years) for block in _blocks(shipments, years[year], origin)]
    if math.prod(math.factorial(len(loop)) for loop, _ in blocks) > ORDERS:
        return [_laid_out(shipments, origin, [loop + rest for loop, rest in blocks], strict=False)]
    ways = itertools.product(*([[*way, *rest] for way in itertools.permutations(loop)] for loop, rest in blocks))
    return [_laid_out(shipments, origin, list(way), strict=True) for way in ways]


def _blocks(shipments: list[Shipment], places: list[int], origin: str) -> Iterator[tuple[list[int], list[int]]]:
    """One year's shipments in blocks, senders before receivers: those within a loop, then those that leave it."""
    parties = sorted({party for place in places for party in shipments[place][:2]} - {origin})
    number = {party: index for index, party in enumerate(parties)}
    inner = [place for place in places if shipments[place].supplier != origin and shipments[place].recipient != origin]
    ends = np.array([[number[party] for party in shipments[place][:2]] for place in inner]).reshape(-1, 2)
    graph = csr_array((np.ones(len(inner)), (ends[:, 0], ends[:, 1])), shape=(len(parties), len(parties)))
    label = connected_components(graph, connection="strong")[1] if parties else np.array([], dtype=int)
    after = {(int(label[a]), int(label[b])) for a, b in ends if label[a] != label[b]}
    yield [], [place for place in places if shipments[place].supplier == origin]
    sent = [place for place in places if shipments[place].supplier != origin]
    for group in _sorted(set(label.tolist()), after):
        mine = [place for place in sent if label[number[shipments[place].supplier]] == group]
        loop = [place for place in mine if place in inner and label[number[shipments[place].recipient]] == group]
        yield loop, [place for place in mine if place not in loop]


def _sorted(groups: set[int], after: set[tuple[int, int]]) -> Iterator[int]:
    """Groups so that each comes after all that send to it."""
    while groups:
        ready = sorted(group for group in groups if not any(b == group and a in groups for a, b in after))
        yield from ready
        groups = groups - set(ready)


def _laid_out(shipments: list[Shipment], origin: str, order: list[list[int]], strict: bool) -> Layout:
    """Walk through the shipments; a party gets a new node in a new year, and when goods arrive after some left."""
    leaves: list[int | None] = [None] * len(shipments)
    comes: list[int | None] = [None] * len(shipments)
    nodes: dict[str, list[int]] = defaultdict(list)
    current: dict[str, tuple[int, bool]] = {}  # the year of a party's last node, and whether goods have left it
    size = 2

    def node(party: str, year: int, arriving: bool) -> int:
        nonlocal size
        last, left = current.get(party, (None, False))
        if last != year or (arriving and left and strict):
            nodes[party].append(size)
            size, left = size + 1, False
        current[party] = (year, left or not arriving)
        return nodes[party][-1]

    for place in itertools.chain(*order):
        supplier, recipient, year = shipments[place][:3]
        leaves[place] = None if supplier == origin else node(supplier, year, arriving=False)
        comes[place] = None if recipient == origin else node(recipient, year, arriving=True)
    return Layout(leaves, comes, dict(nodes), size, strict)


def holdings(
    layout: Layout, shipments: list[Shipment], stocks: Mapping[str, float]
) -> tuple[dict[int, float], dict[str, float]]:
    """The most that a party can hold after each of its nodes, and the opening stock that it then needs.

    A stock is raised to what sending requires: all that must have left by a node, beyond all that can have come.
    """
    change, most = defaultdict(float), defaultdict(float)
    for shipment, leave, come in zip(shipments, layout.leaves, layout.comes, strict=True):
        if leave is not None:
            change[leave] -= shipment.low
        if come is not None:
            change[come] += shipment.high
    needed = {}
    for party, nodes in layout.nodes.items():
        running = np.cumsum([change[node] for node in nodes])
        needed[party] = max(stocks[party], 0.0, float(-running.min()))
        most.update(zip(nodes, needed[party] + running, strict=True))
    return dict(most), needed
