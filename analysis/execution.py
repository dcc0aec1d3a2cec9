"""Execute one notebook through papermill, in a kernel of its own, into a stage that collects what a run makes."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analysis import folders
from analysis.errors import InputError, of_system
from analysis.kernels import engines  # noqa: F401 (registers them with papermill)
from analysis.kernels.warm import PrivateKernelManager
from analysis.orders import AS_USUAL, WARM, Means
from analysis.paths import (
    FAILED,
    MEMORY_VARIABLE,
    NOTEBOOKS,
    STAGE_VARIABLE,
    STAGES,
    TRACE_VARIABLE,
    python_path,
    shown,
)
from analysis.tidy import normalised

TOLD = ("InputError", "AccountsError")  # their messages say all
SHORT = "/tmp" if Path("/tmp").is_dir() else None  # a socket's path may have about 100 characters


@contextmanager
def new_stage() -> Iterator[Path]:
    """A folder under build/ that collects what notebooks write (`data/`) and are (`notebooks/`); removed in the end."""
    _clear_stages()
    stage = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=STAGES))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _clear_stages() -> None:
    """Remove what runs that were killed have left behind."""
    STAGES.mkdir(parents=True, exist_ok=True)
    for folder in STAGES.iterdir():
        try:
            os.kill(int(folder.name.partition("-")[0]), 0)
        except PermissionError:  # somebody else's, and at work
            continue
        except (ProcessLookupError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)


def execute_one(
    path: Path,
    values: Mapping[str, object],
    stage: Path,
    means: Means = AS_USUAL,
    *,
    writes: bool = True,
    progress: bool = False,
) -> list[str]:
    """Run one notebook into a stage, in a kernel that knows nothing of the user's own settings.

    `values` are the parameters to set; a notebook that does not write results reads those in place. Returns the
    files of this project that it has used, by their paths from here.
    Raises InputError where it stops, and leaves it, as far as it ran, under build/failed/.
    """
    output = stage / "notebooks" / path.name
    output.parent.mkdir(exist_ok=True)
    with _own_files() as folder:
        try:
            executed = papermill.execute_notebook(
                str(path),
                str(output),
                parameters=dict(values),
                engine_name=means.engine,
                execution_timeout=means.timeout,
                output=output,
                request_save_on_cell_execute=means.engine != WARM,
                progress_bar={"leave": False, "desc": path.stem} if progress else False,
                kernel_name="python3",
                kernel_manager_class=PrivateKernelManager,
                resources={"metadata": {"path": str(NOTEBOOKS)}},  # the kernel's folder
                config=_private(folder, {STAGE_VARIABLE: str(stage / "data")} if writes else {}, means.memory),
            )
            _check_whole(executed)
            used = json.loads((folder / "trace.json").read_text(encoding="utf-8"))
        except (PapermillExecutionError, RuntimeError, InputError, OSError, ValueError) as fault:
            raise InputError(_stopped(path, output, fault)) from None
    folders.write(output, normalised(executed).encode("utf-8"))
    return used


def _private(folder: Path, stage: Mapping[str, str], memory: int) -> Config:
    """Kernels write to the stage, if any, import this checkout, see no start-up files of the user's.

    They talk through files in this folder, which is this notebook's alone; nothing opens a port.
    """
    environment = {
        **stage,
        TRACE_VARIABLE: str(folder / "trace.json"),
        MEMORY_VARIABLE: str(memory),
        "PYTHONPATH": python_path(),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    quiet = "--IPKernelApp.log_level=50"  # being shut down is no error to tell of
    traced, held = (f"--IPKernelApp.extra_extensions=analysis.kernels.{name}" for name in ("trace", "memory"))
    return Config(
        KernelManager={"transport": "ipc", "ip": f"{folder}/kernel", "connection_file": f"{folder}/kernel.json"},
        PrivateKernelManager={"environment": environment},
        # What a cell prints is one text, at whatever moments the pieces arrive.
        NotebookClient={"extra_arguments": [quiet, traced, held], "coalesce_streams": True},
    )


@contextmanager
def _own_files() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="rt", dir=SHORT)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_whole(notebook: nbformat.NotebookNode) -> None:
    """A cell that ends its process without an error leaves the rest unrun, which is no result."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    ran = [cell for cell in cells if cell.execution_count]
    if len(ran) < len(cells):
        raise InputError(f"cell {len(ran) or 1} ended the notebook before its last cell, {len(cells)}.")


def _stopped(path: Path, output: Path, fault: Exception) -> str:
    """What stopped a notebook, in words, and where it is kept as far as it ran."""
    what = str(fault)
    if isinstance(fault, PapermillExecutionError):
        what = fault.evalue if fault.ename in TOLD else f"{fault.ename}: {fault.evalue}"
    elif isinstance(fault, OSError):
        what = of_system(fault)
    what = f"{what}\n{path.stem} stopped there"
    if not output.exists():  # it has not come so far, or there was no room for it
        return f"{what}."
    FAILED.mkdir(parents=True, exist_ok=True)
    kept = FAILED / path.name
    output.replace(kept)
    return f"{what}; as far as it ran it is in {shown(kept)}."
