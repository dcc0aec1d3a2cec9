"""Results in the place of the last ones: all of them or none, whatever ends this process, and whenever.

What is to be put in place is first moved together into one folder under build/ready, in one step. From then on it is
what holds: if its process ends before all of it is in place, the next command of any kind puts the rest there.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from analysis import folders
from analysis.errors import InputError
from analysis.paths import READY, ROOT, shown

PLACES = "places.json"  # where each part belongs, and its digest


def put(parts: Mapping[Path, Path]) -> bool:
    """Put finished files and folders where they belong; returns whether any byte changed.

    `parts` maps what is finished, on the same file system as build/, to its place, the most important one first; the
    caller holds that place alone. Raises InputError where a folder belongs and a file lies, and OSError where a part
    cannot be put in its place: all is then as it was.
    """
    changed = {new: target for new, target in parts.items() if not folders.same(new, target)}
    if not changed:
        return False
    for new, target in changed.items():
        if new.is_dir() and target.exists() and not target.is_dir():
            raise InputError(f"{shown(target)}: is a file, and a folder is to be written there. Move it away.")
    ready = READY / folders.name_of(next(iter(parts.values())))
    finish_one(ready)
    _gathered(changed).rename(ready)
    try:
        finish_one(ready)
    except OSError:
        _undo(ready)
        raise
    return True


def finish() -> None:
    """Put in place what processes that were killed had ready, but for what another one is at right now."""
    for ready in sorted(READY.iterdir()) if READY.is_dir() else ():
        with folders.held(ready.name) as mine:
            if mine:
                finish_one(ready)


def finish_one(ready: Path) -> None:
    """Put in place whatever of one publication is not there yet: it may have stopped after any step."""
    for part, place, wanted in _parts(ready):
        # Once it is in place, what lies here is what it replaced.
        if part.exists() and folders.digest(part) == wanted != folders.digest(place):
            folders.swap(part, place)
    _remove(ready)


def _undo(ready: Path) -> None:
    """Put back whatever parts of one publication have replaced."""
    for part, place, wanted in _parts(ready):
        if not part.exists():
            place.rename(part)
        elif folders.digest(part) != wanted:
            folders.swap(part, place)
    _remove(ready)


def _parts(ready: Path) -> list[tuple[Path, Path, str]]:
    """Each part as it lies ready, its place, and its digest; none where all of them are in place."""
    if not (ready / PLACES).exists():
        return []
    listed = json.loads((ready / PLACES).read_text(encoding="utf-8"))
    return [(ready / str(number), ROOT / place, wanted) for number, (place, wanted) in enumerate(listed)]


def _remove(ready: Path) -> None:
    (ready / PLACES).unlink(missing_ok=True)  # first of all: without it, nothing here counts any more
    if ready.exists():
        shutil.rmtree(ready)


def _gathered(parts: Mapping[Path, Path]) -> Path:
    """A folder with all parts and a list of their places: under another name, it tells that it is whole."""
    READY.mkdir(parents=True, exist_ok=True)
    folder, places = Path(tempfile.mkdtemp(dir=next(iter(parts)).parent, prefix="ready-")), []
    for number, (new, target) in enumerate(parts.items()):
        places.append((shown(target), folders.digest(new)))
        new.rename(folder / str(number))
    folders.write(folder / PLACES, json.dumps(places).encode())
    return folder
