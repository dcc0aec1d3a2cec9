"""Spellings that this checkout adds to those it came with: a person says what each means, nothing is guessed.

They lie in data/raw/reference/own, in tables of the same columns, and no update of retransfer touches them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from analysis import checks, folders, names, schemas
from analysis.errors import InputError
from analysis.paths import OWN, REFERENCE, shown
from analysis.rows import Raw, csv_text, raw_rows

NEW = {
    "party": " Is it a party that no table knows yet? Then add --new.",
    "item": " Is it a weapon that no table knows yet? Then add what one and several are called: --one … --several ….",
}
MEANT = {"party": "a party's code, such as BGR", "item": "an item's slug, such as ags-17", "unit": "a unit: piece"}


def alone() -> AbstractContextManager[None]:
    """Only one process at a time changes these tables. Raises InputError where another one is at it."""
    return folders.alone(REFERENCE / OWN)


def teach(kind: str, spelling: str, code: str, note: str = "") -> str:
    """Note that a spelling means a code that is known. Returns what was done, in a line.

    Raises InputError where the code is not known, or the spelling has another meaning already.
    """
    if kind == "unit" and names.normalised(spelling) in names.FACTORS:
        raise InputError(f"unit {spelling!r}: multiplies the count, and is no unit. Write it in the column quantity.")
    known = {code for _, code in _known(kind)}
    if code not in known:
        raise InputError(f"{kind} {code!r}: is not known. Give {MEANT[kind]}{_hint(kind, code)}.{NEW.get(kind, '')}")
    return add(kind, spelling, code, note)


def new_item(spelling: str, slug: str, one: str, several: str, note: str = "") -> str:
    """Note a weapon that no table knows: its slug, the names of one and of several, and a spelling of it."""
    if told := _told_already("item", spelling, slug):
        return told
    if slug in {code for _, code in _known("item")}:
        raise InputError(f"item {slug!r}: is there already, as {names.item_name(slug, 2)}. Leave out the names.")
    _check_new("item", "items", "item", slug)
    with undone_on_failure():
        _append("items", {"item": slug, "singular": one, "plural": several, "unit": "piece", "note": note})
        return add("item", spelling, slug)


def _told_already(kind: str, spelling: str, code: str) -> str:
    """What is said of a spelling that has this meaning; "" where it has not."""
    meant = names.spellings(kind).get(names.normalised(spelling))
    return f"{spelling!r} means {code} already." if meant == code else ""


def _check_new(kind: str, table: str, column: str, text: str) -> None:
    """Raise InputError for what cannot be a slug or a code, and for one that is a spelling of another: it would mean
    that one wherever it is written."""
    pattern, words = checks.CELLS[table][column]
    if not re.fullmatch(pattern, text):
        raise InputError(f"{column} {text!r}: must be {words}.")
    if meant := names.spellings(kind).get(names.normalised(text)):
        raise InputError(f"{kind} {text!r}: is a spelling of {meant} already. Take another.")


def new_items(rows: Sequence[Mapping[str, str]]) -> None:
    """Note many weapons at once, each as a row of items.csv and its first `spelling`.

    Spellings and slugs are taken as they are, so that a file of hundreds is written once: whoever calls has made sure
    that none of them means anything else.
    """
    _append("items", *({name: text for name, text in row.items() if name != "spelling"} for row in rows))
    _append("designations", *({"spelling": row["spelling"], "item": row["item"]} for row in rows))


@contextmanager
def undone_on_failure() -> Iterator[None]:
    """Where what follows fails, this checkout's own tables of weapons and units are as they were before."""
    paths = [place(table) for table in ("items", "designations", "units")]
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, data in before.items():
            if data is None:
                path.unlink(missing_ok=True)
            else:
                folders.write(path, data)
        raise


def new_party(spelling: str, code: str, note: str = "") -> str:
    """Note a party that no table knows: a code of three capital letters, and its name."""
    if told := _told_already("party", spelling, code):
        return told
    if code in {known for _, known in _known("party")}:
        raise InputError(f"party {code!r}: is there already, as {names.party_name(code)}. Leave out --new.")
    _check_new("party", "parties", "code", code)
    return add("party", spelling, code, note)


def add(kind: str, spelling: str, code: str, note: str = "") -> str:
    """The row itself. Raises InputError for a spelling that means something else."""
    if not names.normalised(spelling):
        raise InputError(f"the spelling of a {kind} is empty. Write it as the source prints it.")
    if spelling.strip() in {meant for _, meant in _known(kind)} - {code}:
        raise InputError(f"{kind} {spelling!r}: is itself the code of another {kind}. One spelling has one meaning.")
    meant = dict(_known(kind)).get(names.normalised(spelling))
    if meant not in (None, code):
        raise InputError(f"{kind} {spelling!r}: means {meant} already. One spelling has one meaning.")
    if meant:
        return _told_already(kind, spelling, code)
    table, column = names.LISTS[kind]
    place = _append(table, {"spelling": spelling, column: code, "note": note})
    return f"{spelling!r} means {code}: noted in {place}."


def place(table: str) -> Path:
    """Where this checkout's own table of a name is, or would be."""
    return REFERENCE / OWN / f"{table}.csv"


def _known(kind: str) -> list[tuple[str, str]]:
    return list(names.spellings(kind).items())


def _hint(kind: str, code: str) -> str:
    """What may have been meant instead of a code, as the end of a sentence."""
    known = names.spellings(kind)
    near = [known[names.normalised(code)]] if names.normalised(code) in known else []
    near = near or [meant for _, meant in names.nearest(kind, code)]
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _append(table: str, *rows: Mapping[str, str]) -> str:
    """Add rows to this checkout's own table, which is begun where there is none; returns the first one's place.

    Raises InputError where the table cannot be read, or could not be with these rows.
    """
    path = place(table)
    found = raw_rows(path, table) if path.exists() else Raw(schemas.names(schemas.RAW[table]), {})
    text = csv_text(found.columns, [*found.lines.values(), *rows])
    trial = path.with_name(f".{path.name}.new")
    try:
        folders.write(trial, text.encode("utf-8"))
        raw_rows(trial, table)
        trial.replace(path)
    except InputError as fault:
        raise InputError(str(fault).replace(shown(trial), shown(path))) from None
    finally:
        trial.unlink(missing_ok=True)
    return f"{shown(path)}, row {len(found.lines) + 2}"
