"""Where one set of results is kept: tables, figures and notebooks, read by name and written whole or not at all."""

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis import audit, cases
from analysis.errors import InputError
from analysis.folders import write
from analysis.paths import PUBLISHED, STAGE_VARIABLE, results_dir, shown
from analysis.tables import read_processed, to_csv, typed
from analysis.wording import unmarked

if TYPE_CHECKING:
    from analysis.figures.style import Drawing

HEADLINES = "headlines.csv"  # the table that figures take their numbers from


def load(case: str, results: str, *names: str) -> dict[str, pd.DataFrame]:
    """The named tables of a set of results, with their types. Raises InputError where one has not been written yet."""
    folder = results_dir(case, results)
    return {name: read_processed(folder / f"{name}.csv", name) for name in names}


def save(case: str, results: str, tables: dict[str, pd.DataFrame], **parameters: object) -> pd.DataFrame:
    """Write tables as CSV; returns what was written: table, rows, columns.

    Raises InputError before writing where the published results would be replaced by those of other parameters, and
    AccountsError where something was lost between these tables and those that they came from (`audit`).
    """
    check_target(case, results, parameters)
    ready = {name: typed(frame, name) for name, frame in tables.items()}
    audit.check(case, ready, lambda name: ready[name] if name in ready else load(case, results, name)[name])
    return put(results_dir(case, results), ready)


def put(folder: Path, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Write tables as CSV into a folder; returns what was written: table, rows, columns."""
    for name, frame in tables.items():
        write(folder / f"{name}.csv", to_csv(typed(frame, name)).encode("utf-8"))
    written = [(f"{name}.csv", len(frame), len(typed(frame, name).columns)) for name, frame in tables.items()]
    return pd.DataFrame(written, columns=["table", "rows", "columns"])


def save_drawings(case: str, results: str, *drawings: "Drawing", **parameters: object) -> pd.DataFrame:
    """Write each figure as PNG (twice its shown size) and SVG, with its numbers as CSV, its alt text and its title.

    The title stands in a JSON file, with where its numbers are (start, end, key), so that pages can link them; and with
    digests of its files, and of the headlines that it was drawn from, so that it can be told which belong together.
    Raises InputError before writing as `save` does.
    """
    check_target(case, results, parameters)
    return put_drawings(results_dir(case, results), *drawings)


def put_drawings(target: Path, *drawings: "Drawing") -> pd.DataFrame:
    """Write each figure and what belongs to it into `figures/` below a folder; returns what was written."""
    folder, headlines = target / "figures", target / HEADLINES
    drawn_from = {"headlines": digest(headlines)} if headlines.exists() else {}
    for drawing in drawings:
        files = {"png": drawing.png, "svg": drawing.svg, "csv": to_csv(drawing.data).encode("utf-8")}
        files["txt"] = f"{drawing.alt}\n".encode()
        title, numbers = unmarked(drawing.title)
        made = {"files": {suffix: hashlib.sha256(data).hexdigest() for suffix, data in files.items()}, **drawn_from}
        told = {"title": title, "numbers": numbers, **made}
        files["json"] = f"{json.dumps(told, ensure_ascii=False)}\n".encode()
        for suffix, data in files.items():
            write(folder / f"{drawing.name}.{suffix}", data)
    written = [(drawing.name, len(drawing.data)) for drawing in drawings]
    return pd.DataFrame(written, columns=["figure", "rows behind it"])


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
