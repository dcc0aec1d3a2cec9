"""Files and folders that are replaced whole or not at all, whatever happens in between."""

import os
import shutil
import tempfile
from filecmp import cmp
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import ASIDE, shown


def write(path: Path, data: bytes) -> None:
    """Replace a file whole, and only where its bytes change: a reader never meets half of it."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def replace_folder(new: Path, target: Path) -> bool:
    """Put a finished folder in the place of another; returns whether anything changed.

    The old one is set aside first and put back by `recover` if the machine stops in between.
    """
    recover(target)
    if same(new, target):
        return False
    aside = _aside(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file():
        raise InputError(f"{shown(target)}: is a file, and a folder is to be written there. Move it away.")
    if target.exists():
        aside.parent.mkdir(parents=True, exist_ok=True)
        target.rename(aside)
    new.rename(target)
    shutil.rmtree(aside, ignore_errors=True)
    return True


def recover(target: Path) -> None:
    """Put back results that an interrupted replacement had set aside."""
    aside = _aside(target)
    if aside.exists() and not target.exists():
        aside.rename(target)
    shutil.rmtree(aside, ignore_errors=True)


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    return files(one) == files(other) and all(cmp(one / name, other / name, shallow=False) for name in files(one))


def files(folder: Path) -> list[str]:
    """Every file below a folder, by its path within it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _aside(target: Path) -> Path:
    return ASIDE / shown(target).replace("/", "__")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
