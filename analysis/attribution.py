"""How much of a shipment was of a given origin, by three rules of book-keeping: conventions, none of them evidence.

Time is that of the bounds (analysis/layouts.py). A party's opening stock is there first and is not of the origin.
Whatever comes within one moment is mixed evenly into one batch, and all that leaves within it shares alike, since the
year is the finest time that sources give. The rules differ in which batches leave: an even mix of all that is held, the
oldest, or the newest. Arithmetic is exact (fractions).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from graphlib import TopologicalSorter
from typing import NamedTuple

import pandas as pd

from analysis.choices import check_one_of
from analysis.layouts import ABROAD, ANYWHERE, Layout
from analysis.networks import possible, raised
from analysis.origins import WORDS, Part, Stock, bounds_of_jobs, break_evens, held, laid_out, lowest_break_evens
from analysis.tables import typed

COLUMNS = ["supplier", "recipient", "item", "unit", "year", "value"]
FINEST = 10**6  # a mean of counts is read back from its float as the fraction it was


class Batch(NamedTuple):
    """Items held together (infinite for a producer's stock), and the share of them that is of the origin."""

    amount: Fraction | float
    share: Fraction


def _mixed(held: list[Batch]) -> list[Batch]:
    """All that is held as one batch; nothing finite shows in an endless stock."""
    total = sum(batch.amount for batch in held)
    if not total or math.isinf(total):
        return [Batch(total, Fraction(0))]
    return [Batch(total, sum(batch.amount * batch.share for batch in held) / total)]


Rule = Callable[[list[Batch]], list[Batch]]
RULES: dict[str, tuple[Rule, Rule]] = {  # from oldest first to the order of leaving, and back
    "proportional": (_mixed, list),
    "first in first out": (list, list),
    "last in first out": (lambda held: held[::-1], lambda held: held[::-1]),
}


def attribute(flows: pd.DataFrame, origin: str, rule: str, opening_stock: Stock = 0) -> pd.DataFrame:
    """Items of `origin` in every shipment, in all that reached a recipient, and in all a party sent, by one rule.

    Rows and their order are those of `origins.origin_bounds` for the same flows and stock; columns: supplier,
    recipient, item, unit, year, value (items of the origin, as a float). `rule` is "proportional" (the haircut: every
    shipment has the share of all that is held), "first in first out" or "last in first out". `opening_stock` is raised
    to what sending requires, as for the bounds. From an endless stock (`math.inf`) nothing of the origin leaves by the
    first two rules, for it never runs out; last in first out is not affected by its size.

    Where shipments of one year form a loop, the first of the orders that need the least stock is taken: the bounds
    span all of them, this is one. A count is the flow's `best`, and stock is raised to what the best counts require: so
    a value never lies outside its bounds before these are rounded to whole items. Values of linked flows are empty
    where one of them has no `best` or comes from somebody unnamed, where their loops have too many orders, or where
    only some of them are dated. Raises InputError for an unknown rule.
    """
    check_one_of("rule", rule, RULES)
    table = laid_out(flows, origin)
    found = pd.DataFrame(table.words, columns=WORDS).assign(value=pd.NA)[COLUMNS]
    for part in table.parts:
        carried = _carried(part, opening_stock, RULES[rule])
        if carried:
            found.loc[part.rows, "value"] = [float(sum(carried[place] for place in group)) for group in part.groups]
    return found.astype({**dict.fromkeys(COLUMNS[:4], "str"), "year": "Int64", "value": "Float64"})


def traced(readings: Sequence[pd.DataFrame], origin: str, opening_stock: Stock = 0) -> pd.DataFrame:
    """Bounds, rules and break-evens side by side: the table `origins`. Arguments and errors as `origin_bounds`.

    `readings` are the flows, and what else they may be (`reconcile.readings`): bounds span all of them. Where there are
    several, values by a rule are given only for items that read the same in all.
    """
    rules = {rule.replace(" ", "_"): attribute(readings[-1], origin, rule, opening_stock)["value"] for rule in RULES}
    even = break_evens_of(readings, origin)
    bounds = spanned(bounds_of_jobs([(flows, opening_stock) for flows in readings], origin), [range(len(readings))])
    if any(flows.attrs.get("loose") for flows in readings):
        bounds["method"] = "outer"
    return typed(bounds.drop(columns="job").assign(**rules, break_even=even), "origins")


def spanned(bounds: pd.DataFrame, groups: Sequence[Iterable[int]]) -> pd.DataFrame:
    """Rows of `bounds_of_jobs` with the jobs of each group, which are readings of the same flows, taken together.

    Least is the least of all, most the most; the stock that every reading needs is the least of theirs.
    """
    if len(bounds) and len(groups) == bounds["job"].nunique():
        return bounds
    group = {job: number for number, jobs in enumerate(groups) for job in jobs}
    rows = bounds.assign(job=bounds["job"].map(group), place=bounds.groupby("job").cumcount())
    least = dict.fromkeys(("opening_stock", "least"), "min")
    most = {"most": lambda values: values.max(skipna=False), "method": "max"}  # outer comes after exact
    first = {name: "first" for name in bounds.columns if name not in ("job", *least, *most)}
    found = rows.groupby(["job", "place"]).agg(first | least | most).reset_index("place", drop=True).reset_index()
    return found[bounds.columns]


def break_evens_of(readings: Sequence[pd.DataFrame], origin: str) -> pd.Series:
    """The break-even of every row of `origins`: none need be of the origin once none need be in one reading."""
    return lowest_break_evens([break_evens(flows, origin) for flows in readings])


def _carried(part: Part, opening_stock: Stock, rule: tuple[Rule, Rule]) -> list[Fraction] | None:
    """Items of the origin in each shipment of a part, or None where the rule gives no value within the bounds."""
    if not part.layouts[0].strict or pd.isna(part.best).any():
        return None
    given = held(part, [opening_stock])
    own = raised(part.layouts, given, part.best, part.best)
    chosen = int(possible(given, own)[0].argmax())
    layout = part.layouts[chosen]
    counts = [Fraction(best).limit_denominator(FINEST) for best in part.best.tolist()]
    leaves, comes, owner = layout.leaves.tolist(), layout.comes.tolist(), layout.owner.tolist()
    if ANYWHERE in leaves:
        return None
    carried = [count if leave == ABROAD else Fraction(0) for count, leave in zip(counts, leaves, strict=True)]
    stocks = [[Batch(_exact(stock), Fraction(0))] for stock in own[0, chosen].tolist()]
    coming, leaving = _by_node(comes), _by_node(leaves)
    for node in _in_time(layout, coming):
        arrived = sum(counts[place] for place in coming[node])
        fresh = sum(carried[place] for place in coming[node])
        batches = stocks[owner[node]] + ([Batch(arrived, fresh / arrived)] if arrived else [])
        wanted = sum(counts[place] for place in leaving[node])
        taken = _taken(batches, wanted, rule)
        if taken is None:
            return None
        stocks[owner[node]], gone = taken
        for place in leaving[node] if wanted else ():
            carried[place] = gone * counts[place] / wanted
    return carried


def _taken(held: list[Batch], wanted: Fraction, rule: tuple[Rule, Rule]) -> tuple[list[Batch], Fraction] | None:
    """What is kept, oldest first, and what of the origin left among `wanted` items; None where too few are held."""
    arrange, restore = rule
    kept, gone = [], Fraction(0)
    for amount, share in arrange(held):
        part = min(amount, wanted)
        wanted, gone = wanted - part, gone + part * share
        kept.append(Batch(amount - part, share))
    return None if wanted else (restore([batch for batch in kept if batch.amount]), gone)


def _in_time(layout: Layout, coming: Mapping[int, list[int]]) -> Iterator[int]:
    """Nodes so that each comes after its party's earlier ones and after all that send to it."""
    after = {
        node: {before, *(int(layout.leaves[place]) for place in coming[node])} - {ABROAD}
        for node, before in enumerate(layout.before)
    }
    return iter(TopologicalSorter(after).static_order())


def _by_node(places: list[int]) -> Mapping[int, list[int]]:
    """The shipments at each node; none at the nodes that nothing names."""
    found = defaultdict(list)
    for place, node in enumerate(places):
        found[node].append(place)
    return found


def _exact(stock: float) -> Fraction | float:
    """A stock that was reckoned of floats, as the fraction it was."""
    return stock if math.isinf(stock) else Fraction(float(stock)).limit_denominator(FINEST)
