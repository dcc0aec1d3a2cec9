"""The same case under other assumptions: every headline at each point of a grid, and which of them then say otherwise.

A point gives every parameter a value. What does not depend on a parameter that changes is computed once.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import pandas as pd

from analysis import cases, clean, headlines
from analysis.attribution import traced
from analysis.choices import PREFER, check_values
from analysis.errors import InputError
from analysis.evidence import computed, evidence, ranked, said, timeline
from analysis.formulas import Ledger
from analysis.intervals import cell, ends, interval
from analysis.licences import is_licensed
from analysis.limits import parse_limits
from analysis.names import item_name, party_name
from analysis.origins import WORDS, break_evens, check_origin, least_and_most, lowest_break_evens, main_supplier
from analysis.reconcile import balances, double_counts, flows, readings, without
from analysis.rows import Rows, cell_text
from analysis.schemas import CASES
from analysis.stacks import counted
from analysis.tables import typed
from analysis.tolerance import closing
from analysis.values import price_bounds
from analysis.wording import measure

Point = Mapping[str, object]
BEFORE = ("sources", "transfers", "amounts", "events", "rejects", "flows", "double_counts", "balances", "timeline")
BEFORE += ("evidence", "counting")  # what 3-scenarios reads
FIXED = ("sources", "transfers", "amounts", "rejects")  # the clean tables that formulas name
TYPES = {column.name: column.type for column in CASES["scenarios"]}
COUNTING = ("prefer", "lag_years", "tolerance", "leave_out")
PRICING = ("price_limits", "currency", "rate_of")
FOLLOWING = ("origin", "opening_stock")
STEPS = 24  # of opening stock, from none to all that anybody received or sent
SHARES = [step / 100 for step in range(1, 11)]  # counting errors from 1 % to 10 %
KEPT = 2048  # results that wait for the next points; a sweep comes back to the same ones again and again
NO_EVENS = pd.DataFrame({"break_even": pd.array([], "Int64"), "sure": pd.array([], "bool")})
SILENT = (
    "assumed",
    "year",
    "claim",
    "source",
    "statement",
    "row",
)  # units of headlines that say nothing about what moved
MEANS = {"some": "some", "none": "none", "perhaps": "perhaps none", "short": "more out than in", "": "not known"}


def clean_tables(case: str) -> dict[str, pd.DataFrame]:
    """What 1-clean writes of a case, from its raw tables."""
    return clean.cleaned(cases.corrected(cases.raw_tables(case)))


def reconciled(tables: Mapping[str, pd.DataFrame], settings: Mapping, point: Point) -> dict[str, pd.DataFrame]:
    """What 2-reconcile writes: flows, double_counts, balances, timeline and evidence.

    Raises InputError for a value that a parameter does not admit, as `bounded` does.
    """
    check_values({name: point[name] for name in COUNTING}, TYPES)
    found = {"flows": flows(tables["transfers"], **{name: point[name] for name in COUNTING})}
    found["double_counts"] = double_counts(found["flows"], point["lag_years"])
    found["balances"] = closing(balances(found["flows"], found["double_counts"]), tables["transfers"], point)
    _check_units(found["balances"])
    found["timeline"] = timeline(tables["transfers"], tables["events"])
    found["evidence"] = evidence({**tables, **found}, settings["focus"]["party"])
    return found


def _check_units(held: pd.DataFrame) -> None:
    """Raise InputError where a party has one item in two units: a headline names a party and an item, and no unit."""
    for (party, item), rows in held.groupby(["party", "item"]):
        if len(rows) > 1:
            units = " and in ".join(rows["unit"])
            licensed = [is_licensed(unit) for unit in rows["unit"]]
            if any(licensed) and not all(licensed):
                raise InputError(
                    f"{item_name(item, 2)} of {party_name(party)} are counted in {units}, which cannot be added up: a "
                    "licence says what may move, not what did. Name the statements of one `kind` in leave_out, or make "
                    "them an item of their own; `retransfer check` names the rows."
                )
            raise InputError(
                f"{item_name(item, 2)} of {party_name(party)} are counted in {units}, which cannot be added up. Keep "
                "one unit in transfers.csv, or make what is counted otherwise an item of its own; `retransfer "
                "check` names the rows."
            )


def priced(tables: Mapping[str, pd.DataFrame], point: Point) -> pd.DataFrame:
    """What the sums of money leave room for under the price limits and in the currency of a point."""
    limits = parse_limits(point["price_limits"])
    return price_bounds(tables["amounts"], tables["transfers"], limits, point["currency"], point["rate_of"])


def point(parameters: pd.DataFrame, **own: object) -> dict[str, object]:
    """Every parameter with its value: those that 2-reconcile wrote down, and the caller's own."""
    known = dict(zip(parameters["name"], parameters["value"], strict=True))
    kinds = {"lag_years": int, "tolerance": float}
    return {name: kinds.get(name, str)(known[name]) for name in COUNTING} | own


