"""A register's words as a case's: rows of transfers.csv as printed, and corrections where a case would read them
otherwise than the register's adapter does."""

from collections.abc import Iterable, Mapping, Sequence

from analysis import cases
from analysis.licences import plain_unit
from analysis.names import (
    Unresolved,
    item_name,
    known_item,
    normalised,
    party_name,
    resolve_party,
    resolve_unit,
    spellings,
)
from analysis.paths import REFERENCE, shown
from analysis.quantities import Unreadable, parse_quantity
from analysis.registers import study
from analysis.registers.printed import Line, plain
from analysis.registers.slugs import slug
from analysis.registers.subcounts import alone
from analysis.registers.vocabulary import names_nothing
from analysis.rows import unknown

Statement = Mapping[str, object]
COLUMNS = ("reporter", "supplier", "recipient", "designation", "quantity", "unit")
UNDISCLOSED = "undisclosed"  # how a count is written that nobody states


def row_of(found: Statement, line: Line) -> dict[str, str]:
    """The row of transfers.csv: every cell as printed, but for the year, whose own words are in the note."""
    year = "" if unknown(found["year"]) else str(found["year"])
    part = str(found["locator"]).partition(", part ")[2]
    return {
        "statement_id": str(found["statement_id"]),
        "source_id": "S1",
        "locator": f"{line.locator}, part {part}" if part else line.locator,
        **as_printed(found, line),
        "year": year,
        "year_basis": str(found["year_basis"]),
        "note": _note(found, line, year),
        "kind": str(found["kind"]),
    }


def as_printed(found: Statement, line: Line) -> dict[str, str]:
    """The cells of a statement that can be corrected, by column, in the words of its line."""
    text = "\n".join(line.cells)
    designation = plain(str(found["designation"]))
    words = [designation, *line.words] if len(line.words) < 2 or line.words[0] else [*line.words]
    quantity = plain(str(found["quantity_as_printed"]))
    return {
        "reporter": line.reporter,
        "supplier": line.supplier,
        "recipient": line.recipient,
        "designation": next((name for name in words if name and cases.stands(name, text)), ""),
        "quantity": quantity if cases.stands(quantity, text) else line.quantity,
        "unit": line.unit,
    }


def _note(found: Statement, line: Line, year: str) -> str:
    said = [line.beside]
    if line.year not in ("", year):
        said.append(f"The year is printed as “{line.year}”.")
    if not line.beside and found["remark"]:
        said.append(f"The line says further: {plain(str(found['remark']))}.")
    if not line.reporter and found["qualifier"] not in ("exact", ""):
        said.append(f"The count is {found['qualifier']}.")
    return " ".join(filter(None, said))


def corrections(layout: str, statements: Iterable[Statement], lines: Mapping[int, Line]) -> list[dict[str, str]]:
    """Rows of corrections.csv: each cell that a case would not read as the adapter has."""
    rows = []
    for found in statements:
        line = lines[int("".join(filter(str.isdigit, str(found["statement_id"]))))]
        words = as_printed(found, line)
        for column in COLUMNS:
            if value := _better(column, words[column], found, line):
                reason, evidence = _why(column, words[column], found, line, layout)
                rows.append(
                    {
                        "table": "transfers",
                        "id": str(found["statement_id"]),
                        "column": column,
                        "expect": words[column],
                        "value": value,
                        "reason": reason,
                        "evidence": evidence,
                    }
                )
    return rows


def _better(column: str, text: str, found: Statement, line: Line) -> str:
    """What to write in place of a cell so that it is read as the adapter has it; "" where it is."""
    if column == "quantity":
        return "" if _count(text) == _counted(found) else _count_text(*_counted(found))
    if column == "unit":
        unit = plain_unit(str(found["unit"]))
        return "" if _read(resolve_unit, text) == unit else unit
    if column == "designation":
        return "" if known_item(text) == found["item"] else _weapon(text, found, line)
    code = str(found[column])
    if code == (_read(resolve_party, text) if text else ""):
        return ""
    name = party_name(code)
    return name if _read(resolve_party, name) == code else code


