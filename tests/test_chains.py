"""Chains from a first sender to a last receiver: found whole, in the order of years, and never cut in silence."""

import itertools

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analysis import conduits
from analysis.errors import InputError
from tests.test_conduits import ROWS, committed, table


def ends(found: pd.DataFrame, *columns: str) -> dict:
    cells = found.astype("object").where(found.notna(), None)
    return {row[0]: tuple(row[1:]) for row in cells[["chain", *columns]].values}


def test_the_launchers_passed_through_bulgaria():
    flows = committed()["belarus-bulgaria-2015"]
    # DESIGN, section 4: at no stock of its own, all of both; at 60, 76 to 136 and 20 to 80
    columns = ("legs", "low", "high", "least", "most")
    assert ends(conduits.chains(flows), *columns) == {
        "BLR > BGR > SAU": (2, 80, 80, 80, 80),
        "BLR > BGR > USA": (2, 136, 136, 136, 136),
    }
    stocked = conduits.chains(flows, opening_stock=60)
    assert ends(stocked, "least", "most") == {"BLR > BGR > SAU": (20, 80), "BLR > BGR > USA": (76, 136)}


def test_the_howitzers_went_two_ways():
    found = conduits.chains(pd.concat(committed().values(), ignore_index=True), items=["howitzer-122mm"])
    assert ends(found, "legs", "low", "first_year", "last_year") == {
        "SRB > BGR > ETH": (2, 64, 2012, 2012),
        "SRB > BGR > CZE > ETH": (3, 64, 2012, 2012),
        "POL > BGR > ETH": (2, 11, 2012, 2012),  # 11 came from Poland: no more can have gone on
        "POL > BGR > CZE > ETH": (3, 11, 2012, 2012),
    }
    two = conduits.chains(committed()["serbia-bulgaria-ethiopia-2012"], most_legs=2, parties=["CZE"])
    assert set(two["chain"]) == {"BGR > CZE > ETH", "POL > BGR > CZE", "SRB > BGR > CZE"}


def test_a_chain_goes_forward_in_time_as_a_whole():
    assert conduits.chains(table(("A", "B", 2012, 5), ("B", "C", 2011, 5))).empty
    assert conduits.chains(table(("A", "B", 2010, 5), ("B", "C", 2013, 5))).empty
    # the undated leg fits either neighbour alone, but C had sent before A did
    found = conduits.chains(table(("A", "B", 2012, 5), ("B", "C", None, 5), ("C", "D", 2010, 5)))
    assert set(found["chain"]) == {"A > B > C", "B > C > D"}


def test_a_leg_is_the_sum_of_its_movements():
    flows = table(("A", "B", 2010, 5), ("A", "B", 2011, 4), ("B", "C", 2012, 7), ("A", "B", 2013, 50))
    (row,) = conduits.chains(flows).to_dict("records")  # what came in 2013 cannot have left in 2012
    assert (row["low"], row["high"], row["first_year"], row["last_year"]) == (7, 7, 2010, 2012)
    assert (row["least"], row["most"], row["statements"]) == (7, 7, "T1 T2 T3")


def test_small_movements_and_unknown_parties_make_no_chain():
    flows = table(("A", "B", 2010, 50), ("B", "C", 2010, 2), ("B", "D", 2010, None), ("B", "XXX", 2010, 50))
    (row,) = conduits.chains(flows, least=3).to_dict("records")
    assert (row["chain"], row["low"], row["high"]) == ("A > B > D", 0, 50)  # how many went to D is not known
    assert set(conduits.chains(flows, least=0)["chain"]) == {"A > B > C", "A > B > D"}


def test_too_many_chains_are_refused_and_can_be_narrowed():
    sides = range(50)
    rows = [(f"A{a:02}", f"B{b:02}", 2010, 1) for a, b in itertools.product(sides, sides)]
    rows += [(f"B{b:02}", f"C{c:02}", 2010, 1) for b, c in itertools.product(sides, sides)]
    with pytest.raises(InputError, match=r"item 'tank', piece: up to 125000 chains.*by parties"):
        conduits.chains(table(*rows))
    assert len(conduits.chains(table(*rows), parties=["B07"])) == 50 * 50


@pytest.mark.parametrize(("asked", "message"), [({"most_legs": 1}, "at least 2"), ({"within_years": -1}, "negative")])
def test_what_cannot_be_asked_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        conduits.chains(table(("A", "B", 2010, 5)), **asked)


def by_hand(rows: list[tuple], within_years: int) -> dict[str, tuple]:
    """The definition as the docstring words it: all runs of movements tried, those kept that none contains."""
    moved = [row for row in rows if row[0] != row[1] and row[3] not in (0, (0, 0)) and "XXX" not in row[:2]]
    runs = [run for size in (1, 2, 3) for run in itertools.permutations(moved, size) if forward(run, within_years)]
    inner = {part for run in runs for part in (run[1:], run[:-1])}
    found: dict[str, list[set]] = {}
    for run in runs:
        if len(run) > 1 and run not in inner:
            name = " > ".join([run[0][0], *(leg[1] for leg in run)])
            for leg, used in zip(run, found.setdefault(name, [set() for _ in run]), strict=True):
                used.add(leg)
    return {name: smallest(legs) for name, legs in found.items()}


def forward(run: tuple, within_years: int) -> bool:
    """Whether the legs join, meet nobody twice, and can be given years in order: every combination is tried."""
    met = [run[0][0], *(leg[1] for leg in run)]
    if any(leg[1] != after[0] for leg, after in itertools.pairwise(run)) or len(set(met)) < len(met):
        return False
    choices = [range(2004, 2023) if leg[2] is None else [leg[2]] for leg in run]
    return any(
        all(0 <= after - year <= within_years for year, after in itertools.pairwise(years))
        for years in itertools.product(*choices)
    )


def smallest(legs: list[set]) -> tuple:
    """Least and most of the smallest leg."""
    counts = [[leg[3] if isinstance(leg[3], tuple) else (leg[3], leg[3]) for leg in used] for used in legs]
    lows = [sum(low or 0 for low, _ in used) for used in counts]
    highs = [sum(high for _, high in used) for used in counts if None not in {high for _, high in used}]
    return min(lows), min(highs, default=None)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.lists(ROWS, min_size=10, max_size=10), st.integers(0, 3), st.integers(0, 9))
def test_it_is_what_the_definition_says_whatever_the_order_of_rows(networks, within_years, seed):
    flows = table(*((*row, f"item-{number}") for number, rows in enumerate(networks) for row in rows))
    found = conduits.chains(flows, within_years=within_years)
    for number, rows in enumerate(networks):
        assert ends(found[found["item"] == f"item-{number}"], "low", "high") == by_hand(rows, within_years)
    shuffled = conduits.chains(flows.sample(frac=1, random_state=seed), within_years=within_years)
    pd.testing.assert_frame_equal(shuffled, found)
    through = found[found["chain"].map(lambda chain: bool({"B", "D"} & set(chain.split(" > ")))).astype("bool")]
    asked = conduits.chains(flows, within_years=within_years, parties=["B", "D"])
    pd.testing.assert_frame_equal(asked, through.reset_index(drop=True))
