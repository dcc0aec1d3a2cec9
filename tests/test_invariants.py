"""What must hold between two readings of one register, whatever it says: order, names, units and years decide nothing.

Networks are small and random, several at once, each of an item of its own: a query takes longer than what it reads.
"""

import itertools
import math
import re
from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from analysis import scenarios
from analysis.attribution import traced
from analysis.conduits import conduits
from analysis.errors import InputError
from analysis.headlines import headlines
from analysis.mirror import mirror
from analysis.origins import origin_bounds
from analysis.reconcile import balances, double_counts, flows, readings
from analysis.schemas import KEYS
from analysis.tables import typed
from analysis.values import price_bounds

PARTIES = "ABCD"
ORIGIN = "A"
COUNTS = re.compile(r"(?:.*_)?(?:low|best|high|stock|least|most)$")
NOTHING = typed(pd.DataFrame(), "amounts"), typed(pd.DataFrame(), "rejects"), typed(pd.DataFrame(), "events")
SOURCES = typed(pd.DataFrame({"source_id": ["S1", "S2"]}), "sources")
POINT = {"prefer": "exporter", "lag_years": 1, "tolerance": 0.0, "leave_out": "", "origin": "", "opening_stock": 2}
FOCUS = {"focus": {"party": "B", "item": "item-0"}}

ENDS = [(low, low + wide) for low in (0, 1, 2, 5, 6, 9) for wide in (0, 0, 1, 4)]
ENDS += [(2, None), (7, None), (None, None)]
ENDS_OF = {"least": "low", "most": "high"}
STATEMENTS = st.fixed_dictionaries(
    {
        "pair": st.sampled_from(list(itertools.permutations(PARTIES, 2))),
        "role": st.sampled_from(["exporter", "importer", "third"]),
        "year": st.sampled_from([2012, 2013, 2014, None]),
        "ends": st.sampled_from(ENDS),
        "source_id": st.sampled_from(["S1", "S1", "S2"]),
    }
)
SENT = {"pair": ("B", "C"), "role": "exporter", "year": 2012, "ends": (5, 9), "source_id": "S1"}
REGISTERS = st.lists(st.lists(STATEMENTS, min_size=3, max_size=8), min_size=6, max_size=6)
PREFER = st.sampled_from(["exporter", "importer", "larger", "smaller", "mean"])
FEW = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
Tables = dict[str, pd.DataFrame]


def register(networks: list[list[dict]]) -> pd.DataFrame:
    """Statements of several networks, the n-th of the item `item-n`."""
    rows = []
    for place, network in enumerate(networks):
        for made in network:
            supplier, recipient = made["pair"]
            reporter = {"exporter": supplier, "importer": recipient}.get(made["role"], "Z")
            ends = {"supplier": supplier, "recipient": recipient, "low": made["ends"][0], "high": made["ends"][1]}
            rows.append({"item": f"item-{place}", "unit": "piece", "reporter": reporter, **made, **ends})
    frame = pd.DataFrame(rows).assign(statement_id=[f"T{place}" for place in range(len(rows))])
    return typed(frame.assign(locator=frame["statement_id"]).drop(columns=["pair", "ends"]), "transfers")


def told_by_one(networks: list[list[dict]]) -> list[list[dict]]:
    """The same without third parties, all in one source."""
    return [[made | {"source_id": "S1"} for made in own if made["role"] != "third"] for own in networks]


def results(statements: pd.DataFrame, prefer: str = "exporter", origin: str = ORIGIN) -> Tables:
    """All that follows from some statements, except what counts the statements themselves."""
    found = {"flows": flows(statements, prefer)}
    found["double_counts"] = double_counts(found["flows"])
    found["balances"] = balances(found["flows"], found["double_counts"])
    found["mirror"] = mirror(statements)
    found["conduits"] = conduits(found["flows"], doubled=found["double_counts"])
    return found | {"origins": origin_bounds(found["flows"], origin)}


