"""A case: the folder data/raw/<case>/ with its settings, its raw tables and the corrections made to them."""

import hashlib
import re
import tomllib
from pathlib import Path

import pandas as pd

from analysis.paths import RAW, shown
from analysis.tables import InputError, close_to, read_raw

TABLES = ("sources", "transfers", "values", "events", "corrections")
IDS = {"sources": "source_id", "transfers": "statement_id", "values": "statement_id", "events": "event_id"}
REQUIRED = {"title": str, "question": str, "focus": dict, "parameters": dict}


def case_names() -> list[str]:
    """Every case there is."""
    return sorted(path.parent.name for path in RAW.glob("*/case.toml"))


def case_dir(case: str) -> Path:
    """Folder of a case's raw tables. Raises InputError where there is no such case."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", case):
        raise InputError(f"case {case!r}: a case name is made of lower-case letters, digits and hyphens.")
    if case not in case_names():
        raise InputError(
            f"no case {case!r} in data/raw{close_to(case, case_names())}. Cases: {', '.join(case_names())}."
        )
    return RAW / case


def settings(case: str) -> dict:
    """What case.toml says: title, question, focus (party, item), parameters and own words for the report."""
    path = case_dir(case) / "case.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{shown(path)}: is not valid TOML in UTF-8 ({fault}).") from None
    for key, kind in REQUIRED.items():
        if not isinstance(found.get(key), kind):
            raise InputError(f"{shown(path)}: needs {key!r}, a {kind.__name__}; read {found.get(key)!r}.")
    for key in ("party", "item"):
        if not isinstance(found["focus"].get(key), str):
            raise InputError(f"{shown(path)}: [focus] needs {key!r}, the {key} that the finding is about.")
    return found


def raw_tables(case: str) -> dict[str, pd.DataFrame]:
    """The raw tables of a case as they stand on disk: text as printed, indexed by row.

    Ids are unique across transfers, values and events, since headlines and notebooks name statements by id alone.
    """
    folder = case_dir(case)
    tables = {name: read_raw(folder / f"{name}.csv", name) for name in TABLES}
    seen: dict[str, str] = {}
    for name in ("transfers", "values", "events"):
        for row, text in tables[name][IDS[name]].items():
            if seen.setdefault(text, name) != name:
                raise InputError(
                    f"{shown(folder / name)}.csv, row {row}, column {IDS[name]}: {text!r} is an id of "
                    f"{seen[text]}.csv already. Give every statement and event an id of its own."
                )
    return tables


def corrected(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The raw tables with corrections.csv applied; each only while `expect` still matches, else InputError."""
    tables = {name: frame.copy() for name, frame in tables.items()}
    for row, fix in tables["corrections"].iterrows():
        place = f"corrections.csv, row {row}"
        frame = tables.get(fix["table"])
        if fix["table"] not in IDS or fix["column"] not in frame.columns:
            raise InputError(f"{place}: there is no column {fix['column']!r} in a raw table {fix['table']!r}.")
        at = frame.index[frame[IDS[fix["table"]]] == fix["id"]]
        if not len(at):
            raise InputError(f"{place}: {fix['table']}.csv has no row with id {fix['id']!r}.")
        found = frame.at[at[0], fix["column"]]
        if found != fix["expect"]:
            raise InputError(
                f"{place}: expects {fix['expect']!r} in {fix['table']}.csv, row {at[0]}, column {fix['column']}; read "
                f"{found!r}. The source table has changed: check it, then mend or remove the correction."
            )
        frame.at[at[0], fix["column"]] = fix["value"]
    return tables


def verify_source(case: str, file: Path) -> tuple[str, list[str]]:
    """Hold a reader's own copy of a source against the case.

    Returns the id of the source whose SHA-256 the file has (empty if none), and one line per printed token that does
    not stand in the paragraph it was read from. Paragraphs are blocks of text between blank lines, counted after the
    `preamble` blocks of the source.
    """
    tables = raw_tables(case)
    sources = tables["sources"].set_index("source_id")
    data = Path(file).read_bytes()
    matching = sources.index[sources["sha256"] == hashlib.sha256(data).hexdigest()]
    source = matching[0] if len(matching) else (sources.index[0] if len(sources) == 1 else "")
    if not source:
        return "", []
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    paragraphs = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    preamble = int(sources.at[source, "preamble"] or 0) if "preamble" in sources else 0
    return matching[0] if len(matching) else "", _not_found(tables, source, paragraphs[preamble:])


PRINTED = {
    "transfers": ("reporter", "supplier", "recipient", "designation", "quantity", "unit"),
    "values": ("amount", "currency"),
    "events": ("date_as_printed",),
}


def _not_found(tables: dict[str, pd.DataFrame], source: str, paragraphs: list[str]) -> list[str]:
    lines = []
    for name, columns in PRINTED.items():
        for _, row in tables[name][tables[name]["source_id"] == source].iterrows():
            number = int(row["locator"]) if row["locator"].isdigit() else 0
            text = _plain(paragraphs[number - 1]) if 0 < number <= len(paragraphs) else ""
            lines += [
                f"{row[IDS[name]]}: {row[column]!r} ({column}) does not stand in paragraph {row['locator']}"
                for column in columns
                if _plain(row[column]) not in text
            ]
    return lines


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
