"""What a person is told to do whose text cannot be read; what is to be typed stands in advice.tsv."""

import pytest

from analysis.quantities import Unreadable, parse_amount, parse_currency, parse_date, parse_quantity, parse_year

COUNTS = {
    "#N/A": "the figure that the source prints",
    "nan": "leave it empty if unknown",
    "-12": "a dash may have been a range or a bullet",
    "1e3": "all digits that the source prints",
    "12 May": "move it to the date or year column",
    "10 %": "the figure itself, if the source gives it",
    "2x40": "give each lot its own row",
    "136 + 80": "give each lot its own row",
    "5 euros": "move it to the values table",
    "5 km": "how many items there were",
    "12 boxes": "how many items they hold",
    "24 per year": "how many were delivered in all",
    "24 ordered": "how many were delivered",
    "240 in total": "if no other row tells a part of it",
    "at least 200-250": "the one or the other",
    "fewer than 0": "0 if the source says none",
    "1,20": "its decimal mark",
    "plenty": "N-M, about N, at least N or up to N if the source gives one",
    "240 (two hundred)": "check the source",
    "9999999999999999": "check the figure",
    "1.5": "check it against the source",
    "1.200": "set decimal to a comma for this source",
    "9999999999999999999": "check the figure",
    "1" * 201: "put prose in the note",
    "24О": "type the text afresh in plain letters and digits",
    "٢4٠x": "if the source gives one; if not, leave the cell empty",
    "2\u200b4": "type the text afresh in plain letters and digits",
}
AMOUNTS = {
    "5 million": "put its code (ISO 4217), such as EUR or NOK, in the column currency",
    "5 million doubloons": "put its code (ISO 4217) in the column currency",
    "€37.9m each": "price_limits",
    "€5 or £6": "check the source",
    "1€200": "before or after the whole amount",
    "€0.005": "check it against the source",
}
YEARS = {
    "2015-16": "leave the cell empty, for a count without a year can be of any",
    "FY 2015": "if the source means the calendar year",
    "last year": "write the year itself if it can be told",
    "about 2015": "set year_basis to inferred",
    "1899": "check the figure",
}
DATES = {
    "../2011": "write the first date that the source gives",
    "last week": "set date_basis to inferred",
    "c. 2015": "set date_basis to inferred",
    "summer 2015": "put the words in date_as_printed",
    "gone by": "YYYY-MM-DD, YYYY-MM or YYYY",
    "2015-13": "check the source",
    "2015-04-31": "check the source",
    "1815": "check the figure",
}


def told(parse, text: str) -> str:
    with pytest.raises(Unreadable) as refusal:
        parse(text)
    return refusal.value.suggestion


@pytest.mark.parametrize("text", COUNTS)
def test_a_count(text):
    assert COUNTS[text] in told(parse_quantity, text)


@pytest.mark.parametrize("text", AMOUNTS)
def test_a_sum_of_money(text):
    assert AMOUNTS[text] in told(parse_amount, text)


def test_a_currency_that_no_table_knows():
    assert "ISO 4217" in told(parse_currency, "doubloons")


@pytest.mark.parametrize("text", YEARS)
def test_a_year(text):
    assert YEARS[text] in told(parse_year, text)


@pytest.mark.parametrize("text", DATES)
def test_a_date(text):
    assert DATES[text] in told(parse_date, text)


@pytest.mark.parametrize(
    ("parse", "kind"),
    [(parse_quantity, "a quantity"), (parse_amount, "an amount"), (parse_year, "a year"), (parse_date, "a date")],
)
def test_the_message_says_what_was_to_be_read(parse, kind):
    with pytest.raises(Unreadable) as refusal:
        parse("é" + "x" * 78 + "yz")
    shown = "é" + "x" * 78 + "y"  # 80 characters of it
    wanted = f'cannot read "{shown}" as {kind}: {refusal.value.reason}; {refusal.value.suggestion}'
    assert (str(refusal.value), refusal.value.kind) == (wanted, kind)
    assert str(Unreadable("x", "a count", "why")) == 'cannot read "x" as a count: why'


@pytest.mark.parametrize("mark", ["", ";", "..", ",."])
def test_a_decimal_mark_is_a_point_or_a_comma(mark):
    for parse in (lambda: parse_quantity("1", mark), lambda: parse_amount("€1", "", mark)):
        with pytest.raises(ValueError, match=r'^decimal is "\." or ",", not '):
            parse()
