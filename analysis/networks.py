"""Goods of one origin as a flow through time: the most of them that can pass a gate.

All goods of an item, whoever's they are, go through a layout: what a node holds it sends on or keeps until its party's
next node. Goods of the origin may take any share of that. Wherever they come together they are no more than all goods
there, so they can always be sent on; hence the most that can pass any shipments is what can be led to them from where
such goods start, no matter what follows: one maximum flow, through that part of the layout which lies behind them. The
least is the rest: all that passed, less the most that can be of others.

This holds for exact counts, where nothing passes the gate twice and every supplier is named. `programmes.Programme`
answers whatever is left.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from analysis.layouts import ABROAD, ANYWHERE, Layout, balance
from analysis.programmes import End, Programme

LARGEST = 2**31 - 1  # SciPy's solver counts in 32 bits
TOGETHER = 20_000  # arcs solved in one call
SOURCE = -1  # in place of a node: where goods start
NEEDLESS, UNSOLVED = -1, -2  # in place of a gate


class Question(NamedTuple):
    """What is asked of one layout: how much of the origin is in shipments `groups[rows[n]]` together, at every n.

    `low` to `high` is the count of each shipment, `given` the opening stock asked for by job and party; `jobs[n]` is
    the row of it that counts. `rivals` are all layouts of the same shipments: one is possible only with counts of which
    no rival requires less stock.
    """

    layout: Layout
    low: np.ndarray
    high: np.ndarray
    given: np.ndarray
    groups: Sequence[Sequence[int]]
    jobs: np.ndarray
    rows: np.ndarray
    rivals: Sequence[Layout]


class Gate(NamedTuple):
    """Where goods are let out and followed no further: nodes, and how many items at each."""

    nodes: tuple[int, ...]
    counts: tuple[float, ...]


class Network(NamedTuple):
    """Arcs `tail` to `head` that carry `count` plus the stock of party `owner` (−1: no stock), and gates.

    Gates are numbered as nodes after the layout's. `behind`: by gate and node, whether goods may come from there;
    `limit`: by gate, how many items it lets out.
    """

    tail: np.ndarray
    head: np.ndarray
    count: np.ndarray
    owner: np.ndarray
    behind: np.ndarray
    limit: np.ndarray


class Passage(NamedTuple):
    """Gates asked for: the n-th is gate `gates[n]` of the network, with the opening stocks of row `jobs[n]`."""

    network: Network
    stocks: np.ndarray
    jobs: np.ndarray
    gates: np.ndarray


def exact(low: np.ndarray, high: np.ndarray) -> bool:
    """Whether all counts are exact."""
    return bool((low == high).all())


def raised(rivals: Sequence[Layout], given: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Opening stocks by job, layout and party, raised to the least that sending so many requires of one party alone."""
    required = np.array([balance(layout, low, high)[1] for layout in rivals])
    return np.maximum(given[:, None], required)


def possible(given: np.ndarray, stocks: np.ndarray) -> np.ndarray:
    """By job and layout, whether no other layout requires less stock in all; `stocks` as `raised` gives them."""
    asked = np.where(np.isinf(given), 0, given)[:, None]
    extra = np.where(np.isinf(stocks), 0, stocks - asked).sum(axis=2)
    return extra <= extra.min(axis=1, keepdims=True)


def bounds(questions: Sequence[Question]) -> list[np.ndarray]:
    """Least and most of every question, and whether each is attained: an array of four columns per question.

    Everything that flows can answer is solved together; the rest one by one as linear programmes.
    """
    doors = [_gates(question) for question in questions]
    passages = [passage for pair in zip(questions, doors, strict=True) for passage in _passages(*pair)]
    passed = iter(most_through(passages))
    found = []
    for question, (gate, gates) in zip(questions, doors, strict=True):
        own, other = _sums(question)
        here = gate[question.rows]
        both = np.zeros((2, len(here)))
        if gates:
            both[:, here >= 0] = next(passed), next(passed)
        both = np.minimum(both, other[question.rows])
        least, most = own[question.rows] + other[question.rows] - both[1], own[question.rows] + both[0]
        ends = np.column_stack([least, most, *np.ones((2, len(here)))])
        ends[here == UNSOLVED] = _programmes(question, np.flatnonzero(here == UNSOLVED))
        found.append(ends)
    return found


def _sums(question: Question) -> np.ndarray:
    """By group, at most how many items come from the origin itself, and how many from others."""
    sent, counts = (question.layout.leaves == ABROAD).tolist(), question.high.tolist()
    return np.array([
        [sum(counts[place] for place in group if sent[place] == side) for group in question.groups]
        for side in (True, False)
    ])  # fmt: skip


