"""A new case: its settings and raw tables as files that run at once, and a page that says what goes where."""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis import cases, folders, plans, schemas, settings
from analysis.errors import InputError
from analysis.licences import is_licensed
from analysis.names import Unresolved, item_name, party_name, resolve_item, resolve_party
from analysis.paths import BUILD, RAW, shown
from analysis.quantities import Unreadable, parse_quantity, parse_year
from analysis.reading import data_of
from analysis.rows import csv_text, raw_rows
from analysis.wording import measure, of_items

MOVEMENT = ("supplier", "recipient", "quantity", "designation", "year", "locator", "reporter")
NEEDED = 4  # of these; a source may leave out the rest
READ = {  # how each part of a movement is read: it is written as printed
    "supplier": resolve_party,
    "recipient": resolve_party,
    "quantity": parse_quantity,
    "designation": resolve_item,
    "year": parse_year,
    "reporter": lambda text: text and resolve_party(text),
}
GUIDE = "README.md"  # of the case: what goes where
Row = Mapping[str, str]


class Draft(NamedTuple):
    """A case to be laid out: party and item as codes; of each raw table its rows, where what is not named is empty."""

    case: str
    title: str
    question: str
    party: str
    item: str
    tables: Mapping[str, Sequence[Row]]


def check_name(case: str) -> None:
    """Raise InputError for a name that no new case can have."""
    cases.check_name(case)
    if (RAW / case).exists():
        raise InputError(f"case {case!r}: {shown(RAW / case)} is there already. Give the new case another name.")


def title_of(party: str, item: str, unit: str = "") -> str:
    """A title for whoever gives none."""
    licensed = " (licences)" if is_licensed(unit) else ""
    return f"{item_name(item, 2)}{licensed}: {party_name(party).removeprefix('the ')}"


def question_of(party: str, item: str, unit: str = "") -> str:
    """A question for whoever gives none; `unit` is that of the counts, pieces without one."""
    name, several = party_name(party), of_items(measure(unit), item_name(item, 2)).strip()
    if is_licensed(unit):
        return f"How many {several} was {name} licensed to receive, and how many was it licensed to send on?"
    return f"How many {several} did {name} receive, how many did it send on, and how many are unaccounted for?"


def source(title: str, text: Path | None = None, **cells: str) -> Row:
    """The first source of a case, with the SHA-256 of a copy of its text where one is given."""
    digest = hashlib.sha256(data_of(text, cases.LARGEST_COPY)).hexdigest() if text else ""
    return {"source_id": "S1", "title": title, "sha256": digest, **cells}


def movement(text: str, place: str) -> Row:
    """A movement written as `supplier; recipient; quantity; designation; year; locator; reporter`, the last three or so
    of them empty where the source does not say. Raises InputError for a part that cannot be read."""
    parts = [part.strip() for part in text.split(";")]
    if not NEEDED <= len(parts) <= len(MOVEMENT):
        wanted = "; ".join(MOVEMENT)
        raise InputError(f"{place}: read {text!r}, which has {len(parts)} parts. Write {wanted}, with ; between.")
    found = dict(zip(MOVEMENT, parts, strict=False))
    for name, part in found.items():
        check_part(name, part, place)
    check_ends(found, place)
    return found


def check_ends(row: Row, place: str) -> None:
    """Raise InputError where a party sends to itself."""
    if resolve_party(row["supplier"]) == resolve_party(row["recipient"]):
        raise InputError(f"{place}: {row['supplier']!r} and {row['recipient']!r} are one party. A movement has two.")


def check_part(name: str, text: str, place: str) -> None:
    """Raise InputError where a part of a movement cannot be read."""
    try:
        READ.get(name, str)(text)
    except (Unresolved, Unreadable) as fault:
        raise InputError(f"{place}, {name}: {fault}") from None


def transfers(movements: Iterable[Row]) -> list[Row]:
    """Rows of transfers.csv: each movement as one statement of the first source."""
    return [{"statement_id": f"T{place}", "source_id": "S1", **row} for place, row in enumerate(movements, start=1)]


