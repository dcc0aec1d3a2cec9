"""Dates as sources print them → whole days.

Read from the top: what is no date, one date, spans. What can be told in one way only is read, else refused.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from analysis.quantities.refusals import ANYTHING, Refused, read_whole, refuse, tidy
from analysis.quantities.vocabulary import A_MONTH, MONTH

NO_DATE = (
    "write YYYY-MM-DD, YYYY-MM or YYYY, or start/end of these, if the source says so much; if not, leave the cell "
    "empty (undated), and put its words in date_as_printed"
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
A_WEEKDAY = re.compile(rf"({'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in WEEKDAYS)})\.?,? (?:the )?(?=.)")
PART = r"(?:early|late|mid|middle|beginning|start|end|spring|summer|autumn|fall)"
QUARTERS = {f"q{n}": (3 * n - 2, 3 * n) for n in range(1, 5)}  # part of a year → its first and last month
PARTS = QUARTERS | {"h1": (1, 6), "h2": (7, 12)}
# Pattern, reason, suggestion, replacements; {} is the whole text with what the pattern found replaced.
NO_DATES = (
    (r"^(\d{4})(\d\d)(\d\d)$", "it is not a date: no marks part its figures",
     "write {} if it is that day", r"\1-\2-\3"),
    (r"^(\d{4}-\d\d-\d\d)[t ]\d\d?:\d\d.*$", "it is not a date but a time of a day", "write {}", r"\1"),
    (r"^(\d{4})[/.-](\d)$", "it is not a date: a month written short, or two years",
     "write {} if it is a month", r"\1-0\2"),
    (r"^(\d\d)(\d\d)[/.](\d\d)$", "it is a month or two years",
     "write {} if it is a month, {} if it is two years", r"\1\2-\3", r"\1\2/\1\3"),
    (r"^(\d{4})[- ]+(\d{4})$", "it is not a date: two years, or a slip",
     "write {} if it is both and all between", r"\1/\2"),
    (r"^\d\d?[/.-]\d\d?[/.-]\d\d$", "it does not say which figure is the year, nor of which century",
     "write year, month and day as YYYY-MM-DD"),
    (r"^(?:\.\.)?/|^(?:until|till|before|by|up to) ", "it has no start", "write the first date that the source gives"),
    (r"^(.+)/$", "it does not say whether the end is open", "write {} if it goes on", r"\1/.."),
    (r"^(?:(?:ever )?since|from) (.+)$", "it does not say whether the end is open",
     "write {} if it goes on", r"\1/.."),
    (r"^(.+?) ?(?:-|onwards?|(?:-|to|until) ?(?:date|now|(?:the )?present))$",
     "it does not say whether the end is open", "write {} if it goes on", r"\1/.."),
    (rf"^(?:in )?(?:the )?{PART}[ -](?:of )?(?:the )?(?=.)", "it is a part of a year or month",
     "write {}, the whole of it, and put the words in date_as_printed", ""),
    (r"^(?:about|around|circa|c\.|ca\b\.?|~|approximately|probably|perhaps|after) ?.*|^.*\?$", "it is not certain",
     "write start/end, the first and last date that you hold it can be of, and set date_basis to inferred"),
    (rf"\b(?:{'|'.join(WEEKDAYS)}|today|yesterday|tomorrow|day|week|month|year|later|ago)\b",
     "it depends on when it was written", "resolve it to a date and set date_basis to inferred"),
)  # fmt: skip


class Span(NamedTuple):
    """Days, start..end inclusive. Both None: undated. Only end None: open ended."""

    start: date | None
    end: date | None


def parse_date(text: str) -> Span:
    """Read a date as whole days: ISO 8601, the start/end and start/.. of EDTF level 0, or printed English.

    Day and month in figures are read where only one of them can be the month. A year is its first to last day, a month
    too; empty is undated; raise Unreadable for all else.
    """
    return read_whole(text, "a date", read_date, NO_DATE)


def read_date(text: str) -> Span:
    """The same, which raises Refused."""
    phrase = tidy(text)
    if not phrase:
        return Span(None, None)
    if not re.search(rf"\b(?:{A_MONTH})\b", phrase):
        check_dashes(text, phrase)
    if span := single_date(phrase) or span_of(phrase):
        return span
    check_shorthand(phrase)
    refuse(phrase, *NO_DATES)
    raise Refused("it is not a date that this grammar knows", "")


# ---- what is no date


def check_dashes(text: str, phrase: str) -> None:
    """Refuse a typeset dash between figures: unlike a hyphen, it may join two years."""
    if re.search(r"\d ?[‒–—―−] ?\d", text):
        reason = "a dash between figures may be a span of years"
        if match := re.fullmatch(r"(\d\d)(\d\d) ?- ?(\d\d)", phrase):
            years, month = f"{match[1]}{match[2]}/{match[1]}{match[3]}", f"{match[1]}{match[2]}-{match[3]}"
            advice = "write {} if it is two years, {} if it is a month"
            raise Refused(reason, advice, (ANYTHING, years), (ANYTHING, month))
        joint = "/" if re.fullmatch(r"\d{4} ?- ?\d{4}", phrase) else "-"
        raise Refused(reason, "write {} if that is meant", (ANYTHING, re.sub(" ?- ?", joint, phrase)))


def check_shorthand(phrase: str) -> None:
    """Refuse a day that a spreadsheet keeps as a number, a year of two figures, and a quarter or half of a year."""
    if re.fullmatch(r"[34]\d{4}", phrase):
        day = EPOCH + timedelta(days=int(phrase))
        advice = "write {} if it is that day"
        raise Refused(
            f"it is not a date: a spreadsheet keeps the day {day} as this number", advice, (ANYTHING, str(day))
        )
    if match := re.fullmatch(rf"(\d\d?){JOINT}({A_MONTH}){JOINT}'?(\d\d)", phrase):
        ends = [f"{century}{match[3]}-{MONTH[match[2]]:02}-{int(match[1]):02}" for century in (20, 19)]
        reason = "it does not say which century its year is of"
        raise Refused(reason, "write {} or {}, if that is the day", *((ANYTHING, day) for day in ends))
    if match := re.fullmatch(rf"({A_MONTH}){JOINT}'?(\d\d)", phrase):
        months = [f"{century}{match[2]}-{MONTH[match[1]]:02}" for century in (20, 19)]
        advice = "write {} or {} if it is that month; a day needs its year: YYYY-MM-DD"
        reason = "it is not a date: a month and its year of two figures, or a day of which no year is given"
        raise Refused(reason, advice, *((ANYTHING, month) for month in months))
    if match := re.fullmatch(r"([qh]\d)[ /-]?(\d{4})|(\d{4})[ /-]?([qh]\d)", phrase):
        part, year = match[1] or match[4], match[2] or match[3]
        if part in PARTS:
            first, last = (f"{year}-{month:02}" for month in PARTS[part])
            raise Refused("it is a part of a year", "write {}", (ANYTHING, f"{first}/{last}"))


# ---- one year, month or day

EPOCH = date(1899, 12, 30)  # from which spreadsheets number days
JOINT = r"(?=[-/., ])[.,]? ?[-/]? ?"
DAY, YEAR = r"(?P<day>\d\d?)(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
IN_WORDS = (
    rf"(?:in |on )?(?:the )?(?:{DAY}{JOINT}(?:of )?)?(?P<month>{A_MONTH}){JOINT}(?:of )?{YEAR}",
    rf"(?P<month>{A_MONTH}){JOINT}(?:the )?{DAY}{JOINT}{YEAR}",
    rf"{YEAR}{JOINT}(?P<month>{A_MONTH})(?:{JOINT}{DAY})?",
)
IN_FIGURES = (
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
    r"(?P<year>\d{4})(?P<mark>[-/. ])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)",
    r"(?P<month>\d\d?)[-/.](?P<year>\d{4})",
)
EITHER_WAY = re.compile(r"(\d\d?)(\. |[-/. ])(\d\d?)\2(\d{4})")


def single_date(phrase: str) -> Span | None:
    """Read one year, month or day as its first and last day; None for what is not one."""
    if match := A_WEEKDAY.match(phrase):
        return on_weekday(match[1], single_date(phrase[match.end() :]))
    for pattern in (*IN_WORDS, *IN_FIGURES):
        if match := re.fullmatch(pattern, phrase):
            found = match.groupdict()
            return days(found["year"], found.get("month"), found.get("day"))
    found = either_way(phrase)
    if len(found) > 1:
        instead = ((phrase, str(span.start)) for span in found)
        raise Refused("day and month may be either way round", "write {} or {}", *instead)
    return found[0] if found else None


def either_way(phrase: str) -> list[Span]:
    """The days that 05/06/2015 can be: one where only one figure can be the month. Raise Refused where none can."""
    match = EITHER_WAY.fullmatch(phrase)
    if not match:
        return []
    one, other, year = match[1], match[3], match[4]
    pairs = dict.fromkeys((int(month), int(day)) for day, month in ((one, other), (other, one)))
    fits = [pair for pair in pairs if 1 <= pair[0] <= 12]
    if not fits:
        raise Refused("there is no such month", "check the source")
    can_be = [pair for pair in fits if 1 <= pair[1] <= monthrange(century(year), pair[0])[1]]
    return [days(year, str(month), str(day)) for month, day in can_be or fits[:1]]


def on_weekday(name: str, span: Span | None) -> Span | None:
    """The span, if it is a day of that name."""
    if span and span.start == span.end and not WEEKDAYS[span.start.weekday()].startswith(name):
        right = WEEKDAYS[span.start.weekday()].capitalize()
        raise Refused(f"{span.start} was a {right}", "check the source")
    return span if span and span.start == span.end else None


def century(digits: str) -> int:
    """Check that a year is within 1900 to 2100."""
    if not 1900 <= int(digits) <= 2100:
        raise Refused("the year is not within 1900 to 2100", "check the figure")
    return int(digits)


def days(year: str, month: str | None, day: str | None) -> Span:
    """Give the first and last day of a year, a month or a day."""
    y, m = century(year), MONTH.get(month) or int(month or 0)
    if m > 12 or (month and not m):
        raise Refused("there is no such month", "check the source")
    last = monthrange(y, m or 12)[1]
    if day and not 1 <= int(day) <= last:
        raise Refused("there is no such day", "check the source")
    return Span(date(y, m or 1, int(day or 1)), date(y, m or 12, int(day or last)))


# ---- spans: 2011/2012, 2011/.., Nov. 27-Dec. 8, 2024, from May to June 2015

BETWEEN = (("from ", " to "), ("between ", " and "), ("", " to "), ("", " until "), ("", " through "), ("", "-"))


def span_of(phrase: str) -> Span | None:
    """Read a span of two dates that can be cut in one way only; None for what is not one."""
    if phrase.endswith("/..") and (start := single_date(phrase.removesuffix("/.."))):
        return Span(start.start, None)
    found = list(dict.fromkeys(span for cut in cuts(phrase) if (span := joined(*cut))))
    return found[0] if len(found) == 1 else None


def cuts(phrase: str) -> Iterator[tuple[str, str, str]]:
    """Give every way to cut a phrase into two dates, with the joint; "/" is that of ISO 8601."""
    for opening, joint in (("", "/"), *BETWEEN):
        pieces = phrase.removeprefix(opening).split(joint) if phrase.startswith(opening) else []
        for at in range(1, len(pieces)):
            yield joint.join(pieces[:at]).strip(), joint.join(pieces[at:]).strip(), joint


def joined(left: str, right: str, joint: str) -> Span | None:
    """Read both ends; of a span in words each may lend the other its month or year, and both are as fine.

    Two years with a hyphen may be a slip.
    """
    first, last = (left, right) if joint == "/" else lent(left, right)
    start, end = single_date(first), single_date(last)
    if not start or not end or (joint != "/" and fineness(start) != fineness(end)):
        return None
    if joint == "-" and fineness(start) == 0:
        return None
    if end.end < start.start:
        raise backwards(first, last, start, end, lent_year=first != left)
    return Span(start.start, end.end)


def lent(left: str, right: str) -> tuple[str, str]:
    """Give both ends with what one leaves to the other: "Nov. 27-30, 2024", "27-30 November 2024", "May-June 2015"."""
    month, year = re.search(rf"\b({A_MONTH})\b", right), re.search(r"(?<!\d)\d{4}(?!\d)", right)
    if year and re.fullmatch(r"\d\d?", left) and month:
        return f"{left} {month[0]} {year[0]}", right
    if year and not month and (own := re.match(rf"({A_MONTH})\b", left)) and re.fullmatch(r"\d\d?,? \d{4}", right):
        return f"{left} {year[0]}", f"{own[0]} {right}"
    if year and month and not re.search(r"(?<!\d)\d{4}(?!\d)", left):
        return f"{left} {year[0]}", right
    return left, right


def fineness(span: Span) -> int:
    """0 for a year, 1 for a month, 2 for a day."""
    return 2 if span.start == span.end else 1 if span.start.month == span.end.month else 0


def backwards(left: str, right: str, start: Span, end: Span, lent_year: bool) -> Refused:
    """Name a span that ends before it starts; one that lent its year may have begun in the year before."""
    reason = "it ends before it starts"
    if lent_year and (start.start.month, start.start.day) != (2, 29):
        since = start.start.replace(year=start.start.year - 1)
        advice = "write {} if it starts in the year before"
        return Refused(reason, advice, (ANYTHING, f"{since}/{end.end}"))
    return Refused(reason, "write {} if the ends were swapped", (ANYTHING, f"{right}/{left}"))
