"""Reference rates of the European Central Bank as it published them, and what it did not publish."""

import re
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from analysis import store
from analysis.errors import InputError
from analysis.exchange import converted, rate
from analysis.paths import PUBLISHED
from analysis.tables import typed

CASE = "belarus-bulgaria-2015"


def amounts(*rows: tuple) -> pd.DataFrame:
    """(low, high, currency) → sums of money."""
    table = [
        {"statement_id": f"V{place}", "low": low and Decimal(low), "high": high and Decimal(high), "currency": currency}
        for place, (low, high, currency) in enumerate(rows, start=1)
    ]
    return typed(pd.DataFrame(table), "amounts")


# Published by the bank: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates
DAILY = [
    ("USD", "2015-06-30", "1.1189"),
    ("GBP", "2015-06-30", "0.7114"),
    ("BGN", "2015-06-30", "1.9558"),
    ("USD", "1999-01-04", "1.1789"),  # the first ever
]
YEARLY = [("USD", "2015", "1.1095"), ("GBP", "2015", "0.7258"), ("USD", "1999", "1.0658"), ("USD", "2020", "1.1422")]


@pytest.mark.parametrize(("currency", "day", "published"), DAILY)
def test_a_day_has_the_rate_as_published(currency, day, published):
    assert rate("EUR", currency, day) == Decimal(published)


@pytest.mark.parametrize(("currency", "year", "published"), YEARLY)
def test_a_year_has_the_mean_of_its_days(currency, year, published):
    assert round(rate("EUR", currency, year), 4) == Decimal(published)


def test_other_currencies_go_through_the_euro():
    assert float(rate("GBP", "USD", "2015-06-30")) == pytest.approx(1.1189 / 0.7114, rel=1e-15)
    assert float(rate("USD", "EUR", "2015-06-30")) == pytest.approx(1 / 1.1189, rel=1e-15)
    ratio = rate("EUR", "USD", "2015") / rate("EUR", "GBP", "2015")  # of the averages, not the average of ratios
    assert rate("GBP", "USD", "2015") == ratio


def test_the_published_sum_in_dollars():
    table = store.load(CASE, PUBLISHED, "amounts")["amounts"]
    found = converted(table, "USD", "2015-06-30").iloc[0]
    assert found["low"] == found["high"] == Decimal("42406310")  # 37,900,000 × 1.1189
    assert found[["currency", "rate", "rate_of"]].tolist() == ["USD", Decimal("1.1189"), "2015-06-30"]
    assert found["amount_as_printed"] == "37.9 million euros"


def test_products_are_exact():
    found = converted(amounts(("123456789012345678901234567.89", None, "EUR")), "USD", "2015-06-30").iloc[0]
    assert Fraction(found["low"]) == Fraction(12345678901234567890123456789 * 11189, 10**6)
    assert found["high"] is None


def test_sums_in_the_currency_already_or_without_one_stay_as_they_are():
    table = amounts(("5", "6", "USD"), (None, None, ""), ("7", "7", "EUR"))
    found = converted(table, "USD", "2015")
    assert found["low"].tolist()[:2] == [Decimal(5), None]
    assert found["currency"].tolist() == ["USD", "", "USD"]
    assert found["rate"].notna().tolist() == [False, False, True]
    assert found["rate_of"].tolist() == ["", "", "2015"]


def test_a_currency_without_rates_needs_none_for_its_own_sums():
    found = converted(amounts(("5", "6", "UAH")), "UAH", "2015")
    assert found["low"].tolist() == [Decimal(5)]


def test_without_parameters_every_sum_keeps_its_own():
    table = amounts(("5", "6", "USD"), ("7", "7", "EUR"))
    found = converted(table)
    pd.testing.assert_frame_equal(found[table.columns], table)
    assert found["rate"].isna().all()
    assert (found["rate_of"] == "").all()
    assert "rate" not in table


WRONG = {
    ("USD", "2015-07-04"): r"published no rates that day, a Saturday\. .* such as 2015-07-03",
    ("USD", "2015-04-06"): r"that day, a Monday\. .* such as 2015-04-02",  # Easter Monday; Good Friday had none either
    ("USD", "1998-12-31"): r"go from 1999-01-04 to 20\d\d-\d\d-\d\d\. Name a day within",
    ("USD", "2199-01-04"): r"go from 1999-01-04 to 20\d\d-\d\d-\d\d\. Name a day within",
    ("USD", "1998"): r"no average of that year\. .*: name a year from 1999 to 20\d\d",
    ("USD", "2199"): r"no average of that year\. .*: name a year from 1999 to 20\d\d",
    ("USD", "2015-02-30"): r"there is no such day\. Write one as 2015-06-30",
    ("USD", "June 2015"): r"is neither a day, such as 2015-06-30, nor a year, such as 2015",
    ("USD", "2015-6-30"): r"is neither a day",
    ("RUB", "2022-03-02"): r"no rate of RUB that day\. It quotes RUB from 2005-04-01 to 2022-03-01",
    ("RUB", "2022"): r"no rate of RUB on 2\d\d of the 257 days it published rates in 2022, first on 2022-03-02",
    (
        "usd",
        "2015",
    ): r"currency 'usd': .* gives no rates of it \(did you mean 'USD'\?\)\. From 1999-01-04 to .* AUD, BGN",
    ("KPW", "2015"): r"currency 'KPW'",
    ("USD", ""): r"currency='USD', rate_of='': .* Give both, or leave both empty",
    ("", "2015"): r"currency='', rate_of='2015': .* Give both, or leave both empty",
}


@pytest.mark.parametrize(("currency", "rate_of"), WRONG)
def test_what_was_not_published_is_an_error(currency, rate_of):
    with pytest.raises(InputError, match=WRONG[currency, rate_of]):
        converted(amounts(("5", "6", "EUR")), currency, rate_of)


def test_a_day_without_rates_is_an_error_even_where_nothing_is_converted():
    with pytest.raises(InputError, match="published no rates that day"):
        converted(amounts(("5", "6", "EUR")), "EUR", "2015-07-04")


def test_a_sum_in_a_currency_without_rates_cannot_be_converted():
    with pytest.raises(InputError, match="currency 'UAH': the European Central Bank gives no rates of it"):
        converted(amounts(("5", "6", "UAH")), "EUR", "2015")


def test_only_years_that_are_over_in_the_table_have_an_average():
    with pytest.raises(InputError) as fault:
        rate("EUR", "USD", "2199")
    end, last = re.search(r"to (\S+): name a year from 1999 to (\d+)", str(fault.value)).groups()
    assert f"{last}-12-31" <= end < f"{int(last) + 1}-12-31"
    assert rate("EUR", "USD", last) > 0
    with pytest.raises(InputError, match="there is no average of that year"):
        rate("EUR", "USD", str(int(last) + 1))