def written(point: Point) -> pd.DataFrame:
    """A point as the table `parameters`."""
    return typed(
        pd.DataFrame({"name": list(point), "value": [cell_text(value) for value in point.values()]}), "parameters"
    )


def check(tables: Mapping[str, pd.DataFrame], point: Point) -> None:
    """Raise InputError where a parameter is of another type, or origin is no party of these transfers."""
    check_values(point, TYPES)
    if point["origin"]:
        check_origin(point["origin"], tables["transfers"])


def bounded(tables: Mapping[str, pd.DataFrame], settings: Mapping, point: Point) -> dict[str, pd.DataFrame]:
    """What 3-scenarios writes first: origins, values, and all parameters."""
    check(tables, point)
    origin = point["origin"] or main_supplier(tables["flows"], **settings["focus"])
    ways = readings(tables["flows"], tables["double_counts"])
    found = {"origins": traced(ways, origin, point["opening_stock"]), "values": priced(tables, point)}
    return found | {"parameters": written(point)}


def tables_at(case: str, point: Point) -> dict[str, pd.DataFrame]:
    """Every table of a case that a formula can name, at one point."""
    settings, tables = cases.settings(case), clean_tables(case)
    tables |= reconciled(tables, settings, point)
    tables |= bounded(tables, settings, point)
    return tables | {"headlines": headlines.headlines(tables, settings)}


def around(point: Point, tables: Mapping[str, pd.DataFrame], settings: Mapping) -> pd.DataFrame:
    """The point and its variations with every headline at each. Shape: schemas, `scenarios`."""
    points = variations(point, tables, settings["focus"]["item"])
    return typed(pd.concat([pd.DataFrame(points), evaluate(tables, settings, points)], axis=1), "scenarios")


def evaluate(tables: Mapping[str, pd.DataFrame], settings: Mapping, points: Sequence[Point]) -> pd.DataFrame:
    """Every headline at each point: one row per point, in order; one column per headline, cells as `intervals.cell`.

    `tables` are the clean tables, `settings` is case.toml. A headline that a point does not have is an empty cell.
    """
    case = _Case(tables, settings, points)
    counts = [_counts(case, _key(point, COUNTING)) for point in points]
    rows = [
        {**_settled(case, count).cells, **_prices(case, count, _key(point, PRICING)), **followed}
        for point, count, followed in zip(points, counts, _followed(case, points, counts), strict=True)
    ]
    return pd.DataFrame(rows, index=range(len(points)), dtype="str").fillna("")


def cells(table: pd.DataFrame) -> dict[str, str]:
    """The headlines of one run as `evaluate` gives them."""
    return {row["key"]: cell(interval(row)) for row in table.to_dict("records")}


def variations(base: Point, tables: Mapping[str, pd.DataFrame], item: str) -> list[dict[str, object]]:
    """The point itself, then points that differ from it in one parameter each.

    Opening stock from none to all that anybody moved of the item, with every break-even; the other preferences; two
    more years of lag; counts off by up to a tenth; each statement left out. `tables`: transfers, balances, origins.
    """
    others = {
        "opening_stock": _stocks(tables["balances"], tables["origins"], item),
        "prefer": PREFER,
        "lag_years": range(3),
        "tolerance": SHARES,
        "leave_out": _left_out(str(base["leave_out"]), tables["transfers"]),
    }
    changed = [{**base, name: value} for name, values in others.items() for value in values if value != base[name]]
    return [dict(base), *changed]


