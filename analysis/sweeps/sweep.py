"""Every combination of a grid of parameters, in chunks that any worker can compute and that are kept once done."""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from analysis import cases, engine, folders, plans, processes, scenarios, versions
from analysis.errors import InputError
from analysis.execution import execute_one, new_stage
from analysis.hints import close_to
from analysis.kernels import start
from analysis.parameters import injected, parameters
from analysis.paths import SWEEPS
from analysis.sweeps import grid as grids
from analysis.sweeps import notebook_tasks, tasks
from analysis.sweeps.grid import Grid

CHUNK = 2500  # scenarios at most, a few seconds of work: they share it, and a killed sweep loses no more per worker
PER_WORKER = 4  # chunks at least, so that no worker idles while another finishes
NUMBER = "scenario"  # column of the kept files that says which row of the table this is
TOLD = 3  # failed scenarios that are told in full


class Means(NamedTuple):
    """How a sweep is computed: by notebooks or functions, and by whom (nobody asked for = as it suits)."""

    notebooks: bool = False
    scheduler: str | None = None
    workers: int | None = None


class Swept(NamedTuple):
    """A finished sweep: its table, how many scenarios that has, and how many of them an earlier sweep had computed."""

    table: Path
    scenarios: int
    before: int


def sweep(
    grid: Grid, means: Means, report: Callable[[str], None], *, afresh: bool = False, progress: bool = False
) -> Swept:
    """Compute all scenarios of a grid that are not there yet, and write scenarios.csv once all of them are.

    Raises InputError where scenarios fail, naming their parameters; the others are kept.
    """
    folder, total = SWEEPS / grid.name, grids.size(grid)
    with folders.alone(folder):
        _settle(folder, grid, afresh, report)
        kept = folder / "kept" / ("notebooks" if means.notebooks else "functions")
        if means.notebooks:
            _forget_removed(folder, kept)
        missing = _missing(_spans(kept), total)
        before = _count(_spans(kept))
        if missing:
            (folder / "scenarios.csv").unlink(missing_ok=True)
            with _told_how_far(kept, total, report), tqdm(total=total, initial=before, disable=not progress) as bar:
                _compute(grid, means, folder, kept, missing, bar)
        folders.write(folder / "scenarios.csv", _table(grid, kept))
    return Swept(folder / "scenarios.csv", total, before)


def _compute(grid: Grid, means: Means, folder: Path, kept: Path, missing: list[tasks.Span], bar: tqdm) -> None:
    """Keep what is missing as it arrives; what fails is told in the end, once all the others are there."""
    failed: dict[int, str] = {}
    with ExitStack() as stack:
        for done in _results(grid, means, missing, stack):
            for number, files in done.files.items():
                for name, data in files.items():
                    folders.write(_notebooks(folder, number) / name, data)
            _keep(kept, done.cells)
            failed |= done.failed
            bar.update(len(done.cells))
    if failed:
        raise InputError(_failures(grid, failed))


