"""Years and dates as sources print them."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from analysis.quantities.grammar import A_MONTH, MONTH, Refused, reading, refuse, tidy

NO_YEARS = (
    (r"^(\d{4})[.,]0+$", "a spreadsheet wrote it as a decimal", r"write \1"),
    (r"^'?(\d\d)$", "it does not say which century", r"write 20\1 or 19\1"),
    (r"^(\d{4})[-/.]\d\d?[-/.]\d\d?", "it is a day", r"write \1"),
    (r"^\d\d?[-/.]\d\d?[-/.](\d{4})$", "it is a day", r"write \1"),
    (r"\d ?[-/] ?\d", "it covers more than one year", "give each year its own row"),
    (r"^fy ?(\d{4})$",
     "a financial year is not a calendar year", r"write \1 if the source means the calendar year"),
    (r"\b(?:same|next|last|this|previous|following)\b",
     "it depends on another statement", "write the year itself"),
)  # fmt: skip
NO_DATES = (
    (r"^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$", "day and month may be either way round",
     r"write \3-\2-\1 or \3-\1-\2"),
    (r"^(?:\.\.)?/", "it has no start", "write the first date that the source gives"),
    (r"^([\d-]+)/$", "it does not say whether the end is open", r"write \1/.. if it goes on"),
    (r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tomorrow|day|week|month|year|later|ago)\b",
     "it depends on when it was written", "resolve it to a date and set date_basis to inferred"),
)  # fmt: skip


class Span(NamedTuple):
    """Days, start..end inclusive. Both None: undated. Only end None: open ended."""

    start: date | None
    end: date | None


def parse_year(text: str) -> int | None:
    """Read one calendar year, 1900 to 2100; empty is None; raise Unreadable for all else."""
    with reading(text, "a year"):
        phrase = tidy(text)
        if not phrase:
            return None
        refuse(phrase, NO_YEARS)
        if re.fullmatch(r"[34]\d{4}", phrase):
            day = date(1899, 12, 30) + timedelta(days=int(phrase))
            raise Refused(f"a spreadsheet keeps the day {day} as this number", f"write {day.year} if that is the year")
        if not (match := re.fullmatch(r"(?:in )?(\d{4})", phrase)):
            raise Refused("it is not a calendar year", "write four digits, or leave it empty")
        return century(match[1])


def parse_date(text: str) -> Span:
    """Read a date as whole days: ISO 8601, the start/end and start/.. of EDTF level 0, or printed English.

    A year is its first to last day, a month too; empty is undated; raise Unreadable for all else.
    """
    with reading(text, "a date"):
        phrase = tidy(text)
        if not phrase:
            return Span(None, None)
        if re.search(r"\d ?[‒–—―−] ?\d", text):
            raise Refused("a dash between figures may be a span of years", "write start/end, as in 2011/2012")
        if span := single_date(phrase) or date_range(phrase):
            return span
        refuse(phrase, NO_DATES)
        raise Refused("it is not a date that this grammar knows", "write 2024-11-27, 2024-11, 2024 or start/end")


def century(digits: str) -> int:
    """Check that a year is within 1900 to 2100."""
    if not 1900 <= int(digits) <= 2100:
        raise Refused("the year is not within 1900 to 2100", "check the figure")
    return int(digits)


def single_date(phrase: str) -> Span | None:
    """Read one year, month or day as its first and last day."""
    for pattern in (
        r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
        rf"(?:(?P<day>\d\d?) )?(?P<month>{A_MONTH}),? (?P<year>\d{{4}})",
        rf"(?P<month>{A_MONTH}) (?P<day>\d\d?),? (?P<year>\d{{4}})",
    ):
        if match := re.fullmatch(pattern, phrase):
            return days(**match.groupdict())
    return None


def days(year: str, month: str | None, day: str | None) -> Span:
    """Give the first and last day of a year, a month or a day."""
    y, m = century(year), MONTH.get(month) or int(month or 0)
    if m > 12 or (month and not m):
        raise Refused("there is no such month", "check the source")
    last = monthrange(y, m or 12)[1]
    if day and not 1 <= int(day) <= last:
        raise Refused("there is no such day", "check the source")
    return Span(date(y, m or 1, int(day or 1)), date(y, m or 12, int(day or last)))


def date_range(phrase: str) -> Span | None:
    """Read start/end, start/.. and "Nov. 27-Dec. 8, 2024", whose first half borrows the year."""
    left, slash, right = phrase.partition("/")
    if not slash and re.search(r"[a-z]", phrase):
        left, _, right = (part.strip() for part in phrase.partition("-"))
        left = left if re.search(r"\d{4}$", left) else f"{left} {right[-4:]}"
    start, end = single_date(left), single_date(right)
    if start and right == "..":
        return Span(start.start, None)
    if not start or not end:
        return None
    if end.end < start.start:
        raise Refused("it ends before it starts", f"write {right}/{left} if the ends were swapped")
    return Span(start.start, end.end)
