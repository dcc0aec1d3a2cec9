"""Dask workers of a cluster that was started by hand."""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from distributed import Client, as_completed
from distributed.scheduler import KilledWorker

from analysis.errors import InputError
from analysis.processes import LOST_PART

ADDRESS = r"(tcp|tls|ws|wss|ucx)://([\w.-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}"
PRINTED = "`dask scheduler` prints its address, such as tcp://127.0.0.1:8786."
PATIENCE = 15  # seconds until a scheduler, and then a first worker, must have answered
QUIET = logging.CRITICAL  # what a lost worker means is told here, once


@contextmanager
def remote(address: str) -> Iterator[Client]:
    """A cluster that was started by hand. Raises InputError where no scheduler answers or no worker is there."""
    if not re.fullmatch(ADDRESS, address):  # Dask tries half a minute, and tells of it on top of that
        raise InputError(f"no scheduler answers at {address[:80]!r}, which is no address. {PRINTED}")
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(QUIET)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise InputError(f"no scheduler answers at {address!r} ({str(fault).splitlines()[0]}). {PRINTED}") from None
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
            raise InputError(LOST_PART)
        yield future.result()
