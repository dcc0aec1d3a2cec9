"""A process with the large libraries imported, which forks a kernel per notebook: what costs a second is done once.

A kernel is a process of its own and starts from what a fresh one would have after its imports: no notebook's code ever
runs here, so that nothing can pass from one notebook to the next. Code of `analysis` is not imported here either: each
kernel reads it as it stands when the kernel starts. Run by `warm` as `python -m analysis.kernels.nursery DESCRIPTOR`.
"""

import gc
import importlib
import os
import signal
import sys
import warnings
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NamedTuple

INLINE = "module://matplotlib_inline.backend_inline"  # where a kernel draws; matplotlib reads it when it is imported
FIRST = ("ipykernel.kernelapp", "ipykernel.debugger", "IPython.display", "pandas", "duckdb")  # which all notebooks need
THEN = (
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.Image",
    "rapidfuzz.process",
    "scipy.sparse.csgraph",
    "highspy",
)  # while nobody asks; not pyplot, nor its inline backend: these tie themselves to the kernel that imports them


class Birth(NamedTuple):
    """What a kernel is started with: its arguments, its whole environment, its folder."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str


def main() -> None:
    """Import what kernels need, then start, poll and end kernels as asked, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for whoever runs the notebooks
    del sys.path[0]  # the folder this was started in; a kernel has its own
    os.environ.setdefault("MPLBACKEND", INLINE)  # a kernel has the environment that it is given
    with Connection(int(sys.argv[1])) as line:
        for name in FIRST:
            importlib.import_module(name)
        birth, told = _serve(line)
    if not birth:
        os._exit(0)
    gc.unfreeze()
    _become_kernel(birth, told)


def _serve(line: Connection) -> tuple[Birth | None, int]:
    """Answer until the line is closed. Returns here in the end, with nothing; and in each kernel, with its birth.

    A kernel is told of once it listens, so that nobody calls it in vain and then waits before calling again. It says so
    through the descriptor that is returned to it.
    """
    kernels: set[int] = set()
    answers, rest = {"poll": _polled, "wait": _waited}, [*THEN]
    with suppress(EOFError, ConnectionError):  # the other end is closed, perhaps before it has heard an answer
        while True:
            while rest and not line.poll():
                importlib.import_module(rest.pop(0))
            question, subject = line.recv()
            if question == "start":
                hears, tells = os.pipe()
                pid = _forked()
                os.close(tells if pid else hears)
                if not pid:
                    return Birth(*subject), tells
                kernels.add(pid)
                os.read(hears, 1)  # or nothing, where it has died
                os.close(hears)
                line.send(pid)
            elif question == "signal":
                line.send(_signalled(*subject))
            else:
                code = answers[question](subject)
                kernels -= {subject} if code is not None else set()
                line.send(code)
    for pid in kernels:
        _signalled(pid, signal.SIGKILL)
    return None, 0


def _forked() -> int:
    gc.freeze()  # pages that no collection touches stay shared with the kernels
    with warnings.catch_warnings():  # threads of linear algebra are there; their library knows how to be forked
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _polled(pid: int) -> int | None:
    """Exit code of a kernel, negative for a signal; nothing while it lives."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _waited(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _signalled(pid: int, number: int) -> None:
    """Signal a kernel and all that it has started: it leads a group of its own."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):  # it has ended, or has not come so far as to lead one
        os.kill(pid, number)


def _become_kernel(birth: Birth, told: int) -> None:
    """What `python -m ipykernel_launcher` does, in a process that has imported already."""
    import numpy as np  # noqa: PLC0415

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(birth.environment)
    os.chdir(birth.folder)
    np.random.seed()
    from analysis.kernels import private  # noqa: PLC0415 (as it stands now, like all code of this project)

    parent = f"--IPKernelApp.parent_handle={os.getppid()}"  # with which it ends; read from the environment on import
    try:
        private.start([*birth.arguments, parent], lambda: os.write(told, b"."))
    finally:
        os.close(told)  # nobody waits for a kernel that could not begin


if __name__ == "__main__":
    main()
