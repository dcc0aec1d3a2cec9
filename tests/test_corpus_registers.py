"""Bad files of registers, and bad records in good ones: a file is refused in one line, a record set aside with why."""

import csv
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.registers import study
from analysis.registers.filings import filings_from
from analysis.registers.layout import Register
from analysis.registers.layouts import detect
from analysis.registers.sheets import fields
from tests import corpus
from tests.corpus import said
from tests.corpus.edits import edited

MADE = Path(__file__).parent / "registers"
REGISTERS, FILINGS, RECORDS = (dict(corpus.named(table)) for table in ("registers", "filings", "records"))
GOOD = {  # the row of each sample that is broken: one that becomes a statement
    "unroca": 2,
    "comtrade": 2,
    "sipri_deals": 13,
    "sipri_deal_years": 13,
    "nl_transit": 2,
}


def opened(path: Path) -> Register:
    """As `retransfer register` reads a file; that no record is lost, every adapter checks."""
    return study.opened(str(path)).register


@lru_cache
def whole(file: str) -> Register:
    return opened(MADE / f"{file}.csv")


def counts(found: Register) -> dict[str, int]:
    return {name: len(table) for name, table in found._asdict().items()}


@pytest.mark.parametrize("entry", REGISTERS.values(), ids=REGISTERS)
def test_a_bad_register_is_told(tmp_path, entry):
    path = tmp_path / f"{entry['file']}.csv"
    path.write_bytes(edited((MADE / path.name).read_bytes(), entry))
    if entry["outcome"] == "refused":
        with pytest.raises(InputError) as caught:
            opened(path)
        assert path.name in said(caught.value, entry["says"])
        return
    found, before = opened(path), whole(entry["file"])
    if entry["outcome"] == "set aside":
        new = found.rejects[~found.rejects["row"].isin(before.rejects["row"])]
        assert len(new) == 1
        assert entry["says"] in new["reason"].item()
        pd.testing.assert_frame_equal(found.statements, before.statements)
    elif entry["outcome"] == "empty":
        assert set(counts(found).values()) == {0}
    else:
        assert entry["outcome"] in ("kept", "odd")
        assert counts(found) == counts(before)
        assert found.statements["low"].equals(before.statements["low"])


@pytest.fixture(scope="module")
def read(tmp_path_factory) -> Mapping[str, tuple[Register, dict[str, int]]]:
    """Every sample with a record per entry, read once, and the row of each entry."""
    folder = tmp_path_factory.mktemp("registers")
    return {file: _read(folder / f"{file}.csv", file) for file in GOOD}


def _read(path: Path, file: str) -> tuple[Register, dict[str, int]]:
    before = (MADE / path.name).read_text(encoding="utf-8")
    cells = next(csv.reader(io.StringIO(before.split("\n")[GOOD[file] - 1])))
    columns = fields(detect(MADE / path.name).columns)
    written, rows = io.StringIO(), {}
    first = len(list(csv.reader(io.StringIO(before, newline=""))))
    for name, entry in RECORDS.items():
        if entry["file"] == file:
            own = dict(zip(columns, cells, strict=False)) | {entry["column"]: corpus.text(entry["text"])}
            rows[name] = first + len(rows) + 1
            csv.writer(written, lineterminator="\n").writerow([*own.values(), *cells[len(own) :]])
    path.write_text(before + written.getvalue(), encoding="utf-8")
    return opened(path), rows


@pytest.mark.parametrize("name", RECORDS)
def test_a_bad_record_is_set_aside_with_why(read, name):
    entry = RECORDS[name]
    found, rows = read[entry["file"]]
    rejects = found.rejects[found.rejects["row"] == rows[name]]
    if entry["outcome"] == "kept":
        assert rejects.empty
        (line,) = found.statements[found.statements["statement_id"] == f"r{rows[name]}"].itertuples()
        low, high = ("" if pd.isna(end) else end for end in (line.low, line.high))
        assert entry["says"] == f"{low}..{high} {line.qualifier}"
        return
    assert len(rejects) == 1
    assert entry["says"] in rejects["reason"].item()
    assert rejects["suggestion"].item()
    assert rejects["id"].item() == f"r{rows[name]}"


@pytest.mark.parametrize("entry", FILINGS.values(), ids=FILINGS)
def test_a_bad_table_of_filings_is_told(tmp_path, entry):
    path = tmp_path / "filings.csv"
    path.write_bytes(edited(b"party,year,filed\nSweden,2013,yes\n", entry))
    with pytest.raises(InputError) as caught:
        filings_from(path, whole("unroca").filings, "unroca")
    assert "filings.csv, row" in said(caught.value, entry["says"])
