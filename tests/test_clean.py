"""Statements as printed become intervals and codes; what cannot be read is quarantined with its reason."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import cases, clean, schemas

CASE = "belarus-bulgaria-2015"
GOOD = {
    "statement_id": "T1", "source_id": "S1", "locator": "3", "reporter": "", "supplier": "Belarus",
    "recipient": "Bulgaria", "designation": "9P135M Konkurs", "quantity": "240", "unit": "systems", "year": "2015",
    "year_basis": "printed", "note": "",
}  # fmt: skip


def raw(*rows: dict[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame([GOOD | row for row in rows], dtype="str")
    frame.index = pd.RangeIndex(2, len(rows) + 2, name="row")
    return frame


def sources(**row: str) -> pd.DataFrame:
    return pd.DataFrame([dict.fromkeys(schemas.names(schemas.RAW["sources"]), "") | {"source_id": "S1"} | row])


def test_the_published_transfers():
    tables = cases.corrected(cases.raw_tables(CASE))
    transfers, rejects = clean.clean_transfers(tables["transfers"], tables["sources"])
    # Paragraphs 3 and 4 of the source: 240 and 140 to Bulgaria; 136 to the U.S. "and another 80" to Saudi Arabia.
    assert transfers[["supplier", "recipient", "item", "year", "low", "high"]].values.tolist() == [
        ["BLR", "BGR", "konkurs-launcher", 2015, 240, 240],
        ["BLR", "BGR", "ags-17", 2015, 140, 140],
        ["BGR", "USA", "konkurs-launcher", 2015, 136, 136],
        ["BGR", "SAU", "konkurs-launcher", 2015, 80, 80],
    ]
    assert transfers["quantity_as_printed"].tolist() == ["240", "140", "136", "another 80"]
    assert transfers["year_basis"].tolist() == ["printed", "printed", "inferred", "inferred"]
    assert set(transfers["role"]) == {"third"}
    assert set(transfers["reporter"]) == {""}
    assert rejects.empty


def test_the_published_sum_is_exact():
    tables = cases.corrected(cases.raw_tables(CASE))
    transfers, _ = clean.clean_transfers(tables["transfers"], tables["sources"])
    amounts, rejects = clean.clean_values(tables["values"], transfers, tables["sources"])
    row = amounts.iloc[0]
    assert (row["low"], row["high"], row["currency"]) == (Decimal(37_900_000), Decimal(37_900_000), "EUR")
    assert (row["covers"], row["amount_as_printed"]) == ("T1 T2", "37.9 million euros")
    assert rejects.empty


def test_the_published_events():
    tables = cases.corrected(cases.raw_tables(CASE))
    events, rejects = clean.clean_events(tables["events"], tables["sources"])
    days = events.set_index("event_id")[["start", "end", "date_basis"]]
    assert days.loc["E13"].tolist() == ["2024-11-27", "2024-11-27", "printed"]
    # 8 December 2024 was a Sunday, so "Tuesday" is the 10th.
    assert days.loc["E18"].tolist() == ["2024-12-10", "2024-12-10", "inferred"]
    assert days.loc["E4"].tolist() == ["", "", ""]  # no date stays no date
    assert days.loc["E1"].tolist() == ["2011-01-01", "", "printed"]
    assert rejects.empty


REJECTED = {
    "unknown country": ({"supplier": "Narnia"}, "supplier", "Narnia", "parties.csv"),
    "near country": ({"supplier": "Bellarus"}, "supplier", "Bellarus", "BLR"),
    "negative count": ({"quantity": "-5"}, "quantity", "-5", "dash"),
    "no whole number": ({"quantity": "1.5"}, "quantity", "1.5", ""),
    "unknown item": ({"designation": "Konkurs-M"}, "designation", "Konkurs-M", "konkurs"),
    "unknown unit": ({"unit": "crates"}, "unit", "crates", "units.csv"),
    "no year": ({"year": "15"}, "year", "15", "2015"),
    "itself": ({"recipient": "Minsk"}, "recipient", "Minsk", "two parties"),
    "no recipient": ({"recipient": ""}, "recipient", "", "as the source prints it"),
    "unknown source": ({"source_id": "S9"}, "source_id", "S9", "S1"),
    "unknown basis": ({"year_basis": "guessed"}, "year_basis", "guessed", "inferred"),
}


@pytest.mark.parametrize("fault", REJECTED)
def test_a_row_that_cannot_be_read_is_set_aside(fault):
    row, column, text, advice = REJECTED[fault]
    transfers, rejects = clean.clean_transfers(raw({}, {"statement_id": "T2"} | row), sources())
    assert transfers["statement_id"].tolist() == ["T1"]
    reject = rejects.iloc[0]
    assert reject[["table", "row", "id", "column", "text"]].tolist() == ["transfers", 3, "T2", column, text]
    assert reject["reason"]
    assert advice in reject["suggestion"]


def test_every_problem_of_a_row_is_told_at_once():
    _, rejects = clean.clean_transfers(raw({"supplier": "Narnia", "quantity": "-5"}), sources())
    assert rejects["column"].tolist() == ["supplier | quantity"]
    assert rejects["text"].tolist() == ["Narnia | -5"]


def test_a_sources_decimal_mark_decides():
    row = {"quantity": "1.200"}
    assert clean.clean_transfers(raw(row), sources())[1]["column"].tolist() == ["quantity"]
    assert clean.clean_transfers(raw(row), sources(decimal=","))[0]["low"].tolist() == [1200]


def test_unknown_counts_and_years_stay_unknown():
    transfers, _ = clean.clean_transfers(raw({"quantity": "classified", "year": ""}), sources())
    assert transfers[["low", "high", "year"]].isna().all(axis=None)
    assert transfers[["qualifier", "year_basis"]].values.tolist() == [["undisclosed", ""]]


@pytest.mark.parametrize(
    ("reporter", "role"), [("Minsk", "exporter"), ("Bulgaria", "importer"), ("the U.S.", "third"), ("", "third")]
)
def test_role_says_who_reports(reporter, role):
    assert clean.clean_transfers(raw({"reporter": reporter}), sources())[0]["role"].tolist() == [role]


def test_a_sum_must_cover_transfers_that_were_kept():
    transfers, _ = clean.clean_transfers(raw({}), sources())
    row = dict.fromkeys(schemas.names(schemas.RAW["values"]), "") | {"statement_id": "V1", "source_id": "S1"}
    frame = pd.DataFrame([row | {"amount": "5", "currency": "EUR", "covers": "T1 T7"}], index=pd.Index([2], name="row"))
    amounts, rejects = clean.clean_values(frame, transfers, sources())
    assert amounts.empty
    assert "T7" in rejects.loc[0, "reason"]


def test_rows_are_counted():
    tables = cases.corrected(cases.raw_tables("belarus-bulgaria-2015"))
    assert clean.accounts(tables, clean.cleaned(tables))["kept"].tolist() == [4, 1, 21]


CELLS = st.sampled_from(
    ["Belarus", "Sofia", "Narnia", "", "240", "-5", "about 12", "1.200", "2015", "AGS-17", "=1+1", "n/a"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(list(GOOD)[3:10], CELLS)), max_size=6))
def test_rows_in_are_rows_kept_and_rows_rejected(rows):
    frame = raw({}, *({"statement_id": f"X{place}"} | row for place, row in enumerate(rows)))
    kept, rejects = clean.clean_transfers(frame, sources())
    assert sorted([*kept["statement_id"], *rejects["id"]]) == sorted(frame["statement_id"])
