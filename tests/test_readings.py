"""What flows may be, where lots reported along two routes may be one; and what counts where statements change."""

import pandas as pd
import pytest

from analysis import reconcile
from analysis.errors import InputError
from analysis.mirror import mirror
from analysis.reliability import reliability
from analysis.tables import typed
from tests.test_double_counts import flows_of


def detours(number: int) -> list[tuple]:
    """Lots of 64 from A to R, each straight and by way of B, among parties of their own."""
    return [
        row for n in range(number) for row in ((f"A{n}", f"R{n}", 64), (f"A{n}", f"B{n}", 64), (f"B{n}", f"R{n}", 64))
    ]


def read(flows: pd.DataFrame) -> list[pd.DataFrame]:
    return reconcile.readings(flows, reconcile.double_counts(flows))


def counts(flows: pd.DataFrame) -> list[tuple]:
    return list(zip(flows["low"].tolist(), flows["high"].tolist(), flows["best"].isna().tolist(), strict=True))


def test_without_double_counts_flows_are_read_as_reported():
    flows = flows_of([("A", "R", 64), ("B", "R", 64)])
    (alone,) = read(flows)
    pd.testing.assert_frame_equal(alone, flows)


def test_one_lot_went_straight_or_by_the_detour():
    flows = flows_of(detours(1))  # in this order: A to B, A to R, B to R
    assert flows["recipient"].tolist() == ["B0", "R0", "R0"]
    reported, straight, detour = read(flows)
    pd.testing.assert_frame_equal(reported, flows)
    assert counts(straight) == [(64, 64, False), (0, 0, True), (64, 64, False)]
    assert counts(detour) == [(0, 0, True), (64, 64, False), (0, 0, True)]


def test_of_a_larger_movement_the_rest_is_left():
    flows = flows_of([("A", "R", (60, 70)), ("A", "B", (50, 90)), ("B", "R", (64, None))])
    found = read(flows)
    # In common they have 64 to 70. Straight went 60 to 70, less 70 to 64; by the detour 50 to 90 and 64 or more.
    assert counts(found[1]) == [(50, 90, False), (0, 6, True), (64, pd.NA, True)]
    assert counts(found[2])[0] == (0, 26, True)
    assert counts(found[2])[1] == (60, 70, False)
    assert counts(found[2])[2] == (0, pd.NA, True)


@pytest.mark.parametrize(("number", "ways"), [(2, 9), (3, 27), (4, 81)])
def test_each_double_count_has_three_readings(number, ways):
    flows = flows_of(detours(number))
    found = read(flows)
    assert len(found) == ways
    assert len({tuple(counts(each)) for each in found}) == ways
    assert min(each["low"].sum() for each in found) == number * 64  # of every detour one leg is left, or straight: 64
    assert max(each["low"].sum() for each in found) == number * 3 * 64


def test_more_than_four_have_one_reading_that_holds_them_all():
    flows = flows_of([*detours(5), ("X", "Y", 7)])
    (found,) = read(flows)
    assert counts(found)[:-1] == [(0, 64, True)] * 15
    assert counts(found)[-1] == (7, 7, False)
    assert found["statements"].tolist() == flows["statements"].tolist()


def test_a_movement_of_two_double_counts_is_lessened_by_both():
    rows = [("A", "R", (100, 100)), ("A", "B", 64), ("B", "R", 64), ("A", "C", 36), ("C", "R", 36)]
    flows = flows_of([("A", "R", (30, 90)), *rows[1:]])
    found = [counts(each)[2] for each in read(flows)]  # A to R, behind A to B and A to C
    # less nothing, 64, 36 or both: 30 to 90 leaves 0 to 26, 0 to 54, 0 to 0
    assert {(low, high) for low, high, _ in found} == {(30, 90), (0, 26), (0, 54), (0, 0)}


def test_movements_of_other_items_and_units_stay_as_they_are():
    flows = flows_of(detours(1))
    others = [flows.assign(item="gun"), flows.assign(unit="set")]
    found = read(
        typed(pd.concat([flows, *(other.assign(supplier="X", recipient="Y").iloc[:1] for other in others)]), "flows")
    )
    assert [counts(each)[3:] for each in found] == [[(64, 64, False)] * 2] * 3
    doubled = reconcile.double_counts(flows)
    for other in others:  # of the same statements, as one statement may be of several lots
        assert [counts(each) for each in reconcile.readings(other, doubled)] == [[(64, 64, False)] * 3] * 3


def test_where_no_limit_is_known_a_lot_is_no_more_than_the_largest_count():
    flows = flows_of([("A", "R", (60, None)), ("A", "B", (60, None)), ("B", "R", (60, None)), ("X", "Y", 500)])
    found = read(flows)
    assert [each["low"].tolist() for each in found] == [[60, 60, 60, 500], [60, 0, 60, 500], [0, 60, 0, 500]]
    for others in ([], [("X", "Y", 10)]):  # nor is any lot smaller than what it is part of
        found = read(flows_of([("A", "R", (60, None)), ("A", "B", (60, None)), ("B", "R", (60, None)), *others]))
        assert [each["low"].tolist()[:3] for each in found] == [[60, 60, 60], [60, 0, 60], [0, 60, 0]]
    beside = flows_of([("A", "R", (60, 200)), ("A", "B", (60, None)), ("B", "R", (60, None)), ("X", "Y", 90)])
    assert [each["low"].tolist()[1] for each in read(beside)] == [60, 0, 60]


