"""The three tasks in Polars: lazy plans over categorical columns, collected once per task."""

from pathlib import Path

import pandas as pd
import polars as pl

from benchmarks.registers.shape import (
    AGREEMENTS,
    CATEGORIES,
    COLUMNS,
    HELD,
    KEYS,
    LAG,
    LIMITS,
    LOT,
    PAIR,
    PARTIES,
    REPORT,
    SIDES,
    STATUSES,
    TEXT,
    THRESHOLD,
    WITHIN,
)

INFINITY = pl.lit(float("inf"))
WORDS = pl.Enum([*AGREEMENTS, *STATUSES])


def read(path: Path) -> pl.DataFrame:
    """Statements from a Parquet file, text as categories, locators as numbers, year 0 for none."""
    return look(path).collect()


def look(path: Path) -> pl.LazyFrame:
    """The same, read as far and when it is needed."""
    of = {name: pl.Categorical(pl.Categories("party" if name in PARTIES else name)) for name in CATEGORIES}
    return (
        pl.scan_parquet(path)
        .select(LOT)
        .with_columns(
            *(pl.col(name).cast(kind) for name, kind in of.items()),
            pl.col("locator").str.slice(4).cast(pl.Int32),
            pl.col("year").fill_null(0).cast(pl.Int16),
            pl.col("low", "high").cast(pl.Float64),
        )
    )


def mirror(statements: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Statements → flows with both sides next to each other. Shape: `shape.COLUMNS`."""
    sides = _sides(_reports(_lots(statements.lazy())).collect().lazy()).collect().lazy()
    timing = _timing(sides)
    return _judged(sides.join(timing, on=KEYS, how="left", maintain_order="none")).collect()


def _lots(statements: pl.LazyFrame) -> pl.LazyFrame:
    """Without the same line listed twice; only rows that share source and locator can be one."""
    shared = pl.struct("source_id", "locator").is_duplicated()
    marked = statements.with_columns(shared=shared)
    again = marked.filter("shared").unique(LOT)
    return pl.concat([marked.filter(~pl.col("shared")), again])


def _reports(lots: pl.LazyFrame) -> pl.LazyFrame:
    low, top = pl.col("low"), pl.col("top")
    sums = lots.group_by(REPORT).agg(low=low.sum(), given=low.count(), top=pl.col("high").fill_null(INFINITY).sum())
    sums = sums.with_columns(low=pl.when(pl.col("given") > 0).then(low))
    return sums.with_columns(best=_middle(low, top))


def _middle(low: pl.Expr, top: pl.Expr) -> pl.Expr:
    return pl.when(low == top).then(low).when((low > 0) & (top < INFINITY)).then((low + top) / 2)


def _sides(reports: pl.LazyFrame) -> pl.LazyFrame:
    """One row per flow: keys, and each side's `low`, `top`, `best`, `larger`, `open`, `conflict`, `silent`."""
    least, low, top, most = pl.col("least"), pl.col("low"), pl.col("top"), pl.col("most")
    conflict = pl.col("low") > pl.col("top")
    views = reports.group_by("role", *KEYS).agg(
        least=low.min(),
        low=low.max(),
        top=pl.when(low.is_not_null()).then(top).min(),
        most=pl.when(low.is_not_null()).then(top).max(),
        larger=pl.col("best").max(),
        open=(pl.col("best").is_null() & low.is_not_null()).any(),
        silent=low.is_null().any(),
    )
    views = views.with_columns(conflict=conflict, best=pl.when(~conflict).then(_middle(low, top))).with_columns(
        low=pl.when("conflict").then(least).otherwise(low), top=pl.when("conflict").then(most).otherwise(top)
    )
    names = ("low", "top", "best", "larger", "open", "conflict", "silent")
    mine = [
        pl.when(pl.col("role") == side).then(pl.col(name)).alias(f"{side}_{name}") for side in SIDES for name in names
    ]
    return views.select(*KEYS, *mine).group_by(KEYS).agg(pl.all().max())


def _timing(sides: pl.LazyFrame) -> pl.LazyFrame:
    """Keys of flows whose two sides agree over runs of years, though not by year; with `moved` true."""
    e_low, e_top, i_low, i_top = (pl.col(f"{side}_{limit}") for side in SIDES[:2] for limit in ("low", "top"))
    conflict = pl.any_horizontal("exporter_conflict", "importer_conflict")
    settled = ((e_low <= i_top) & (i_low <= e_top) & ~conflict).fill_null(False)
    least, most = pl.min_horizontal(e_low, i_low), pl.max_horizontal(e_top, i_top)
    misfit = (pl.col("third_low") > most) | (pl.col("third_top") < least)
    dated = sides.filter(pl.col("year") > 0).select(
        *KEYS,
        "exporter_low",
        "exporter_top",
        "importer_low",
        "importer_top",
        silent=pl.any_horizontal("exporter_silent", "importer_silent").fill_null(False),
        doubtful=~settled & least.is_not_null() & ~misfit.fill_null(False),
    )
    chosen = dated.group_by(PAIR).agg(
        fit=(pl.len() > 1) & pl.col("doubtful").any() & e_low.is_not_null().any() & i_low.is_not_null().any()
    )
    near = dated.join(chosen.filter("fit"), on=PAIR, how="semi").collect().lazy()
    islands = _islands(near)
    start = pl.col("year")
    placed = pl.concat([near.with_columns(start=(start - lag).cast(pl.Int16)) for lag in range(LAG + 1)])
    placed = placed.join(islands, on=[*PAIR, "start"]).unique(KEYS).collect().lazy()
    agreed = placed.group_by("island").agg(e_low.sum(), e_top.sum(), i_low.sum(), i_top.sum(), years=pl.len())
    agreed = agreed.filter(_agree() & (pl.col("years") > 1))
    moved = placed.filter("doubtful").join(agreed, on="island", how="semi")
    return moved.select(*KEYS, moved=pl.lit(True))


def _islands(near: pl.LazyFrame) -> pl.LazyFrame:
    """Runs of two years whose sums agree, and the number of the island that overlapping ones form."""
    starts = pl.concat([near.with_columns(start=(pl.col("year") - lag).cast(pl.Int16)) for lag in range(LAG + 1)])
    names = ["exporter_low", "exporter_top", "importer_low", "importer_top"]
    windows = starts.group_by(*PAIR, "start").agg(
        *(pl.col(name).sum() for name in names),
        pl.col("silent").any(),
        senders=pl.col("exporter_low").count(),
        receivers=pl.col("importer_low").count(),
    )
    fit = (pl.col("senders") > 0) & (pl.col("receivers") > 0) & ~pl.col("silent")
    apart = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in PAIR)
    apart = apart | (pl.col("start") > pl.col("start").shift() + LAG)
    ordered = windows.filter(fit & _agree()).sort(*PAIR, "start")
    return ordered.select(*PAIR, "start", island=apart.fill_null(True).cum_sum())


