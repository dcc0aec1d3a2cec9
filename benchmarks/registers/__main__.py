"""`python -m benchmarks.registers`: the package against pandas, Polars and a hand-written floor, on seeded registers.

All give the same answers, which is checked first. Every measurement is a process of its own, the contestants take
turns, and medians are shown; seconds compare within one run only, so quote the ratios. Writes a table and a plot under
build/bench/, and prints the table; and a second table: from Parquet to Parquet, in one piece, split by item, and by one
and two Dask workers (`--largest 1e8` takes 3 GB of disk for the register, and as much again while it works).
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from analysis.paths import ROOT

FOLDER = ROOT / "build" / "bench"
THREADS = "2"
CHECKED, SMALL = 1_000_000, 10_000  # the answers are compared up to this size; what each contestant warms up on
STARTS = ("memory", "file")


def python(module: str, *words: str) -> str:
    """What a module of this folder prints, run in a process of its own with the same number of cores for all."""
    limits = {"POLARS_MAX_THREADS": THREADS, "NUMBA_NUM_THREADS": THREADS, "OMP_NUM_THREADS": THREADS}
    cache = {"NUMBA_CACHE_DIR": str(FOLDER / "compiled")}
    command = [sys.executable, "-m", f"benchmarks.registers.{module}", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **limits, **cache}, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def register(count: int, sources: int = 1) -> Path:
    """The seeded register of that size, made where it is not there yet."""
    path = FOLDER / f"register-{count}{'' if sources == 1 else f'-{sources}'}.parquet"
    if not path.exists():
        print(f"Writing {count:,} records", file=sys.stderr)
        python("generator", str(path), str(count), str(sources))
    return path


def checked(sizes: list[int]) -> None:
    """Compare all answers, on one register and on several together, before anything is timed."""
    for count in sorted({size for size in sizes if size <= CHECKED} | {SMALL}):
        for sources in (1, 3):
            print(python("check", str(register(count, sources))), end="", file=sys.stderr)


def measured(sizes: list[int], runs: int, contestants: list[str]) -> list[dict]:
    """One record per run, contestant, start and task."""
    python("generator", str(FOLDER / "small.parquet"), str(SMALL), "1")
    found = []
    for count in sizes:
        path = register(count)
        for turn in range(runs):
            for start in STARTS:
                for name in contestants:
                    print(f"{count:,} records, run {turn + 1}, from {start}: {name}", file=sys.stderr)
                    told = json.loads(python("measure", name, str(path), start))
                    about = {"records": count, "run": turn + 1, "start": start, "contestant": name}
                    for task, (wall, cores) in told["spans"].items():
                        found.append({**about, "task": task, "wall": wall, "cpu": cores, "peak": told["peak"]})
    return found


def larger(sizes: list[int], runs: int, largest: int) -> list[dict]:
    """One record per run and way from Parquet to Parquet; of the largest register, split in this process alone."""
    found = []
    for count in sorted({size for size in sizes if size >= CHECKED}):
        parts = max(8, count // CHECKED)  # several for each worker, however small the register
        for turn in range(runs):
            for pieces, workers in ((1, 0), (parts, 0), (parts, 1), (parts, 2)):
                print(f"{count:,} records, run {turn + 1}: {pieces} parts, {workers} workers", file=sys.stderr)
                found.append(json.loads(python("larger", str(register(count)), str(pieces), str(workers), "2GB")))
    if largest:
        print(f"{largest:,} records, within 2 GB", file=sys.stderr)
        found.append(json.loads(python("larger", str(register(largest)), str(largest // CHECKED), "0", "1500MB")))
    return found


def main() -> None:
    """Check, measure, and tell."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.registers", description=__doc__.splitlines()[0])
    words.add_argument("--sizes", default="1e5,1e6,1e7", help="records, comma between")
    words.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    words.add_argument("--contestants", default="sql,pandas,polars,numba", help="whom to measure, comma between")
    words.add_argument("--largest", type=float, default=0, help="records of one more register, from Parquet to Parquet")
    chosen = words.parse_args()
    sizes = [int(float(size)) for size in chosen.sizes.split(",")]
    checked(sizes)
    found = measured(sizes, chosen.runs, chosen.contestants.split(","))
    FOLDER.joinpath("runs.json").write_text(json.dumps(found), encoding="utf-8")
    ways = larger(sizes, chosen.runs, int(chosen.largest))
    FOLDER.joinpath("larger.json").write_text(json.dumps(ways), encoding="utf-8")
    print(python("report", str(FOLDER)))


if __name__ == "__main__":
    main()
