"""UN Comtrade: what is a movement, what is a part or a sum, what is undisclosed; and NA is Namibia."""

from pathlib import Path

import pandas as pd
import pytest

from analysis import schemas
from analysis.names import Unresolved, resolve_code
from analysis.paths import REFERENCE
from analysis.reconcile import flows
from analysis.registers.comtrade import LAYOUT, read_comtrade
from analysis.registers.layouts import detect
from analysis.tables import read_raw, typed

MADE = Path(__file__).parent / "registers" / "comtrade.csv"


@pytest.fixture(scope="module")
def register():
    return read_comtrade(MADE)


def line(register, row: int) -> dict:
    found = register.statements.set_index("statement_id").loc[f"r{row}"]
    return {name: None if value is pd.NA else value for name, value in found.items()}


def between(register, row: int) -> list[str]:
    return [line(register, row)[name] for name in ("role", "reporter", "supplier", "recipient")]


def count(register, row: int) -> list:
    return [line(register, row)[name] for name in ("low", "high", "unit", "qualifier")]


def test_exports_and_imports(register):
    assert between(register, 2) == ["exporter", "NOR", "NOR", "NAM"]
    assert between(register, 3) == ["importer", "NAM", "NOR", "NAM"]
    assert [line(register, row)["origin"] for row in (2, 3)] == ["", "NOR"]


def test_every_cell_of_a_line_is_kept(register):
    found = line(register, 2)
    assert (found["item"], found["category"], found["designation"]) == (
        *("hs-930190", "hs-9301", "Military weapons, other"),
    )  # fmt: skip
    assert (found["year"], found["first_year"], found["last_year"], found["year_basis"]) == (
        2018,
        2018,
        2018,
        "printed",
    )
    assert (found["quantity_as_printed"], found["locator"], found["source_id"]) == ("12.0 u", "row 2", "comtrade")
    assert found["remark"] == "edition H5; net weight 40.5 kg; value 1000.0 US dollars"
    assert count(register, 2) == [12, 12, "piece", "exact"]


def test_both_reports_of_a_flow_meet(register):
    found = flows(typed(register.statements, "transfers"))
    flow = found.query("supplier == 'NOR' and recipient == 'NAM' and item == 'hs-930190'")
    assert flow[["exporter_low", "importer_low"]].values.tolist() == [[12, 10]]


def test_na_is_namibia_in_letters_and_digits(register):
    assert between(register, 4) == ["exporter", "NAM", "NAM", "CHL"]
    assert [resolve_code(text) for text in ("NA", "NAM", "516")] == ["NAM", "NAM", "NAM"]


def test_numbers_alone_will_do(register):
    assert between(register, 5) == ["exporter", "FRA", "FRA", "CHL"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("4", "AFG"), ("004", "AFG"), ("GB", "GBR"), ("826", "GBR"), ("US", "USA"), ("840", "USA"), ("TW", "TWN")],
)
def test_codes_of_iso_3166(text, code):
    assert resolve_code(text) == code


@pytest.mark.parametrize("text", ["", "na", "n/a", "ZZ", "999", "nan", "Norway"])
def test_what_is_no_code_is_not_guessed(text):
    with pytest.raises(Unresolved):
        resolve_code(text)


def test_codes_that_comtrade_uses_beside_iso():
    assert [resolve_code(text, "comtrade") for text in ("842", "251", "757", "899", "838")] == [
        *("USA", "FRA", "CHE", "XXN", "XXN")
    ]  # fmt: skip
    with pytest.raises(Unresolved):
        resolve_code("842")


def test_the_table_of_codes_is_whole():
    codes = read_raw(REFERENCE / "codes.csv", "codes")
    per_party = codes.groupby("code")["spelling"].apply(list)
    assert len(per_party) == 249  # as many as ISO 3166-1 has
    assert all(sorted(map(str.isdigit, spellings)) == [False, True] for spellings in per_party)
    assert not codes["spelling"].duplicated().any()
    parties = set(read_raw(REFERENCE / "parties.csv", "parties")["code"])
    assert set(codes["code"]) | set(read_raw(REFERENCE / "codes_comtrade.csv", "codes")["code"]) <= parties


