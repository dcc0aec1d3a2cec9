"""The UN Register: who reports what, what is undisclosed, what is parted, and what is set aside with a reason."""

from pathlib import Path

import pandas as pd
import pytest

from analysis import schemas
from analysis.errors import AccountsError, InputError
from analysis.paths import REFERENCE
from analysis.reconcile import flows
from analysis.registers import layouts, unroca
from analysis.registers.filings import filings_from
from analysis.registers.levels import at_level
from analysis.registers.rows import accounted, lettered
from analysis.registers.unroca import CATEGORIES, LAYOUT, read_unroca
from analysis.tables import read_raw, typed

MADE = Path(__file__).parent / "registers" / "unroca.csv"
HEADER = ",".join(LAYOUT.columns)


@pytest.fixture(scope="module")
def register():
    return read_unroca(MADE)


def line(register, row: str) -> dict:
    found = register.statements.set_index("statement_id").loc[row]
    return {name: None if value is pd.NA else value for name, value in found.items()}


def written(tmp_path, *rows: str, name: str = "unroca.csv", header: str = HEADER) -> Path:
    path = tmp_path / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_exporter_reports_exports_and_the_importer_imports(register):
    sent, received = line(register, "r2"), line(register, "r3")
    assert [sent[name] for name in ("role", "reporter", "supplier", "recipient")] == ["exporter", "NOR", "NOR", "POL"]
    assert [received[name] for name in ("role", "reporter", "supplier", "recipient")] == [
        *("importer", "POL", "NOR", "POL")
    ]  # fmt: skip


def test_every_cell_of_a_line_is_kept(register):
    assert line(register, "r2") == {
        "source_id": "unroca",
        "locator": "row 2",
        "role": "exporter",
        "reporter": "NOR",
        "supplier": "NOR",
        "recipient": "POL",
        "item": "leopard-2",
        "unit": "piece",
        "year": 2013,
        "low": 9,
        "high": 9,
        "qualifier": "exact",
        "year_basis": "printed",
        "quantity_as_printed": "9",
        "kind": "",
        "corrected": "",
        "category": "battle-tanks",
        "designation": "Leopard 2 A4",
        "origin": "DEU",
        "via": "Sweden",
        "first_year": 2013,
        "last_year": 2013,
        "remark": "for training",
    }


def test_two_spellings_of_one_weapon_meet_and_flows_are_made_of_them(register):
    tanks = typed(at_level(register.statements, "item"), "transfers").query(
        "item == 'leopard-2' and recipient == 'POL'"
    )
    flow = flows(tanks).iloc[0]
    assert (flow["exporter_low"], flow["importer_low"]) == (9, 7)


def test_counts_in_a_description_part_the_line(register):
    mortars, guns = line(register, "r4a"), line(register, "r4b")
    assert (mortars["item"], mortars["low"], mortars["high"], mortars["locator"]) == (
        *("mortar-82mm", 30, 30, "row 4, part a"),
    )  # fmt: skip
    assert (guns["item"], guns["low"], guns["designation"]) == ("large-calibre-artillery", 10, "Light gun")
    assert (mortars["quantity_as_printed"], guns["quantity_as_printed"]) == ("30", "10")
    assert mortars["category"] == guns["category"] == "large-calibre-artillery"


def test_counts_that_do_not_add_up_leave_the_line_whole(register):
    found = line(register, "r5")
    assert (found["low"], found["high"], found["qualifier"]) == (15, 15, "exact; parts add up to 30")
    assert found["designation"] == "15 PLATFORMA\nposts + 15\nROSSO launchers"


def test_a_count_that_is_the_lines_own_does_not_hide_the_weapon(register):
    assert (line(register, "r24")["item"], line(register, "r24")["low"]) == ("leopard-2", 6)


