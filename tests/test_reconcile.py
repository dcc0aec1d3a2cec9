"""Flows and balances, against hand arithmetic and the numbers of the published case."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import audit, cases, clean, reconcile
from analysis.errors import AccountsError, InputError
from analysis.mirror import mirror
from analysis.tables import typed

CASE = "belarus-bulgaria-2015"
A_TO_B = {"supplier": "AAA", "recipient": "BBB"}
B_TO_C = {"supplier": "BBB", "recipient": "CCC"}


def one(frame: pd.DataFrame, **key) -> pd.Series:
    for column, value in key.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


@pytest.fixture(scope="module")
def published() -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = cases.corrected(cases.raw_tables(CASE))
    flows = reconcile.flows(clean.clean_transfers(tables["transfers"], tables["sources"])[0])
    return flows, reconcile.balances(flows)


def test_published_balance_of_bulgaria(published):
    row = one(published[1], party="BGR", item="konkurs-launcher")
    received, sent = 240, 136 + 80
    assert row["received_low"] == row["received_best"] == row["received_high"] == received
    assert row["sent_low"] == row["sent_best"] == row["sent_high"] == sent
    assert row["unaccounted_low"] == row["unaccounted_best"] == row["unaccounted_high"] == received - sent == 24
    assert row["share_sent_on"] == pytest.approx(0.90)
    assert (row["status"], row["required_stock"]) == ("unaccounted", 0)
    assert row[["received_statements", "sent_statements", "statements"]].tolist() == ["T1", "T3 T4", "T1 T3 T4"]


def test_published_grenade_launchers_have_no_onward_record(published):
    row = one(published[1], party="BGR", item="ags-17")
    assert (row["received_best"], row["status"]) == (140, "no onward record")
    assert row[["sent_low", "sent_best", "sent_high", "share_sent_on"]].isna().all()
    assert row[["unaccounted_low", "unaccounted_best", "unaccounted_high"]].isna().all()


def test_published_flows_rest_on_third_parties(published):
    assert set(published[0]["agreement"]) == {"third only"}
    assert set(published[0]["rule"]) == {"third"}


def test_lots_in_one_report_add_up(transfers):
    flows = reconcile.flows(transfers({**A_TO_B, "count": 10}, {**A_TO_B, "count": 5}))
    assert flows[["low", "best", "high"]].values.tolist() == [[15, 15, 15]]
    assert flows["statements"].tolist() == ["T1 T2"]


def test_a_lot_listed_twice_at_one_place_counts_once(transfers):
    flows = reconcile.flows(transfers({**A_TO_B, "count": 10, "locator": "4"}, {**A_TO_B, "count": 10, "locator": "4"}))
    assert flows["best"].tolist() == [10]
    assert flows["statements"].tolist() == ["T1 T2"]


def test_sides_that_overlap_agree_on_what_they_share(transfers):
    flows = reconcile.flows(
        transfers(
            {**A_TO_B, "role": "exporter", "low": 80, "high": 100},
            {**A_TO_B, "role": "importer", "low": 90, "high": 120},
        )
    )
    row = flows.iloc[0]
    assert row[["low", "best", "high", "agreement", "rule"]].tolist() == [90, 95, 100, "agree", "intersection"]
    assert row[["exporter_low", "exporter_high", "importer_low", "importer_high"]].tolist() == [80, 100, 90, 120]


@pytest.mark.parametrize(
    ("prefer", "best"), [("exporter", 91), ("importer", 63), ("larger", 91), ("smaller", 63), ("mean", 77)]
)
def test_sides_that_differ_span_both_and_the_rule_chooses(transfers, prefer, best):
    flows = reconcile.flows(
        transfers({**A_TO_B, "role": "exporter", "count": 91}, {**A_TO_B, "role": "importer", "count": 63}),
        prefer=prefer,
    )
    assert flows.iloc[0][["low", "best", "high", "agreement", "rule"]].tolist() == [63, best, 91, "differ", prefer]


def test_a_rule_without_its_side_says_so(transfers):
    frame = transfers({**A_TO_B, "role": "importer", "count": 91}, {**A_TO_B, "role": "third", "count": 63})
    row = reconcile.flows(frame, prefer="exporter").iloc[0]
    assert row[["low", "high", "rule"]].tolist() == [63, 91, "none: exporter gives no single figure"]
    assert pd.isna(row["best"])


@pytest.mark.parametrize("prefer", ["exporter", "importer", "reliable"])
def test_of_two_others_none_is_preferred_for_no_reason(transfers, prefer):
    row = reconcile.flows(
        transfers({**A_TO_B, "count": 136}, {**A_TO_B, "count": 130, "source_id": "S2"}), prefer=prefer
    ).iloc[0]
    assert row[["low", "high", "agreement"]].tolist() == [130, 136, "differ"]
    assert pd.isna(row["best"]) and row["rule"].startswith("none")


LIMIT = 999_999_999_999_999  # the largest count that is read


@pytest.mark.parametrize("role", ["exporter", "importer", "third"])
@pytest.mark.parametrize("sources", [["S1"], ["S1", "S2"]])  # one report each, and several
def test_sums_are_exact_beyond_what_a_float_can_tell_apart(transfers, role, sources):
    rows = [{**A_TO_B, "role": role, "count": LIMIT, "source_id": name} for name in sources for _ in range(11)]
    row = reconcile.flows(transfers(*rows)).iloc[0]
    for column in ("low", "high", f"{role}_low", f"{role}_high"):
        assert row[column] == 10_999_999_999_999_989  # 11 x 10^15 - 11


def test_one_count_at_the_limit_is_its_own_best_figure(transfers):
    row = reconcile.flows(transfers({**A_TO_B, "count": LIMIT})).iloc[0]
    assert row["low"] == row["high"] == int(row["best"]) == LIMIT


def test_mirror_sums_of_several_years_are_exact(transfers):
    half = 5_000_000_000_000_001  # the receiver dates a lot of the first year to the next
    exporter = [{"year": 2014, "count": half + 2}, {"year": 2015, "count": half}]
    importer = [{"year": 2014, "count": half}, {"year": 2015, "count": half + 2}]
    sides = {"exporter": exporter, "importer": importer}
    rows = [{**A_TO_B, "role": side, **row} for side, both in sides.items() for row in both]
    sums = mirror(transfers(*rows))[["agreement", "exporter_sum_low", "importer_sum_high"]]
    assert sums.values.tolist() == [["timing", 2 * half + 2, 2 * half + 2]] * 2


def test_a_sum_that_no_table_can_hold_is_refused_by_name(transfers):
    with pytest.raises(InputError, match=r"AAA → BBB, tank, 2015 add up to 13835058055282163712"):
        reconcile.flows(transfers(*[{**A_TO_B, "count": 2**62}] * 3))


TANKS = [  # Germany to Poland in the UN Register: 91 against 63 in one year, 28 against 56 in the next; 119 in both
    {"role": "exporter", "year": 2014, "count": 91},
    {"role": "importer", "year": 2014, "count": 63},
    {"role": "exporter", "year": 2015, "count": 28},
    {"role": "importer", "year": 2015, "count": 56},
]


@pytest.mark.parametrize(("prefer", "years"), [("exporter", [91, 28]), ("importer", [63, 56])])
def test_sums_that_agree_over_two_years_are_timing(transfers, prefer, years):
    flows = reconcile.flows(transfers(*({**A_TO_B, **row} for row in TANKS)), prefer=prefer, lag_years=1)
    assert flows["agreement"].tolist() == ["timing", "timing"]
    assert flows["best"].tolist() == years
    assert one(reconcile.balances(flows), party="BBB")["received_best"] == 119


def test_timing_of_one_movement_is_not_that_of_others(transfers):
    other = [{"role": "exporter", "year": 2014, "count": 7}]
    ends = [{"recipient": "CCC"}, {"supplier": "CCC"}, {"item": "gun"}, {"unit": "set"}]
    rows = [{**A_TO_B, **row} for row in TANKS] + [{**A_TO_B, **end, **row} for end in ends for row in other]
    flows = reconcile.flows(transfers(*rows))
    assert sorted(flows["agreement"]) == ["exporter only"] * 4 + ["timing"] * 2
    assert sorted(flows["best"]) == [7, 7, 7, 7, 28, 91]


def test_without_a_lag_the_same_years_differ(transfers):
    flows = reconcile.flows(transfers(*({**A_TO_B, **row} for row in TANKS)), lag_years=0)
    assert flows["agreement"].tolist() == ["differ", "differ"]


def test_one_lot_dated_a_year_apart_is_not_counted_twice(transfers):
    rows = [{"role": "exporter", "year": 2014, "count": 50}, {"role": "importer", "year": 2015, "count": 50}]
    balances = reconcile.balances(reconcile.flows(transfers(*({**A_TO_B, **row} for row in rows))))
    assert one(balances, party="BBB")["received_best"] == 50


def lots(*cells: tuple) -> list[dict]:
    """Rows A → B of (role, year, count)."""
    return [{**A_TO_B, "role": role, "year": year, "count": count} for role, year, count in cells]


@pytest.mark.parametrize("prefer", ["exporter", "importer"])
@pytest.mark.parametrize("year", [2014, 2015])
def test_a_third_report_does_not_count_a_lagged_lot_again(transfers, prefer, year):
    frame = transfers(*lots(("exporter", 2014, 100), ("importer", 2015, 100), ("third", year, 100)))
    row = one(reconcile.balances(reconcile.flows(frame, prefer=prefer)), party="BBB")
    assert (row["received_low"], row["received_high"]) == (100, 100)


def test_a_third_report_that_fits_neither_side_stays_in_view(transfers):
    frame = transfers(*lots(("exporter", 2014, 100), ("third", 2014, 500), ("importer", 2015, 100)))
    row = one(reconcile.balances(reconcile.flows(frame)), party="BBB")
    assert (row["received_low"], row["received_high"]) == (100, 500)


def test_one_lot_received_does_not_vouch_for_two_sent(transfers):
    frame = transfers(*lots(("exporter", 2014, 50), ("importer", 2015, 50), ("exporter", 2016, 50)))
    assert set(reconcile.flows(frame)["agreement"]) == {"exporter only", "importer only"}


def test_two_reporters_in_one_source_are_two_reports(transfers):
    frame = transfers({**A_TO_B, "count": 100, "reporter": "DEU"}, {**A_TO_B, "count": 120, "reporter": "FRA"})
    assert reconcile.flows(frame)[["low", "high", "agreement"]].values.tolist() == [[100, 120, "differ"]]


def test_two_reports_by_one_side_are_not_averaged(transfers):
    frame = transfers(
        {**A_TO_B, "role": "exporter", "count": 100}, {**A_TO_B, "role": "exporter", "count": 200, "source_id": "S2"}
    )
    row = reconcile.flows(frame, prefer="exporter").iloc[0]
    assert row[["low", "high", "rule"]].tolist() == [100, 200, "none: exporter gives no single figure"]
    assert pd.isna(row["best"])


def test_an_undisclosed_report_sets_no_limit_to_others(transfers):
    third = {**A_TO_B, "role": "third", "count": 8, "source_id": "S2"}
    frame = transfers({**A_TO_B, "role": "exporter"}, {**A_TO_B, "role": "importer", "count": 5}, third)
    row = reconcile.flows(frame).iloc[0]
    assert row[["low", "high", "agreement"]].tolist() == [5, 8, "differ"]
    side = {**A_TO_B, "role": "exporter"}
    known = ({**side, "count": 10, "source_id": "S2"}, {**side, "count": 20, "source_id": "S3"})
    row = reconcile.flows(transfers(side, *known)).iloc[0]
    assert row[["low", "high", "agreement"]].tolist() == [10, 20, "differ"]


def test_reports_that_touch_in_one_number_agree_on_it(transfers):
    side = {**A_TO_B, "role": "exporter"}
    row = reconcile.flows(transfers({**side, "low": 5, "high": 10}, {**side, "count": 10, "source_id": "S2"})).iloc[0]
    assert row[["low", "best", "high", "agreement"]].tolist() == [10, 10, 10, "exporter only"]


def test_beside_an_open_report_no_figure_is_best(transfers):
    frame = transfers({**A_TO_B, "role": "exporter", "low": 100}, {**A_TO_B, "role": "importer", "count": 50})
    row = reconcile.flows(frame).iloc[0]
    assert (row["low"], row["rule"]) == (50, "none: a side is open")
    assert pd.isna(row["best"])
    assert pd.isna(row["high"])


def test_another_lot_of_the_same_size_at_the_same_place_is_another(transfers):
    here = {**A_TO_B, "locator": "4", "count": 80}
    frame = transfers({**here, "quantity_as_printed": "80"}, {**here, "quantity_as_printed": "another 80"})
    assert reconcile.flows(frame)["best"].tolist() == [160]


def test_what_left_at_an_unknown_date_needed_stock_too(transfers):
    frame = transfers(
        {**A_TO_B, "year": 2010, "count": 100}, {"supplier": "BBB", "recipient": "CCC", "year": None, "count": 300}
    )
    assert one(reconcile.balances(reconcile.flows(frame)), party="BBB")["required_stock"] == 200  # 300 − 100


def test_an_undisclosed_outflow_leaves_at_most_what_arrived(transfers):
    frame = transfers({**A_TO_B, "count": 240}, {"supplier": "BBB", "recipient": "CCC"})
    row = one(reconcile.balances(reconcile.flows(frame)), party="BBB")
    assert row["unaccounted_high"] == 240
    assert row[["unaccounted_low", "unaccounted_best"]].isna().all()


@pytest.mark.parametrize(("role", "agreement"), [("exporter", "exporter only"), ("importer", "importer only")])
def test_one_side_alone_is_named(transfers, role, agreement):
    assert reconcile.flows(transfers({**A_TO_B, "role": role, "count": 5}))["agreement"].tolist() == [agreement]


def test_a_classified_count_decides_nothing_and_bounds_nothing(transfers):
    flows = reconcile.flows(transfers({**A_TO_B, "role": "exporter"}, {**A_TO_B, "role": "importer", "count": 5}))
    assert flows.iloc[0][["best", "agreement"]].tolist() == [5, "importer only"]
    alone = reconcile.flows(transfers({**A_TO_B, "role": "exporter"}))
    assert alone.iloc[0]["agreement"] == "undisclosed"
    assert alone[["low", "best", "high"]].isna().all(axis=None)


def test_an_undisclosed_part_leaves_a_sum_without_upper_limit(transfers):
    flows = reconcile.flows(transfers({**A_TO_B, "count": 5}, {**A_TO_B, "year": 2016}))
    row = one(reconcile.balances(flows), party="BBB")
    assert row["received_low"] == 5
    assert row[["received_best", "received_high"]].isna().all()


def test_an_interval_stays_one_through_the_balance(transfers):
    flows = reconcile.flows(
        transfers({**A_TO_B, "low": 200, "high": 250}, {"supplier": "BBB", "recipient": "CCC", "low": 90, "high": 110})
    )
    row = one(reconcile.balances(flows), party="BBB")
    assert (row["unaccounted_low"], row["unaccounted_best"], row["unaccounted_high"]) == (90, 125, 160)


def test_required_stock_is_how_far_sending_ran_ahead(transfers):
    sent = {"supplier": "BBB", "recipient": "CCC"}
    flows = reconcile.flows(
        transfers(
            {**sent, "year": 2010, "count": 30},  # 30 out before anything came in
            {**A_TO_B, "year": 2011, "count": 100},
            {**sent, "year": 2012, "count": 90},  # 120 out against 100 in: 20
        )
    )
    row = one(reconcile.balances(flows), party="BBB")
    assert (row["required_stock"], row["unaccounted_best"], row["status"]) == (30, -20, "sent more than received")


def test_within_a_year_goods_may_arrive_before_they_leave(transfers):
    flows = reconcile.flows(transfers({**A_TO_B, "count": 9}, {"supplier": "BBB", "recipient": "CCC", "count": 9}))
    row = one(reconcile.balances(flows), party="BBB")
    assert (row["required_stock"], row["status"]) == (0, "balanced")


def test_a_producer_has_no_inward_record(transfers):
    row = one(reconcile.balances(reconcile.flows(transfers({**A_TO_B, "count": 9}))), party="AAA")
    assert (row["status"], row["required_stock"]) == ("no inward record", 9)
    assert row[["received_low", "unaccounted_best"]].isna().all()


@pytest.mark.parametrize("parameters", [{"prefer": "exporters"}, {"prefer": ""}, {"lag_years": -1}])
def test_parameters_are_checked(transfers, parameters):
    with pytest.raises(InputError):
        reconcile.flows(transfers({**A_TO_B, "count": 1}), **parameters)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "supplier": st.sampled_from(["AAA", "BBB"]),
            "recipient": st.sampled_from(["CCC", "DDD"]),
            "role": st.sampled_from(["exporter", "importer", "third"]),
            "year": st.sampled_from([2014, 2015, 2016, None]),
            "low": st.integers(0, 40),
            "high": st.none() | st.integers(40, 80),
        }
    ),
    min_size=1,
    max_size=8,
)


# A query takes longer than what it reads: five registers are asked for at once, each of an item of its own.
REGISTERS = st.lists(ROWS, min_size=5, max_size=5)


@settings(max_examples=8, deadline=None)
@given(registers=REGISTERS, order=st.randoms(use_true_random=False))
def test_flows_hold_their_invariants(registers, order):
    frame = _transfers(registers)
    flows = reconcile.flows(frame)
    known = flows.dropna(subset=["best"])
    assert (known["low"] <= known["best"]).all()
    assert (known["best"] <= known["high"].fillna(10**9)).all()
    assert sorted(" ".join(flows["statements"]).split()) == sorted(frame["statement_id"])
    shuffled = frame.sample(frac=1, random_state=order.randrange(2**32))
    pd.testing.assert_frame_equal(reconcile.flows(shuffled), flows)


@settings(max_examples=8, deadline=None)
@given(registers=REGISTERS)
def test_what_leaves_arrives(registers):
    sums = (
        reconcile.balances(reconcile.flows(_transfers(registers))).groupby("item")[["sent_low", "received_low"]].sum()
    )
    assert len(sums) == len(registers)
    assert (sums["sent_low"] == sums["received_low"]).all()


def _transfers(registers: list[list[dict]]) -> pd.DataFrame:
    base = {"source_id": "S1", "unit": "piece"}
    rows = [{**base, "item": f"tank-{place}", **row} for place, register in enumerate(registers) for row in register]
    numbered = [{"statement_id": f"T{n}", "locator": str(n), **row} for n, row in enumerate(rows)]
    return typed(pd.DataFrame(numbered), "transfers")


def test_counts_may_be_off_by_a_share_in_whole_items(transfers):
    frame = transfers({**A_TO_B, "count": 240}, {**B_TO_C, "count": 136}, {**B_TO_C, "recipient": "SAU", "count": 80})
    # at 5.4 %: 240 − 12.96 → at least 228; 136 + 7.344 and 80 + 4.32 → at most 143 + 84 = 227: one is still missing
    assert _left(frame, 0.054) == 1
    # at 5.5 %: 240 − 13.2 → at least 227; the same 227: none need be missing
    assert _left(frame, 0.055) == 0


def _left(frame: pd.DataFrame, tolerance: float) -> int:
    return one(reconcile.balances(reconcile.flows(frame, tolerance=tolerance)), party="BBB")["unaccounted_low"]


@pytest.mark.parametrize("share", [-0.1, 1.0])
def test_a_tolerance_is_a_share(transfers, share):
    with pytest.raises(InputError, match="from 0 to less than 1"):
        reconcile.flows(transfers({**A_TO_B, "count": 1}), tolerance=share)


def test_a_statement_can_be_taken_as_not_made(transfers):
    frame = transfers({**A_TO_B, "count": 240}, {**B_TO_C, "count": 136})
    assert reconcile.flows(frame, leave_out="T1")["statements"].tolist() == ["T2"]
    with pytest.raises(InputError, match=r"no transfer 'T9'"):
        reconcile.flows(frame, leave_out="T1 T9")


def test_all_that_a_source_says_can_be_taken_as_not_made(transfers):
    rows = [{**A_TO_B, "count": 240}, {**A_TO_B, "count": 300, "source_id": "S2"}, {**B_TO_C, "count": 136}]
    frame = transfers(*rows)
    flows = reconcile.flows(frame, leave_out="S2")
    assert flows[["statements", "low", "high"]].values.tolist() == [["T1", 240, 240], ["T3", 136, 136]]
    audit.moved(flows, frame, "S2")
    with pytest.raises(AccountsError, match="T2"):
        audit.moved(flows, frame, "")
    with pytest.raises(InputError, match=r"no transfer 'S22' \(did you mean 'S2'"):
        reconcile.flows(frame, leave_out="S22")
