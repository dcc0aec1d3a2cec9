"""What is in every table of a case, for machines: a Frictionless Data Package.

After the Data Package v1 specifications, https://specs.frictionlessdata.io/
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from analysis import cases, schemas
from analysis.paths import REGISTER
from analysis.schemas import Column
from analysis.site.files import published
from analysis.site.meanings import DRAWN, KINDS, REGISTER_TITLE, TABLES, UNITS

TYPES = {"text": "string", "date": "date", "count": "integer", "number": "number", "money": "number"}
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
IN_A_SCENARIO = (
    "headline in this scenario: 24 = exact, 76..136 = from least to most, 26 in 26..39 = best figure and interval, "
    "64.. = no upper limit known, .. = nothing known, empty = the scenario has no such headline"
)
BELOW_NOUGHT = re.compile(r"(unaccounted|net|gap)_")
HEADLINE = "headline"  # stands for the type of a column that is named by the key of a headline


def text(case: str) -> bytes:
    """The descriptor as it is written: JSON in UTF-8, sorted, lines end in LF."""
    return f"{json.dumps(descriptor(case), ensure_ascii=False, indent=2, sort_keys=True)}\n".encode()


def descriptor(case: str) -> dict:
    """The Data Package of a published case, or of `register`: every table and the numbers behind every figure.

    Paths are those of `export` and of the archive. Raises InputError where there are no published results.
    """
    found = {name: data for name, data in published(case).items() if name.endswith(".csv")}
    title, description = about(case)
    sources = _sources(case)
    package = {
        "profile": "data-package",
        "name": case,
        "title": title,
        "description": description,
        "licenses": [LICENCE],
        "contributors": [{"title": "The retransfer authors", "role": "author"}],
        "resources": [_resource(name, data, headline_units(found)) for name, data in found.items()],
    }
    return package | ({"sources": sources} if sources else {})


def about(case: str) -> tuple[str, str]:
    """Title and question of a case, or of `register`."""
    if case == REGISTER:
        return REGISTER_TITLE
    settings = cases.settings(case)
    return settings["title"], settings["question"]


def printed_sources(case: str) -> list[dict[str, str]]:
    """The sources of a case as their table prints them; for the register those of all its cases, each once."""
    named = cases.pooled() if case == REGISTER else [case]
    rows = [row for name in named for row in cases.raw_tables(name)["sources"].to_dict("records")]
    return list({row["sha256"] or row["title"]: row for row in reversed(rows)}.values())[::-1]


def meaning(name: str) -> str:
    """What a file of a case is, in a sentence, from its name below the case."""
    path = PurePosixPath(name)
    if path.parts[0] == "figures":
        return f"Figure {path.stem}: {KINDS[path.suffix]}"
    if name in KINDS:
        return KINDS[name]
    return TABLES[path.stem] if path.suffix == ".csv" else KINDS[path.suffix]


def headline_units(files: Mapping[str, bytes]) -> dict[str, str]:
    """The unit of every headline by its key; nothing for the register, which has no headlines."""
    rows = csv.DictReader(io.StringIO(files.get("headlines.csv", b"").decode("utf-8"), newline=""))
    return {row["key"]: row["unit"] for row in rows}


def fields(name: str, header: list[str], units: Mapping[str, str]) -> list[dict]:
    """A field per column of a table or of a figure's CSV: name, type, title, description, and unit where it has one."""
    known = _columns(name, header)
    return [_field(name, known.get(column) or Column(column, HEADLINE, ""), header, units) for column in header]


def _sources(case: str) -> list[dict[str, str]]:
    """Titles and addresses, as far as they are printed."""
    return [
        {"title": row["title"]} | ({"path": row["url"]} if re.match(r"https?://", row["url"]) else {})
        for row in printed_sources(case)
    ]


def _resource(name: str, data: bytes, units: Mapping[str, str]) -> dict:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    header = rows[0]
    schema = {"fields": fields(name, header, units), "missingValues": [""]}
    if key := _key(name, header, rows[1:]):
        schema["primaryKey"] = key
    return {
        "profile": "tabular-data-resource",
        "name": name.removesuffix(".csv").replace("figures/", "figure-"),
        "title": name.removesuffix(".csv").replace("figures/", "Figure "),
        "description": meaning(name),
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }


def _columns(name: str, header: list[str]) -> dict[str, Column]:
    """The columns of a table by name. A figure's are those of the table it has most columns in common with."""
    if not name.startswith("figures/"):
        return {column.name: column for column in schemas.PROCESSED[name.removesuffix(".csv")]}
    tables = [{column.name: column for column in columns} for columns in schemas.PROCESSED.values()]
    nearest = max(tables, key=lambda columns: len(columns.keys() & set(header)))
    others = {column: table[column] for table in tables for column in table}
    return others | nearest | {column: Column(column, *DRAWN[column]) for column in DRAWN if column not in nearest}


def _field(name: str, column: Column, header: list[str], units: Mapping[str, str]) -> dict:
    headline = column.type == HEADLINE
    field = {
        "name": column.name,
        "type": "string" if headline else TYPES[column.type],
        "title": column.name if headline else column.name.replace("_", " "),
        "description": f"{column.name}: {IN_A_SCENARIO}" if headline else column.meaning,
    }
    unit = units.get(column.name) if headline else _unit(column, header)
    if column.type == "count" and not name.startswith("figures/") and not BELOW_NOUGHT.match(column.name):
        field["constraints"] = {"minimum": 0}
    return field | ({"unit": unit} if unit else {})


def _unit(column: Column, header: list[str]) -> str:
    """The unit of a number, after the first rule that fits it; nothing for words and days."""
    if column.type in ("text", "date"):
        return ""
    named = "in the unit of the column `unit`" if "unit" in header else "in the unit that the item is counted in"
    return next(unit for rule, unit in UNITS if re.fullmatch(rule, f"{column.type} {column.name}")).format(named=named)


def _key(name: str, header: list[str], rows: list[list[str]]) -> list[str]:
    """The columns that name a row, where these rows let them: none of them empty, no two rows alike."""
    names = schemas.KEYS.get(name.removesuffix(".csv"), ())
    places = [header.index(column) for column in names]
    found = [tuple(row[place] for place in places) for row in rows]
    return list(names) if all(map(all, found)) and len(set(found)) == len(found) else []
