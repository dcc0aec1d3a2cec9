"""Sums of money in another currency, at the euro reference rates that the European Central Bank published.

The rates come with the library `currency_converter` (Apache 2.0), as the bank's own file since 4 January 1999; in the
version that requirements.lock pins it ends on 30 October 2026. They change only with that pin, so no result moves with
the day it is computed on. The library's fallbacks stay off: a rate that was not published is an error, never the
nearest one.
"""

import re
from datetime import date, timedelta
from decimal import Context, Decimal
from functools import lru_cache

import pandas as pd
from currency_converter import CurrencyConverter, RateNotFoundError

from analysis.characters import shortly
from analysis.errors import InputError
from analysis.hints import close_to

EURO = "EUR"
BANK = "the European Central Bank"
DIGITS = 5  # significant digits of a rate as the bank publishes it
EXACT = Context(prec=100)  # more digits than any product of a sum and a rate has
QUOTIENT = Context(prec=28)


def converted(amounts: pd.DataFrame, currency: str = "", rate_of: str = "") -> pd.DataFrame:
    """Sums of money in `currency`: a table shaped as schemas, `amounts`, with the columns rate and rate_of besides.

    `low` and `high` are exact products of the sum and `rate` (see there; Decimal, nothing is rounded). A sum that is
    in that currency already, or has neither figure nor currency, stays as it is; its rate is empty. Both parameters
    empty: every sum in its own. Raises InputError where only one is given, and as `rate`.
    """
    if bool(currency) != bool(rate_of):
        raise InputError(
            f"currency={shortly(currency)}, rate_of={shortly(rate_of)}: a currency needs the day (2015-06-30) or the "
            "year (2015) of its rate, and a rate its currency. Give both, or leave both empty."
        )
    owns = list(amounts["currency"])
    if currency:
        _published_days(rate_of)
    if currency and currency not in owns:
        _check_known(currency)
    rates = {own: rate(own, currency, rate_of) for own in set(owns) if currency and own not in ("", currency)}
    used = [rates.get(own) for own in owns]
    return amounts.assign(
        low=_products(amounts["low"], used),
        high=_products(amounts["high"], used),
        currency=[currency if own in rates else own for own in owns],
        rate=pd.Series(used, index=amounts.index, dtype="object"),
        rate_of=[rate_of if own in rates else "" for own in owns],
    )


def rate(own: str, currency: str, rate_of: str) -> Decimal:
    """Units of `currency` (ISO 4217) for one of `own`, on a day ("2015-06-30") or on average over a year ("2015").

    From the euro it is the reference rate as published; a year's is the mean of its daily rates, as the bank computes
    it. Between two other currencies it goes through the euro: the ratio of the two rates of that day, or of the two
    yearly averages (not the average of daily ratios). Means and ratios have 28 digits. Raises InputError for a currency
    that the bank does not quote, a day or year outside its table, a day on which it published nothing, a year that is
    not over in the table, and a currency not quoted on that day or on every day of that year.
    """
    days = _published_days(rate_of)
    return QUOTIENT.divide(_per_euro(currency, days, rate_of), _per_euro(own, days, rate_of))


@lru_cache(maxsize=1)
def _table() -> CurrencyConverter:
    return CurrencyConverter(fallback_on_wrong_date=False, fallback_on_missing_rate=False, decimal=True)


def _products(sums: pd.Series, rates: list[Decimal | None]) -> pd.Series:
    """Each sum times its rate; unknown stays unknown, and a sum without a rate as it is."""
    found = [
        amount if each is None or pd.isna(amount) else EXACT.multiply(amount, each)
        for amount, each in zip(sums, rates, strict=True)
    ]
    return pd.Series(found, index=sums.index, dtype="object")


def _per_euro(currency: str, days: list[date], rate_of: str) -> Decimal:
    """The mean over these days of what one euro cost."""
    _check_known(currency)
    found = [_daily(currency, day) for day in days]
    missing = [day for day, each in zip(days, found, strict=True) if each is None]
    if missing:
        first, last = _table().bounds[currency]
        which = f"on {len(missing)} of the {len(days)} days it published rates in {rate_of}, first on {missing[0]}"
        raise InputError(
            f"rate_of={rate_of!r}: {BANK} gave no rate of {currency} {which if len(days) > 1 else 'that day'}. "
            f"It quotes {currency} from {first} to {last}: name a day on which it did."
        )
    return QUOTIENT.divide(sum(found), Decimal(len(found)))


def _daily(currency: str, day: date) -> Decimal | None:
    """Units of a currency for one euro as published that day, or None."""
    try:
        return _table().convert(1, EURO, currency, day)
    except RateNotFoundError:
        return None


def _published_days(rate_of: str) -> list[date]:
    """The one day, or all days of the year, on which the bank published rates."""
    first, last = _table().bounds[EURO]
    start, end = _span(rate_of, first, last)
    every = [start + timedelta(days) for days in range((end - start).days + 1)]
    days = [day for day in every if _any_rate(day)]
    if not days:
        before = next(day for day in (start - timedelta(days) for days in range(1, 30)) if _any_rate(day))
        raise InputError(
            f"rate_of={rate_of!r}: {BANK} published no rates that day, a {start:%A}. Name a day on which it did, such "
            f"as {before}."
        )
    return days


def _span(rate_of: str, first: date, last: date) -> tuple[date, date]:
    """First and last day of a day or year within the table. Raises InputError for anything else."""
    if re.fullmatch(r"[0-9]{4}", rate_of):
        final = last.year if (last.month, last.day) == (12, 31) else last.year - 1
        if not first.year <= int(rate_of) <= final:
            raise InputError(
                f"rate_of={rate_of!r}: there is no average of that year. The rates of {BANK} go from {first} to "
                f"{last}: name a year from {first.year} to {final}, or a day."
            )
        return max(date(int(rate_of), 1, 1), first), date(int(rate_of), 12, 31)
    day = _day(rate_of)
    if not first <= day <= last:
        raise InputError(f"rate_of={rate_of!r}: the rates of {BANK} go from {first} to {last}. Name a day within.")
    return day, day


def _day(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"rate_of={shortly(text)}: there is no such day. Write one as 2015-06-30.") from None
    raise InputError(f"rate_of={shortly(text)}: is neither a day, such as 2015-06-30, nor a year, such as 2015.")


@lru_cache(maxsize=4096)
def _any_rate(day: date) -> bool:
    return any(_daily(currency, day) is not None for currency in _table().currencies - {EURO})


def _check_known(currency: str) -> None:
    known = sorted(_table().currencies)
    if currency not in known:
        first, last = _table().bounds[EURO]
        raise InputError(
            f"currency {shortly(currency)}: {BANK} gives no rates of it{close_to(currency.upper()[:80], known)}. "
            f"From {first} to {last} it quotes {', '.join(known)}."
        )
