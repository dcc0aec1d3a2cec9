"""ipykernel without a port of its own.

A kernel listens for what processes print that its cells fork, on a port of this machine. Here it does so at a file in
the folder of its notebook, which nobody else can enter.
"""

import os
import sys
from pathlib import Path

import ipykernel_launcher
import zmq
from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread
from zmq.eventloop.zmqstream import ZMQStream

from analysis.paths import TRACE_VARIABLE


class PrivateThread(IOPubThread):
    """The thread that sends a kernel's outputs: where the original binds and connects TCP, this uses a file."""

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        self._pipe_file = f"ipc://{Path(os.environ[TRACE_VARIABLE]).with_name('pipe')}"
        pipe_in = self.socket.context.socket(zmq.PULL)
        pipe_in.linger = 0
        pipe_in.bind(self._pipe_file)
        self._pipe_in = ZMQStream(pipe_in, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[zmq.Context, zmq.Socket]:
        context = zmq.Context()  # of the original's after a fork nothing can be used
        pipe_out = context.socket(zmq.PUSH)
        pipe_out.linger = 3000
        pipe_out.connect(self._pipe_file)
        return context, pipe_out


def start(arguments: list[str], listens) -> None:
    """Be a kernel with these arguments, as `python -m ipykernel_launcher` is one; `listens` is called once it is up."""
    sys.argv = [ipykernel_launcher.__file__, *arguments]
    kernelapp.IOPubThread = PrivateThread
    kernel = kernelapp.IPKernelApp.instance()
    kernel.initialize(arguments)
    listens()
    kernel.start()