def _agree() -> pl.Expr:
    senders = pl.col("exporter_low") <= pl.col("importer_top")
    return senders & (pl.col("importer_low") <= pl.col("exporter_top"))


def _judged(sides: pl.LazyFrame) -> pl.LazyFrame:
    lows, tops = [f"{side}_low" for side in SIDES], [f"{side}_top" for side in SIDES]
    known = pl.sum_horizontal(pl.col(name).is_not_null() for name in lows)
    conflict = pl.any_horizontal(pl.col(f"{side}_conflict").fill_null(False) for side in SIDES)
    inner = pl.max_horizontal(lows) <= pl.min_horizontal(tops)
    conditions = [known == 0, pl.col("moved").fill_null(False), (known > 1) & ~conflict & inner, (known > 1) | conflict]
    conditions += [pl.col(name).is_not_null() for name in lows[:2]]
    judged = sides.with_columns(agreement=_first(conditions, AGREEMENTS))
    moved, differ = pl.col("agreement") == "timing", pl.col("agreement") == "differ"
    least = pl.when(differ).then(pl.min_horizontal(lows)).otherwise(pl.max_horizontal(lows))
    most = pl.when(differ).then(pl.max_horizontal(tops)).otherwise(pl.min_horizontal(tops))
    judged = judged.with_columns(
        low=pl.when(moved).then(pl.col(lows[0]).fill_null(0)).otherwise(least),
        high=pl.when(moved).then(pl.col(tops[0]).fill_null(0)).otherwise(most),
        **{f"{side}_high": pl.col(f"{side}_top") for side in SIDES},
    )
    best = pl.when(differ).then(pl.col("exporter_best"))
    judged = judged.with_columns(best=best.otherwise(_middle(pl.col("low"), pl.col("high"))))
    unlimited = [pl.when(pl.col(name) < INFINITY).then(pl.col(name)).alias(name) for name in ["high", *LIMITS[1::2]]]
    return judged.with_columns(unlimited).select(COLUMNS["mirror"])


def _first(conditions: list[pl.Expr], words: list[str]) -> pl.Expr:
    """The word of the first condition that holds, else the last word."""
    found = pl.when(conditions[0]).then(pl.lit(words[0], WORDS))
    for condition, word in zip(conditions[1:], words[1:], strict=False):
        found = found.when(condition).then(pl.lit(word, WORDS))
    return found.otherwise(pl.lit(words[len(conditions)], WORDS))