def _left_out(base: str, transfers: pd.DataFrame) -> list[str]:
    """Each statement that counts left out beside those that are, and none left out at all."""
    return ["", *(f"{base} {name}".strip() for name in without(transfers, base)["statement_id"])]


def flips(scenarios: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Which headlines say something else, and at which value of which parameter. Shape: schemas, `flips`.

    The first row of `scenarios` is the point that the others are held against; each of these differs in one parameter.
    `units` gives the unit of each headline; those that count sources or name years are left aside, and those that a
    scenario does not have at all, since the statement left out was all they rested on.
    """
    base, found = scenarios.iloc[0], {}
    parameters = [name for name in scenarios.columns if name not in units]
    order = scenarios.iloc[1:].assign(apart=[_apart(base, row, parameters) for _, row in scenarios.iloc[1:].iterrows()])
    for _, row in order.sort_values("apart", kind="stable").iterrows():
        name = next(name for name in parameters if row[name] != base[name])
        told = [key for key, unit in units.items() if unit not in SILENT and row[key] and "break_even" not in key]
        for key in (key for key in told if says(row[key]) != says(base[key])):
            place = (key, name, row[name]) if name == "leave_out" else (key, name)
            both = [f"{point[key]} {measure(units[key])}".rstrip() for point in (base, row)]
            found.setdefault(place, [key, name, str(row[name]), *both, says(base[key]), says(row[key])])
    columns = ["key", "parameter", "at", "published", "becomes", "was", "says"]
    rows = sorted(found.values(), key=lambda line: (list(units).index(line[0]), parameters.index(line[1])))
    return typed(pd.DataFrame(rows, columns=columns), "flips")


def says(text: str) -> str:
    """What a cell of scenarios says: that there are some, none, perhaps none, or more out than in."""
    low, high = ends(text)
    if low is not None and low > 0:
        return MEANS["some"]
    if high is not None and high < 0:
        return MEANS["short"]
    if low == high == 0:
        return MEANS["none"]
    return MEANS["" if low is None and high is None else "perhaps"]


class _Alike:
    """Tables, alike where they say the same: what is computed of them serves all that are alike."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], further: object = "") -> None:
        self.tables = tables
        columns = {(name, each): table[each].tolist() for name, table in tables.items() for each in table.columns}
        self.digest = hashlib.sha256(f"{further}{columns}".encode()).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Alike) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