# ---- what counts

SIDES = [{"role": "exporter"}, {"role": "importer"}]


def reported(transfers, *cells: tuple) -> pd.DataFrame:
    """(exporter's count, importer's count, exporter's year, importer's year) → A → B, each of an item of its own."""
    rows = []
    for place, (sent, got, left, came) in enumerate(cells):
        for side, count, year in zip(SIDES, (sent, got), (left, came), strict=True):
            rows.append({"supplier": "A", "recipient": "B", "item": f"i{place}", "count": count, "year": year, **side})
    return transfers(*rows)


def test_sides_may_differ_by_one_year_unless_told_otherwise(transfers):
    frame = reported(transfers, (50, 50, 2014, 2015), (50, 50, 2014, 2016))
    assert reconcile.flows(frame)["agreement"].tolist() == ["timing"] * 2 + ["exporter only", "importer only"]
    assert set(reconcile.flows(frame, lag_years=2)["agreement"]) == {"timing"}
    assert "timing" not in set(reconcile.flows(frame, lag_years=0)["agreement"])


def test_routes_may_be_a_year_apart_unless_told_otherwise():
    near, far = (flows_of([("A", "R", 64, year), ("A", "B", 64), ("B", "R", 64)]) for year in (2011, 2010))
    assert len(reconcile.double_counts(near)) == 1
    assert reconcile.double_counts(far).empty
    with pytest.raises(InputError, match="lag_years=-1"):
        reconcile.double_counts(near, -1)


def test_reporters_are_weighed_by_these_statements_with_their_lag(transfers):
    frame = reported(transfers, (40, 50, 2014, 2014), (10, 10, 2014, 2015), (90, 30, 2015, 2015), (8, 8, 2016, 2016))
    more = transfers(
        *({"supplier": a, "recipient": b, "item": f"k{n}", "role": role, "count": count, "year": 2014}
          for n, (a, b, one, other) in enumerate([("A", "C", 10, 30), ("C", "B", 20, 21), ("C", "A", 5, 6)])
          for role, count in (("exporter", one), ("importer", other)))
    ).assign(statement_id=[f"K{n}" for n in range(6)])  # fmt: skip
    frame = typed(pd.concat([frame, more]), "transfers")
    for lag in (0, 1):
        weights = reliability(mirror(frame, lag_years=lag), "variance")
        wanted = reconcile.flows(frame, "reliable", lag, reliability=weights)
        pd.testing.assert_frame_equal(reconcile.flows(frame, "reliable", lag), wanted)
    left = frame[frame["statement_id"] != "K0"]
    weights = reliability(mirror(left), "variance")
    wanted = reconcile.flows(frame, "reliable", leave_out="K0", reliability=weights)
    pd.testing.assert_frame_equal(reconcile.flows(frame, "reliable", leave_out="K0"), wanted)


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [(0, 239, 241), (0.1, 216, 265), (0.5, 120, 361), (0.999, 1, 481), (0.001, 239, 241), (0.005, 238, 242)],
)
def test_a_share_widens_counts_to_whole_items_within(transfers, share, low, high):
    # 239 × 0.9 = 215.1, 241 × 1.1 = 265.1 · 119.5, 361.5 · 0.239, 481.759 · 238.761, 241.241 · 237.805, 242.205
    frame = reconcile.widened(transfers({"supplier": "A", "recipient": "B", "low": 239, "high": 241}), share)
    assert frame[["low", "high"]].values.tolist() == [[low, high]]


def test_a_share_leaves_unknown_ends_unknown(transfers):
    frame = transfers({"low": 10}, {"high": 10}, {"low": None})
    found = reconcile.widened(frame, 0.2)
    assert found["low"].tolist() == [8, pd.NA, pd.NA]
    assert found["high"].tolist() == [pd.NA, 12, pd.NA]
    assert reconcile.widened(frame, 0) is frame
    assert reconcile.told(frame)["statement_id"].tolist() == ["T1", "T2", "T3"]
    assert reconcile.told(frame, leave_out="T1 T3")["statement_id"].tolist() == ["T2"]


def test_a_statement_that_nobody_made_cannot_be_left_out(transfers):
    with pytest.raises(InputError, match=r"^leave_out='T2 T33': no transfer 'T33' \(did you mean 'T3'"):
        reconcile.without(transfers({}, {}, {}), "T2 T33")
    with pytest.raises(
        InputError, match=r"^tolerance=1: a share by which counts may be off is from 0 to less than 1\."
    ):
        reconcile.told(transfers({}), 1)
