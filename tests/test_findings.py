"""`retransfer check`: what a beginner gets wrong is told with its place and its cure, before anything runs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checkouts import Checkout

NEW = ("--party", "Bulgaria", "--item", "Konkurs systems", "--source", "Three counts", "--published", "2017")
MOVED = ("Belarus; Bulgaria; 300; Konkurs systems; 2016; 3", "Sofia; the U.S.; 150; Konkurs systems; 2016; 4")
MOVED += ("Sofia; Saudi Arabia; another 90; Konkurs systems; 2016; 4",)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    made = Checkout(tmp_path_factory.mktemp("findings") / "copy").as_it_comes()
    yield made
    made.close()


@pytest.fixture(scope="module")
def laid_out(checkout):
    """The files of a new case of three counts."""
    words = [part for movement in MOVED for part in ("--movement", movement)]
    done = checkout.retransfer("new", "mine", *NEW, *words)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in (checkout.path / "data" / "raw" / "mine").iterdir()}


@pytest.fixture
def case(checkout, laid_out):
    """Its folder, with these files as they were laid out."""
    folder = checkout.path / "data" / "raw" / "mine"
    for path in folder.iterdir():
        path.unlink()
    for name, data in laid_out.items():
        (folder / name).write_bytes(data)
    return folder


def edit(name: str, *changes: tuple[str, str]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, encoding="utf-8")

    return change


def every(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text((folder / name).read_text().replace(old, new))


def appended(name: str, line: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text((folder / name).read_text() + line + "\n")


FILE = "data/raw/mine/transfers.csv"
SECOND = ("S2,Another count,,,2016,,,,,,,", "T4,S2,7,,Belarus,Bulgaria,Konkurs systems,280,,2016,,")
MISTAKES = {  # what a beginner does → the files changed, then what is told
    "a wrong separator": (every("transfers.csv", ",", ";"), 1, [f"{FILE}, row 1: columns are separated by semicolons"]),
    "a comma for a point": (
        appended("values.csv", 'V1,S1,3,"37,9 million",euros,T1,'),
        1,
        [
            "values.csv, row 2, column amount: read '37,9 million': its marks do not group",
            "set the column decimal of that source",
            "decimal mark",
        ],
    ),
    "a year as quantity": (
        edit("transfers.csv", ("Konkurs systems,300,,2016", "Konkurs systems,2016,,300")),
        1,
        [f"{FILE}, row 2, column year: read '300'", "If how many and which year have changed places"],
    ),
    "a year as quantity, and no year": (
        edit("transfers.csv", ("Konkurs systems,300,,2016", "Konkurs systems,2016,,")),
        0,
        [f"{FILE}, row 2, column quantity: read '2016': a count that looks like a year. If it is a year, move it"],
    ),
    "a variant that is two things": (
        edit("transfers.csv", ("Konkurs systems", "Konkurs-M")),
        1,
        [
            f"{FILE}, row 2, column designation: read 'Konkurs-M': no such item is known",
            "(konkurs-missile)",
            "(konkurs-launcher)",
            "retransfer teach item Konkurs-M SLUG",
        ],
    ),
    "half a name": (
        edit("transfers.csv", ("Saudi Arabia", "Saudi")),
        1,
        [f"{FILE}, row 4, column recipient: read 'Saudi': no such party is known. Is it 'saudi arabia' (SAU)"],
    ),
    "merged cells": (
        edit("transfers.csv", ("Sofia,Saudi Arabia", ",Saudi Arabia")),
        1,
        [f"{FILE}, row 4, column supplier: no party is given", "Row 3 above it says 'Sofia' there", "merged cells"],
    ),
    "a row of totals": (
        appended("transfers.csv", "Total,S1,,,,,,540,,,,"),
        1,
        [
            f"{FILE}, row 5, column supplier | recipient | designation",
            "is given. The row looks like a total: remove it",
        ],
    ),
    "a total in its own column": (
        appended("transfers.csv", "T4,S1,,,Total,,Konkurs systems,540,,,,"),
        1,
        [
            f"{FILE}, row 5, column supplier | recipient",
            "is given. The row looks like a total: remove it",
        ],
    ),
    "a number alone": (
        appended("transfers.csv", ",,,,,,,540,,,,"),
        1,
        [f"{FILE}, row 5: looks like a row of totals; read ',,,,,,,540,,,,'"],
    ),
    "Excel's own first line": (
        lambda folder: (folder / "transfers.csv").write_text("sep=,\n" + (folder / "transfers.csv").read_text()),
        1,
        [f"{FILE}, row 1: is a line that Excel writes for itself (sep=,). Remove it."],
    ),
    "another count under the same source": (
        appended("transfers.csv", "T4,S1,9,,Belarus,Bulgaria,Konkurs systems,280,,,,"),
        0,
        [f"{FILE}, row 5, column quantity: read '280': another count of the same movement as T1, from the same source"],
    ),
    "sent before it came": (
        edit("transfers.csv", ("Konkurs systems,150,,2016", "Konkurs systems,150,,2009")),
        0,
        [f"{FILE}, row 3, column year: read '2009': before anything is recorded as received (2016)"],
    ),
    "brackets": (
        edit("transfers.csv", ("another 90", "(90)")),
        0,
        [f"{FILE}, row 4, column quantity: read '(90)': is read as an estimate"],
    ),
    "a second table": (
        lambda folder: (folder / "transfers_final.csv").write_text("a\n"),
        0,
        ["data/raw/mine/transfers_final.csv: is none of the tables of a case, and is not read. Move it away."],
    ),
    "a row of totals that names both ends": (
        appended("transfers.csv", "T4,S1,,,Belarus,Bulgaria,Konkurs systems,540,,2016,,"),
        0,
        [f"{FILE}, row 5, column quantity: read '540': as many as the 3 rows of Konkurs launchers before it together"],
    ),
    "Cyrillic names": (
        edit("transfers.csv", ("Belarus,Bulgaria,Konkurs systems", "Беларусь,Болгария,Конкурс")),
        1,
        [
            f"{FILE}, row 2, column supplier | recipient | designation",
            "Is it 'Belarus' (BLR)?",
            "is it 'Bulgaria' (BGR)? Write",
            "'konkurs system' (konkurs-launcher)",
            "retransfer teach party 'Болгария' BGR",
        ],
    ),
    "a Cyrillic letter that looks Latin": (
        edit("transfers.csv", ("Sofia,Saudi", "Sоfia,Saudi")),
        1,
        [f"{FILE}, row 4, column supplier", "it holds U+043E CYRILLIC SMALL LETTER O among plain letters", "(BGR)"],
    ),
    "two sources that disagree": (
        lambda folder: (appended("sources.csv", SECOND[0])(folder), appended("transfers.csv", SECOND[1])(folder)),
        0,
        [
            f"{FILE}, row 5, column quantity: read '280': reports of one movement (Belarus → Bulgaria",
            "T1 (S1) says '300'",
            "T4 (S2) says '280'",
            "The results span them (280 to 300)",
        ],
    ),
    "a renamed file": (
        lambda folder: (folder / "transfers.csv").rename(folder / "transfers (1).csv"),
        1,
        [f"{FILE}: is missing (is it 'transfers (1).csv'?). Name the file transfers.csv"],
    ),
    "a file in capitals": (
        lambda folder: (folder / "transfers.csv").rename(folder / "Transfers.CSV"),
        1,
        [f"{FILE}: is missing (is it 'Transfers.CSV'?). Name the file transfers.csv"],
    ),
    "a workbook in place of its table": (
        lambda folder: (folder / "transfers.csv").rename(folder / "transfers.xlsx"),
        1,
        [f"{FILE}: is missing. Save the table of transfers.xlsx as CSV with commas, in UTF-8."],
    ),
    "one lot told twice": (
        appended("transfers.csv", "T4,S1,9,,Sofia,Saudi Arabia,Konkurs systems,90,,2016,,"),
        0,
        [f"{FILE}, row 5, column quantity: read '90': the same count of the same movement as T3", "Both are added up"],
    ),
    "a count from after its source": (
        edit("transfers.csv", ("Konkurs systems,300,,2016", "Konkurs systems,300,,2018")),
        0,
        [f"{FILE}, row 2, column year: read '2018': after the source itself, which is of 2017"],
    ),
    "a source read before it was there": (
        edit("sources.csv", (",2017,,,", ",2017,,2016-05-01,")),
        0,
        ["sources.csv, row 2, column accessed: read '2016-05-01': before the source was published, 2017"],
    ),
    "corrections of what is there no more": (
        lambda folder: (
            appended("corrections.csv", "transfers,T1,quantity,301,302,a slip,the text")(folder),
            appended("corrections.csv", "transfers,T9,quantity,1,2,a slip,the text")(folder),
        ),
        1,
        [
            "corrections.csv, row 2: expects '301' in transfers.csv, row 2, column quantity; read '300'",
            "corrections.csv, row 3: transfers.csv has no row with id 'T9'",
        ],
    ),
    "several rows of another width, and a doubled id": (
        edit("transfers.csv", ("T1,S1,3,,", "T1,S1,3,"), ("T2,S1", "T3,S1")),
        1,
        [f"{FILE}, row 2: has 11 cells where the header has 12", f"{FILE}, row 4, column statement_id: 'T3' is the id"],
    ),
    "two units of one item": (
        edit("transfers.csv", ("Konkurs systems,150,,2016", "Konkurs systems,150,kg,2016")),
        1,
        [f"{FILE}, row 3, column unit: read 'kg': Konkurs launchers of Bulgaria are counted in kg here, elsewhere in"],
    ),
    "a note that begins like a total": (
        edit("transfers.csv", ("another 90,,2016,,", "lots,,2016,,Totals differ in the annex.")),
        1,
        [f"{FILE}, row 4, column quantity: read 'lots': it is not in the grammar. Write the count as N"],
    ),
    "a correction that makes a source unreadable": (
        appended("corrections.csv", "sources,S1,decimal,,;,a slip,the text"),
        1,
        ["sources.csv, row 2, column decimal: read ';'; must be a full stop or a comma"],
    ),
    "a workbook beside its table": (
        lambda folder: (folder / "transfers.xlsx").write_bytes(b"PK"),
        0,
        ["data/raw/mine/transfers.xlsx: is none of the tables of a case, and is not read"],
    ),
    "a sender that nobody knows": (
        appended("transfers.csv", "T4,S1,7,,unknown supplier(s),Bulgaria,Konkurs systems,9,,2016,,"),
        0,
        [
            f"{FILE}, row 5, column supplier: read 'unknown supplier(s)': names nobody in particular: it counts for "
            "Bulgaria, and is never linked with what others sent to, or got from, such a one. If the source gives a "
            "name, write it."
        ],
    ),
    "a finding about nobody": (
        edit("case.toml", ('party = "BGR"', 'party = "XXX"')),
        1,
        ["case.toml: [focus] party = 'XXX' is nobody in particular"],
    ),
    "a parameter that is none": (
        edit("case.toml", ("[parameters]", '[parameters]\norigin = "XYZ"')),
        1,
        ["case.toml: origin='XYZ'"],
    ),
}


def test_a_new_case_has_nothing_wrong_and_says_what_is_empty(checkout, case):
    done = checkout.retransfer("check", "mine")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[-1] == "0 wrong, 1 doubtful, 4 still empty, in mine."
    assert [line.split()[0] for line in lines[:-1]] == ["doubtful", *["still"] * 4]
    assert "sources.csv, row 2, column sha256: no SHA-256" in lines[0]
    assert checkout.retransfer("check", "mine", "--strict").returncode == 1


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_its_cure(name, checkout, case):
    change, code, words = MISTAKES[name]
    change(case)
    done = checkout.retransfer("check", "mine")
    assert [word for word in words if word not in done.stdout] == [], done.stdout + done.stderr
    assert done.returncode == code, done.stdout


def test_a_notebook_that_was_saved_with_other_results_is_named(checkout, case):
    path = checkout.path / "notebooks" / "3-scenarios.ipynb"
    before = path.read_bytes()
    checkout.edit(path, 'results: str = \\"published\\"', 'results: str = \\"mine\\"')
    done = checkout.retransfer("check", "mine")
    path.write_bytes(before)
    assert done.returncode == 1
    assert done.stdout.startswith("wrong        notebooks/3-scenarios.ipynb: parameters: results is 'mine'")


@pytest.mark.parametrize("named", ["T4", "S2"])
def test_nothing_is_doubtful_about_what_is_left_out(checkout, case, named):
    MISTAKES["two sources that disagree"][0](case)
    edit("case.toml", ('# leave_out = ""', f'leave_out = "{named}"'))(case)
    done = checkout.retransfer("check", "mine")
    assert done.returncode == 0, done.stdout
    assert "differ" not in done.stdout and "T4" not in done.stdout


def test_a_run_without_a_source_tells_no_doubt_about_it(checkout, case):
    MISTAKES["two sources that disagree"][0](case)
    done = checkout.retransfer("run", "mine", "-p", "leave_out=S2")
    assert done.returncode == 0, done.stderr
    assert "differ" not in done.stdout


def test_machines_get_file_row_and_column(checkout, case):
    edit("transfers.csv", ("Saudi Arabia", "Saudi"))(case)
    done = checkout.retransfer("check", "mine", "--json")
    wrong = [finding for finding in json.loads(done.stdout) if finding["level"] == "wrong"]
    assert [(f["case"], f["file"], f["row"], f["column"], f["read"]) for f in wrong] == [
        ("mine", FILE, 4, "recipient", "Saudi")
    ]
    assert done.returncode == 1


def test_what_is_published_has_nothing_wrong(checkout, case):
    done = checkout.retransfer("check")
    assert done.returncode == 0
    assert "0 wrong" in done.stdout
    missing = checkout.retransfer("check", "mina")
    assert missing.returncode == 1
    assert "no case 'mina' in data/raw" in missing.stderr


def test_spellings_are_read_too(checkout, case):
    own = checkout.path / "data" / "raw" / "reference" / "own"
    own.mkdir()
    (own / "parties.csv").write_text("spelling,code,note\nSofia's,BGR,\nSofia,GRC,\nAthens,Greece,\n", encoding="utf-8")
    done = checkout.retransfer("check")
    assert done.returncode == 1
    assert "reference/own/parties.csv, row 4, column code: read 'Greece'; must be the code of a party" in done.stdout
    (own / "parties.csv").write_text("spelling,code,note\nSofia,GRC,\n", encoding="utf-8")
    assert "row 2, column spelling: 'Sofia' means 'BGR' in an earlier row" in checkout.retransfer("check").stdout
    (own / "parties.csv").unlink()
    own.rmdir()
