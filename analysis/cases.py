"""A case: the folder data/raw/<case>/ with its settings, its raw tables and the corrections made to them."""

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.characters import shortly
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import NOTEBOOKS, RAW, REGISTER, shown
from analysis.reading import ENCODINGS, data_of, inside
from analysis.rows import Raw, raw_faults, raw_rows
from analysis.settings import read as settings_of

if TYPE_CHECKING:
    import pandas as pd

LARGEST_COPY = 100_000_000  # bytes of a reader's own copy of a source
TABLES = ("sources", "transfers", "values", "events", "corrections")
IDS = {"sources": "source_id", "transfers": "statement_id", "values": "statement_id", "events": "event_id"}
KEPT_AS = {"transfers": "transfers", "values": "amounts", "events": "events"}  # raw table → what is made of it
PRINTED_BESIDE = {"transfers": "quantity", "values": "amount"}  # what a correction must not pass off as printed


def case_names() -> list[str]:
    """Every case there is."""
    return sorted(path.parent.name for path in RAW.glob("*/case.toml"))


def published() -> list[str]:
    """Every case whose results are committed, the one that the notebooks are saved for first."""
    first = home()
    return sorted(
        (case for case in case_names() if settings(case).get("published")), key=lambda case: (case != first, case)
    )


def home() -> str:
    """The case that the notebooks name as they are saved: the one that a command means where none is given."""
    first = sorted(path for path in NOTEBOOKS.glob("*.ipynb") if path.name[0].isdigit())[0]
    try:
        cells = json.loads(first.read_text(encoding="utf-8"))["cells"]
        sources = "\n".join("".join(cell["source"]) for cell in cells)
    except (OSError, ValueError, LookupError, TypeError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise InputError(f"{shown(first)}: is no notebook that can be read ({reason}).") from None
    named = re.search(r'^case: str = "([^"]*)"', sources, re.M)
    if not named:
        raise InputError(f"{shown(first)}: names no case. `git checkout notebooks/` undoes the edit.")
    return named[1]


def pooled() -> list[str]:
    """The published cases that make one register together: those that come with retransfer."""
    return [case for case in published() if not settings(case).get("own")]


def check_name(case: str) -> None:
    """Raise InputError for a name that no case can have."""
    if not isinstance(case, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", case):
        raise InputError(
            f"case {shortly(case)}: a case name is made of lower-case letters, digits and hyphens, at most 100."
        )
    if case == REGISTER:
        raise InputError(f"case {case!r}: this name is kept for whole registers. Give the case another one.")


def case_dir(case: str) -> Path:
    """Folder of a case's raw tables. Raises InputError where there is no such case."""
    check_name(case)
    if case not in case_names():
        raise InputError(
            f"no case {case!r} in data/raw{close_to(case, case_names())}. Cases: {', '.join(case_names())}."
        )
    return RAW / case


def settings(case: str) -> dict:
    """What case.toml says (see the module `settings`). Raises InputError where it says anything else."""
    return settings_of(inside(case_dir(case) / "case.toml", RAW))


def raw_tables(case: str) -> "dict[str, pd.DataFrame]":
    """The raw tables of a case as they stand on disk: text as printed, indexed by row. Raises as `raw_lines`."""
    from analysis.tables import framed  # noqa: PLC0415 (pandas, which nothing else here needs)

    return {name: framed(raw) for name, raw in raw_lines(case).items()}


def raw_lines(case: str) -> dict[str, Raw]:
    """The same as plain lines. Raises InputError as `rows.raw_rows`, and for an id that stands in two tables.

    Ids are unique across transfers, values and events, since headlines and notebooks name statements by id alone.
    """
    folder = case_dir(case)
    tables = {name: raw_rows(inside(_there(folder, name), RAW), name) for name in TABLES}
    if fault := next(_shared_ids(folder, tables), None):
        raise fault
    return tables


def table_faults(case: str) -> list[InputError]:
    """All that keeps the raw tables of a case from being read, in the order of the tables."""
    folder, found = case_dir(case), []
    for name in TABLES:
        try:
            found += raw_faults(inside(_there(folder, name), RAW), name)
        except InputError as fault:
            found.append(fault)
    return found or list(_shared_ids(folder, {name: raw_rows(folder / f"{name}.csv", name) for name in TABLES}))


def _there(folder: Path, name: str) -> Path:
    """The file of a raw table. Raises InputError where it is missing, with what may be it under another name."""
    path = folder / f"{name}.csv"
    if os.path.lexists(path):
        return path
    others = sorted({child.name for child in folder.iterdir()} - {f"{table}.csv" for table in TABLES})
    same = [other for other in others if other.casefold() == path.name]
    hint = f" (is it {same[0]!r}?)" if same else close_to(path.name, others).replace("did you mean", "is it")
    if f"{name}.xlsx" in others:
        raise InputError(f"{shown(path)}: is missing. Save the table of {name}.xlsx as CSV with commas, in UTF-8.")
    raise InputError(f"{shown(path)}: is missing{hint}. Name the file {path.name}; without rows it has its header.")


def _shared_ids(folder: Path, tables: Mapping[str, Raw]) -> Iterator[InputError]:
    seen: dict[str, str] = {}
    for name in ("transfers", "values", "events"):
        for row, line in tables[name].lines.items():
            text = line[IDS[name]]
            if seen.setdefault(text, name) != name:
                yield InputError(
                    f"{shown(folder / name)}.csv, row {row}, column {IDS[name]}: {text!r} is an id of "
                    f"{seen[text]}.csv already. Give every statement and event an id of its own."
                )


def corrected(tables: "dict[str, pd.DataFrame]") -> "dict[str, pd.DataFrame]":
    """The raw tables with corrections.csv applied; each only while `expect` still matches, else InputError.

    What the source prints stays beside what it is corrected to, as `quantity_as_printed` and `amount_as_printed`; the
    column `corrected` of the transfers names the columns that were changed, blank between.
    """
    tables, faults = _applied(tables)
    if faults:
        raise faults[0]
    return tables


def correction_faults(tables: "Mapping[str, pd.DataFrame]") -> list[InputError]:
    """What keeps corrections from being applied: what `corrected` raises, for each that cannot be."""
    return _applied(tables)[1]


def _applied(printed: "Mapping[str, pd.DataFrame]") -> "tuple[dict[str, pd.DataFrame], list[InputError]]":
    tables, faults = {name: frame.copy() for name, frame in printed.items()}, []
    tables["transfers"]["corrected"] = ""
    for name, column in PRINTED_BESIDE.items():
        tables[name][f"{column}_as_printed"] = tables[name][column]
    for row, fix in tables["corrections"].iterrows():
        try:
            _correct(tables, printed, row, fix)
        except InputError as fault:
            faults.append(fault)
    return tables, faults


def _correct(tables: "dict[str, pd.DataFrame]", printed: "Mapping[str, pd.DataFrame]", row: int, fix: Mapping) -> None:
    """Apply one correction, or raise InputError."""
    place = f"corrections.csv, row {row}"
    frame = tables.get(fix["table"])
    known = printed[fix["table"]].columns if fix["table"] in IDS else ()
    if fix["column"] not in known or fix["column"] == IDS[fix["table"]]:
        raise InputError(f"{place}: there is no column {fix['column']!r} to correct in a raw table {fix['table']!r}.")
    at = frame.index[frame[IDS[fix["table"]]] == fix["id"]]
    if not len(at):
        raise InputError(f"{place}: {fix['table']}.csv has no row with id {fix['id']!r}.")
    found = frame.at[at[0], fix["column"]]
    if found != fix["expect"]:
        raise InputError(
            f"{place}: expects {fix['expect']!r} in {fix['table']}.csv, row {at[0]}, column {fix['column']}; read "
            f"{found!r}. The source table has changed: check it, then mend or remove the correction."
        )
    if fix["value"] == found:
        raise InputError(f"{place}, column value: read {found!r}, which stands there already. Remove the row.")
    frame.at[at[0], fix["column"]] = fix["value"]
    if fix["table"] == "transfers":
        columns = dict.fromkeys([*frame.at[at[0], "corrected"].split(), fix["column"]])
        frame.at[at[0], "corrected"] = " ".join(columns)


def verify_source(case: str, file: Path) -> tuple[str, dict[str, list[str]]]:
    """Hold a reader's own copy of a source against the case.

    Returns the id of the source whose SHA-256 the file has (empty if none); and for that source, or else for every
    source, one line per printed token that does not stand in the paragraph it was read from. Paragraphs are blocks of
    text between blank lines, counted after the `preamble` blocks of the source. `row 5`, also `row 5, part b`, and
    `rows 5 to 9` are records of a CSV file, its header being row 1; any other locator (a page) is looked for in the
    whole text.
    """
    return held_against(raw_tables(case), file)


def held_against(tables: "dict[str, pd.DataFrame]", file: Path) -> tuple[str, dict[str, list[str]]]:
    """The same of raw tables that are no case yet."""
    sources = tables["sources"].set_index("source_id")
    data = data_of(Path(file), LARGEST_COPY)
    matching = list(sources.index[sources["sha256"] == hashlib.sha256(data).hexdigest()])
    text = _decoded(data).replace("\r\n", "\n")
    blocks = [_plain(block) for block in re.split(r"\n\s*\n", text) if block.strip()]
    looked = matching or list(sources.index)
    missing = {source: _not_found(tables, source, blocks[_preamble(sources, source) :], text) for source in looked}
    return matching[0] if matching else "", missing


def _decoded(data: bytes) -> str:
    """A copy in the first of the encodings that sources come in and that fits."""
    *others, any_bytes = ENCODINGS
    for encoding in others:
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode(any_bytes)


PRINTED = {
    "transfers": ("reporter", "supplier", "recipient", "designation", "quantity", "unit"),
    "values": ("amount", "currency"),
    "events": ("date_as_printed",),
}


def _preamble(sources: "pd.DataFrame", source: str) -> int:
    text = sources.at[source, "preamble"]
    if not re.fullmatch(r"[0-9]{0,4}", text):
        raise InputError(f"sources.csv, {source}, column preamble: read {text!r}; must be a whole number, or empty.")
    return int(text or 0)


@lru_cache(maxsize=1)
def _rows(text: str) -> list[str]:
    """The records of a CSV file, a cell per line."""
    try:
        ways = [list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in ",;"]
        return ["\n".join(map(_plain, cells)) for cells in max(ways, key=_cells)]
    except csv.Error as fault:
        raise InputError(f"the copy is no CSV file ({fault}), and locators such as 'row 5' need one.") from None


def _cells(records: list[list[str]]) -> int:
    """How many cells a text has: cut at the wrong mark, a table has few."""
    return sum(map(len, records))


def _not_found(tables: "dict[str, pd.DataFrame]", source: str, paragraphs: list[str], whole: str) -> list[str]:
    lines = []
    for name, columns in PRINTED.items():
        for _, row in tables[name][tables[name]["source_id"] == source].iterrows():
            text, where = _place(row["locator"], paragraphs, whole)
            lines += [
                f"{row[IDS[name]]}: {row[column]!r} ({column}) does not stand in {where}"
                for column in columns
                if row[column] and not stands(row[column], text)
            ]
    return lines


def stands(token: str, text: str) -> bool:
    """Whether a printed token stands in a text, whose blanks are single ones, by itself: 4 does not stand in 40."""
    return bool(re.search(rf"(?<![\w.,]){re.escape(_plain(token))}(?!\w)", text))


def _place(locator: str, paragraphs: list[str], whole: str) -> tuple[str, str]:
    """The text that a locator names, and its name: paragraph 4, also for 4a; a table's row; the text for a page."""
    if found := re.fullmatch(r"rows? ([0-9]{1,7})(?: to ([0-9]{1,7}))?(?:, part [a-z]+)?", locator):
        first, last = int(found[1]), int(found[2] or found[1])
        return "\n".join(_rows(whole)[max(first - 1, 0) : last]), locator
    if not (number := re.fullmatch(r"([0-9]{1,5})[a-z]?", locator)):
        return "\n".join(paragraphs), "the text"
    place = int(number[1])
    return (paragraphs[place - 1] if 0 < place <= len(paragraphs) else ""), f"paragraph {place}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