def _gates(question: Question) -> tuple[np.ndarray, list[Gate]]:
    """By group, the number of its gate, NEEDLESS where all is of the origin, or UNSOLVED by flows; and the gates."""
    layout, counts = question.layout, question.high
    named = (layout.leaves != ANYWHERE).all()
    solvable = layout.strict and named and exact(question.low, counts) and counts.sum() <= LARGEST
    if not solvable:
        return np.full(len(question.groups), UNSOLVED), []
    out = np.bincount(layout.leaves + 1, counts, minlength=len(layout.owner) + 1)[1:].tolist()
    each = list(zip(layout.leaves.tolist(), counts.tolist(), strict=True))
    numbers: dict[Gate, int] = {}
    found = []
    for group in question.groups:
        sizes: dict[int, float] = {}
        for node, count in (each[place] for place in group):
            if node != ABROAD:
                sizes[node] = sizes.get(node, 0) + count
        nodes = tuple(sorted(sizes))
        # All that one node sends leaves by one gate: what may pass it is what any of its shipments may carry.
        gate = Gate(nodes, (out[nodes[0]],) if len(nodes) == 1 else tuple(sizes[node] for node in nodes))
        if not nodes:
            found.append(NEEDLESS)
        elif len(nodes) > 1 and _returns(layout, gate, group):
            found.append(UNSOLVED)
        else:
            found.append(numbers.setdefault(gate, len(numbers)))
    return np.array(found), list(numbers)


def _returns(layout: Layout, gate: Gate, group: Sequence[int]) -> bool:
    """Whether goods that left by one of these shipments can come back and leave by another."""
    behind = _behind(layout, gate)
    return any(layout.comes[place] != ABROAD and behind >> int(layout.comes[place]) & 1 for place in group)


def _behind(layout: Layout, gate: Gate) -> int:
    """The nodes from which goods may come to a gate, as the bits of an integer."""
    found = 0
    for node in gate.nodes:
        found |= layout.behind[node]
    return found


def _passages(question: Question, doors: tuple[np.ndarray, list[Gate]]) -> Iterator[Passage]:
    """What flows are asked: the most of the origin through each gate, then the most of all others."""
    gate, gates = doors
    if gates:
        here = gate[question.rows]
        stocks = raised([question.layout], question.given, question.low, question.high)[:, 0]
        for own in (True, False):
            network = _network(question, gates, own)
            yield Passage(network, stocks, question.jobs[here >= 0], here[here >= 0])


def _programmes(question: Question, asked: np.ndarray) -> np.ndarray:
    """The questions at these places as `bounds` answers them, each asked once however many rows mean the same."""
    found = np.zeros((len(asked), 4))
    programme = Programme(question.layout) if len(asked) else None
    same: dict[tuple, list[int]] = {}
    for number, place in enumerate(asked.tolist()):
        given = tuple(question.given[question.jobs[place]].tolist())
        same.setdefault((given, tuple(question.groups[question.rows[place]])), []).append(number)
    for (given, group), numbers in same.items():
        limits = programme.limits(question.low, question.high, np.array(given))
        ends = programme.least(group, limits), programme.most(group, limits)
        found[numbers] = [*(end.value for end in ends), *(_attained(question, limits.given, end) for end in ends)]
    return found


def _attained(question: Question, given: np.ndarray, end: End) -> bool:
    """Whether counts were found with which this layout is possible and the end is reached.

    Without a limit, more and more can come from the origin and go straight on: that requires no stock of anybody.
    """
    if math.isinf(end.value):
        return question.layout.strict and len(question.rivals) == 1
    if end.counts is None:
        return False
    stocks = raised([question.layout, *question.rivals], given[None], end.counts, end.counts)
    return bool(possible(given[None], stocks)[0, 0])


