"""Numbers and lists as people read them; the only place that rounds, and only for print."""

from collections.abc import Iterable

import pandas as pd

CURRENCIES = {"EUR": "euros", "USD": "US dollars", "GBP": "pounds sterling", "RUB": "roubles", "BGN": "leva"}
NON_BREAKING = "\u00a0"


def figure(value: float, unit: str = "") -> str:
    """One number with its unit's habit: 1,200 · 2015 · 5.26 % · 37.9 million euros."""
    if unit == "year":
        return f"{value:.0f}"
    if unit == "share":
        return f"{_plain(100 * value)}{NON_BREAKING}%"
    if len(unit) == 3 and unit.isupper():
        return _money(value, unit)
    return _plain(value)


def span(low: float | None, best: float | None, high: float | None, unit: str = "") -> str:
    """An interval in words: the number itself where it is exact, never a false precision where it is not."""
    low, best, high = (None if value is None or pd.isna(value) else value for value in (low, best, high))
    if low is None and high is None:
        return "an unknown number"
    if low == high:
        return figure(low, unit)
    if low is None:
        return f"at most {figure(high, unit)}"
    if high is None:
        return f"at least {figure(low, unit)}"
    return f"{figure(low, unit)} to {figure(high, unit)}"


def listed(parts: Iterable[str]) -> str:
    """a, b and c"""
    parts = list(parts)
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def capital(text: str) -> str:
    """The first letter as a sentence begins, the rest as it is."""
    return text[:1].upper() + text[1:]


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def _money(value: float, currency: str) -> str:
    name = CURRENCIES.get(currency, currency)
    for scale, word in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if value >= scale and value % (scale // 1000) == 0:
            return f"{_plain(value / scale)} {word} {name}"
    return f"{value:,.2f} {name}" if value % 1 else f"{value:,.0f} {name}"
