"""The three tasks in pandas, as one who knows it would write them: vectorised, on categories and floats."""

from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import CategoricalDtype

from benchmarks.registers.shape import (
    AGREEMENTS,
    CATEGORIES,
    COLUMNS,
    HELD,
    KEYS,
    LAG,
    LOT,
    PAIR,
    PARTIES,
    REPORT,
    SIDES,
    STATUSES,
    THRESHOLD,
    WITHIN,
)


def read(path: Path) -> pd.DataFrame:
    """Statements from a Parquet file; needs pyarrow."""
    from pyarrow import parquet  # noqa: PLC0415  (no part of the package needs it)

    return coded(parquet.read_table(path, columns=LOT, read_dictionary=CATEGORIES).to_pandas())


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """The same statements with text as categories (one set of parties), locators as numbers, and year 0 for none."""
    frame = frame[LOT].astype(dict.fromkeys(CATEGORIES, "category"))
    parties = CategoricalDtype(sorted(set().union(*(frame[name].cat.categories for name in PARTIES))))
    return frame.assign(
        **{name: frame[name].astype(parties) for name in PARTIES},
        locator=frame["locator"].str.slice(4).astype("int32"),
        year=frame["year"].fillna(0).astype("int16"),
        low=frame["low"].astype("float64"),
        high=frame["high"].astype("float64"),
    )


def mirror(statements: pd.DataFrame) -> pd.DataFrame:
    """Statements → flows with both sides next to each other. Shape: `shape.COLUMNS`."""
    reports = _reports(_lots(statements))
    sides = _sides(reports)
    timing = _timing(sides)
    return _judged(sides, timing)


def _lots(statements: pd.DataFrame) -> pd.DataFrame:
    """Without the same line listed twice; only rows that share source and locator can be one."""
    shared = statements.duplicated(["source_id", "locator"], keep=False)
    again = statements[shared].duplicated(LOT)
    return statements.drop(index=again.index[again])


def _reports(lots: pd.DataFrame) -> pd.DataFrame:
    values = lots.assign(top=lots["high"].fillna(np.inf))
    reports = values.groupby(REPORT, observed=True, sort=False)[["low", "top"]].sum(min_count=1).reset_index()
    low, top = reports["low"], reports["top"]
    middle = ((low + top) / 2).where((low > 0) & (top < np.inf))
    flow = reports.groupby(KEYS, observed=True, sort=False).ngroup()
    return reports.assign(best=low.where(low == top, middle), flow=flow)


def _sides(reports: pd.DataFrame) -> pd.DataFrame:
    """One row per flow: keys, and each side's `low`, `top`, `best`, `larger`, `open`, `conflict`, `silent`."""
    flows = reports.drop_duplicates("flow").set_index("flow")[KEYS]
    known = reports[reports["low"].notna()]
    views = known.groupby(["flow", "role"], observed=True, sort=False).agg(
        least=("low", "min"),
        low=("low", "max"),
        top=("top", "min"),
        most=("top", "max"),
        larger=("best", "max"),
        given=("best", "count"),
        size=("low", "size"),
    )
    conflict = views["low"] > views["top"]
    low, top = views["low"].mask(conflict, views["least"]), views["top"].mask(conflict, views["most"])
    middle = ((low + top) / 2).where((low > 0) & (top < np.inf))
    views = views.assign(
        open=views["given"] < views["size"], best=low.where(low == top, middle).mask(conflict), conflict=conflict
    ).assign(low=low, top=top)[["low", "top", "best", "larger", "open", "conflict"]]
    silent = reports[reports["low"].isna()]
    for side in SIDES:
        mine = views.xs(side, level="role").reindex(flows.index)
        flags = {name: mine[name].eq(True).to_numpy() for name in ("open", "conflict")}
        quiet = flows.index.isin(silent.loc[silent["role"] == side, "flow"])
        flows = flows.join(mine.assign(**flags, silent=quiet).add_prefix(f"{side}_"))
    return flows


def _doubtful(sides: pd.DataFrame) -> pd.Series:
    """Flows that their own year leaves unsettled, and that the years around them may settle."""
    e_low, e_top, i_low, i_top = (sides[f"{side}_{limit}"] for side in SIDES[:2] for limit in ("low", "top"))
    settled = (e_low <= i_top) & (i_low <= e_top) & ~sides["exporter_conflict"] & ~sides["importer_conflict"]
    least, most = np.fmin(e_low, i_low), np.fmax(e_top, i_top)
    fits = ~(sides["third_low"] > most) & ~(sides["third_top"] < least)
    return (sides["year"] > 0) & ~settled & (e_low.notna() | i_low.notna()) & fits


