"""Where one set of results is kept: tables, figures and notebooks, read by name and written whole or not at all."""

import json
import os
import shutil
import tempfile
from filecmp import cmp
from pathlib import Path

import pandas as pd

from analysis import cases
from analysis.errors import InputError
from analysis.figures.style import Drawing
from analysis.paths import ASIDE, PUBLISHED, STAGE_VARIABLE, results_dir, shown
from analysis.tables import read_processed, to_csv, typed
from analysis.wording import unmarked


def load(case: str, results: str, *names: str) -> dict[str, pd.DataFrame]:
    """The named tables of a set of results, with their types. Raises InputError where one has not been written yet."""
    folder = results_dir(case, results)
    return {name: read_processed(folder / f"{name}.csv", name) for name in names}


def save(case: str, results: str, tables: dict[str, pd.DataFrame], **parameters: object) -> pd.DataFrame:
    """Write tables as CSV; returns what was written: table, rows, columns.

    Raises InputError before writing where the published results would be replaced by those of other parameters.
    """
    check_target(case, results, parameters)
    return put(results_dir(case, results), tables)


def put(folder: Path, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Write tables as CSV into a folder; returns what was written: table, rows, columns."""
    for name, frame in tables.items():
        write(folder / f"{name}.csv", to_csv(typed(frame, name)).encode("utf-8"))
    written = [(f"{name}.csv", len(frame), len(typed(frame, name).columns)) for name, frame in tables.items()]
    return pd.DataFrame(written, columns=["table", "rows", "columns"])


def save_drawings(case: str, results: str, *drawings: Drawing) -> pd.DataFrame:
    """Write each figure as PNG (twice its shown size) and SVG, with its numbers as CSV, its alt text and its title.

    The title stands in a JSON file, with where its numbers are (start, end, key), so that pages can link them.
    """
    check_target(case, results, {})
    return put_drawings(results_dir(case, results), *drawings)


def put_drawings(target: Path, *drawings: Drawing) -> pd.DataFrame:
    """Write each figure and what belongs to it into `figures/` below a folder; returns what was written."""
    folder = target / "figures"
    for drawing in drawings:
        files = {"png": drawing.png, "svg": drawing.svg, "csv": to_csv(drawing.data).encode("utf-8")}
        files["txt"] = f"{drawing.alt}\n".encode()
        title, numbers = unmarked(drawing.title)
        files["json"] = f"{json.dumps({'title': title, 'numbers': numbers}, ensure_ascii=False)}\n".encode()
        for suffix, data in files.items():
            write(folder / f"{drawing.name}.{suffix}", data)
    written = [(drawing.name, len(drawing.data)) for drawing in drawings]
    return pd.DataFrame(written, columns=["figure", "rows behind it"])


def figure_file(case: str, results: str, name: str, suffix: str) -> Path:
    """A figure that was saved. Raises InputError where it was not."""
    path = results_dir(case, results) / "figures" / f"{name}.{suffix}"
    if not path.exists():
        raise InputError(f"{shown(path)}: is missing. Run 4-figures before this notebook, or `retransfer run`.")
    return path


def check_target(case: str, results: str, parameters: dict[str, object]) -> None:
    """Published results are only ever those of the published parameters, of a case that says it is published."""
    if results != PUBLISHED or STAGE_VARIABLE in os.environ:
        return
    settings = cases.settings(case)
    apart = "Set results to a name of your own to keep these apart, under build/"
    if not settings.get("published"):
        raise InputError(f"case {case!r} is not published. {apart}, or write `published = true` into its case.toml.")
    for name, value in parameters.items():
        if name not in settings["parameters"]:
            raise InputError(
                f"case.toml of {case} does not say which {name} is published. Write it under [parameters]."
            )
        wanted = settings["parameters"][name]
        if value != wanted:
            raise InputError(
                f"{name} = {value!r}: the published results of {case} are those of {name} = {wanted!r}. {apart}, "
                "or change case.toml to publish this one."
            )


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
