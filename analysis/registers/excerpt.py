"""A part of a register's file as a case: each chosen record a statement in the words of the register, with its row.

What a case would read otherwise than the register's adapter does has a row in corrections.csv, so that what is printed
stays beside what it is read as; weapons that no table knows get rows in this checkout's own tables, under the slugs
that the adapter makes. Before the case is put in place it is read as any case is, and held against the adapter.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import cases, clean, drafts, teaching
from analysis.errors import InputError
from analysis.licences import plain_unit
from analysis.names import item_name, not_one_party, party_label, spellings
from analysis.paths import shown
from analysis.registers import layouts
from analysis.registers.choosing import Chosen, Wanted, choose
from analysis.registers.printed import Line, printed
from analysis.registers.rewording import corrections, new_items, row_of
from analysis.rows import unknown
from analysis.tables import read_raw
from analysis.wording import figure, listed, shortened

MOST = 5_000  # records: beyond that a whole register is the better way
SLOW = 150  # statements of a case that takes long to run
ROUNDS = 3  # a new spelling may be one of another record's as well; after it the file is read afresh
SOURCES = {  # layout → title and publisher of the source
    "unroca": ("UN Register of Conventional Arms", "United Nations"),
    "comtrade": ("UN Comtrade", "United Nations"),
    "sipri-deals": ("SIPRI Arms Transfers Database, trade register", "SIPRI"),
    "sipri-deal-years": ("SIPRI Arms Transfers Database, trade register", "SIPRI"),
    "nl-transit": ("Licences for the transit of military goods", "Government of the Netherlands"),
}
SAME = ("role", "reporter", "supplier", "recipient", "item", "unit", "kind", "year", "low", "high")


class Made(NamedTuple):
    """What was written: the folder, how many statements and corrections, what was left out and why, new weapons."""

    folder: Path
    statements: int
    corrections: int
    chosen: Chosen
    items: int
    party: str
    item: str


def written(case: str, layout: str, path: Path, wanted: Wanted, title: str = "", question: str = "") -> Made:
    """Lay out a new case of the chosen records of a register's file, or raise InputError and leave all as it was."""
    drafts.check_name(case)
    register = layouts.read(path, layout)
    chosen = choose(layout, path, register, wanted)
    if len(chosen.statements) > MOST:
        raise InputError(
            f"{shown(path)}: {figure(len(chosen.statements))} statements are chosen, and a case has at most "
            f"{figure(MOST)}. Choose fewer by --item or --years, or take the whole: `retransfer register FILE`."
        )
    lines = printed(layout, path)
    with teaching.alone(), teaching.undone_on_failure():
        items, statements = _taught(layout, path, chosen.statements, lines)
        fixes = corrections(layout, statements, lines)
        party, item = _focus(statements, chosen)
        unit = next(str(line["unit"]) for line in statements if line["item"] == item)
        draft = drafts.Draft(
            case=case,
            title=title or shortened(drafts.title_of(party, item, unit), 200),
            question=question or shortened(drafts.question_of(party, item, unit), 300),
            party=party,
            item=item,
            tables={
                "sources": [_source(layout, path, lines, chosen)],
                "transfers": [row_of(line, lines[_row(line)]) for line in statements],
                "corrections": fixes,
            },
        )
        folder = drafts.lay_out(draft, lambda folder: _check(folder, path, statements))
    return Made(folder, len(statements), len(fixes), chosen, items, party, item)


def _row(line: Mapping[str, object]) -> int:
    return int("".join(filter(str.isdigit, str(line["statement_id"]))))


def _taught(
    layout: str, path: Path, statements: pd.DataFrame, lines: Mapping[int, Line]
) -> tuple[int, list[dict[str, object]]]:
    """The statements as the adapter reads them once every weapon has a name here, and how many names are new."""
    count = 0
    for place in range(ROUNDS):
        found = statements.to_dict("records")
        new = new_items([(line, lines[_row(line)]) for line in found], by_slug=place > 0)
        if not new:
            break
        teaching.new_items(new)
        count += len(new)
        again = layouts.read(path, layout).statements
        statements = again[again["statement_id"].isin(set(statements["statement_id"]))]
    for unit in sorted({plain_unit(str(line["unit"])) for line in found} - set(spellings("unit").values())):
        teaching.add("unit", unit, unit)
    return count, found