def lay_out(draft: Draft, check: Callable[[Path], None] | None = None) -> Path:
    """Write the files of a new case, all of them or none. Returns the folder, data/raw/<case>.

    `check` is given the folder before it is put in place, and may raise. Raises InputError where the case is there
    already, and where a file would not be read back.
    """
    check_name(draft.case)
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"new-{draft.case[:40]}-", dir=BUILD))
    try:
        for name, text in _files(draft).items():
            folders.write(folder / name, text.encode("utf-8"))
        settings.read(folder / "case.toml")
        for table in cases.TABLES:
            raw_rows(folder / f"{table}.csv", table)
        if check:
            check(folder)
        folder.chmod(0o777 & ~folders.umask())
        folder.rename(RAW / draft.case)  # and never in the place of a case that came meanwhile
    except InputError as fault:
        raise InputError(str(fault).replace(shown(folder), shown(RAW / draft.case))) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return RAW / draft.case


def _files(draft: Draft) -> dict[str, str]:
    tables = {f"{name}.csv": _table(name, draft.tables.get(name, ())) for name in cases.TABLES}
    return {"case.toml": _settings(draft), **tables, GUIDE: _guide(draft)}


def _table(name: str, rows: Iterable[Row]) -> str:
    rows = list(rows)
    unused = [column for column in schemas.OPTIONAL.get(name, ()) if not any(row.get(column) for row in rows)]
    columns = [column for column in schemas.names(schemas.RAW[name]) if column not in unused]
    return csv_text(columns, [{key: row[key] for key in row if key not in unused} for row in rows])


def _settings(draft: Draft) -> str:
    known = plans.basis(None).known.values()
    chosen = [parameter for parameter in known if parameter.name not in settings.GIVEN]
    parameters = "\n".join(f"# {p.name} = {_value(p.default)}  # {p.help}" for p in chosen)
    return f"""# What this case asks, and the parameters its results are computed with.
title = {_value(draft.title)}
question = {_value(draft.question)}
# published = true  # take out the # to keep the results under data/processed/; without this they stay under build/
own = true  # not one of the cases that come with retransfer, nor of the register that these make together

[focus]  # the party and the item the finding is about, as codes
party = "{draft.party}"  # {party_name(draft.party)}
item = "{draft.item}"  # {item_name(draft.item, 2)}

[parameters]  # take out the # before a line to change what it says for this case
{parameters}

[report]  # own words for the report, without numbers: those come from what is computed
standfirst = ""  # two or three sentences on whose counts these are, and on what
not_shown = []  # what the counts do not show: sentences in quotation marks, commas between

# [[last_hop]]  # take out both # for a recipient that a source speaks of without giving any count
# recipient = "somebody"
"""


def _value(value: object) -> str:
    """A value as TOML writes it; of text, JSON's way is one of TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _guide(draft: Draft) -> str:
    """What each table and column of the case is for, from the schemas."""
    tables = "\n".join(_described(name) for name in cases.TABLES)
    return f"""# {draft.case}

Each source has a row in `sources.csv`, each movement as one source reports it a row in `transfers.csv`, as printed.
Leave empty what a source does not say: an empty cell is unknown, never nought. `case.toml` says what is asked.

    retransfer check {draft.case}    what is wrong or doubtful, by file, row and column
    retransfer run {draft.case}      from these tables to the report

Save the tables as CSV with commas, in UTF-8. A spreadsheet may turn "50-60" or "2019-07" into a date: format those
columns as text.

{tables}"""


def _described(table: str) -> str:
    lines = "\n".join(f"| `{column.name}` | {_cell(column.meaning)} |" for column in schemas.RAW[table])
    return f"## {table}.csv\n\n| column | meaning |\n|---|---|\n{lines}\n"


def _cell(text: str) -> str:
    return re.sub(r"\|", r"\\|", text)