def told(statements: pd.DataFrame, point: dict) -> pd.DataFrame:
    """The headlines of these statements, as a case without events and sums of money has them."""
    tables = dict(zip(("amounts", "rejects", "events"), NOTHING, strict=True))
    tables |= {"sources": SOURCES, "transfers": statements}
    tables |= scenarios.reconciled(tables, FOCUS, point)
    tables["parameters"] = scenarios.written(point)
    tables["origins"] = traced(readings(tables["flows"], tables["double_counts"]), ORIGIN, point["opening_stock"])
    return headlines(tables, FOCUS)


def sorted_by_key(table: pd.DataFrame, name: str, but: str) -> pd.DataFrame:
    """The rows in the order of their key, without ranks (ties go by name) and without the columns of this pattern."""
    left = [column for column in table.columns if not re.search(rf"rank_|{but}" if but else "rank_", column)]
    return table.sort_values(list(KEYS[name]), ignore_index=True)[left]


def same(found: Tables, wanted: Tables, but: str = "") -> None:
    for name, table in wanted.items():
        one, other = (sorted_by_key(each, name, but) for each in (found[name], table))
        pd.testing.assert_frame_equal(one, other, check_dtype=False, obj=name)


def changed(tables: Tables, change) -> Tables:
    return {name: change(table) for name, table in tables.items()}


@FEW
@given(networks=REGISTERS, prefer=PREFER, seed=st.integers(0, 99))
def test_the_order_of_rows_decides_nothing(networks, prefer, seed):
    """Tables come out the same to the byte; conduits with their ranks, headlines with their formulas. Only what is
    counted is listed as it stands; and the first and the last year name, of all statements of that year, the first.
    """
    statements = register(networks)
    shuffled = statements.sample(frac=1, random_state=seed, ignore_index=True)
    again = results(shuffled, prefer)
    for name, table in results(statements, prefer).items():
        pd.testing.assert_frame_equal(again[name], table, obj=name)
    point = POINT | {"prefer": prefer}
    two = [table[table["item"].isin(["item-0", "item-1"])] for table in (statements, shuffled)]
    one, other = (ids_in_order(told(table, point)) for table in two)
    years = one["key"].isin(["first_year", "last_year"])
    pd.testing.assert_frame_equal(one[~years], other[~years])
    pd.testing.assert_frame_equal(*(each[years].drop(columns=["formula", "statements"]) for each in (one, other)))


def ids_in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(statements=[" ".join(sorted(text.split())) for text in table["statements"]])


