"""Spelling met → code used, from the tables in data/raw/reference: suggestions, never guesses.

A spelling is looked up without regard to case, full stops, doubled blanks and a leading "the". To teach a new one, add
a row to `parties.csv`, `designations.csv` or `units.csv`; no code changes. Tables of the same names in the folder `own`
are read after these, and hold what a checkout adds of its own. What a spelling means in one register only stands in
`parties_<register>.csv`, of the same columns.
"""

import os
import re
import shlex
import unicodedata
from functools import lru_cache
from pathlib import Path

from analysis import suggestions
from analysis.characters import mixed
from analysis.checks import TOTAL
from analysis.errors import InputError
from analysis.paths import OWN, REFERENCE, shown
from analysis.quantities import SCALES
from analysis.reading import inside, unreadable
from analysis.rows import raw_faults, raw_rows, unknown

NOT_ONE = "not one party"  # in the note of a code of parties.csv that stands for nobody in particular
LONGEST_WORDS = 60  # characters of a spelling that a command is offered with
HOLD = {"party": "CODE", "item": "SLUG", "unit": "UNIT"}  # what stands for a meaning in a command that is offered
FACTORS = {*SCALES, "pair", "pairs", "couple", "couples"}
FACTORED = "as in 24 thousand or 2 dozen (a pair may be two items or one), and leave this empty"
OF_ITS_OWN = "; another measure is no spelling of a known one: it is a unit of its own in reference/own/units.csv"
COLUMNS = {"parties": "code", "codes": "code", "designations": "item", "units": "unit"}  # table → what it gives
LISTS = {"party": ("parties", "code"), "item": ("designations", "item"), "unit": ("units", "unit")}


class Unresolved(ValueError):
    """A spelling that no reference table holds."""

    def __init__(self, text: str, reason: str, suggestion: str = "") -> None:
        super().__init__(f"{text[:200]!r}: {reason}" + (f"; {suggestion}" if suggestion else ""))
        self.text, self.reason, self.suggestion = text, reason, suggestion


def resolve_party(text: str, register: str = "") -> str:
    """ISO 3166-1 alpha-3 code (or a code of parties.csv) of a state or body as printed. Raises Unresolved.

    With `register`, what `parties_<register>.csv` says comes first: spellings that are plain in that register only.
    """
    return known_party(text, register) or _resolve("party", text)


def known_party(text: str, register: str = "") -> str:
    """The same code, "" where no table knows the spelling."""
    if register and (found := _table(f"parties_{register}", "code").get(normalised(text))) is not None:
        return found
    known = spellings("party")
    return known.get(normalised(text)) or (text.strip() if text.strip() in known.values() else "")


def resolve_code(text: str, register: str = "") -> str:
    """Party code of an ISO 3166-1 code: two letters (`NA` is Namibia), three, or digits. Raises Unresolved.

    With `register`, what `codes_<register>.csv` says comes first: codes that the register uses beside ISO's.
    """
    plain = (text.lstrip("0") or "0") if text.isascii() and text.isdigit() else text.strip()
    for name in (f"codes_{register}",) * bool(register) + ("codes",):
        if plain == plain.upper() and (found := _table(name, "code").get(normalised(plain))) is not None:
            return found
    if plain in spellings("party").values():
        return plain
    raise Unresolved(text, "no such code is known", "write an ISO 3166-1 code in capitals, or add it to codes.csv")


def resolve_item(text: str) -> str:
    """Item slug of a designation as printed; a launcher and its missile are two items. Raises Unresolved."""
    items = set(spellings("item").values())
    return text.strip() if text.strip() in items else _resolve("item", text)


def known_item(text: str) -> str:
    """Item slug of a designation as printed, "" where designations.csv does not know the whole of it."""
    known = spellings("item")
    return text.strip() if text.strip() in known.values() else known.get(normalised(text), "")


def resolve_unit(text: str) -> str:
    """Unit of a count as printed; no unit printed means the items themselves. Raises Unresolved.

    What multiplies a count, such as a dozen, is no spelling of any unit: taught as one, it would be lost.
    """
    if normalised(text) in FACTORS:
        raise Unresolved(text, "multiplies the count, and is no unit", f"write it in the column quantity, {FACTORED}")
    return _resolve("unit", text)


def party_name(code: str) -> str:
    """The name used in prose, such as "the United States": the first spelling that parties.csv gives the code."""
    return _named("parties", "code", "spelling").get(code, (code,))[0]


def party_label(code: str) -> str:
    """The name used in tables and figures: without the article."""
    return party_name(code).removeprefix("the ")


def item_name(item: str, count: float | None = None) -> str:
    """Name of an item: singular for exactly one, plural otherwise; the slug itself where items.csv has no row."""
    singular, plural = _named("items", "item", "singular", "plural").get(item, (item, item))
    return singular if not unknown(count) and count == 1 else plural


def unspecified(code: str) -> bool:
    """Whether a code stands for nobody in particular, such as an unknown party: never a hub, nor one with another."""
    return code in _unspecified(_stamp("parties"))


def not_one_party() -> list[str]:
    """The codes that are `unspecified`: those whose note in parties.csv, or this checkout's own, says NOT_ONE."""
    return sorted(_unspecified(_stamp("parties")))


@lru_cache(maxsize=32)
def _unspecified(stamp: tuple[int, ...]) -> frozenset[str]:
    return frozenset(line["code"] for _, _, line in _read("parties", stamp) if NOT_ONE in line["note"])


