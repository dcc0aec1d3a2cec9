"""Whatever strikes a run, and whenever: the last results are whole, it is said what happened, the next run succeeds."""

import re
import signal

import pytest

from tests.faults.scene import Scene, Strike

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
    "as it is noted": (r"open /build/records/", 1),
}
STRIKES = [
    ("SIGKILL", "as the last notebook is put down"),
    ("SIGKILL", "between tables and notebooks"),
    ("SIGTERM", "between two notebooks"),
    ("SIGINT", "as it begins"),
    ("ENOSPC", "as a notebook is written"),
    ("ENOSPC", "between tables and notebooks"),
    ("EROFS", "as it begins"),
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
    done = scene.run(Strike(kind, *MOMENTS[when]))
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
        assert scene.copy.results() == scene.before
    elif "was finished before" in done.stderr:
        assert scene.copy.results() == scene.after
    else:
        assert done.returncode
        assert "is as it was before this run" in done.stderr
        assert scene.copy.results() == scene.before
