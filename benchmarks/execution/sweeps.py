"""Sweeps: 50 scenarios by notebooks, and 10,000 by functions, each against the same calls without any machinery.

`retransfer sweep --notebooks` executes 1-clean and 2-reconcile once, and 3-scenarios for each of 50 opening stocks. The
floor runs the same cells: once in one process, the first scenario too, and the others in two processes forked from it.
These serve many scenarios each, and what analysis.scenarios has computed of one serves the next; so it is shown, too,
what plain Python takes with a process of its own for each scenario, which is what notebooks have.

`retransfer sweep` calls analysis.scenarios.evaluate in chunks of at most 250 on two processes. The floor calls it in
chunks of 250: the first in one process, so that what all chunks need is computed once, the others in two forked from
it. It is shown, too, what one process takes that does nothing else.

Every contestant ends with one table of scenarios in a file. In the first round all of them are compared.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.execution.checkout import CASE, Place, Took, rounds

NOTEBOOKS, FUNCTIONS = "notebook sweep", "function sweep"
SCENARIOS = {NOTEBOOKS: 50, FUNCTIONS: 10_000}
STEP, OTHERS = 5, 40  # between opening stocks; scenarios of each opening stock in a function sweep
FLOORS = {NOTEBOOKS: "plain Python in two processes", FUNCTIONS: "plain calls in two processes"}
KEPT = "build/sweeps/grid/scenarios.csv"
COMMANDS = {
    NOTEBOOKS: {
        FLOORS[NOTEBOOKS]: "python -m benchmarks.execution.floor_sweeps notebooks",
        "plain Python in a process each": "python -m benchmarks.execution.floor_sweeps notebooks-apart",
        "retransfer": "python -m analysis.cli sweep grid.yaml --notebooks --afresh",
    },
    FUNCTIONS: {
        FLOORS[FUNCTIONS]: "python -m benchmarks.execution.floor_sweeps functions",
        "plain calls in one process": "python -m benchmarks.execution.floor_sweeps functions-alone",
        "retransfer": "python -m analysis.cli sweep grid.yaml --afresh",
    },
}


def grid(section: str, many: int) -> str:
    """A grid file of that many scenarios."""
    stocks = f"case: {CASE}\nvary:\n  opening_stock: "
    if section == NOTEBOOKS:
        return f"{stocks}{{from: 0, to: {(many - 1) * STEP}, step: {STEP}}}\n"
    stocks += f"{{from: 0, to: {many // OTHERS - 1}, step: 1}}\n"
    return f"{stocks}  tolerance: {{from: 0, to: 0.09, step: 0.01}}\n  lag_years: [0, 1, 2, 3]\n"


def measured(folder: Path, runs: int, scenarios: Mapping[str, int] = SCENARIOS) -> Iterator[dict]:
    """One kind of sweep after the other, each of so many scenarios."""
    for number, (section, many) in enumerate(scenarios.items()):
        yield from _swept(folder / str(number), section, many, runs)


def _swept(folder: Path, section: str, many: int, runs: int) -> Iterator[dict]:
    commands = COMMANDS[section]
    places = {name: Place(folder / str(number)) for number, name in enumerate(commands)}
    for place in places.values():
        place.root.joinpath("grid.yaml").write_text(grid(section, many), encoding="utf-8")

    def turn(name: str, number: int) -> Took:
        places[name].clear("build", "out")
        took = places[name].run(commands[name])
        if not number:
            _check(places[name].root / KEPT, many, reference)
        return took

    reference: list[dict] = []
    turns = {name: lambda number, name=name: turn(name, number) for name in commands}
    for row in rounds(section, turns, runs):
        yield {**row, "scenarios": many}


def _check(path: Path, many: int, reference: list[dict]) -> None:
    """All scenarios are there, and each says what the first contestant's says. An empty cell is none."""
    with path.open(encoding="utf-8", newline="") as file:
        found = [{key: text for key, text in row.items() if text} for row in csv.DictReader(file)]
    if not reference:
        reference += found
    if len(found) != many or found != reference:
        raise SystemExit(f"{path}: {len(found)} scenarios, not those of the floor; nothing is printed.")
