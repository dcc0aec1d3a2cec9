"""Dask workers: a cluster of this machine's own for as long as it is needed, or one that was started by hand."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from distributed import Client, LocalCluster, as_completed
from distributed.scheduler import KilledWorker

from analysis.errors import InputError
from analysis.execution import new_stage

PATIENCE = 15  # seconds until a scheduler, and then a first worker, must have answered
LOSSES = 10  # workers that a chunk may outlive: some machines come and go
QUIET = logging.CRITICAL  # what a lost worker means is told here, once


@contextmanager
def local(workers: int) -> Iterator[Client]:
    """This machine's own cluster: single-threaded processes that only it can reach, gone afterwards.

    Dask would encrypt what they say to each other with the package `cryptography`, which this project does without:
    on a machine shared with people you do not trust, use a cluster of your own with TLS (`--scheduler tls://...`).
    """
    with (
        new_stage() as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={
                "dashboard": False,
                "dashboard_address": "127.0.0.1:0",  # what answers there says no more than that it is there
                "allowed_failures": LOSSES,
            },
            memory_limit=None,
            local_directory=str(folder),
            silence_logs=QUIET,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextmanager
def remote(address: str) -> Iterator[Client]:
    """A cluster that was started by hand. Raises InputError where no scheduler answers or no worker is there."""
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(QUIET)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise InputError(
            f"no scheduler answers at {address!r} ({str(fault).splitlines()[0]}). `dask scheduler` prints its address, "
            "such as tcp://127.0.0.1:8786."
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise InputError(
                f"the scheduler at {address} has no worker. Start some: `dask worker {address} --nthreads 1`."
            ) from None
        yield client


def check_same(client: Client, what: str, question: Callable[..., str], *about: str) -> None:
    """All workers answer a question as this process does. Raises InputError that names one that does not."""
    for worker, answer in sorted(client.run(question, *about, on_error="return").items()):
        if isinstance(answer, Exception):
            raise InputError(f"worker {worker} cannot run this code ({answer}). Start it from this project's .venv.")
        if answer != question(*about):
            raise InputError(f"worker {worker} has other {what} than this checkout. Update and restart it.")


def threads(client: Client) -> int:
    """How many chunks the workers that are there compute at a time."""
    return sum(client.nthreads().values())


def finished(client: Client, function: Callable, jobs: Sequence[tuple]) -> Iterator:
    """What a function gives for each job, as they are finished. What a lost worker was at is computed by another one.

    Raises what a job raises, and InputError where the scheduler is lost, or a job took every worker that tried it.
    """
    futures = [client.submit(function, *job, pure=False) for job in jobs]
    for future in as_completed(futures, loop=client.loop):
        if future.cancelled():
            raise InputError("the scheduler is gone.")
        fault = future.exception() if future.status == "error" else None
        if isinstance(fault, KilledWorker):
            raise InputError("every worker that tried one part was lost. Give them more memory, or make more parts.")
        yield future.result()
