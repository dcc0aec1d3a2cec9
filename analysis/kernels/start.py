"""The nursery from outside: started once per process, asked for kernels, ended with them."""

import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from analysis.paths import python_path


class Gone(RuntimeError):
    """The nursery has ended, and every kernel with it."""


class Nursery:
    """The process that kernels are forked from. Whatever happens here, it and its kernels end with this process."""

    def __init__(self) -> None:
        mine, theirs = socket.socketpair()
        command = [sys.executable, "-Xfrozen_modules=off", "-m", "analysis.kernels.nursery", str(theirs.fileno())]
        environment = {**os.environ, "PYTHONPATH": python_path()}
        with theirs:
            self.process = subprocess.Popen(
                command, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
            )
        self.socket, self.line = mine, Connection(os.dup(mine.fileno()))
        self.taken, self.idle = threading.Lock(), True

    def ask(self, question: str, subject: object) -> object:
        """One answer to one question; several threads may ask. Raises Gone where there is nobody to answer."""
        try:
            with self.taken:
                self.idle = self.idle and question != "start"
                self.line.send((question, subject))
                return self.line.recv()
        except (EOFError, OSError):
            raise Gone("the process that starts kernels has ended; `--engine nbclient` does without.") from None

    def close(self) -> None:
        """End it and every kernel that is left."""
        with suppress(OSError):  # it was closed before, or has ended by itself
            self.socket.shutdown(socket.SHUT_RDWR)  # whoever waits for an answer gets none
        if self.idle:  # it may still be importing, for nobody
            self.process.kill()
        self.process.wait()


_kept: list[Nursery] = []
_starting = threading.Lock()


def nursery() -> Nursery:
    """The nursery of this process; started when first asked for, so that it imports while there is other work to do."""
    with _starting:
        if not _kept:
            _kept.append(Nursery())
    return _kept[0]


@atexit.register
def close() -> None:
    """End the nursery, if there is one: notebooks that are running stop."""
    with _starting:
        while _kept:
            _kept.pop().close()


@contextmanager
def several(many: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads that execute notebooks. What interrupts this one ends the notebooks that are running."""
    try:
        with ThreadPoolExecutor(many) as pool:
            try:
                yield pool
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                for one in _kept:  # kept until no thread is left, so that none starts kernels anew
                    one.close()
                raise
    except BaseException:
        close()
        raise


class Kernel:
    """The process of a kernel, in the words of subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, home: Nursery, arguments: list[str], environment: dict[str, str], folder: str) -> None:
        self.home, self.returncode = home, None
        self.pid = home.ask("start", (arguments, environment, folder))

    def poll(self) -> int | None:
        return self._ended("poll")

    def wait(self) -> int:
        return self._ended("wait")

    def _ended(self, question: str) -> int | None:
        if self.returncode is None:
            try:
                self.returncode = self.home.ask(question, self.pid)
            except Gone:
                self.returncode = -signal.SIGKILL
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(Gone):  # as good as any signal
                self.home.ask("signal", (self.pid, number))
        if number == signal.SIGKILL:  # takes no time, so that nobody need look again and again whether it has worked
            self.wait()

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
