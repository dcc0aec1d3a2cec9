"""Who can be trusted how far: hand arithmetic, faults that must not occur, and worlds whose truth is known."""

import math
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import cases, reconcile, scenarios
from analysis.errors import InputError
from analysis.explain import book_of, explain
from analysis.mirror import mirror as mirrored
from analysis.reliability import RULES, reliability, weighed
from analysis.tables import to_csv, typed
from benchmarks import truth

FEW = 8  # pairs at which half is the reporter's own and half the mean of all


def mirror(*pairs: tuple, agreement: str = "differ") -> pd.DataFrame:
    """A mirror of (supplier, recipient, sent, received), each in a year of its own."""
    rows = [
        {"supplier": a, "recipient": b, "year": place, "first_year": place, "last_year": place}
        | {f"exporter_{name}": sent for name in ("low", "high", "sum_low", "sum_high")}
        | {f"importer_{name}": received for name in ("low", "high", "sum_low", "sum_high")}
        for place, (a, b, sent, received) in enumerate(pairs, start=1000)
    ]
    return typed(pd.DataFrame(rows).assign(item="tank", unit="piece", agreement=agreement), "mirror")


def by_reporter(table: pd.DataFrame, column: str) -> dict[tuple[str, str], float]:
    return table.set_index(["party", "side"])[column].astype(float).to_dict()


def differing(transfers, sent: object, received: object, **more: object) -> pd.DataFrame:
    base = {"supplier": "AAA", "recipient": "BBB"}
    other = {**base, "role": "importer", "count": received, **more}
    return transfers({**base, "role": "exporter", "count": sent}, other)


def test_two_rules_by_hand():
    pairs = mirror(("AAA", "BBB", 30, 10), *[("AAA", "CCC", 7, 7)] * 8)
    found = by_reporter(reliability(pairs, "symmetry"), "weight")
    # AAA: (1 − 20/40 + 8 × 1) / 9 = 8.5/9, which is the mean of all pairs too
    assert found["AAA", "exporter"] == pytest.approx(8.5 / 9)
    assert found["BBB", "importer"] == pytest.approx((1 * 0.5 + 8 * 8.5 / 9) / 9)
    assert found["CCC", "importer"] == pytest.approx((8 * 1 + 8 * 8.5 / 9) / 16)
    assert found["*", "exporter"] == found["*", "importer"] == pytest.approx(8.5 / 9)
    found = by_reporter(reliability(pairs, "agreement"), "weight")
    assert found["BBB", "importer"] == pytest.approx((1 * 0 + 8 * 8 / 9) / 9)
    assert found["CCC", "importer"] == pytest.approx((8 * 1 + 8 * 8 / 9) / 16)
    assert by_reporter(reliability(pairs, "agreement"), "pairs")["AAA", "exporter"] == 9


def test_agreement_is_within_a_tenth_of_the_larger():
    found = reliability(mirror(("AAA", "BBB", 90, 100), ("AAA", "CCC", 100, 89)), "agreement")
    measures = by_reporter(found, "measure")
    assert (measures["BBB", "importer"], measures["CCC", "importer"]) == (1, 0)


def test_variances_by_hand():
    """Eight pairs A–C of squared log ratio 1.06, and eight B–C of 0.26: variances 0.59, 0.19 and 0.21.

    The mean is (1.06 + 0.26) / 4 = 0.33. A: measure 1.06 − 0.21 = 0.85, shrunk (8 × 0.85 + 8 × 0.33) / 16 = 0.59.
    B: 0.26 − 0.21 = 0.05, (0.05 + 0.33) / 2 = 0.19. C: the sums of variances are 0.80 and 0.40, so that B counts four
    times A: (1.06 − 0.59 + 4 × (0.26 − 0.19)) / 5 = 0.15, shrunk (16 × 0.15 + 8 × 0.33) / 24 = 0.21.
    """
    far, near = (round(10**12 * math.exp(math.sqrt(squared))) for squared in (1.06, 0.26))
    found = reliability(mirror(*[("A", "C", 10**12, far)] * 8, *[("B", "C", near, 10**12)] * 8))
    measures, shrunk = by_reporter(found, "measure"), by_reporter(found, "shrunk")
    for reporter, measure, drawn in (
        (("A", "exporter"), 0.85, 0.59),
        (("B", "exporter"), 0.05, 0.19),
        (("C", "importer"), 0.15, 0.21),
    ):
        assert measures[reporter] == pytest.approx(measure)
        assert shrunk[reporter] == pytest.approx(drawn)
    assert shrunk["*", "exporter"] == shrunk["*", "importer"] == pytest.approx(0.33)
    assert by_reporter(found, "weight")["A", "exporter"] == pytest.approx(1 / 0.59)


