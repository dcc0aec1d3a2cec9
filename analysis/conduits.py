"""What passes through a party: who received and sent on the same item, and the chains that this makes."""

from collections.abc import Collection, Sequence

import pandas as pd

from analysis import engine
from analysis.choices import check_choice
from analysis.errors import InputError
from analysis.origins import Stock, bounds_of_jobs
from analysis.tables import typed

PAIR = ["supplier", "recipient", "item", "unit"]
MOST_YEARS = 126  # from the first year of a table to its last: as many bits of one number (sql/passing.sql)

MOST_CHAINS = 100_000  # of one item
MOST_FLOWS = 400  # of one item: for more, how much must and can be the origin's takes too long


class TooManyChains(InputError):
    """More paths than can be listed."""


def conduits(
    flows: pd.DataFrame,
    within_years: int = 2,
    least: float = 1,
    share: float = 0,
    rank_by: str = "quantity",
    doubled: pd.DataFrame | None = None,
    spans: pd.DataFrame | None = None,
    top: int | None = None,
) -> pd.DataFrame:
    """Who received and sent on the same item, in one unit, within so many years. Shape: schemas, `conduits`.

    A receipt counts where something went on to another than who had sent it, in its year or up to `within_years`
    after; a sending, where something had come in from another than who got it. So goods that only went back to where
    they came from make no conduit. A movement of no items does not count, nor do codes that are no single party
    (names.not_one_party) make one. A flow without a year may be of any, or of those that `spans` leaves it.

    Sums are intervals as in `balances`; what `doubled` (reconcile.double_counts) holds may be one lot is left out of
    `low` once, and such a sum has no `best`. Listed is who can have passed at least `least` items on, and can have sent
    at least `share` of what it received, of these the first `top` in the order of `rank_by`. Ties go by quantity, then
    party and item. Raises InputError for a value that none of these admits.
    """
    check(within_years, rank_by)
    inputs = _inputs(flows, spans) | {"doubled": typed(pd.DataFrame() if doubled is None else doubled, "double_counts")}
    limits = {"least": least, "share": share, "rank_by": rank_by, "top": len(flows) + 1 if top is None else top}
    return engine.answer("conduits", inputs, {"within_years": within_years, **limits}, before=engine.PASSING)


def spans(statements: pd.DataFrame) -> pd.DataFrame:
    """The years that a flow without a year can be of: supplier, recipient, item, unit, first_year, last_year.

    From `statements` without a year whose deliveries are bounded (schemas, `statements`). A flow one of whose
    statements is not bounded can be of any year: it has no row.
    """
    return engine.answer("spans", {"transfers": typed(statements, "statements")}, {})


def check(within_years: int, rank_by: str) -> None:
    """Raises InputError for a window or an order that `conduits` does not admit."""
    _check_window(within_years)
    check_choice("rank_by", rank_by)


def _check_window(within_years: int) -> None:
    if within_years < 0:
        raise InputError(f"within_years={within_years}: a number of years is not negative.")


