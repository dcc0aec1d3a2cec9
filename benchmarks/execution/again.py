"""Run again: nothing has changed, or one sentence of prose in one notebook.

Floors: reading and digesting every file that the steps name, and the cells of that notebook as plain Python. Each run
is checked: which notebooks it executed (none, or 5-report and no other), and that tables and figures are right.
doit, Snakemake and DVC run the same five notebooks (pipelines/), which they execute by papermill as it is.

What each would have cost the project as its own mechanism, as tried with the versions in requirements.lock (`--notice`
tells it anew):

- All three: a byte of a raw table flipped in place, and the file's time put back, is noticed by none; they ran nothing,
  and the package ran all five. The same with a table that 2-reconcile had written: they ran nothing, and it stayed
  wrong; the package ran 2-reconcile and what follows, and it was right again. A raw table that was only touched made
  nobody run anything. What a step reads and writes is written down by hand, so that every notebook depends on all of
  `analysis`. The package keeps what a kernel has loaded, which saves 1-clean where reconcile.py has changed, and
  nothing where prose.py has, which all five load. None of the three knows of Python's version or of the packages that
  are installed unless it is told.
- doit 0.37 adds one package. Its checker takes a file whose time is the one it knows for unchanged, and then looks
  neither at contents nor at size (MD5Checker.check_modified). Of targets it asks only whether they exist: of a result
  that was edited it ran what reads it (3-scenarios, 4-figures, 5-report), and the result stayed wrong.
- Snakemake 9.15 adds 24 packages. A file counts as changed if it is newer than the oldest output, and, up to 1 MB, if
  its checksum is another as well; what has an older time is not looked into. An edited result stayed wrong, as above.
- DVC 3.67 adds 56 packages, a folder and a lock of its own. It keeps digests of files by their time, size and inode,
  and reads again only where one of these is another. It keeps a second copy of every result: an edited one it put back
  without running anything, and so it does with all that it has seen before; hence no text is used twice here.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.execution.checkout import COMMITTED, Place, Took, rounds

PIPELINES = "benchmarks/execution/pipelines"
FLOORS = {"unchanged": "read and digest", "one notebook": "plain Python"}
LAST = "5-report"


class Retransfer:
    """The package itself, whose results replace the committed ones of the copy."""

    command, results = "python -m analysis.cli run", COMMITTED

    def set_up(self, place: Place) -> None:
        """Nothing is to be set up."""

    def ran(self, place: Place, said: str) -> list[str]:
        """Which notebooks a run has executed, as it says itself."""
        return re.findall(r"^(\d-\w+) +[\d.]+ s$", said, re.M)


class Pipeline:
    """Steps with declared dependencies, which call papermill as it is."""

    results = "results/data"

    def __init__(self, command: str, definition: str, prepare: str = "") -> None:
        self.command, self.definition, self.prepare = command, definition, prepare
        self.seen: dict[str, str] = {}

    def set_up(self, place: Place) -> None:
        """The definition lies where the tool looks for it."""
        shutil.copyfile(place.root / PIPELINES / self.definition, place.root / self.definition)
        (place.root / "results" / "notebooks").mkdir(parents=True)
        place.run(self.prepare)

    def ran(self, place: Place, said: str) -> list[str]:
        """Which notebooks are executed anew, as papermill notes in them."""
        before, self.seen = self.seen, {}
        for path in sorted(place.root.glob("results/notebooks/*.ipynb")):
            self.seen[path.stem] = json.loads(path.read_text(encoding="utf-8"))["metadata"]["papermill"]["start_time"]
        return [stem for stem, start in self.seen.items() if before.get(stem) != start]


DVC = "dvc init --quiet --no-scm; dvc config core.check_update false; printf '__pycache__\\n' > .dvcignore"  # bytecode


def contestants() -> dict[str, Retransfer | Pipeline]:
    """Everybody who decides what has to run again."""
    return {
        "retransfer": Retransfer(),
        "doit": Pipeline("doit", "dodo.py"),
        "Snakemake": Pipeline("snakemake --cores 2", "Snakefile"),
        "DVC": Pipeline("dvc repro", "dvc.yaml", DVC),
    }


class Set:
    """Everybody in a copy of their own, where all five notebooks have been run once, and given the right results."""

    def __init__(self, folder: Path) -> None:
        self.all = contestants()
        self.places = {name: Place(folder / name) for name in self.all}
        for name, one in self.all.items():
            print(f"set up: {name}", file=sys.stderr)
            one.set_up(self.places[name])
            ran = self.run(name)[1]
            if len(ran) != 5:
                sys.exit(f"{name} executed {ran} of five notebooks.")
            self.places[name].check_results(one.results)

    def run(self, name: str) -> tuple[Took, list[str]]:
        """One run, and which notebooks it has executed."""
        took = self.places[name].run(self.all[name].command)
        return took, self.all[name].ran(self.places[name], took.said)

    def expected(self, name: str, wanted: list[str]) -> Took:
        """One run that executes these notebooks and no other, and leaves the right results."""
        took, ran = self.run(name)
        if ran != wanted:
            sys.exit(f"{name} executed {ran or 'nothing'}, and {wanted or 'nothing'} had to be.")
        self.places[name].check_results(self.all[name].results)
        return took


def measured(folder: Path, runs: int) -> Iterator[dict]:
    """Both questions, in the same copies."""
    everybody = Set(folder)
    floor = Place(folder / "floor")
    shutil.copytree(floor.root / COMMITTED, floor.root / "results" / "data")
    shutil.copytree(floor.root / "notebooks", floor.root / "results" / "notebooks")
    yield from rounds("unchanged", _unchanged(everybody, floor), runs)
    yield from rounds("one notebook", _changed(everybody, floor), runs)


def _unchanged(everybody: Set, floor: Place) -> dict[str, Callable[[int], Took]]:
    turns = {FLOORS["unchanged"]: lambda _: floor.run("python -m benchmarks.execution.floor digests")}
    return turns | {name: lambda _, name=name: everybody.expected(name, []) for name in everybody.all}


def _changed(everybody: Set, floor: Place) -> dict[str, Callable[[int], Took]]:
    def turn(name: str, number: int) -> Took:
        reword(everybody.places[name].root, number)
        return everybody.expected(name, [LAST])

    report = "RETRANSFER_STAGE=results/data python -m benchmarks.execution.floor report"
    turns = {FLOORS["one notebook"]: lambda _: floor.run(report)}
    return turns | {name: lambda number, name=name: turn(name, number) for name in everybody.all}


def reword(root: Path, number: int) -> None:
    """Change the prose of 5-report. No text comes twice: DVC would put back what it has kept of the first time."""
    path = root / "notebooks" / f"{LAST}.ipynb"
    found = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in found["cells"] if "".join(cell["source"]).startswith("## Method"))
    cell["source"] = re.sub(r"( Reworded, \d+\.)?\Z", f" Reworded, {number}.", "".join(cell["source"]), count=1)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