@pytest.mark.parametrize("rule", RULES)
def test_a_single_pair_blames_neither(rule):
    found = reliability(mirror(("DEU", "BRA", 26, 39)), rule)
    weights = by_reporter(found, "weight")
    assert weights["DEU", "exporter"] == weights["BRA", "importer"] == weights["*", "exporter"]
    if rule == "variance":  # half of ln(39/26)² each
        assert by_reporter(found, "shrunk")["DEU", "exporter"] == pytest.approx(math.log(1.5) ** 2 / 2)


PARTIES = "ABCDEFGH"


def liar(side: str) -> pd.DataFrame:
    """Everybody trades with everybody, thrice, and reports it to 2 %; A's reports of one side are off by four times."""
    rows = []
    for place, (a, b) in enumerate((a, b) for a in PARTIES for b in PARTIES if a != b for _ in range(3)):
        sent, received = (5000, 5100) if place % 2 else (5100, 5000)
        off = 4 if place % 2 else 0.25
        if side == "exporter" and a == "A":
            sent = int(sent * off)
        if side == "importer" and b == "A":
            received = int(received * off)
        rows.append((a, b, sent, received))
    return mirror(*rows)


@pytest.mark.parametrize(("side", "other"), [("exporter", "importer"), ("importer", "exporter")])
def test_who_misreports_one_side_is_not_blamed_for_the_other_nor_are_its_partners(side, other):
    found = by_reporter(reliability(liar(side)), "weight")
    assert found["A", side] < found["A", other] / 20
    honest = [found[party, one] for party in PARTIES for one in (side, other) if (party, one) != ("A", side)]
    assert min(honest) > 20 * found["A", side]
    assert found["A", other] > max(honest) / 2
    assert max(honest) < 3 * min(honest)


