"""Any printed number, and any cell of any processed table, back to the raw lines it rests on.

`explain("unaccounted[BGR,konkurs-launcher]", …)` gives a tree: the number, its formula, every term explained in turn,
and at the leaves the lines of the raw tables, with their source and place. Every formula on the way is computed again.
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from analysis import cases
from analysis.derivations import derivation, name_of
from analysis.errors import InputError
from analysis.formulas import TERM, Ledger, evaluate, key_parts
from analysis.hints import close_to
from analysis.intervals import INFINITY, Interval, cell, cell_interval, interval
from analysis.paths import NOTEBOOKS, RAW, results_dir, shown
from analysis.rows import Raw, Row, Rows, cell_text, processed_rows, rows_of
from analysis.schemas import CASES, KEYS, names
from analysis.wording import place

if TYPE_CHECKING:
    import pandas as pd

SCENARIO = re.compile(r"scenarios\[([0-9]{1,9})\]\.(.+)")
STEM = re.compile(r"_(low|best|high)$")


class Explanation(NamedTuple):
    """One number: its key, what stands there, how it came about, and what it rests on.

    A leaf has no parts but the raw line it was read from: its file, row, cells, and the source with the place in it.
    """

    key: str
    value: str
    formula: str
    words: str
    parts: tuple["Explanation", ...]
    raw: Mapping[str, object] | None = None


class Book(NamedTuple):
    """One set of results with the raw tables it was computed from."""

    case: str
    tables: Mapping[str, Rows]
    ledger: Ledger
    raw: Mapping[str, Raw]
    known: dict[str, Explanation]  # what was explained already, by key


def book_of(case: str, tables: "Mapping[str, pd.DataFrame | Rows]", raw: Mapping[str, Raw]) -> Book:
    """A book of these tables, be they DataFrames or rows, and of the raw ones as `cases.raw_lines` gives them."""
    rows = {name: rows_of(table) for name, table in tables.items()}
    return Book(case, rows, Ledger(rows), raw, {})


def opened(case: str, results: str) -> Book:
    """The tables of a set of results and their raw tables. Raises InputError as `processed_rows` and `raw_lines`."""
    folder = results_dir(case, results)
    return book_of(case, {name: processed_rows(folder / f"{name}.csv", name) for name in CASES}, cases.raw_lines(case))


def explain(key: str, book: Book) -> Explanation:
    """The tree below a headline (`share_sent_on[BGR,ags-17]`), or below a cell (`balances[BGR,ags-17].received`).

    A cell of scenarios is named by its row, as a spreadsheet counts, and its headline: `scenarios[7].sent[BGR,ags-17]`.
    Raises InputError for a key that names nothing, with the near ones; and where a formula, computed again, does not
    give what stands in its table, so that results which do not belong together are never explained.
    """
    wanted = key.strip()
    if wanted not in book.known:
        book.known[wanted] = _explained(wanted, book)
    return book.known[wanted]


def _explained(wanted: str, book: Book) -> Explanation:
    if found := book.ledger.rows("headlines", (wanted,)):
        return _cell("headlines", found[0], "", wanted, book)
    if scenario := SCENARIO.fullmatch(wanted):
        return _scenario(int(scenario[1]), scenario[2], book)
    match = TERM.fullmatch(wanted)
    if not match or match["table"] not in book.tables:
        raise InputError(f"no number {wanted!r}{_near(wanted, book)}. {_offers()}")
    return _term(match, book)


def as_json(explanation: Explanation) -> str:
    """The tree as JSON, for machines."""
    return json.dumps(_plain(explanation), ensure_ascii=False, indent=1)


def lines(explanation: Explanation, depth: int = 0) -> Iterator[str]:
    """The tree as text: a line per number and raw line, each deeper by two blanks than what it belongs to."""
    indent = "  " * depth
    if explanation.raw:
        cells = ", ".join(f"{name} {text!r}" for name, text in explanation.raw["cells"].items() if text)
        yield f"{indent}{explanation.raw['file']}, row {explanation.raw['row']}: {cells}"
        if explanation.raw["source"]:
            yield f"{indent}  {explanation.raw['source']}"
        return
    empty = "unknown" if explanation.formula else ""
    yield f"{indent}{explanation.key}" + (f" = {explanation.value or empty}" if explanation.value or empty else "")
    for text in filter(None, (explanation.formula, explanation.words)):
        yield f"{indent}  {'= ' if text == explanation.formula else ''}{text}"
    for part in explanation.parts:
        yield from lines(part, depth + 1)


def leaves(explanation: Explanation) -> Iterator[Mapping[str, object]]:
    """The raw lines at the ends of the tree."""
    if explanation.raw:
        yield explanation.raw
    for part in explanation.parts:
        yield from leaves(part)


def _scenario(number: int, column: str, book: Book) -> Explanation:
    """A headline in a row of scenarios: computed again from the raw tables with that row's parameters."""
    table, key = book.tables["scenarios"], f"scenarios[{number}].{column}"
    columns, parameters = _columns("scenarios", book), names(CASES["scenarios"])
    if not 2 <= number <= len(table) + 1 or column not in columns:
        known = [name for name in columns if name not in parameters]
        raise InputError(f"no cell {key!r}{close_to(column, known)}. Rows are 2 to {len(table) + 1}, the header is 1.")
    row = table[number - 2]
    point = {name: row[name] for name in parameters}
    words = "With " + ", ".join(f"{name} = {cell_text(value) or 'none'}" for name, value in point.items()) + "."
    if column in point or not row[column]:
        return Explanation(key, cell_text(row[column]), "", words, ())
    from analysis import scenarios  # noqa: PLC0415 (pandas, DuckDB and the solvers, which nothing else here needs)

    tables = scenarios.tables_at(book.case, point)
    again = explain(column, book_of(book.case, tables, book.raw))
    if again.value != row[column]:
        raise InputError(f"{key}: the results say {row[column]}, and computed again it is {again.value}.")
    return Explanation(key, row[column], "", words, (again,))