def _timing(sides: pd.DataFrame) -> pd.Index:
    """Flows whose two sides agree over runs of years, though not by year."""
    doubtful = _doubtful(sides)
    columns = ["year", "exporter_low", "exporter_top", "importer_low", "importer_top"]
    pairs = sides.groupby(PAIR, observed=True, sort=False).ngroup()
    dated = sides["year"] > 0
    fit = [pairs[dated & sides[f"{side}_low"].notna()] for side in SIDES[:2]]
    several = pairs[dated].duplicated(keep=False).reindex(pairs.index, fill_value=False)
    chosen = several & pairs.isin(pairs[doubtful]) & pairs.isin(fit[0]) & pairs.isin(fit[1])
    silent = (sides["exporter_silent"] | sides["importer_silent"])[chosen]
    near = sides.loc[chosen, columns].assign(pair=pairs[chosen], silent=silent)
    windows = _windows(near)
    island = _lookup(near, windows, 0).fillna(_lookup(near, windows, LAG))
    groups = near[columns[1:]].groupby(island)
    sums = groups.sum()
    island = island[island.isin(sums.index[_agree(sums) & (groups.size() > 1)])]
    return island.index[doubtful[island.index]]


def _windows(near: pd.DataFrame) -> pd.Series:
    """Runs of two years whose sums agree, by pair and first year → number of the island that overlapping ones form."""
    starts = [near.assign(start=near["year"] - lag) for lag in range(LAG + 1)]
    found = (
        pd.concat(starts)
        .groupby(["pair", "start"])
        .agg(
            senders=("exporter_low", "count"),
            receivers=("importer_low", "count"),
            silent=("silent", "any"),
            exporter_low=("exporter_low", "sum"),
            exporter_top=("exporter_top", "sum"),
            importer_low=("importer_low", "sum"),
            importer_top=("importer_top", "sum"),
        )
    )
    found = found[(found["senders"] > 0) & (found["receivers"] > 0) & ~found["silent"] & _agree(found)].reset_index()
    apart = (found["pair"] != found["pair"].shift()) | (found["start"] > found["start"].shift() + LAG)
    return found.assign(island=apart.cumsum()).set_index(["pair", "start"])["island"]


def _agree(sums: pd.DataFrame) -> pd.Series:
    return (sums["exporter_low"] <= sums["importer_top"]) & (sums["importer_low"] <= sums["exporter_top"])


def _lookup(near: pd.DataFrame, windows: pd.Series, lag: int) -> pd.Series:
    keys = near[["pair"]].assign(start=near["year"] - lag)
    return keys.join(windows, on=["pair", "start"])["island"]


def _judged(sides: pd.DataFrame, timing: pd.Index) -> pd.DataFrame:
    lows = sides[[f"{side}_low" for side in SIDES]]
    tops = sides[[f"{side}_top" for side in SIDES]]
    known = lows.notna().sum(axis=1)
    conflict = sides[[f"{side}_conflict" for side in SIDES]].any(axis=1)
    agree = (known > 1) & ~conflict & (lows.max(axis=1) <= tops.min(axis=1))
    moved = sides.index.isin(timing)
    choices = [known == 0, moved, agree, (known > 1) | conflict, lows.iloc[:, 0].notna(), lows.iloc[:, 1].notna()]
    code = np.select(choices, range(6), 6)
    differ = code == AGREEMENTS.index("differ")
    low = np.select([moved, differ], [lows.iloc[:, 0].fillna(0), lows.min(axis=1)], lows.max(axis=1))
    top = np.select([moved, differ], [tops.iloc[:, 0].fillna(0), tops.max(axis=1)], tops.min(axis=1))
    middle = np.where((low > 0) & (top < np.inf), (low + top) / 2, np.nan)
    best = np.where(differ, sides["exporter_best"], np.where(low == top, low, middle))
    limits = {f"{side}_high": sides[f"{side}_top"] for side in SIDES}
    agreement = pd.Categorical.from_codes(code, AGREEMENTS)
    return sides.assign(low=low, best=best, high=top, agreement=agreement, **limits)[COLUMNS["mirror"]]