def one_more_round(pairs: pd.DataFrame, table: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The formula of the rule `variance`, written out pair by pair."""
    shrunk = by_reporter(table, "shrunk")
    top, bottom, count, total = defaultdict(float), defaultdict(float), defaultdict(int), 0.0
    for row in pairs.to_dict("records"):
        both = (row["supplier"], "exporter"), (row["recipient"], "importer")
        squared = math.log(row["importer_sum_low"] / row["exporter_sum_low"]) ** 2
        total += squared
        for own, other in (both, both[::-1]):
            trust = 1 / (shrunk[own] + shrunk[other]) ** 2
            top[own] += trust * (squared - shrunk[other])
            bottom[own] += trust
            count[own] += 1
    mean = total / len(pairs) / 2
    return {one: (n * max(top[one] / bottom[one], 0) + FEW * mean) / (n + FEW) for one, n in count.items()}


def drawn(seed: int, pairs: int = 400, parties: int = 15) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    spread = np.minimum(np.exp(random.normal(-1, 1.5, (2, parties))), 4)
    sides = random.integers(0, parties, (2, pairs))
    true = np.exp(random.normal(6, 1, pairs))
    errors = np.take_along_axis(spread, sides, 1) * random.normal(size=(2, pairs))
    counts = np.maximum(1, np.round(true * np.exp(errors)))
    equal = random.random(pairs) < 0.3
    counts[1, equal] = counts[0, equal]
    return mirror(*((f"P{a}", f"Q{b}", x, m) for a, b, x, m in zip(*sides, *counts, strict=True)))


@pytest.mark.parametrize("seed", range(6))
def test_one_more_round_changes_nothing(seed):
    pairs = drawn(seed, pairs=(30, 400)[seed % 2])
    table = reliability(pairs)
    again, stands = one_more_round(pairs, table), by_reporter(table, "shrunk")
    assert len(again) > 15
    assert {one: stands[one] for one in again} == pytest.approx(again, rel=2e-8)  # tables keep nine digits


@pytest.mark.parametrize("rule", RULES)
def test_neither_order_nor_names_nor_units_matter(rule):
    pairs = drawn(7)
    found = reliability(pairs, rule)
    shuffled = pairs.sample(frac=1, random_state=5)
    assert to_csv(reliability(shuffled, rule)) == to_csv(found)  # to the last digit
    names = {"supplier": {f"P{n}": f"Z{n}a" for n in range(15)}, "recipient": {f"Q{n}": f"B{n}" for n in range(15)}}
    renamed = pairs.assign(**{column: pairs[column].map(new).astype("str") for column, new in names.items()})
    again = by_reporter(reliability(renamed, rule), "weight")
    for (party, side), weight in by_reporter(found, "weight").items():
        other = party if party == "*" else f"Z{party[1:]}a" if party[0] == "P" else f"B{party[1:]}"
        assert again[other, side] == pytest.approx(weight)
    sums = [column for column in pairs.columns if column.startswith(("exporter_", "importer_"))]
    tenfold = pairs.assign(**{column: pairs[column] * 10 for column in sums})
    assert by_reporter(reliability(tenfold, rule), "weight") == pytest.approx(by_reporter(found, "weight"))


@pytest.mark.parametrize("rule", RULES)
def test_codes_that_are_not_one_party_have_no_weight_and_bear_on_none(rule):
    pairs = [("AAA", "BBB", 26, 39), ("AAA", "CCC", 7, 7)]
    found = reliability(mirror(*pairs, ("XXX", "BBB", 1, 99), ("AAA", "XXM", 1, 99)), rule)
    assert not set(found["party"]) & {"XXX", "XXM", "XXN"}
    assert to_csv(found) == to_csv(reliability(mirror(*pairs), rule))


def test_the_years_of_one_window_are_one_pair():
    """Germany's tanks to Poland: 91 against 63, then 28 against 56, are 119 against 119 once."""
    window = mirror(("DEU", "POL", 119, 119), ("DEU", "POL", 119, 119), agreement="timing")
    window = window.assign(first_year=2014, last_year=2015)
    assert by_reporter(reliability(window), "pairs")["DEU", "exporter"] == 1
    assert by_reporter(reliability(mirror(*[("DEU", "POL", 119, 119)] * 2)), "pairs")["DEU", "exporter"] == 2


def test_only_one_figure_each_above_nought_is_a_pair():
    pairs = mirror(*[("AAA", "BBB", 5, 7)] * 6)
    pairs.loc[0, "exporter_sum_low"] = 4
    pairs.loc[1, "importer_sum_high"] = pd.NA
    pairs.loc[2, ["importer_sum_low", "importer_sum_high"]] = pd.NA
    pairs.loc[3, ["exporter_sum_low", "exporter_sum_high"]] = 0
    assert by_reporter(reliability(pairs), "pairs")["BBB", "importer"] == 2


@pytest.mark.parametrize("rule", RULES)
def test_a_reporter_without_pairs_gets_the_mean(rule):
    pairs = drawn(3)
    alone = mirror(("SOLO", "NOBODY", 5, pd.NA))
    found = reliability(pd.concat([pairs, alone], ignore_index=True), rule).set_index(["party", "side"])
    assert ("NOBODY", "importer") not in found.index
    assert found.loc[("SOLO", "exporter"), "weight"] == found.loc[("*", "exporter"), "weight"]
    assert pd.isna(found.loc[("SOLO", "exporter"), "measure"])
    assert set(reliability(alone, rule)["weight"]) == {1}


@pytest.mark.parametrize("rule", RULES)
def test_weights_are_finite_where_all_agree_and_where_none_do(rule):
    for other in (7, 7000):
        weights = by_reporter(reliability(mirror(*[("AAA", "BBB", 7, other)] * 3), rule), "weight")
        assert all(0 < weight < 1e5 for weight in weights.values())
        assert weights["AAA", "exporter"] == weights["BBB", "importer"]


def test_the_leopards_of_germany_and_brazil():
    """26 as sent and 39 as received, the two other pairs of the same two alike: √(26 × 39) = 31.84."""
    case = "germany-brazil-2012-2014"
    tables = scenarios.tables_at(case, {**cases.settings(case)["parameters"], "prefer": "reliable"})
    row = tables["flows"].set_index("item").loc["leopard-1"]
    assert row["best"] == pytest.approx(math.sqrt(26 * 39))
    assert row[["low", "high", "rule"]].tolist() == [26, 39, "reliable"]
    assert tables["flows"].loc[tables["flows"]["item"] == "gepard", "best"].tolist() == [10, 13]
    found = explain("flows[DEU,BRA,leopard-1,2012].best", book_of(case, tables, cases.raw_lines(case)))
    assert "geometric mean of the sender's figure and the receiver's" in found.words
    assert found.words.endswith("Weight of the sender's: 50\u00a0%, of the receiver's: 50\u00a0%.")


def test_without_other_pairs_both_count_alike(transfers):
    row = reconcile.flows(differing(transfers, 26, 39), "reliable").iloc[0]
    assert row["best"] == pytest.approx(31.8434, abs=1e-4)


def weights(exporter: float, importer: float) -> pd.DataFrame:
    rows = [("AAA", "exporter", exporter), ("BBB", "importer", importer), ("*", "exporter", 1), ("*", "importer", 1)]
    return typed(pd.DataFrame(rows, columns=["party", "side", "weight"]).assign(rule="variance"), "reliability")


def test_both_reports_move_the_result(transfers):
    def best(sent: int, received: int) -> float:
        return reconcile.flows(differing(transfers, sent, received), "reliable", reliability=weights(3, 1))["best"][0]

    # (26³ × 39)^¼ = 26 × 1.5^¼ = 28.77
    assert best(26, 39) == pytest.approx(26 * 1.5**0.25)
    assert best(27, 39) > best(26, 39)
    assert best(26, 40) > best(26, 39)


def test_a_party_without_a_row_has_the_weight_of_any(transfers):
    frame = differing(transfers, 26, 39).replace("BBB", "XXX")
    # AAA weighs 3, the unknown party as anybody, 1
    assert reconcile.flows(frame, "reliable", reliability=weights(3, 7))["best"][0] == pytest.approx(26 * 1.5**0.25)


def test_nought_has_no_logarithm(transfers):
    row = reconcile.flows(differing(transfers, 0, 5), "reliable").iloc[0]
    assert row[["low", "high", "rule"]].tolist() == [0, 5, "none: no logarithm of nought"]
    assert pd.isna(row["best"])


def test_a_side_without_one_figure_is_said(transfers):
    frame = differing(transfers, 9, 5, role="third")
    row = reconcile.flows(frame, "reliable").iloc[0]
    assert (row["rule"], pd.isna(row["best"])) == ("none: a side gives no single figure", True)
    base = {"supplier": "AAA", "recipient": "BBB"}
    frame = transfers({**base, "role": "exporter", "low": 50}, {**base, "role": "importer", "count": 9})
    row = reconcile.flows(frame, "reliable").iloc[0]
    assert (row["rule"], pd.isna(row["best"])) == ("none: a side is open", True)


def test_a_tolerance_does_not_hide_who_is_reliable(transfers):
    """Shares are as without a tolerance: of figures widened to 25 to 27 and 38 to 40, the middles are 26 and 39."""
    base = {"supplier": "AAA", "item": "gun"}
    more = [{**base, "recipient": party, "role": "exporter", "count": 40} for party in ("CCC", "DDD", "EEE")]
    more += [{**row, "role": "importer", "count": 10} for row in more]
    frame = pd.concat([differing(transfers, 26, 39), transfers(*more)]).reset_index(drop=True)
    frame["statement_id"] = [f"T{place}" for place in range(len(frame))]
    plain, wide = (reconcile.flows(frame, "reliable", tolerance=share) for share in (0, 0.04))
    best = [flows.set_index("item").loc["tank", "best"] for flows in (plain, wide)]
    assert best[0] == pytest.approx(best[1])
    assert best[0] > math.sqrt(26 * 39) + 0.1  # AAA's three other reports are off by four times


COUNT = st.integers(0, 60)
REPORT = st.tuples(st.sampled_from("AB"), st.sampled_from("CD"), st.integers(2010, 2014), COUNT, COUNT)
REPORTS = st.lists(REPORT, max_size=9)


@settings(max_examples=15, deadline=None)
@given(reports=REPORTS, rule=st.sampled_from(list(RULES)))
def test_what_is_preferred_lies_between_the_two_figures(reports, rule):
    base = {"source_id": "S1", "item": "tank", "unit": "piece"}
    rows = [
        {**base, "supplier": a, "recipient": b, "year": year, "role": role, "low": count, "high": count}
        for a, b, year, *counts in {row[:3]: row for row in reports}.values()
        for role, count in zip(("exporter", "importer"), counts, strict=True)
    ]
    columns = ["supplier", "recipient", "year", "role", "low", "high", *base]
    ids = [f"T{place}" for place in range(len(rows))]
    frame = typed(pd.DataFrame(rows, columns=columns).assign(statement_id=ids), "transfers")
    sides = [reconcile.flows(frame, side, lag_years=0) for side in ("exporter", "importer")]
    found = weighed(*sides, reliability(mirrored(frame, lag_years=0), rule))
    same = found["agreement"] != "differ"
    pd.testing.assert_frame_equal(found[same], sides[0][same])
    known = found[~same].dropna(subset=["best"])
    assert ((known["low"] <= known["best"]) & (known["best"] <= known["high"])).all()
    nought = (found["exporter_low"] * found["importer_low"] == 0) & ~same
    assert (found["best"].isna() == nought).all()


def test_mistakes_are_told(transfers):
    with pytest.raises(InputError, match=r"rule='varience': unknown .did you mean 'variance'"):
        reliability(mirror(("AAA", "BBB", 1, 2)), "varience")
    frame, table = differing(transfers, 26, 39), weights(1, 1)
    with pytest.raises(InputError, match=r"holds the rules symmetry, variance\. Give the rows of one"):
        reconcile.flows(frame, "reliable", reliability=pd.concat([table, table.assign(rule="symmetry")]))
    with pytest.raises(InputError, match="no weight of BBB as importer"):
        reconcile.flows(frame, "reliable", reliability=table[table["side"] == "exporter"])


@pytest.mark.parametrize("seed", truth.SEEDS[:3])
def test_known_truth_is_nearer_with_variances_than_with_the_plain_geometric_mean(seed):
    found = truth.scores(truth.world(seed))
    assert found["variance"] < 0.85 * found[truth.BASELINE]
    assert found["variance"] < found[["exporter", "importer", "mean"]].min()
    assert found[truth.KNOWN] < 1.02 * found["variance"]


def test_the_same_seed_makes_the_same_world():
    one, same, other = (truth.world(seed, parties=5, partners=3) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.statements, same.statements)
    assert not one.truth.equals(other.truth)
    both = one.statements.merge(one.truth, on=truth.KEY)
    assert len(both) == len(one.statements)  # nothing is reported that was not sent
    assert set(both["role"]) == {"exporter", "importer"}
