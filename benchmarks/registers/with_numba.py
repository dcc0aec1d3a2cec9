"""The floor: the three tasks written by hand for this machine's cores, on arrays of codes.

Statements are scattered into one run per item, each run is sorted by a key packed into one whole number, and one pass
over it does the rest. Limits that a register has never reached (some hundred parties, 60 years, 2**20 statements about
one item) are checked, not handled: general code would be slower, and this is to show how fast it can be.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numba import get_num_threads

from analysis.errors import InputError
from benchmarks.registers import kernels_held, kernels_mirror, with_pandas
from benchmarks.registers.shape import AGREEMENTS, CATEGORIES, COLUMNS, SIDES, STATUSES, THRESHOLD, WITHIN

Arrays = dict[str, object]


def read(path: Path) -> Arrays:
    """Statements from a Parquet file as arrays of codes, with the words the codes stand for."""
    return coded(with_pandas.read(path))


def coded(frame: pd.DataFrame) -> Arrays:
    """The same from a table of categories, as `with_pandas.coded` makes it."""
    found = {name: frame[name].cat.codes.to_numpy() for name in CATEGORIES}
    roles = np.array([SIDES.index(name) for name in frame["role"].cat.categories], dtype=np.int8)
    years = frame["year"].to_numpy()
    first = int(years[years > 0].min())
    values = [frame[name].fillna(-1).to_numpy() for name in ("low", "high", "locator")]
    values = (*(column.astype(np.int32) for column in values), found.pop("quantity_as_printed").astype(np.int32))
    words = {name: frame[name].cat.categories for name in ("supplier", "item", "unit")}
    found |= {"role": roles[found["role"]], "year": np.where(years > 0, years - first + 2, 0).astype(np.int8)}
    return {**found, "values": values, "first": first, "words": words, "sources": frame["source_id"].cat.categories}


def mirror(statements: Arrays) -> Arrays:
    """Statements → flows, as packed keys, numbers and codes, item by item."""
    words = statements["words"]
    _check(statements)
    places, starts = kernels_mirror.runs(statements["item"], len(words["item"]), get_num_threads())
    if np.diff(starts).max() >> kernels_mirror.PLACE:
        raise InputError("One item has more than a million statements. The floor packs their places into 20 bits.")
    columns = [statements[name] for name in ("item", "unit", "supplier", "recipient", "year", "role")]
    columns += [statements["source_id"], statements["reporter"], statements["values"]]
    keys, moved = kernels_mirror.scatter(*columns, places, starts)
    flows = kernels_mirror.order(keys, starts)
    packed, numbers, agreement = kernels_mirror.mirrored(keys, moved, starts, flows)
    found = {"packed": packed, "numbers": numbers, "agreement": agreement, "flows": flows}
    return {**found, "first": statements["first"], "years": int(statements["year"].max()) + 1, "words": words}


def _check(statements: Arrays) -> None:
    words = statements["words"]
    fits = len(words["supplier"]) <= 512 and len(words["unit"]) <= 16 and len(statements["sources"]) <= 16
    if not fits or statements["year"].max() >= kernels_mirror.YEARS:
        raise InputError("The floor packs keys of at most 512 parties, 16 units, 16 sources and 60 years.")


def balances(flows: Arrays) -> Arrays:
    """Flows → balances, as codes and numbers."""
    parties = len(flows["words"]["supplier"])
    rows = kernels_held.touched(flows["packed"], flows["flows"], parties)
    given = (flows["packed"], flows["numbers"], flows["flows"])
    keys, numbers, status = kernels_held.balanced(*given, rows, parties, flows["years"])
    return {"keys": keys, "numbers": numbers, "status": status, "words": flows["words"]}


def conduits(flows: Arrays) -> Arrays:
    """Flows → conduits, as codes and numbers."""
    parties = len(flows["words"]["supplier"])
    rows = kernels_held.touched(flows["packed"], flows["flows"], parties)
    given = (flows["packed"], flows["numbers"], flows["flows"])
    keys, numbers, found = kernels_held.passed(*given, rows, parties, flows["years"], WITHIN, THRESHOLD)
    keys, numbers = kernels_held.closed_up(keys, numbers, rows, found)
    return {"keys": keys, "numbers": numbers, "words": flows["words"]}


def frame(table: Arrays, task: str) -> pd.DataFrame:
    """The result of a task with words for codes, to be compared."""
    if task == "mirror":
        return _flows(table)
    words, codes = table["words"], table["keys"]
    columns = [words["supplier"].take(codes[:, 2]), words["item"].take(codes[:, 0]), words["unit"].take(codes[:, 1])]
    columns += list(table["numbers"].T)
    if task == "balances":
        columns.append(np.array(STATUSES)[table["status"]])
    return pd.DataFrame(dict(zip(COLUMNS[task], columns, strict=True)))


def _flows(table: Arrays) -> pd.DataFrame:
    words, packed = table["words"], table["packed"]
    years = packed & (kernels_mirror.YEARS - 1)
    item = np.repeat(np.arange(len(words["item"])), np.diff(table["flows"]))
    columns = [words["supplier"].take((packed >> 15) & 511), words["supplier"].take((packed >> 6) & 511)]
    columns += [words["item"].take(item), words["unit"].take(packed >> 24)]
    columns += [np.where(years > 0, years + table["first"] - 2, 0), *table["numbers"].T]
    columns.append(np.array(AGREEMENTS)[table["agreement"]])
    return pd.DataFrame(dict(zip(COLUMNS["mirror"], columns, strict=True)))
