"""The tables of spellings hold the meaning; here every row is a test, and any text reads or is refused."""

import csv
import pickle
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.quantities import Quantity, Span, Unreadable, parse_amount, parse_date, parse_quantity, parse_year

HERE = Path(__file__).parent
LEAST_ROWS = {"quantities": 150, "amounts": 40, "years": 25, "dates": 30, "advice": 60}
QUALIFIERS = {"exact", "about", "at least", "at most", "range", "estimate", "undisclosed", "unknown", "none"}


def table(name: str) -> list[dict[str, str]]:
    """Read one table of spellings, its \\u00a0 escapes resolved in the text column."""
    lines = (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=3)
    return [row | {"text": unescaped(row["text"])} for row in rows]


def unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def each_row(name: str):
    """Give every row of a table its own test, named by its text."""
    rows = table(name)
    ids = [f"{number}:{ascii(row['text'])[1:-1]}" for number, row in enumerate(rows, 1)]
    return pytest.mark.parametrize("row", rows, ids=ids)


def check(row: dict[str, str], parse, expected) -> None:
    """The row's text reads as expected, or is refused for the reason that the row tells."""
    if not row["reason_contains"]:
        assert parse() == expected, row["why"]
        return
    with pytest.raises(Unreadable) as refusal:
        parse()
    assert row["reason_contains"] in refusal.value.reason, row["why"]
    assert refusal.value.suggestion
    assert refusal.value.text in (row["text"], row.get("currency"))


def number(text: str, kind: type = int):
    return kind(text) if text else None


@each_row("quantities")
def test_quantity(row):
    expected = Quantity(number(row["low"]), number(row["high"]), row["qualifier"])
    check(row, lambda: parse_quantity(row["text"], row["decimal"]), expected)


@each_row("amounts")
def test_amount(row):
    expected = (number(row["low"], Decimal), number(row["high"], Decimal), row["code"], row["qualifier"])
    check(row, lambda: parse_amount(row["text"], row["currency"], row["decimal"]), expected)


@each_row("years")
def test_year(row):
    check(row, lambda: parse_year(row["text"]), number(row["year"]))


@each_row("dates")
def test_date(row):
    expected = Span(number(row["start"], date.fromisoformat), number(row["end"], date.fromisoformat))
    check(row, lambda: parse_date(row["text"]), expected)


@pytest.mark.parametrize("name", LEAST_ROWS)
def test_tables_are_whole(name):
    rows = table(name)
    assert len(rows) >= LEAST_ROWS[name]
    assert all(None not in row and None not in row.values() and row["why"] for row in rows)
    keys = [tuple(row.get(name) for name in ("kind", "text", "typed", "currency", "decimal")) for row in rows]
    assert len(set(keys)) == len(keys)


def test_every_qualifier_has_a_row():
    assert {row["qualifier"] for row in table("quantities")} - {""} == QUALIFIERS


def test_message_and_pickle():
    with pytest.raises(Unreadable) as refusal:
        parse_quantity("24\x00O")
    assert str(refusal.value) == (
        'cannot read "24\\x00O" as a quantity: it contains the control character U+0000;'
        " type the text afresh in plain letters and digits, or as the figure or date that it means"
    )
    assert str(pickle.loads(pickle.dumps(refusal.value))) == str(refusal.value)


def test_a_column_of_blanks_names_no_currency():
    assert parse_amount("€5", " ") == parse_amount("€5") == (5, 5, "EUR", "exact")


def test_unknown_decimal_mark():
    with pytest.raises(ValueError, match="decimal is"):
        parse_quantity("240", decimal="·")


# ---- properties

WORDS = "about up to at least between and or more 1 12 240 1,200 1.5 - – ( ) ? hundred thousand two € $ m kg % /"
PRINTED = st.lists(st.sampled_from([*WORDS.split(), " "]), max_size=12).flatmap(
    lambda words: st.sampled_from(["".join(words), " ".join(words)])
)
ANY = st.one_of(st.text(), PRINTED, st.text(alphabet="0123456789., -'()", max_size=30))
PARSERS = [
    parse_quantity,
    lambda text: parse_quantity(text, ","),
    lambda text: parse_amount(text, "EUR"),
    parse_amount,
    parse_year,
    parse_date,
]


