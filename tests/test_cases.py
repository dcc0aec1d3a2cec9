"""A case folder: its settings, its tables together, its corrections, and a reader's own copy of a source."""

import hashlib
import shutil

import pytest

from analysis import cases, clean
from analysis.errors import InputError
from analysis.paths import RAW

CASE = "belarus-bulgaria-2015"
TEXT = """A banner

In 2015, Belarus sent 240 9P135M Konkurs systems and 140 AGS-17 launchers, worth 37.9 million euros, to Bulgaria.

Then Sofia sent 136 Konkurs systems to the U.S. and another 80 to Saudi Arabia.
"""


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A case of its own to break: the published one without its events, and a short text of the same facts."""
    monkeypatch.setattr(cases, "RAW", tmp_path)
    folder = tmp_path / "case"
    shutil.copytree(RAW / CASE, folder)
    for name in ("events", "corrections"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    source = folder / "sources.csv"
    header = source.read_text(encoding="utf-8").splitlines()[0]
    sha = hashlib.sha256(TEXT.encode()).hexdigest()
    source.write_text(f"{header}\nS1,A title,A publisher,,,,,{sha},,1,.,\n", encoding="utf-8")
    transfers = folder / "transfers.csv"
    moved = {",S1,3,": ",S1,1,", ",S1,4,": ",S1,2,"}
    for name in (transfers, folder / "values.csv"):
        text = name.read_text(encoding="utf-8")
        for old, new in moved.items():
            text = text.replace(old, new)
        name.write_text(text, encoding="utf-8")
    return folder


def correct(case, *cells: str) -> None:
    with (case / "corrections.csv").open("a", encoding="utf-8") as file:
        file.write(",".join(cells) + "\n")


def test_a_correction_is_applied_while_it_expects_what_stands_there(case):
    correct(case, "transfers", "T3", "quantity", "136", "130", "misprint", "a letter")
    before = cases.raw_tables("case")
    after = cases.corrected(before)
    assert after["transfers"].set_index("statement_id").at["T3", "quantity"] == "130"
    assert before["transfers"].set_index("statement_id").at["T3", "quantity"] == "136"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("transfers", "T3", "quantity", "999", "130", "", ""), "expects '999' in transfers.csv, row 4.*read '136'"),
        (("transfers", "T9", "quantity", "136", "130", "", ""), "no row with id 'T9'"),
        (("transfers", "T3", "quantities", "136", "130", "", ""), "no column 'quantities'"),
        (("transfers", "T3", "statement_id", "T3", "T9", "", ""), "no column 'statement_id' to correct"),
        (("journeys", "T3", "quantity", "136", "130", "", ""), "raw table 'journeys'"),
    ],
)
def test_a_correction_that_no_longer_fits_is_an_error(case, cells, message):
    correct(case, *cells)
    with pytest.raises(InputError, match=message):
        cases.corrected(cases.raw_tables("case"))


def test_an_id_is_used_once_across_tables(case):
    path = case / "values.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("V1,", "T1,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"values\.csv, row 2, column statement_id: 'T1' is an id of transfers\.csv"):
        cases.raw_tables("case")


@pytest.mark.parametrize("name", ["../secrets", "a/b", "", ".", "Case"])
def test_a_case_name_cannot_leave_the_folder(name):
    with pytest.raises(InputError, match="lower-case letters"):
        cases.case_dir(name)


def test_an_unknown_case_suggests_the_near_one():
    with pytest.raises(InputError, match=f"did you mean '{CASE}'"):
        cases.case_dir("belarus-bulgaria-2014")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[focus]", "[focus", "not valid TOML"),
        ('title = "', 'titel = "', "needs 'title'"),
        ('party = "BGR"', 'party = "Bulgaria"', "Write 'BGR'"),
        ('item = "konkurs-launcher"', 'item = "konkurs"', "no such item"),
        ("[[last_hop]]", "[last_hop]", "double brackets"),
        ('"the Syrian opposition"', '"a, b"', "leave out commas"),
        ('party = "BGR"', "party = 7", r"\[focus\] needs 'party'"),
    ],
)
def test_settings_name_what_is_wrong(case, old, new, message):
    path = case / "case.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        cases.settings("case")


def test_a_copy_of_the_source_is_recognised_and_every_token_found(case, tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8")
    assert cases.verify_source("case", copy) == ("S1", {"S1": []})


def test_another_text_is_not_the_source_and_its_gaps_are_named(case, tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT.replace("another 80", "another 90"), encoding="utf-8")
    source, missing = cases.verify_source("case", copy)
    assert source == ""
    assert missing == {"S1": ["T4: 'another 80' (quantity) does not stand in paragraph 2"]}


@pytest.mark.parametrize(("printed", "raw"), [("240", "24"), ("240", "40"), ("37.9", "7.9"), ("Bulgaria", "Bulgari")])
def test_part_of_a_word_or_number_is_not_the_token(case, tmp_path, printed, raw):
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8")
    for name in ("transfers", "values"):
        path = case / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(printed, raw, 1), encoding="utf-8")
    assert len(cases.verify_source("case", copy)[1]["S1"]) >= 1


def test_a_place_that_is_no_paragraph_is_looked_for_in_the_whole_text(case, tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT, encoding="utf-8")
    path = case / "transfers.csv"
    text = path.read_text(encoding="utf-8").replace("T1,S1,1,", "T1,S1,page 9,").replace("T4,S1,2,", "T4,S1,2b,")
    path.write_text(text, encoding="utf-8")
    assert cases.verify_source("case", copy)[1] == {"S1": []}


def test_what_the_source_prints_stays_beside_a_correction(case):
    correct(case, "transfers", "T3", "quantity", "136", "130", "misprint", "a letter")
    tables = cases.corrected(cases.raw_tables("case"))
    transfers, _ = clean.clean_transfers(tables["transfers"], tables["sources"])
    row = transfers.set_index("statement_id").loc["T3"]
    assert (row["low"], row["quantity_as_printed"]) == (130, "136")


def test_a_row_is_a_record_of_the_table_whatever_lines_it_takes(case, tmp_path):
    copy = tmp_path / "copy.csv"
    rows = [
        "exporter,importer,items,description",
        'Belarus,Bulgaria,7,"two',
        'lines"',
        "Belarus,Bulgaria,240,9P135M Konkurs",
    ]
    copy.write_text("\n".join(rows), encoding="utf-8")
    path = case / "transfers.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    moved = "Belarus,Belarus,Bulgaria,9P135M Konkurs,240,,2015,printed,"
    path.write_text(
        f"{header}\nT1,S1,row 3,{moved}\nT2,S1,row 4,{moved}\nT3,S1,rows 2 to 3,{moved}\n", encoding="utf-8"
    )
    (case / "values.csv").write_text(
        (case / "values.csv").read_text(encoding="utf-8").splitlines()[0], encoding="utf-8"
    )
    # The header is row 1 and the record of two lines is row 2; line 4 of the file is row 3, and there is no row 4.
    missing = cases.verify_source("case", copy)[1]["S1"]
    assert [line.split(":")[0] for line in missing] == ["T2"] * 5
    assert missing[-1] == "T2: '240' (quantity) does not stand in row 4"


def test_a_statement_names_the_columns_that_a_correction_changed(case):
    correct(case, "transfers", "T3", "designation", "Konkurs systems", "AT-5", "only the NATO name", "a letter")
    correct(case, "transfers", "T3", "quantity", "136", "130", "misprint", "a letter")
    tables = cases.corrected(cases.raw_tables("case"))
    transfers, _ = clean.clean_transfers(tables["transfers"], tables["sources"])
    assert transfers["corrected"].tolist() == ["", "", "designation quantity", ""]
