"""A checkout in which results are about to change, a command that is struck meanwhile, and what must hold after it."""

import json
import os
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

from analysis.paths import ROOT
from tests.checkouts import Checkout

INJECT = ROOT / "tests" / "faults" / "inject"
EDIT = ("analysis/figures/bars.py", '"sent": "passed on"', '"sent": "handed on"')  # moves a figure, and two notebooks


class Strike(NamedTuple):
    """What happens, and at which of the moments that a pattern fits (see inject/sitecustomize.py)."""

    kind: str
    moment: str
    number: int = 1


class Scene:
    """Results of before, and those that a run would give now, in a copy of a checkout in which all has been run."""

    def __init__(self, path: Path, source: Path) -> None:
        self.copy = Checkout(path, source)
        self.before = self.copy.results()
        self._edit()
        done = self.copy.alone("run")
        assert done.returncode == 0, done.stderr
        self.after = self.copy.results()
        assert {name for name in self.after if self.after[name] != self.before.get(name)}, "the edit moves nothing"

    def _edit(self) -> None:
        self.copy.edit(self.copy.path / EDIT[0], *EDIT[1:])

    def reset(self) -> None:
        """Results of before, and a change that makes a run give others."""
        self.copy.restore()
        self._edit()

    def struck(self, strike: Strike, *words: str) -> CompletedProcess:
        """A command that is struck."""
        listed = self.copy.path.with_name("moments")
        listed.unlink(missing_ok=True)
        told = json.dumps({**strike._asdict(), "listed": str(listed)})
        return self.copy.alone(*words, STRIKE=told, PYTHONPATH=f"{INJECT}{os.pathsep}{self.copy.path}")

    def moments(self) -> list[str]:
        """What the last command that could be struck was about to change, in order."""
        return self.copy.path.with_name("moments").read_text(encoding="utf-8").splitlines()

    def check_whole(self) -> None:
        """Every published file is as before the run, or as after it; none is half written, gone or new."""
        found = self.copy.results()
        assert set(found) <= set(self.before) | set(self.after)
        assert not [name for name in found if found[name] not in (self.before.get(name), self.after.get(name))]
        assert not {name for name in self.before if name in self.after} - set(found)

    def check_mended(self) -> None:
        """The next command puts in place what was ready, and the next run gives what it should; no rubbish is left."""
        told = self.copy.retransfer("explain", "unaccounted[BGR,konkurs-launcher]")
        assert told.returncode == 0, told.stderr
        assert self.copy.results() in (self.before, self.after)
        done = self.copy.retransfer("run")
        assert done.returncode == 0, done.stderr
        assert self.copy.results() == self.after
        for name in ("stage", "ready"):
            assert not list((self.copy.path / "build" / name).glob("*"))
