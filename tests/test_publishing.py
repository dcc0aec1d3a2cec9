"""Several files and folders go in place together, after whatever step the process that does so is stopped."""

import errno
import os
import shutil
import signal

import pytest

from analysis import folders, publishing
from analysis.errors import InputError
from tests.faults.inject.sitecustomize import watch

OLD = {"tables/a.csv": "1", "tables/figures/b.svg": "2", "report.ipynb": "3"}
NEW = {"tables/a.csv": "4", "tables/figures/c.svg": "5", "report.ipynb": "6"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project of a folder and a file, and what is to replace both; what is under way lies beside them."""
    monkeypatch.setattr(publishing, "READY", tmp_path / "build" / "ready")
    monkeypatch.setattr(publishing, "ROOT", tmp_path)
    monkeypatch.setattr(folders, "LOCKS", tmp_path / "build" / "locks")
    laid(tmp_path / "project", OLD)
    laid(tmp_path / "stage", NEW)
    return tmp_path


def laid(folder, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def found(folder) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in folders.files(folder)}


def put(home) -> bool:
    places = ("tables", "report.ipynb")
    return publishing.put({home / "stage" / name: home / "project" / name for name in places})


def struck(home, kind: str, number: int) -> int:
    """What becomes of a process that is struck at one of the moments when it changes a file; its exit code."""
    pid = os.fork()
    if not pid:
        watch(kind, "", number, str(home.parent / f"{home.name}-moments"), str(home))
        code = 1
        try:
            put(home)
            code = 0
        except OSError as fault:
            code = fault.errno
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_what_is_put_in_place_is_there_and_nothing_else(home):
    assert put(home)
    assert found(home / "project") == {**NEW}
    assert not list((home / "build" / "ready").iterdir())


def test_the_same_is_left_untouched(home):
    laid(home / "stage", OLD)
    (home / "stage" / "tables" / "figures" / "c.svg").unlink()
    before = (home / "project" / "report.ipynb").stat()
    assert not put(home)
    assert (home / "project" / "report.ipynb").stat() == before


def test_a_first_time_has_nothing_to_replace(home):
    target = home / "elsewhere" / "tables"
    assert publishing.put({home / "stage" / "tables": target})
    assert found(target) == {"a.csv": "4", "figures/c.svg": "5"}


def test_a_file_where_a_folder_belongs_is_left_there(home):
    with pytest.raises(InputError, match=r"report\.ipynb: is a file, and a folder is to be written there"):
        publishing.put({home / "stage" / "tables": home / "project" / "report.ipynb"})
    assert found(home / "project") == OLD


@pytest.fixture(params=[True, False], ids=["exchanged", "renamed"])
def exchange(request, monkeypatch):
    """Once as on Linux and macOS, once as where two names cannot be exchanged in one step."""
    if not request.param:
        monkeypatch.setattr(folders, "_exchanged", lambda *_: False)
    return request.param


def moments(home) -> list[str]:
    assert struck(home, "", 0) == 0
    listed = home.parent / f"{home.name}-moments"
    lines = listed.read_text().splitlines()
    listed.unlink()
    return lines


def afresh(home) -> None:
    for name in ("project", "stage", "build"):
        shutil.rmtree(home / name)
    laid(home / "project", OLD)
    laid(home / "stage", NEW)


def test_killed_at_any_moment(home, exchange):
    many = len(moments(home))
    assert many > 10
    for number in range(1, many + 1):
        afresh(home)
        assert struck(home, "SIGKILL", number) == -signal.SIGKILL
        if exchange:  # each part is there at every moment
            assert set(found(home / "project")) in (set(OLD), set(NEW))
        publishing.finish()
        assert found(home / "project") in (OLD, NEW), number
        laid(home / "stage", NEW)
        put(home)
        assert found(home / "project") == NEW


@pytest.mark.parametrize("kind", ["ENOSPC", "EACCES"])
def test_what_cannot_be_put_in_place_is_put_back(home, exchange, kind):
    """From the moment at which a disk is full, or a folder may not be written in, nothing new can be made."""
    many = len(moments(home))
    back = 0
    for number in range(1, many + 1):
        afresh(home)
        code = struck(home, kind, number)
        assert code in (0, getattr(errno, kind))
        kept = found(home / "project")
        back += kept == OLD
        publishing.finish()
        assert found(home / "project") in (OLD, NEW)
        laid(home / "stage", NEW)
        put(home)
        assert found(home / "project") == NEW
    assert back > 5


def test_what_another_process_is_putting_in_place_is_left_to_it(home):
    ready = home / "build" / "ready" / "results"
    ready.mkdir(parents=True)
    pid = os.fork()
    if not pid:
        with folders.held("results"):
            os.kill(os.getpid(), signal.SIGSTOP)
            os._exit(0)
    os.waitpid(pid, os.WUNTRACED)
    publishing.finish()
    assert ready.exists()
    os.kill(pid, signal.SIGKILL)  # with its process, its hold ends
    os.waitpid(pid, 0)
    publishing.finish()
    assert not ready.exists()


def test_only_one_process_makes_one_thing_at_a_time(home):
    with folders.alone(home / "project"):
        with (
            pytest.raises(InputError, match="project: another command is making this"),
            folders.alone(home / "project"),
        ):
            pass
        with folders.alone(home / "stage"):
            pass
    with folders.alone(home / "project"):
        pass
