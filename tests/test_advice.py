"""What a person is told to write instead of what is refused is accepted in its place, and means what was said of it."""

import re
from functools import partial

import pytest

from analysis.quantities import (
    Amount,
    Quantity,
    Span,
    Unreadable,
    parse_amount,
    parse_currency,
    parse_date,
    parse_quantity,
    parse_year,
)
from tests import corpus
from tests.test_quantities import each_row, table

TYPED = re.compile("“(.*?)”")
EMPTY = re.compile(r"leave the (?:row as it is, set aside, or leave the )?cell empty")
PARSERS = {
    "quantity": lambda decimal: partial(parse_quantity, decimal=decimal),
    "amount": lambda decimal: partial(parse_amount, decimal=decimal),
    "currency": lambda _: parse_currency,
    "year": lambda _: parse_year,
    "date": lambda _: parse_date,
}


def refusal(parse, text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return caught.value


def in_words(meaning: object) -> str:
    """A meaning as the table writes it."""
    if isinstance(meaning, Quantity | Amount):
        ends = "..".join("" if end is None else str(end) for end in meaning[:2])
        return " ".join(filter(None, [ends, meaning.qualifier, getattr(meaning, "currency", "")]))
    if isinstance(meaning, Span):
        return f"{meaning.start}..{meaning.end or ''}" if meaning.start else "undated"
    return "none" if meaning is None else str(meaning)


@each_row("advice")
def test_advice_typed_in_means_what_it_says(row):
    parse = PARSERS[row["kind"]](row["decimal"])
    advice = refusal(parse, row["text"]).suggestion
    assert row["typed"] in TYPED.findall(advice) if row["typed"] else EMPTY.search(advice), advice
    assert in_words(parse(row["typed"])) == row["meaning"], row["why"]


REFUSED = [
    *(("quantity", row["text"], row["decimal"], "") for row in table("quantities") if row["reason_contains"]),
    *(("amount", row["text"], row["decimal"], row["currency"]) for row in table("amounts") if row["reason_contains"]),
    *(("year", row["text"], ".", "") for row in table("years") if row["reason_contains"]),
    *(("date", row["text"], ".", "") for row in table("dates") if row["reason_contains"]),
    *((entry["column"], corpus.text(entry["text"]), ".", "EUR") for _, entry in corpus.named("cells")
      if entry["column"] in PARSERS and entry["outcome"] == "set aside"),
]  # fmt: skip


def test_nothing_that_is_advised_is_refused():
    """Every suggestion of every refusal in the tables of spellings and in the corpus of bad cells, typed back in."""
    for kind, text, decimal, currency in REFUSED:
        parse = PARSERS[kind](decimal)
        own = partial(parse, currency=currency) if kind == "amount" else parse
        fault = refusal(own, text)
        for words in TYPED.findall(fault.suggestion):
            (parse_currency if fault.kind == "a currency" else own)(words)


def test_no_advice_drops_a_word_that_changes_the_number():
    """A figure alone is offered only where what stood beside it may be the name of what is counted."""
    for text in ("24 per year", "24 ordered", "10 thousand million", "240 fewer", "12 boxes", "3 t", "10 %", "2x40"):
        assert not TYPED.findall(refusal(parse_quantity, text).suggestion), text
    for text in ("€37.9m each", "€5m per year", "5 million doubloons", "5 million", "€10m and €2m"):
        assert not TYPED.findall(refusal(parse_amount, text).suggestion), text
