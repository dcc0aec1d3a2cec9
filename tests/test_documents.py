"""Every block of code that a page shows is run as it stands there, in the page's order, and gives what the page says.

`make` itself is asked only whether it knows the target: what its targets do is this very run, or has tests of its own.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from analysis import cli
from analysis.paths import ROOT, SITE
from analysis.registers import layouts
from tests.checkouts import CASE, Checkout
from tests.documents import Block, answers, blocks, lines_of, page_of

PAGES = [ROOT / "README.md", *sorted(SITE.glob("*.md"))]
SHOWN = [path for path in PAGES if blocks(path.read_text(encoding="utf-8"))]
REGISTER = ROOT / "tests" / "registers" / "unroca.csv"
ENDS = {  # commands that end otherwise than well, with the code that they end with
    f".venv/bin/retransfer verify-source {CASE} article.txt": 1,  # whoever runs the tests has no copy of the article
}
NOT_RUN = ("text", "console", "bibtex", "")  # read with the block before them, or by other means
MAKE = f'#!/bin/sh\nexec {shutil.which("make")} --no-print-directory --dry-run "$@" > /dev/null\n'
UPSTREAM = "https://example.org/retransfer.git"


class Reader:
    """Somebody who types what a page shows, in a checkout of their own."""

    def __init__(self, copy: Checkout) -> None:
        self.copy, self.said, self.left = copy, "", []
        tools = copy.path / ".venv" / "bin"
        tools.mkdir(parents=True)
        for name, words in (("retransfer", "-m analysis.cli"), ("dask", "-m dask"), ("python", "")):
            self._tool(tools / name, f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        self._tool(copy.path / "build" / "tools" / "make", MAKE)
        self.environment = copy.environment(PATH=f"{copy.path / 'build' / 'tools'}:{os.environ['PATH']}")

    def _tool(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def does(self, block: Block) -> None:
        """What the block says."""
        {"sh": self._types, "csv": self._adds, "diff": self._patches, "text": self._sees, "console": self._answers}.get(
            block.kind, self._writes
        )(block)

    def _types(self, block: Block) -> None:
        text = block.text.strip()
        if text.startswith(".venv/bin/dask"):  # it stays, until the page ends
            self.left.append(subprocess.Popen(shlex.split(text), cwd=self.copy.path, env=self.environment))
            time.sleep(2)
            return
        lines = text.replace("\\\n", " ").splitlines()
        if all(line.startswith(".venv/bin/retransfer") for line in lines):
            done = [self.copy.retransfer(*shlex.split(line)[1:]) for line in lines]
        else:
            command = ["bash", "-e", "-c", text]
            done = [
                subprocess.run(
                    command, cwd=self.copy.path, env=self.environment, capture_output=True, text=True, check=False
                )
            ]
        self.said = "".join(one.stdout for one in done)
        for one in done:
            assert one.returncode == ENDS.get(text, 0), f"line {block.line}: {text}\n{one.stdout}{one.stderr}"

    def _answers(self, block: Block) -> None:
        command, printed, typed_in = answers(block.text)
        done = subprocess.run(
            command.split(),
            input=typed_in,
            cwd=self.copy.path,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said = " ".join(done.stdout.split())
        for line in lines_of("\n".join(printed)):
            assert line in said, f"line {block.line}: {line!r} is not in {said}"
            said = said[said.index(line) + len(line) :]

    def _sees(self, block: Block) -> None:
        said = "\n".join(lines_of(self.said))
        for line in lines_of(block.text):
            assert line in said, f"line {block.line}: {line!r} is not in\n{self.said}"

    def _adds(self, block: Block) -> None:
        path = self.copy.path / block.file
        path.write_text(path.read_text(encoding="utf-8") + block.text, encoding="utf-8")

    def _writes(self, block: Block) -> None:
        if block.kind == "python" and not block.file.endswith(".py"):
            command = [sys.executable, "-c", block.text]
            subprocess.run(command, cwd=self.copy.path, env=self.environment, check=True)
            return
        path = self.copy.path / block.file
        assert block.file, f"line {block.line}: no file is named before this block of {block.kind}"
        path.write_text(block.text, encoding="utf-8")

    def _patches(self, block: Block) -> None:
        subprocess.run(["patch", "-p1"], input=block.text, cwd=self.copy.path, text=True, check=True)


@pytest.fixture
def reader(tmp_path):
    copy = Checkout(tmp_path / "copy").as_it_comes()
    made = Reader(copy)
    yield made
    for process in made.left:
        process.kill()
        process.wait()
    copy.close()


def has_what_the_page_supposes(copy: Checkout, page: str) -> None:
    """Files that a reader brings along: a register, statements as Parquet, a text; and a repository to update from."""
    german = "major_export,2013,Germany,Brazil,I. Battle tanks,10,,,Gepard,\n"
    (copy.path / "FILE").write_text(REGISTER.read_text(encoding="utf-8") + german, encoding="utf-8")
    (copy.path / "article.txt").write_text("A text of one's own.\n")
    statements = layouts.read(REGISTER).statements  # noqa: F841 (named in the SQL)
    duckdb.sql(f"copy statements to '{copy.path}/statements.parquet'")
    if UPSTREAM in page:
        upstream = copy.path.with_name("upstream")
        git(copy.path, "init", "--quiet", "--initial-branch=main")
        git(copy.path, "add", "--all", ":!FILE", ":!article.txt", ":!statements.parquet")
        git(copy.path, "commit", "--quiet", "--message", "As it was cloned")
        git(copy.path, "clone", "--quiet", ".", str(upstream))
        with (upstream / "data/raw/reference/parties.csv").open("a") as file:
            file.write("Somewhere else,BGR,\n")
        git(upstream, "commit", "--quiet", "--all", "--message", "A spelling more")
        git(copy.path, "config", f"url.{upstream}.insteadOf", UPSTREAM)


def git(folder: Path, *words: str) -> str:
    named = ("-c", "user.name=A reader", "-c", "user.email=reader@example.org")
    return subprocess.run(["git", *named, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_a_page_does_what_it_says(path, reader, monkeypatch):
    page = page_of(path, CASE)
    has_what_the_page_supposes(reader.copy, page)
    for name in ("AUTHOR", "COMMITTER"):
        reader.environment |= {f"GIT_{name}_NAME": "A reader", f"GIT_{name}_EMAIL": "reader@example.org"}
    found = blocks(page)
    for block, before in zip(found, [None, *found], strict=False):
        if block.kind == "text" and (before is None or before.kind not in ("sh", "text")):
            continue
        if block.kind not in ("", "bibtex"):
            reader.does(block)
    if UPSTREAM in page:
        changed = git(reader.copy.path, "diff", "--name-only", "upstream/main", "HEAD").split()
        assert changed
        assert all("/our-case/" in name for name in changed)
        assert "Somewhere else" in (reader.copy.path / "data/raw/reference/parties.csv").read_text()
        before = reader.copy.results()
        assert any("/our-case/" in name for name in before)
        assert reader.copy.retransfer("register").returncode == 0
        assert reader.copy.results() == before


def test_every_command_is_told_with_all_its_options(built_site):
    page = (built_site / "commands.html").read_text(encoding="utf-8")
    for name, command in cli.main.commands.items():
        assert f"retransfer {name}" in page
        for parameter in command.params:
            assert all(option in page for option in parameter.opts if option.startswith("--")), parameter
