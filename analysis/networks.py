"""Goods of one origin as a flow through time: the least and the most that each shipment can carry of them.

A party's goods of the origin stay between nought and all it holds. So one item's shipments, laid out in time, are a
network: a node per party and moment, an arc per shipment (0 to its count) and one per party from each moment to the
next (0 to its holdings then). What the origin itself sends is fixed. Given any such flow, an arc can carry as much more
as can be led back from its head to its tail through the rest of the network: one maximum flow per bound.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from analysis.layouts import HOME, REST, Layout, Shipment, holdings

LARGEST = 2**31 - 1  # SciPy's solver counts in 32 bits


class Network(NamedTuple):
    """Arcs of one network: node `tail` to node `head`, carrying 0 to `capacity` whole items; node 0 takes what remains.

    `supply` is what the origin sends into each node. `target` marks the arcs whose bounds are asked for.
    """

    tail: np.ndarray
    head: np.ndarray
    capacity: np.ndarray
    supply: np.ndarray
    target: np.ndarray


def arc_bounds(networks: Sequence[Network]) -> list[np.ndarray]:
    """Least and most of every target arc of every network, exact: one (targets, 2) array of integers per network.

    All networks are solved together, the n-th target of each in one call, so that a thousand small ones cost little
    more than a large one. Raises OverflowError where counts add up to more than 2**31 − 1.
    """
    joined = _Joined(networks)
    flow = joined.feasible()
    targets = [np.flatnonzero(network.target) + start for network, start in zip(networks, joined.arcs, strict=False)]
    found = [np.repeat(flow[arcs][:, None], 2, axis=1) for arcs in targets]
    for place in range(max(map(len, targets), default=0)):
        owners = [number for number, arcs in enumerate(targets) if place < len(arcs)]
        asked = np.array([targets[number][place] for number in owners])
        less, more = joined.room(flow, asked, up=False), joined.room(flow, asked, up=True)
        for number, down, up in zip(owners, less, more, strict=True):
            found[number][place] += (-down, up)
    return found


class _Joined:
    """Several networks side by side as one graph, with a source (node 0) and a sink (node 1) tied to every node."""

    def __init__(self, networks: Sequence[Network]) -> None:
        nodes = np.cumsum([2, *(len(network.supply) for network in networks)])
        self.arcs = np.cumsum([0, *(len(network.tail) for network in networks)])
        pairs = list(zip(networks, nodes, strict=False))
        self.rest = nodes[:-1]
        self.tail = np.concatenate([network.tail + start for network, start in pairs])
        self.head = np.concatenate([network.head + start for network, start in pairs])
        self.capacity = np.concatenate([network.capacity for network in networks]).astype(np.int64)
        self.supply = np.concatenate([[0, 0], *(network.supply for network in networks)]).astype(np.int64)
        self.size = int(nodes[-1])
        if self.supply.sum() > LARGEST:
            raise OverflowError("the counts add up to more than the solver can hold")
        self.capacity = np.minimum(self.capacity, self.supply.sum())  # no arc can carry more than there is
        every = np.arange(2, self.size)
        ones, zeros = np.ones_like(every), np.zeros_like(every)
        starts = np.concatenate([self.tail, self.head, zeros, every, every, ones])
        stops = np.concatenate([self.head, self.tail, every, ones, zeros, every])
        keys = np.unique(starts * self.size + stops)
        self.indices = (keys % self.size).astype(np.int32)
        self.indptr = np.searchsorted(keys, np.arange(self.size + 1) * self.size).astype(np.int32)
        self.forward = np.searchsorted(keys, self.tail * self.size + self.head)
        self.backward = np.searchsorted(keys, self.head * self.size + self.tail)
        self.enter = np.searchsorted(keys, np.arange(self.size))  # source to node; the first two are not used
        self.leave = np.searchsorted(keys, np.arange(self.size) * self.size + 1)
        self.entries = len(keys)

    def feasible(self) -> np.ndarray:
        """Some flow that sends on all that the origin supplied: per arc, whole items."""
        data = np.zeros(self.entries, dtype=np.int64)
        np.add.at(data, self.forward, self.capacity)
        data[self.enter[2:]] = self.supply[2:]
        data[self.leave[self.rest]] = self.supply.sum()
        found = self._solve(data)
        flow = np.maximum(found[self.forward], 0)
        if found[self.enter[2:]].sum() != self.supply.sum():
            raise AssertionError("what the origin sent finds no place: a party sends more than it can hold")
        return flow

    def room(self, flow: np.ndarray, asked: np.ndarray, up: bool) -> np.ndarray:
        """By how much the flow of each asked arc can rise (or fall); at most one arc per network may be asked for."""
        spare = self.capacity - flow
        start, stop = (self.head, self.tail) if up else (self.tail, self.head)
        limit = (spare if up else flow)[asked]
        spare[asked] = 0
        back = flow.copy()
        back[asked] = 0
        data = np.zeros(self.entries, dtype=np.int64)
        np.add.at(data, self.forward, spare)
        np.add.at(data, self.backward, back)
        data[self.enter[start[asked]]] = limit
        data[self.leave[stop[asked]]] = limit
        return self._solve(data)[self.enter[start[asked]]]

    def _solve(self, data: np.ndarray) -> np.ndarray:
        graph = csr_array((data.astype(np.int32), self.indices, self.indptr), shape=(self.size, self.size))
        return maximum_flow(graph, 0, 1).flow.data


def network(layout: Layout, shipments: list[Shipment], stocks: Mapping[str, float]) -> tuple[Network, list[int]]:
    """The network of a layout whose counts are exact, and the shipments that its targets are, in order."""
    most, _ = holdings(layout, shipments, stocks)
    total = sum(shipment.high for shipment in shipments)
    arcs, asked = [], []
    supply = np.zeros(layout.size, dtype=np.int64)
    for place, (shipment, leave, come) in enumerate(zip(shipments, layout.leaves, layout.comes, strict=True)):
        if leave is not None:
            arcs.append((leave, HOME if come is None else come, shipment.high))
            asked.append(place)
        elif come is not None:
            supply[come] += int(shipment.high)
    targets = np.arange(len(arcs))
    for nodes in layout.nodes.values():
        arcs += [(node, after, min(most[node], total)) for node, after in zip(nodes, [*nodes[1:], REST], strict=True)]
    arcs.append((HOME, REST, total))
    tail, head, capacity = (np.array(column) for column in zip(*arcs, strict=True))
    target = np.isin(np.arange(len(arcs)), targets)
    return Network(tail.astype(np.int64), head.astype(np.int64), capacity.astype(np.int64), supply, target), asked


class Linear:
    """The same question as a linear programme: for counts that are intervals, and for sums of several shipments.

    Variables, in this order: goods of the origin in each shipment, other goods in each, and what is kept of either
    after each node.
    """

    def __init__(self, layout: Layout, shipments: list[Shipment], stocks: Mapping[str, float]) -> None:
        self.count = len(shipments)
        _, stock = holdings(layout, shipments, stocks)
        nodes = [(party, place, node) for party, row in layout.nodes.items() for place, node in enumerate(row)]
        self.size = 2 * self.count + 2 * len(nodes)
        number = {node: index for index, (_, _, node) in enumerate(nodes)}
        entries, right = [], []
        for other in (0, 1):
            for index, (party, place, _) in enumerate(nodes):
                row = other * len(nodes) + index
                kept = 2 * self.count + other * len(nodes) + index
                entries.append((row, kept, 1))
                if place:
                    entries.append((row, kept - 1, -1))
                endless = other and np.isinf(stock[party])
                right.append(1e15 if endless and not place else stock[party] if other and not place else 0)
            for place, (leave, come) in enumerate(zip(layout.leaves, layout.comes, strict=True)):
                column = other * self.count + place
                entries += [(other * len(nodes) + number[leave], column, 1)] if leave is not None else []
                entries += [(other * len(nodes) + number[come], column, -1)] if come is not None else []
        rows, columns, values = zip(*entries, strict=True)
        self.equal = coo_array((values, (rows, columns)), shape=(len(right), self.size)).tocsr()
        self.right = np.array(right, dtype=float)
        pair = np.arange(self.count)
        cells = (np.r_[pair, pair], np.r_[pair, pair + self.count])
        both = coo_array((np.ones(2 * self.count), cells), shape=(self.count, self.size)).toarray()
        low, high = (np.array([getattr(shipment, end) for shipment in shipments]) for end in ("low", "high"))
        finite = np.isfinite(high)
        self.less = csr_array(np.vstack([-both, both[finite]]))
        self.limit = np.r_[-low, high[finite]]
        fixed = [leave is None for leave in layout.leaves]
        supply = sum(shipment.high for shipment, own in zip(shipments, fixed, strict=True) if own)
        # Nothing carries more than the origin ever sent: a loop whose order is left open must not add to it.
        self.bounds = [(0, supply if np.isfinite(supply) else None)] * self.count
        self.bounds += [(0, 0) if own else (0, None) for own in fixed]
        self.bounds += [(0, None)] * (2 * len(nodes))

    def bounds_of(self, places: Iterable[int]) -> tuple[int, float]:
        """Least and most of the origin in all these shipments together, rounded inwards to whole items."""
        cost = np.zeros(self.size)
        cost[list(places)] = 1
        found = []
        for sign in (1, -1):
            solved = linprog(sign * cost, self.less, self.limit, self.equal, self.right, self.bounds, method="highs")
            found.append(sign * solved.fun if solved.status == 0 else np.inf)
        return int(np.ceil(found[0] - 1e-6)), float(np.floor(found[1] + 1e-6))
