"""What another case or register says of a case's statements; silence is never read as nought."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis import cases, cli, sides
from analysis.compare import (
    CONFIRMED,
    CONTRADICTED,
    COUNTED,
    MOVED,
    UNCOUNTED,
    UNDATED,
    UNMENTIONED,
    VERDICTS,
    compared,
    totals,
)
from analysis.errors import InputError

HOME = "belarus-bulgaria-2015"
HEADER = "table,year,exporter,importer,category,num_items,state_of_origin,intermediate_locations,description,comments\n"
SENT = {"supplier": "NOR", "recipient": "PER"}


def only(own, other, lag_years: int = 1) -> dict:
    (row,) = compared(own, other, lag_years).rows
    return row


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        ({"count": 5}, {"count": 5}, CONFIRMED),
        ({"low": 4, "high": 6}, {"low": 6, "high": 9}, CONFIRMED),  # both admit 6
        ({"low": 4, "high": None}, {"count": 400}, CONFIRMED),  # at least 4
        ({"count": 5}, {"count": 7}, CONTRADICTED),
        ({"count": 5}, {"count": 0}, CONTRADICTED),  # a stated nought is a count
        ({"count": 5}, {"low": None, "high": None}, UNCOUNTED),
        ({"low": None, "high": None}, {"count": 5}, COUNTED),
        ({"low": None, "high": None}, {"low": None, "high": None}, UNCOUNTED),
        ({"count": 5}, {"count": 5, "item": "gun"}, UNMENTIONED),
        ({"count": 5}, {"count": 5, "recipient": "CHL"}, UNMENTIONED),
        ({"count": 5}, {"count": 5, "unit": "kg"}, UNMENTIONED),
        *(({"recipient": "XXX", "count": 5}, {"recipient": "XXX", "count": count}, UNMENTIONED) for count in (5, 7)),
        ({"count": 5}, {"count": 5, "year": 2016}, MOVED),
        ({"count": 5}, {"count": 6, "year": 2016}, UNMENTIONED),
        ({"count": 5}, {"count": 5, "year": 2017}, UNMENTIONED),  # two years off, and one is let pass
        ({"count": 5, "year": None}, {"count": 5, "year": 2011}, CONFIRMED),
        ({"count": 5}, {"count": 5, "year": None}, CONFIRMED),
        ({"count": 5}, {"count": 7, "year": None}, UNDATED),
        ({"count": 5, "year": None}, {"count": 7, "year": None}, UNDATED),
        ({"count": 5, "year": None}, {"low": None, "high": None, "year": 2011}, UNCOUNTED),
    ],
)
def test_verdicts(transfers, own, other, verdict):
    assert only(transfers({**SENT, **own}), transfers({**SENT, **other}))["verdict"] == verdict


@pytest.mark.parametrize(
    ("first", "last", "verdict", "of_year"),
    [
        (2014, 2017, CONFIRMED, 1),  # 2015 is among them
        (2016, 2017, CONFIRMED, 0),  # and here a year off, which the lag lets pass
        (1990, 1992, UNMENTIONED, 0),  # no lot of those years is one of 2015, however equal the count
        (2017, 2019, UNMENTIONED, 0),
    ],
)
def test_a_span_of_years_can_be_of_these_alone(transfers, first, last, verdict, of_year):
    spanned = transfers({**SENT, "count": 5, "year": None}).assign(first_year=first, last_year=last)
    row = only(transfers({**SENT, "count": 5}), spanned)
    assert (row["verdict"], row["of_year"]) == (verdict, of_year)
    assert [(answer["first_year"], answer["last_year"]) for answer in row["answers"]] == (
        [(first, last)] if verdict == CONFIRMED else []
    )


def test_no_lag_no_other_year(transfers):
    own, other = transfers({**SENT, "count": 5}), transfers({**SENT, "count": 5, "year": 2016})
    assert only(own, other, lag_years=0)["verdict"] == UNMENTIONED
    with pytest.raises(InputError, match="lag_years=-1"):
        compared(own, other, -1)


def test_a_contradiction_has_its_gap_and_both_places(transfers):
    row = only(transfers({**SENT, "low": 3, "high": 5}), transfers({**SENT, "low": 8, "high": 10}))
    (answer,) = row["answers"]
    assert (row["low"], row["high"], answer["low"], answer["high"]) == (3, 5, 8, 10)
    assert (answer["gap_low"], answer["gap_high"]) == (8 - 5, 10 - 3)
    assert (row["id"], row["locator"], answer["lines"]) == ("T1", "1", [("T1", "1")])


def test_sums_over_the_years_are_told(transfers):
    """4 and 6 in two years, dated one year later as 10: the sums are 10 and 10."""
    own = transfers({**SENT, "count": 4, "year": 2014}, {**SENT, "count": 6, "year": 2015})
    found = compared(own, transfers({**SENT, "count": 10, "year": 2015})).rows
    assert [row["verdict"] for row in found] == [MOVED, MOVED]
    answer = found[0]["answers"][0]
    assert [answer[name] for name in ("low", "high", "own_low", "own_high", "first_year", "last_year")] == [
        *(10, 10, 10, 10, 2014, 2015)
    ]  # fmt: skip


def test_statements_that_make_one_flow_are_held_together(transfers):
    """3 and 4 are listed beside each other, so that 7 confirms both and 4 contradicts both."""
    own = transfers({**SENT, "count": 3}, {**SENT, "count": 4})
    rows = compared(own, transfers({**SENT, "count": 7})).rows
    assert [(row["verdict"], row["low"], row["together"]) for row in rows] == [
        *((CONFIRMED, 7, ["T2"]), (CONFIRMED, 7, ["T1"]))
    ]  # fmt: skip
    assert totals(compared(own, transfers({**SENT, "count": 4})).rows)[CONTRADICTED] == 2


def test_each_side_is_held_by_itself(transfers):
    """The sender says 26 and the receiver 39: whoever has 26 alone confirms one and contradicts the other."""
    sender, receiver = {"role": "exporter", "reporter": "NOR"}, {"role": "importer", "reporter": "PER"}
    both = transfers({**SENT, **sender, "count": 26}, {**SENT, **receiver, "count": 39})
    one = transfers({**SENT, **sender, "count": 26})
    assert [row["verdict"] for row in compared(both, one).rows] == [CONFIRMED, CONTRADICTED]
    row = only(one, both)
    assert [answer["verdict"] for answer in row["answers"]] == [CONFIRMED, CONTRADICTED]
    assert row["answers"][1]["gap_low"] == 13


def test_reports_of_two_others_are_not_added_up(transfers):
    """Two parties that have no part in it say 5 and 9: neither is of 14."""
    own = transfers({**SENT, "count": 5, "reporter": "DEU"}, {**SENT, "count": 9, "reporter": "FRA"})
    other = transfers({**SENT, "count": 5, "reporter": "GBR"})
    assert [(row["low"], row["verdict"]) for row in compared(own, other).rows] == [(5, CONFIRMED), (9, CONTRADICTED)]


def test_what_stands_beside_and_what_is_further(transfers):
    own = transfers({**SENT, "count": 5}, {"supplier": "PER", "recipient": "CHL", "count": 1})
    other = transfers(
        {**SENT, "count": 64, "item": "gun"},
        {**SENT, "count": 3, "item": "gun", "year": 2011},
        {"supplier": "NOR", "recipient": "CHL", "count": 9},
        {"supplier": "NOR", "recipient": "POL", "count": 2},
    )
    found = compared(own, other)
    beside = [(flow["item"], flow["low"], flow["lines"]) for flow in found.rows[0]["beside"]]
    assert beside == [("gun", 64, [("T1", "1")])]  # not that of 2011, which is another year and item
    assert found.rows[1]["beside"] == []
    assert [flow["low"] for flow in found.further] == [9, 3, 64]  # Poland is no party of the case


def test_whose_reports_are_there(transfers):
    own = transfers({**SENT, "count": 5})
    other = transfers({"supplier": "NOR", "recipient": "CHL", "count": 1, "role": "exporter", "reporter": "NOR"})
    row = only(own, other)
    assert (row["reports"], row["of_year"]) == ({"NOR": 1, "PER": 0}, 1)
    assert only(own, other.assign(year=2011).astype(other.dtypes))["of_year"] == 0


@pytest.mark.parametrize("case", cases.published())
def test_a_case_confirms_itself(case):
    own, other, found = sides.against(case, case)
    assert totals(found.rows) == dict.fromkeys(VERDICTS, 0) | {CONFIRMED: len(own.transfers)}
    assert not found.further
    assert (own.unread, other.unread) == (0, 0)


@pytest.fixture
def register(tmp_path) -> Path:
    """Years before the case's, a line that cannot be read, and nothing of launchers."""
    path = tmp_path / "lines.csv"
    rows = (
        "major_export,2014,Bulgaria,Saudi Arabia,VI. Warships,3,,,,",
        "major_export,2014,Bulgaria,Nowhereland,VI. Warships,3,,,,",
    )
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def invoked(*words: str):
    return CliRunner().invoke(cli.main, ["compare", *words])