def balances(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows → per party and item: received, sent on, left over. Shape: `shape.COLUMNS`."""
    flows = flows.assign(high=flows["high"].fillna(np.inf))
    received, sent = _sums(flows, "recipient", "received"), _sums(flows, "supplier", "sent")
    both = received.join(sent, how="outer")
    both = both.assign(required_stock=_required_stock(flows, sent.index).reindex(both.index).fillna(0))
    has_in, has_out = both["received_high"].notna(), both["sent_high"].notna()
    low = both["received_low"] - both["sent_high"].replace(np.inf, np.nan)
    high = (both["received_high"].replace(np.inf, np.nan) - both["sent_low"].fillna(0)).where(has_out)
    best = both["received_best"] - both["sent_best"]
    choices = [~has_in, ~has_out, low > 0, high < 0, (low == 0) & (high == 0)]
    return both.assign(
        unaccounted_low=low,
        unaccounted_best=best,
        unaccounted_high=high,
        share_sent_on=both["sent_best"] / both["received_best"].where(both["received_best"] != 0),
        status=pd.Categorical.from_codes(np.select(choices, range(5), 5), STATUSES),
    ).reset_index()[COLUMNS["balances"]]


def _sums(flows: pd.DataFrame, side: str, name: str) -> pd.DataFrame:
    """Sums by who receives or sends; `best` only where every part has one, `high` infinite where one has none."""
    groups = flows.rename(columns={side: "party"}).groupby(HELD, observed=True, sort=False)
    low, rest = groups["low"].sum(min_count=1), groups[["best", "high"]].sum(skipna=False)
    return rest.assign(low=low).add_prefix(f"{name}_")


def _required_stock(flows: pd.DataFrame, senders: pd.MultiIndex) -> pd.Series:
    """The most by which sending ran ahead of receiving: undated arrivals first, undated departures last."""
    arrivals = flows[["recipient", "item", "unit", "year", "high"]].rename(columns={"recipient": "party"})
    arrivals = arrivals.merge(senders.to_frame(index=False), on=HELD).assign(low=0.0)
    departures = flows[["supplier", "item", "unit", "year", "low"]].rename(columns={"supplier": "party"})
    departures = departures.assign(high=0.0, year=departures["year"].replace(0, 9999), low=departures["low"].fillna(0))
    steps = pd.concat([arrivals, departures]).groupby([*HELD, "year"], observed=True)[["low", "high"]].sum()
    ahead = steps.groupby(HELD, observed=True).cumsum()
    return (ahead["low"] - ahead["high"]).clip(lower=0).groupby(HELD, observed=True, sort=False).max()


def conduits(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows → who received and sent on the same item within two years. Shape: `shape.COLUMNS`."""
    flows = flows.assign(high=flows["high"].fillna(np.inf))
    flows = flows[(flows["year"] > 0) & (flows["high"] > 0)]
    inward = flows.rename(columns={"recipient": "party", "supplier": "other"})
    outward = flows.rename(columns={"supplier": "party", "recipient": "other"})
    arrivals, departures = _years(inward), _years(outward)
    received = _sums(_matched(inward, departures, range(WITHIN + 1)), "party", "received")
    sent = _sums(_matched(outward, arrivals, range(-WITHIN, 1)), "party", "sent")
    both = received.join(sent, how="inner")
    best = both[["received_best", "sent_best"]]
    possible = np.fmin(*(best[f"{side}_best"].fillna(both[f"{side}_high"]) for side in ("received", "sent")))
    larger, smaller = best.max(axis=1, skipna=False), best.min(axis=1, skipna=False)
    both = both.assign(
        share=both["sent_best"] / both["received_best"].where(both["received_best"] != 0),
        exactness=smaller / larger.where(larger != 0),
    )
    return both[possible >= THRESHOLD].reset_index()[COLUMNS["conduits"]]


def _years(side: pd.DataFrame) -> pd.DataFrame:
    """Per party, item and year, the first and the last of the codes on the other side."""
    codes = side[[*HELD, "year"]].assign(other=side["other"].cat.codes)
    groups = codes.groupby([*HELD, "year"], observed=True, sort=False)["other"]
    return groups.agg(first="min", last="max").reset_index()


def _matched(side: pd.DataFrame, others: pd.DataFrame, lags: range) -> pd.DataFrame:
    """Movements for which the other side has one so many years later, with another than this movement's."""
    near = pd.concat([others.assign(year=others["year"] - lag) for lag in lags])
    ends = near.groupby([*HELD, "year"], observed=True, sort=False).agg(first=("first", "min"), last=("last", "max"))
    found = side.merge(ends.reset_index(), on=[*HELD, "year"])
    own = found["other"].cat.codes
    return found[(found["first"] != own) | (found["last"] != own)]


def frame(table: pd.DataFrame, _task: str) -> pd.DataFrame:
    """The result of a task, to be compared."""
    return table
