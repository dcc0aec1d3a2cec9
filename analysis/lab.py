"""What an analyst has at hand in a notebook: every table of a case by name, displays that explain themselves.

`show(tables(case, results)["balances"])` says what each column means; `explaining(case, results)(KEY)` walks a number
back to the printed words.
"""

import re
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from analysis import cases, prose, store
from analysis import show as showing
from analysis.characters import shortly
from analysis.errors import InputError
from analysis.explain import opened
from analysis.hints import close_to
from analysis.paths import PUBLISHED, results_dir
from analysis.rows import Rows, processed_rows
from analysis.schemas import CASES, names
from analysis.show import Shown
from analysis.site import datapackage

NAMED_BY = {"transfers": "statement_id", "amounts": "statement_id", "events": "event_id"}  # tables that have a source
END = re.compile(r"(?<![^_])(low|high)$")  # of an interval, as columns are named
LEAST = re.compile(r"(^|(?<=.): )least\b")  # of what the least end of an interval means
BARE = "least to most"  # heads the interval of columns that are just `low` and `high`


class Tables(dict):
    """Tables by name; a name that is none of them is told with what is near."""

    def __missing__(self, name: object) -> None:
        raise InputError(
            f"no table {shortly(name)}{close_to(str(name)[:80], list(self))}. There are: {', '.join(self)}."
        )


def tables(case: str, results: str) -> Mapping[str, pd.DataFrame]:
    """Every processed table of a set of results, by name.

    Each knows where it is from, and so does a part of it. Raises InputError for a case or results that are not there.
    """
    cases.settings(case)
    found = Tables(store.load(case, results, *CASES))
    for frame in found.values():
        frame.attrs |= {"case": case, "results": results, "rows": len(frame)}
    return found


def findings() -> Shown:
    """Which cases come with retransfer, and what each finds."""
    rows = [(case, cases.settings(case)["title"], f"{_finding(case)}.") for case in cases.pooled()]
    return showing.table(pd.DataFrame(rows, columns=["case", "title", "finding"], dtype="str"), "The published cases")


def _finding(case: str) -> str:
    found = store.load(case, PUBLISHED, "headlines")["headlines"]
    return prose.finding(found, **cases.settings(case)["focus"])


def explaining(case: str, results: str) -> Callable[[str], Shown]:
    """`explain(KEY)` for one set of results: a headline, or a cell of a table, back to the raw lines it rests on.

    Raises InputError for a case or results that are not there; what it returns does, for a key that names nothing.
    """
    cases.settings(case)
    example = opened(case, results).tables["headlines"][0]["key"]

    def explain(key: str) -> Shown:
        """Walk one number back, named by its key."""
        if not isinstance(key, str):
            raise InputError(f'explain() takes a key in quotes, such as explain("{example}"); this is {_kind(key)}.')
        return showing.explanation(key, case, results)

    return explain


def show(table: pd.DataFrame) -> Shown:
    """A processed table, or a part of one: what it is, what its columns mean, how many rows, on which sources it rests.

    Intervals are in words. Raises InputError for anything else.
    """
    name = _name(table)
    shown, meanings = _columns(table, _fields(name, table))
    return showing.table(shown, f"{name}: {datapackage.meaning(f'{name}.csv')} {_counted(table)}", meanings=meanings)


def _name(table: object) -> str:
    """Which processed table this is, or is a part of. Raises InputError for what is none."""
    if isinstance(table, pd.Series):
        raise InputError(f"show() takes a table; {table.name!r} is one column. Double brackets keep it a table.")
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f'show() takes a table, such as show(tables["balances"]), or a part of one; this is {_kind(table)}.'
        )
    if "rows" not in table.attrs or not {*table.index} <= {*range(table.attrs["rows"])}:
        raise InputError(
            "show() takes a table of tables(case, results), or a part of one; this one was made otherwise. "
            'show.table(FRAME, "what it is"), of `from analysis import show`, shows any.'
        )
    return table.attrs["table"]


def _kind(thing: object) -> str:
    return f"{shortly(thing)} ({type(thing).__name__})"


def _counted(table: pd.DataFrame) -> str:
    """How many rows there are, and on which sources they rest."""
    whole = table.attrs["rows"]
    rows = f"{len(table)} of {whole} rows" if len(table) != whole else "1 row" if whole == 1 else f"{whole} rows"
    named = _sources(table)
    return f"{rows}. {f'Rests on {named}.' if named else 'Its rows name no statements.'}" if whole else f"{rows}."


def _sources(table: pd.DataFrame) -> str:
    """The sources that the rows name, by themselves or by their statements, each with its title."""
    of = {row[column]: row["source_id"] for name, column in NAMED_BY.items() for row in _rows(table, name)}
    columns = [name for name in table if str(name).endswith("statements") or name in NAMED_BY.values()]
    used = {of[word] for column in columns for word in _words(table[column]) if word in of}
    used |= set(_words(table["source_id"])) if "source_id" in table else set()
    named = [row for row in _rows(table, "sources") if row["source_id"] in used]
    return "; ".join(f"{row['source_id']} “{row['title']}”" for row in named)


def _rows(table: pd.DataFrame, name: str) -> Rows:
    """The rows of another table of the same results."""
    return processed_rows(results_dir(table.attrs["case"], table.attrs["results"]) / f"{name}.csv", name)


def _words(column: Iterable[str]) -> list[str]:
    return [word for cell in column for word in str(cell).split()]


def _fields(name: str, table: pd.DataFrame) -> dict[str, Mapping[str, str]]:
    """What is known of each column that the table has by itself: description, and unit where it has one."""
    own = [*names(CASES[name]), *(column for column in table if name == "scenarios" and "[" in str(column))]
    header = [column for column in table if column in own]
    units = {row["key"]: row["unit"] for row in _rows(table, "headlines")} if name == "scenarios" else {}
    return {field["name"]: field for field in datapackage.fields(f"{name}.csv", header, units)}


def _columns(table: pd.DataFrame, fields: Mapping[str, Mapping[str, str]]) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns to show, both ends of an interval as one, and what each means."""
    shown, meanings = {}, {}
    for name in table:
        known = _meaning(fields[name]) if name in fields else ""
        if known and END.search(name) and {f"{END.sub('', name)}low", f"{END.sub('', name)}high"} <= {*table}:
            head = END.sub("", name).rstrip("_") or BARE
            if name.endswith("low"):
                shown[head] = _interval(table, name, f"{END.sub('', name)}high")
                meanings[head] = LEAST.sub(r"\1from least to most", known)
        else:
            shown[name] = table[name]
            meanings |= {name: known} if known else {}
    frame = pd.DataFrame(shown, index=table.index)
    frame.attrs = table.attrs
    return frame, meanings


def _interval(table: pd.DataFrame, low: str, high: str) -> pd.Series:
    """Both ends in words; where they are just `low` and `high`, in the row's own unit or currency."""
    own = next((name for name in ("currency", "unit") if low == "low" and name in table), None)
    units = table[own] if own else [""] * len(table)
    words = [showing.in_words(*row) for row in zip(table[low], table[high], units, strict=True)]
    return pd.Series(words, index=table.index, dtype="str")


def _meaning(field: Mapping[str, str]) -> str:
    what = field["description"].removeprefix(f"{field['name']}: ")  # of a headline
    return f"{what} ({field['unit']})" if field.get("unit") else what