def _inputs(flows: pd.DataFrame, bounds: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    """Tables for SQL. Raises InputError for years too far apart."""
    flows = typed(flows, "flows")
    bounds = spans(typed(pd.DataFrame(), "statements")) if bounds is None else bounds
    years = pd.concat([flows["year"], bounds["first_year"], bounds["last_year"]])
    if years.notna().any() and years.max() - years.min() >= MOST_YEARS:
        raise InputError(
            f"year: flows are from {years.min()} to {years.max()}; no more than {MOST_YEARS} years are taken at once. "
            "Mend the year, or take a part of the table."
        )
    return {"flows": flows, "spans": bounds, "nobody": engine.nobody()}


def chains(
    flows: pd.DataFrame,
    most_legs: int = 3,
    within_years: int = 2,
    least: float = 1,
    opening_stock: Stock = 0,
    parties: Sequence[str] = (),
    items: Sequence[str] = (),
    spans: pd.DataFrame | None = None,
    mixed: Collection[str] = (),
) -> pd.DataFrame:
    """Paths of one item and unit from a first sender to a last receiver, no party twice. Shape: schemas, `chains`.

    Two to `most_legs` movements; each is of the year of the one before, or up to `within_years` after. Listed are those
    that no longer one contains: at the first nothing is recorded to have come in before, at the last nothing to have
    gone on after, unless the path has `most_legs` already. Movements of fewer than `least` items are left out, and so
    are codes of no single party (names.not_one_party); years are as in `conduits`. `parties`: only paths by way of one
    of these; `items`: only of these. Paths by way of the same parties are one row: a leg is the sum of its movements.

    `least` and `most` (origins.origin_bounds, every other party having held `opening_stock`) are of the last leg's
    movements, by whatever way the origin's goods came; where they are several, the sum of their bounds, which may be
    wider than need be. They are empty for items of more than 400 movements, for those named in `mixed` (such as a
    register's categories, whose goods are of many kinds), and where no count is known. An unknown
    movement leaves `low` 0. Raises TooManyChains where an item may have more than 100 000 paths, before any is built.
    """
    _check_window(within_years)
    if most_legs < 2:
        raise InputError(f"most_legs={most_legs}: a chain has at least 2 movements.")
    inputs = _inputs(flows[flows["item"].isin(list(items))] if len(items) else flows, spans)
    inputs["wanted"] = pd.DataFrame({"party": pd.Series(list(parties), dtype="str")})
    limits = {"most_legs": most_legs, "within_years": within_years, "least": least}
    _check_number(engine.answer("many", inputs, limits, before=("routes",), shape="chains"))
    single = inputs["flows"][~inputs["flows"]["item"].isin(list(mixed))]
    return _bounded(engine.answer("chains", inputs, limits, before=("routes",)), single, opening_stock)


def _check_number(found: pd.DataFrame) -> None:
    """Raises TooManyChains where the item with the most runs of movements has too many of them."""
    for row in found[found["high"] > MOST_CHAINS].to_dict("records"):
        raise TooManyChains(
            f"item {row['item']!r}, {row['unit']}: up to {row['high']} chains, more than {MOST_CHAINS}. Ask for "
            "fewer: by parties, by items, in a table of fewer years, with more for `least`, or with fewer `most_legs`."
        )


def _bounded(found: pd.DataFrame, flows: pd.DataFrame, opening_stock: Stock) -> pd.DataFrame:
    """The chains with the least and the most of the origin's in their last movements."""
    networks = {key: mine for key, mine in flows.groupby(["item", "unit"]) if len(mine) <= MOST_FLOWS}
    known: dict[tuple, tuple] = {}
    for origin, mine in found.groupby("origin"):
        keys = [key for key in sorted(set(zip(mine["item"], mine["unit"], strict=True))) if key in networks]
        bounds = bounds_of_jobs([(networks[key], opening_stock) for key in keys], origin)
        rows = zip(*(bounds[name] for name in [*PAIR, "statements", "least", "most"]), strict=True)
        known |= {(origin, *row[:5]): row[5:] for row in rows}
    ends = [_last(row, networks, known) for row in found.to_dict("records")]
    return typed(found.assign(least=[least for least, _ in ends], most=[most for _, most in ends]), "chains")


def _last(chain: dict, networks: dict, known: dict) -> tuple:
    """Least and most of the origin's in the last leg: its movements are those whose statements the chain names."""
    if (chain["item"], chain["unit"]) not in networks:
        return pd.NA, pd.NA
    flows, ids = networks[chain["item"], chain["unit"]], set(chain["statements"].split())
    sender, receiver = chain["chain"].split(" > ")[-2:]
    pair = flows[(flows["supplier"] == sender) & (flows["recipient"] == receiver)]
    named = [text for text in pair["statements"] if ids >= set(text.split())]
    key = chain["origin"], sender, receiver, chain["item"], chain["unit"]
    ends = [known.get((*key, text), (pd.NA, pd.NA)) for text in named]
    least = [low for low, _ in ends if pd.notna(low)]
    return sum(least) if least else pd.NA, sum(most for _, most in ends)
