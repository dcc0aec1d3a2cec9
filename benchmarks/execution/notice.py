"""Who notices what: which notebooks each tool executes after a change that a person, a copy or a disk can make.

Told, not timed, by `python -m benchmarks.execution --notice`; again.py says what came of it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.execution.again import Set
from benchmarks.execution.checkout import CASE

RAW = f"data/raw/{CASE}/events.csv"
TABLE = "timeline.csv"


def flip(path: Path) -> None:
    """Another byte in the place of one, and the file's times as they were: size and time tell nothing."""
    before, data = path.stat(), path.read_bytes()
    place = next(place for place, byte in enumerate(data) if byte == ord("T") and data[place + 1 : place + 2] == b"h")
    path.write_bytes(data[:place] + b"t" + data[place + 1 :])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def comment(path: Path) -> None:
    """A comment at the end of a module."""
    path.write_text(f"{path.read_text(encoding='utf-8')}# a comment\n", encoding="utf-8")


def flip_late(path: Path) -> None:
    """Another byte in the place of one, as an editor leaves it: the file's time is now."""
    flip(path)
    path.touch()


TRIALS: dict[str, tuple[str, Callable[[Path], None]]] = {  # what is changed (`*`: among the results), and how
    "a byte of a raw table flipped, its time put back": (RAW, flip),
    "a raw table touched": (RAW, Path.touch),
    "a byte of a result flipped": (f"*/{TABLE}", flip_late),
    "a byte of a result flipped, its time put back": (f"*/{TABLE}", flip),
    "a comment in analysis/reconcile.py": ("analysis/reconcile.py", comment),
}


def told(folder: Path) -> Iterator[str]:
    """A line per change and tool; before each, everything is as it was and has been run."""
    everybody = Set(folder)
    for what, (name, change) in TRIALS.items():
        for tool, contestant in everybody.all.items():
            path = everybody.places[tool].root / name.replace("*", contestant.results)
            data = path.read_bytes()
            change(path)
            ran = everybody.run(tool)[1]
            after = f"; the result {'is right' if path.read_bytes() == data else 'stays wrong'}" if "*" in name else ""
            yield f"{what}: {tool} ran {', '.join(ran) or 'nothing'}{after}"
            path.write_bytes(data)
            everybody.run(tool)
