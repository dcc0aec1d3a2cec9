"""SIPRI's registers: what is a delivery, when, how sure; whose name is whose; records broken over lines."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.names import party_name, resolve_party
from analysis.reconcile import flows
from analysis.registers import layouts, sipri
from analysis.registers.sipri import DEAL_YEARS, DEALS, read_deal_years, read_deals
from analysis.registers.sipri_cells import via
from analysis.registers.slugs import slug
from analysis.tables import typed

MADE = Path(__file__).parent / "registers"
HEADER = (
    "Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,Number delivered, ,"
    "Year(s) of delivery,status,Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons"
)
DEAL = "Chad,Norway,2001,,5,,P-15,air search radar,5,,2003,New,{},4,20,20"


@pytest.fixture(scope="module")
def deals():
    return read_deals(MADE / "sipri_deals.csv")


@pytest.fixture(scope="module")
def years():
    return read_deal_years(MADE / "sipri_deal_years.csv")


def line(register, row: str) -> dict:
    found = register.statements.set_index("statement_id").loc[row]
    return {name: None if value is pd.NA else value for name, value in found.items()}


def written(tmp_path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "deals.csv"
    path.write_bytes("\n".join(["A preamble;", header, *rows, ""]).encode(encoding))
    return path


def test_every_cell_of_a_deal_is_kept(deals):
    assert line(deals, "r13") == {
        "source_id": "sipri-deals",
        "locator": "row 13",
        "role": "third",
        "reporter": "",
        "supplier": "BGR",
        "recipient": "NOR",
        "item": "mi-24v-mi-35",
        "unit": "piece",
        "year": 2006,
        "low": 12,
        "high": 12,
        "qualifier": "estimate",
        "year_basis": "printed",
        "quantity_as_printed": "12?",
        "kind": "",
        "corrected": "",
        "category": "combat-helicopter",
        "designation": "Mi-24V/Mi-35, combat helicopter",
        "origin": "",
        "via": "",
        "first_year": 2006,
        "last_year": 2006,
        "remark": "Second hand | comment: Second-hand | ordered 18? in 2004? | TIV per unit 3 | TIV of the order 54"
        " | TIV delivered 36",
    }


def test_several_years_bound_a_delivery_and_give_it_none(deals):
    deal = line(deals, "r14")
    assert [deal[name] for name in ("year", "first_year", "last_year", "year_basis", "low")] == [
        None,
        1971,
        1975,
        "",
        40,
    ]
    assert deal["remark"].startswith("delivered in 1971; 1972; 1975 | ")


def test_a_missile_is_never_its_launcher(deals):
    assert line(deals, "r15")["item"] == "konkurs-missile"
    assert line(deals, "r17")["item"] == "konkurs-launcher"
    assert line(deals, "r17")["category"] == "anti-tank-system"


def test_the_name_of_a_system_described_as_missile_is_not_its_launcher(tmp_path):
    names = ("AT-5 Spandrel", "9K113", "9P135M")
    rows = (f"Chad,Iran,2001,,5,,{name},anti-tank missile,5,,2003,New,,1,1,1" for name in names)
    assert list(read_deals(written(tmp_path, *rows)).statements["item"]) == [*["konkurs-missile"] * 2, "9p135m"]


def test_an_uncertain_supplier_stays_as_printed_and_is_called_uncertain(deals):
    deal = line(deals, "r15")
    assert (deal["supplier"], deal["recipient"]) == ("XXX", "XHO")
    assert deal["qualifier"] == "estimate; supplier uncertain"


def test_via_is_of_this_lot_and_neither_party(deals):
    assert [line(deals, row)["via"] for row in ("r16", "r17", "r18")] == ["Cypriot company", "", ""]
    assert via("New; delivered via Libya; sent via Malta", "Ukraine", "Chad") == "Libya; Malta"


def test_an_order_is_no_movement(deals):
    rejects = deals.rejects.set_index("row")
    assert set(rejects.loc[[19, 20], "reason"]) == {"no delivery yet: it is an order, and no movement"}
    assert rejects.loc[27, "reason"] == "nothing was delivered, though a year of delivery is given"
    assert rejects.loc[19, ["id", "column", "text"]].tolist() == ["r19", "Number delivered", "0"]


def test_a_number_that_is_not_given_is_undisclosed(deals):
    deal = line(deals, "r26")
    assert (deal["low"], deal["high"], deal["year"], deal["recipient"]) == (None, None, 2003, "COG")


def test_a_record_broken_over_two_lines_is_one(deals):
    deal = line(deals, "r21")
    assert (deal["recipient"], deal["low"], deal["year"]) == ("XNT", 5, 2003)
    assert "comment: 'Águila' programme; for a base in Norway | ordered" in deal["remark"]
    assert deal["remark"].endswith(" | broken over rows 21 and 22")


def test_a_short_line_that_makes_no_record_is_rejected_alone(deals):
    assert deals.rejects.set_index("row").loc[23, "reason"] == "has 7 cells where the header has 16"
    assert line(deals, "r24")["low"] == 5


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (("Chad,Norway,2001,,5,,P-15,air", "search radar,5,,2003,New,", "x,4,20,20"), ["r3"]),  # over three lines
        (("Chad,Norway,2001,,5,,P-15,air", "radar,5,,2003,New,x,4,20,20,7"), []),  # one cell too many
        (("Chad,Norway,2001,,5,,P-15,air", DEAL.format("")), ["r4"]),  # the second half is missing
    ],
)
def test_lines_are_joined_only_where_they_make_exactly_one_record(tmp_path, rows, kept):
    register = read_deals(written(tmp_path, *rows))
    assert list(register.statements["statement_id"]) == kept


@pytest.mark.parametrize(
    ("row", "column"),
    [
        *((25, "Recipient"), (28, "recipient"), (29, "Number delivered?")),
        *((30, "Year(s) of delivery"), (31, "Weapon designation")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_set_aside_with_a_reason(deals, row, column):
    reject = deals.rejects.set_index("row").loc[row]
    assert reject["column"] == column
    assert reject["reason"] and reject["suggestion"]


def test_bytes_decide_between_utf_8_and_latin_1(deals, tmp_path):
    text = (MADE / "sipri_deals.csv").read_text(encoding="utf-8")
    path = tmp_path / "latin.csv"
    path.write_bytes(text.encode("latin-1"))
    pd.testing.assert_frame_equal(read_deals(path).statements, deals.statements)
    assert layouts.detect(path) is DEALS


def test_lots_of_one_deal_in_one_year_add_up(years):
    assert line(years, "r13")["quantity_as_printed"] == "2"
    assert line(years, "r14")["quantity_as_printed"] == "3?"
    flow = flows(typed(years.statements, "transfers")).query("recipient == 'TCD'").iloc[0]
    assert (flow["low"], flow["high"], flow["year"], flow["agreement"]) == (5, 5, 2013, "third only")


def test_an_estimated_year_is_inferred_and_an_empty_flag_says_nothing(years):
    assert [line(years, row)["year_basis"] for row in ("r13", "r14", "r15")] == ["printed", "inferred", "printed"]
    assert [line(years, row)["qualifier"] for row in ("r13", "r14", "r15")] == ["exact", "estimate", "exact"]


def test_what_ends_every_line_is_no_text(years):
    assert layouts.detect(MADE / "sipri_deal_years.csv") is DEAL_YEARS
    assert "local production: Yes | " in line(years, "r15")["remark"]
    assert "local production" not in line(years, "r13")["remark"]
    assert line(years, "r15")["item"] == "bushmaster"


def test_a_flag_that_is_none_and_a_year_without_delivery_are_rejects(years):
    rejects = years.rejects.set_index("row")
    assert rejects.loc[16, "column"] == "Order date is estimate"
    assert rejects.loc[17, "reason"].startswith("no delivery yet")


def test_older_files_part_cells_with_semicolons_and_name_columns_otherwise(tmp_path, years):
    lines = (MADE / "sipri_deal_years.csv").read_text(encoding="utf-8").splitlines()
    header = lines[11].replace("SIPRI AT Database ID", "Deal ID").replace("Supplier,Recipient", "Seller,Buyer")
    older = [line.rstrip(";").replace(",", ";") for line in (header, *lines[12:])]
    path = tmp_path / "older.csv"
    path.write_text("\n".join(["Transfers, of major arms", "", *older]) + "\n", encoding="utf-8")
    assert layouts.detect(path) is DEAL_YEARS
    same = ["supplier", "recipient", "item", "low", "year", "qualifier"]
    pd.testing.assert_frame_equal(read_deal_years(path).statements[same], years.statements[same])


def test_sipri_is_never_a_side_nor_files(deals, years):
    for register in (deals, years):
        assert set(register.statements["role"]) == {"third"}
        assert set(register.statements["reporter"]) == {""}
        assert register.filings.empty and register.stocks.empty


def test_a_register_by_supplier_has_the_same_columns_in_another_order(tmp_path):
    header = HEADER.replace("Recipient,Supplier", "Supplier,Recipient")
    path = written(tmp_path, DEAL.format(""), header=header)
    assert layouts.detect(path) is DEALS
    assert read_deals(path).statements[["supplier", "recipient", "low"]].values.tolist() == [["TCD", "NOR", 5]]


def test_another_header_is_refused_with_what_differs(tmp_path):
    path = written(tmp_path, DEAL.format(""), header=HEADER.replace("Number delivered", "Number sent"))
    with pytest.raises(InputError, match=r"'Number delivered' is named 'Number sent'"):
        read_deals(path)


def test_without_a_header_nothing_is_read(tmp_path):
    with pytest.raises(InputError, match="sipri-deals"):
        read_deals(written(tmp_path, header="a,b"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Soviet Union", "SUN"), ("Yemen Arab Republic (North Yemen)", "YEM"), ("East Germany (GDR)", "DDR"),
        ("Unknown recipient(s)", "XXX"), ("unknown supplier(s)", "XXX"), ("United Nations**", "XUN"),
        ("African Union**", "XAU"), ("Biafra*", "XBI"), ("HoR (Libya)*", "XHL"), ("Turkiye", "TUR"),
        ("DR Congo", "COD"), ("Congo", "COG"), ("Cote d'Ivoire", "CIV"), ("Viet Nam", "VNM"), ("UAE", "ARE"),
        ("Armas (Guatemala)*", "XAG"), ("ZAPU (Zimbabwe)*", "XZP"), ("RSF (Sudan)*", "XRF"),
    ],
)  # fmt: skip
def test_parties_as_sipri_prints_them(name, code):
    assert resolve_party(name, register="sipri") == code
    assert party_name(code) != code


def test_slugs_are_short_and_two_texts_stay_two():
    assert slug("Mi-24V/Mi-35") == "mi-24v-mi-35"
    assert slug("Éclair Ø 5") == "eclair-o-5"
    assert slug(" – ") == ""
    long = "a rather long description of goods that goes on and on for ever "
    assert slug(long + "1") != slug(long + "2")
    assert slug(long + "1") == slug(long.upper() + " 1")
    assert len(slug(long + "1")) <= 60


def test_no_record_is_lost_of_a_generated_file(tmp_path):
    rows = [DEAL.format(f"no {number}") for number in range(50)] + ["Chad,Norway", ",,,", DEAL.format("via Malta")]
    register = read_deals(written(tmp_path, *rows))
    assert len(register.statements) == 51
    assert list(register.rejects["row"]) == [53]  # a line without any text is none


def test_modules_name_their_layouts():
    assert (sipri.DEALS.read, sipri.DEAL_YEARS.read) == (read_deals, read_deal_years)
