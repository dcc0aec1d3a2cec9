"""The least counting error that leaves none unaccounted for is the one at which the package itself says so."""

import random
from fractions import Fraction

import pandas as pd
import pytest

from analysis import reconcile, stacks, tolerance
from analysis.wording import ENOUGH, figure

KEY = ("BBB", "tank", "piece")
CHOICE = {"prefer": "exporter", "lag_years": 1, "tolerance": 0, "leave_out": ""}


def balance(frame: pd.DataFrame, **changed) -> dict | None:
    """The hub's row, as reconciling gives it."""
    choice = CHOICE | changed
    flows = reconcile.flows(frame, **choice)
    rows = reconcile.balances(flows, reconcile.double_counts(flows, choice["lag_years"])).to_dict("records")
    return next((row for row in rows if (row["party"], row["item"], row["unit"]) == KEY), None)


def holds_none(row: dict) -> bool:
    low, high = row["unaccounted_low"], row["unaccounted_high"]
    return bool((pd.isna(low) or low <= 0) and (pd.isna(high) or high >= 0))


def least(frame: pd.DataFrame, **changed) -> float | None:
    """The share of the hub's row; what is told of it is `tolerance.closing`."""
    table = tolerance.closing(pd.DataFrame([balance(frame, **changed)]), frame, CHOICE | changed)
    return None if pd.isna(table["tolerance"].iloc[0]) else float(table["tolerance"].iloc[0])


def hub(transfers, came: list, went: list) -> pd.DataFrame:
    rows = [{"supplier": "AAA", "recipient": "BBB", **row} for row in came]
    return transfers(*rows, *({"supplier": "BBB", "recipient": "CCC", **row} for row in went))


GOLDEN = {  # by hand
    "240 in, 136 and 80 out": ([{"count": 240}], [{"count": 136}, {"count": 80, "locator": "5"}], 13 / 240),
    # 227 and 143 + 84: at 12/240 they are 228, and 142 + 84 = 226
    "100 in, 50 out": ([{"count": 100}], [{"count": 50}], 17 / 50),  # 66 and 67; at 0.33, 67 and 66
    "at least 240 in": ([{"low": 240}], [{"count": 216}], 13 / 240),  # 227 and 227; at 12/240, 228 and 226
    "a range": ([{"low": 10, "high": 20}], [{"low": 4, "high": 8}], 1 / 8),  # 9 and 9; at 0.1, 9 and 8
    "one in, none out": ([{"count": 1}], [{"count": 0}], None),
    "more than 99 % off": ([{"count": 1000}], [{"count": 2}], None),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(transfers, name):
    came, went, expected = GOLDEN[name]
    found = least(hub(transfers, came, went))
    assert found == expected if expected is None else found == pytest.approx(expected, rel=1e-12)


def test_the_share_as_it_is_printed_does_it_and_one_less_does_not(transfers):
    frame = hub(transfers, *GOLDEN["240 in, 136 and 80 out"][:2])
    assert figure(least(frame), ENOUGH) == "5.42\u00a0%"
    assert holds_none(balance(frame, tolerance=0.0542))
    assert not holds_none(balance(frame, tolerance=0.0541))


def test_large_counts_cost_no_more(transfers):
    frame = hub(transfers, [{"count": 10**15}], [{"count": 10**15 - 10**9}])
    share = least(frame)
    assert holds_none(balance(frame, tolerance=share))
    assert share == pytest.approx(10**9 / (2 * 10**15 - 10**9), rel=1e-6)


def some(draw: random.Random) -> dict:
    low = draw.randint(0, 9)
    return draw.choice([{"count": low}] * 4 + [{"low": low, "high": low + draw.randint(0, 5)}, {"low": low}, {}])


def told(draw: random.Random, supplier: str, recipient: str) -> list[dict]:
    """One to three reports of a movement, by sender, receiver or others, in one year or two."""
    sides = draw.choice(
        [["third"], ["third"], ["exporter"], ["exporter", "importer"], ["exporter", "importer", "third"]]
    )
    reporters = {"exporter": supplier, "importer": recipient, "third": ""}
    return [
        {"supplier": supplier, "recipient": recipient, "role": side, "reporter": reporters[side], "locator": str(place),
         "source_id": draw.choice(["S1", "S2"]), "year": draw.choice([2014, 2015]), **some(draw)}
        for place, side in enumerate(sides)
    ]  # fmt: skip


def a_case(draw: random.Random) -> list[dict]:
    rows = told(draw, "AAA", "BBB") + told(draw, "BBB", "CCC")
    rows += told(draw, "DDD", "BBB") if draw.random() < 0.4 else []
    rows += told(draw, "AAA", "CCC") if draw.random() < 0.4 else []  # perhaps one lot with the others
    return rows


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_first_share_at_which_the_package_says_so(transfers, seed):
    draw, start = random.Random(seed), random.Random(seed).choice([0, 0, 0.03])
    while True:
        frame = transfers(*a_case(draw))
        row = balance(frame, tolerance=start)
        if row["status"] == "unaccounted":
            break
    counts = {int(end) for name in ("low", "high") for end in frame[name].dropna() if end}
    shares = sorted({Fraction(off, count) for count in counts for off in range(1, count)})
    shares = [share for share in shares if start < share <= Fraction(99, 100)]
    found = stacks.counted(frame, [CHOICE | {"tolerance": share} for share in shares])
    hubs = [each["balances"] for each in found]
    rows = [table[table["party"] == "BBB"].iloc[0].to_dict() for table in hubs]
    expected = next((share for share, row in zip(shares, rows, strict=True) if holds_none(row)), None)
    share = least(frame, tolerance=start)
    assert share == (None if expected is None else pytest.approx(float(expected), rel=1e-12))
    if share is not None:
        assert holds_none(balance(frame, tolerance=share))  # as a number that is typed in
