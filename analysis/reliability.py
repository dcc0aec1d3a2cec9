"""How far each reporter's figures can be trusted, from how they compare with its partners' figures for the same goods.

Exports and imports are weighed apart: who misreports what it sends may report well what it receives. Pairs of figures
cannot tell whether senders as a whole or receivers as a whole report better, for only the two errors together are ever
seen. Where the pairs leave it open, both sides are taken to err alike.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.choices import check_one_of
from analysis.errors import InputError
from analysis.names import not_one_party
from analysis.tables import typed

SIDES = {"exporter": "supplier", "importer": "recipient"}
ANY = "*"  # the row of every reporter that has none of its own
FEW = 8  # pairs: a variance known from 8 is off by √(2/8), half of itself, about as much as reporters differ
WITHIN = 0.1  # figures agree where they are apart by at most this share of the larger
LEAST = 0.01  # no reporter is taken to err by less than 1 %, nor to count for less than this where none ever agree
ROUNDS = 5000  # it takes about 10
STEP = 0.8  # part of the way to the next estimate that is gone at once, less the longer it takes
DIGITS = 9  # significant ones are kept: computers differ in the last of sixteen
SAME = 1e-13  # relative change at which a further round changes nothing


class Pairs(NamedTuple):
    """Pairs of one figure each. `codes` are the places of sender and receiver in `names`, senders before receivers."""

    names: list[tuple[str, str]]  # (party, side), by code
    codes: tuple[np.ndarray, np.ndarray]
    figures: tuple[np.ndarray, np.ndarray]


class Cells(NamedTuple):
    """All pairs of one sender and one receiver together: how many, and their mean squared log ratio."""

    codes: tuple[np.ndarray, np.ndarray]
    size: np.ndarray
    squared: np.ndarray


def reliability(mirror: pd.DataFrame, rule: str = "variance") -> pd.DataFrame:
    """Weights of every reporter, for its exports and for its imports. Shape: schemas, `reliability`.

    A row per reporter and side, and one with party `*` for any other. `mirror` is of the schema's shape and types; all
    counts may be in any unit. `rule` is `variance`, `symmetry` or `agreement`: see the functions of these names. A pair
    counts where both figures, over the years compared, are one whole number each, above nought; the years that
    `timing` matches are one pair. Codes that are not one party, such as XXX, are left out.

    All measures are shrunk where pairs are few: to (n × measure + 8 × mean) ÷ (n + 8), with the mean over all pairs,
    which is that of either side; a reporter without pairs gets the mean. Where there is no pair at all, every weight
    is 1. Numbers have nine significant digits. Raises InputError for an unknown rule.
    """
    check_one_of("rule", rule, RULES)
    pairs = _pairs(mirror)
    count = np.bincount(np.concatenate(pairs.codes), minlength=len(pairs.names))
    measure, mean = RULES[rule](pairs) if count.sum() else (np.empty(0), np.nan)
    known = pd.DataFrame(pairs.names, columns=["party", "side"]).assign(pairs=count, measure=measure)
    table = _reporters(mirror).merge(known, on=["party", "side"], how="left").fillna({"pairs": 0})
    shrunk = _shrunk(table["measure"].fillna(0).to_numpy(), table["pairs"].to_numpy(), mean)
    weight = 1 / shrunk if rule == "variance" else np.maximum(shrunk, LEAST)
    numbers = {"measure": table["measure"], "shrunk": shrunk, "weight": np.where(np.isnan(shrunk), 1, weight)}
    table = table.assign(rule=rule, **{name: _rounded(values) for name, values in numbers.items()})
    return typed(table, "reliability")


def weighed(exporters: pd.DataFrame, importers: pd.DataFrame, reliability: pd.DataFrame) -> pd.DataFrame:
    """The same flows; where sides differ, `best` is the geometric mean of both figures, weighted by reliability.

    `exporters` and `importers` are the flows with `prefer` set to each; a side's best figure is as there. ln best =
    (w ln x + w′ ln m) ÷ (w + w′), with the weights of the sender's export and the receiver's import reports. Nought has
    no logarithm: then there is no best figure. Where a side has none, it is decided as for a side that is preferred
    and has none. Shape: schemas, `flows`. Raises InputError for a reporter without a weight, and for several rules.
    """
    differ = exporters["agreement"] == "differ"
    one = {"exporter": exporters["rule"] == "exporter", "importer": importers["rule"] == "importer"}
    undecided = exporters.where(~one["exporter"], importers)
    best, rule = undecided["best"], undecided["rule"].str.replace(r"none: (ex|im)porter", "none: a side", regex=True)
    both = one["exporter"] & one["importer"]
    nought = both & ((exporters["best"] == 0) | (importers["best"] == 0))
    rows = exporters.index[differ & both & ~nought]
    figures = [table.loc[rows, "best"].to_numpy(float) for table in (exporters, importers)]
    weights = [_weights(exporters.loc[rows, column], side, reliability) for side, column in SIDES.items()]
    best = best.mask(nought)
    best.loc[rows] = _geometric(figures, weights)
    rule = rule.mask(both, "reliable").mask(nought, "none: no logarithm of nought")
    return exporters.assign(
        best=exporters["best"].mask(differ, best), rule=exporters["rule"].mask(differ, rule).astype("str")
    )


def _geometric(figures: list[np.ndarray], weights: list[np.ndarray]) -> np.ndarray:
    """Weighted geometric means; rounding never takes one out of the span of its two figures."""
    logs = sum(weight * np.log(figure) for weight, figure in zip(weights, figures, strict=True)) / sum(weights)
    return np.clip(_rounded(np.exp(logs)), np.minimum(*figures), np.maximum(*figures))


def _rounded(values: Iterable[float]) -> np.ndarray:
    return np.array([float(f"{value:.{DIGITS}g}") for value in values])


def _weights(parties: pd.Series, side: str, reliability: pd.DataFrame) -> np.ndarray:
    """The weight of each of these reporters; of `*`, where it has no row."""
    rules = sorted(reliability["rule"].unique())
    if len(rules) > 1:
        raise InputError(f"reliability: holds the rules {', '.join(rules)}. Give the rows of one.")
    known = reliability[reliability["side"] == side].set_index("party")["weight"].astype("float64")
    found = parties.map(known).fillna(known.get(ANY, np.nan))
    if found.isna().any():
        missing = parties[found.isna()].iloc[0]
        raise InputError(f"reliability: no weight of {missing} as {side}. Add its row, or one with party {ANY}.")
    return found.to_numpy()


def _pairs(mirror: pd.DataFrame) -> Pairs:
    """What can be compared, in an order that does not depend on the order of the rows."""
    kept = ~mirror["supplier"].isin(not_one_party()) & ~mirror["recipient"].isin(not_one_party())
    for side in SIDES:
        low, high = mirror[f"{side}_sum_low"], mirror[f"{side}_sum_high"]
        kept &= ((low == high) & (low > 0)).fillna(False).astype(bool)
    timing = mirror[kept & (mirror["agreement"] == "timing")]
    again = timing.duplicated(["supplier", "recipient", "item", "unit", "first_year", "last_year"])
    found = mirror[kept].drop(index=timing.index[again])
    codes, names = [], []
    for side, column in SIDES.items():
        places, parties = pd.factorize(found[column], sort=True)
        codes.append(places + len(names))
        names += [(party, side) for party in parties]
    sums = [found[f"{side}_sum_low"].to_numpy(float) for side in SIDES]
    order = np.lexsort((*sums, *codes))
    return Pairs(names, tuple(places[order] for places in codes), tuple(figures[order] for figures in sums))


def _reporters(mirror: pd.DataFrame) -> pd.DataFrame:
    """Who gives a figure, as which side; `*` for anybody else."""
    found = []
    for side, column in SIDES.items():
        gave = mirror[f"{side}_low"].notna() | mirror[f"{side}_sum_low"].notna()
        parties = set(mirror.loc[gave, column].unique()) - set(not_one_party())
        found += [(party, side) for party in (*parties, ANY)]
    return pd.DataFrame(sorted(found), columns=["party", "side"])


def _shrunk(measure: np.ndarray, count: np.ndarray, mean: float) -> np.ndarray:
    """Drawn to the mean as far as pairs are few."""
    return (count * measure + FEW * mean) / (count + FEW)


def variance(pairs: Pairs) -> tuple[np.ndarray, float]:
    """Variance of each reporter's errors, in squared natural logarithms; and half the mean squared log ratio.

    A pair's log ratio is the difference of two errors, so that its square is on average the sum of two variances, v + u
    (sender's and receiver's). Each reporter's measure is the mean of (squared log ratio − partner's shrunk variance)
    over its pairs, each weighted by 1 ÷ (v + u)², since the square's own variance is 2 (v + u)²; not below nought.
    Computed until nothing changes. Half the mean is that of all, if both sides err alike. Weight: 1 ÷ shrunk variance,
    which makes the expected error of a weighted mean of two independent errors least.

    After Gaulier & Zignago (2010), "BACI: International Trade Database at the Product-Level. The 1994–2007 Version",
    CEPII Working Paper 2010-23, which decomposes the ratios of mirror flows by reporter and weighs with the result.
    There it is their absolute values, after an average for freight and insurance is taken off. Counts carry no freight,
    and none is taken off: who always reports half is as far off as who errs at random by as much.
    """
    sent, received = pairs.figures
    squared = np.log(received / sent) ** 2
    mean = max(squared.mean() / 2, LEAST**2)
    cells = _cells(pairs, squared)
    return _measured(cells, _settled(cells, mean)), mean


def symmetry(pairs: Pairs) -> tuple[np.ndarray, float]:
    """Mean over each reporter's pairs of 1 − |x − m| ÷ (x + m); and over all. Weight: the same, shrunk.

    After the symmetry index by which the OECD weighs mirror flows: Fortanier & Sarrazin (2016), "Balanced merchandise
    trade data: Version 1", OECD. Where trade is in money a partner can weigh by its value; here each pair weighs alike,
    for ships and cartridges have no common measure. A careful reporter loses by careless partners.
    """
    sent, received = pairs.figures
    return _averaged(pairs, 1 - np.abs(sent - received) / (sent + received))


def agreement(pairs: Pairs) -> tuple[np.ndarray, float]:
    """Share of each reporter's pairs that are apart by at most a tenth of the larger figure; and of all.

    Weight: the same, shrunk, at least 0.01. Comparing partners' figures as a test of both is Morgenstern's (1963, "On
    the Accuracy of Economic Observations", second edition); the tenth is chosen here. An interval would agree with
    more the vaguer it is, so that only exact figures are asked. A careful reporter loses by careless partners.
    """
    sent, received = pairs.figures
    return _averaged(pairs, np.abs(sent - received) <= WITHIN * np.maximum(sent, received))


def _averaged(pairs: Pairs, values: np.ndarray) -> tuple[np.ndarray, float]:
    """Means by reporter, and of all."""
    both = np.concatenate(pairs.codes)
    return np.bincount(both, np.tile(values.astype(float), 2)) / np.bincount(both), values.mean()


def _cells(pairs: Pairs, squared: np.ndarray) -> Cells:
    senders, receivers = pairs.codes
    places, cell = np.unique(senders * len(pairs.names) + receivers, return_inverse=True)
    size = np.bincount(cell)
    return Cells(np.divmod(places, len(pairs.names)), size, np.bincount(cell, squared) / size)


def _sums(cells: Cells, senders: np.ndarray, receivers: np.ndarray) -> np.ndarray:
    """Sums by reporter of a value for the sender and a value for the receiver of each cell."""
    return np.bincount(np.concatenate(cells.codes), np.concatenate([senders, receivers]))


def _measured(cells: Cells, variances: np.ndarray) -> np.ndarray:
    """What each reporter's pairs say of its variance if these are its partners'."""
    own, other = (variances[codes] for codes in cells.codes)
    trust = cells.size / (own + other) ** 2
    left = _sums(cells, trust * (cells.squared - other), trust * (cells.squared - own))
    return np.maximum(left / _sums(cells, trust, trust), 0)


def _settled(cells: Cells, mean: float) -> np.ndarray:
    """The shrunk variances from which one more round of `_measured` and `_shrunk` gives the same.

    With the trust in each cell held, a round is linear, and draws any two starts together by n ÷ (n + 8): its one fixed
    point is solved for, and part of the way there is gone. Newton's step is taken instead where it comes nearer.
    """
    count = _sums(cells, cells.size, cells.size)
    variances = np.full(len(count), mean)
    for place in range(ROUNDS):
        following = _shrunk(_measured(cells, variances), count, mean)
        left = _apart(variances, following)
        if left <= SAME:
            return following
        newton = _solved(cells, variances, mean, whole=True)
        if _apart(newton, _shrunk(_measured(cells, newton), count, mean)) < left / 10:
            variances = newton
        else:
            step = STEP * ROUNDS / (ROUNDS + 5 * place)
            variances = variances ** (1 - step) * _solved(cells, variances, mean, whole=False) ** step
    raise ArithmeticError(f"reliability: the variances of {len(count)} reporters did not settle in {ROUNDS} rounds.")


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(np.log(other / one)).max())


def _solved(cells: Cells, variances: np.ndarray, mean: float, whole: bool) -> np.ndarray:
    """The fixed point of a round that is straightened at these variances, none less than shrinking leaves.

    `whole`: with what a change does to the trust in each cell; else with that trust held.
    """
    size, codes = len(variances), cells.codes
    both = variances[codes[0]] + variances[codes[1]]
    trust = cells.size / both**2
    total, count = _sums(cells, trust, trust), _sums(cells, cells.size, cells.size)
    measured = _measured(cells, variances)
    share = count / (count + FEW)
    slope = np.zeros((size, size))
    for own, other in (codes, codes[::-1]):
        bent = whole * -2 * trust / both * (cells.squared - variances[other] - measured[own])
        slope[own, other] = (share * (measured > 0) / total)[own] * (bent - trust)
        slope[np.diag_indices(size)] += np.bincount(own, bent, size) * share * (measured > 0) / total
    change = _shrunk(measured, count, mean) - variances
    return np.maximum(variances + np.linalg.solve(np.eye(size) - slope, change), (1 - share) * mean)


RULES: dict[str, Callable[[Pairs], tuple[np.ndarray, float]]] = {
    "variance": variance,
    "symmetry": symmetry,
    "agreement": agreement,
}