def _network(question: Question, gates: Sequence[Gate], own: bool) -> Network:
    """The network for goods of the origin (`own`), or for all others, which start as opening stocks."""
    layout, counts = question.layout, question.high
    before, held = np.array(layout.before, dtype=int), balance(layout, counts, counts)[0]
    inside = np.flatnonzero((layout.leaves != ABROAD) & (layout.comes != ABROAD))
    later, first = np.flatnonzero(before != ABROAD), np.flatnonzero(before == ABROAD)
    sent = np.flatnonzero((layout.leaves == ABROAD) & (layout.comes != ABROAD))
    start = layout.comes[sent] if own else first
    exits = [(node, place, count) for place, gate in enumerate(gates) for node, count in zip(*gate, strict=True)]
    nodes, doors, limits = (np.array(column) for column in zip(*exits, strict=True))
    arcs = [  # tail, head, count, owner of the stock that adds to it
        (layout.leaves[inside], layout.comes[inside], counts[inside], np.full(len(inside), -1)),
        (before[later], later, held[before[later]], layout.owner[later]),
        (np.full(len(start), SOURCE), start, counts[sent] if own else np.zeros(len(start)),
         np.full(len(start), -1) if own else layout.owner[start]),
        (nodes, doors + len(before), limits, np.full(len(nodes), -1)),
    ]  # fmt: skip
    tail, head, count, owner = (np.concatenate(column) for column in zip(*arcs, strict=True))
    fed = sum(1 << node for node in set(start.tolist()))
    used = np.array([node == SOURCE or layout.behind[node] & fed > 0 for node in tail.tolist()])
    inward = _bits([_behind(layout, gate) for gate in gates], len(before))
    behind = np.hstack([inward, np.eye(len(gates), dtype=bool)])
    limit = np.bincount(doors, limits, minlength=len(gates))
    return Network(tail[used], head[used], count[used], owner[used], behind, limit)


def _bits(sets: Sequence[int], size: int) -> np.ndarray:
    """Sets of numbers below `size`, given as the bits of integers, as rows of a table of booleans."""
    width = (size + 7) // 8
    packed = np.frombuffer(b"".join(row.to_bytes(width, "little") for row in sets), dtype=np.uint8)
    return np.unpackbits(packed.reshape(len(sets), width), axis=1, count=size, bitorder="little").astype(bool)


def most_through(passages: Sequence[Passage]) -> list[np.ndarray]:
    """The most that can pass each gate asked for, in whole items: an array of integers per passage, in the same order.

    All are solved as a few large graphs side by side, so that many small networks cost little more than a large one.
    """
    found = np.concatenate([np.zeros(0, dtype=int), *(_solved(pieces) for pieces in _batches(passages))])
    return np.split(found, np.cumsum([len(passage.gates) for passage in passages])[:-1])


def _batches(passages: Iterable[Passage]) -> Iterator[list[tuple]]:
    """Pieces of graph in lists that hold about TOGETHER arcs each."""
    batch, size = [], 0
    for piece in chain.from_iterable(_pieces(passage) for passage in passages):
        batch.append(piece)
        size += len(piece[0])
        if size > TOGETHER:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pieces(passage: Passage) -> Iterator[tuple]:
    """Tails, heads, capacities and size of one graph for some questions: each has a copy of all that lies behind it."""
    if not len(passage.gates):  # of no row that is asked about
        return
    network = passage.network
    passable = network.behind[:, network.head]
    weights = np.cumsum(passable.sum(axis=1)[passage.gates]) // TOGETHER
    for part in np.split(np.arange(len(passage.gates)), np.flatnonzero(np.diff(weights)) + 1):
        gates = passage.gates[part]
        behind = network.behind[gates]
        number = np.cumsum(behind.ravel()).reshape(behind.shape) - 1
        copy, arc = np.nonzero(passable[gates])
        tail = np.where(network.tail[arc] == SOURCE, SOURCE, number[copy, network.tail[arc]])
        stock = np.where(network.owner[arc] < 0, 0, passage.stocks[passage.jobs[part][copy], network.owner[arc]])
        capacity = np.minimum(network.count[arc] + stock, network.limit[gates[copy]])  # also where stocks are endless
        exits = number[:, -len(network.limit) :][np.arange(len(gates)), gates]
        yield tail, number[copy, network.head[arc]], capacity, exits, network.limit[gates], number[-1, -1] + 1


def _solved(pieces: list[tuple]) -> np.ndarray:
    """One maximum flow through all pieces: node 0 is the source, node 1 the sink, which all gates lead to."""
    starts = np.cumsum([2, *(piece[-1] for piece in pieces)])
    shifted = list(zip(pieces, starts, strict=False))
    tail = np.concatenate([np.where(piece[0] == SOURCE, 0, piece[0] + start) for piece, start in shifted])
    head = np.concatenate([piece[1] + start for piece, start in shifted])
    exits = np.concatenate([piece[3] + start for piece, start in shifted])
    capacity = np.concatenate([*(piece[2] for piece in pieces), *(piece[4] for piece in pieces)])
    ends = np.concatenate([tail, exits]), np.concatenate([head, np.ones_like(exits)])
    graph = coo_array((capacity.astype(np.int32), ends), shape=(starts[-1], starts[-1])).tocsr()
    flow = maximum_flow(graph, 0, 1).flow
    return -flow.data[flow.indptr[1] : flow.indptr[2]].astype(np.int64)
