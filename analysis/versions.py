"""What code, tables and packages results were computed with, as digests of contents: times of files say nothing."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analysis.paths import CODE, LOCK, NOTEBOOKS, RAW, REFERENCE, shown

KINDS = {".py", ".sql", ".ipynb", ".csv", ".toml"}


@cache
def version() -> str:
    """SHA-256 of the code that this process runs, notebooks and reference tables included.

    Read once per process: what is changed under a running worker is not what it runs.
    """
    return whole(state(CODE, NOTEBOOKS, REFERENCE, kinds=KINDS))


def raw_version(case: str) -> str:
    """SHA-256 of a case's raw tables as they stand on disk now."""
    return whole(state(RAW / case, kinds=KINDS))


def state(*places: Path, kinds: Iterable[str] = ()) -> dict[str, str]:
    """SHA-256 of files, and of all files below folders (of some `kinds` only), by path. What is missing is left out."""
    files = [path for place in places for path in (sorted(place.rglob("*")) if place.is_dir() else [place])]
    wanted = [path for path in files if path.is_file() and (not kinds or path.suffix in kinds)]
    kept = [path for path in wanted if not {".ipynb_checkpoints", "__pycache__"} & set(path.parts)]
    return {shown(path): digest(path) for path in kept}


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def whole(digests: object) -> str:
    """One SHA-256 for many, or for anything that JSON can hold."""
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def environment() -> dict[str, str]:
    """What results rest on beside code and tables: Python, the lock, and which packages are in fact installed."""
    folders = [place for place in sys.path if place.endswith("site-packages") and os.path.isdir(place)]  # noqa: PTH112
    installed = sorted(name for place in folders for name in os.listdir(place) if name.endswith(".dist-info"))  # noqa: PTH208
    lock = digest(LOCK) if LOCK.exists() else ""
    return {"Python": sys.version.split()[0], shown(LOCK): lock, "the set of installed packages": whole(installed)}
