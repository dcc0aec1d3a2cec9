"""A register from Parquet to Parquet: `python -m benchmarks.registers.larger FILE PARTS WORKERS MEMORY`.

PARTS 1 leaves it in one piece, WORKERS 0 is this process alone. Prints one line of JSON: seconds of wall clock for
splitting, for the parts, and for all; seconds of all cores (workers included); and the most memory that a process held.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from analysis import bulk
from analysis.bulk import Choices, Means
from benchmarks.registers.measure import peak
from benchmarks.registers.shape import LAG, THRESHOLD, WITHIN


def main(path: str, parts: str, workers: str, memory: str) -> None:
    """Reconcile once, measure, print."""
    source, means = Path(path), Means(memory, int(parts), int(workers) or None)
    clocks = {"start": time.perf_counter()}
    _timed("split", clocks)
    _timed("_rank", clocks)
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        choices = Choices(lag_years=LAG, within_years=WITHIN, least=THRESHOLD)
        rows = bulk.reconcile(source, Path(folder, "found"), choices, means)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "records": rows, "parts": int(parts), "workers": int(workers), "memory": memory,
        "split": clocks["split"] - clocks["start"], "reconcile": clocks["before _rank"] - clocks["split"],
        "all": time.perf_counter() - clocks["start"], "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "peak": max(peak(), used[1].ru_maxrss * peak() / used[0].ru_maxrss),
    }  # fmt: skip
    print(json.dumps(told))


def _timed(name: str, clocks: dict[str, float]) -> None:
    """Note when a function of `bulk` begins and when it has ended."""
    function = getattr(bulk, name)

    def noting(*given: object, **named: object) -> object:
        clocks[f"before {name}"] = time.perf_counter()
        found = function(*given, **named)
        clocks[name] = time.perf_counter()
        return found

    setattr(bulk, name, noting)


if __name__ == "__main__":
    main(*sys.argv[1:])
