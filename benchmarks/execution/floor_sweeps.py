"""What sweeps do, without sweeping: `python -m benchmarks.execution.floor_sweeps WHAT`, beside a grid.yaml.

`notebooks`: the cells that depend on what is varied, for every scenario, in two processes; `notebooks-apart`, a process
for each. `functions`: the same calls in two processes; `functions-alone`, in one. See sweeps.py.
"""

import csv
import multiprocessing
import os
import shutil
import sys
from pathlib import Path

from benchmarks.execution import floor
from benchmarks.execution.sweeps import KEPT

PROCESSES, CHUNK = 2, 250
ONCE, VARYING = ("1-clean", "2-reconcile"), "3-scenarios"
OUT = Path("out")
_shared: list = []  # what forked processes have without being sent it


def main(what: str) -> None:
    """Compute the grid's scenarios, and write their table."""
    os.environ["MPLBACKEND"] = "agg"
    from analysis.sweeps import grid as grids  # noqa: PLC0415 (matplotlib reads its backend when it is imported)
    from analysis.sweeps import gridfile  # noqa: PLC0415

    grid = gridfile.read(Path("grid.yaml"))
    points = [grids.point(grid, number) for number in range(1, grids.size(grid) + 1)]
    by_notebooks = what.startswith("notebooks")
    cells = _by_notebooks(points, what) if by_notebooks else _by_functions(grid.case, points, what)
    texts = [grids.texts(grid, number) for number in range(1, len(points) + 1)]
    _write(Path(KEPT), [text | cell for text, cell in zip(texts, cells, strict=True)])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)


def _by_notebooks(points: list[dict], what: str) -> list[dict[str, str]]:
    os.environ["RETRANSFER_STAGE"] = str(OUT / "once")
    for stem in ONCE:
        floor.execute(stem)
    tasks = list(enumerate(points))
    apart = what.endswith("apart")
    first = [] if apart else [_one(tasks.pop(0))]  # what it computes and others need as well is there when they fork
    lives, chunk = (1, 1) if apart else (None, -(-len(tasks) // PROCESSES))
    with multiprocessing.get_context("fork").Pool(PROCESSES, maxtasksperchild=lives) as pool:
        return first + pool.map(_one, tasks, chunksize=chunk)


def _one(task: tuple[int, dict]) -> dict[str, str]:
    """The cells of one scenario, in a stage of its own, and its headlines as sweeps tell them."""
    from analysis import scenarios  # noqa: PLC0415 (imported already, by the notebooks)
    from analysis.tables import read_processed  # noqa: PLC0415

    number, point = task
    stage = OUT / str(number)
    shutil.copytree(OUT / "once", stage)
    os.environ["RETRANSFER_STAGE"] = str(stage)
    floor.execute(VARYING, {"opening_stock": point["opening_stock"]})
    return scenarios.cells(read_processed(stage / "headlines.csv", "headlines"))


def _by_functions(case: str, points: list[dict], what: str) -> list[dict[str, str]]:
    from analysis import cases, scenarios  # noqa: PLC0415

    _shared.extend([scenarios.clean_tables(case), cases.settings(case), points])
    starts = range(0, len(points), CHUNK)
    if what.endswith("alone"):
        return [row for start in starts for row in _evaluated(start)]
    first = _evaluated(starts[0])  # as above
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        return first + [row for rows in pool.map(_evaluated, starts[1:], chunksize=1) for row in rows]


def _evaluated(start: int) -> list[dict[str, str]]:
    """One chunk of scenarios, as `analysis.scenarios` gives them."""
    from analysis import scenarios  # noqa: PLC0415

    tables, settings, points = _shared
    return scenarios.evaluate(tables, settings, points[start : start + CHUNK]).to_dict("records")


if __name__ == "__main__":
    main(*sys.argv[1:])
