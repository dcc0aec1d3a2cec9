"""The same bytes wherever, whenever and by whomever all is run from the raw tables.

The matrix has two rows, each a run of all that is published. The first is `fresh_run`: nothing of before to lean on, an
odd folder, the day ahead of us, Turkish, files that only their owner can read, another user and hash seed, all cores.
`test_published` compares it with what is committed, file by file. The second is the run below. Notebooks that run
alone, after results of theirs were lost, and those in stock kernels are in `test_records`.
"""

import os

from tests.checkouts import Checkout

ELSEWHERE = {
    "TZ": "America/St_Johns",
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONHASHSEED": "random",
    "PYTHONDONTWRITEBYTECODE": "1",
    "COLUMNS": "40",
}


def begin() -> None:
    """One core, files that anybody may write."""
    os.umask(0)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])


def test_all_that_is_published_comes_out_the_same_on_one_core_elsewhere(tmp_path):
    copy = Checkout(tmp_path / "a" / "b c" / "Ж (2)")
    committed = copy.results()  # and there to lean on, without a record of what they were made from
    done = copy.alone("run", "--all", begin=begin, **ELSEWHERE)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    again = copy.results()
    assert set(again) == set(committed)
    assert [name for name in again if again[name] != committed[name]] == []
    assert done.stdout.count("Every byte is as it was.") == 5
