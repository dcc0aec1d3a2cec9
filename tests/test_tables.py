"""Raw tables are read exactly, and every fault names its place and its remedy."""

from decimal import Decimal

import pandas as pd
import pytest

from analysis import schemas
from analysis.errors import InputError
from analysis.rows import processed_rows, records, text_of
from analysis.tables import read_processed, read_raw, to_csv, typed

HEADER = ",".join(schemas.names(schemas.RAW["corrections"]))
TRANSFERS = ",".join(schemas.needed("transfers"))
ROW = "T1,S1,3,,Belarus,Bulgaria,AGS-17,140,launchers,2015,printed,"


def written(tmp_path, data: bytes | str, name: str = "transfers.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def test_cells_stay_as_printed(tmp_path):
    path = written(tmp_path, f"{TRANSFERS}\nT1,S1,3,NA,nan,null,1e3,007,,2015,printed,\n")
    row = read_raw(path, "transfers").iloc[0]
    assert row[["reporter", "supplier", "recipient", "designation", "quantity", "unit"]].tolist() == [
        "NA", "nan", "null", "1e3", "007", "",
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_byte_order_mark_and_line_ends_change_nothing(tmp_path, mark, end):
    path = written(tmp_path, mark + f"{TRANSFERS}{end}{ROW}{end}".encode())
    assert read_raw(path, "transfers")["designation"].tolist() == ["AGS-17"]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path):
    second = ROW.replace("T1", "T2").replace("printed,", 'printed,"two\nlines"')
    path = written(tmp_path, f"{TRANSFERS}\n{ROW}\n\n{second}\n{ROW.replace('T1', 'T3')}\n")
    assert read_raw(path, "transfers").index.tolist() == [2, 4, 5]


FAULTS = {
    "missing column": (
        TRANSFERS.replace("quantity", "quantitty") + "\n",
        "column 'quantity' is missing",
        "'quantitty'",
    ),
    "doubled column": (TRANSFERS + ",year\n", "column 'year' stands there twice", "row 1"),
    "short row": (f"{TRANSFERS}\nT1,S1\n", "row 2: has 2 cells where the header has 12", "commas"),
    "long row": (f"{TRANSFERS}\n{ROW}\n{ROW.replace('140', '1,400')}\n", "row 3: has 13 cells", "Quote"),
    "doubled id": (f"{TRANSFERS}\n{ROW}\n{ROW}\n", "row 3, column statement_id: 'T1' is the id of row 2", "own"),
    "empty id": (f"{TRANSFERS}\n{ROW.replace('T1', '')}\n", "row 2, column statement_id: is empty", "id"),
    "open quote": (f'{TRANSFERS}\n{ROW}"never closed\n', "row 2: is not valid CSV", "quotation mark"),
    "NUL": (f"{TRANSFERS}\n{ROW}\0\n", "row 2: holds a NUL", "plain CSV"),
    "nothing": ("", "is empty", "name the columns"),
    "bad byte": (TRANSFERS.encode() + b"\nT1,S1,3,,Bel\xe9rus,", "row 2, column 5: byte 0xe9", "UTF-8"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_names_place_and_remedy(tmp_path, fault):
    text, place, remedy = FAULTS[fault]
    with pytest.raises(InputError) as error:
        read_raw(written(tmp_path, text), "transfers")
    assert "transfers.csv" in str(error.value)
    assert place in str(error.value)
    assert remedy in str(error.value)


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv: is missing"):
        read_raw(tmp_path / "gone.csv", "transfers")


def test_a_table_without_ids_needs_none(tmp_path):
    assert read_raw(written(tmp_path, HEADER + "\n", "corrections.csv"), "corrections").empty


def test_processed_tables_come_back_with_their_types(tmp_path):
    frame = typed(pd.DataFrame({"statement_id": ["V1", "V2"], "low": [Decimal("37900000.10"), None]}), "amounts")
    path = written(tmp_path, to_csv(frame), "amounts.csv")
    back = read_processed(path, "amounts")
    assert back["low"].tolist() == [Decimal("37900000.10"), None]
    assert back["currency"].tolist() == ["", ""]


def test_numbers_that_a_float_would_round_come_back_whole(tmp_path):
    whole = 10_999_999_999_999_989
    rows = [{"key": "a", "value": whole, "low": 0.5}, {"key": "b", "low": 2, "high": whole}]
    path = tmp_path / "headlines.csv"
    path.write_text(to_csv(typed(pd.DataFrame(rows, dtype="object"), "headlines")), encoding="utf-8")
    read = read_processed(path, "headlines")
    assert (read["value"][0], read["high"][1], read["low"][0]) == (whole, whole, 0.5)
    assert [row["value"] for row in processed_rows(path, "headlines")] == [whole, None]
    assert read["value"].isna().tolist() == [False, True]


def test_unknown_stays_empty_and_whole_numbers_have_no_point():
    frame = pd.DataFrame({"a": pd.array([240, None], "Int64"), "b": pd.array([77.5, 240.0], "Float64"), "c": ["x", ""]})
    assert to_csv(frame) == "a,b,c\n240,77.5,x\n,240,\n"


def test_text_is_read_in_the_first_encoding_that_fits(tmp_path):
    path = written(tmp_path, "a;T\xfcrkiye\n1;2\n".encode("latin-1"))
    assert records(text_of(path, ("utf-8-sig", "latin-1")), "here", ";") == [(1, ["a", "Türkiye"]), (2, ["1", "2"])]
    with pytest.raises(InputError, match="is not UTF-8"):
        text_of(path)


def test_the_head_of_a_file_is_whole_lines(tmp_path):
    path = written(tmp_path, "first\nsecond ü\nthird\n")
    assert text_of(path, most=14) == "first\n"
    assert text_of(path, most=9) == "first\n"
    assert text_of(path, most=100) == "first\nsecond ü\nthird\n"


def test_a_header_that_is_not_in_the_first_row_is_missed_there(tmp_path):
    with pytest.raises(InputError, match=r"row 1: is blank\. The first row must name the columns, statement_id"):
        read_raw(written(tmp_path, f"\n{TRANSFERS}\n"), "transfers")
