"""What a person is told whose text cannot be read: the reason and what to write instead, word for word."""

import pytest

from analysis.quantities import Unreadable, parse_amount, parse_date, parse_quantity, parse_year

COUNTS = {
    "#N/A": ("it is a spreadsheet's error or formula", "write the figure that the source prints"),
    "nan": ("it is a program's word, not a source's", "leave it empty if unknown"),
    "-12": ("it is negative", "check the source: a dash may have been a range or a bullet"),
    "0x10": ("it is a hexadecimal number", "write it in decimal digits"),
    "1e3": ("it is a spreadsheet's scientific notation", "write all its digits"),
    "12 May": ("it is a date", "move it to the date or year column"),
    "12/05/2015": ("it is a date", "move it to the date or year column"),
    "1/2": ("it is a fraction, a date or two figures", "write one whole figure"),
    "10 %": ("it is a share", "write the figure that it is a share of, or leave it empty"),
    "2x40": ("it multiplies two figures", "if these are lots, give each lot its own row"),
    "136 + 80": ("it adds two figures", "give each lot its own row"),
    "20-odd": ("“odd” does not say how many more", "if the source means so, write “at least 20”"),
    "5 euros": ("it is money", "move it to the values table"),
    "5 kg": ("it is a weight", "count the items"),
    "5 km": ("it is a length", "count the items"),
    "5 m": ("“m” may be metres or millions", "write the word"),
    "1.5k": ("“k” is shorthand", "write 1.5 thousand"),
    "1,200 k": ("“k” is shorthand", "write 1,200 thousand"),
    "12 boxes": ("it counts containers, not items", "write how many items they hold"),
    "No. 12": ("it looks like a number in a series", "write the count alone"),
    "at least 200-250": ("“at least” and a range contradict each other", "write the one or the other"),
    "fewer than 0": ("nothing is less than none", "write 0 if the source says none"),
    "250-200": ("the range runs downwards", "write 200-250"),
    "1,250-1,200": ("the range runs downwards", "write 1,200-1,250"),
    "200-50": ("the range runs downwards", "write 200-250 if that is meant"),
    "24O": ("it has letters that look like digits", "write 240"),
    "l2i": ("it has letters that look like digits", "write 121"),
    "1,20": ("its marks do not group the digits by three", "check the figure and its decimal mark"),
    "1,20 million": ("its marks do not group the digits by three", "check the figure and its decimal mark"),
    "12 t-shirts": ("it is a weight", "count the items"),
    "12 air-to-air": ("“air-to-air” is not a unit of the grammar",
                      "write the figure alone, the unit in its column"),
    "plenty": ("it is not in the grammar", "write a figure such as 240, or leave it empty if unknown"),
    "240 (two hundred)": ("its two figures differ, 240 and 200", "check the source"),
    "240.0": ("a spreadsheet wrote it as a decimal", "write 240"),
    "9999999999999999": ("it is larger than any figure here", "check the figure"),
    "1.5": ("it is not a whole number", "check it"),
    "1.200": ("it needs to know its decimal mark",
              "write 1200, or set decimal to “,”, if “.” separates thousands here"),
    "9999999999999999999": ("it has more digits than any count", "check the figure"),
    "007": ("a leading zero looks like an identifier", "write 7 if it is a count"),
    "1" * 201: ("it is longer than 200 characters", "put prose in the note"),
    "24О": ("it contains CYRILLIC CAPITAL LETTER O", "type the text afresh in plain letters and digits"),
    "٢٤٠": ("it contains ARABIC-INDIC DIGIT TWO", "write 240"),
    "٢4٠x": ("it contains ARABIC-INDIC DIGIT TWO", "write 240x"),
    "2\u200b4": ("it contains ZERO WIDTH SPACE", "type the text afresh in plain letters and digits"),
    "2\x9f4": ("it contains the control character U+009F", "type the text afresh in plain letters and digits"),
}  # fmt: skip
WITH_COMMA = {
    "1,200": ("it needs to know its decimal mark",
              "write 1200, or set decimal to “.”, if “,” separates thousands here"),
    "1,5": ("it is not a whole number", "check it"),
    "240,0": ("a spreadsheet wrote it as a decimal", "write 240"),
}  # fmt: skip
AMOUNTS = {
    "5 million": ("it names no currency", "write it with the amount, as in EUR 37.9 million"),
    "$5": ("“$” is the name of several currencies", "write USD, CAD or AUD"),
    "€5 or £6": ("its currencies differ, EUR and GBP", "check the source"),
    "£5 or €6": ("its currencies differ, EUR and GBP", "check the source"),
    "1€200": ("a currency stands between two figures", "write the sign before or after the whole amount"),
    "€0.005": ("it has parts of a cent", "check it"),
}  # fmt: skip
YEARS = {
    "2015.0": ("a spreadsheet wrote it as a decimal", "write 2015"),
    "15": ("it does not say which century", "write 2015 or 1915"),
    "2015-16": ("it covers more than one year", "give each year its own row"),
    "FY 2015": ("a financial year is not a calendar year", "write 2015 if the source means the calendar year"),
    "xfy 2015": ("it is not a calendar year", "write four digits, or leave it empty"),
    "fy 20155": ("it is not a calendar year", "write four digits, or leave it empty"),
    "last year": ("it depends on another statement", "write the year itself"),
    "about 2015": ("it is not a calendar year", "write four digits, or leave it empty"),
    "1899": ("the year is not within 1900 to 2100", "check the figure"),
}
DATES = {
    "05/06/2015": ("day and month may be either way round", "write 2015-06-05 or 2015-05-06"),
    "../2011": ("it has no start", "write the first date that the source gives"),
    "2011-05/": ("it does not say whether the end is open", "write 2011-05/.. if it goes on"),
    "last week": ("it depends on when it was written", "resolve it to a date and set date_basis to inferred"),
    "2011–12": ("a dash between figures may be a span of years", "write start/end, as in 2011/2012"),
    "summer 2015": ("it is not a date that this grammar knows", "write 2024-11-27, 2024-11, 2024 or start/end"),
    "2015-13": ("there is no such month", "check the source"),
    "2015-04-31": ("there is no such day", "check the source"),
    "2012/2011": ("it ends before it starts", "write 2011/2012 if the ends were swapped"),
    "1815": ("the year is not within 1900 to 2100", "check the figure"),
}


def told(parse, text: str) -> tuple[str, str]:
    with pytest.raises(Unreadable) as refusal:
        parse(text)
    return refusal.value.reason, refusal.value.suggestion


@pytest.mark.parametrize("text", COUNTS)
def test_a_count(text):
    assert told(parse_quantity, text) == COUNTS[text]


@pytest.mark.parametrize("text", WITH_COMMA)
def test_a_count_with_a_decimal_comma(text):
    assert told(lambda printed: parse_quantity(printed, ","), text) == WITH_COMMA[text]


@pytest.mark.parametrize("text", AMOUNTS)
def test_a_sum_of_money(text):
    assert told(parse_amount, text) == AMOUNTS[text]


def test_a_currency_that_no_table_knows():
    advice = "add it to CURRENCIES in analysis/quantities/money.py"
    assert told(lambda text: parse_amount(text, "NOK"), "5") == ("“nok” is not a currency in the table", advice)


@pytest.mark.parametrize("text", YEARS)
def test_a_year(text):
    assert told(parse_year, text) == YEARS[text]


@pytest.mark.parametrize("text", DATES)
def test_a_date(text):
    assert told(parse_date, text) == DATES[text]


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
