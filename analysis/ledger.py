"""Balances through time: what a party had come, made and sent, year by year, and against what it says it held."""

import pandas as pd

from analysis import engine
from analysis.tables import typed


def ledger(flows: pd.DataFrame, stocks: pd.DataFrame | None = None) -> pd.DataFrame:
    """Per party, item, unit and calendar year: received, produced, sent, and the net so far. Shape: schemas, `ledger`.

    Counts are intervals; empty on both sides is "none recorded", or none disclosed: of these, the net tells which, for
    it has then no limit. Flows without a year are the last row, of no year. Until then `net` allows for all of them
    and for none; and `required_stock` takes it that such arrivals came first, and such departures left last, as
    `reconcile.balances` does: in the last row it is the same as there, where nothing is reported twice and no
    production is stated. A code of no single party (names.unspecified) has sums, and neither net nor stock. `stocks`
    gives production (of no other kind; shape: schemas, `stocks`): lots of one source in a year add up, sources that
    overlap agree, others leave the count open from the smaller to the larger.
    """
    return engine.answer("ledger", _inputs(flows, stocks), {}, before=("stated",))


def holdings(flows: pd.DataFrame, stocks: pd.DataFrame) -> pd.DataFrame:
    """Per party, item and unit, from each stated holding to the next: opening + received + produced − sent − closing.

    Shape: schemas, `holdings`. A holding is of the last day of its year, so that what moved in the opening year is in
    it, and what moved in the closing year lies in between. More than nought: so many left unreported, or were used up;
    less: so many came unreported. Undisclosed counts leave open the side that they bear on; a flow without a year may
    lie in between or not, so that its least counts as nought and its most in full.
    """
    return engine.answer("holdings", _inputs(flows, stocks), {}, before=("stated",))


def _inputs(flows: pd.DataFrame, stocks: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    stated = typed(pd.DataFrame() if stocks is None else stocks, "stocks")
    return {"flows": typed(flows, "flows"), "stocks": stated, "nobody": engine.nobody()}
