"""Mirror reports, against hand arithmetic and figures that two registers' states published."""

import math

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.mirror import mirror
from analysis.tables import typed

TANKS = {"supplier": "DEU", "recipient": "POL", "item": "battle-tanks"}


def _filings(*rows: tuple[str, int, str]) -> pd.DataFrame:
    return typed(pd.DataFrame(rows, columns=["party", "year", "filed"]), "filings")


def test_tanks_dated_differently_are_one_number_over_two_years(transfers):
    # Germany lists 91 and 28 tanks for Poland, Poland 63 and 56: 119 either way
    found = mirror(
        transfers(
            {**TANKS, "role": "exporter", "year": 2014, "count": 91},
            {**TANKS, "role": "importer", "year": 2014, "count": 63},
            {**TANKS, "role": "exporter", "year": 2015, "count": 28},
            {**TANKS, "role": "importer", "year": 2015, "count": 56},
        )
    )
    assert found["agreement"].tolist() == ["timing", "timing"]
    assert found[["first_year", "last_year"]].values.tolist() == [[2014, 2015]] * 2
    sums = found[["exporter_sum_low", "exporter_sum_high", "importer_sum_low", "importer_sum_high"]]
    assert sums.values.tolist() == [[91 + 28, 119, 63 + 56, 119]] * 2
    assert found[["gap_low", "gap_high", "log_ratio"]].values.tolist() == [[0, 0, 0]] * 2
    assert found[["exporter_low", "importer_low"]].values.tolist() == [[91, 63], [28, 56]]


def test_one_year_alone_differs(transfers):
    rows = [
        {**TANKS, "role": role, "year": 2014, "count": count} for role, count in (("exporter", 91), ("importer", 63))
    ]
    found = mirror(transfers(*rows)).iloc[0]
    assert (found["agreement"], found["gap_low"], found["gap_high"]) == ("differ", 63 - 91, 63 - 91)
    assert found["log_ratio"] == pytest.approx(math.log(63 / 91))


def test_gap_of_intervals_spans_every_pair_of_counts(transfers):
    found = mirror(
        transfers(
            {**TANKS, "role": "exporter", "low": 10, "high": 20}, {**TANKS, "role": "importer", "low": 15, "high": 40}
        )
    ).iloc[0]
    assert (found["agreement"], found["gap_low"], found["gap_high"]) == ("agree", 15 - 20, 40 - 10)
    assert pd.isna(found["log_ratio"])


def test_no_upper_limit_leaves_the_gap_open_on_that_side(transfers):
    found = mirror(transfers({**TANKS, "role": "exporter", "low": 10}, {**TANKS, "role": "importer", "count": 4})).iloc[
        0
    ]
    assert pd.isna(found["gap_low"])
    assert found["gap_high"] == 4 - 10


def test_nought_has_no_logarithm(transfers):
    found = mirror(transfers({**TANKS, "role": "exporter", "count": 0}, {**TANKS, "role": "importer", "count": 4}))
    assert found["gap_low"].tolist() == [4]
    assert found["log_ratio"].isna().all()


@pytest.mark.parametrize(
    ("filings", "silence"),
    [
        ([], "not known to have filed"),
        ([("POL", 2015, "yes")], "filed and did not list"),
        ([("POL", 2015, "no")], "did not file"),
        ([("POL", 2014, "yes"), ("DEU", 2015, "no")], "not known to have filed"),  # another year, another party
    ],
)
def test_why_the_receiver_is_silent(transfers, filings, silence):
    found = mirror(transfers({**TANKS, "role": "exporter", "count": 4}), _filings(*filings))
    assert found[["agreement", "silence"]].values.tolist() == [["exporter only", silence]]


def test_why_the_sender_is_silent(transfers):
    found = mirror(transfers({**TANKS, "role": "importer", "count": 4}), _filings(("DEU", 2015, "no")))
    assert found[["agreement", "listed", "silence"]].values.tolist() == [["importer only", "importer", "did not file"]]


def test_a_classified_count_is_listed_all_the_same(transfers):
    found = mirror(
        transfers({**TANKS, "role": "exporter"}, {**TANKS, "role": "importer", "count": 4}),
        _filings(("DEU", 2015, "yes")),
    )
    seen = found[["agreement", "listed", "silence"]].values.tolist()
    assert seen == [["importer only", "both", "listed without a count"]]


def test_others_reports_are_no_mirror(transfers):
    rows = [{**TANKS, "role": "third", "count": 5}, {**TANKS, "role": "exporter", "year": 2016, "count": 7}]
    assert mirror(transfers(*rows))["year"].tolist() == [2016]


def test_a_side_that_contradicts_itself_does_not_agree(transfers):
    found = mirror(
        transfers(
            {**TANKS, "role": "exporter", "count": 5, "source_id": "S1"},
            {**TANKS, "role": "exporter", "count": 9, "source_id": "S2"},
            {**TANKS, "role": "importer", "count": 7},
        )
    ).iloc[0]
    assert (found["exporter_low"], found["exporter_high"], found["agreement"]) == (5, 9, "differ")


def test_order_of_statements_does_not_matter(transfers):
    rows = [
        {**TANKS, "role": role, "year": year, "count": count}
        for role, year, count in [
            ("exporter", 2014, 3),
            ("importer", 2015, 3),
            ("importer", 2012, 1),
            ("exporter", 2012, 2),
        ]
    ]
    table = transfers(*rows)
    shuffled = table.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(mirror(shuffled), mirror(table))
    assert mirror(table)["agreement"].tolist() == ["differ", "timing", "timing"]


def test_a_negative_number_of_years_is_refused(transfers):
    with pytest.raises(InputError, match="lag_years=-1"):
        mirror(transfers({**TANKS, "role": "exporter", "count": 1}), lag_years=-1)
