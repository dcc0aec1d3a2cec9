"""`python -m benchmarks.execution`: how long the published case's notebooks take to execute, against other ways.

Every contestant has a fresh copy of the checkout in a temporary folder, and every run is a process of its own. All take
turns, another one first in each round, and the first round is a warm-up that is not counted. What each has written is
checked before anything is printed. Medians are shown; seconds compare within one run only, so quote the ratios, which
are to the floor of the section in the same round. Sections: full (full.py), again (again.py), sweeps (sweeps.py).

Writes build/bench/execution.csv, .png and .svg; with --keep, benchmarks/execution.csv and .svg too, which are committed
and say of how many runs each median is; sections that were not measured stay there as they were. --notice measures no
time: it tells which of the tools that decide what has to run notice which change.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from analysis.paths import ROOT, SPEEDS
from benchmarks.execution import again, full, notice, report, sweeps

FOLDER = ROOT / "build" / "bench"
KEPT = SPEEDS
SECTIONS = {"full": full.measured, "again": again.measured, "sweeps": sweeps.measured}
USUAL = 5  # runs of each


def main() -> None:
    """Check, measure, and tell."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.execution", description=__doc__.splitlines()[0])
    words.add_argument("--runs", type=int, default=USUAL, help="runs of each, of which the median counts")
    words.add_argument("--sections", default=",".join(SECTIONS), help="what to measure, comma between")
    words.add_argument("--scenarios", default="50,10000", help="of a notebook sweep, and of a function sweep (by 40)")
    words.add_argument("--keep", action="store_true", help=f"write the medians to {KEPT.relative_to(ROOT)} as well")
    words.add_argument("--notice", action="store_true", help="only tell who notices which change")
    chosen = words.parse_args()
    wanted = chosen.sections.split(",")
    sizes = dict(zip(sweeps.SCENARIOS, map(int, chosen.scenarios.split(",")), strict=True))
    if chosen.keep and sizes != sweeps.SCENARIOS:
        sys.exit("--keep: what is committed is of whole sweeps.")
    with tempfile.TemporaryDirectory(prefix="retransfer-bench-") as folder:
        if chosen.notice:
            for line in notice.told(Path(folder)):
                print(line, flush=True)
            return
        records = []
        for name in wanted:
            more = {"scenarios": sizes} if name == "sweeps" else {}
            records += SECTIONS[name](Path(folder, name), chosen.runs, **more)
    FOLDER.mkdir(parents=True, exist_ok=True)
    FOLDER.joinpath("execution.json").write_text(json.dumps(records), encoding="utf-8")
    found = report.table(records)
    report.write(found, FOLDER)
    if chosen.keep:
        every = report.kept(found, KEPT)
        KEPT.write_text(report.csv(every), encoding="utf-8")
        KEPT.with_suffix(".svg").write_bytes(report.plot(every).svg)
    print(report.markdown(found))


if __name__ == "__main__":
    main()
