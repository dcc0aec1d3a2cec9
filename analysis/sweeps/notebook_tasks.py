"""Scenarios by the notebooks themselves. Apart from `tasks`, so that workers that need no notebooks start sooner."""

from collections.abc import Mapping
from pathlib import Path

from analysis import scenarios
from analysis.execution import execute_one, new_stage
from analysis.parameters import injected, parameters
from analysis.paths import NOTEBOOKS
from analysis.sweeps import grid as grids
from analysis.sweeps.tasks import Done, Job, Span, joined, told, wanted
from analysis.tables import read_processed


def by_notebooks(span: Span, job: Job) -> Done:
    """Scenarios by the notebooks themselves, each in a stage of its own; what they wrote comes back as bytes."""
    done = []
    for number in range(span[0], span[1] + 1):
        try:
            done.append(_executed(number, job))
        except Exception as fault:
            done.append(Done({}, {number: told(fault)}, {}))
    return joined(done)


def _executed(number: int, job: Job) -> Done:
    values = grids.point(job.grid, number) | {"case": job.grid.case, "results": f"{job.grid.name}-{number}"}
    with new_stage() as stage:
        unpack(job.stage, stage / "data")
        for name in job.notebooks:
            path = NOTEBOOKS / name
            execute_one(path, injected(parameters(path), values), stage)
        cells = scenarios.cells(read_processed(stage / "data" / "headlines.csv", "headlines"))
        kept = packed(stage / "notebooks") | {"headlines.csv": (stage / "data" / "headlines.csv").read_bytes()}
    return Done({number: wanted(cells, job.grid)}, {}, {number: kept})


def packed(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path within it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unpack(files: Mapping[str, bytes], folder: Path) -> None:
    """Write such files into a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
