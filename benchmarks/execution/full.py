"""A full run of the case from its raw tables: all five notebooks, whatever has or has not changed.

The floor is plain Python (floor.py, `case`). papermill, nbconvert and ploomber-engine are called as their documentation
says. ploomber-engine runs all five in its own process, so that it imports once; what one notebook does to the process
reaches the next. Every contestant's results are removed before each run. Of the warm-up round tables and figures are
compared with the committed ones, byte for byte, and what executed notebooks show with what the committed ones show.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.execution.checkout import COMMITTED, NOTEBOOKS, Place, Took, rounds

FLOOR = "plain Python"
EACH = f"for n in {' '.join(NOTEBOOKS)}; do"


class Contestant(NamedTuple):
    """How the five notebooks are executed, and where tables and executed notebooks are then."""

    command: str
    results: str = "out/data"
    notebooks: str = "out/notebooks"


CONTESTANTS = {
    FLOOR: Contestant("python -m benchmarks.execution.floor case", notebooks=""),
    "plain Python with representations": Contestant("python -m benchmarks.execution.floor formatted", notebooks=""),
    "retransfer": Contestant("python -m analysis.cli run --force", COMMITTED, "notebooks"),
    "retransfer with nbclient": Contestant(
        "python -m analysis.cli run --force --engine nbclient", COMMITTED, "notebooks"
    ),
    "papermill": Contestant(f"{EACH} python -m papermill notebooks/$n.ipynb out/notebooks/$n.ipynb -k python3; done"),
    "ploomber-engine": Contestant("python -m benchmarks.execution.with_ploomber out/notebooks"),
    "nbconvert": Contestant(
        f"{EACH} jupyter nbconvert --to notebook --execute --output-dir out/notebooks notebooks/$n.ipynb; done"
    ),
}


def measured(folder: Path, runs: int) -> Iterator[dict]:
    """Check in the first round, then measure."""
    places = {name: Place(folder / str(number)) for number, name in enumerate(CONTESTANTS)}

    def turn(name: str, number: int) -> Took:
        place, contestant = places[name], CONTESTANTS[name]
        place.clear("out", contestant.results)
        (place.root / "out" / "notebooks").mkdir(parents=True)
        stage = "" if contestant.results == COMMITTED else f"export RETRANSFER_STAGE={contestant.results}; "
        took = place.run(stage + contestant.command)
        if not number:
            place.check_results(contestant.results)
            if contestant.notebooks:
                place.check_notebooks(contestant.notebooks)
        return took

    return rounds("full run", {name: lambda number, name=name: turn(name, number) for name in CONTESTANTS}, runs)
