"""Rows are what the files say: exact, of the types that schemas give them, and nothing is nought that is not known."""

from decimal import Decimal

import pandas as pd
import pytest

from analysis import cases, schemas
from analysis.errors import InputError
from analysis.paths import PUBLISHED, results_dir
from analysis.rows import cell_text, processed_rows, raw_rows, rows_of, unknown
from analysis.tables import read_processed

AMOUNTS = ",".join(schemas.names(schemas.CASES["amounts"]))
BALANCES = schemas.names(schemas.CASES["balances"])


def written(tmp_path, text: str, table: str):
    path = tmp_path / f"{table}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_cell_has_the_type_of_its_column(tmp_path):
    path = written(tmp_path, f"{AMOUNTS}\nV1,S1,3,37900000.10,,EUR,exact,T1,37.9\n", "amounts")
    assert processed_rows(path, "amounts") == [
        {
            **{"statement_id": "V1", "source_id": "S1", "locator": "3", "low": Decimal("37900000.10"), "high": None},
            **{"currency": "EUR", "qualifier": "exact", "covers": "T1", "amount_as_printed": "37.9"},
        }
    ]
    assert isinstance(processed_rows(path, "amounts")[0]["low"], Decimal)


def test_counts_are_whole_and_shares_are_not(tmp_path):
    cells = {"party": "BGR", "sent_low": "9007199254740993", "share_sent_on": "0.9", "sent_best": "216"}
    line = ",".join(cells.get(name, "") for name in BALANCES)
    row = processed_rows(written(tmp_path, f"{','.join(BALANCES)}\n{line}\n", "balances"), "balances")[0]
    assert row["sent_low"] == 2**53 + 1  # which no float holds
    assert (type(row["sent_low"]), row["share_sent_on"], type(row["sent_best"])) == (int, 0.9, float)
    assert row["received_low"] is None
    assert row["status"] == ""


def test_text_is_read_as_it_was_written(tmp_path):
    path = written(tmp_path, 'name,value\norigin," NA, or ""nan"" "\nx,007\n', "parameters")
    assert [row["value"] for row in processed_rows(path, "parameters")] == [' NA, or "nan" ', "007"]


def test_columns_that_only_one_table_has_are_kept_where_they_may_be(tmp_path):
    scenarios = ",".join([*schemas.names(schemas.CASES["scenarios"]), '"sent[BGR,tank]"'])
    path = written(tmp_path, f"{scenarios}\nhighest,1,0,,,0,,,,76..136\n", "scenarios")
    row = processed_rows(path, "scenarios")[0]
    assert (row["lag_years"], row["tolerance"], row["sent[BGR,tank]"]) == (1, 0.0, "76..136")
    assert list(processed_rows(written(tmp_path, "name,value,own\na,b,c\n", "parameters"), "parameters")[0]) == [
        "name",
        "value",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\nx\n", r"parameters\.csv: column 'value' is missing"),
        ("name,value\nx\n", r"parameters\.csv, row 2: has 1 cells, and the header 2"),
        ('name,value\nx,"y\n', "row 2: is not valid CSV"),
        ("", "column 'name' is missing"),
    ],
)
def test_a_file_that_the_code_did_not_write_so_is_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        processed_rows(written(tmp_path, text, "parameters"), "parameters")


@pytest.mark.parametrize(("column", "kind"), [("low", "money"), ("high", "money")])
def test_a_cell_that_is_no_number_is_refused(tmp_path, column, kind):
    place = schemas.names(schemas.CASES["amounts"]).index(column)
    cells = [*[""] * place, "many", *[""] * (8 - place)]
    path = written(tmp_path, f"{AMOUNTS}\n{','.join(cells)}\n", "amounts")
    with pytest.raises(InputError, match=f"row 2, column {column}: read 'many', which is no {kind}"):
        processed_rows(path, "amounts")


def test_a_table_that_is_not_written_yet_is_missing(tmp_path):
    for read in (processed_rows, read_processed):
        with pytest.raises(InputError, match=r"flows\.csv: is missing\. Run the notebooks"):
            read(tmp_path / "flows.csv", "flows")


@pytest.mark.parametrize("case", cases.published())
def test_rows_and_frames_of_a_file_say_the_same(case):
    for table in schemas.CASES:
        path = results_dir(case, PUBLISHED) / f"{table}.csv"
        assert processed_rows(path, table) == rows_of(read_processed(path, table))


def test_lines_and_frames_of_a_raw_table_say_the_same():
    case = "belarus-bulgaria-2015"
    lines, frames = cases.raw_lines(case), cases.raw_tables(case)
    for table, raw in lines.items():
        assert raw.columns == list(frames[table].columns)
        assert raw.lines == frames[table].to_dict("index")


def test_a_line_is_known_by_its_row(tmp_path):
    path = written(tmp_path, "spelling,unit,note\n\npieces,piece,\n", "units")
    assert raw_rows(path, "units").lines == {3: {"spelling": "pieces", "unit": "piece", "note": ""}}


def test_what_is_not_known_is_told_from_nought():
    assert all(unknown(cell) for cell in (None, float("nan"), pd.NA, pd.NaT, Decimal("NaN")))
    assert not any(unknown(cell) for cell in (0, 0.0, Decimal(0), "", False, float("inf")))
    assert [cell_text(cell) for cell in (None, pd.NA, 0, 0.0, Decimal("1.50"))] == ["", "", "0", "0", "1.50"]
    frame = pd.DataFrame({"low": pd.array([0, None], "Int64"), "best": pd.array([None, 1.5], "Float64")})
    assert rows_of(frame) == [{"low": 0, "best": None}, {"low": None, "best": 1.5}]
