"""`python -m mutation`: try every mutant, write results.csv and survivors.tsv beside this file, and print the numbers.

`python -m mutation NAME…` tries only files whose names contain one of these, and writes nothing but what it prints.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.engine import cores
from analysis.paths import BUILD, ROOT
from mutation import report
from mutation.report import Tried
from mutation.targets import targets

FOLDER = BUILD / "mutation"
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a process with threads is not forked safely


def main(names: list[str]) -> int:
    """Exit code 0 where enough is caught and every survivor is judged."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    asked = [target.name for target in targets()] + ["data"]
    asked = [name for name in asked if not names or any(part in name for part in names)]
    largest_first = sorted(asked, key=lambda name: -(ROOT / name).stat().st_size if name != "data" else 0)
    with ThreadPoolExecutor(cores()) as pool:
        found = dict(zip(largest_first, pool.map(_tried, largest_first), strict=True))
    tried = [each for name in asked for each in found[name]]
    survivors = report.judged((row for each in tried for row in each.survivors), report.read())
    if not names:
        report.write(tried, survivors)
    print(report.table(tried))
    faults = report.faults(tried, survivors)
    print("\n".join(faults))
    return bool(faults)


def _tried(name: str) -> list[Tried]:
    """What came of one file, or of all data, tried in a process of its own."""
    results = FOLDER / f"{name.replace('/', '__')}.jsonl"
    module, words = ("mutation.data", []) if name == "data" else ("mutation.trial", [name])
    command = [sys.executable, "-m", module, *words, str(results)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **ALONE}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return _read(results, name)


def _read(results: Path, name: str) -> list[Tried]:
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    groups: dict[tuple[str, str], list[dict]] = {}
    for line in lines:
        groups.setdefault((line.get("kind", "code"), line.get("module", name)), []).append(line)
    return [
        Tried(kind, module, len(mine), [_survivor(line, name) for line in mine if not line["by"]])
        for (kind, module), mine in groups.items()
    ]


def _survivor(line: dict, name: str) -> dict[str, str]:
    return {"file": line.get("file", name), **{key: str(line[key]) for key in ("line", "column", "change")}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
