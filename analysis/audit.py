"""The accounts, checked whenever a table is written: nothing is lost on the way, and nothing comes from nowhere.

Rows in = kept + rejected. Every statement counts in one flow. Units in = sent on + unaccounted for. Every headline, and
every cell with a formula, is what its formula gives again. Each check is written apart from the code that makes the
table, and compares it with those that it came from; what does not hold stops the run and names the rows.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from analysis import cases, engine, schemas
from analysis.derivations import name_of
from analysis.errors import AccountsError, InputError
from analysis.explain import book_of, explain
from analysis.intervals import cell, interval
from analysis.rows import Rows, rows_of

Get = Callable[[str], pd.DataFrame]  # a table by its name, as it is to be written or as an earlier notebook wrote it
MOST_TOLD = 5  # rows that are named; how many more there are is said
EXPLAINED = {  # cells that have a formula over other cells, by their columns' stems
    "flows": ("", "exporter", "importer", "third"),
    "balances": ("received", "sent", "unaccounted", "share_sent_on"),
    "values": ("unit_price", "lot_value"),
    "origins": ("least", "most", "break_even"),
}


def check(case: str, tables: Mapping[str, pd.DataFrame], get: Get) -> None:
    """Check tables of a case that are about to be written. `get` gives those that they came from.

    Raises AccountsError, naming the rows, where the accounts do not hold.
    """
    for name, frame in tables.items():
        _demand(name, _turned(frame))
    if "transfers" in tables:
        for name, kept in cases.KEPT_AS.items():
            _demand(kept, _lost(name, rows_of(get(kept)), rows_of(get("rejects")), cases.raw_lines(case)[name].lines))
    if "flows" in tables:
        left_out = dict(zip(get("counting")["name"], get("counting")["value"], strict=True))["leave_out"]
        moved(get("flows"), get("transfers"), left_out)
    if "balances" in tables:
        summed(get("balances"), get("flows"), get("double_counts"))
    if "headlines" in tables:
        _demand("headlines", _not_explained(case, get))
    if "scenarios" in tables:
        _demand("scenarios", _not_as_headlines(rows_of(get("scenarios")), get))


def moved(flows: pd.DataFrame, statements: pd.DataFrame, leave_out: str = "") -> None:
    """Every statement but those left out counts in one flow, and no flow rests on anything else. Raises as `check`."""
    inputs = {"flows": flows, "transfers": statements}
    _demand("flows", _found("accounts_flows", inputs, {"leave_out": leave_out}))


def summed(balances: pd.DataFrame, flows: pd.DataFrame, doubled: pd.DataFrame, party: str = "") -> None:
    """Balances (of this party, if one is named) are what the flows come to. Raises as `check`."""
    inputs = {"balances": balances, "flows": flows, "doubled": doubled, "nobody": engine.nobody()}
    _demand("balances", _found("accounts_balances", inputs, {"party": party}))


def whole(tables: Mapping[str, pd.DataFrame], party: str = "") -> None:
    """The same for the tables of a register: `statements` in place of transfers. Raises as `check`."""
    for name, frame in tables.items():
        _demand(name, _turned(frame))
    moved(tables["flows"], tables["statements"])
    summed(tables["balances"], tables["flows"], tables["double_counts"], party)


def _demand(table: str, faults: Iterable[str]) -> None:
    if found := list(faults):
        more = [f"and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
        rows = "; ".join([*found[:MOST_TOLD], *more])
        raise AccountsError(
            f"{table}: the accounts do not hold. {rows}. Nothing was written: this is a fault of the code or of a "
            "notebook, or a raw table was changed meanwhile."
        )


def _turned(frame: pd.DataFrame) -> Iterator[str]:
    """Rows in which an interval's least is above its most, or its best figure is not between them."""
    for stem in [name.removesuffix("low") for name in frame.columns if name == "low" or name.endswith("_low")]:
        ends = [f"{stem}{end}" for end in ("low", "best", "high") if f"{stem}{end}" in frame]
        for lower, upper in itertools.combinations(ends, 2):
            both = frame[[lower, upper]].dropna()
            for place in both.index[both[lower] > both[upper]]:
                yield f"row {place + 2}: {lower} {frame.at[place, lower]} is more than {upper} {frame.at[place, upper]}"


def _lost(name: str, kept: Rows, rejects: Rows, raw: Mapping[int, Mapping[str, str]]) -> Iterator[str]:
    """Raw rows that are not either kept or set aside, and kept rows that say something else than their raw row."""
    key = cases.IDS[name]
    own = [row for row in rejects if row["table"] == name]
    times = Counter([*(row[key] for row in kept), *(row["id"] for row in own)])
    for place, line in raw.items():
        if (many := times.pop(line[key], 0)) != 1:
            yield f"row {place} of {name}.csv ({line[key]}) is {'kept or set aside twice' if many else 'lost'}"
    yield from (f"{one} is no row of {name}.csv" for one in times)
    printed = {line[key]: line[cases.PRINTED_BESIDE[name]] for line in raw.values()} if name == "transfers" else {}
    for row in kept:
        if row[key] in printed and row["quantity_as_printed"] != printed[row[key]]:
            yield f"{row[key]} prints {printed[row[key]]!r}, not {row['quantity_as_printed']!r}"


def _found(rule: str, inputs: Mapping[str, pd.DataFrame], parameters: Mapping[str, object]) -> Iterator[str]:
    for row in engine.rows(rule, inputs, parameters):
        yield f"{row['id']}: {row['told']}"


def _not_explained(case: str, get: Get) -> Iterator[str]:
    """Headlines, and cells with a formula, that this does not give again; or that rest on what is not there."""
    names = [name for name in schemas.CASES if name not in ("scenarios", "flips")]
    book = book_of(case, {name: get(name) for name in names}, cases.raw_lines(case))
    keys = [row["key"] for row in book.tables["headlines"]]
    for table, columns in EXPLAINED.items():
        for row in book.tables[table]:
            keys += [f"{name_of(table, row)}{column and f'.{column}'}" for column in columns]
    for key in keys:
        try:
            explain(str(key), book)
        except InputError as fault:
            yield str(fault).partition(". ")[0]  # what would mend results on disk does not mend these


def _not_as_headlines(scenarios: Rows, get: Get) -> Iterator[str]:
    """The first scenario is the set of results itself: each cell is the headline of its column."""
    for row in rows_of(get("headlines")):
        if scenarios and scenarios[0].get(row["key"]) != cell(interval(row)):
            yield f"row 2: {row['key']} is {scenarios[0].get(row['key'])}, and the headline is {cell(interval(row))}"
