"""Which records of a register's file are asked for: by sender, receiver, either, weapon and years."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.errors import InputError
from analysis.hints import close_to
from analysis.licences import plain_unit
from analysis.names import Unresolved, known_item, known_party, party_label, resolve_party
from analysis.paths import shown
from analysis.quantities import Unreadable, parse_year
from analysis.registers.layout import Register
from analysis.registers.printed import Line, printed
from analysis.registers.rows import whole
from analysis.registers.study import Choices, limited, spellings, years_of
from analysis.registers.unroca import NUMERAL
from analysis.wording import figure, listed

MOST_NAMED = 8  # parties or items that a message names
MOST_REASONS = 4  # of rejects


class Wanted(NamedTuple):
    """What is asked for, as a person writes it; what is empty may be anything. `party` is either side."""

    supplier: str = ""
    recipient: str = ""
    party: str = ""
    item: str = ""
    years: str = ""
    unit: str = ""


class Chosen(NamedTuple):
    """The statements, what was asked for as codes and in words, and what was left out, in lines."""

    statements: pd.DataFrame
    supplier: str
    recipient: str
    party: str
    item: str
    words: str
    left_out: list[str]


def choose(layout: str, path: Path, register: Register, wanted: Wanted) -> Chosen:
    """The statements that are asked for.

    Raises InputError for a name that nobody knows, and where nothing is chosen: it says what the file has.
    """
    every = register.statements
    if every.empty:
        raise InputError(f"{shown(path)}: no record of it is a statement. `retransfer register FILE` says why.")
    codes = {name: _party(name, getattr(wanted, name), layout) for name in ("supplier", "recipient", "party")}
    item = _item(wanted.item, every, path)
    years_of(wanted.years)
    dated = limited(register, Choices(years=wanted.years))
    found = _of(dated.statements, codes, item)
    words = _words(codes, item, wanted)
    if wanted.years and found["year"].isna().any():
        words += ", or of a year that is not stated"
    if wanted.unit:
        found = found[found["unit"].map(plain_unit) == plain_unit(wanted.unit)]
    if found.empty:
        raise InputError(f"{shown(path)}: no statement is {words or 'there'}. {_has(every, codes)}")
    _check_units(found, path)
    return Chosen(
        found,
        *codes.values(),
        item,
        words,
        [*_stocks(dated.stocks, codes, item), *_rejects(layout, path, register.rejects, codes, item, wanted.years)],
    )


def _party(name: str, text: str, layout: str) -> str:
    try:
        return resolve_party(text, spellings(layout)) if text else ""
    except Unresolved as fault:
        raise InputError(f"--{name}={fault}.") from None


def _item(text: str, statements: pd.DataFrame, path: Path) -> str:
    """Slug of an item, or of a category, of the file."""
    known = sorted({*statements["item"], *statements["category"]} - {""})
    if not text or text in known:
        return text
    numbered = NUMERAL.fullmatch(text)  # a category of the UN Register, as it is printed there
    for words in (text, numbered["name"] if numbered else ""):
        if (code := known_item(words)) in known:
            return code
    named = dict(zip(statements["designation"].str.casefold(), statements["item"], strict=True))
    if text.casefold() in named:
        return named[text.casefold()]
    hint = close_to(text, known) or f". It has {_some(known)}"
    raise InputError(f"--item={text[:200]!r}: {shown(path)} has no such item{hint}.")


def _of(statements: pd.DataFrame, codes: Mapping[str, str], item: str) -> pd.DataFrame:
    """Those of these parties and this item, or of the category."""
    for name in ("supplier", "recipient"):
        if codes[name]:
            statements = statements[statements[name] == codes[name]]
    if codes["party"]:
        statements = statements[(statements[["supplier", "recipient"]] == codes["party"]).any(axis=1)]
    if item:
        statements = statements[(statements[["item", "category"]] == item).any(axis=1)]
    return statements


def _check_units(statements: pd.DataFrame, path: Path) -> None:
    """Raise InputError where one item is counted in several units: results of a case name an item once."""
    units = statements["unit"].map(plain_unit).groupby(statements["item"]).unique()
    several = units[units.map(len) > 1]
    if len(several):
        name, found = several.index[0], sorted(several.iloc[0])
        more = f", and so are {figure(len(several) - 1)} items more" if len(several) > 1 else ""
        raise InputError(
            f"{shown(path)}: {name} is counted in {listed(found)}{more}, and a case has one unit per item. Choose one "
            f"with --unit, such as --unit {found[-1]}, or leave the item out; `retransfer register FILE` takes all."
        )


def _words(codes: Mapping[str, str], item: str, wanted: Wanted) -> str:
    """What is asked for, such as `sent by Norway, of leopard-2, in 2012-2014`."""
    said = {"supplier": "sent by {}", "recipient": "received by {}", "party": "sent or received by {}"}
    parts = [said[name].format(party_label(code)) for name, code in codes.items() if code]
    parts += [f"of {item}"] if item else []
    parts += [f"in {wanted.years}"] if wanted.years else []
    parts += [f"counted in {wanted.unit}"] if wanted.unit else []
    return ", ".join(parts)


def _has(statements: pd.DataFrame, codes: Mapping[str, str]) -> str:
    """What the file has instead: years, and who sends and receives."""
    dated, units = statements["year"].dropna(), sorted(set(statements["unit"].map(plain_unit)))
    said = f"Its years are {dated.min()} to {dated.max()}" if len(dated) else "No record of it names a year"
    for column, words in (("supplier", "senders"), ("recipient", "receivers")):
        if codes[column] or codes["party"]:
            names = statements[column].value_counts().index
            said += f"; {words}: {_some([party_label(code) for code in names])}"
    return f"{said}; units: {listed(units)}." if len(units) > 1 else f"{said}."


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {figure(more)} more" if more > 0 else "")


def _stocks(stocks: pd.DataFrame, codes: Mapping[str, str], item: str) -> Iterator[str]:
    """What is said of holdings and production, which are no movements."""
    parties = {code for code in codes.values() if code}
    own = stocks[stocks["party"].isin(parties)] if parties else stocks
    own = own[(own[["item", "category"]] == item).any(axis=1)] if item else own
    if len(own):
        records = "1 record" if len(own) == 1 else f"{figure(len(own))} records"
        yield f"Left out: {records} of holdings or production, which are stocks and no movements."


def _rejects(
    layout: str, path: Path, rejects: pd.DataFrame, codes: Mapping[str, str], item: str, years: str
) -> Iterator[str]:
    """What is said of records that could not be read and may be among those asked for."""
    if rejects.empty:
        return
    lines = printed(layout, path)
    own = [row for row in rejects.to_dict("records") if _may_be(lines[row["row"]], layout, codes, item, years)]
    if not own:
        return
    records = "1 record" if len(own) == 1 else f"{figure(len(own))} records"
    yield f"Left out: {records} that may be meant and could not be read:"
    yield from (f"  row {row['row']}, {row['column']}: {row['reason']}" for row in own[:MOST_REASONS])
    if len(own) > MOST_REASONS:
        rest = listed(str(row["row"]) for row in own[MOST_REASONS : MOST_REASONS + 20])
        others = " and others" * (len(own) > MOST_REASONS + 20)
        yield f"  and rows {rest}{others}; `retransfer register FILE --check` says why"


def _may_be(line: Line, layout: str, codes: Mapping[str, str], item: str, years: str) -> bool:
    """Whether no cell of a record that can be read speaks against what is asked for."""
    sides = {name: known_party(getattr(line, name), spellings(layout)) for name in ("supplier", "recipient")}
    for name, code in sides.items():
        if codes[name] and code and code != codes[name]:
            return False
    if codes["party"] and "" not in sides.values() and codes["party"] not in sides.values():
        return False
    known = [known_item(words) for words in line.words if words]
    if item and known and all(known) and item not in known:
        return False
    year = _year(line.year)
    first, last = years_of(years)
    return not years or year is None or first <= year <= last


def _year(text: str) -> int | None:
    """The one year that a cell has, also within a date; None where it has several, or none."""
    try:
        return parse_year(whole(text))
    except Unreadable:
        found = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))
        return int(found.pop()) if len(found) == 1 else None
