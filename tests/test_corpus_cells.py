"""One bad cell in a case: the row is set aside with a reason, or the table is refused; nothing is lost or guessed."""

import csv
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from analysis import cases, clean
from analysis.errors import InputError
from analysis.paths import RAW
from analysis.tables import to_csv
from tests import corpus
from tests.checkouts import CASE
from tests.corpus import said

BROKEN = {"transfers": "T4", "values": "V1", "events": "E1", "sources": "S1"}  # the row of each that is broken
CELLS = dict(corpus.named("cells"))
REFUSED = {name: entry for name, entry in CELLS.items() if entry["outcome"] == "refused"}
READ = {name: entry for name, entry in CELLS.items() if entry["outcome"] in ("set aside", "kept")}


class Lines(NamedTuple):
    """A raw table: its columns, and its rows as lists of cells."""

    columns: list[str]
    rows: list[list[str]]


def lines(table: str, folder: Path = RAW / CASE) -> Lines:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    return Lines(columns, rows)


def write(folder: Path, table: str, columns: list[str], rows: Iterable[list[str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def broken(table: str, column: str, text: str, name: str = "") -> list[str]:
    """The row of a table that is broken, with this text in a column; under a name of its own where one is given."""
    columns, rows = lines(table)
    cells = next(row for row in rows if row[0] == BROKEN[table])
    changed = dict(zip(columns, cells, strict=True)) | ({columns[0]: name} if name else {}) | {column: text}
    return list(changed.values())


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    """A folder of cases, with one to break."""
    home = tmp_path_factory.mktemp("raw")
    shutil.copytree(RAW / CASE, home / "case")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cases, "RAW", home)
        yield home


@pytest.fixture(scope="module")
def read(home) -> dict[str, pd.DataFrame]:
    """A case with a row per entry, read as the first notebook does; that no row is lost, `accounts` checks."""
    shutil.copytree(RAW / CASE, home / "many")
    for table in ("transfers", "values", "events"):
        own = [
            broken(table, entry["column"], corpus.text(entry["text"]), f"X{entry['row']}")
            for entry in READ.values()
            if entry["table"] == table
        ]
        write(home / "many", table, lines(table).columns, [*lines(table).rows, *own])
    raw = cases.raw_tables("many")
    tables = clean.cleaned(cases.corrected(raw))
    counts = clean.accounts(raw, tables).set_index("table")
    assert {name: counts.at[name, "rows in"] for name in counts.index} == {
        name: len(lines(name, home / "many").rows) for name in counts.index
    }
    return tables | {f"raw {name}": raw[name] for name in counts.index}


@pytest.mark.parametrize("entry", READ.values(), ids=READ)
def test_a_row_with_a_bad_cell_is_set_aside_and_one_with_an_odd_one_kept(read, entry):
    name, table, text = f"X{entry['row']}", entry["table"], corpus.text(entry["text"])
    own = read["rejects"][read["rejects"]["id"] == name]
    if entry["outcome"] == "kept":
        assert own.empty
        assert entry["says"] == meant(read[clean.KEPT_AS[table]], name)
        return
    assert len(own) == 1
    found = own.iloc[0]
    written = read[f"raw {table}"]
    assert (found["table"], found["row"]) == (table, written.index[written.iloc[:, 0] == name].item())
    assert found["column"] == entry["column"]
    assert found["text"] == text.strip()
    assert entry["says"] in found["reason"]
    assert found["suggestion"]


def meant(kept: pd.DataFrame, name: str) -> str:
    """What a count was read as, such as `136..240 range`."""
    (found,) = to_csv(kept[kept["statement_id"] == name][["low", "high", "qualifier"]]).splitlines()[1:]
    low, high, qualifier = found.split(",")
    return f"{low}..{high} {qualifier}"


@pytest.mark.parametrize("entry", REFUSED.values(), ids=REFUSED)
def test_a_table_with_a_bad_cell_is_refused(home, entry):
    table, column = entry["table"], entry["column"]
    columns, rows = lines(table)
    place = [row[0] for row in rows].index(BROKEN[table])
    rows[place] = broken(table, column, corpus.text(entry["text"]))
    write(home / "case", table, columns, rows)
    try:
        with pytest.raises(InputError) as caught:
            cases.raw_lines("case")
    finally:
        shutil.copy(RAW / CASE / f"{table}.csv", home / "case")
    assert f"/case/{table}.csv, row {place + 2}, column {column}: " in said(caught.value, entry["says"])
