"""Strikes a process at one of the moments when it changes files of its checkout. Python loads this on start.

STRIKE is JSON: `kind`, what happens (the name of a signal, or of an errno; empty = nothing), at the `number`th (from 1)
of those moments that the pattern `moment` fits; `listed` names a file that gets a line for each moment that came. Only
the command itself is struck, no kernel. With CLOCK set, the clock of every process goes back an hour at each look.
"""

import errno
import itertools
import json
import os
import re
import signal
import sys
import time
from pathlib import Path

CHANGES = {"os.rename": 0, "os.mkdir": 0, "os.remove": 0, "os.rmdir": 0}  # events, and which detail is the path
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EXCHANGES = ("renameat2", "renamex_np")


def told(event: str, details: tuple, root: str) -> str:
    """What a process is about to change, in words; nothing where it changes no file of its checkout."""
    if event == "ctypes.dlsym" and details[1] in EXCHANGES:
        return "exchange"
    if event == "open" and isinstance(details[0], str | bytes) and details[2] & WRITES:
        what, path = "open", os.fsdecode(details[0])
    elif event in CHANGES:
        what, path = event.removeprefix("os."), os.fsdecode(details[CHANGES[event]])
    else:
        return ""
    if not path.startswith(root) or path.endswith(".pyc") or (what == "mkdir" and Path(path).exists()):
        return ""
    return f"{what} {path.removeprefix(root)}"


def watch(kind: str, moment: str, number: int, listed: str, root: str) -> None:
    """Strike when it is time; from then on there is no room for anything new, and what needs none can be done."""
    came, own, lines = [0], os.getpid(), os.open(listed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hook(event: str, details: tuple) -> None:
        now = told(event, details, root) if os.getpid() == own else ""
        if not now:
            return
        os.write(lines, f"{now}\n".encode())
        came[0] += bool(came[0] >= number > 0 or re.search(moment, now))
        if came[0] == number and kind.startswith("SIG"):
            os.kill(own, getattr(signal, kind))
        elif kind.startswith("E") and (came[0] == number or (came[0] > number and now.startswith(("open", "mkdir")))):
            raise OSError(getattr(errno, kind), os.strerror(getattr(errno, kind)), root + now.partition(" ")[2])

    sys.addaudithook(hook)


def turn_back() -> None:
    """A clock that somebody, or a network, sets anew again and again."""
    true, looks = time.time, itertools.count(1)
    time.time = lambda: true() - 3600 * next(looks)


if os.environ.get("CLOCK"):
    turn_back()
if os.environ.get("STRIKE") and "analysis.cli" in sys.orig_argv:
    watch(**json.loads(os.environ["STRIKE"]), root=str(Path.cwd()))