def _results(grid: Grid, means: Means, missing: list[tasks.Span], stack: ExitStack) -> Iterator[tasks.Done]:
    """Finished chunks in any order: from this process where that is all it takes, else from several, or a cluster."""
    many = _count(missing)
    if many <= CHUNK and not (means.notebooks or means.scheduler is not None or means.workers):
        job = _job(grid)
        return (tasks.by_functions(span, job) for span in _chunks(missing, -(-many // PER_WORKER)))
    if means.scheduler is None:
        by = _by_threads if means.notebooks else _by_processes
        return by(grid, missing, means.workers or engine.cores(), stack)
    from analysis import cluster  # noqa: PLC0415 (a second that sweeps on this machine need not wait)
    from analysis.sweeps import workers  # noqa: PLC0415

    client = stack.enter_context(cluster.remote(means.scheduler))
    workers.check(client, grid.case if means.notebooks else "")
    if means.notebooks:
        job, by, size = _with_notebooks(_job(grid)), notebook_tasks.by_notebooks, 1
    else:
        job, by, size = _job(grid), tasks.by_functions, _size(many, cluster.threads(client))
    return workers.computed(client, _chunks(missing, size), job, by)


def _size(scenarios: int, workers: int) -> int:
    """Of a chunk."""
    return min(CHUNK, -(-scenarios // (PER_WORKER * workers)))


def _by_processes(grid: Grid, missing: list[tasks.Span], many: int, stack: ExitStack) -> Iterator[tasks.Done]:
    spans, job = _chunks(missing, _size(_count(missing), many)), _job(grid)
    jobs = [(span, job, tasks.by_functions, versions.version()) for span in spans]
    found = stack.enter_context(closing(processes.finished(tasks.compute, jobs, many)))
    return (tasks.lost(spans[place]) if done is processes.LOST else done for place, done in found)


def _by_threads(grid: Grid, missing: list[tasks.Span], many: int, stack: ExitStack) -> Iterator[tasks.Done]:
    """Notebooks are processes of their own: threads of this one are enough to wait for them."""
    job = _with_notebooks(_job(grid))
    pool = stack.enter_context(start.several(many))
    futures = [pool.submit(notebook_tasks.by_notebooks, span, job) for span in _chunks(missing, 1)]
    return (future.result() for future in as_completed(futures))


def _job(grid: Grid) -> tasks.Job:
    settings, tables = cases.settings(grid.case), scenarios.clean_tables(grid.case)
    job = tasks.Job(grid, settings, tables, {}, [])
    _check_headlines(job)
    return job


def _with_notebooks(job: tasks.Job) -> tasks.Job:
    """The notebooks that every scenario needs; those before them are executed here, once."""
    declared = {path: parameters(path) for path in plans.notebook_files()}
    paths = plans.up_to_headlines(declared)
    varying = next(place for place, path in enumerate(paths) if declared[path].keys() & job.grid.varied.keys())
    values = job.grid.fixed | {"case": job.grid.case, "results": job.grid.name}
    with new_stage() as stage:
        for path in paths[:varying]:
            execute_one(path, injected(declared[path], values), stage)
        written = notebook_tasks.packed(stage / "data")
    return job._replace(tables={}, stage=written, notebooks=[path.name for path in paths[varying:]])


def _check_headlines(job: tasks.Job) -> None:
    """A headline that no scenario has is pointed out before hours are spent; tried at every word, and numbers' ends."""
    known: dict[str, None] = {}
    if not job.grid.headlines:
        return
    everything = job._replace(grid=job.grid._replace(headlines=()))
    for number in _probes(job.grid):
        known |= dict.fromkeys(tasks.by_functions((number, number), everything).cells.get(number, {}))
        if known.keys() >= set(job.grid.headlines):
            return
    wrong = next(key for key in job.grid.headlines if key not in known)
    if known:  # where every trial fails, that is what there is to tell, in its turn
        raise InputError(
            f"{job.grid.place}, headlines: no scenario has a headline {wrong!r}{close_to(wrong, list(known))}."
        )


def _probes(grid: Grid) -> list[int]:
    """Scenarios that differ from the first one in one parameter."""
    numbers, step = {1: None}, grids.size(grid)
    for values in grid.varied.values():
        step //= len(values)
        places = range(len(values)) if isinstance(values[0], str) else (0, len(values) - 1)
        numbers |= {1 + place * step: None for place in places}
    return list(numbers)


def _chunks(spans: Iterable[tasks.Span], size: int) -> list[tasks.Span]:
    return [(start, min(start + size - 1, last)) for first, last in spans for start in range(first, last + 1, size)]


@contextmanager
def _told_how_far(kept: Path, total: int, report: Callable[[str], None]) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        report(f"Stopped: {_count(_spans(kept))} of {total} scenarios are kept; the same command goes on from there.")
        raise


def _settle(folder: Path, grid: Grid, afresh: bool, report: Callable[[str], None]) -> None:
    """Keep earlier results only where everything they were computed from is as it was."""
    inputs = hashlib.sha256(
        json.dumps([grid.case, grid.fixed, list(grid.varied.items()), grid.headlines]).encode()
        + versions.version().encode()
        + versions.raw_version(grid.case).encode()
    ).hexdigest()
    record = folder / "kept" / "inputs.sha256"
    found = record.read_text(encoding="utf-8") if record.exists() else ""
    if found == inputs and not afresh:
        return
    if found and not afresh:
        report("Grid, raw tables, code or notebooks have changed since the last sweep of this name: starting afresh.")
    for name in ("kept", "notebooks"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "scenarios.csv").unlink(missing_ok=True)
    folders.write(record, inputs.encode())


def _keep(kept: Path, cells: dict[int, dict[str, str]]) -> None:
    """Write finished scenarios, one file per unbroken run of them, named by the first and the last."""
    numbers = sorted(cells)
    starts = [number for number in numbers if number - 1 not in cells]
    lasts = [number for number in numbers if number + 1 not in cells]
    for first, last in zip(starts, lasts, strict=True):
        rows = [{NUMBER: str(number)} | cells[number] for number in range(first, last + 1)]
        folders.write(kept / f"{first:07}-{last:07}.csv", _csv(_columns(rows), rows))


def _spans(kept: Path) -> list[tasks.Span]:
    """Which scenarios are kept, in order; files are written whole or not at all, so that their names tell."""
    names = sorted(path.stem for path in kept.glob("[0-9]*-[0-9]*.csv"))
    return [(int(first), int(last)) for first, _, last in (name.partition("-") for name in names)]


def _notebooks(folder: Path, number: int) -> Path:
    return folder / "notebooks" / f"{number:04}"


def _forget_removed(folder: Path, kept: Path) -> None:
    """A scenario whose notebooks somebody has removed is executed again."""
    for path in kept.glob("[0-9]*-[0-9]*.csv"):
        if not _notebooks(folder, int(path.stem.partition("-")[0])).is_dir():
            path.unlink()


def _missing(spans: list[tasks.Span], total: int) -> list[tasks.Span]:
    """The gaps between them."""
    ends = [0, *(last for _, last in spans)]
    starts = [*(first for first, _ in spans), total + 1]
    return [(end + 1, start - 1) for end, start in zip(ends, starts, strict=True) if start > end + 1]


def _count(spans: Iterable[tasks.Span]) -> int:
    return sum(last - first + 1 for first, last in spans)


def _table(grid: Grid, kept: Path) -> bytes:
    """All scenarios in the grid's order: what was varied, then the headlines in the order they first come in."""
    columns = dict.fromkeys(grid.headlines)
    if not columns:
        for rows in _read(kept):
            columns |= dict.fromkeys(_columns(rows))
        columns.pop(NUMBER)
    rows = (row for rows in _read(kept) for row in rows)
    return _csv([*grid.varied, *columns], (grids.texts(grid, int(row.pop(NUMBER))) | row for row in rows))


def _read(kept: Path) -> Iterator[list[dict[str, str]]]:
    """Kept scenarios in order, file by file: a million of them need not fit into memory twice."""
    for path in sorted(kept.glob("[0-9]*-[0-9]*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield [{key: text for key, text in row.items() if text} for row in csv.DictReader(file)]


def _columns(rows: Iterable[dict[str, str]]) -> list[str]:
    return list(dict.fromkeys(key for cells in rows for key in cells))


def _csv(columns: Sequence[str], rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _failures(grid: Grid, failed: dict[int, str]) -> str:
    """Which scenarios failed, and how, in words."""
    told = [
        f"{', '.join(f'{name}={text}' for name, text in grids.texts(grid, number).items())}: {failed[number]}"
        for number in sorted(failed)[:TOLD]
    ]
    more = [f"and {len(failed) - TOLD} more"] if len(failed) > TOLD else []
    many = f"{len(failed)} of {grids.size(grid)} scenarios failed; the others are kept."
    return "\n".join([many, *told, *more])
