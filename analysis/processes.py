"""Processes of this machine's own that compute for a command: they speak through pipes, and nothing opens a port."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

LOST = object()  # in place of what a job gives: it ended every process that tried it
LOST_PART = "every worker that tried one part was lost. Give them more memory, or make more parts."
LOSSES = 3  # times that all processes are started anew before jobs are tried one by one


def finished(function: Callable, jobs: Sequence[tuple], many: int) -> Iterator[tuple[int, object]]:
    """The place of each job with what a function gives for it, as they are finished, by so many processes.

    What a lost process was at is computed by another one; a job that ends each process it is given to gives LOST.
    Raises what a job raises.
    """
    left = dict(enumerate(jobs))
    for _ in range(LOSSES):
        yield from _round(function, left, many)
    for place, job in list(left.items()):  # somebody ends these processes, or one of these jobs does
        alone = {place: job}
        for _ in range(LOSSES):
            yield from _round(function, alone, 1)
        yield from ((place, LOST) for place in alone)


def _round(function: Callable, left: MutableMapping[int, tuple], many: int) -> Iterator[tuple[int, object]]:
    """Compute what is left, and take away what is finished, until a process is lost."""
    if not left:
        return
    with _pool(min(many, len(left))) as pool:
        places = {pool.submit(function, *job): place for place, job in left.items()}
        for future in as_completed(places):
            try:
                result = future.result()
            except BrokenProcessPool:
                return
            del left[places[future]]
            yield places[future], result


@contextmanager
def _pool(many: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that know nothing of this one's, and end with it, whatever happens here."""
    pool = ProcessPoolExecutor(many, multiprocessing.get_context("spawn"), _begin)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.kill()
        raise
    pool.shutdown()


def _begin() -> None:
    """An interrupt is for whoever asked; and where that one is gone, nobody wants the answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()


def _end_with(parent) -> None:
    parent.join()
    os._exit(1)
