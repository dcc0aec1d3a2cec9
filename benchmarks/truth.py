"""A world whose true flows are known, with reporters that err each in its own way; and how near each rule comes.

`python -m benchmarks.truth` prints the median absolute log error of `best` over the flows whose two reports differ.
Every rule is scored on the same flows, in worlds of three kinds; what does not beat the plain geometric mean is not
worth having.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import reliability, schemas
from analysis.mirror import mirror
from analysis.reconcile import flows
from analysis.tables import typed

SIDES = ("exporter", "importer")
KEY = ["supplier", "recipient", "item", "year"]
SEEDS = range(2015, 2025)
BASELINE = "geometric mean"
KNOWN = "true weights"  # what no rule can know: the bar that none is likely to reach
WORLDS = {
    "every report errs": {},
    "few flows: 6 partners, 1 item, 1 year": {"partners": 6, "items": 1, "years": 1},
    "half of the reports are exact": {"exact": 0.5},
}


class World(NamedTuple):
    """What was sent, what both sides say of it, and how they err.

    `truth`: supplier, recipient, item, year, count. `statements`: schemas, `statements`. `reporters`: party, side,
    spread (of its errors, in natural logarithms), bias (likewise), files and lists (chances that it files for a year,
    and that it lists a flow in a report it files).
    """

    truth: pd.DataFrame
    statements: pd.DataFrame
    reporters: pd.DataFrame


def world(seed: int, parties: int = 40, partners: int = 30, items: int = 3, years: int = 2, exact: float = 0) -> World:
    """A world of so many parties, of which each sends each item to so many partners in each year.

    Counts are log-normal about 100. A report is the count times exp(bias + spread × normal), in whole items, at least
    one. Spreads are log-normal from party to party and drawn apart for its exports and its imports: most err by a
    tenth to the whole count, some by a few per cent. The share `exact` of what is listed has no error at all, whoever
    lists it. Same seed, same world.
    """
    random = np.random.default_rng(seed)
    names = [f"P{number:02}" for number in range(parties)]
    size = 2 * parties
    reporters = pd.DataFrame({"party": names * 2, "side": np.repeat(SIDES, parties)}).assign(
        spread=np.exp(random.normal(np.log(0.3), 1, size)),
        bias=random.normal(0, 0.1, size),
        files=random.uniform(0.6, 1, size),
        lists=random.uniform(0.5, 1, size),
    )
    pairs = [(a, b) for a in range(parties) for b in random.permutation(np.delete(np.arange(parties), a))[:partners]]
    rows = [(a, b, f"item-{item}", 2000 + year) for a, b in pairs for item in range(items) for year in range(years)]
    sent = pd.DataFrame(rows, columns=KEY)
    count = np.maximum(1, np.round(np.exp(random.normal(np.log(100), 1.5, len(sent))))).astype(int)
    told = [_reports(random, sent, count, reporters[reporters["side"] == side], side, exact) for side in SIDES]
    statements = pd.concat(told, ignore_index=True)
    statements["statement_id"] = [f"r{number}" for number in range(2, len(statements) + 2)]
    truth = sent.assign(count=count)
    for table in (truth, statements):
        for side in ("supplier", "recipient"):
            table[side] = np.array(names)[table[side].to_numpy()]
    return World(truth, typed(statements, "statements"), reporters)


def _reports(
    random, sent: pd.DataFrame, count: np.ndarray, reporters: pd.DataFrame, side: str, exact: float
) -> pd.DataFrame:
    """What one side says: in the years it files, of the flows it lists."""
    who = sent["supplier" if side == "exporter" else "recipient"].to_numpy()
    spread, bias, files, lists = (reporters[name].to_numpy() for name in ("spread", "bias", "files", "lists"))
    filed = random.random((len(reporters), sent["year"].nunique())) < files[:, None]
    listed = filed[who, sent["year"] - sent["year"].min()] & (random.random(len(sent)) < lists[who])
    error = (bias[who] + spread[who] * random.standard_normal(len(sent))) * (random.random(len(sent)) >= exact)
    told = np.maximum(1, np.round(count * np.exp(error))).astype(int)
    return sent.assign(role=side, reporter=who, source_id="world", unit="piece", low=told, high=told)[listed]


def scores(made: World) -> pd.Series:
    """Median absolute log error of `best` against what was truly sent, by rule, over flows whose two reports differ."""
    transfers = typed(made.statements, "transfers")
    tables = {prefer: flows(transfers, prefer, lag_years=0) for prefer in ("exporter", "importer", "mean")}
    side_by_side = mirror(transfers, lag_years=0)
    weights = {rule: reliability.reliability(side_by_side, rule) for rule in reliability.RULES}
    even = weights["variance"]
    weights |= {BASELINE: even.assign(weight=1.0), KNOWN: _known(even, made.reporters)}
    for rule, table in weights.items():
        tables[rule] = reliability.weighed(tables["exporter"], tables["importer"], table)
    return pd.Series({rule: _error(table, made.truth) for rule, table in tables.items()}, name="error")


def _known(even: pd.DataFrame, reporters: pd.DataFrame) -> pd.DataFrame:
    """The weights that make the error of the mean least, from what the world was made with."""
    true = reporters.assign(weight=1 / (reporters["spread"] ** 2 + reporters["bias"] ** 2))
    return typed(true.reindex(columns=schemas.names(schemas.PROCESSED["reliability"])), "reliability")


def _error(found: pd.DataFrame, truth: pd.DataFrame) -> float:
    both = found[found["agreement"] == "differ"].merge(truth, on=KEY)
    return float(np.abs(np.log(both["best"].astype(float) / both["count"])).median())


def main() -> None:
    """Print a table for each kind of world: rules by error, and how often each comes nearer than the geometric mean."""
    print(f"Median absolute log error of the best figure where two reports differ, mean of {len(SEEDS)} seeds")
    for kind, choices in WORLDS.items():
        table = pd.DataFrame({seed: scores(world(seed, **choices)) for seed in SEEDS})
        nearer = (table < table.loc[BASELINE]).sum(axis=1)
        print(f"\n{kind}")
        for rule, error in table.mean(axis=1).sort_values().items():
            ratio = error / table.loc[BASELINE].mean()
            print(f"{rule:16} {error:.4f} {ratio:6.2f} × the {BASELINE}'s, nearer for {nearer[rule]:2} of {len(SEEDS)}")


if __name__ == "__main__":
    main()
