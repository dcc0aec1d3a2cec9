"""Origin bounds: one batched call against a linear programme per bound, on the same random networks, in one run.

`make bench` prints medians of five runs, the two taking turns. Seconds compare within one run only; quote the ratio.
"""

import statistics
import time

import numpy as np

from analysis.layouts import Shipment, layouts
from analysis.networks import Linear, arc_bounds, network

COMPONENTS, SHIPMENTS, PARTIES, YEARS, RUNS = 1000, 90, 30, 8, 5
NAIVE = 30  # bounds taken by a linear programme each; the rest would take minutes


def component(random: np.random.Generator) -> list[Shipment]:
    """About 90 shipments among 30 parties over 8 years; within a year goods go from lower to higher numbers."""
    pairs = {tuple(random.integers(0, [PARTIES, PARTIES, YEARS])) for _ in range(SHIPMENTS * 2)}
    chosen = sorted((year, a, b) for a, b, year in pairs if a < b)[:SHIPMENTS]
    counts = random.integers(1, 500, len(chosen))
    return [
        Shipment(f"P{a}", f"P{b}", int(year), int(n), int(n)) for (year, a, b), n in zip(chosen, counts, strict=True)
    ]


def stocks(shipments: list[Shipment]) -> dict[str, float]:
    """Every party but the origin held fifty of its own."""
    return {party: 50.0 for shipment in shipments for party in shipment[:2] if party != "P0"}


def main() -> None:
    """Print both speeds, the ratio, and how many bounds there are."""
    random = np.random.default_rng(20150101)
    every = [component(random) for _ in range(COMPONENTS)]
    laid = [(layouts(shipments, "P0")[0], shipments, stocks(shipments)) for shipments in every]
    batched, naive = [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        solved = arc_bounds([network(*parts)[0] for parts in laid])
        batched.append(sum(2 * len(bounds) for bounds in solved) / (time.perf_counter() - began))
        began = time.perf_counter()
        programme = Linear(*laid[0])
        for place in range(NAIVE // 2):
            programme.bounds_of([place])
        naive.append(NAIVE / (time.perf_counter() - began))
    fast, slow = statistics.median(batched), statistics.median(naive)
    print(f"{sum(map(len, every))} shipments in {COMPONENTS} components, {RUNS} runs, medians")
    print(f"one batch            {fast:10,.0f} bounds a second")
    print(f"one programme each   {slow:10,.0f} bounds a second")
    print(f"ratio                {fast / slow:10.1f}")


if __name__ == "__main__":
    main()
