"""What a table that people write must be, row by row; each fault is told with its place, what was read and the cure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from analysis import schemas
from analysis.characters import JOINERS, NEVER, alien, cut, fault_of, spoilt
from analysis.errors import InputError
from analysis.hints import close_to

MOST_COLUMNS = 200
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
LINES = frozenset(("note", "summary", "reason", "evidence"))  # columns of prose, which may run over lines
PRINTED = LINES | {  # columns of words in whatever script their source is written in
    *("title", "publisher", "author", "licence", "reporter", "supplier", "recipient", "party", "designation"),
    *("spelling", "singular", "plural", "actor", "attributed_to", "date_as_printed", "expect", "value"),
}
ASIDE = ("transfers", "values", "events")  # of these, a row that cannot be read is set aside, and the rest is used
ODD = re.compile(rf"{NEVER.pattern}|{JOINERS.pattern}|[\r\n#=]")  # a row without these needs no look at its cells
ID = r"[A-Za-z0-9._-]{1,60}"
FILLED = r"(?s).+"
CODE = (r"[A-Z]{3}", "the code of a party, three capital letters")
SLUG = (r"[a-z0-9]+(?:-[a-z0-9]+)*", "a slug of small letters, digits and hyphens")
CELLS: Mapping[str, Mapping[str, tuple[str, str]]] = {  # table → column → what a cell must look like, in words
    "sources": {
        "title": (FILLED, "the title as printed"),
        "url": (r"(?:https?://\S+)?", "an address that begins with https:// or http://, or empty"),
        "sha256": (r"(?:[0-9a-f]{64})?", "64 hexadecimal digits in small letters, or empty"),
        "preamble": (r"[0-9]{0,4}", "a whole number, or empty"),
        "decimal": (r"[.,]?", "a full stop or a comma"),
    },
    "parties": {"spelling": (FILLED, "a spelling as met"), "code": CODE},
    "codes": {"spelling": (FILLED, "a code as met"), "code": CODE},
    "designations": {"spelling": (FILLED, "a spelling as met"), "item": SLUG},
    "items": {
        "item": SLUG,
        "singular": (FILLED, "the name of one"),
        "plural": (FILLED, "the name of several"),
        "unit": (FILLED, "the unit it is counted in"),
    },
    "units": {"unit": (FILLED, "the unit used")},
}


TOTAL = re.compile(r"(?:grand |sub-?)?totals?\b|sum$|итого\b|всего\b|разом\b|усього\b", re.IGNORECASE)


class Sheet(NamedTuple):
    """A table as it is being checked: its place as messages name it, its name in the schemas, its columns."""

    place: str
    table: str
    header: list[str]


def check_separator(place: str, text: str) -> None:
    """Raise InputError where the first line of a table has no comma, but what others put in place of commas."""
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    if re.fullmatch(r"[\"']?sep=.?[\"']?", first.strip(), re.IGNORECASE):
        raise InputError(f"{place}, row 1: is a line that Excel writes for itself ({first.strip()}). Remove it.")
    for mark, words in SEPARATORS.items():
        if "," not in first and first.count(mark) > 1:
            raise InputError(
                f"{place}, row 1: columns are separated by {words}. Save the file with commas. LibreOffice asks for "
                "the field delimiter as it saves (“Edit filter settings”); Excel takes the list separator of the "
                "system's regional settings."
            )


def check_header(place: str, first: int, header: list[str], wanted: list[str]) -> None:
    """Raise InputError unless the first record, which stands in row `first`, names each column once."""
    if first != 1:
        raise InputError(f"{place}, row 1: is blank. The first row must name the columns, {', '.join(wanted)}.")
    if len(header) > MOST_COLUMNS:
        raise InputError(
            f"{place}, row 1: names {len(header):,} columns. The columns must be {', '.join(wanted)}, each once."
        )
    if len(header) == 1 and header[0].count(",") > 1:
        raise InputError(f"{place}, row 1: is one cell, in quotation marks. Remove those around whole rows.")
    if doubled := [name for name, times in Counter(filter(None, header)).items() if times > 1]:
        raise InputError(f"{place}, row 1: column {sorted(doubled)[0]!r} stands there twice. Rename or remove one.")
    if missing := [name for name in wanted if name not in header]:
        near = _near(missing[0], [name for name in header if name and name not in wanted])
        raise InputError(
            f"{place}, row 1: column {missing[0]!r} is missing; read {cut(', '.join(header))!r}{near}. The columns "
            f"must be {', '.join(wanted)}."
        )
    if "" in header:
        raise InputError(f"{place}, row 1, column {header.index('') + 1}: has no name. Name the column, or remove it.")


def _near(name: str, words: list[str]) -> str:
    """A hint at what the header may have in place of a column, and at a letter in it that only looks right."""
    hint = close_to(name, words).replace("did you mean", "is it")
    strange = next((f", where {found} stands for a plain letter" for word in words if (found := alien(word))), "")
    return hint + strange


def check_row(sheet: Sheet, row: int, cells: list[str]) -> None:
    """Raise InputError for a row of another width, the header once more, a blank one, and for a cell as `check_cell`.

    Cells are as they were read, with the blanks at their ends.
    """
    place, bare = f"{sheet.place}, row {row}", [cell.strip() for cell in cells]
    if not any(bare):
        raise InputError(f"{place}: has no cell that is filled. Remove the row.")
    if len(cells) != len(sheet.header):
        raise InputError(
            f"{place}: has {len(cells):,} cells where the header has {len(sheet.header)}; read "
            f"{cut(','.join(bare))!r}. Quote a cell that holds a comma, or add the missing commas."
        )
    if sheet.table in ASIDE and _adds_up(bare):
        raise InputError(
            f"{place}: looks like a row of totals; read {cut(','.join(bare))!r}. Remove it: it would count twice what "
            "other rows say."
        )
    if ",".join(bare).casefold() == ",".join(sheet.header).casefold():
        raise InputError(f"{place}: is the header once more. Remove the row.")
    if ODD.search("".join(cells)):
        for name, cell in zip(sheet.header, cells, strict=True):
            if fault := _fault(sheet, name, cell):
                raise InputError(f"{place}, column {name}: {fault}")
    for name, (pattern, words) in CELLS.get(sheet.table, {}).items():
        cell = bare[sheet.header.index(name)]
        if not re.fullmatch(pattern, cell):
            what = f"read {cut(cell)!r}" if cell else "is empty"
            raise InputError(f"{place}, column {name}: {what}; must be {words}.")


def _adds_up(cells: list[str]) -> bool:
    """Whether a row without an id says "Total", or has a number and nothing else. With an id, it is set aside later."""
    filled = [cell for cell in cells if cell]
    alone = len(filled) == 1 and bool(re.fullmatch(r"[0-9][0-9., ]*", filled[0]))
    return not cells[0] and (alone or any(TOTAL.match(cell) for cell in filled))


def _fault(sheet: Sheet, column: str, cell: str) -> str:
    """What is wrong with a cell whatever its column means, and the cure."""
    name = column if column in schemas.names(schemas.RAW[sheet.table]) else "note"  # people may add columns
    strange = NEVER.search(cell) or (name not in PRINTED and JOINERS.search(cell))
    if strange:
        return f"holds {fault_of(strange[0])}"
    if re.search(r"[\r\n]", cell.strip()) and (name not in LINES or _swallowed(cell, len(sheet.header))):
        return (
            f"holds a line break; read {cut(cell)!r}. Write the cell in one line; if a quotation mark has swallowed "
            "the lines after it, close or remove it."
        )
    if sheet.table not in ASIDE and (why := spoilt(cell.strip())):
        return f"read {cut(cell)!r}: {why}. Write what it should show, or leave it empty."
    return ""


def _swallowed(cell: str, wide: int) -> bool:
    """Whether a line within a cell has so many commas that it may be a row of its own."""
    return any(line.count(",") >= max(2, (wide - 1) // 2) for line in re.split(r"[\r\n]+", cell.strip())[1:])


def id_faults(place: str, column: str, ids: Mapping[int, str]) -> Iterator[InputError]:
    """What is wrong with ids: empty, doubled, or made of other characters than ids are. `ids` by row."""
    first: dict[str, int] = {}
    for row, text in ids.items():
        where = f"{place}, row {row}, column {column}"
        if not text:
            yield InputError(f"{where}: is empty. Give every row an id of its own.")
        elif not re.fullmatch(ID, text):
            strange = f" (it holds {found})" if (found := alien(text)) else ""
            yield InputError(
                f"{where}: {cut(text)!r} cannot be an id{strange}. Use letters a to z, digits and . _ -, at most 60."
            )
        elif first.setdefault(text, row) != row:
            yield InputError(
                f"{where}: {text!r} is the id of row {first[text]} already. Give every row an id of its own."
            )
