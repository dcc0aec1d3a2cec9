"""Mirror reports: what the sender and what the receiver say of the same movements, side by side."""

import pandas as pd

from analysis import engine
from analysis.tables import typed


def mirror(transfers: pd.DataFrame, filings: pd.DataFrame | None = None, lag_years: int = 1) -> pd.DataFrame:
    """Sender's and receiver's figures of each (supplier, recipient, item, unit, year). Shape: schemas, `mirror`.

    `agreement` is that of `reconcile.flows`, of these two alone: others' reports are no mirror. Where only the dates
    differ (`timing`), the sums of all years from `first_year` to `last_year` are compared, in each of their rows.
    The gap is the receiver's figure less the sender's, and the log ratio ln(receiver's ÷ sender's).

    `filings` (schemas) tells a party that filed and did not list a movement from one that did not file; of a party and
    year that it does not hold, it is not known. Raises InputError for a negative `lag_years`.
    """
    engine.check_lag(lag_years)
    inputs = {
        "transfers": typed(transfers, "transfers"),
        "filings": typed(pd.DataFrame() if filings is None else filings, "filings"),
    }
    return engine.answer("mirror", inputs, {"lag_years": lag_years, "prefer": "exporter"}, before=("lots", "flows"))