def test_the_command_against_a_file(register):
    done = invoked(HOME, str(register))
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "T1 (paragraph 3): Belarus → Bulgaria, 2015: 240 Konkurs launchers"
    assert lines[1] == "    lines.csv does not mention it. It has no report of 2015: its statements are of 2014"
    assert "      4  does not mention" in lines
    assert "lines.csv: 1 line could not be read, and is no part of this." in lines
    assert "Between the parties of belarus-bulgaria-2015, lines.csv has 1 that it does not mention:" not in lines
    assert lines[-1] == "  Bulgaria → Saudi Arabia, 2014: 3 warships (by the sender, row 2)"


def test_reports_of_the_year_that_do_not_list_it(register):
    register.write_text(register.read_text(encoding="utf-8").replace("2014", "2015"), encoding="utf-8")
    lines = invoked(HOME, str(register)).output.splitlines()
    wanted = "lines.csv does not mention it. It has 1 statement by Bulgaria of 2015, and not this one; "
    assert lines[1].strip() == f"{wanted}it has no report by Belarus of 2015"
    assert lines[8].strip() == "between the two, lines.csv has in 2015: 3 warships (2015, by the sender, row 2)"


def test_others_reports_of_the_year_are_no_reports_by_the_two(register):
    text = register.read_text(encoding="utf-8").replace("2014,Bulgaria,Saudi Arabia", "2015,Norway,Peru")
    register.write_text(text, encoding="utf-8")
    lines = invoked(HOME, str(register)).output.splitlines()
    assert lines[1].strip() == (
        "lines.csv does not mention it. Of its 1 statement of 2015, none is by Belarus or Bulgaria"
    )


def test_strict_fails_where_something_is_contradicted(register):
    line = "major_import,2015,Belarus,Bulgaria,VII. (a) Missiles and missile launchers,90,,,9P135M Konkurs,\n"
    register.write_text(HEADER + line, encoding="utf-8")
    done = invoked(HOME, str(register), "--strict")
    assert done.exit_code == 1
    assert "    lines.csv contradicts\n    in 2015: 90, by the receiver, row 2; 150 fewer\n" in done.output
    assert invoked(HOME, str(register)).exit_code == 0
    assert invoked(HOME, HOME, "--strict").exit_code == 0


def test_json_has_all_of_it(register):
    found = json.loads(invoked(HOME, str(register), "--json").output)
    assert [row["verdict"] for row in found["statements"]] == [UNMENTIONED] * 4
    assert found["statements"][0]["answers"] == []
    assert found["totals"][UNMENTIONED] == 4
    assert found["unread"] == {HOME: 0, "lines.csv": 1}
    assert found["further"][0]["low"] == 3


def test_neither_a_case_nor_a_file():
    done = invoked(HOME, "belarus-bulgaria-2051")
    assert done.exit_code == 1
    assert "is no case (did you mean 'belarus-bulgaria-2015'?) and no file" in done.output
