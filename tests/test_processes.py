"""Processes of this machine: every job is done once, whoever is lost meanwhile."""

import os
import signal
import time

import pytest

from analysis import processes


def tripled(number: int) -> int:
    return 3 * number


def killing(number: int, marks: str) -> int:
    """Ends its process: 3 always does, 5 the first time."""
    time.sleep(0.01)
    first = not os.path.exists(f"{marks}/{number}")  # noqa: PTH110
    with open(f"{marks}/{number}", "a", encoding="utf-8"):  # noqa: PTH123
        pass
    if number == 3 or (number == 5 and first):
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def failing(number: int) -> int:
    raise ValueError(f"no {number}")


def test_every_job_is_done():
    assert dict(processes.finished(tripled, [(number,) for number in range(20)], 2)) == {n: 3 * n for n in range(20)}


def test_nothing_to_do_starts_nothing(monkeypatch):
    monkeypatch.setattr(processes, "_pool", None)
    assert not list(processes.finished(tripled, [], 2))


def test_a_job_that_ends_every_process_is_lost_and_no_other(tmp_path):
    found = dict(processes.finished(killing, [(number, str(tmp_path)) for number in range(8)], 2))
    assert found.pop(3) is processes.LOST
    assert found == {number: number for number in range(8) if number != 3}


def test_what_a_job_raises_is_raised():
    with pytest.raises(ValueError, match="no 1"):
        list(processes.finished(failing, [(1,)], 2))
