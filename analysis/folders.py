"""Files and folders that are replaced whole or not at all, and held by one process at a time."""

import ctypes
import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path

from analysis.errors import InputError
from analysis.paths import LOCKS, shown

HERE, EXCHANGE = -100, 2  # of renameat2: paths are as they are; both names change places (the same 2 on macOS)
NOT_HERE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)  # what file systems say that cannot exchange


def write(path: Path, data: bytes) -> None:
    """Replace a file whole, and only where its bytes change: a reader never meets half of it."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o666 & ~umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def swap(new: Path, target: Path) -> None:
    """Put a file or folder in the place of another, and what was there, if anything, where the new one was.

    On Linux and macOS nobody ever finds nothing there, on the file systems that these use.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        new.rename(target)
    elif not _exchanged(new, target):
        aside = new.with_name(f"{new.name}.old")
        _renamed((target, aside), (new, target), (aside, new))


def _renamed(*pairs: tuple[Path, Path]) -> None:
    """Rename one after the other; where that fails, none of them is."""
    done = []
    try:
        for old, new in pairs:
            old.rename(new)
            done.append((old, new))
    except OSError:
        for old, new in reversed(done):
            new.rename(old)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Give two files or folders each other's name in one step; False where this system cannot. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):
        failed = library.renameat2(HERE, names[0], HERE, names[1], EXCHANGE)
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(*names, EXCHANGE)
    else:
        return False
    if failed and ctypes.get_errno() not in NOT_HERE:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return not failed


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Only one process at a time makes what lies at `target`. Raises InputError where another one is at it."""
    with held(name_of(target)) as mine:
        if not mine:
            raise InputError(f"{shown(target)}: another command is making this. Wait for it, or stop it.")
        yield


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Take a name, at most until this process ends; whether it is ours, or another process has it."""
    LOCKS.mkdir(parents=True, exist_ok=True)
    with (LOCKS / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def name_of(target: Path) -> str:
    """A place as the name of one file; of a long one, no more than fits."""
    name = shown(target.absolute()).strip("/").replace("/", "__")
    return name if len(name) <= 150 else f"{name[-100:]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def same(one: Path, other: Path) -> bool:
    """Whether two files, or two folders, hold the same bytes (in files of the same names)."""
    return files(one) == files(other) and all(cmp(one / name, other / name, shallow=False) for name in files(one))


def files(folder: Path) -> list[str]:
    """Every file below a folder, by its path within it; of a file itself, an empty name."""
    if folder.is_file():
        return [""]
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def digest(place: Path) -> str:
    """One digest of a file, or of all files of a folder with their names; of nothing, that of no file."""
    found = hashlib.sha256()
    for name in files(place):
        found.update(f"{name}\0{hashlib.sha256((place / name).read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def umask() -> int:
    """What rights new files are not given."""
    current = os.umask(0)
    os.umask(current)
    return current
