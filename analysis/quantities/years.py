"""Calendar years as sources print them, and as spreadsheets spoil them."""

import re
from datetime import date, timedelta

from analysis.quantities.dates import EITHER_WAY, EPOCH, Span, century, either_way, read_date
from analysis.quantities.refusals import ANYTHING, Refused, read_whole, refuse, tidy

UNDATED = "leave the cell empty, for a count without a year can be of any, and put its words in note"
NO_YEAR = f"write the year in four digits if the source gives one; if not, {UNDATED}"
NO_YEARS = (  # pattern, reason, suggestion, replacements; {} is the whole text with what the pattern found replaced
    (r"^(\d{4})[.,]0+$", "a spreadsheet wrote it as a decimal", "write {}", r"\1"),
    (r"^'?(\d\d)$", "it does not say which century", "write {} or {}", r"20\1", r"19\1"),
    (r"^(\d{4})-\d\d-\d\d[t ]\d\d?:\d\d.*$", "it is a day, not a calendar year", "write {}", r"\1"),
    (r"^(\d{4}) ?[-/] ?(?:0?[1-9]|1[0-2])$", "it covers more than one year, or is a month",
     f"write {{}} if it is a month; if it is more than one year, {UNDATED}", r"\1"),
    (r"\d ?(?:[-/,;&+]|or|and|to) ?\d", "it covers more than one year", UNDATED),
    (r"^(?:fy|financial year|fiscal year) ?'?(\d{4})$", "a financial year is not a calendar year",
     f"write {{}} if the source means the calendar year; if not, {UNDATED}", r"\1"),
    (r"\b(?:same|next|last|this|previous|following)\b", "it depends on another statement",
     f"write the year itself if it can be told; if not, {UNDATED}"),
    (r"^(?:in )?(?:the )?(?:early|late|mid|middle|beginning|start|end|spring|summer|autumn|fall)[ -](?:of )?(\d{4})$",
     "it is not a calendar year but a part of one", "write {}", r"\1"),
    (r"^(?:[qh]\d)[ /-]?(\d{4})$|^(\d{4})[ /-]?(?:[qh]\d)$",
     "it is not a calendar year but a part of one", "write {}", r"\1\2"),
    (r"^(?:about|around|circa|c\.|ca\b\.?|~|approximately|probably|perhaps)? ?(\d{4}) ?(?:\?|\(\?\)|or so)?$",
     "it is not a calendar year that is certain",
     f"write {{}} and set year_basis to inferred, if you hold it is that year; if not, {UNDATED}", r"\1"),
)  # fmt: skip


def parse_year(text: str) -> int | None:
    """Read one calendar year, 1900 to 2100; empty is None; raise Unreadable for all else."""
    return read_whole(text, "a year", _read, NO_YEAR)


def year_behind(day: date) -> int | None:
    """The year that a spreadsheet, which takes it for a number of days, shows as this day: 2015 for 1905-07-07."""
    number = (day - EPOCH).days
    return number if 1900 <= number <= 2100 else None


def _read(text: str) -> int | None:
    phrase = tidy(text)
    if not phrase:
        return None
    if match := re.fullmatch(r"(?:in )?(\d{4})", phrase):
        return century(match[1])
    if re.fullmatch(r"[34]\d{4}", phrase):
        day = EPOCH + timedelta(days=int(phrase))
        advice = "write {} if that is the year"
        raise Refused(f"a spreadsheet keeps the day {day} as this number", advice, (ANYTHING, str(day.year)))
    if spans := _dates(phrase):
        raise _finer(spans)
    refuse(phrase, *NO_YEARS)
    raise Refused("it is not a calendar year", "")


def _dates(phrase: str) -> list[Span]:
    """What a phrase is as a date, where it is one: a day, a month or a span of them, of one year or more."""
    if re.fullmatch(r"\d{4} ?[-/] ?\d\d?", phrase):  # two years as well as a month
        return []
    try:
        return either_way(phrase) if EITHER_WAY.fullmatch(phrase) else [read_date(phrase)]
    except Refused:
        return []


def _finer(spans: list[Span]) -> Refused:
    """Name a date in the place of a year. A spreadsheet that takes 2015 for a number of days shows 1905-07-07."""
    first, last = spans[0].start, spans[0].end
    years = [year_behind(span.start) for span in spans if span.start == span.end]
    if years and None not in years:
        made = [(ANYTHING, str(year)) for year in years]
        reason = f"it is a day, which a spreadsheet may have made of the year {' or '.join(map(str, years))}"
        offers = " or ".join(["{}"] * len(made))
        return Refused(
            reason, f"write {offers} if it has, {{}} if the day is right", *made, (ANYTHING, str(first.year))
        )
    if last is None or first.year != last.year:
        return Refused("it covers more than one year", UNDATED)
    what = "a day" if first == last else "a month" if first.month == last.month else "a part of a year"
    return Refused(f"it is {what}, not a calendar year", "write {}", (ANYTHING, str(first.year)))