class _Case(_Alike):
    """Clean tables and settings, and the points that are asked for together."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], settings: Mapping, points: Sequence[Point]) -> None:
        super().__init__(tables, settings)
        self.settings = settings
        self.chosen = list(dict.fromkeys(_key(point, COUNTING) for point in points))

    @cached_property
    def counted(self) -> dict[tuple, _Alike]:
        """Flows, double_counts and balances by the counting parameters of all points."""
        choices = [dict(zip(COUNTING, chosen, strict=True)) for chosen in self.chosen]
        found = counted(self.tables["transfers"], choices)
        for tables, choice in zip(found, choices, strict=True):
            tables["balances"] = closing(tables["balances"], self.tables["transfers"], choice)
        return dict(zip(self.chosen, map(_Alike, found), strict=True))

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """What no parameter changes, row by row, as formulas look it up."""
        fixed = {name: self.tables[name] for name in FIXED} | {"timeline": self.said[0]}
        return {name: table.to_dict("records") for name, table in fixed.items()}

    @cached_property
    def said(self) -> tuple[pd.DataFrame, list]:
        """The timeline, and the claims of the statements themselves: neither hangs on any parameter."""
        return timeline(self.tables["transfers"], self.tables["events"]), said(self.tables)


class _Settled(NamedTuple):
    """What follows from the counting parameters alone: tables, readings, who sent most to the focus, and headlines."""

    tables: Mapping[str, pd.DataFrame]
    readings: list[pd.DataFrame]
    supplier: str
    cells: dict[str, str]


@lru_cache(maxsize=KEPT)
def _counts(case: _Case, chosen: tuple) -> _Alike:
    return case.counted[chosen]


@lru_cache(maxsize=KEPT)
def _settled(case: _Case, counts: _Alike) -> _Settled:
    focus, (when, claims) = case.settings["focus"], case.said
    evidence = ranked([*claims, *computed(counts.tables, focus["party"])])
    known = {**case.tables, **counts.tables, "timeline": when, "evidence": evidence}
    ways = readings(known["flows"], known["double_counts"])
    told = headlines.cells(headlines.counted(known, case.settings), Ledger(known | case.rows))
    return _Settled(known, ways, main_supplier(known["flows"], **focus), told)


@lru_cache(maxsize=KEPT)
def _prices(case: _Case, counts: _Alike, chosen: tuple) -> dict[str, str]:
    tables = {**_settled(case, counts).tables, "values": _values(case, chosen)}
    return headlines.cells(headlines.priced(tables, case.settings), Ledger(tables | case.rows))


@lru_cache(maxsize=KEPT)
def _values(case: _Case, chosen: tuple) -> pd.DataFrame:
    return priced(case.tables, dict(zip(PRICING, chosen, strict=True)))


@lru_cache(maxsize=KEPT)
def _even(case: _Case, counts: _Alike, origin: str) -> list:
    found = []
    for items in map(_by_item, _settled(case, counts).readings):
        parts = [_even_of_item(_Alike({"flows": rows}), origin) for rows in items]
        found.append(pd.concat([NO_EVENS, *parts], ignore_index=True))
    return lowest_break_evens(found).tolist()


@lru_cache(maxsize=64 * KEPT)
def _even_of_item(rows: _Alike, origin: str) -> pd.DataFrame:
    """No item's break-evens rest on another's: a statement that is left out changes those of its own alone."""
    return break_evens(rows.tables["flows"], origin)[list(NO_EVENS)]


def _by_item(flows: pd.DataFrame) -> list[pd.DataFrame]:
    """The flows of each item and unit, in the order of the rows of `origins`."""
    return [rows for _, rows in flows.groupby(["item", "unit"])]


def _key(point: Point, names: Iterable[str]) -> tuple:
    return tuple(point[name] for name in names)


def _followed(case: _Case, points: Sequence[Point], counts: Sequence[_Alike]) -> list[dict[str, str]]:
    """The headlines about an origin at each point: all bounds of one origin are solved together."""
    for origin in {point["origin"] for point in points} - {""}:
        check_origin(origin, case.tables["transfers"])
    keys = [
        (point["origin"] or _settled(case, count).supplier, count, point["opening_stock"])
        for point, count in zip(points, counts, strict=True)
    ]
    asked = defaultdict(lambda: defaultdict(list))
    for origin, count, stock in dict.fromkeys(keys):
        asked[origin][count].append(stock)
    found = {}
    for origin, stocks in asked.items():
        bounds = least_and_most([(_settled(case, count).readings, own) for count, own in stocks.items()], origin)
        for (count, own), (words, *limits) in zip(stocks.items(), bounds, strict=True):
            rows = [
                {**dict(zip(WORDS, word, strict=True)), "origin": origin, "break_even": even}
                for word, even in zip(words, _even(case, count, origin), strict=True)
            ]
            for stock, told in zip(own, headlines.followed_cells(rows, own, *limits), strict=True):
                found[origin, count, stock] = told
    return [found[key] for key in keys]


def _stocks(balances: pd.DataFrame, origins: pd.DataFrame, item: str) -> list[int]:
    """Opening stocks to try: evenly from none to all that anybody received or sent, and every break-even."""
    moved = balances.loc[balances["item"] == item, ["received_high", "sent_high"]].stack().dropna()
    even = origins.loc[origins["item"] == item, "break_even"].dropna()
    top = int(max([0, *moved, *even]))
    return sorted({top * step // STEPS for step in range(STEPS + 1)} | {int(stock) for stock in even})


def _apart(base: pd.Series, row: pd.Series, parameters: Iterable[str]) -> float:
    """How far the one changed parameter lies from its value in the first row; words lie in the order they are tried."""
    name = next(name for name in parameters if row[name] != base[name])
    number = isinstance(row[name], int | float) and not isinstance(row[name], bool)
    return abs(row[name] - base[name]) if number else 0