@pytest.mark.parametrize(
    ("row", "qualifier"),
    [("r6", "undisclosed"), ("r7", "undisclosed"), ("r8", "unknown"), ("r9", "0 beside a description")],
)
def test_undisclosed_is_never_nought(register, row, qualifier):
    found = line(register, row)
    assert (found["low"], found["high"], found["qualifier"]) == (None, None, qualifier)


def test_a_nought_without_a_description_is_a_stated_nought(register):
    assert [line(register, "r10")[name] for name in ("low", "high", "quantity_as_printed")] == [0, 0, "0"]


def test_small_arms_tables(register):
    rifles, guns = line(register, "r11"), line(register, "r12")
    assert (rifles["category"], rifles["item"], rifles["low"]) == ("rifles-and-carbines", "rifles-and-carbines", 1200)
    assert (guns["category"], guns["role"], guns["reporter"]) == ("light-machine-guns", "importer", "NOR")


def test_congo_is_the_republic_in_this_register(register):
    assert line(register, "r12")["supplier"] == "COG"


def test_holdings_and_production_are_stocks(register):
    stocks = register.stocks.set_index("statement_id")
    columns = ["kind", "party", "item", "year", "low", "high", "category"]
    assert stocks[columns].T.to_dict("list") == {
        "r13": ["holding", "CHL", "leopard-1", 2012, 140, 140, "battle-tanks"],
        "r14a": ["holding", "PER", "bmp-1", 2012, 120, 120, "armoured-combat-vehicles"],
        "r14b": ["holding", "PER", "bmp-2", 2012, 180, 180, "armoured-combat-vehicles"],
        "r15": ["production", "NOR", "warships", 2013, 2, 2, "warships"],
    }
    assert not set(register.statements["statement_id"]) & set(stocks.index)


def test_an_origin_that_cannot_be_read_stays_in_the_remark(register):
    assert line(register, "r22")["origin"] == ""
    assert line(register, "r22")["remark"] == "sold as scrap; state of origin: Nordland"


def test_numbered_categories(register):
    assert line(register, "r23")["category"] == "combat-drones"
    assert line(register, "r8")["category"] == "combat-aircraft"
    assert line(register, "r5")["category"] == "manpads"


def test_no_year_is_no_year(register):
    assert [line(register, "r25")[name] for name in ("year", "first_year", "last_year", "year_basis")] == [
        *(None, None, None, "")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "reason", "suggestion"),
    [
        (16, "table", "is no table of the register", "major_export"),
        (17, "exporter", "no such party is known", "NOR"),
        (18, "category", "has the number of another category than battle tanks", "source"),
        (19, "category", "is no category of the UN Register", "designations.csv"),
        (20, "importer | recipient", "sender and receiver are the same party", ""),
        (21, "num_items", "", ""),
        (26, "row", "has 6 cells where the header has 10", "commas"),
    ],
)
def test_rejects_say_why(register, row, column, reason, suggestion):
    found = register.rejects.set_index("row").loc[row]
    assert found["id"] == f"r{row}"
    assert set(found["column"].split(" | ")) <= set(column.split(" | "))
    assert reason in found["reason"]
    assert suggestion in found["reason"] + found["suggestion"]


def test_every_record_is_a_statement_a_stock_or_a_reject(register):
    kept = register.statements["statement_id"].tolist() + register.stocks["statement_id"].tolist()
    rows = {int("".join(c for c in name if c.isdigit())) for name in kept}
    assert sorted(rows | set(register.rejects["row"])) == list(range(2, 27))
    assert not rows & set(register.rejects["row"])
    assert set(register.rejects["table"]) == {"unroca"}


def test_a_lost_record_is_named(register):
    lost = register._replace(statements=register.statements.iloc[1:])
    with pytest.raises(AccountsError, match="rows 2 were lost"):
        accounted(MADE, range(2, 27), lost)
    twice = register._replace(statements=pd.concat([register.statements, register.statements.iloc[:1]]))
    with pytest.raises(AccountsError, match="rows r2 have an id given twice"):
        accounted(MADE, range(2, 27), twice)
    with pytest.raises(AccountsError, match="rows 26 are not of the file"):
        accounted(MADE, range(2, 26), register)


