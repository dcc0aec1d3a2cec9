"""Doubts about counts and dates: each has an innocent reading, and none changes a number."""

import pandas as pd
import pytest

from analysis import doubts
from analysis.tables import typed


@pytest.fixture
def told(transfers):
    """What one kind of doubt says of statements from Belarus to Bulgaria, as (id, what it says, what to do)."""

    def tell(kind, *rows: dict) -> list[tuple[str, str, str]]:
        moved = {"supplier": "BLR", "recipient": "BGR", "reporter": ""}
        frame = transfers(*({**moved, **row} for row in rows))
        raw = frame.assign(quantity=frame["low"].astype("str")).set_index(pd.Index(range(2, len(frame) + 2)))
        case = doubts.Case("mine", {"transfers": raw}, {"transfers": frame})
        return [(f"T{finding.row - 1}", finding.says, finding.cure) for finding in kind(case)]

    return tell


def years(*counts: int, **cells) -> list[dict]:
    return [{"count": count, "year": year, **cells} for year, count in enumerate(counts, start=2013)]


def test_counts_that_only_grow_may_be_totals_to_date(told):
    ((name, says, cure),) = told(doubts._running_totals, *years(100, 160, 240))
    assert name == "T3"
    assert "100 in 2013, 160 in 2014 and 240 in 2015" in says
    assert "each may include the one before" in says
    assert "leave them" in cure
    assert "corrections.csv" in cure


@pytest.mark.parametrize(
    "rows",
    [
        years(100, 160),  # two years are too few to tell
        years(100, 160, 140),
        years(100, 100, 160),
        [*years(100, 160), {"count": 240, "year": 2015, "source_id": "S2"}],
        [*years(100, 160), {"count": 240, "year": 2015, "item": "other"}],
        [*years(100, 160), {"count": 240, "year": None}],
    ],
)
def test_counts_that_need_not_be_totals_to_date(told, rows):
    assert told(doubts._running_totals, *rows) == []


def test_lots_of_a_year_are_counted_together(told):
    rows = [{"count": 60, "year": 2013}, {"count": 60, "year": 2013}, *years(0, 100, 240)[1:]]
    assert told(doubts._running_totals, *rows) == []  # 120, 100, 240


@pytest.mark.parametrize(
    ("counts", "names"),
    [
        ((240, 6), ["T1"]),  # 40 × 6 = 240
        ((239, 6), []),
        ((136, 80, 5440), ["T3"]),  # 40 × 136 = 5,440
        ((136, 80, 5439), []),
        ((5440,), []),  # no other to hold it against
        ((5440, 0), []),
        ((5440, 5440, 6), []),
    ],
)
def test_a_count_40_times_any_other_is_doubted(told, counts, names):
    assert [name for name, _, _ in told(doubts._out_of_scale, *({"count": count} for count in counts))] == names


def test_a_count_is_held_against_the_most_that_others_can_be(told):
    rows = {"low": 240, "high": 240}, {"low": 5, "high": 7}
    assert told(doubts._out_of_scale, *rows) == []
    ((_, says, cure),) = told(doubts._out_of_scale, {"count": 400}, {"low": 5, "high": 10})
    assert "40 times as many as any other count of tank, of which the largest is 10" in says
    assert "leave it" in cure


def test_other_items_and_units_are_no_measure(told):
    assert told(doubts._out_of_scale, {"count": 4000}, {"count": 6, "item": "gun"}, {"count": 6, "unit": "kg"}) == []


def days(table: str, **columns: str) -> doubts.Case:
    frame = pd.DataFrame([columns], index=[2])
    return doubts.Case("mine", {table: frame}, {table: frame})


@pytest.mark.parametrize(("day", "year"), [("1905-07-07", 2015), ("1905-03-14", 1900), ("1905-12-31", None)])
def test_a_day_of_1905_may_be_a_year_that_a_spreadsheet_took_for_days(day, year):
    found = list(doubts._spoilt_years(days("events", event_id="E1", start=day, end=day, date=day)))
    assert [str(year) in finding.says for finding in found] == [True] * bool(year)


def test_a_whole_year_is_no_day():
    case = days("events", event_id="E1", start="1905-01-01", end="1905-12-31", date="1905")
    assert list(doubts._spoilt_years(case)) == []


def test_a_date_of_a_source_gets_the_advice_of_its_own_text():
    (finding,) = doubts._dates(days("sources", published="03/04/2015", accessed=""))
    assert "either way round" in finding.says
    assert "“2015-04-03” or “2015-03-04”" in finding.cure


def test_a_year_as_a_count_leaves_the_count_open(transfers):
    frame = transfers({"count": 2015, "supplier": "BLR", "recipient": "BGR"})
    raw = frame.assign(quantity="2015").set_index(pd.Index([2]))
    (finding,) = doubts._years_as_counts(
        doubts.Case("mine", {"transfers": raw}, {"transfers": typed(frame, "transfers")})
    )
    assert "leave the quantity empty unless the source gives one" in finding.cure
