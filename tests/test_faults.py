"""Whatever strikes a run, and whenever: the last results are whole, it is said what happened, the next run succeeds."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from tests.checkouts import CASE
from tests.faults.scene import EDIT, INJECT, Scene, Strike

# When a run can be struck, by the file that it is about to change then.
MOMENTS = {
    "as it begins": (r"mkdir /build/stage/", 1),
    "as a notebook is written": (r"open .*/notebooks/4-figures\.ipynb$", 1),
    "as the last notebook is put down": (r"rename .*/notebooks/\.5-report", 1),
    "as results are gathered": (r"rename .*/data$", 1),
    "before they are ready": (r"rename .*/ready-\w+$", 1),
    "before the tables are in place": ("exchange", 1),
    "between tables and notebooks": ("exchange", 2),
    "between two notebooks": ("exchange", 3),
    "once all is in place": (r"remove .*/places\.json", 2),
    "as it is noted": (r"open /build/records/", 2),
}
STRIKES = [
    ("SIGKILL", "between tables and notebooks"),
    ("SIGTERM", "between two notebooks"),
    ("SIGINT", "as it begins"),
    ("ENOSPC", "as a notebook is written"),
    ("EROFS", "as it is noted"),
    ("EACCES", "before the tables are in place"),
]  # `python -m tests.faults` tries all kinds at every moment
WORDS = {
    "ENOSPC": "No space left on device. Make room",
    "EROFS": "Read-only file system.",
    "EACCES": "Permission denied.",
}


@pytest.fixture(scope="module")
def changed(fresh_run, tmp_path_factory):
    found = Scene(tmp_path_factory.mktemp("faults") / "checkout", fresh_run.path)
    yield found
    found.copy.close()


@pytest.fixture
def scene(changed):
    changed.reset()
    return changed


@pytest.mark.parametrize(("kind", "when"), STRIKES)
def test_a_run_that_is_struck_leaves_the_last_results_and_the_next_succeeds(scene, kind, when):
    done = scene.struck(Strike(kind, *MOMENTS[when]), "run")
    check_told(kind, done, scene)
    scene.check_whole()
    scene.check_mended()


def check_told(kind: str, done, scene: Scene) -> None:
    """A run that can still speak says in a line or two what stopped it, and that results are as they were."""
    assert "Traceback" not in done.stderr
    if kind == "SIGKILL":
        assert done.returncode == -signal.SIGKILL
    elif kind in WORDS:
        assert done.returncode == 1
        assert re.search(rf"\S+: {WORDS[kind]}", done.stderr)
        assert scene.copy.results() == (scene.after if "is in place" in done.stderr else scene.before)
    elif "was finished before" in done.stderr:
        assert scene.copy.results() == scene.after
    else:
        assert done.returncode
        assert "is as it was before this run" in done.stderr
        assert scene.copy.results() == scene.before


def put_cell(scene: Scene, name: str, source: str) -> None:
    """Let a notebook start with this code."""
    path = scene.copy.path / "notebooks" / name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code" and not cell["metadata"].get("tags"))
    cell["source"] = f"{source}\n{''.join(cell['source'])}"
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "words", "told"),
    [
        ("while True: pass", ("--timeout", "5"), "a cell took more than the 5 seconds"),
        ("bytearray(10**10)", ("--memory", "2GB"), "MemoryError"),
        ("import os; os._exit(0)", (), "its process ended in the middle of a cell"),
    ],
)
def test_a_notebook_that_hangs_dies_or_is_too_large_leaves_the_last_results(scene, source, words, told):
    put_cell(scene, "5-report.ipynb", source)
    before = scene.copy.results()
    done = scene.copy.retransfer("run", *words)
    assert done.returncode == 1
    assert told in done.stderr
    assert "5-report stopped there; as far as it ran it is in build/failed/5-report.ipynb." in done.stderr
    assert scene.copy.results() == before


def test_a_clock_that_is_set_back_again_and_again_changes_nothing(scene):
    path = f"{INJECT}{os.pathsep}{scene.copy.path}"
    for place in scene.copy.path.rglob("*.csv"):
        os.utime(place, (4e9, 4e9))  # written in the year 2096
    done = scene.copy.alone("run", CLOCK="1", PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    assert scene.copy.results() == scene.after
    again = scene.copy.alone("run", CLOCK="1", PYTHONPATH=path)
    assert again.stdout.splitlines()[-1] == "Nothing has changed since these results were computed: nothing was run."


def test_of_two_runs_at_once_one_is_told_to_wait(scene):
    put_cell(scene, "5-report.ipynb", "import time; time.sleep(5)")
    first = subprocess.Popen(
        [sys.executable, "-m", "analysis.cli", "run"],
        cwd=scene.copy.path,
        env=scene.copy.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert any(line.startswith("4-figures") for line in first.stdout)
    second = scene.copy.retransfer("run")
    assert second.returncode == 1
    assert f"data/processed/{CASE}: another command is making this. Wait for it, or stop it." in second.stderr
    other = scene.copy.retransfer("run", "-p", "lag_years=0")  # another set of results is nobody else's
    assert first.wait(60) == 0
    assert other.returncode == 0, other.stderr
    assert scene.copy.retransfer("run").stdout.splitlines()[-1].startswith("Nothing has changed")


def test_a_site_that_is_killed_before_it_is_in_place_leaves_the_last_one(scene):
    site, strike = scene.copy.path / "build" / "site", Strike("SIGKILL", "exchange")
    (site / "last").mkdir(parents=True)
    (site / "last" / "index.html").write_text("last", encoding="utf-8")
    (scene.copy.path / EDIT[0]).write_bytes((scene.copy.source / EDIT[0]).read_bytes())
    assert scene.struck(strike, "site").returncode == -signal.SIGKILL
    assert (site / "last" / "index.html").read_text(encoding="utf-8") == "last"
    assert scene.copy.retransfer("explain", "statements").returncode == 0
    assert not (site / "last").exists()
    assert (site / "index.html").exists()
    assert scene.copy.retransfer("site").stdout.splitlines()[-1].endswith("every byte is as it was.")
