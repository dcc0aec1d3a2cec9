"""Spelling met → code used, from the tables in data/raw/reference: suggestions, never guesses.

A spelling is looked up without regard to case, full stops, doubled blanks and a leading "the". To teach a new one, add
a row to `parties.csv`, `designations.csv` or `units.csv`; no code changes. What a spelling means in one register only
stands in `parties_<register>.csv`, of the same columns.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from rapidfuzz import process

from analysis.errors import InputError
from analysis.paths import REFERENCE, shown
from analysis.rows import raw_rows, unknown

LISTS = {"party": ("parties", "code"), "item": ("designations", "item"), "unit": ("units", "unit")}


class Unresolved(ValueError):
    """A spelling that no reference table holds."""

    def __init__(self, text: str, reason: str, suggestion: str = "") -> None:
        super().__init__(f"{text!r}: {reason}" + (f"; {suggestion}" if suggestion else ""))
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
    spellings = _spellings("party")
    return spellings.get(normalised(text)) or (text.strip() if text.strip() in spellings.values() else "")


def resolve_code(text: str, register: str = "") -> str:
    """Party code of an ISO 3166-1 code: two letters (`NA` is Namibia), three, or digits. Raises Unresolved.

    With `register`, what `codes_<register>.csv` says comes first: codes that the register uses beside ISO's.
    """
    plain = text.lstrip("0") or "0" if text.isascii() and text.isdigit() else text.strip()
    for name in (f"codes_{register}",) * bool(register) + ("codes",):
        if plain == plain.upper() and (found := _table(name, "code").get(normalised(plain))) is not None:
            return found
    if plain in _spellings("party").values():
        return plain
    raise Unresolved(text, "no such code is known", "write an ISO 3166-1 code in capitals, or add it to codes.csv")


def resolve_item(text: str) -> str:
    """Item slug of a designation as printed; a launcher and its missile are two items. Raises Unresolved."""
    items = set(_spellings("item").values())
    return text.strip() if text.strip() in items else _resolve("item", text)


def known_item(text: str) -> str:
    """Item slug of a designation as printed, "" where designations.csv does not know the whole of it."""
    spellings = _spellings("item")
    return text.strip() if text.strip() in spellings.values() else spellings.get(normalised(text), "")


def resolve_unit(text: str) -> str:
    """Unit of a count as printed; no unit printed means the items themselves. Raises Unresolved."""
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


def not_one_party() -> list[str]:
    """Codes of nobody in particular, such as an unknown party: those whose note in parties.csv says "not one party"."""
    lines = _read("parties", _stamp(REFERENCE / "parties.csv")).values()
    return sorted({line["code"] for line in lines if "not one party" in line["note"]})


def normalised(text: str) -> str:
    """The form in which spellings are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace(".", "")
    return re.sub(r"\s+", " ", plain).strip().removeprefix("the ")


def _resolve(kind: str, text: str) -> str:
    spellings = _spellings(kind)
    if (found := spellings.get(normalised(text))) is not None:
        return found
    if not text.strip():
        raise Unresolved(text, f"no {kind} is given", f"write the {kind} as the source prints it")
    offers = " or ".join(f"{match!r} ({meant})" for meant, match in _near(normalised(text), spellings).items())
    where = f"data/raw/reference/{LISTS[kind][0]}.csv"
    raise Unresolved(
        text,
        f"no such {kind} is known",
        (f"is it {offers}? " if offers else "") + f"Write a spelling of {where}, or add one there",
    )


def _near(text: str, spellings: dict[str, str]) -> dict[str, str]:
    """Three meanings at most, each with the spelling that is nearest to a text and of about its length."""
    found: dict[str, str] = {}
    for match, _, _ in process.extract(text, list(spellings), limit=20, score_cutoff=70):
        short, long = sorted((len(text), len(match)))
        if 2 * short >= long:  # else what is alike is one word of many
            found.setdefault(spellings[match], match)
    return dict(list(found.items())[:3])


def _spellings(kind: str) -> dict[str, str]:
    return _table(*LISTS[kind])


def _table(name: str, column: str) -> dict[str, str]:
    return _lookup(name, column, _stamp(REFERENCE / f"{name}.csv"))


def _named(name: str, key: str, *columns: str) -> dict[str, tuple[str, ...]]:
    return _first(name, key, columns, _stamp(REFERENCE / f"{name}.csv"))


@lru_cache(maxsize=32)
def _first(name: str, key: str, columns: tuple[str, ...], stamp: tuple[int, int]) -> dict[str, tuple[str, ...]]:
    """By key, these columns of the first row that has it."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _read(name, stamp).values():
        found.setdefault(line[key], tuple(line[column] for column in columns))
    return found


def _stamp(path: Path) -> tuple[int, int]:
    """Changes when the file does, so that a row added while JupyterLab is open counts at once."""
    if not path.exists():
        raise InputError(f"{shown(path)}: is missing.")
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=32)
def _read(name: str, _stamp: tuple[int, int]) -> dict[int, dict[str, str]]:
    """The lines of a reference table, by row."""
    return raw_rows(REFERENCE / f"{name}.csv", name.partition("_")[0]).lines


@lru_cache(maxsize=32)
def _lookup(name: str, column: str, stamp: tuple[int, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row, line in _read(name, stamp).items():
        key, spelling, code = normalised(line["spelling"]), line["spelling"], line[column]
        if found.setdefault(key, code) != code:
            raise InputError(
                f"data/raw/reference/{name}.csv, row {row}, column spelling: {spelling!r} means {found[key]!r} in an "
                f"earlier row and {code!r} here. One spelling has one meaning."
            )
    return found