@FEW
@given(networks=REGISTERS, prefer=PREFER, one_source=st.booleans())
@example([[SENT]], "larger", True)
def test_a_lot_in_two_parts_is_the_same_lot(networks, prefer, one_source):
    """Two statements at places of their own that add up to one say what it said; only the ids are others."""
    statements = register(told_by_one(networks) if one_source else networks)
    parts = []
    for share, letter in ((0, "a"), (1, "b")):
        ends = {end: (statements[end] + share) // 2 for end in ("low", "high")}
        own = {name: statements[name] + letter for name in ("statement_id", "locator")}
        parts.append(statements.assign(**ends, **own))
    same(results(pd.concat(parts), prefer), results(statements, prefer), but="statements")


@FEW
@given(networks=REGISTERS, prefer=PREFER, codes=st.permutations("VWXY"))
def test_other_names_change_names_only(networks, prefer, codes):
    """Of conduits the ranks as well, where two are equal: ties go by party and item, as is said there."""
    statements = register(networks)
    others = dict(zip(PARTIES, codes, strict=True))
    items = {f"item-{place}": f"{codes[place % 4]}-{place}" for place in range(len(networks))}
    wanted = changed(results(statements, prefer), lambda table: table.replace(others | items))
    found = results(statements.replace(others | items), prefer, others[ORIGIN])
    for table in (wanted, found):
        for column in ("suppliers", "recipients"):
            names = table["conduits"][column].str.split(" ")
            table["conduits"][column] = [
                " ".join(sorted(others.get(name, name) for name in each) if table is wanted else each) for each in names
            ]
        ranks = table["conduits"][["rank_quantity", "rank_share", "rank_exactness"]]
        assert all(sorted(ranks[name]) == list(range(1, len(ranks) + 1)) for name in ranks)
    same(found, wanted)


@FEW
@given(networks=REGISTERS, prefer=PREFER, times=st.integers(2, 7))
def test_so_many_times_as_much_of_one_item_is_so_many_times_the_result(networks, prefer, times):
    """And nothing else of other items. Bounds of an origin that are `outer` are rounded to whole items, so that they
    are within one item of it, times as many.
    """
    statements = register(networks)
    more = statements.assign(
        **{
            end: statements[end].mask(statements["item"] == "item-0", statements[end] * times)
            for end in ("low", "high")
        }
    )
    found, before = results(more, prefer), results(statements, prefer)
    bounds = [tables.pop("origins") for tables in (found, before)]
    same(found, changed(before, lambda table: times_as_many(table, times)))
    exact = [table[table["method"] == "exact"].reset_index(drop=True) for table in bounds]
    same({"origins": exact[0]}, {"origins": times_as_many(exact[1], times)})
    now, then = (table[table["item"] == "item-0"] for table in bounds)
    low, high = (
        now[end].reset_index(drop=True) - times * then[end].reset_index(drop=True) for end in ("least", "most")
    )
    assert low.dropna().between(1 - times, 0).all() and high.dropna().between(0, times - 1).all()


def times_as_many(table: pd.DataFrame, times: int) -> pd.DataFrame:
    mine = table["item"] == "item-0"
    counts = [name for name in table.columns if COUNTS.fullmatch(name)]
    return table.assign(**{name: table[name].mask(mine, table[name] * times) for name in counts})


@FEW
@given(networks=REGISTERS, prefer=PREFER, other=st.lists(STATEMENTS, min_size=1, max_size=3), one_source=st.booleans())
@example([[SENT]], "larger", [SENT], True)
def test_what_moved_of_another_item_is_no_matter(networks, prefer, other, one_source):
    """Nor who else reports it: with one source and no third party, reports are combined by a shorter way (flows.sql),
    and with a further source, of whatever item, by the long one.
    """
    further = [made | {"source_id": "S9", "year": 1990} for made in other]
    if one_source:
        networks = told_by_one(networks)
    before = results(register(networks), prefer)
    found = results(register([*networks, further]), prefer)
    same(changed(found, lambda table: table[table["item"] != f"item-{len(networks)}"]), before)


@FEW
@given(networks=REGISTERS, prefer=PREFER, years=st.sampled_from([-100, -1, 1, 7]))
def test_other_years_change_years_only(networks, prefer, years):
    statements = register(networks)
    later = results(statements.assign(year=statements["year"] + years), prefer)
    shifted = changed(results(statements, prefer), lambda table: shift(table, years))
    same(later, shifted)


def shift(table: pd.DataFrame, years: int) -> pd.DataFrame:
    return table.assign(**{name: table[name] + years for name in table.columns if name.endswith("year")})


def contains(found: pd.DataFrame, before: pd.DataFrame, stem: str) -> None:
    """Every interval lies within the new one; what was open stays open."""
    for end, way in ((f"{stem}low", 1), (f"{stem}high", -1)):
        now, then = found[end].astype("Float64"), before[end].astype("Float64")
        assert (way * (then - now)).dropna().ge(0).all(), end
        assert now[then.isna()].isna().all(), end


@FEW
@given(networks=REGISTERS, which=st.integers(0, 6), by=st.sampled_from([(1, 0), (0, 1), (2, 2), (0, None)]))
def test_a_wider_count_narrows_nothing_while_reports_compare_as_before(networks, which, by):
    """Where counts that differed come to overlap, the flow is what they have in common, which can be narrower than all
    they span: `agree` is another reading than `differ`. As long as a flow's `agreement` is the same, and so is that of
    all flows of an item for its sums, no interval is narrower.
    """
    statements = register(networks)
    mine = statements.groupby("item").cumcount() == which
    low, high = (statements["low"] - by[0]).clip(lower=0), pd.NA if by[1] is None else statements["high"] + by[1]
    wide = statements.assign(low=statements["low"].mask(mine, low), high=statements["high"].mask(mine, high))
    before, found = results(statements), results(wide)
    as_before = before["flows"]["agreement"] == found["flows"]["agreement"]
    for stem in ("", "exporter_", "importer_", "third_"):
        contains(found["flows"][as_before], before["flows"][as_before], stem)
    others = set(before["flows"]["item"][~as_before])
    sums = [tables["balances"][~tables["balances"]["item"].isin(others)] for tables in (found, before)]
    for stem in ("received_", "sent_", "unaccounted_"):
        contains(*sums, stem)
    assert (sums[0]["required_stock"] <= sums[1]["required_stock"]).all()
    pairs = [tables["mirror"] for tables in (found, before)]
    alike = pairs[0]["agreement"] == pairs[1]["agreement"]
    alike &= (pairs[0][["first_year", "last_year"]].eq(pairs[1][["first_year", "last_year"]]).fillna(True)).all(axis=1)
    contains(*(table[alike] for table in pairs), "gap_")


@FEW
@given(networks=REGISTERS, stock=st.integers(0, 14), by=st.sampled_from([(1, 0), (0, 1), (2, None)]))
def test_a_wider_count_narrows_no_bound(networks, stock, by):
    """Whatever could be true before still can, with the stock that it then requires."""
    told_once = flows(register(networks))
    every = told_once.index % 3 == 0
    low, high = (told_once["low"] - by[0]).clip(lower=0), pd.NA if by[1] is None else told_once["high"] + by[1]
    wide = told_once.assign(low=told_once["low"].mask(every, low), high=told_once["high"].mask(every, high))
    before, found = (origin_bounds(table, ORIGIN, stock).rename(columns=ENDS_OF) for table in (told_once, wide))
    contains(found, before, "")


@FEW
@given(networks=REGISTERS, prefer=PREFER)
def test_nothing_is_lost_between_sender_and_receiver(networks, prefer):
    """Of each item as much was received as was sent as moved, least, best and most; and what is unaccounted for is the
    one less the other, as intervals: least less most, most less least, an undisclosed side being nought at least.
    """
    moved = flows(register(networks), prefer)
    sums = balances(moved)
    for item, mine in sums.groupby("item"):
        all_of_it = moved[moved["item"] == item]
        for end in ("low", "best", "high"):
            wanted = total(all_of_it[end], skip=end == "low")
            for side in ("received", "sent"):
                parts = mine[~mine["status"].eq("no inward record" if side == "received" else "no onward record")]
                assert total(parts[f"{side}_{end}"], skip=end == "low") == wanted
    for row in sums[~sums["status"].str.startswith("no ")].to_dict("records"):
        (low, best, high), (sent_low, sent_best, sent_high), left = (
            [math.nan if pd.isna(row[f"{side}_{end}"]) else row[f"{side}_{end}"] for end in ("low", "best", "high")]
            for side in ("received", "sent", "unaccounted")
        )
        wanted = [np.nan_to_num(low) - sent_high, best - sent_best, high - np.nan_to_num(sent_low)]
        np.testing.assert_array_equal(left, wanted)


def total(column: pd.Series, skip: bool) -> float | None:
    """The sum; None where a part has no such figure, unless it may be passed over, as nought at least."""
    known = column.dropna()
    return None if len(known) < len(column) and not skip else float(known.sum())


@FEW
@given(networks=REGISTERS, stock=st.integers(0, 6))
def test_every_rule_lies_between_least_and_most(networks, stock):
    """Of flows with counts and years: of others no rule tells anything."""
    exact = [
        [made | {"ends": (made["ends"][0] or 1,) * 2, "year": made["year"] or 2012, "role": "exporter"} for made in own]
        for own in networks
    ]
    moved = flows(register(exact))
    found = traced(readings(moved, double_counts(moved)), ORIGIN, stock)
    rules = found[["proportional", "first_in_first_out", "last_in_first_out"]].dropna().astype(float)
    assert len(rules)
    ends = found.loc[rules.index, ["least", "most"]].astype(float)
    most = np.where(ends["most"].isna(), np.inf, ends["most"])
    # Bounds are rounded inwards to whole items, the rules are not.
    assert (rules.min(axis=1) > ends["least"] - 1).all() and (rules.max(axis=1) < most + 1).all()
    whole = found.loc[rules.index, "method"] == "exact"
    assert (rules.min(axis=1) >= ends["least"] - 1e-9)[whole].all() and (rules.max(axis=1) <= most + 1e-9)[whole].all()


@FEW
@given(networks=REGISTERS, stock=st.integers(0, 9), by=st.integers(1, 4))
def test_more_opening_stock_never_raises_the_least_nor_lowers_the_most(networks, stock, by):
    """Also where it is raised to what sending requires, where counts are open, and where flows have no year."""
    moved = flows(register(networks))
    few, many = (origin_bounds(moved, ORIGIN, own).rename(columns=ENDS_OF) for own in (stock, stock + by))
    contains(many, few, "")


LOTS = st.lists(st.sampled_from([ends for ends in ENDS if ends[0]]), min_size=1, max_size=4)
SUMS = st.tuples(LOTS, st.integers(100, 1000), st.integers(0, 100), st.integers(0, 3), st.integers(0, 3))


@FEW
@given(st.lists(SUMS, min_size=6, max_size=6), st.integers(0, 50))
def test_less_is_known_of_prices_where_less_is_known_of_sums_counts_and_limits(sums, by):
    """A wider sum, a wider count, a lower floor: no price nor value of a lot is narrower. With limits that no price can
    keep there is none.
    """
    for lots, low, wide, floor, drop in sums:
        limits = {"item-0": (floor, None)}
        narrow = priced(lots, (low, low + wide), limits)
        below = {"item-0": (max(floor - drop, 0), None)}
        wider = [(max(least - drop, 1), most and most + drop) for least, most in lots]
        for again in (priced(lots, (low - by, low + wide + by), limits), priced(wider, (low, low + wide), limits)):
            compared(again, narrow)
        compared(priced(lots, (low, low + wide), below), narrow)


def priced(lots: list[tuple], ends: tuple[int, int], limits: dict) -> pd.DataFrame | None:
    """Prices of lots of an item each, under one sum; None where no prices fit."""
    made = {"low": [low for low, _ in lots], "high": [high for _, high in lots], "unit": "piece"}
    ids = [f"T{place}" for place in range(len(lots))]
    transfers = typed(
        pd.DataFrame(made | {"statement_id": ids, "item": [f"item-{n}" for n in range(len(lots))]}), "transfers"
    )
    money = {"statement_id": ["V1"], "currency": "EUR", "covers": " ".join(ids)}
    amounts = typed(pd.DataFrame(money | dict(zip(("low", "high"), map(Decimal, ends), strict=True))), "amounts")
    try:
        return price_bounds(amounts, transfers, limits)
    except InputError as fault:
        assert "no prices fit" in str(fault)
        return None


def compared(found: pd.DataFrame | None, before: pd.DataFrame | None) -> None:
    if before is not None:
        for stem in ("unit_price", "lot_value"):
            contains(found, before, f"{stem}_")