def test_the_tables_are_as_the_schema_says(register):
    for name, table in register._asdict().items():
        assert list(table) == schemas.names(schemas.PROCESSED[name]), name
        assert not table.duplicated([*schemas.KEYS[name]]).any(), name


def test_a_register_without_lines(tmp_path):
    assert [len(table) for table in read_unroca(written(tmp_path))] == [0, 0, 0, 0]


def test_every_category_has_a_spelling_and_a_name():
    spelled = set(read_raw(REFERENCE / "designations.csv", "designations")["item"])
    assert set(CATEGORIES) <= spelled
    assert set(CATEGORIES) <= set(read_raw(REFERENCE / "items.csv", "items")["item"])


@pytest.mark.parametrize("spelling", sorted(unroca.TABLES))
def test_every_spelling_of_a_table(tmp_path, spelling):
    found = read_unroca(written(tmp_path, f"{spelling.replace('_', ' ').title()},2013,Norway,Peru,VI. Warships,1,,,,"))
    assert len(found.statements) + len(found.stocks) == 1
    assert bool(len(found.stocks)) == (unroca.TABLES[spelling] in ("holding", "production"))


def test_many_parts_have_letters_of_their_own():
    letters = [letter for letter, _ in lettered(list(range(60)))]
    assert (letters[0], letters[25], letters[26], letters[52]) == ("a", "z", "aa", "ba")
    assert len(set(letters)) == 60
    assert [letter for letter, _ in lettered(["whole"])] == [""]


def test_who_listed_something_filed(register):
    filed = register.filings
    assert set(zip(filed["party"], filed["year"], strict=True)) == {
        *(("CHL", 2012), ("PER", 2012), ("NOR", 2013), ("POL", 2013), ("NOR", 2014))
    }  # fmt: skip
    assert set(filed["filed"]) == {"yes"}
    assert set(filed["basis"]) == {"listed"}


def test_a_list_of_who_filed_adds_nil_reports_and_silence(tmp_path, register):
    path = written(tmp_path, "Congo,2013,nil", "Peru,2013,no", "Poland,2013,yes", header="party,year,filed")
    found = filings_from(path, register.filings, "unroca").set_index(["party", "year"])
    assert found.loc[("COG", 2013)].tolist() == ["yes", "stated"]
    assert found.loc[("PER", 2013)].tolist() == ["no", "stated"]
    assert found.loc[("POL", 2013)].tolist() == ["yes", "listed"]
    assert len(found) == 7


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Norway,2013,no", "row 2: NOR did not file for 2013, but the register lists lines of its own"),
        ("Norwey,2013,no", "row 2, column party: 'Norwey'"),
        ("Norway,,no", "row 2, column year"),
        ("Norway,2013,perhaps", "row 2, column filed: 'perhaps': is not yes, nil or no"),
        ("Peru,2015,no\nPeru,2015,yes", "row 3: PER 2015 stands in row 2 already"),
    ],
)
def test_a_list_of_who_filed_is_checked(tmp_path, register, row, message):
    with pytest.raises(InputError) as error:
        filings_from(written(tmp_path, row, header="party,year,filed"), register.filings)
    assert message in str(error.value)


def test_the_order_of_lines_changes_nothing_but_their_numbers(tmp_path, register):
    rows = [
        f"major_export,2013,Norway,{party},VI. Warships,{count},,,,"
        for party, count in (("Peru", 1), ("Chile", 2), ("Poland", 3))
    ]
    found = [layouts.read(written(tmp_path, *order)).statements for order in (rows, rows[::-1])]
    columns = ["recipient", "low", "high", "item"]
    first, second = (table[columns].sort_values("recipient", ignore_index=True) for table in found)
    pd.testing.assert_frame_equal(first, second)