def _columns(table: str, book: Book) -> list[str]:
    """The columns of a table, those included that only this one has."""
    return list(dict.fromkeys([*names(CASES[table]), *itertools.chain(*book.tables[table][:1])]))


def _term(match: re.Match, book: Book) -> Explanation:
    """One term: a count of rows, or a cell of one row."""
    table, column = match["table"], match["column"] or ""
    if table == "headlines" and not match["count"]:
        return explain(match["key"] or "", book)
    if table == "scenarios":
        raise InputError(f"{match[0]!r}: name a row and a headline, as in scenarios[7].{_columns(table, book)[-1]}.")
    rows = book.ledger.rows(table, key_parts(table, match["key"]))
    if match["count"]:
        parts = tuple(_cell(table, row, "", name_of(table, row), book) for row in rows)
        return Explanation(match[0], str(len(rows)), "", f"How many rows of {table} there are.", parts)
    if len(rows) != 1:
        hint = _near(match[0], book) if not rows else ": add what tells them apart, " + " ".join(KEYS[table])
        raise InputError(f"{match[0]!r} names {len(rows) or 'no'} rows of {table}{hint}.")
    _check_column(table, column, match[0])
    return _cell(table, rows[0], column, match[0], book)


def _check_column(table: str, column: str, key: str) -> None:
    known = names(CASES[table])
    stems = {STEM.sub("", name) for name in known} - {"low", "best", "high"}
    if not column and table in ("balances", "origins", "values", "flips", "counting", "parameters"):
        offers = [*sorted(stems - set(known)), *known]
        raise InputError(f"{key!r} is a row: name a column of it, as in {key}.{offers[0]}. {', '.join(offers)}.")
    if column and column not in known and column not in stems:
        hint = close_to(column, [*sorted(stems), *known])
        raise InputError(f"{key!r}: {table} has no column {column!r}{hint}. It has {', '.join(known)}.")


def _cell(table: str, row: Row, column: str, key: str, book: Book) -> Explanation:
    stem = STEM.sub("", column) if column not in ("low", "best", "high") else ""
    found = derivation(table, row, stem, book.tables)
    text = _text(row, column)
    parts = [] if found.formula else [explain(name, book) for name in found.parts]
    if found.formula:
        again, terms = evaluate(found.formula, book.ledger)
        _check(key, row, stem, again, book.case)
        parts = [explain(term.text, book) for term in terms]
        text = text or cell(again)
    raw = [_line(*found.raw, book), *_corrections(*found.raw, book)] if found.raw else []
    return Explanation(key, text, found.formula, found.words, (*_once(parts), *raw))


def _once(parts: list[Explanation]) -> list[Explanation]:
    return list({part.key: part for part in parts}.values())


