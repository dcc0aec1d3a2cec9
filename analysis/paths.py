"""Where everything lies. No path is spelled in any other module."""

import os
import re
from pathlib import Path

from analysis.characters import printable, shortly
from analysis.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "analysis"
NOTEBOOKS = ROOT / "notebooks"
START = NOTEBOOKS / "start.ipynb"  # where JupyterLab opens
RAW = ROOT / "data" / "raw"
REFERENCE = RAW / "reference"
OWN = "own"  # folder below it: spellings and items that a checkout adds to those that come with retransfer
PROCESSED = ROOT / "data" / "processed"
BUILD = ROOT / "build"
VARIANTS = BUILD / "results"
REGISTERS = BUILD / "registers"
SWEEPS = BUILD / "sweeps"
READY = BUILD / "ready"  # results that are being put in place
LOCKS = BUILD / "locks"  # what processes are at
LOCK = ROOT / "requirements.lock"
SITE = ROOT / "site"  # sources of the readers' site: its text pages, style, script
SPEEDS = ROOT / "benchmarks" / "execution.csv"  # medians that were last measured, and their plot beside it
PUBLIC = BUILD / "site"  # the site as it is published

PUBLISHED = "published"  # the set of results that is committed; every other set stays under build/
REGISTER = "register"  # what stands for a case where a whole register is meant

# Where a run in progress collects its results until all of them are there.
STAGE_VARIABLE = "RETRANSFER_STAGE"
STAGES = BUILD / "stage"
TRACE_VARIABLE = "RETRANSFER_TRACE"  # where a kernel lists what it has used
MEMORY_VARIABLE = "RETRANSFER_MEMORY"  # bytes that a kernel may take; 0 = all that there is
RECORDS = BUILD / "records"  # what each set of results was made from
FAILED = BUILD / "failed"


def results_dir(case: str, results: str) -> Path:
    """Folder that holds one set of results of a case, or of `register`: tables, and `figures/` below it.

    Raises InputError for a name that could not be a folder's, or would lead elsewhere.
    """
    if not isinstance(results, str) or not re.fullmatch(r"(?![.])[^/\\\0-\x1f\x7f]{1,200}", results):
        raise InputError(f"results={shortly(results)}: a name is made of at most 100 letters, digits and . , = _ -")
    if stage := os.environ.get(STAGE_VARIABLE):
        return ROOT / stage
    if results == PUBLISHED:
        return PROCESSED / case
    return (REGISTERS if case == REGISTER else VARIANTS / case) / results


def python_path() -> str:
    """PYTHONPATH for processes that are to import this checkout."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))


def shown(path: Path) -> str:
    """A path as messages print it, in one line: relative to the project where it lies inside."""
    path = Path(path)
    text = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    return printable(text)
