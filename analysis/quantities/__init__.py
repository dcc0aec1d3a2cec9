"""Quantities, money, years and dates as printed → exact intervals, by a grammar that refuses what it does not know."""

from analysis.quantities.counts import Quantity, parse_quantity
from analysis.quantities.dates import Span, parse_date
from analysis.quantities.money import Amount, parse_amount, parse_currency
from analysis.quantities.refusals import Unreadable
from analysis.quantities.vocabulary import SCALES
from analysis.quantities.years import parse_year, year_behind

__all__ = [
    "SCALES",
    "Amount",
    "Quantity",
    "Span",
    "Unreadable",
    "parse_amount",
    "parse_currency",
    "parse_date",
    "parse_quantity",
    "parse_year",
    "year_behind",
]
