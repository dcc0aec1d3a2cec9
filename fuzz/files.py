"""What every reader of files promises, whatever the bytes: every line kept or set aside, or an InputError.

As promises, for whole files: each function writes the bytes to one and has it read.
"""

import csv
import io
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pandas as pd

from analysis import cases, clean, plans, schemas
from analysis.cells import Problem
from analysis.errors import InputError
from analysis.registers import layouts
from analysis.registers.filings import filings_from
from analysis.registers.layout import Register
from analysis.rows import Raw, raw_rows
from analysis.settings import REQUIRED
from analysis.sweeps import gridfile
from analysis.sweeps.grid import Grid
from analysis.tables import framed
from fuzz.promises import CASE, promised

TABLE = "filings"  # the smallest table that is written by hand
Read = InputError | Raw | Register | Grid | dict


@cache
def folder() -> TemporaryDirectory:
    """Where the files of this process lie; the folder goes when it ends."""
    return TemporaryDirectory(prefix="retransfer-fuzz-")


def written(name: str, data: bytes) -> Path:
    """A file of these bytes."""
    path = Path(folder().name) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def told(fault: InputError, path: Path) -> InputError:
    """An error names the file and can be printed."""
    promised(path.name in str(fault), "does not name its file", str(fault))
    str(fault).encode("utf-8")
    return fault


def table(data: bytes, name: str = TABLE) -> Raw | InputError:
    """A hand-written table: lines as wide as the header, in order; written out they read again as themselves."""
    path = written(f"{name}.csv", data)
    try:
        found = raw_rows(path, name)
    except InputError as fault:
        return told(fault, path)
    promised(set(schemas.names(schemas.RAW[name])) <= set(found.columns), "lacks a column", found.columns)
    promised(list(found.lines) == sorted(found.lines), "lines out of order", data)
    for cells in found.lines.values():
        promised(list(cells) == found.columns and all(text == text.strip() for text in cells.values()), cells)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([found.columns, *(cells.values() for cells in found.lines.values())])
    again = raw_rows(written(f"{name}.csv", text.getvalue().encode()), name)
    promised(list(again.lines.values()) == list(found.lines.values()), "reads otherwise when written out", data)
    return found


def filings(data: bytes) -> None:
    """Who filed: one line a party and year."""
    found = table(data)
    if isinstance(found, Raw):
        path = written("filings.csv", data)
        try:
            frame = filings_from(path)
        except InputError as fault:
            told(fault, path)
        else:
            promised(len(frame) == len(found.lines), "a line was lost", data)
            promised(set(frame["filed"]) <= {"yes", "no"}, "neither yes nor no", data)


def raw(name: str, data: bytes) -> None:
    """The lines of a case's table below its header: every one is kept or set aside."""
    header = ",".join(schemas.names(schemas.RAW[name]))
    found = table(f"{header}\n".encode() + data, name)
    if isinstance(found, Raw):
        frame = framed(found)
        transfers = pd.DataFrame({"statement_id": ["T1", "T2"]})
        kept, rejects = clean.clean_values(frame, transfers) if name == "values" else CLEAN[name](frame)
        ids = [*kept[kept.columns[0]], *rejects["id"]]
        promised(sorted(ids) == sorted(frame[frame.columns[0]]), "a line was lost, or told twice", data)
        reasons(rejects)
        if "low" in kept:
            counts(kept)


CLEAN = {"transfers": clean.clean_transfers, "events": clean.clean_events}


def counts(frame: pd.DataFrame) -> None:
    """None is negative, and the least is no more than the most."""
    for low, high in zip(frame["low"].tolist(), frame["high"].tolist(), strict=True):
        least, most = (None if pd.isna(end) else end for end in (low, high))
        promised(least is None or least >= 0, "negative", least, most)
        promised(most is None or (least is not None and least <= most), "least above most", least, most)


def reasons(rejects: pd.DataFrame) -> None:
    """Every line that was set aside has a reason, in a column, each once."""
    promised(rejects["row"].is_unique, "set aside twice", list(rejects["row"]))
    promised((rejects["reason"] != "").all() and (rejects["column"] != "").all(), "no reason", rejects.to_dict())


def register(layout: str, data: bytes) -> Register | InputError:
    """The records of a register below its header: all kept or set aside (rows.accounted), nothing negative."""
    columns = io.StringIO(newline="")
    csv.writer(columns, lineterminator="\n").writerow(layouts.LAYOUTS[layout].columns)
    return any_register(columns.getvalue().encode() + data, layout)


def any_register(data: bytes, layout: str = "") -> Register | InputError:
    """A file of any layout, or of none that is known."""
    path = written("register.csv", data)
    try:
        found = layouts.read(path, layout)
    except InputError as fault:
        return told(fault, path)
    for frame in (found.statements, found.stocks):
        counts(frame)
        promised(frame["year"].dropna().between(1900, 2100).all(), "no year", list(frame["year"]))
        promised(not any(isinstance(cell, Problem) for cell in frame["item"]), "a fault was kept", data)
        promised((frame["item"] != "").all() and (frame["unit"] != "").all(), "nothing in particular", data)
    promised((found.statements["supplier"] != found.statements["recipient"]).all(), "to itself", data)
    promised((found.statements[["supplier", "recipient"]] != "").all().all(), "from or to nobody", data)
    reasons(found.rejects)
    return found


def settings(data: bytes) -> None:
    """The settings of a case: what the notebooks need is there, and of its type."""
    path = written("case/case.toml", data)
    with mock.patch.object(cases, "RAW", path.parents[1]):
        try:
            found = cases.settings("case")
        except InputError as fault:
            told(fault, path)
        else:
            promised(all(isinstance(found.get(key), kind) for key, kind in REQUIRED.items()), "lacks", found)
            promised(all(isinstance(hop["recipient"], str) for hop in found.get("last_hop", [])), "no hop", found)


@cache
def _basis(case: str | None) -> plans.Basis:
    return plans.basis(case)


def grid(data: bytes) -> None:
    """A grid: every parameter has values, of its type, each once, and all can be written to a file."""
    path = written("grid.yaml", data)
    with mock.patch.object(gridfile, "basis", _basis):
        try:
            found = gridfile.read(path)
        except InputError as fault:
            told(fault, path)
            return
    promised(found.case == CASE or os.sep not in found.case, "no case", found)
    known = _basis(found.case).known
    for name, values in found.varied.items():
        promised(values and len(set(values)) == len(values), "no values, or one twice", name, values)
        promised(all(type(value).__name__ == known[name].type for value in values), "of another type", name, values)
    "\n".join([*found.headlines, *(str(value) for values in found.varied.values() for value in values)]).encode("utf-8")
