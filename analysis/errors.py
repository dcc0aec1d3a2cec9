"""The error that a person can mend. It stands alone, so that the command can tell it without loading anything."""

import errno
import traceback
from pathlib import Path

IN_FULL = "RETRANSFER_TRACEBACK"  # environment variable: if set, what nobody foresaw is told with its traceback
CURES = {
    errno.ENOSPC: "Make room on the disk, then run the same command again",
    errno.EDQUOT: "Make room on the disk, then run the same command again",
    errno.EACCES: "It must be possible to read and write there",
    errno.EPERM: "It must be possible to read and write there",
    errno.EROFS: "It must be possible to write there",
    errno.EMFILE: "Too many files are open: close other programs, or raise the limit (`ulimit -n`)",
}


class InputError(ValueError):
    """Something a person wrote cannot be used. The message names the place, what was read, and what would be right."""

    def _render_traceback_(self) -> list[str]:
        """What JupyterLab shows: the message, without the code that found the fault."""
        return [f"{type(self).__name__}: {self}"]


class AccountsError(InputError):
    """The accounts of a set of results do not hold: what was made cannot be right, and must not be written."""


def of_system(fault: OSError) -> str:
    """What the system refused, in words: where, what, and what would mend it."""
    place = f"{fault.filename}: " if fault.filename else ""
    cure = CURES.get(fault.errno)
    return f"{place}{fault.strerror or fault}.{f' {cure}.' if cure else ''}"


def of_ours(fault: Exception) -> str:
    """What nobody foresaw, in a line: what it is, and where in this code."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return (
        f"this is a fault of retransfer itself: {type(fault).__name__}: {fault} ({Path(last.filename).name}, line "
        f"{last.lineno}). What was there before is as it was. With {IN_FULL}=1 all of it is told: please report it."
    )