def balances(flows: pl.DataFrame) -> pl.DataFrame:
    """Flows → per party and item: received, sent on, left over. Shape: `shape.COLUMNS`."""
    given = flows.lazy()
    received, sent = _sums(given, "recipient", "received"), _sums(given, "supplier", "sent")
    both = received.join(sent, on=HELD, how="full", coalesce=True)
    both = both.join(_required_stock(given), on=HELD, how="left")
    has_in, has_out = pl.col("received_legs").is_not_null(), pl.col("sent_legs").is_not_null()
    low = pl.col("received_low") - pl.col("sent_high")
    high = pl.col("received_high") - pl.col("sent_low").fill_null(0)
    best = pl.col("received_best") - pl.col("sent_best")
    pairs = {"low": low, "best": best, "high": high}
    left = {f"unaccounted_{name}": pl.when(has_in & has_out).then(value) for name, value in pairs.items()}
    both = both.with_columns(**left, required_stock=pl.col("required_stock").fill_null(0))
    low, high = pl.col("unaccounted_low"), pl.col("unaccounted_high")
    status = _first([~has_in, ~has_out, low > 0, high < 0, (low == 0) & (high == 0)], STATUSES)
    return (
        both.with_columns(share_sent_on=_share("sent_best", "received_best"), status=status)
        .select(COLUMNS["balances"])
        .collect()
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.col(part) / pl.when(pl.col(whole) != 0).then(pl.col(whole))


def _sums(flows: pl.LazyFrame, side: str, name: str) -> pl.LazyFrame:
    """Sums by who receives or sends; `best` and `high` only where every part has one."""
    low, best, high = pl.col("low"), pl.col("best"), pl.col("high")
    sums = flows.group_by(pl.col(side).alias("party"), "item", "unit").agg(
        low.sum(), best.sum(), high.sum(), lows=low.count(), bests=best.count(), highs=high.count(), legs=pl.len()
    )
    return sums.select(
        *HELD,
        pl.col("legs").alias(f"{name}_legs"),
        pl.when(pl.col("lows") > 0).then(low).alias(f"{name}_low"),
        pl.when(pl.col("bests") == pl.col("legs")).then(best).alias(f"{name}_best"),
        pl.when(pl.col("highs") == pl.col("legs")).then(high).alias(f"{name}_high"),
    )


def _required_stock(flows: pl.LazyFrame) -> pl.LazyFrame:
    """The most by which sending ran ahead of receiving: undated arrivals first, undated departures last."""
    year, held = pl.col("year"), [pl.col("item"), pl.col("unit")]
    departures = flows.select(
        pl.col("supplier").alias("party"),
        *held,
        year=pl.when(year == 0).then(pl.lit(9999, pl.Int16)).otherwise(year),
        ahead=pl.col("low").fill_null(0),
    )
    arrivals = flows.select(pl.col("recipient").alias("party"), *held, year, ahead=-pl.col("high").fill_null(INFINITY))
    arrivals = arrivals.join(departures, on=HELD, how="semi")
    steps = pl.concat([arrivals, departures]).group_by(*HELD, "year").agg(pl.col("ahead").sum()).sort(*HELD, "year")
    ahead = steps.select(*HELD, pl.col("ahead").cum_sum().over(HELD))
    return ahead.group_by(HELD).agg(required_stock=pl.col("ahead").max().clip(lower_bound=0))


def conduits(flows: pl.DataFrame) -> pl.DataFrame:
    """Flows → who received and sent on the same item within two years. Shape: `shape.COLUMNS`."""
    given = flows.lazy().filter((pl.col("year") > 0) & (pl.col("high").is_null() | (pl.col("high") > 0)))
    inward = given.rename({"recipient": "party", "supplier": "other"})
    outward = given.rename({"supplier": "party", "recipient": "other"})
    received = _sums(_matched(inward, _years(outward), range(WITHIN + 1)), "party", "received")
    sent = _sums(_matched(outward, _years(inward), range(-WITHIN, 1)), "party", "sent")
    both = received.join(sent, on=HELD)
    passed = [pl.coalesce(f"{side}_best", f"{side}_high", INFINITY) for side in ("received", "sent")]
    best = [pl.col("received_best"), pl.col("sent_best")]
    larger = pl.when(best[0].is_not_null() & best[1].is_not_null() & (pl.max_horizontal(best) != 0))
    exactness = pl.min_horizontal(best) / larger.then(pl.max_horizontal(best))
    both = both.filter(pl.min_horizontal(passed) >= THRESHOLD)
    both = both.with_columns(share=_share("sent_best", "received_best"), exactness=exactness)
    return both.select(COLUMNS["conduits"]).collect()


def _years(side: pl.LazyFrame) -> pl.LazyFrame:
    """Per party, item and year, the first and the last of the codes on the other side."""
    other = pl.col("other").to_physical()
    return side.group_by(*HELD, "year").agg(first=other.min(), last=other.max())


def _matched(side: pl.LazyFrame, others: pl.LazyFrame, lags: range) -> pl.LazyFrame:
    """Movements for which the other side has one so many years later, with another than this movement's."""
    near = pl.concat([others.with_columns((pl.col("year") - lag).cast(pl.Int16)) for lag in lags])
    ends = near.group_by(*HELD, "year").agg(pl.col("first").min(), pl.col("last").max())
    own = pl.col("other").to_physical()
    return side.join(ends, on=[*HELD, "year"]).filter((pl.col("first") != own) | (pl.col("last") != own))


def frame(table: pl.DataFrame, task: str) -> pd.DataFrame:
    """The result of a task, to be compared."""
    text = [pl.col(name).cast(pl.String) for name in COLUMNS[task] if name in TEXT]
    return pd.DataFrame(table.with_columns(text).to_dict(as_series=False))
