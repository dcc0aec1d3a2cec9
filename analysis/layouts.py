"""One item's shipments laid out in time: a node is a party at a moment; every order of a year's loops is tried.

Within a year what a party receives comes before what it sends, wherever that is possible. Shipments of one year that
form a loop happened in some order, each as one event: without an order, goods would go round from nowhere.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ORDERS = 5040  # orders tried per network; where loops allow more, one loose layout stands for all of them
ABROAD = -1  # in place of a node: at the origin, or with somebody unnamed to whom goods went and who is not followed
ANYWHERE = -2  # in place of the node where a route leaves: with somebody unnamed, whose goods may be of any origin
NOBODY = ""  # in place of a party: somebody whom no source names, and never the same one twice


class Route(NamedTuple):
    """One shipment without its count: from one party to another in one year."""

    supplier: str
    recipient: str
    year: int


class Layout(NamedTuple):
    """Routes as arcs between nodes that are numbered as they came about; a party's nodes follow each other in time.

    `leaves` and `comes`: the node where each route leaves and arrives; ABROAD and ANYWHERE are no nodes. By node:
    `owner`, the place of its party in `parties`; `before`, its party's node before it or −1; `behind`, all nodes from
    which goods may have got there, itself included, as the bits of an integer. `strict`: every shipment has its moment;
    if not, a year's shipments of a party have none, and `behind` is of no use.
    """

    parties: list[str]
    leaves: np.ndarray
    comes: np.ndarray
    owner: np.ndarray
    before: list[int]
    behind: list[int]
    strict: bool


def layouts(routes: Sequence[Route], origin: str, most: int = ORDERS) -> list[Layout]:
    """A layout for every order that the loops within years may have had; one loose one where those are more than most.

    With `most` = 0 there is one loose layout in any case.
    """
    blocks = _blocks(routes, origin)
    orders = math.prod(math.factorial(len(loop)) for loop, _ in blocks)
    if orders == 1 or orders > most:
        return [_laid_out(routes, origin, [loop + rest for loop, rest in blocks], strict=orders <= most)]
    ways = itertools.product(*([[*way, *rest] for way in itertools.permutations(loop)] for loop, rest in blocks))
    return _different(_laid_out(routes, origin, way, strict=True) for way in ways)


def _different(found: Iterable[Layout]) -> list[Layout]:
    """Layouts that differ in more than the numbers of their nodes: many orders come to the same."""
    kept: dict[tuple[int, ...], Layout] = {}
    for layout in found:
        turn: list[int] = []  # by node: which of its party's nodes it is
        for before in layout.before:
            turn.append(0 if before < 0 else turn[before] + 1)
        ends = [*layout.leaves.tolist(), *layout.comes.tolist()]
        key = tuple(turn[node] if node >= 0 else node for node in ends)
        kept.setdefault(key, layout)
    return list(kept.values())


def _blocks(routes: Sequence[Route], origin: str) -> list[tuple[list[int], list[int]]]:
    """Shipments in blocks, year by year, senders before receivers: those within a loop, then those that leave it."""
    number: dict[tuple[int, str], int] = {}  # a party in a year
    senders = [number.setdefault((route.year, route.supplier), len(number)) for route in routes]
    receivers = [number.setdefault((route.year, route.recipient), len(number)) for route in routes]
    inner = [route.recipient not in (origin, NOBODY) for route in routes]  # these are in no loop
    label = _loops(np.array(senders)[inner], np.array(receivers)[inner], len(number))
    after = [
        (label[sender], label[receiver])
        for sender, receiver, within in zip(senders, receivers, inner, strict=True)
        if within
    ]
    years = {label[place]: year for (year, _), place in number.items()}
    blocks = {group: ([], []) for group in _sorted(after, years)}
    for place, (sender, receiver) in enumerate(zip(senders, receivers, strict=True)):
        looped = inner[place] and label[sender] == label[receiver]
        blocks[label[sender]][0 if looped else 1].append(place)
    return list(blocks.values())


def _loops(tail: np.ndarray, head: np.ndarray, size: int) -> list[int]:
    """By number: a label that those share who can send to each other, and only those."""
    graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(size, size))
    return connected_components(graph, connection="strong")[1].tolist()


def _sorted(after: list[tuple[int, int]], years: dict[int, int]) -> list[int]:
    """Groups by year so that each comes after all that send to it."""
    sorter = TopologicalSorter({group: [] for group in sorted(years)})
    for sender, receiver in after:
        if sender != receiver:
            sorter.add(receiver, sender)
    return sorted(sorter.static_order(), key=years.__getitem__)


def _laid_out(routes: Sequence[Route], origin: str, order: Iterable[list[int]], strict: bool) -> Layout:
    """Walk through the shipments; a party gets a new node in a new year, and when goods arrive after some left."""
    leaves, comes = np.full(len(routes), ABROAD), np.full(len(routes), ABROAD)
    ends = {party for supplier, recipient, _ in routes for party in (supplier, recipient)}
    parties = sorted(ends - {origin, NOBODY})
    number = {party: place for place, party in enumerate(parties)}
    owner, before, behind = [], [], []
    current: dict[str, tuple[int, int, bool]] = {}  # a party's last node, its year, and whether goods have left it

    def node(party: str, year: int, arriving: bool) -> int:
        last, then, left = current.get(party, (ABROAD, None, False))
        if then != year or (arriving and left and strict):
            owner.append(number[party])
            before.append(last)
            behind.append(1 << len(behind) | (behind[last] if last != ABROAD else 0))
            last, left = len(owner) - 1, False
        current[party] = (last, year, left or not arriving)
        return last

    for place in itertools.chain(*order):
        supplier, recipient, year = routes[place]
        if supplier == NOBODY:
            leaves[place] = ANYWHERE
        elif supplier != origin:
            leaves[place] = node(supplier, year, arriving=False)
        if recipient not in (origin, NOBODY):
            comes[place] = node(recipient, year, arriving=True)
            behind[comes[place]] |= behind[leaves[place]] if leaves[place] >= 0 else 0
    return Layout(parties, leaves, comes, np.array(owner, dtype=int), before, behind, strict)


def balance(layout: Layout, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By node, the most that came less the least that left until then; by party, the stock that sending requires."""
    change = np.zeros(len(layout.owner))
    np.add.at(change, layout.comes[layout.comes >= 0], high[layout.comes >= 0])
    np.add.at(change, layout.leaves[layout.leaves >= 0], -low[layout.leaves >= 0])
    held: list[float] = []
    for before, more in zip(layout.before, change.tolist(), strict=True):
        held.append(more if before == ABROAD else held[before] + more)
    required = np.zeros(len(layout.parties))
    np.maximum.at(required, layout.owner, -np.array(held))
    return np.array(held), required