def _focus(statements: list[dict[str, object]], chosen: Chosen) -> tuple[str, str]:
    """The party and the item that the case is about: those asked for, else those with most.

    One of two parties is always somebody: no adapter keeps a movement from nobody to nobody.
    """
    table = pd.DataFrame(statements)
    item = chosen.item if chosen.item in set(table["item"]) else _most(table)
    sides = table[["recipient", "supplier"]]
    named = [*sides[table["item"] == item].stack().value_counts().index, *sides.stack().value_counts().index]
    nobody = not_one_party()
    ways = [party for party in (chosen.party, chosen.recipient, chosen.supplier, *named) if party not in ("", *nobody)]
    return ways[0], item


def _most(table: pd.DataFrame) -> str:
    """The item of which most pieces moved; where no count is known, the one with most statements."""
    pieces = table["low"].where(table["unit"].map(plain_unit) == "piece").astype("Float64").fillna(0)
    sums = pd.DataFrame({"item": table["item"], "pieces": pieces, "lines": 1}).groupby("item").sum()
    return str(sums.sort_values(["pieces", "lines"], ascending=False, kind="stable").index[0])


def _source(layout: str, path: Path, lines: Mapping[int, Line], chosen: Chosen) -> Mapping[str, str]:
    title, publisher = SOURCES[layout]
    columns = listed(name for name in layouts.LAYOUTS[layout].columns if name)
    note = (
        f"Records as a table with the columns {columns}. Of {figure(len(lines))} records of the file, this case has "
        f"those {chosen.words or 'that are statements'}. Whether the file holds every record of the register is not "
        "known. Locators count records as a spreadsheet does, lines before the header included and a record with line "
        "breaks once."
    )
    return drafts.source(title, path, publisher=publisher, decimal=".", note=note)


def _check(folder: Path, path: Path, statements: list[dict[str, object]]) -> None:
    """Raise InputError unless the case reads as the adapter does, and every printed word stands in its row."""
    raw = {table: read_raw(folder / f"{table}.csv", table) for table in cases.TABLES}
    read = clean.cleaned(cases.corrected(raw))
    kept = {line["statement_id"]: line for line in read["transfers"].to_dict("records")}
    faults = [f"{row['id']}: {row['column']} {row['reason']}" for row in read["rejects"].to_dict("records")]
    faults += [
        f"{line['statement_id']}: {fault}"
        for line in statements
        if line["statement_id"] in kept
        for fault in _differences(line, kept[line["statement_id"]])
    ]
    source, missing = cases.held_against(raw, path)
    faults += [] if source else ["the file has changed meanwhile"]
    faults += [line for found in missing.values() for line in found]
    if faults:
        more = f"; and {len(faults) - 8} more" if len(faults) > 8 else ""
        raise InputError(
            f"{shown(path)}: the case would not read as the register does, so it was not written. "
            f"{'; '.join(faults[:8])}{more}. `retransfer register FILE` reads the file itself."
        )


def _differences(line: Mapping[str, object], read: Mapping[str, object]) -> Iterator[str]:
    for name in SAME:
        own, other = (None if unknown(cell) else cell for cell in (line[name], read[name]))
        if own != other:
            yield f"{name} is {other!r} in the case and {own!r} in the register"


def told(made: Made, path: Path) -> Iterator[str]:
    """What was written and what was left out, for people."""
    words = (path.name, made.chosen.words)
    yield f"{shown(made.folder)}/: {_many(made.statements, 'statement')} of {', '.join(filter(None, words))}."
    yield f"It asks about {party_label(made.party)} and {shortened(item_name(made.item, 2), 100).rstrip('.')}."
    if made.corrections:
        yield (
            f"{_many(made.corrections, 'correction')} in corrections.csv, each with its reason: what is printed stays, "
            "and is read as the register's own reading has it."
        )
    if made.items:
        yield f"{_many(made.items, 'new item')} noted in {shown(teaching.place('items'))}, with a spelling of each."
    if made.statements > SLOW:
        yield "A case of so many statements takes minutes to run; `retransfer register FILE` is for whole registers."
    yield from made.chosen.left_out


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{figure(count)} {what}s"
