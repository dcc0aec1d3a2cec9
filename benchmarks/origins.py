"""Origin bounds: one call for a whole table, sums included, against a linear programme per bound, in one run.

`make bench` prints medians of three runs, the two taking turns. Seconds compare within one run only; quote the ratio.
"""

import statistics
import time

import numpy as np
import pandas as pd

from analysis.layouts import Route, layouts
from analysis.networks import Question, bounds
from analysis.origins import origin_bounds
from analysis.programmes import Programme
from analysis.tables import typed

COMPONENTS, SHIPMENTS, PARTIES, YEARS, RUNS, STOCK = 1000, 90, 30, 8, 3, 50
NAIVE = 30  # bounds taken by a linear programme each; the rest would take minutes


def component(random: np.random.Generator) -> pd.DataFrame:
    """About 90 shipments among 30 parties over 8 years; within a year goods go from lower to higher numbers."""
    pairs = {tuple(random.integers(0, [PARTIES, PARTIES, YEARS])) for _ in range(SHIPMENTS * 2)}
    chosen = sorted((int(year), f"P{a}", f"P{b}") for a, b, year in pairs if a < b)[:SHIPMENTS]
    return pd.DataFrame(chosen, columns=["year", "supplier", "recipient"]).assign(
        low=random.integers(1, 500, len(chosen)), statements="T1", unit="piece"
    )


def question(table: pd.DataFrame) -> Question:
    """The shipments of one component, each by itself, as the solver is asked."""
    routes = [Route(*row) for row in table[["supplier", "recipient", "year"]].itertuples(index=False)]
    (layout,) = layouts(routes, "P0")
    counts = table["low"].to_numpy(dtype=float)
    given = np.full((1, len(layout.parties)), float(STOCK))
    groups = [[place] for place in range(len(routes)) if routes[place].supplier != "P0"]
    jobs, rows = np.zeros(len(groups), dtype=int), np.arange(len(groups))
    return Question(layout, counts, counts, given, groups, jobs, rows, [layout])


def speeds(flows: pd.DataFrame, questions: list[Question]) -> tuple[float, float, float]:
    """Bounds a second: the whole table with its sums, the solver alone on shipments, a linear programme each."""
    began = time.perf_counter()
    whole = 2 * len(origin_bounds(flows, "P0", STOCK)) / (time.perf_counter() - began)
    began = time.perf_counter()
    solver = 2 * sum(map(len, bounds(questions))) / (time.perf_counter() - began)
    began = time.perf_counter()
    layout, low, high, given, *_ = questions[0]
    programme = Programme(layout)
    for place in range(NAIVE // 2):
        limits = programme.limits(low, high, given[0])
        programme.least([place], limits), programme.most([place], limits)
    return whole, solver, NAIVE / (time.perf_counter() - began)


def main() -> None:
    """Print the speeds, the ratios, and how many shipments there are."""
    random = np.random.default_rng(20150101)
    tables = [component(random).assign(item=f"item-{number:04}") for number in range(COMPONENTS)]
    flows = pd.concat(tables)
    flows = typed(flows.assign(high=flows["low"], best=flows["low"]), "flows")
    questions = [question(table) for table in tables]
    whole, solver, naive = map(statistics.median, zip(*(speeds(flows, questions) for _ in range(RUNS)), strict=True))
    print(f"{len(flows)} shipments in {COMPONENTS} components, {RUNS} runs, medians")
    for name, speed in (("whole table", whole), ("solver alone", solver), ("one programme each", naive)):
        print(f"{name:20} {speed:10,.0f} bounds a second {speed / naive:8.1f} times")


if __name__ == "__main__":
    main()
