"""Quantities, money, years and dates as printed → exact intervals, by a grammar that refuses what it does not know."""

from analysis.quantities.counts import Quantity, parse_quantity
from analysis.quantities.dates import Span, parse_date, parse_year
from analysis.quantities.grammar import Unreadable
from analysis.quantities.money import Amount, parse_amount

__all__ = ["Amount", "Quantity", "Span", "Unreadable", "parse_amount", "parse_date", "parse_quantity", "parse_year"]
