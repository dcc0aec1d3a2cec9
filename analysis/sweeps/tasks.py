"""What one worker computes of a sweep: pure functions of what is shipped to them, and of the code they run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from analysis import scenarios, versions
from analysis.errors import InputError
from analysis.sweeps import grid as grids
from analysis.sweeps.grid import Grid

Span = tuple[int, int]  # numbers of the first and the last scenario of a chunk


class Job(NamedTuple):
    """All that a chunk is computed from. `stage`: what the notebooks that run once have written, by path and bytes."""

    grid: Grid
    settings: Mapping
    tables: Mapping[str, pd.DataFrame]
    stage: Mapping[str, bytes]
    notebooks: Sequence[str]


class Done(NamedTuple):
    """A finished chunk, by scenario: cells by headline; or what went wrong; and the files that were written."""

    cells: dict[int, dict[str, str]]
    failed: dict[int, str]
    files: dict[int, dict[str, bytes]]


def compute(span: Span, job: Job, by: Callable[[Span, Job], Done], code: str) -> Done:
    """Compute a chunk of a job. Raises InputError where this process runs other code than the client, by its `code`."""
    if versions.version() != code:
        raise InputError("a worker that came later runs another version of this code. Update and restart it.")
    return by(span, job)


def by_functions(span: Span, job: Job) -> Done:
    """Scenarios by plain calls. Where one fails, each is tried by itself, so that the others are kept."""
    numbers = range(span[0], span[1] + 1)
    try:
        return Done(_evaluated(numbers, job), {}, {})
    except Exception as fault:
        if len(numbers) == 1:
            return Done({}, {span[0]: told(fault)}, {})
    return joined(by_functions((number, number), job) for number in numbers)


def lost(span: Span) -> Done:
    """A chunk that nobody could compute."""
    return Done({}, dict.fromkeys(range(span[0], span[1] + 1), "every worker that tried it was lost"), {})


def joined(parts: Iterable[Done]) -> Done:
    """Several chunks as one."""
    cells, failed, files = {}, {}, {}
    for part in parts:
        cells.update(part.cells)
        failed.update(part.failed)
        files.update(part.files)
    return Done(cells, failed, files)


def _evaluated(numbers: Sequence[int], job: Job) -> dict[int, dict[str, str]]:
    frame = scenarios.evaluate(job.tables, job.settings, [grids.point(job.grid, number) for number in numbers])
    rows = frame.to_dict("records")
    return {number: wanted(cells, job.grid) for number, cells in zip(numbers, rows, strict=True)}


def wanted(cells: Mapping[str, object], grid: Grid) -> dict[str, str]:
    """The cells that are there, of the columns asked for; a headline that a scenario lacks has none."""
    return {
        key: text
        for key, text in cells.items()
        if isinstance(text, str) and text and (not grid.headlines or key in grid.headlines)
    }


def told(fault: Exception) -> str:
    """What went wrong with a scenario, in a line."""
    return str(fault) if isinstance(fault, InputError) else f"{type(fault).__name__}: {fault}"
