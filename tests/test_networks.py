"""Two solvers of one question against each other, and large networks whose bounds a hand can work out."""

import numpy as np
import pandas as pd
import pytest

from analysis.layouts import ABROAD, Route, layouts
from analysis.networks import Question, bounds
from analysis.origins import origin_bounds
from analysis.programmes import Programme
from analysis.tables import typed


def flows(*rows: tuple) -> pd.DataFrame:
    """(supplier, recipient, year, count) → flows of one item."""
    table = pd.DataFrame(rows, columns=["supplier", "recipient", "year", "low"])
    return typed(
        table.assign(high=table["low"], best=table["low"], item="tank", unit="piece", statements="T1"), "flows"
    )


def ends(found: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    assert set(found["method"]) == {"exact"}
    return {
        (row.supplier, row.recipient): (int(row.least), int(row.most))
        for row in found.itertuples()
        if row.year is not None
    }


def random_question(random: np.random.Generator, parties: int, years: int, count: int) -> Question:
    """A network without loops within years, but with goods that come back in later ones; asked for all and for sums."""
    pairs = {tuple(random.integers(0, [parties, parties, years]).tolist()) for _ in range(count)}
    turn = random.permuted(np.tile(np.arange(parties), (years, 1)), axis=1)  # who sends to whom differs by year
    routes = [Route(f"P{a}", f"P{b}", year) for a, b, year in sorted(pairs) if b and turn[year, a] < turn[year, b]]
    (layout,) = layouts(routes, "P0")
    counts = random.integers(1, 40, len(routes)).astype(float)
    given = random.integers(0, 60, (3, len(layout.parties))).astype(float)
    groups = [[place] for place in range(len(routes))]
    for party in layout.parties:
        for end in (0, 1):
            groups.append([place for place, route in enumerate(routes) if route[end] == party])
    groups = [group for group in groups if group]
    jobs, rows = np.repeat(np.arange(3), len(groups)), np.tile(np.arange(len(groups)), 3)
    return Question(layout, counts, counts, given, groups, jobs, rows, [layout])


@pytest.mark.parametrize("seed", range(4))
def test_flows_and_linear_programmes_agree(seed):
    random = np.random.default_rng(seed)
    questions = [random_question(random, *size) for size in ((5, 3, 30), (8, 4, 90), (12, 2, 120))]
    for question, found in zip(questions, bounds(questions), strict=True):
        programme = Programme(question.layout)
        for place in random.choice(len(found), 30, replace=False):
            group, given = question.groups[question.rows[place]], question.given[question.jobs[place]]
            limits = programme.limits(question.low, question.high, given)
            ends = programme.least(group, limits), programme.most(group, limits)
            assert found[place].tolist() == [*(end.value for end in ends), *(end.counts is not None for end in ends)]


def test_a_long_chain():
    """O sends 5,000 down a hundred parties; each party holds one of its own and sends on one less than it got."""
    rows = [("O", "P0", 0, 5000)] + [(f"P{n}", f"P{n + 1}", n + 1, 4999 - n) for n in range(99)]
    found = ends(origin_bounds(flows(*rows), "O", 1))
    for n in range(99):
        # of what P0 to Pn held of their own (n + 1), all may be in what Pn sent
        assert found[f"P{n}", f"P{n + 1}"] == (4999 - n - (n + 1), 4999 - n)


def test_a_tree_of_a_thousand():
    """Every party sends half of what it got to each of two others, and has 3 of its own."""
    size = 2**9
    rows = [("O", "P1", 0, 4 * size)]
    rows += [(f"P{n}", f"P{child}", n.bit_length(), 4 * size >> n.bit_length())
             for n in range(1, size) for child in (2 * n, 2 * n + 1)]  # fmt: skip
    found = ends(origin_bounds(flows(*rows), "O", 3))
    assert len(rows) == 1023
    for n in range(1, size):
        sent, others = 4 * size >> n.bit_length(), 3 * n.bit_length()  # its own 3, and 3 of each party above it
        for child in (2 * n, 2 * n + 1):
            assert found[f"P{n}", f"P{child}"] == (max(0, sent - others), sent)
        assert found[f"P{n}", "*"] == (max(0, 2 * sent - others), 2 * sent)


def test_a_grid_of_a_thousand():
    """Goods go right or down, 1 item on every edge; O feeds the corner. Whoever is reached may hold others' only."""
    side = 23
    rows = [("O", "R0C0", 0, 2)]
    for row in range(side):
        for column in range(side):
            for below, right in ((1, 0), (0, 1)):
                if row + below < side and column + right < side:
                    rows.append((f"R{row}C{column}", f"R{row + below}C{column + right}", row + column + 1, 1))
    found = ends(origin_bounds(flows(*rows), "O", 0))
    # Parties inside pass on what they get. Those on the upper and left border get one and send two, so one of the two
    # is their own: an edge inside may be of either. The corner has only what O sent.
    assert len(rows) == 2 * side * (side - 1) + 1
    assert found["R0C0", "R0C1"] == found["R0C0", "R1C0"] == (1, 1)
    assert found["R0C0", "*"] == (2, 2)
    assert found["R1C1", "R2C1"] == found["R0C1", "R1C1"] == (0, 1)
    assert found["R1C1", "*"] == (0, 2)
    last = f"R{side - 1}C{side - 1}"
    assert found["*", last] == (0, 2)


def test_goods_that_come_back_count_each_time_they_leave():
    """A sends 5 of O to B, gets them back and sends them to C: of the 10 that left A, all may be of O."""
    found = ends(origin_bounds(flows(("O", "A", 1, 5), ("A", "B", 2, 5), ("B", "A", 3, 5), ("A", "C", 4, 5)), "O", 5))
    assert found["A", "*"] == (0, 10)
    none = ends(origin_bounds(flows(("O", "A", 1, 5), ("A", "B", 2, 5), ("B", "A", 3, 5), ("A", "C", 4, 5)), "O", 0))
    assert none["A", "*"] == (10, 10)


def test_an_endless_stock_and_counts_beyond_the_flow_solver():
    many = 3 * 10**9
    found = ends(origin_bounds(flows(("O", "A", 1, many), ("A", "B", 1, many)), "O", 1000))
    assert found["A", "B"] == (many - 1000, many)


def test_routes_of_the_origin_stay_abroad():
    (layout,) = layouts([Route("O", "A", 1), Route("A", "O", 1)], "O")
    assert layout.leaves.tolist() == [ABROAD, 0]
    assert layout.comes.tolist() == [0, ABROAD]
