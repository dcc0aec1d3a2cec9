"""One contestant, once, in a process of its own: `python -m benchmarks.registers.measure NAME FILE START`.

START is `memory` (the statements are in memory, in the contestant's own kind of table) or `file` (they are in the
Parquet file). Prints one line of JSON: by task, seconds of wall clock and of all cores together; and the most memory
that the process ever held, in MB. Every contestant first does all tasks once on a small file, so that neither
compiling nor importing is timed.
"""

import json
import resource
import sys
import time
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from benchmarks.registers.shape import TASKS

CONTESTANTS = ("sql", "pandas", "polars", "numba")


def tables(name: str) -> ModuleType:
    """The module of a contestant."""
    return import_module(f"benchmarks.registers.with_{name}")


def run(contestant: ModuleType, path: Path, start: str) -> dict[str, list[float]]:
    """Seconds of each task, and of reading, as wall clock and as work of all cores."""
    look = getattr(contestant, "look", contestant.read) if start == "file" else contestant.read
    clocks = [_clocks()]
    statements = look(path)
    clocks.append(_clocks())
    flows = contestant.mirror(statements)
    clocks.append(_clocks())
    left = contestant.balances(flows)
    clocks.append(_clocks())
    passed = contestant.conduits(flows)
    clocks.append(_clocks())
    del left, passed
    spans = [[b - a for a, b in zip(one, other, strict=True)] for one, other in pairwise(clocks)]
    return dict(zip(("read", *TASKS), spans, strict=True))


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def peak() -> float:
    """The most memory this process ever held, MB."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1e6 if sys.platform == "darwin" else 1e3)


def main(name: str, path: str, start: str) -> None:
    """Warm up, measure, print."""
    contestant = tables(name)
    run(contestant, Path(path).with_name("small.parquet"), start)
    before = peak()
    print(json.dumps({"spans": run(contestant, Path(path), start), "before": before, "peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
