"""How much of an origin is in some shipments, over every count within its interval: linear programmes and branches.

Every whole count within its interval can be true, and each set of counts requires opening stocks of its own: a party
holds the larger of what is given and what its sending then requires. That is no linear condition: stock beyond what is
given is held only where the party ran empty at some moment. So the programme at first lets stocks be anything up to the
most that any counts require, and where its answer breaks the condition, it is asked again once for every way to keep
it. Fractions are split in the same way.
"""

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, MatrixFormat
from scipy.sparse import coo_array, csc_array

from analysis.layouts import ABROAD, ANYWHERE, Layout, balance

MOST_BRANCHES = 300  # programmes split for one end of one bound; beyond that the bound is an outer one
LARGEST_DOUBT = 0.01  # of counts so large that the solver's numbers are less sure than that, no bound is called exact


class End(NamedTuple):
    """One end of a bound in whole items, and the counts that attain it; None where none were found that do."""

    value: float
    counts: np.ndarray | None


class Limits(NamedTuple):
    """Limits of all variables for some counts and opening stocks; `near` is what counts as no difference."""

    lower: np.ndarray
    upper: np.ndarray
    given: np.ndarray
    near: float


class Branch(NamedTuple):
    """A programme that was solved: its value, limits of its variables, and their values."""

    value: float
    lower: np.ndarray
    upper: np.ndarray
    found: np.ndarray


