"""A part of a register as a case: in the register's words, and read as the register is."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis import cases, clean, cli, drafts, names, teaching
from analysis.errors import InputError
from analysis.paths import OWN, RAW
from analysis.registers import choosing, excerpt, layouts, study
from analysis.registers.choosing import Wanted
from analysis.registers.printed import LINES
from analysis.tables import read_raw

MADE = Path(__file__).parent / "registers"
FILES = {
    "unroca": "unroca.csv",
    "sipri-deals": "sipri_deals.csv",
    "sipri-deal-years": "sipri_deal_years.csv",
    "nl-transit": "nl_transit.csv",
    "comtrade": "comtrade.csv",
}
MOST_TRIED = 4
SMALL = """\
table,year,exporter,importer,category,num_items,state_of_origin,intermediate_locations,description,comments
major_export,2013,Norway,Chile,VI. Warships,2,Germany,Panama,Patrol boat Zyx,second-hand
major_export,2013,Norway,Chile,VII. (a) Missiles and missile launchers,0,,,Sea missiles,
major_export,2014,Norway,Chile,III. Large calibre artillery systems,40,,,"82 mm mortar – 30 pcs.
Light gun – 10 pcs",
small_arms_import,2013,Congo,Norway,Light machine guns,"1,200",,,,
major_export,2014,Norway,Chile,I. Battle tanks,6,,,6 Leopard 2A6M tanks,
major_import,,Norway,Chile,II. Armoured combat vehicles,classified,,,,
holdings,2013,Chile,,I. Battle tanks,140,,,Leopard 1,
major_export,2013,Norway,Chile,II. Battle tanks,1,,,,
major_export,2013,Norway,Peru,II. Battle tanks,1,,,,
"""


@pytest.fixture
def elsewhere(tmp_path, monkeypatch) -> Path:
    """A folder of raw tables of its own: what is written there leaves this checkout as it is."""
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw, ignore=shutil.ignore_patterns(OWN))
    for module in (names, teaching, study):
        monkeypatch.setattr(module, "REFERENCE", raw / "reference")
    for module in (cases, drafts):
        monkeypatch.setattr(module, "RAW", raw)
    monkeypatch.setattr(drafts, "BUILD", tmp_path / "build")
    return raw


@pytest.fixture
def small(tmp_path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path


def table(elsewhere: Path, name: str, case: str = "made") -> dict[str, dict]:
    found = read_raw(elsewhere / case / f"{name}.csv", name)
    return found.set_index(found.columns[0], drop=False).to_dict("index")


def read(case: str = "made") -> dict[str, dict]:
    tables = clean.cleaned(cases.corrected(cases.raw_tables(case)))
    assert tables["rejects"].empty
    return tables["transfers"].astype("object").set_index("statement_id").to_dict("index")


def test_rows_are_as_printed(elsewhere, small):
    excerpt.written("made", "unroca", small, Wanted(recipient="Chile"))
    rows = table(elsewhere, "transfers")
    assert list(rows) == ["r2", "r3", "r4a", "r4b", "r6", "r7"]
    columns = ["locator", "reporter", "supplier", "recipient", "designation", "quantity", "unit", "year", "year_basis"]
    printed = {name: [row[column] for column in columns] for name, row in rows.items()}
    assert printed == {
        "r2": ["row 2", "Norway", "Norway", "Chile", "Patrol boat Zyx", "2", "", "2013", "printed"],
        "r3": ["row 3", "Norway", "Norway", "Chile", "Sea missiles", "0", "", "2013", "printed"],
        "r4a": ["row 4, part a", "Norway", "Norway", "Chile", "82 mm mortar", "30", "", "2014", "printed"],
        "r4b": ["row 4, part b", "Norway", "Norway", "Chile", "Light gun", "10", "", "2014", "printed"],
        "r6": ["row 6", "Norway", "Norway", "Chile", "6 Leopard 2A6M tanks", "6", "", "2014", "printed"],
        "r7": ["row 7", "Chile", "Norway", "Chile", "II. Armoured combat vehicles", "classified", "", "", ""],
    }
    assert rows["r2"]["note"] == (
        "Filed under VI. Warships. The row gives Germany as the state of origin. "
        "It names as intermediate locations: Panama. Its comment: second-hand."
    )
    assert rows["r7"]["note"] == "The row has no description; the designation is that of its category."


def test_what_is_read_otherwise_has_a_correction_with_its_reason(elsewhere, small):
    made = excerpt.written("made", "unroca", small, Wanted())
    fixes = read_raw(elsewhere / "made" / "corrections.csv", "corrections")
    found = {(row.id, row.column): (row.expect, row.value) for row in fixes.itertuples()}
    assert found == {
        ("r3", "quantity"): ("0", "undisclosed"),
        ("r4b", "designation"): ("Light gun", "III. Large calibre artillery systems"),
        ("r5", "supplier"): ("Congo", names.party_name("COG")),
        ("r6", "designation"): ("6 Leopard 2A6M tanks", "Leopard 2A6M tanks"),
        ("r7", "designation"): ("II. Armoured combat vehicles", "armoured combat vehicles"),
    }
    assert made.corrections == 5
    assert (fixes[["reason", "evidence"]] != "").all(axis=None)
    reason = fixes.set_index("id").loc["r3", "reason"]
    assert reason.startswith("A 0 beside a description is not read as a stated nought")


def test_the_case_reads_as_the_register(elsewhere, small):
    excerpt.written("made", "unroca", small, Wanted())
    found = read()
    shown = ["role", "supplier", "recipient", "item", "low", "high"]
    assert {name: [row[column] for column in shown] for name, row in found.items() if name not in ("r3", "r7")} == {
        "r2": ["exporter", "NOR", "CHL", "patrol-boat-zyx", 2, 2],
        "r4a": ["exporter", "NOR", "CHL", "mortar-82mm", 30, 30],
        "r4b": ["exporter", "NOR", "CHL", "large-calibre-artillery", 10, 10],
        "r5": ["importer", "COG", "NOR", "light-machine-guns", 1200, 1200],
        "r6": ["exporter", "NOR", "CHL", "leopard-2", 6, 6],
    }
    for name in ("r3", "r7"):  # what is not disclosed is no nought
        assert found[name]["low"] is found[name]["high"] is None
    assert found["r3"]["quantity_as_printed"] == "0"


def test_the_file_is_the_source(elsewhere, small):
    excerpt.written("made", "unroca", small, Wanted(recipient="Chile"))
    source = table(elsewhere, "sources")["S1"]
    assert (source["title"], source["publisher"]) == ("UN Register of Conventional Arms", "United Nations")
    assert "Of 9 records of the file, this case has those received by Chile." in source["note"]
    assert "Whether the file holds every record of the register is not known." in source["note"]
    assert cases.verify_source("made", small) == ("S1", {"S1": []})
    other = small.with_name("other.csv")
    other.write_text(SMALL.replace("Light gun – 10", "Light gun – 11"), encoding="utf-8")
    found, missing = cases.verify_source("made", other)
    assert (found, missing["S1"]) == ("", ["r4b: '10' (quantity) does not stand in row 4, part b"])


def test_new_weapons_are_noted_once(elsewhere, small):
    assert excerpt.written("made", "unroca", small, Wanted()).items == 2
    assert (elsewhere / "reference/own/items.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "patrol-boat-zyx,Patrol boat Zyx,Patrol boat Zyx,piece,",
        "sea-missiles,Sea missiles,Sea missiles,piece,",
    ]
    assert (elsewhere / "reference/own/designations.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "Patrol boat Zyx,patrol-boat-zyx,",
        "Sea missiles,sea-missiles,",
    ]
    assert excerpt.written("again", "unroca", small, Wanted()).items == 0


def test_two_spellings_that_only_slugs_tell_apart_are_one(elsewhere, small):
    """A full stop is no letter of a spelling: once `M.9x` has a name, `M9x` has it as well, in the register too."""
    line = "major_export,2013,Norway,Chile,VI. Warships,1,,,{},"
    text = "\n".join([SMALL.splitlines()[0], line.format("M.9x"), line.format("M9x")])
    small.write_text(text + "\n", encoding="utf-8")
    assert set(layouts.read(small, "unroca").statements["item"]) == {"m-9x", "m9x"}
    assert excerpt.written("made", "unroca", small, Wanted()).items == 1
    assert [row["item"] for row in read().values()] == ["m-9x", "m-9x"]
    assert set(layouts.read(small, "unroca").statements["item"]) == {"m-9x"}


@pytest.mark.parametrize("fault", ["case", "tables"])
def test_all_or_nothing(elsewhere, small, monkeypatch, fault):
    if fault == "case":
        monkeypatch.setattr(excerpt, "_differences", lambda line, _read: iter([f"{line['item']} is wrong"]))
    else:  # one table of two is written
        monkeypatch.setattr(teaching, "_append", broken(teaching._append))
    before = sorted(path.relative_to(elsewhere) for path in elsewhere.rglob("*.csv"))
    with pytest.raises(InputError) as error:
        excerpt.written("made", "unroca", small, Wanted())
    assert ("r2: patrol-boat-zyx is wrong" if fault == "case" else "no room") in str(error.value)
    assert sorted(path.relative_to(elsewhere) for path in elsewhere.rglob("*.csv")) == before
    assert not list((drafts.BUILD).glob("*"))


def broken(append):
    def fails(name: str, *rows: dict) -> str:
        if name == "designations":
            raise InputError("no room")
        return append(name, *rows)

    return fails


def test_a_case_that_would_read_otherwise_is_not_written(elsewhere, small, monkeypatch):
    monkeypatch.setattr(excerpt, "corrections", lambda *_: [])
    with pytest.raises(InputError) as error:
        excerpt.written("made", "unroca", small, Wanted())
    assert "r3: low is 0 in the case and None in the register" in str(error.value)
    assert not (elsewhere / "made").exists()


@pytest.mark.parametrize("layout", FILES)
def test_every_receiver_reads_as_its_register(elsewhere, layout):
    """And every word stands in its row. The adapter is asked again, since new names may make one of two items.

    The UN Register's file has four receivers; of the others, four are enough.
    """
    path = MADE / FILES[layout]
    same = ["role", "reporter", "supplier", "recipient", "item", "unit", "year", "low", "high"]
    receivers = sorted(set(layouts.read(path, layout).statements["recipient"]))
    for place, receiver in enumerate(receivers[:MOST_TRIED]):
        case = f"made-{place}"
        every = layouts.read(path, layout).statements
        unit = every[every["recipient"] == receiver]["unit"].iloc[0]
        excerpt.written(case, layout, path, Wanted(recipient=receiver, unit=unit))
        assert cases.verify_source(case, path) == ("S1", {"S1": []})
        tables = clean.cleaned(cases.corrected(cases.raw_tables(case)))
        register = layouts.read(path, layout).statements
        wanted = register[register["recipient"].eq(receiver) & register["unit"].eq(unit)].reset_index(drop=True)
        assert tables["transfers"]["statement_id"].tolist() == wanted["statement_id"].tolist()
        assert tables["transfers"][same].astype("str").equals(wanted[same].astype("str"))
        assert tables["transfers"][["low", "high"]].isna().equals(wanted[["low", "high"]].isna())


def test_every_layout_can_be_imported():
    assert set(LINES) == set(excerpt.SOURCES) == set(FILES) == set(layouts.LAYOUTS)


def test_several_years_are_no_year(elsewhere):
    """A deal that was delivered over years: which of them each was of is not said, and the note has its words."""
    excerpt.written("made", "sipri-deals", MADE / "sipri_deals.csv", Wanted(recipient="Peru"))
    (row,) = table(elsewhere, "transfers").values()
    assert (row["year"], row["year_basis"], row["quantity"], row["designation"]) == ("", "", "40", "T-55")
    assert "The year is printed as “1971; 1972; 1975”." in row["note"]


@pytest.mark.parametrize(
    ("wanted", "party", "item"),
    [
        (Wanted(recipient="Chile"), "CHL", "large-calibre-artillery"),
        (Wanted(supplier="Norway"), "NOR", "mortar-82mm"),
        (Wanted(item="leopard-2"), "CHL", "leopard-2"),
        (Wanted(party="Norway", item="I. Battle tanks"), "NOR", "leopard-2"),
        (Wanted(years="2013"), "NOR", "light-machine-guns"),
    ],
)
def test_what_the_case_asks_about(elsewhere, small, wanted, party, item):
    """What moved most: 1,200 machine guns in 2013, 30 mortars of what Norway sent; 10 guns rather than 9 mortars."""
    if wanted.recipient:
        small.write_text(SMALL.replace("30 pcs", "9 pcs").replace(",40,", ",19,"), encoding="utf-8")
    excerpt.written("made", "unroca", small, wanted)
    focus = cases.settings("made")["focus"]
    assert (focus["party"], focus["item"]) == (party, item)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(recipient="Norwey"), "--recipient='Norwey': no such party is known"),
        (Wanted(recipient="Peru"), "no statement is received by Peru. Its years are 2013 to 2014; receivers: Chile,"),
        (Wanted(supplier="Norway", years="2020"), "no statement is sent by Norway, in 2020"),
        (Wanted(item="leopard-3"), "has no such item (did you mean 'leopard-2'?)"),
        (Wanted(years="20134"), "write a year, or the first and the last"),
    ],
)
def test_nothing_that_is_asked_for(elsewhere, small, wanted, message):
    if wanted.years == "2020":  # a record without a year may be of any
        small.write_text(SMALL.replace("major_import,,", "major_import,2013,"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        excerpt.written("made", "unroca", small, wanted)
    assert message in str(error.value)
    assert not (elsewhere / "made").exists()


def test_one_item_in_two_units(elsewhere):
    """France sent Norway 99 kg of weapons that it counts by the piece elsewhere; a case has one unit per item."""
    path = MADE / "comtrade.csv"
    with pytest.raises(InputError, match=r"hs-930190 is counted in kg and piece.*Choose one with --unit"):
        excerpt.written("made", "comtrade", path, Wanted(supplier="France"))
    excerpt.written("made", "comtrade", path, Wanted(supplier="France", unit="kg"))
    assert {row["unit"] for row in read().values()} == {"kg"}
    with pytest.raises(InputError, match=r"no statement is sent by France, counted in tonne.*units: kg"):
        excerpt.written("other", "comtrade", path, Wanted(supplier="France", unit="tonne"))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted(recipient="Chile"), True),
        (Wanted(supplier="Norway"), True),
        (Wanted(party="Chile", years="2014"), True),
        (Wanted(item="battle-tanks"), True),
        (Wanted(item="leopard-2"), False),  # it names another one
        (Wanted(years="2013"), False),
        (Wanted(recipient="Norway"), False),
        (Wanted(party="COG"), False),
    ],
)
def test_records_that_could_not_be_read_are_told_where_they_may_be_meant(elsewhere, small, wanted, told):
    line = "major_export,2014,Norway,Chile,Battle tanks,two to,,,Leopard 1,"
    small.write_text(f"{SMALL.partition('holdings')[0]}{line}\n", encoding="utf-8")
    left_out = excerpt.written("made", "unroca", small, wanted).chosen.left_out
    assert any(text.startswith("  row 8, num_items: ") for text in left_out) == told
    assert bool(left_out) == told


@pytest.mark.parametrize(("text", "year"), [("2013.0", 2013), ("02/06/2005", 2005), ("1971; 1972", None), ("", None)])
def test_the_year_of_a_record_that_could_not_be_read(text, year):
    assert choosing._year(text) == year


def test_too_many(elsewhere, small, monkeypatch):
    monkeypatch.setattr(excerpt, "MOST", 6)
    with pytest.raises(InputError, match="7 statements are chosen, and a case has at most 6"):
        excerpt.written("made", "unroca", small, Wanted())


def test_the_command(elsewhere, small):
    words = ["import", "unroca", str(small), "--case", "made", "--recipient", "Chile", "--title", "Boats"]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].endswith("raw/made/: 6 statements of small.csv, received by Chile.")
    assert lines[1] == "It asks about Chile and mortars of 82 mm."
    assert lines[2].startswith("4 corrections in corrections.csv, each with its reason")
    assert lines[3].startswith("2 new items noted in ")
    assert lines[4:] == [
        "Left out: 1 record of holdings or production, which are stocks and no movements.",
        "Left out: 1 record that may be meant and could not be read:",
        "  row 9, category: has the number of another category than battle tanks",
        "Next: `retransfer run made`.",
    ]
    assert cases.settings("made")["title"] == "Boats"
    again = CliRunner().invoke(cli.main, words)
    assert again.exit_code == 1
    assert "is there already" in again.output
    unknown = CliRunner().invoke(cli.main, ["import", "unrocka", str(small), "--case", "other"])
    assert "layout='unrocka': is one of unroca" in unknown.output


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_file_in_another_encoding_is_imported_and_verified(elsewhere, tmp_path, encoding):
    header = SMALL.split("\n", 1)[0]
    path = tmp_path / "turkish.csv"
    row = "major_export,2013,Türkiye,Norway,I. Battle tanks,5,,,Leopard 2,"
    path.write_text(f"{header}\n{row}\n", encoding=encoding)
    excerpt.written("made", "unroca", path, Wanted(recipient="Norway"))
    assert cases.raw_tables("made")["transfers"].iloc[0]["supplier"] == "Türkiye"
    assert cases.verify_source("made", path) == ("S1", {"S1": []})


def test_a_file_with_semicolons_is_imported_and_verified(elsewhere, tmp_path):
    path = tmp_path / "dutch.csv"
    with (Path(__file__).parent / "registers" / "nl_transit.csv").open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(records)
    excerpt.written("made", "nl-transit", path, Wanted(unit="piece"))
    assert cases.verify_source("made", path)[1] == {"S1": []}
