"""Statements → flows → double counts → balances.

One SQL text each (analysis/sql), run by DuckDB, serves ten rows and ten million.
"""

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from analysis import engine
from analysis.choices import check_choice
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.mirror import mirror
from analysis.reliability import reliability as estimated
from analysis.reliability import weighed
from analysis.tables import typed

MOST_READINGS = 4  # possible double counts whose readings are all tried: 3 to the power of that


def flows(
    transfers: pd.DataFrame,
    prefer: str = "exporter",
    lag_years: int = 1,
    tolerance: float = 0,
    leave_out: str = "",
    reliability: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Combine all statements about one (supplier, recipient, item, unit, year) into one flow; never averaged silently.

    Counts are integer intervals in the flow's unit. Lots in one report add up; a lot listed twice at one place counts
    once (two lots of one size in one paragraph need locators of their own, such as 4a and 4b). Sides that overlap
    agree: their intersection. Sides that differ by year but agree over `lag_years` + 1 years are a matter of timing.
    Otherwise they differ: the interval spans them all, and `prefer` chooses `best`; there is none where the side that
    is preferred gives no single figure. A side that gives no number ("classified") decides nothing. Every count may be
    off by the share `tolerance`; the statements named in `leave_out` (by their ids or those of their sources, blank
    between) are taken as not made. Raises InputError for a value that none of these admits.

    `reliable` weighs exporter's and importer's figure by `reliability` (a table of that schema, of one rule), as
    `reliability.weighed` says; without it, by the rule `variance` on these very statements, before any tolerance.
    """
    check_choice("prefer", prefer)
    engine.check_lag(lag_years)
    table = told(transfers, tolerance, leave_out)
    if prefer != "reliable":
        return _flows(table, prefer, lag_years)
    if reliability is None:
        reliability = estimated(mirror(without(transfers, leave_out), lag_years=lag_years), "variance")
    return weighed(*(_flows(table, side, lag_years) for side in ("exporter", "importer")), reliability)


def _flows(table: pd.DataFrame, prefer: str, lag_years: int) -> pd.DataFrame:
    return engine.answer("flows", {"transfers": table}, {"prefer": prefer, "lag_years": lag_years}, before=("lots",))


def told(transfers: pd.DataFrame, tolerance: float = 0, leave_out: str = "") -> pd.DataFrame:
    """The statements that count, each as far off as it may be. Errors as `flows`."""
    return widened(without(typed(transfers, "transfers"), leave_out), tolerance)


def without(transfers: pd.DataFrame, leave_out: str) -> pd.DataFrame:
    """The statements but for those named, by their ids or by those of their sources, blank between.

    An id that a statement and a source share is the statement's. Raises InputError for an id that neither has.
    """
    named, own, sources = leave_out.split(), set(transfers["statement_id"]), set(transfers["source_id"])
    for name in named:
        if name not in own | sources:
            near = close_to(name, [*transfers["statement_id"], *sorted(sources)])
            raise InputError(f"leave_out={leave_out!r}: no transfer {name!r}{near}, nor a source of that id.")
    whole = transfers["source_id"].isin([name for name in named if name not in own])
    return transfers[~transfers["statement_id"].isin(named) & ~whole]


def widened(transfers: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Every count as the whole numbers that are off from it by at most this share (0.05: 240 is 228 to 252)."""
    if not 0 <= tolerance < 1:
        raise InputError(f"tolerance={tolerance}: a share by which counts may be off is from 0 to less than 1.")
    if not tolerance:
        return transfers
    share = Fraction(str(tolerance))
    least = [pd.NA if pd.isna(low) else math.ceil(low * (1 - share)) for low in transfers["low"]]
    most = [pd.NA if pd.isna(high) else math.floor(high * (1 + share)) for high in transfers["high"]]
    return typed(transfers.assign(low=least, high=most), "transfers")


def double_counts(flows: pd.DataFrame, lag_years: int = 1) -> pd.DataFrame:
    """Lots that may be reported along two routes: A → R, and A → B → R, of one item. Shape: schemas, `double_counts`.

    Flagged wherever the known counts of the direct movement and of both legs overlap, and no two of the three are more
    than `lag_years` apart; a movement without a year may be of any. `low` and `high` are what the counts have in
    common; where several years' legs fit, they span them all. Equal counts show no more than that one lot is possible:
    small ones are often equal by chance. A lot that a leg split over two years, or that made two stops, is not found.
    Nor is one by way of nobody in particular (names.unspecified). Raises InputError for a negative `lag_years`.
    """
    engine.check_lag(lag_years)
    inputs = {"flows": typed(flows, "flows"), "nobody": engine.nobody()}
    return engine.answer("double_counts", inputs, {"lag_years": lag_years})


def readings(flows: pd.DataFrame, doubled: pd.DataFrame) -> list[pd.DataFrame]:
    """The flows as reported, and again for every way to read each possible double count as one lot.

    As one lot, either the direct movement carried nothing beyond the detour's lot, or both legs of the detour nothing
    beyond the direct one's. No count so lessened has a best figure. Where that makes more than 81 readings, one stands
    for all: each of those movements carried anything from what is then left to what is reported. It is marked `loose`
    (attrs), for it holds more than all readings together.
    """
    ways = [_lots(flows, row) for row in doubled.to_dict("records")]
    if len(ways) > MOST_READINGS:
        every = pd.concat([lots for way in ways for lots in way]).groupby(level=0).sum()
        found = _without(flows, every.assign(least=0))
        found.attrs["loose"] = True
        return [found]
    found = [flows]
    for chosen in itertools.product(*([None, *way] for way in ways)):
        taken = [lots for lots in chosen if lots is not None]
        if taken:
            found.append(_without(flows, pd.concat(taken).groupby(level=0).sum()))
    return found


def _lots(flows: pd.DataFrame, row: Mapping[str, object]) -> list[pd.DataFrame]:
    """What one double count may take off: the direct movement, or both legs. By row of flows: least and most."""
    item = (flows["item"] == row["item"]) & (flows["unit"] == row["unit"])
    most = row["high"] if pd.notna(row["high"]) else flows[["low", "high"]].max().max()
    found = []
    for side in ("direct", "detour"):
        ids = set(str(row[f"{side}_statements"]).split())
        mine = flows.index[item & flows["statements"].map(lambda text, ids=ids: ids >= set(text.split()))]
        found.append(pd.DataFrame({"least": row["low"], "most": most}, index=mine, dtype="Int64"))
    return found


def _without(flows: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    off = lots.reindex(flows.index, fill_value=0)
    low, high = (flows["low"] - off["most"]).clip(lower=0), (flows["high"] - off["least"]).clip(lower=0)
    return flows.assign(low=low, high=high, best=flows["best"].mask(flows.index.isin(lots.index)))


def balances(flows: pd.DataFrame, doubled: pd.DataFrame | None = None) -> pd.DataFrame:
    """Per party, item and unit: received, sent on, unaccounted = received − sent, as intervals over all years.

    Unaccounted only where both an arrival and an onward transfer are recorded: who is not recorded to have sent any
    owes no account of what it got. Nobody in particular (names.unspecified) has sums alone: no rest, share or stock.

    `required_stock` is the most by which sending must have run ahead of receiving by the end of any year: what the
    party must have held, made or got unreported. "None recorded" is not "none sent": a side without a record is empty,
    and `status` says so.

    `doubled` is what `double_counts` found in these flows. For the supplier and the recipient of both routes, `high`
    counts every flow, `low` leaves out what can be one lot, and no figure is `best`. No flow is left out twice, and no
    leg stands for more than it carried; where many routes share legs, `low` may be lower than need be.
    """
    inputs = {"flows": flows, "doubled": typed(pd.DataFrame() if doubled is None else doubled, "double_counts")}
    inputs["nobody"] = engine.nobody()
    return engine.answer("balances", inputs, {}, before=engine.TWICE)