def normalised(text: str) -> str:
    """The form in which spellings are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace(".", "")
    return re.sub(r"\s+", " ", plain).strip().removeprefix("the ")


def _resolve(kind: str, text: str) -> str:
    known = spellings(kind)
    if (found := known.get(normalised(text))) is not None:
        return found
    if not text.strip():
        raise Unresolved(text, f"no {kind} is given", f"write the {kind} as the source prints it")
    if TOTAL.match(normalised(text)):
        raise Unresolved(text, f"is a word for a total, no {kind}", "remove a row that adds up others: it counts twice")
    near = nearest(kind, text)
    offers = " or ".join(f"{match!r} ({meant})" for match, meant in near)
    strange = f"; it holds {found} among plain letters" if (found := mixed(text)) else ""
    cure = _how_to_teach(kind, text, [meant for _, meant in near])
    raise Unresolved(
        text,
        f"no such {kind} is known{strange}",
        f"is it {offers}? {cure[:1].upper()}{cure[1:]}" if offers else cure,
    )


def nearest(kind: str, text: str) -> list[tuple[str, str]]:
    """What an unknown spelling may mean, as (spelling, meaning): a state by its name in another language, else three
    that are spelled like it at most."""
    code = suggestions.abroad().get(text.strip().casefold(), "") if kind == "party" else ""
    if code and (meant := _table("codes", "code").get(normalised(code))):
        return [(party_label(meant), meant)]
    return suggestions.near(text, spellings(kind))


def _how_to_teach(kind: str, text: str, near: list[str]) -> str:
    """The ways to mend an unknown spelling, as commands: another word for what is known, or something new."""
    words = shlex.quote(text) if text.isprintable() and len(text) <= LONGEST_WORDS else "SPELLING"
    meaning = near[0] if len(near) == 1 else HOLD[kind]
    known = f"write a spelling of data/raw/reference/{LISTS[kind][0]}.csv, or note this one: "
    known += f"`retransfer teach {kind} {words} {meaning}`"
    known += OF_ITS_OWN if kind == "unit" else ""
    new = {"item": " SLUG --one NAME --several NAMES", "party": " CODE --new"}.get(kind, "")
    return known + (f"; if it is new: `retransfer teach {kind} {words}{new}`" if new else "")


def spellings(kind: str) -> dict[str, str]:
    """What every spelling of a kind (party, item, unit) means, by its form for comparing."""
    return _table(*LISTS[kind])


def _table(name: str, column: str) -> dict[str, str]:
    return _lookup(name, column, _stamp(name))


def _named(name: str, key: str, *columns: str) -> dict[str, tuple[str, ...]]:
    return _first(name, key, columns, _stamp(name))


@lru_cache(maxsize=32)
def _first(name: str, key: str, columns: tuple[str, ...], stamp: tuple[int, ...]) -> dict[str, tuple[str, ...]]:
    """By key, these columns of the first row that has it."""
    found: dict[str, tuple[str, ...]] = {}
    for _, _, line in _read(name, stamp):
        found.setdefault(line[key], tuple(line[column] for column in columns))
    return found


def reference_files(name: str) -> list[Path]:
    """The files of a reference table: the one that comes with retransfer, and this checkout's own where it has one."""
    own = REFERENCE / OWN / f"{name}.csv"
    return [REFERENCE / f"{name}.csv", *([own] if os.path.lexists(own) else [])]


def every_reference_file() -> list[Path]:
    """All tables of spellings, those of single registers included, and this checkout's own."""
    return [path for folder in (REFERENCE, REFERENCE / OWN) for path in sorted(folder.glob("*.csv"))]


def check_meanings() -> None:
    """Raise InputError where a spelling has two meanings, or a table names a code that is none."""
    for path in every_reference_file():
        kind = path.stem.partition("_")[0]
        if kind in COLUMNS:
            _table(path.stem, COLUMNS[kind])


def reference_faults(path: Path) -> list[InputError]:
    """All that keeps a file of a reference table from being read."""
    kind = path.stem.partition("_")[0]
    if kind not in (*COLUMNS, "items"):
        return [InputError(f"{shown(path)}: is no table of spellings, and is not read. Move it away.")]
    try:
        return raw_faults(inside(path, REFERENCE), kind)
    except InputError as fault:
        return [fault]


def _stamp(name: str) -> tuple[int, ...]:
    """Changes when a file of the table does, so that a row added while JupyterLab is open counts at once."""
    found: list[int] = []
    for path in reference_files(name):
        try:
            status = path.stat()
        except OSError as fault:
            raise unreadable(path, fault) from None
        found += [status.st_mtime_ns, status.st_size]
    return tuple(found)


@lru_cache(maxsize=32)
def _read(name: str, _stamp: tuple[int, ...]) -> list[tuple[str, int, dict[str, str]]]:
    """The lines of a reference table, each with its file and row."""
    kind = name.partition("_")[0]
    return [
        (shown(path), row, line)
        for path in reference_files(name)
        for row, line in raw_rows(inside(path, REFERENCE), kind).lines.items()
    ]


@lru_cache(maxsize=32)
def _lookup(name: str, column: str, stamp: tuple[int, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    known = set(spellings("party").values()) if name.startswith("codes") else ()
    for file, row, line in _read(name, stamp):
        key, spelling, code = normalised(line["spelling"]), line["spelling"], line[column]
        if not key and name != "units":
            raise InputError(f"{file}, row {row}, column spelling: read {spelling!r}, which is none. Remove the row.")
        if known and code not in known:
            raise InputError(
                f"{file}, row {row}, column code: {code!r} is no code of parties.csv. Write one "
                "that is, or add it there."
            )
        if found.setdefault(key, code) != code:
            raise InputError(
                f"{file}, row {row}, column spelling: {spelling!r} means {found[key]!r} in an "
                f"earlier row and {code!r} here. One spelling has one meaning."
            )
    return found
