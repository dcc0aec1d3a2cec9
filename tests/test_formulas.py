"""Formulas as text, computed exactly as intervals."""

from fractions import Fraction
from math import inf

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.formulas import evaluate
from analysis.tables import typed

BALANCES = typed(
    pd.DataFrame(
        [
            ["BGR", "a", "piece", 240, 240, 240, 216, 216, 216, "T1", "T3 T4"],
            ["BGR", "b", "piece", 100, None, 200, 50, None, 60, "T5", "T6"],
            ["BGR", "c", "piece", 10, None, None, 5, 5, 5, "T7", "T8"],
            ["BGR", "d", "piece", None, None, None, 5, 5, 5, "", "T8"],
            ["BGR", "d", "tonne", 1, 1, 1, 1, 1, 1, "", "T9"],
        ],
        columns=[
            "party",
            "item",
            "unit",
            *(f"{stem}_{end}" for stem in ("received", "sent") for end in ("low", "best", "high")),
            "received_statements",
            "sent_statements",
        ],
    ),
    "balances",
)
TABLES = {"balances": BALANCES}


def test_exact_terms_give_exact_fractions():
    received, sent = "balances[BGR,a].received", "balances[BGR,a].sent"
    interval, terms = evaluate(f"({received} - {sent}) / ({received} + {sent})", TABLES)
    assert interval == (Fraction(24, 456),) * 3  # 24 unaccounted against 240 + 216 counted
    assert [(term.text, term.statements) for term in terms] == [(received, "T1"), (sent, "T3 T4")]


def test_intervals_are_carried_through():
    received, sent = "balances[BGR,b].received", "balances[BGR,b].sent"
    assert evaluate(f"{received} - {sent}", TABLES)[0] == (40, None, 150)  # 100 − 60 to 200 − 50
    assert evaluate(f"{sent} / {received}", TABLES)[0] == (Fraction(50, 200), None, Fraction(60, 100))


def test_a_term_that_recurs_is_the_same_number_both_times():
    received = "balances[BGR,b].received"
    assert evaluate(f"{received} - {received}", TABLES)[0] == (0, None, 0)
    sent = "balances[BGR,b].sent"
    low, _, high = evaluate(f"({received} - {sent}) / ({received} + {sent})", TABLES)[0]
    assert (low, high) == (Fraction(40, 160), Fraction(150, 250))  # at (100, 60) and (200, 50)


def test_no_upper_limit_stays_none():
    assert evaluate("balances[BGR,c].received - balances[BGR,c].sent", TABLES)[0] == (5, None, inf)


def test_unknown_stays_unknown():
    assert evaluate("balances[BGR,d,piece].received", TABLES)[0] == (-inf, None, inf)


def test_between_has_no_best_figure():
    assert evaluate("between(0, balances[BGR,a].sent)", TABLES)[0] == (0, None, 216)


def test_the_lesser_and_the_greater_of_two():
    received, sent = "balances[BGR,b].received", "balances[BGR,b].sent"
    assert evaluate(f"max({received}, {sent})", TABLES)[0] == (100, None, 200)
    assert evaluate(f"min(120, {received})", TABLES)[0] == (100, None, 120)
    assert evaluate("max(0, balances[BGR,a].sent - balances[BGR,a].received)", TABLES)[0] == (0, 0, 0)


def test_what_two_have_in_common_and_all_they_span():
    received, sent = "balances[BGR,b].received", "balances[BGR,a].sent"  # 100 to 200 and 216
    assert evaluate(f"hull({received}, {sent})", TABLES)[0] == (100, None, 216)
    assert evaluate(f"overlap({received}, 150)", TABLES)[0] == (150, None, 150)
    assert evaluate(f"overlap({sent}, 216)", TABLES)[0] == (216, 216, 216)


def test_a_decimal_is_exact():
    assert evaluate("balances[BGR,a].received * 1.1", TABLES)[0] == (264, 264, 264)


def test_dividing_by_what_may_be_nought_says_nothing():
    assert evaluate("balances[BGR,a].sent / (balances[BGR,a].sent - 216)", TABLES)[0] == (-inf, None, inf)


def test_counting_rows():
    assert evaluate("count(balances)", TABLES)[0] == (5, 5, 5)
    assert evaluate("count(balances[BGR,d])", TABLES)[0] == (2, 2, 2)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("balances[XXX,a].sent", "names 0 rows"),
        ("balances[BGR,d].sent", "names 2 rows"),
        ("flows[BGR]", "no processed table 'flows'"),
        ("balances[BGR,a].sent ** 2", "cannot compute"),
        ("-count(balances)", "cannot compute"),
    ],
)
def test_a_formula_that_cannot_be_computed_is_an_error(formula, message):
    with pytest.raises(InputError, match=message):
        evaluate(formula, TABLES)
