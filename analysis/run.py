"""Run a plan: the notebooks that have to run, in order, into a stage; then results are replaced whole or not at all."""

import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analysis import publishing, records, versions
from analysis.errors import InputError
from analysis.execution import execute_one, new_stage
from analysis.orders import Means
from analysis.paths import NOTEBOOKS, shown
from analysis.plans import Plan
from analysis.records import Step

Written = dict[str, str]  # SHA-256 of each file in a stage, by its path there


def execute(
    planned: Plan,
    report: Callable[[str], None],
    steps: Sequence[Step],
    means: Means,
    *,
    progress: bool = False,
) -> bool:
    """Run what has to run of a plan; `report` gets one line per notebook. Returns whether any result changed.

    Everything is collected under build/ first; only when the last notebook has succeeded does it replace the results.
    Raises InputError where a notebook stops, and leaves that notebook, as far as it ran, under build/failed/.
    """
    read, resting = records.inputs(planned), [step for step in steps if not step.reasons]
    with new_stage() as stage:
        _lay_out(stage, records.kept_from(planned, resting))
        used, wrote = {}, {}
        for path in [step.path for step in steps if step.reasons]:
            began, before = time.monotonic(), _state(stage)
            used[path] = execute_one(
                path, planned.notebooks[path], stage, means, writes=planned.writes, progress=progress
            )
            wrote[path] = _new(before, _state(stage), path)
            report(f"{path.stem:<14} {time.monotonic() - began:5.1f} s")
        return uninterrupted(lambda: _publish(planned, stage, lambda: records.keep(planned, read, used, wrote)))


def _lay_out(stage: Path, kept: Mapping[str, Path]) -> None:
    """Results of notebooks that need not run are there for those that do."""
    for name, path in kept.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, stage / name)


def _state(stage: Path) -> Written:
    found = versions.state(stage / "data", stage / "notebooks")
    return {name.removeprefix(f"{shown(stage)}/"): digest for name, digest in found.items()}


def _new(before: Written, after: Written, path: Path) -> Written:
    """What a notebook has written. Raises InputError for what another one wrote before: it could not run by itself."""
    for name in before:
        if after.get(name) != before[name]:
            raise InputError(f"{shown(path)} writes {Path(name).name}, as an earlier notebook does. One of them only.")
    return {name: digest for name, digest in after.items() if name not in before}


def _publish(planned: Plan, stage: Path, note: Callable[[], None]) -> bool:
    """Note what the run was made from, then put what it produced in place.

    In this order, since a note of what is not in place only means that it is made again.
    """
    parts = {stage / "data": planned.target} if planned.writes else {}
    if planned.executed == NOTEBOOKS:
        parts |= {stage / "notebooks" / path.name: path for path in planned.notebooks}
    else:
        (stage / "notebooks").rename(stage / "data" / "notebooks")
    note()
    return publishing.put(parts)


def uninterrupted(act: Callable[[], bool]) -> bool:
    """Do what must be done whole: Ctrl-C and SIGTERM wait until it is."""
    signals = (signal.SIGINT, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        return act()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