def outcome(parse, text: str):
    try:
        return parse(text)
    except Unreadable as refusal:
        return refusal.reason


@settings(deadline=None)
@given(ANY)
@example("1" * 200)
@example("\ud800")
@example("0." + "0" * 190 + "1 million")
def test_any_text_reads_or_is_refused(text):
    for parse in PARSERS:
        outcome(parse, text)


@settings(deadline=None)
@given(ANY, st.sampled_from([" ", "\t", "\n", "\u00a0", "\u3000 "]))
def test_blanks_at_the_ends_change_nothing(text, blank):
    for parse in PARSERS:
        assert outcome(parse, blank + text + blank) == outcome(parse, text)


@settings(deadline=None)
@given(PRINTED)
def test_low_is_never_above_high(text):
    read = outcome(parse_quantity, text)
    if isinstance(read, Quantity):
        assert read.qualifier in QUALIFIERS
        assert read.low is None or read.low >= 0
        assert read.high is None or read.low <= read.high
        assert (read.low is None) == (read.qualifier in ("unknown", "undisclosed"))


@settings(deadline=None)
@given(st.integers(1, 10**15), st.sampled_from(["", ",", " ", "'", "’", "_", "\u00a0", "\u202f", "\u2009"]))
def test_separators_round_trip(n, separator):
    assert parse_quantity(f"{n:,}".replace(",", separator)) == (n, n, "exact")


@settings(deadline=None)
@given(st.integers(1, 10**15))
def test_points_round_trip_with_a_decimal_comma(n):
    assert parse_quantity(f"{n:,}".replace(",", "."), decimal=",") == (n, n, "exact")


@settings(deadline=None)
@given(st.integers(0, 10**17))
def test_cents_round_trip(cents):
    text = f"EUR {cents // 100:,}.{cents % 100:02}"
    assert parse_amount(text)[:2] == (Decimal(cents) / 100,) * 2


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_dates_round_trip(day):
    for text in (f"{day:%Y-%m-%d}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}"):
        assert parse_date(text) == (day, day)


UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def speak(n: int, link: str) -> str:
    """Spell 0..9999 in English, with `link` (" and " or " ") before the tens."""
    if n < 20:
        return UNITS.split()[n]
    if n < 100:
        return TENS.split()[n // 10] + (f"-{UNITS.split()[n % 10]}" if n % 10 else "")
    size, word = (100, "hundred") if n < 1000 else (1000, "thousand")
    rest = n % size
    joint = link if rest < 100 else " "
    return f"{speak(n // size, link)} {word}" + (joint + speak(rest, link) if rest else "")


@pytest.mark.parametrize("link", [" and ", " "])
def test_every_number_word_round_trips(link):
    for n in (*range(1100), *range(1100, 10_000, 37)):
        assert parse_quantity(speak(n, link)) == (n, n, "exact" if n else "none")


@pytest.mark.parametrize("piece", ["1", "1,000", "9 ", "-", "one ", "one-", "and ", "between 1 and ", "(", "a few "])
def test_long_texts_end(piece):
    """No pattern backtracks without end on a hostile text: such a run would never finish."""
    for text in (piece * 200, (piece * 200)[:200], (piece * 200)[:199] + "!"):
        for parse in PARSERS:
            outcome(parse, text)


@pytest.mark.parametrize(
    ("text", "cure"),
    [("٢٤٠", "write “240”"), ("٢ж", "type the text afresh"), ("Δ24", "type the text afresh")],
)
def test_digits_of_another_script_are_written_out_where_nothing_else_is_strange(text, cure):
    with pytest.raises(Unreadable, match=cure):
        parse_quantity(text)


def test_a_sum_that_is_whole_is_written_without_a_point():
    assert str(parse_amount("37.9 million", currency="EUR").low) == "37900000"
