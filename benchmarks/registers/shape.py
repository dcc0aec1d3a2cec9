"""What every contestant is given, what it must give back, and how two answers are compared.

Given: statements with text, locators and printed counts as codes or categories, each contestant in its own kind of
table. `year` 0 stands for "not stated" where a contestant has no empty whole number. Every contestant does all that
the package does, but for the ids of the statements, which no one gathers.
"""

import numpy as np
import pandas as pd

KEYS = ["supplier", "recipient", "item", "unit", "year"]
PAIR = KEYS[:4]
REPORT = ["source_id", "role", "reporter", *KEYS]
LOT = [*REPORT, "locator", "low", "high", "quantity_as_printed"]
CATEGORIES = ["source_id", "role", "reporter", "supplier", "recipient", "item", "unit", "quantity_as_printed"]
PARTIES = ["reporter", "supplier", "recipient"]
SIDES = ["exporter", "importer", "third"]
HELD = ["party", "item", "unit"]

LAG = 1  # years by which the two sides of one movement may differ
WITHIN = 2  # years in which what a conduit received is sent on
THRESHOLD = 10  # items that must at least have been able to pass

TASKS = ("mirror", "balances", "conduits")
LIMITS = [f"{side}_{limit}" for side in SIDES for limit in ("low", "high")]
_INTERVALS = [f"{name}_{limit}" for name in ("received", "sent") for limit in ("low", "best", "high")]
_UNACCOUNTED = ["unaccounted_low", "unaccounted_best", "unaccounted_high"]
COLUMNS = {
    "mirror": [*KEYS, "low", "best", "high", *LIMITS, "agreement"],
    "balances": [*HELD, *_INTERVALS, *_UNACCOUNTED, "share_sent_on", "required_stock", "status"],
    "conduits": [*HELD, *_INTERVALS, "share", "exactness"],
}
TEXT = {"supplier", "recipient", "party", "item", "unit", "agreement", "status"}
STATUSES = [
    "no inward record",
    "no onward record",
    "unaccounted",
    "sent more than received",
    "balanced",
    "undetermined",
]
AGREEMENTS = ["undisclosed", "timing", "agree", "differ", "exporter only", "importer only", "third only"]


def canonical(frame: pd.DataFrame, task: str) -> pd.DataFrame:
    """The same table with its rows sorted by key, text as objects and numbers as floats; empty, infinite and year 0
    are all NaN."""
    columns = {}
    for name in COLUMNS[task]:
        if name in TEXT:
            columns[name] = frame[name].astype("object").to_numpy()
        else:
            numbers = frame[name].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
            columns[name] = np.where(np.isinf(numbers) | ((name == "year") & (numbers == 0)), np.nan, numbers)
    keys = KEYS if task == "mirror" else HELD
    return pd.DataFrame(columns).sort_values(keys, ignore_index=True)


def difference(one: pd.DataFrame, other: pd.DataFrame, task: str) -> str:
    """The first place where two answers are not exactly the same, or nothing."""
    if len(one) != len(other):
        return f"{len(one)} rows against {len(other)}"
    for name in COLUMNS[task]:
        first, second = one[name], other[name]
        apart = ~((first == second) | (first.isna() & second.isna())).to_numpy()
        if apart.any():
            place = int(apart.argmax())
            rows = f"{one.loc[place].to_dict()} against {other.loc[place].to_dict()}"
            return f"{apart.sum()} rows differ in {name}, such as {rows}"
    return ""