def _text(row: Row, column: str) -> str:
    """What stands in a cell; for an interval its ends."""
    if column in row:
        return cell_text(row[column])
    if "formula" in row:
        return cell(interval(row))
    stem = f"{column}_" if column else ""
    return cell(cell_interval(row, column)) if f"{stem}low" in row else ""


def _check(key: str, row: Row, column: str, again: Interval, case: str) -> None:
    """Computed again, a formula gives what stands in its table: both ends, or the one figure that stands there."""
    stands = cell_interval(row, column)
    ends = _close(stands.low, again.low) and _close(stands.high, again.high)
    best = stands.low == stands.high and again.best is not None and _close(stands.low, again.best)
    if not ends and not best:
        raise InputError(
            f"{key}: the results say {cell(stands)}, and their own formula gives {cell(again)}. {_mend(case)}"
        )


def _mend(case: str) -> str:
    return f"They do not belong together: `retransfer run {case}` computes them anew."


def _close(one: float, other: float) -> bool:
    if INFINITY in (abs(one), abs(other)):
        return one == other
    return abs(float(one) - float(other)) <= 1e-9 * abs(float(one))


def _line(table: str, name: str, book: Book) -> Explanation:
    """The raw line with this id: where it stands, what it says, and its source."""
    if table == "parameters":
        return _parameter(name, book)
    column = cases.IDS.get(table, "id")
    for row, cells in book.raw[table].lines.items():
        if cells[column] == name:
            return _leaf(_file(table, book), row, cells, _source(cells, book.raw["sources"]))
    raise InputError(f"{_file(table, book)}: has no row {name!r}, which the results rest on. {_mend(book.case)}")


def _file(table: str, book: Book) -> str:
    return shown(RAW / book.case / f"{table}.csv")


def _leaf(file: str, row: int, cells: Mapping[str, str], source: str = "") -> Explanation:
    raw = {"file": file, "row": row, "cells": cells, "source": source}
    return Explanation(f"{file}:{row}", "", "", "", (), raw)


def _corrections(table: str, name: str, book: Book) -> list[Explanation]:
    """The corrections that were made to a raw line, each a raw line itself."""
    made = book.raw["corrections"].lines.items()
    file = _file("corrections", book)
    return [_leaf(file, row, cells) for row, cells in made if (cells["table"], cells["id"]) == (table, name)]


def _source(cells: Mapping[str, str], sources: Raw) -> str:
    """The source of a raw line and the place in it, in words."""
    if "locator" not in cells:
        return ""
    known = {source["source_id"]: source for source in sources.lines.values()}.get(cells["source_id"])
    if not known:
        return ""
    by = ", ".join(filter(None, [f"“{known['title']}”", known["publisher"]]))
    return f"{cells['source_id']}, {by}: {place(cells['locator'])}"


def _parameter(name: str, book: Book) -> Explanation:
    """Where a parameter's value is written: in case.toml, else in the notebook that declares it."""
    for path in (RAW / book.case / "case.toml", *sorted(NOTEBOOKS.glob("*.ipynb"))):
        for row, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if found := re.match(rf'[\s"]*{name}(: \w+)? = (.*?)(  #|(\\n)?",?$|$)', line):
                return _leaf(shown(path), row, {name: found[2].replace('\\"', '"')})
    raise InputError(f"no notebook declares a parameter {name!r}; the results are of an older version: run them again.")


def _near(wanted: str, book: Book) -> str:
    """Keys that look like the one asked for: headlines, and rows of the table that it names."""
    table, (start, _, column) = wanted.partition("[")[0], wanted.rpartition("].")
    column = column if start else ""
    keys = [row["key"] for row in book.tables["headlines"]]
    if table in book.tables and table in KEYS:
        keys = [name_of(table, row) + (f".{column}" if column else "") for row in book.tables[table]]
    return close_to(wanted, keys)


def _offers() -> str:
    return "Name a key of headlines.csv, or a cell as in balances[BGR,konkurs-launcher].unaccounted."


def _plain(explanation: Explanation) -> dict[str, object]:
    if explanation.raw:
        return dict(explanation.raw)
    found = {
        "key": explanation.key,
        "value": explanation.value,
        "formula": explanation.formula,
        "words": explanation.words,
    }
    return {
        **{name: text for name, text in found.items() if text},
        "parts": [_plain(part) for part in explanation.parts],
    }
