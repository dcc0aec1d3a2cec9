"""Chunks of a sweep on Dask workers."""

import pickle
from collections.abc import Callable, Iterator, Sequence

from distributed import Client, as_completed
from distributed.scheduler import KilledWorker

from analysis import cluster, versions
from analysis.errors import InputError
from analysis.sweeps import tasks


def check(client: Client, case: str) -> None:
    """All workers run this very code and, for notebooks, hold this case. Raises InputError that names one that doesn't.

    `case` is empty where only functions run: all that they read of it is shipped.
    """
    cluster.check_same(client, "code, notebooks or reference tables", versions.version)
    if case:
        cluster.check_same(client, f"raw tables of {case}", versions.raw_version, case)


def computed(client: Client, spans: Sequence[tasks.Span], job: tasks.Job, by: Callable) -> Iterator[tasks.Done]:
    """Chunks as they are finished, in any order; `by` computes one.

    What a lost worker was at is computed by another one. The job is itself a task, so that it is not lost with the
    worker that held it. Raises InputError where the scheduler is lost, or a worker runs other code.
    """
    shipped = client.submit(pickle.loads, pickle.dumps(job), pure=False)
    futures = client.map(tasks.compute, spans, job=shipped, by=by, code=versions.version(), pure=False)
    of = {future.key: span for future, span in zip(futures, spans, strict=True)}
    finished = as_completed(futures, loop=client.loop)
    del futures  # a chunk that has been handed on need not be kept by the workers
    for future in finished:
        if future.cancelled():
            raise InputError("the scheduler is gone. What was finished is kept; the same command goes on from there.")
        fault = future.exception() if future.status == "error" else None
        if isinstance(fault, KilledWorker):
            yield tasks.lost(of[future.key])
        elif fault is not None:
            raise fault
        else:
            yield future.result()
