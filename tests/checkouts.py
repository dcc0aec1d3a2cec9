"""Checkouts to run the real commands in: tests never write into this one."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from analysis.errors import IN_FULL
from analysis.paths import ROOT

CASE = "belarus-bulgaria-2015"
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "build", "__pycache__", ".*_cache", ".hypothesis", ".ipynb_checkpoints"
)

# A process of a copy's own that imports what commands need, and runs each in a process forked from it: importing takes
# longer than most commands. Kernels come from one nursery, whichever command asks for them.
SERVER = """
import os, sys, traceback, json
import analysis.cli, analysis.explain, analysis.findings, analysis.plans, analysis.registers.command, analysis.run
from analysis.kernels import start
for line in sys.stdin:
    words, folder = json.loads(line)
    if words[0] in ("run", "register"):
        start.nursery()
    if words[0] == "site":
        import analysis.site.build
    pid = os.fork()
    if pid:
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        continue
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    code = 1
    try:
        analysis.cli.main(words, prog_name="retransfer")
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
"""


class Checkout:
    """A copy of the working tree, with the `retransfer` command run from it as a user would."""

    def __init__(self, path: Path, source: Path = ROOT) -> None:
        self.path, self.source, self.server = path, source, None
        self._copy()

    def _copy(self) -> None:
        left_out = LEFT_OUT if self.source == ROOT else None
        shutil.copytree(self.source, self.path, ignore=left_out, dirs_exist_ok=True)

    def as_it_comes(self) -> "Checkout":
        """Without the cases and spellings that whoever runs the tests has added: these are theirs to name."""
        raw = self.path / "data" / "raw"
        shutil.rmtree(raw / "reference" / "own", ignore_errors=True)
        for settings in sorted(raw.glob("*/case.toml")):
            if tomllib.loads(settings.read_text(encoding="utf-8")).get("own"):
                shutil.rmtree(settings.parent)
                shutil.rmtree(self.path / "data" / "processed" / settings.parent.name, ignore_errors=True)
        return self

    def restore(self) -> None:
        """As it was copied."""
        for child in self.path.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        self._copy()

    def retransfer(self, *words: str) -> subprocess.CompletedProcess:
        """What a command of the copy does, in a process of its own, forked from one that has imported already."""
        if not self.server:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            self.server = subprocess.Popen(
                [sys.executable, "-c", SERVER], cwd=self.path, env=self.environment(), **pipes
            )
        told = self.path.with_name(f"{self.path.name}-told")
        told.mkdir(exist_ok=True)
        self.server.stdin.write(f"{json.dumps([words, str(told)])}\n")
        self.server.stdin.flush()
        code = int(self.server.stdout.readline())
        out, err = ((told / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return subprocess.CompletedProcess(words, code, out, err)

    def alone(
        self, *words: str, begin: Callable[[], None] | None = None, **variables: str
    ) -> subprocess.CompletedProcess:
        """The same, started from nothing and in another environment; its process does first what `begin` does."""
        command = [sys.executable, "-m", "analysis.cli", *words]
        environment = self.environment(**variables)
        return subprocess.run(
            command,
            cwd=self.path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            preexec_fn=begin,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """In which Python imports this copy."""
        return {**os.environ, "PYTHONPATH": str(self.path), "COLUMNS": "200", IN_FULL: "1", **variables}

    def close(self) -> None:
        """End the process that commands are forked from."""
        if self.server:
            self.server.stdin.close()
            self.server.wait()
            self.server = None

    def raw(self, name: str) -> Path:
        return self.path / "data" / "raw" / CASE / name

    def edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def results(self) -> dict[str, bytes]:
        """Every published byte: tables, figures, notebooks."""
        folders = (self.path / "data" / "processed", self.path / "notebooks")
        found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}
