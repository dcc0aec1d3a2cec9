"""The same registers in other years and states: spellings, marks and bytes that their files are known to have."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.names import Unresolved, resolve_party
from analysis.registers import comtrade, dutch, sipri, unroca
from analysis.registers.dutch_places import year_of
from analysis.registers.layout import Register
from analysis.registers.layouts import detect, read

UN = ",".join(unroca.LAYOUT.columns)
DEALS = ",".join(name or " " for name in sipri.DEAL_COLUMNS)
DUTCH = ",".join(dutch.COLUMNS)
DEAL = "{},Norway,2001,,5,,P-15,air search radar,{},,{},New,{},4,20,20"
TRANSIT = "{},20000001,{},{},VS,{},N,,Vliegtuig,Schiphol"


def read_lines(tmp_path: Path, *lines: str, encoding: str = "utf-8", ends: str = "\n") -> Register:
    path = tmp_path / "register.csv"
    path.write_bytes((ends.join(lines) + ends).encode(encoding))
    return read(path)


def line_of(found: Register) -> dict:
    """The one statement of a register; an unknown cell is None."""
    assert len(found.statements) == 1, found.rejects.to_dict("records")
    return {name: None if value is pd.NA else value for name, value in found.statements.iloc[0].items()}


def un(tmp_path: Path, table: str, category: str, *, count: str = "5", what: str = "", to: str = "Peru") -> Register:
    return read_lines(tmp_path, UN, f'{table},2015,Norway,"{to}",{category},{count},,,"{what}",')


@pytest.mark.parametrize(
    ("table", "category", "slug"),
    [
        ("light_weapons_export", "1. Heavy machine guns", "heavy-machine-guns"),
        ("light_weapons_import", "3. Portable anti-tank guns", "portable-anti-tank-guns"),
        ("light_weapons_export", "7. Others", "other-light-weapons"),
        ("small_arms_export", "6. Others", "other-small-arms"),
        ("small_arms_import", "Others", "other-small-arms"),
        ("salw_export", "7. Others", "other-light-weapons"),
        ("salw_export", "6. Others", "other-small-arms"),
        ("salw_export", "Others", "other-small-arms-and-light-weapons"),
        ("major_export", "V. (b) Rotary-wing unmanned combat aerial vehicles", "combat-drones-rotary-wing"),
        ("major_export", "VII. Missiles and missile launchers", "missiles-and-launchers"),
        ("major_export", "VII.b. MANPADS", "manpads"),
    ],
)  # fmt: skip
def test_categories_of_all_tables_and_years(tmp_path, table, category, slug):
    found = line_of(un(tmp_path, table, category))
    assert (found["category"], found["item"]) == (slug, slug)
    assert found["role"] == ("importer" if table.endswith("import") else "exporter")


@pytest.mark.parametrize("what", ["-", "–", "nil", "None", "N/A", ""])
def test_a_nought_beside_a_word_for_nothing_is_a_nought(tmp_path, what):
    assert line_of(un(tmp_path, "major_export", "I. Battle tanks", count="0", what=what))["high"] == 0


def test_a_nought_beside_a_weapon_is_none(tmp_path):
    found = line_of(un(tmp_path, "major_export", "I. Battle tanks", count="0", what="T-72"))
    assert (found["low"], found["high"], found["qualifier"]) == (None, None, "0 beside a description")


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("The former Yugoslav Rep. of Macedonia", "MKD"), ("Iran (Islamic Rep. of)", "IRN"), ("Unknown", "XXX"),
        ("Various", "XXN"), ("Not declared", "XXN"), ("Taiwan, Province of China", "TWN"), ("Micronesia", "FSM"),
        ("UNIFIL", "XUN"), ("KFOR", "XNT"), ("Congo (Dem. Rep. of)", "COD"), ("Fed. Rep. of Yugoslavia", "YUG"),
        ("Korea, Rep. of", "KOR"), ("Congo, Republic of", "COG"), ("Serbia and Montenegro", "SCG"),
    ],
)  # fmt: skip
def test_partners_as_the_un_register_prints_them(tmp_path, to, code):
    assert line_of(un(tmp_path, "major_export", "I. Battle tanks", to=to))["recipient"] == code


def test_the_state_that_holds_may_have_a_column_of_its_own(tmp_path):
    header = f",{UN},country"  # and an index that pandas saved
    stock, sent = (
        "0,military_holdings,2015,,,I. Battle tanks,212,,,,,Norway",
        "1,major_export,2015,Norway,Peru,I,5,,,,,",
    )
    found = read_lines(tmp_path, header, stock, sent.replace(",I,", ",I. Battle tanks,"))
    assert found.stocks[["party", "kind", "low"]].values.tolist() == [["NOR", "holding", 212]]
    assert line_of(found)["statement_id"] == "r3"


def test_a_file_in_windows_letters_with_a_gap_in_its_numbers(tmp_path):
    row = "major_export,2015.0,Norway,Côte d’Ivoire,I. Battle tanks,5.0,,,T–72,"
    found = line_of(read_lines(tmp_path, UN, row, "", ",,,,,,,,,", encoding="cp1252", ends="\r\n"))
    assert (found["recipient"], found["year"], found["low"], found["designation"]) == ("CIV", 2015, 5, "T–72")


def test_two_unknown_parties_are_not_one(tmp_path):
    found = read_lines(
        tmp_path, DEALS, DEAL.format("unknown recipient(s)", 5, 2003, "").replace("Norway", "unknown supplier(s)")
    )
    assert found.rejects["reason"].tolist() == ["neither sender nor receiver is anybody in particular"]


def test_notes_and_a_header_within_a_list_are_called_so(tmp_path):
    found = read_lines(tmp_path, DEALS, DEAL.format("Macedonia", 5, 2003, "aid"), DEALS, "* a rebel group; ** a body")
    assert found.rejects["reason"].tolist() == [
        "is the header once more, and no record",
        "is a title, a note or a total, and no record",
    ]
    assert line_of(found)["recipient"] == "MKD"


@pytest.mark.parametrize(
    ("comment", "via"),
    [
        ("bought via and financed by USA", "USA"),
        ("$43 m deal (bought via US company)", "US company"),
        ("ordered via USA from US production line", "USA"),
        ("ordered and delivered via Belarus (for 6 aircraft)", ""),
    ],
)
def test_via_is_a_place_or_a_party(tmp_path, comment, via):
    assert line_of(read_lines(tmp_path, DEALS, DEAL.format("Chad", 5, 2003, comment)))["via"] == via


def test_semicolons_that_a_spreadsheet_left_behind(tmp_path):
    found = read_lines(tmp_path, DEALS + ";;;;;", DEAL.format("Chad", "5.0", "2003.0", "") + ";;;;", ends="\r\n")
    assert (line_of(found)["low"], line_of(found)["year"]) == (5, 2003)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        ("31-12-09", 2009),
        ("1 maart 2010", 2010),
        ("01-mrt-10", 2010),
        ("3 okt. 2011", 2011),
        ("01/02/2010 00:00:00", 2010),
    ],
)
def test_days_as_the_dutch_write_them(day, year):
    assert year_of(day) == year


@pytest.mark.parametrize("day", ["31-12-98", "32 maart 2010", "1 march 2010", "1 2010"])
def test_what_may_be_another_day_is_refused(day):
    with pytest.raises(Unresolved, match="is not a day"):
        year_of(day)


@pytest.mark.parametrize(
    ("count", "low"), [("1.250.000", 1250000), ("12 st.", 12), ("n.v.t.", None), ("diverse", None), ("0", None)]
)
def test_counts_as_the_dutch_write_them(tmp_path, count, low):
    assert line_of(read_lines(tmp_path, DUTCH, TRANSIT.format("31-12-09", count, "Patronen", "Irak")))["low"] == low


@pytest.mark.parametrize(
    ("goods", "to"),
    [("Geweer v.v.", "Irak"), ("Geweer", "Irak v.v"), ("Geweer", "Irak V.V."), ("Geweer", "Irak (v.v.)")],
)
def test_a_round_trip_wherever_it_is_said(tmp_path, goods, to):
    found = read_lines(
        tmp_path, "Doorvoer 2009", "", DUTCH, TRANSIT.format("31-12-09", 1, goods, to), "Totaal,,,,,,,,,"
    )
    assert len(found.statements) == 0
    assert found.rejects["reason"].str.contains("round trip").tolist() == [True, False]
    assert found.rejects["suggestion"].tolist()[1] == "leave it out"


def test_suggestions_are_of_about_the_same_length():
    with pytest.raises(Unresolved) as error:
        resolve_party("Various")  # “us” is within it, and means nothing here
    assert "USA" not in error.value.suggestion
    with pytest.raises(Unresolved) as error:
        resolve_party("CÃ´te d'Ivoire")
    assert "CIV" in error.value.suggestion


def test_years_of_comtrade_with_a_gap(tmp_path):
    header, first, *_ = (Path(__file__).parent / "registers" / "comtrade.csv").read_text(encoding="utf-8").splitlines()
    found = read_lines(tmp_path, header, first.replace(",2018,52,2018,579,", ",2018.0,52.0,2018.0,579.0,"))
    assert detect(tmp_path / "register.csv") is comtrade.LAYOUT
    assert (line_of(found)["year"], line_of(found)["supplier"]) == (2018, "NOR")


@pytest.mark.parametrize(
    ("what", "item"),
    [
        ("Saxon APC", "saxon-apc"), ("AIM-120 C7 (5)", "aim-120-c7"), ("5 x Leopard 2 A4", "leopard-2"),
        ("Missiles", ""), ("Launchers & missiles", ""), ("5 patrol boats", ""), ("see comments", ""), ("-", ""),
    ],
)  # fmt: skip
def test_what_is_named_is_never_added_to_its_category(tmp_path, what, item):
    found = line_of(un(tmp_path, "major_export", "II. Armoured combat vehicles", what=what))
    assert found["item"] == (item or found["category"])


def test_parts_that_no_table_knows_are_items_of_their_own(tmp_path):
    what = "Caesar – 3 pcs; TR-122 – 2 pcs"
    found = un(tmp_path, "major_export", "III. Large calibre artillery systems", what=what).statements
    assert found[["item", "low"]].values.tolist() == [["caesar", 3], ["tr-122", 2]]
    assert set(found["category"]) == {"large-calibre-artillery"}
