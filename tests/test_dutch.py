"""Dutch transit licences: what passed, how much of what, and what is no transit."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cells import Problem
from analysis.errors import InputError
from analysis.names import Unresolved, resolve_party
from analysis.quantities import Unreadable
from analysis.registers import layouts
from analysis.registers.dutch import COLUMNS, LAYOUT, read_dutch
from analysis.registers.dutch_counts import lots
from analysis.registers.dutch_places import place, year_of
from analysis.registers.dutch_shifts import put_back

MADE = Path(__file__).parent / "registers" / "nl_transit.csv"


@pytest.fixture(scope="module")
def register():
    return read_dutch(MADE)


def line(register, row: str) -> dict:
    found = register.statements.set_index("statement_id").loc[row]
    return {name: None if value is pd.NA else value for name, value in found.items()}


def counted(text: str, goods: str) -> list[tuple]:
    """What is counted, least, most, unit."""
    return [(lot.goods, lot.low, lot.high, lot.unit) for lot in lots((text, goods))]


def test_every_cell_of_a_licence_is_kept(register):
    assert line(register, "r2") == {
        "source_id": "nl-transit",
        "locator": "row 2",
        "role": "third",
        "reporter": "NLD",
        "supplier": "USA",
        "recipient": "ISR",
        "item": "patronen",
        "unit": "licensed piece",
        "year": 2005,
        "low": 2350,
        "high": 2350,
        "qualifier": "licensed",
        "year_basis": "inferred",
        "kind": "licence",
        "quantity_as_printed": "2,350",
        "corrected": "",
        "category": "",
        "designation": "Patronen",
        "origin": "",
        "via": "NLD",
        "first_year": 2005,
        "last_year": 2005,
        "remark": "applied for on 01/31/2005 | consent 20000001 | ad hoc licence N | Vliegtuig | exit Schiphol",
    }


def test_a_notification_is_told_from_a_licence_and_spelling_does_not_matter(register):
    found = line(register, "r3")
    assert (found["supplier"], found["recipient"], found["qualifier"]) == ("SWE", "GBR", "notified")


@pytest.mark.parametrize(
    ("text", "goods", "expected"),
    [
        ("2,500,000", "Slaghoedjes", [("Slaghoedjes", 2_500_000, 2_500_000, "piece")]),
        ("7,066", "kg. Explosieven", [("Explosieven", 7066, 7066, "kg")]),
        ("11600", "kg.D2 nitrocellulose", [("D2 nitrocellulose", 11600, 11600, "kg")]),
        ("9 kg", "kg Explosieven", [("Explosieven", 9, 9, "kg")]),
        ("0,10 kg", "Explosieven", [("Explosieven", 0, 1, "kg")]),
        ("1.234.567 kg", "Staal", [("Staal", 1_234_567, 1_234_567, "kg")]),
        ("2.500 stuks", "Patronen", [("Patronen", 2500, 2500, "piece")]),
        ("100", "gram traangas", [("traangas", 100, 100, "gram")]),
        ("5000 Ft", "Lont", [("Lont", 5000, 5000, "foot")]),
        ("1", "Zending munitie", [("munitie", None, None, "piece")]),
        ("3", "M 113 voertuigen", [("M 113 voertuigen", 3, 3, "piece")]),
        ("20", "40mm patronen", [("40mm patronen", 20, 20, "piece")]),
        ("20", "40 mm patronen", [("40 mm patronen", 20, 20, "piece")]),
        ("2", "2 motoren en toebehoren", [("motoren en toebehoren", 2, 2, "piece")]),
        ("ca. 500", "Patronen", [("Patronen", 450, 550, "piece")]),  # about N is half the last figure to either side
        ("72", "1 Kogelgeweer .30-06; 1 receiver; 70 patr.",
         [("Kogelgeweer .30-06", 1, 1, "piece"), ("receiver", 1, 1, "piece"), ("patr", 70, 70, "piece")]),
        ("304", "4 lopen + 300 cartons kruit", [("lopen", 4, 4, "piece"), ("kruit", None, None, "piece")]),
        ("23", "20 zakken RDX en 3 ft. lont", [("zakken RDX en 3 ft. lont", 23, 23, "piece")]),
        ("2", "1 pistool en 40 munitie", [("pistool en 40 munitie", 2, 2, "piece")]),
    ],
)  # fmt: skip
def test_counts_units_and_parts(text, goods, expected):
    assert counted(text, goods) == expected


def test_parts_that_add_up_are_lots_of_their_own(register):
    parts = [line(register, f"r12{letter}") for letter in "abc"]
    assert [(part["item"], part["low"], part["locator"]) for part in parts] == [
        ("patronen", 450_200, "row 12, part a"),
        ("slaghoedjes", 60, "row 12, part b"),
        ("lopen-kal-7-62-mm", 40, "row 12, part c"),
    ]
    assert parts[0]["remark"].endswith(
        "| of the line: 450300 450.200 Patronen, 60 slaghoedjes en 40 lopen kal. 7,62 mm"
    )
    units = [line(register, row)["unit"] for row in ("r11a", "r11b", "r13a")]
    assert units == ["licensed piece", "licensed metre", "licensed kg"]
    assert line(register, "r14")["item"] == "machinegeweren-delen-toebehoren"


def test_what_is_not_told_is_empty_and_says_why(register):
    rows = [line(register, row) for row in ("r7", "r8", "r9", "r10")]
    assert [(row["low"], row["high"]) for row in rows] == [(None, None)] * 4
    assert [row["qualifier"] for row in rows] == [
        "undisclosed; licensed",
        "unknown; licensed",
        "counted in zending, not items; licensed",
        "counted in kisten, not items; licensed",
    ]


@pytest.mark.parametrize("text", ["12.345 kg", "12,345 kg"])
def test_a_mark_that_may_part_thousands_or_decimals_is_refused(text):
    with pytest.raises(Unresolved, match="12345 or 12 and 345 thousandths"):
        lots((text, "Banden"))


@pytest.mark.parametrize("text", ["twee", "5 kg ongeveer", "1,23,4"])
def test_a_count_that_cannot_be_read_is_refused(text):
    with pytest.raises((Unresolved, Unreadable)):
        lots((text, "Patronen"))


@given(st.lists(st.integers(1, 99_999), min_size=2, max_size=5))
def test_parts_always_add_up_to_the_line(numbers):
    goods = ", ".join(f"{number} granaten type {letter}" for number, letter in zip(numbers, "abcde", strict=False))
    found = lots((str(sum(numbers)), goods))
    assert [lot.low for lot in found] == numbers
    assert [lot.low for lot in lots((str(sum(numbers) + 1), goods))] == [sum(numbers) + 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (6, "the mark may part thousands or decimals"),
        (15, "is a round trip"),
        (17, "names several states"),
        (19, "neither starts nor ends in the Netherlands"),
        (20, "the same party"),
        (21, "called off"),
        (22, "only the announcement"),
        (23, "refused"),
        (24, "sent back"),
        (28, "columns are shifted"),
        (32, "is not a day"),
        (33, "no such party is known"),
        (34, "has 5 cells where the header has 10"),
    ],
)
def test_what_is_no_transit_is_rejected_for_one_reason(register, row, reason):
    reject = register.rejects.set_index("row").loc[row]
    assert reason in reject["reason"]
    assert " | " not in reject["reason"]
    assert reject["suggestion"]


def test_every_record_is_a_statement_or_a_reject(register):
    kept = set(register.statements["locator"].str.extract(r"row (\d+)")[0].astype(int))
    assert kept | set(register.rejects["row"]) == set(range(2, 37))
    assert len(register.rejects) == 13
    assert register.filings.empty and register.stocks.empty


def test_a_way_goes_to_via_and_a_state_of_two_names_is_one(register):
    assert line(register, "r16")["via"] == "NLD; Sharjah"
    assert line(register, "r18")["recipient"] == "BIH"
    assert place("Irak via Qatar") == ("IRQ", "Qatar")
    for text in ("Irak/Qatar", "Irak en Qatar", "VS, Luxemburg"):
        with pytest.raises(Unresolved, match="several states"):
            place(text)
    for text in ("Canada v.v.", "Canada vv", "Canada (v.v.)", "Canada V.V. ", "Canada retour"):
        with pytest.raises(Unresolved, match="round trip"):
            place(text)


@pytest.mark.parametrize("row", ["r25", "r26", "r27"])
def test_shifted_cells_are_put_back_where_there_is_one_way(register, row):
    found = line(register, row)
    assert (found["supplier"], found["recipient"], found["low"]) == ("USA", "GHA", 1)
    assert " | Vliegtuig | exit Schiphol | put back in its column: " in found["remark"]


def test_cells_are_not_moved_where_all_fit_or_two_ways_do():
    fits = ("01/02/2005", "20000001", "1", "Pistool", "VS", "Ghana", "N", "", "Auto/Schip", "Luxemburg")
    assert put_back([fits]) == [(fits, "")]
    head = ("01/02/2005", "20000001", "1", "Pistool", "VS")
    for tail in (("N", "Ghana", "", "Schip", "Rotterdam"), ("Ghana", "?", "Schip", "", "Rotterdam")):  # no way, and two
        ((cells, moved),) = put_back([head + tail])
        assert cells == head + tail
        assert isinstance(moved, Problem)


def test_a_unit_that_slipped_before_the_number_of_the_consent_counts(register):
    found = line(register, "r29")
    assert (found["unit"], found["low"], found["item"]) == ("licensed kg", 480, "explosieven")
    assert "consent 20000026, in 2 lines" in found["remark"]
    assert "‘Kg’ stood before the number of the consent" in found["remark"]


def test_goods_that_differ_at_the_end_alone_stay_two_items(register):
    items = [line(register, row)["item"] for row in ("r35", "r36")]
    assert items[0] != items[1]
    assert all(len(item) <= 60 for item in items)


def test_day_and_month_change_no_year():
    assert [year_of(text) for text in ("01/31/2005", "31/12/2005", "1-2-2006", "2007-03-04")] == [
        2005,
        2005,
        2006,
        2007,
    ]
    for text in ("13/13/2005", "02/30/2005", "2005", ""):
        with pytest.raises(Unresolved, match="not a day"):
            year_of(text)


def test_marks_of_footnotes_and_lines_before_the_header_do_not_matter(tmp_path, register):
    text = (
        MADE.read_text(encoding="utf-8")
        .replace(" (****)", "")
        .replace("land van bestemming (**)", "Land van bestemming")
    )
    path = tmp_path / "nl.csv"
    path.write_bytes(f"Doorvoer 2005\n{text}".encode("latin-1"))
    assert layouts.detect(path) is LAYOUT
    found = read_dutch(path).statements
    assert list(found["item"]) == list(register.statements["item"])
    assert found["locator"].iloc[0] == "row 3"


def test_another_header_is_refused_with_what_differs(tmp_path):
    path = tmp_path / "nl.csv"
    path.write_text(",".join((*COLUMNS[:9], "Kaliber")) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="'Plaats van uitgang' is named 'Kaliber'"):
        read_dutch(path)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("VS", "USA"), ("V.S.", "USA"), ("VK", "GBR"), ("VAE", "ARE"), ("Duitsland", "DEU"), ("letland", "LVA"),
        ("Zuid-Afrika", "ZAF"), ("Zuid Korea", "KOR"), ("Australie", "AUS"), ("Frans Gyuana", "GUF"),
        ("Kirgizië", "KGZ"), ("Onbekend", "XXX"), ("Turks- en Caicoseilanden", "TCA"), ("Hongkong", "HKG"),
    ],
)  # fmt: skip
def test_states_as_the_dutch_print_them(name, code):
    assert resolve_party(name, register="nl") == code
