"""Copies of the checkout to run contestants in, and commands timed in them. Nothing here writes to the working tree."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import nbformat

from analysis import folders
from analysis.paths import ROOT

CASE = "belarus-bulgaria-2015"
COMMITTED = f"data/processed/{CASE}"
NOTEBOOKS = ("1-clean", "2-reconcile", "3-scenarios", "4-figures", "5-report")
LEFT_OUT = (".git", ".venv", "build", "__pycache__", ".*_cache", ".hypothesis", ".ipynb_checkpoints")
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
QUIET = {"PLOOMBER_STATS_ENABLED": "false", "DVC_NO_ANALYTICS": "1"}  # nobody is told that benchmarks are run


class Took(NamedTuple):
    """What a command took, in seconds of wall clock and of all cores together, and what it printed."""

    wall: float
    cpu: float
    said: str


class Place:
    """A fresh copy of the checkout for one contestant, with a home folder that holds nothing of the user's."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "checkout", folder / "home"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(*LEFT_OUT))
        self.home.mkdir()

    def run(self, command: str) -> Took:
        """Run a line of shell in the copy. Ends the benchmark where it fails: there is then nothing to compare."""
        before, began = _children(), time.perf_counter()
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.root,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        wall = time.perf_counter() - began
        if done.returncode:
            sys.exit(f"{command}\nended with {done.returncode}:\n{done.stdout[-3000:]}")
        return Took(wall, _children() - before, done.stdout)

    def _environment(self) -> dict[str, str]:
        """Little of the user's own: a setting such as PYTHONDONTWRITEBYTECODE would be what is measured."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        tools = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
        return {**kept, **QUIET, "PATH": tools, "HOME": str(self.home), "PYTHONPATH": str(self.root)}

    def clear(self, *names: str) -> None:
        """Remove files and folders that a run is to write anew."""
        for name in names:
            shutil.rmtree(self.root / name, ignore_errors=True)

    def check_results(self, name: str) -> None:
        """Every table and figure in a folder of the copy is, byte for byte, the committed one, and none is missing."""
        if not folders.same(self.root / name, ROOT / COMMITTED):
            sys.exit(f"{self.root / name} differs from {COMMITTED}: nothing is printed of contestants that disagree.")

    def check_notebooks(self, name: str) -> None:
        """The five executed notebooks in a folder of the copy show what the committed ones show."""
        for stem in NOTEBOOKS:
            own, committed = self.root / name / f"{stem}.ipynb", ROOT / "notebooks" / f"{stem}.ipynb"
            if _shown(own) != _shown(committed):
                sys.exit(f"{own} shows something else than notebooks/{stem}.ipynb: nothing is printed.")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shown(path: Path) -> list:
    """What the code cells of a notebook show; a cell that papermill puts in for parameters shows nothing."""
    found = nbformat.read(path, as_version=4).cells
    return [output["data"] for cell in found if cell.cell_type == "code" for output in cell.outputs if "data" in output]


def rounds(section: str, turns: Mapping[str, Callable[[int], Took]], runs: int) -> Iterator[dict]:
    """One record per contestant and run: all take turns, another one first in each; the first round is a warm-up."""
    names = list(turns)
    for turn in range(runs + 1):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            took = turns[name](turn)
            print(f"{section}, {f'run {turn}' if turn else 'warm-up'}: {name} {took.wall:.2f} s", file=sys.stderr)
            if turn:
                yield {"section": section, "contestant": name, "run": turn, "wall": took.wall, "cpu": took.cpu}
