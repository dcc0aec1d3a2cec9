"""What code and what tables results were computed with, as digests."""

import hashlib
from functools import cache
from pathlib import Path

from analysis.paths import CODE, NOTEBOOKS, RAW, REFERENCE, ROOT


@cache
def version() -> str:
    """SHA-256 of the code that this process runs, notebooks and reference tables included.

    Read once per process: what is changed under a running worker is not what it runs.
    """
    return _digest(CODE, NOTEBOOKS, REFERENCE)


def raw_version(case: str) -> str:
    """SHA-256 of a case's raw tables as they stand on disk now."""
    return _digest(RAW / case)


def _digest(*folders: Path) -> str:
    kinds = {".py", ".sql", ".ipynb", ".csv", ".toml"}
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in kinds)
    digest = hashlib.sha256()
    for path in found:
        if ".ipynb_checkpoints" not in path.parts:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()