def _read(resolve, text: str) -> str:
    try:
        return resolve(text)
    except Unresolved:
        return ""


def _weapon(text: str, found: Statement, line: Line) -> str:
    """The words of the line that are read as its item, else the item's slug."""
    ways = (alone(text, _whole(found)), str(found["designation"]), *line.words, item_name(str(found["item"]), 2))
    return next((plain(way) for way in ways if known_item(plain(way)) == found["item"]), str(found["item"]))


def _whole(found: Statement) -> int | None:
    low, high = _counted(found)
    return low if low == high else None


def _count(text: str) -> tuple[int | None, int | None] | None:
    try:
        return parse_quantity(text)[:2]
    except Unreadable:
        return None


def _counted(found: Statement) -> tuple[int | None, int | None]:
    low, high = (None if unknown(found[name]) else int(found[name]) for name in ("low", "high"))
    return low, high


def _count_text(low: int | None, high: int | None) -> str:
    """A count as it is written by hand."""
    if low is None:
        return UNDISCLOSED if high is None else f"at most {high}"
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _why(column: str, text: str, found: Statement, line: Line, layout: str) -> tuple[str, str]:
    """Reason and evidence of a correction: what the adapter did, and on which words of the row."""
    if column == "reporter" and not text:
        return "The register is the reporter's own, and names it in no row.", "The title of the register."
    if column in ("reporter", "supplier", "recipient"):
        own = study.spellings(layout)
        table = (
            f"{shown(REFERENCE / f'parties_{own}.csv')}, or the codes of the row." if own else "The codes of the row."
        )
        return f"In this register that is what “{text}” means.", table
    reasons = {"unit": _why_unit, "quantity": _why_quantity, "designation": _why_weapon}
    return reasons[column](text, found, line), f"{line.locator.capitalize()}: {_quoted(line)}."


def _why_unit(_text: str, _found: Statement, _line: Line) -> str:
    return "The unit stands with the count or the goods."


def _why_quantity(text: str, found: Statement, _line: Line) -> str:
    if _count(text) == (0, 0):
        return "A 0 beside a description is not read as a stated nought: the row names the thing, and not how many."
    return "So the register is read" + (f" ({found['qualifier']})." if found["qualifier"] else ".")


def _why_weapon(text: str, found: Statement, _line: Line) -> str:
    if found["item"] == found["category"]:
        return "The row names no weapon; it is filed under this category."
    if alone(text, _whole(found)) != text:
        return "The count in these words is the row's own, and no part of the name."
    return "So the row is read as a whole; these words alone would be read otherwise, or not at all."


def _quoted(line: Line) -> str:
    return "; ".join(filter(None, (line.quantity, *line.words)))


def new_items(pairs: Sequence[tuple[Statement, Line]], by_slug: bool) -> list[dict[str, str]]:
    """Rows for the own tables, with their spelling: each item of these statements that no spelling means.

    Its spelling is the words of its line where the adapter made the slug of them alone, else (or `by_slug`) the slug.
    A spelling that means something else already is left out: the adapter will read it as that.
    """
    known, meant = set(spellings("item").values()), set(spellings("item"))
    rows: dict[str, dict[str, str]] = {}
    for found, line in pairs:
        item = str(found["item"])
        if item in known or item in rows:
            continue
        text = as_printed(found, line)["designation"]
        ways = [] if by_slug else [way for way in (text, alone(text, _whole(found))) if slug(way) == item]
        name = plain(str(found["designation"])) or text or item
        spelling = next((way for way in ways if not names_nothing(way)), item)
        if normalised(spelling) in meant:
            continue
        meant.add(normalised(spelling))
        name = spelling if spelling != item else name
        unit = plain_unit(str(found["unit"]))
        rows[item] = {"item": item, "singular": name, "plural": name, "unit": unit, "spelling": spelling}
    return list(rows.values())
