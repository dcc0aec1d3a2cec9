"""Notebooks stay reviewable: what a commit is stopped for, what is taken out of them, what `git diff` shows."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner

from analysis import cli
from analysis.notebook_text import as_text
from analysis.paths import NOTEBOOKS, ROOT
from analysis.tidy import tidied

SAMPLE = NOTEBOOKS / "3-scenarios.ipynb"  # it has sentences, tables and pictures
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


@pytest.fixture
def notebook(tmp_path) -> Path:
    return Path(shutil.copy(SAMPLE, tmp_path))


def edited(path: Path, change) -> Path:
    found = nbformat.read(path, 4)
    change(found, [cell for cell in found.cells if cell.cell_type == "code"])
    nbformat.write(found, path)
    return path


def as_jupyterlab_saves(found: nbformat.NotebookNode, cells: list) -> None:
    """What JupyterLab adds that says nothing about the notebook."""
    found.metadata = {
        "kernelspec": {"display_name": "retransfer", "language": "python", "name": "mine"},
        "language_info": {"name": "python", "version": "3.12.1", "file_extension": ".py"},
        "toc-showtags": False,
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
    }
    cells[1].metadata |= {"execution": {"iopub.status.busy": "2026-01-01T10:00:00Z"}, "collapsed": False}
    cells[2].metadata |= {"scrolled": True, "trusted": True, "editable": True, "slideshow": {"slide_type": ""}}


def test_what_differs_from_run_to_run_is_taken_out_and_nothing_else(notebook):
    before = notebook.read_bytes()
    edited(notebook, as_jupyterlab_saves)
    assert notebook.read_bytes() != before
    done = CliRunner().invoke(cli.main, ["tidy", str(notebook)])
    assert (done.exit_code, done.output) == (1, f"{notebook}: tidied. Look at it, and `git add` it.\n")
    assert notebook.read_bytes() == before
    done = CliRunner().invoke(cli.main, ["tidy", str(notebook)])
    assert (done.exit_code, done.output) == (0, "")


def test_an_edit_of_a_cell_is_kept(notebook):
    edited(notebook, lambda found, cells: found.cells[3].update(source="Other words."))
    assert not tidied(notebook)
    assert nbformat.read(notebook, 4).cells[3].source == "Other words."


def failed(found, cells):
    cells[2].outputs = [nbformat.v4.new_output("error", ename="KeyError", evalue="'x\n'", traceback=["…"])]


def unrun(found, cells):
    cells[2].execution_count, cells[2].outputs = None, []


def twice(found, cells):
    cells[1].execution_count = 14


FAULTS = [
    (failed, "3-scenarios.ipynb: the cell 'tables |= scenarios.bounded(tables, settings, point)' ended in KeyError: "),
    (unrun, "3-scenarios.ipynb: the cell 'tables |= scenarios.bounded(tables, settings, point)' was not run. Restart"),
    (twice, "3-scenarios.ipynb: its cells were not run once each, from first to last (1, 14, 3,"),
]


@pytest.mark.parametrize(("spoil", "told"), FAULTS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_notebook_that_is_not_as_one_run_leaves_it_is_refused_in_one_line(notebook, spoil, told):
    before = edited(notebook, spoil).read_bytes()
    done = CliRunner().invoke(cli.main, ["tidy", str(notebook)])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert told in done.output
    assert len(done.output.splitlines()) == 1
    assert notebook.read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"cells": 5}', b"\xff", b"<<<<<<< HEAD\n{}"])
def test_what_is_no_notebook_is_refused_and_still_shown(tmp_path, data):
    path = tmp_path / "x.ipynb"
    path.write_bytes(data)
    done = CliRunner().invoke(cli.main, ["tidy", str(path)])
    assert done.exit_code == 1
    assert "x.ipynb: is not a notebook that can be read" in done.output
    assert len(done.output.splitlines()) == 1
    assert as_text(data).startswith("This is no notebook that can be read")


def test_notebooks_are_committed_as_a_run_leaves_them():
    assert CliRunner().invoke(cli.main, ["tidy"]).output == ""


def git(folder: Path, *words: str) -> str:
    own = {"HOME": str(folder.parent), "PRE_COMMIT_HOME": str(folder.parent / "cache"), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**kept, **own, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """A repository with one notebook and one module, in which `make hooks` was said."""
    folder = tmp_path_factory.mktemp("hooks") / "repository"
    (folder / ".venv").mkdir(parents=True)
    for path in Path(sys.prefix).iterdir():
        (folder / ".venv" / path.name).symlink_to(path)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", ".gitattributes", ".pre-commit-config.yaml"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv" / "retransfer-ready").unlink(missing_ok=True)
    (folder / ".venv" / "retransfer-ready").write_text(str(folder), encoding="utf-8")
    (folder / ".gitignore").write_text(".venv\n", encoding="utf-8")
    (folder / "notebooks").mkdir()
    shutil.copy(SAMPLE, folder / "notebooks")
    (folder / "analysis").mkdir()
    (folder / "analysis" / "module.py").write_text("A = 1\n", encoding="utf-8")
    git(folder, "init")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GIT_"))}
    done = subprocess.run(["make", "hooks"], cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    git(folder, "add", ".")
    told = git(folder, "commit", "-m", "First")
    assert "1 file changed" in told or "files changed" in told, told
    return folder


@pytest.fixture
def work(repository):
    yield repository
    git(repository, "reset", "--hard", "--quiet")


def changed_lines(diff: str) -> list[str]:
    return [line for line in diff.splitlines() if re.match(r"[-+](?![-+]{2} )", line)]


def test_a_diff_shows_a_number_a_sentence_and_that_a_picture_changed(work):
    def change(found, cells):
        found.cells[4].source = found.cells[4].source.replace("Nothing is guessed", "Nothing is invented")
        data = cells[3].outputs[0].data
        data["text/plain"] = data["text/plain"].replace("0              136 ", "0              135 ", 1)
        data["text/html"] = data["text/html"].replace(">136<", ">135<", 1)
        picture = next(output for cell in cells for output in cell.outputs if "image/png" in output.get("data", {}))
        data = bytearray(base64.b64decode(picture.data["image/png"]))
        data[-20] ^= 1
        picture.data["image/png"] = base64.b64encode(data).decode()
        as_jupyterlab_saves(found, cells)

    edited(work / "notebooks" / SAMPLE.name, change)
    for folder in (work, work / "notebooks"):  # wherever it is asked for
        found = changed_lines(git(folder, "diff"))
        assert [line[0] for line in found] == ["-", "+"] * 4
        assert "Nothing is guessed" in found[0]
        assert "Nothing is invented" in found[1]
        assert re.search(r"konkurs-launcher +2015 +0 +136 +136 +136 ", found[2])
        assert re.search(r"konkurs-launcher +2015 +0 +135 +136 +136 ", found[3])
        assert [line[1:11] for line in found[4:6]] == ["(text/html"] * 2
        assert [re.sub("[0-9a-f]{12}", "…", line[1:]) for line in found[6:]] == [
            "(image/png: 1280 x 1306 px, SHA-256 …)"
        ] * 2
        assert max(map(len, found)) < 200


def test_a_diff_of_editor_settings_alone_is_empty(work):
    edited(work / "notebooks" / SAMPLE.name, as_jupyterlab_saves)
    assert changed_lines(git(work, "diff")) == []
    assert "3-scenarios.ipynb" in git(work, "status", "--short")


def test_a_commit_stops_at_what_the_hooks_find_and_passes_once_it_is_mended(work):
    edited(work / "notebooks" / SAMPLE.name, as_jupyterlab_saves)
    (work / "analysis" / "module.py").write_text("import os\nA=1\n", encoding="utf-8")
    head = git(work, "rev-parse", "HEAD")
    told = git(work, "commit", "--all", "-m", "Second")
    assert git(work, "rev-parse", "HEAD") == head
    assert "F401" in told
    assert "1 file would be reformatted" in told
    assert len(re.findall(r"\.Failed$", told, re.M)) == 3
    assert "notebooks/3-scenarios.ipynb: tidied." in told
    (work / "analysis" / "module.py").write_text("A = 2\n", encoding="utf-8")
    told = git(work, "commit", "--all", "-m", "Second")
    assert git(work, "rev-parse", "HEAD") != head, told
    assert git(work, "show", "--stat", "--format=").split()[0] == "analysis/module.py"


def test_hooks_are_of_this_machine_and_call_commands_that_there_are():
    assert [one["repo"] for one in HOOKS] == ["local"]
    assert {hook["language"] for hook in HOOKS[0]["hooks"]} == {"system"}
    entries = [hook["entry"].split() for hook in HOOKS[0]["hooks"]]
    assert {entry[0] for entry in entries} == {".venv/bin/ruff", ".venv/bin/retransfer"}
    assert sorted(words[1] for words in entries) == ["check", "check", "format", "tidy"]