class Programme:
    """Goods in one layout, whatever the counts and stocks, which only limit the variables.

    Variables, in this order: goods of the origin in each shipment, others in each, all in each; by node what is kept of
    the origin, what is kept of others; by party its opening stock. Rows say that they add up.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        count, nodes, parties = len(layout.leaves), len(layout.owner), len(layout.parties)
        self.starts = np.cumsum([0, count, count, count, nodes, nodes, parties])
        self.solver = _solver(_matrix(layout, self.starts))

    def limits(self, low: np.ndarray, high: np.ndarray, given: np.ndarray) -> Limits:
        """Counts from `low` to `high` (infinite: no limit known), and opening stocks by party, raised as required."""
        layout = self.layout
        own, unnamed = layout.leaves == ABROAD, layout.leaves == ANYWHERE
        lower, upper = np.zeros(self.starts[-1]), np.full(self.starts[-1], np.inf)
        if not layout.strict:  # a loop whose order is left open must not add to what came into it
            upper[self._part(0)] = high[own | unnamed].sum()
        upper[self._part(1)][own] = 0
        lower[self._part(2)], upper[self._part(2)] = low, high
        least, most = np.zeros(len(layout.parties)), _most_required(layout, low, high)
        if layout.strict:
            least, most = balance(layout, low, high)[1], balance(layout, high, low)[1]
        lower[self._part(5)] = np.where(np.isinf(given), 0, np.maximum(given, least))
        upper[self._part(5)] = np.maximum(given, most)
        known = np.concatenate([low, high, given])
        return Limits(lower, upper, given, max(1e-6, 1e-12 * known[np.isfinite(known)].max(initial=0)))

    def least(self, group: Sequence[int], limits: Limits) -> End:
        """The least of the origin in these shipments together, rounded up to whole items."""
        found = self._search(group, 1, limits)
        sent = [place for place in group if self.layout.leaves[place] == ABROAD]
        least = max(math.ceil(found.value - 10 * limits.near), limits.lower[self._part(2)][sent].sum())
        return End(least + 0.0, found.counts)

    def most(self, group: Sequence[int], limits: Limits) -> End:
        """The most of the origin in these shipments together, rounded down; infinite where nothing limits it."""
        found = self._search(group, -1, limits)
        most = -found.value if math.isinf(found.value) else math.floor(10 * limits.near - found.value)
        return End(min(most, limits.upper[self._part(2)][list(group)].sum()) + 0.0, found.counts)

    def _part(self, number: int) -> slice:
        return slice(self.starts[number], self.starts[number + 1])

    def _search(self, group: Sequence[int], sign: int, limits: Limits) -> End:
        """Best first: the first programme that keeps all conditions is as good as any."""
        cost = np.zeros(self.starts[-1])
        cost[list(group)] = sign
        turn = itertools.count()
        waiting: list[tuple[float, int, Branch]] = []
        found = self._solved(cost, limits.lower, limits.upper)
        for _ in range(MOST_BRANCHES):
            for branch in found:
                heapq.heappush(waiting, (branch.value, next(turn), branch))
            if not waiting:
                raise AssertionError("no way to carry what the origin sent")
            value, _, branch = waiting[0]
            split = [] if math.isinf(value) else self._split(branch, limits)
            if not split:
                sure = self.layout.strict and limits.near < LARGEST_DOUBT and not math.isinf(value)
                return End(value, np.round(branch.found[self._part(2)]) if sure else None)
            heapq.heappop(waiting)
            found = [each for ends in split for each in self._solved(cost, *ends)]
        return End(waiting[0][0], None)

    def _split(self, branch: Branch, limits: Limits) -> list[tuple[np.ndarray, np.ndarray]]:
        """Limits that between them leave out this answer and nothing that can be; none where it can be."""
        stock = branch.found[self._part(5)]
        kept = branch.found[self._part(3)] + branch.found[self._part(4)]
        # A loose layout says nothing of moments within a year, so nobody runs empty at a known one.
        for place in np.flatnonzero(stock > limits.given + limits.near) if self.layout.strict else ():
            mine = np.flatnonzero(self.layout.owner == place)
            if len(mine) and kept[mine].min() > limits.near:
                return list(self._ran_empty(branch, limits.given[place], place, mine))
        goods = branch.found[: self.starts[3]]
        broken = np.abs(goods - np.round(goods))
        place = int(broken.argmax())
        if broken[place] <= 10 * limits.near:
            return []
        below, above = branch.upper.copy(), branch.lower.copy()
        below[place], above[place] = math.floor(goods[place]), math.ceil(goods[place])
        return [(branch.lower, below), (above, branch.upper)]

    def _ran_empty(
        self, branch: Branch, given: float, party: int, nodes: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The party held no more than it was given, or nothing was left to it at one of its moments."""
        stock = self.starts[5] + party
        if branch.lower[stock] <= given:
            upper = branch.upper.copy()
            upper[stock] = given
            yield branch.lower, upper
        for node in nodes:
            upper = branch.upper.copy()
            upper[[self.starts[3] + node, self.starts[4] + node]] = 0
            yield branch.lower, upper

    def _solved(self, cost: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> list[Branch]:
        """The programme of least cost within these limits; none where there is no way at all."""
        every = np.arange(len(cost), dtype=np.int32)
        self.solver.changeColsBounds(len(every), every, lower, upper)
        self.solver.changeColsCost(len(every), every, cost)
        for start_afresh in (lambda: None, self.solver.clearSolver):  # seldom it loses its way from an earlier answer
            start_afresh()
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == HighsModelStatus.kOptimal:
                found = np.array(self.solver.getSolution().col_value)
                return [Branch(self.solver.getInfo().objective_function_value, lower, upper, found)]
            if status == HighsModelStatus.kUnbounded:
                return [Branch(-math.inf, lower, upper, np.zeros(len(cost)))]
            if status == HighsModelStatus.kInfeasible:
                return []
        raise AssertionError(f"the solver of linear programmes stopped: {status}")


def _most_required(layout: Layout, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """By party, the most that sending can require where a year's shipments have no order: all left before any came."""
    gone, come = np.zeros((2, len(layout.owner)))
    np.add.at(gone, layout.leaves[layout.leaves >= 0], high[layout.leaves >= 0])
    np.add.at(come, layout.comes[layout.comes >= 0], low[layout.comes >= 0])
    required = np.zeros(len(layout.parties))
    for node, before in enumerate(layout.before):
        if before != ABROAD:
            gone[node] += gone[before]
            come[node] += come[before]
        came_before = come[before] if before != ABROAD else 0
        required[layout.owner[node]] = max(required[layout.owner[node]], gone[node] - came_before)
    return required


def _matrix(layout: Layout, starts: np.ndarray) -> csc_array:
    """A row for every node and kind of goods, then a row for every shipment: each adds up to 0."""
    own, others, total, own_kept, others_kept, stock = starts[:-1]
    count, nodes = len(layout.leaves), len(layout.owner)
    node, before = np.arange(nodes), np.array(layout.before, dtype=int)
    later, first = np.flatnonzero(before != ABROAD), np.flatnonzero(before == ABROAD)
    leaves, comes = (np.flatnonzero(ends >= 0) for ends in (layout.leaves, layout.comes))
    entries = [(2 * nodes + np.arange(count), part + np.arange(count), sign)
               for part, sign in ((own, 1), (others, 1), (total, -1))]  # fmt: skip
    for row, goods, kept in ((0, own, own_kept), (nodes, others, others_kept)):
        entries += [(row + node, kept + node, 1), (row + later, kept + before[later], -1)]
        entries += [(row + layout.leaves[leaves], goods + leaves, 1), (row + layout.comes[comes], goods + comes, -1)]
    entries.append((nodes + first, stock + layout.owner[first], -1))
    rows, columns = (np.concatenate([entry[part] for entry in entries]) for part in (0, 1))
    values = np.concatenate([np.full(len(entry[0]), entry[2]) for entry in entries])
    return coo_array((values, (rows, columns)), shape=(2 * nodes + count, starts[-1])).tocsc()


def _solver(matrix: csc_array) -> Highs:
    """A solver for rows that each add up to 0; costs and limits are still to be set."""
    programme, size = HighsLp(), matrix.shape[1]
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_, programme.col_lower_, programme.col_upper_ = np.zeros((3, size))
    programme.row_lower_ = programme.row_upper_ = np.zeros(matrix.shape[0])
    programme.a_matrix_.format_ = MatrixFormat.kColwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data
    solver = Highs()
    for option, value in {"output_flag": False, "threads": 1, "presolve": "off"}.items():
        solver.setOptionValue(option, value)
    solver.passModel(programme)
    return solver