def test_nothing_known_is_no_nought(register):
    assert count(register, 6) == [None, None, "piece", "undisclosed"]
    assert count(register, 7) == [None, None, "piece", "undisclosed"]
    assert count(register, 33) == [None, None, "piece", "undisclosed"]
    assert count(register, 40) == [None, None, "piece", "undisclosed"]


def test_estimates_and_units(register):
    assert count(register, 8) == [99, 99, "kg", "estimate"]
    assert count(register, 9) == [2, 3, "kg", "range"]
    assert count(register, 31) == [36, 36, "piece", "exact"]
    assert count(register, 32) == [9, 9, "piece", "estimate"]


@pytest.mark.parametrize("row", [10, 11, 12])
def test_areas_that_are_no_party(register, row):
    assert line(register, row)["recipient"] == "XXN"


def test_parts_without_their_whole_are_a_least(register):
    assert between(register, 19) == ["exporter", "NOR", "NOR", "CHL"]
    assert count(register, 19) == [8, None, "piece", "at least: re-exports alone"]


def test_a_heading_and_months_without_their_whole_are_kept(register):
    assert (line(register, 22)["item"], line(register, 22)["category"]) == ("hs-9302", "hs-9302")
    assert [line(register, row)["low"] for row in (25, 26)] == [1, 2]
    assert line(register, 26)["year"] == 2018


def test_other_classifications(register):
    assert (line(register, 37)["item"], line(register, 37)["category"]) == ("s4-89112", "")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (13, "partnerCode", "is many parties together"),
        (14, "reporterCode", "is many parties together"),
        (15, "motCode", "is a part of another line"),
        (16, "customsCode", "is a part of another line"),
        (17, "partner2Code", "is a part of another line"),
        (18, "flowCode", "re-exports are a part of X, which the file has"),
        (20, "flowCode", "is for processing"),
        (21, "cmdCode", "is a heading, and the file has its subheadings"),
        (23, "cmdCode", "is all goods together"),
        (24, "period", "is a part of a year that the file has"),
        (27, "qty", "is an earlier line once more"),
        (28, "qty", "another line gives another quantity for the same"),
        (29, "qty", "another line gives another quantity for the same"),
        (30, "partnerCode", "sender and receiver are the same party"),
        (34, "qty", "is no number"),
        (35, "cmdCode", "is no commodity of the HS"),
        (36, "flowCode", "is no flow that is known"),
        (38, "typeCode", "is not of goods"),
        (39, "partnerCode", "no such party is known"),
    ],
)
def test_rejects_say_why(register, row, column, reason):
    found = register.rejects.set_index("row").loc[row]
    assert (found["id"], found["table"], found["column"].replace("recipient", "partnerCode")) == (
        *(f"r{row}", "comtrade", column),
    )  # fmt: skip
    assert reason in found["reason"]


def test_every_line_is_a_statement_or_a_reject(register):
    kept = [int(name[1:]) for name in register.statements["statement_id"]]
    assert sorted(kept + register.rejects["row"].tolist()) == list(range(2, 41))
    assert register.stocks.empty
    for name, table in register._asdict().items():
        assert list(table) == schemas.names(schemas.PROCESSED[name]), name


def test_who_listed_something_filed(register):
    assert register.filings["party"].tolist() == ["CHL", "FRA", "NAM", "NOR"]


def test_the_index_of_a_saved_data_frame_changes_nothing(tmp_path, register):
    path = tmp_path / "saved.csv"
    pd.read_csv(MADE, dtype="str", keep_default_na=False).to_csv(path)
    assert detect(path).name == "comtrade"
    pd.testing.assert_frame_equal(read_comtrade(path).statements, register.statements)
    pd.testing.assert_frame_equal(read_comtrade(path).rejects, register.rejects)


def test_a_file_without_lines(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text(",".join(LAYOUT.columns) + "\n", encoding="utf-8")
    assert [len(table) for table in read_comtrade(path)] == [0, 0, 0, 0]
