"""How much of an origin is in some shipments, as a linear programme: for what maximum flows (networks) cannot tell."""

import math
from collections.abc import Iterable

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, MatrixFormat
from scipy.sparse import coo_array, csc_array

from analysis.layouts import ABROAD, Layout


class Linear:
    """The same question as a linear programme: for counts that are intervals, and for goods that pass a gate twice.

    Variables, in this order: goods of the origin in each shipment, others in each, all in each; by node what is kept of
    the origin, what is kept of others; by party its opening stock. Rows say that they add up, so only the limits of the
    variables depend on counts and stocks: one programme serves a layout, however often it is passage.
    """

    def __init__(self, layout: Layout) -> None:
        count, nodes = len(layout.leaves), len(layout.owner)
        self.layout = layout
        self.sizes = (count, count, count, nodes, nodes, len(layout.parties))
        own, others, total, own_kept, others_kept, stock = np.cumsum([0, *self.sizes[:-1]])
        node, before = np.arange(nodes), np.array(layout.before, dtype=int)
        later, first = np.flatnonzero(before != ABROAD), np.flatnonzero(before == ABROAD)
        leaves, comes = (np.flatnonzero(ends != ABROAD) for ends in (layout.leaves, layout.comes))
        entries = [(2 * nodes + np.arange(count), part + np.arange(count), sign)
                   for part, sign in ((own, 1), (others, 1), (total, -1))]  # fmt: skip
        for row, goods, kept in ((0, own, own_kept), (nodes, others, others_kept)):
            entries += [(row + node, kept + node, 1), (row + later, kept + before[later], -1)]
            entries += [
                (row + layout.leaves[leaves], goods + leaves, 1),
                (row + layout.comes[comes], goods + comes, -1),
            ]
        entries.append((nodes + first, stock + layout.owner[first], -1))
        parties = np.arange(len(layout.parties))  # the last row: all opening stock together
        entries.append((np.full(len(parties), 2 * nodes + count), stock + parties, 1))
        rows, columns = (np.concatenate([entry[part] for entry in entries]) for part in (0, 1))
        values = np.concatenate([np.full(len(entry[0]), entry[2]) for entry in entries])
        matrix = coo_array((values, (rows, columns)), shape=(2 * nodes + count + 1, sum(self.sizes))).tocsc()
        self.solver = _solver(matrix, equal=2 * nodes + count)

    def bounds_of(
        self, places: Iterable[int], low: np.ndarray, high: np.ndarray, stocks: np.ndarray
    ) -> tuple[float, float]:
        """Least and most of the origin in all these shipments together, rounded inwards to whole items.

        `low` to `high` is the count of each shipment, `stocks` the opening stock of each party, no less than required
        of it alone. Where intervals need more than that together, the parties share what is missing in any way.
        """
        return tuple(self.bounds_along(places, low, high, stocks[None])[0].tolist())

    def bounds_along(self, places: Iterable[int], low: np.ndarray, high: np.ndarray, stocks: np.ndarray) -> np.ndarray:
        """`bounds_of` under many opening stocks: an array of two columns; `stocks` are by row and party, in order.

        Along a line of stocks the least only bends upwards and the most downwards, as with all linear programmes and
        their limits. So where a point between two others lies on a line with them, all between these do.
        """
        found, unsolved = np.zeros((len(stocks), 2)), [(0, len(stocks) - 1)]
        shared = np.zeros(len(stocks), dtype=bool)
        for place in {0, len(stocks) - 1}:
            found[place], shared[place] = self._ends_of(places, low, high, stocks[place])
        while unsolved:
            first, last = unsolved.pop()
            if last - first < 2:
                continue
            part = _parts_of_way(stocks[first : last + 1])
            middle = first + (1 + int(np.abs(part[1:-1] - 0.5).argmin()) if part is not None else (last - first) // 2)
            found[middle], shared[middle] = self._ends_of(places, low, high, stocks[middle])
            straight = part is not None and not shared[[first, middle, last]].any()
            if straight and _in_line(found[[first, middle, last]], part[middle - first]):
                found[first : last + 1] = _between(found[first], found[last], part[:, None])
            else:
                unsolved += [(first, middle), (middle, last)]
        return np.column_stack([np.ceil(found[:, 0] - 1e-5), np.floor(found[:, 1] + 1e-5)]) + 0.0  # no -0

    def _ends_of(
        self, places: Iterable[int], low: np.ndarray, high: np.ndarray, stocks: np.ndarray
    ) -> tuple[tuple[float, float], bool]:
        """Least and most before they are rounded, and whether stocks had to be more than given."""
        self._limit(low, high, stocks)
        cost = np.zeros(sum(self.sizes))
        cost[list(places)] = 1
        least = self._least(cost)
        shared = least is None
        if shared:
            self._share_what_is_missing(stocks)
            least = self._least(cost)
        most = self._least(-cost)
        if least is None or most is None:
            raise AssertionError("no way to carry what the origin sent")
        return (least, -most), shared

    def _limit(self, low: np.ndarray, high: np.ndarray, stocks: np.ndarray) -> None:
        """Set the least and the most of every variable."""
        sent = self.layout.leaves == ABROAD
        most = np.full(len(low), high[sent].sum())  # a loop whose order is left open must not add to what was sent
        bottoms = [np.zeros(size) for size in self.sizes]
        tops = [most, np.where(sent, 0, np.inf), high, *(np.full(size, np.inf) for size in self.sizes[3:5]), stocks]
        bottoms[2], bottoms[5] = low, np.where(np.isinf(stocks), 0, stocks)
        every = np.arange(sum(self.sizes), dtype=np.int32)
        self.solver.changeColsBounds(len(every), every, np.concatenate(bottoms), np.concatenate(tops))
        self.solver.changeRowBounds(self.solver.getNumRow() - 1, 0, np.inf)

    def _share_what_is_missing(self, stocks: np.ndarray) -> None:
        """Let stocks be more than given, by as little as possible in all."""
        first, last = sum(self.sizes[:5]), self.solver.getNumRow() - 1
        held = np.zeros(sum(self.sizes))
        held[first:] = np.isfinite(stocks)
        for place, own in enumerate(stocks.tolist()):
            self.solver.changeColBounds(first + place, 0 if math.isinf(own) else own, np.inf)
            self.solver.changeCoeff(last, first + place, float(math.isfinite(own)))
        together = self._least(held)
        self.solver.changeRowBounds(last, 0, together + 1e-6)

    def _least(self, cost: np.ndarray) -> float | None:
        """The least cost: −∞ where nothing limits it, None where there is no way at all."""
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        for start_afresh in (lambda: None, self.solver.clearSolver):  # seldom it loses its way from an earlier answer
            start_afresh()
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == HighsModelStatus.kOptimal:
                return self.solver.getInfo().objective_function_value
            if status == HighsModelStatus.kUnbounded:
                return -math.inf
            if status == HighsModelStatus.kInfeasible:
                return None
        raise AssertionError(f"the solver of linear programmes stopped: {status}")


def _parts_of_way(points: np.ndarray) -> np.ndarray | None:
    """How far each of some points is from the first to the last, 0 to 1; None where they are not on one line."""
    way = points[-1] - points[0]
    if not np.isfinite(way).all() or not way.any():
        return None
    longest = np.abs(way).argmax()
    part = (points[:, longest] - points[0, longest]) / way[longest]
    return part if np.allclose(points, points[0] + part[:, None] * way, rtol=0, atol=1e-9) else None


def _in_line(ends: np.ndarray, part: float) -> bool:
    """Whether the second of three answers lies between the others, so nearly that no other there is rounded wrong."""
    first, middle, last = ends
    with np.errstate(invalid="ignore"):  # endless less endless
        near = np.abs(middle - _between(first, last, part)) <= 1e-6 * min(part, 1 - part)
    return bool((near | ((first == middle) & (middle == last))).all())


def _between(first: np.ndarray, last: np.ndarray, part: np.ndarray | float) -> np.ndarray:
    """What lies that part of the way from one answer to another; what is endless at both is endless between."""
    way = np.zeros_like(first)
    np.subtract(last, first, out=way, where=first != last)
    return first + part * way


def _solver(matrix: csc_array, equal: int) -> Highs:
    """A solver for rows that add up to 0, the first `equal` of them, and a last one; nothing else is limited yet."""
    programme, size = HighsLp(), matrix.shape[1]
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_, programme.col_lower_, programme.col_upper_ = np.zeros((3, size))
    programme.row_lower_ = np.zeros(matrix.shape[0])
    programme.row_upper_ = np.append(np.zeros(equal), np.inf)
    programme.a_matrix_.format_ = MatrixFormat.kColwise
    programme.a_matrix_.start_, programme.a_matrix_.index_ = matrix.indptr, matrix.indices
    programme.a_matrix_.value_ = matrix.data
    solver = Highs()
    for option, value in {"output_flag": False, "threads": 1, "presolve": "off"}.items():
        solver.setOptionValue(option, value)
    solver.passModel(programme)
    return solver
