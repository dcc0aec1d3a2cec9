"""A whole register: opened, limited to what is asked for, and every table that follows from it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import conduits, ledger, reconcile
from analysis.choices import check_values
from analysis.errors import InputError
from analysis.figures.style import credit
from analysis.hints import close_to
from analysis.mirror import mirror
from analysis.names import Unresolved, known_item, not_one_party, resolve_party
from analysis.paths import REFERENCE, ROOT
from analysis.reading import check_file
from analysis.registers import layouts
from analysis.registers.filings import filings_from
from analysis.registers.layout import Register
from analysis.registers.levels import at_level
from analysis.registers.pooled import pooled
from analysis.reliability import RULES, reliability
from analysis.tables import typed

CASES = "cases"  # the register that the published cases make together
FOLLOWED = 5  # conduits whose chains are followed where no party and no item is asked for
QUICK = 30  # movements of an item up to which bounds of origin take no time; for more, the item must be asked for


class Choices(NamedTuple):
    """Which register, what of it, and how it is reconciled. The defaults are what is published."""

    register: str = CASES
    layout: str = ""
    filings: str = ""
    item: str = ""
    party: str = ""
    years: str = ""
    level: str = "item"
    prefer: str = "exporter"
    lag_years: int = 1
    within_years: int = 2
    least: int = 1
    rank_by: str = "quantity"


KINDS = {name: "count" if isinstance(value, int) else "text" for name, value in Choices()._asdict().items()}


class Opened(NamedTuple):
    """A register as it was read: its layout, its title, the source line of its figures, and what it holds."""

    layout: str
    title: str
    credit: str
    register: Register


class Found(NamedTuple):
    """All tables by name (schemas), the party and the item asked for as codes, and what was left out of the chains."""

    tables: dict[str, pd.DataFrame]
    choices: Choices
    unfollowed: list[str]  # items with too many chains to list
    unbounded: list[str]  # items whose chains have no bounds of origin, for it would take long
    categories: list[str]  # and those that have none because they are of many kinds


def opened(register: str = CASES, layout: str = "", filings: str = "") -> Opened:
    """Read a register's file (`cases`: the published cases), with a table of who filed where one is given.

    Paths that are not absolute start at the project. Raises InputError for a file that is missing or has no layout
    that is known, and as `filings_from` does.
    """
    if register == CASES:
        if layout:
            raise InputError(f"layout={layout!r}: the published cases have none. Name a file, or leave it empty.")
        read, sources = pooled()
        found = Opened("", "the published cases", credit(_alike(sources)).partition(" Formula")[0], read)
    else:
        path = ROOT / register
        _check_there(path, register)
        name = layout or layouts.detect(path).name
        read = layouts.read(path, name)
        title = layouts.LAYOUTS[name].title
        found = Opened(name, title, f"Source: {title}, file {path.name}.", read)
    if not filings:
        return found
    stated = filings_from(ROOT / filings, found.register.filings, spellings(found.layout))
    return found._replace(register=found.register._replace(filings=stated))


def _check_there(path: Path, register: str) -> None:
    """Raises InputError where a register's file is not there, or is none."""
    wanted = f"register={register[:200]!r}: there is no such file. Give the file of a register, or `cases`."
    if not os.path.lexists(path):
        raise InputError(wanted)
    check_file(path)


def spellings(layout: str) -> str:
    """Whose spellings of parties a layout has: the name of its table in data/raw/reference, "" where it has none."""
    own = layout.partition("-")[0]
    return own if own and (REFERENCE / f"parties_{own}.csv").exists() else ""


def resolved(found: Opened, choices: Choices) -> Choices:
    """The choices with party and item as codes. Raises InputError for what the register does not have."""
    check_values(choices._asdict(), KINDS)
    conduits.check(choices.within_years, choices.rank_by)
    statements = at_level(found.register.statements, choices.level)
    item = _item(choices.item, statements)
    first, last = years_of(choices.years)
    held = pd.concat([statements["first_year"], statements["last_year"], statements["year"]])
    dated = statements[["first_year", "last_year", "year"]].notna().any(axis=1)
    if choices.years and not (dated & _within(statements, first, last)).any():
        raise InputError(
            f"years={choices.years!r}: no statement is of these. The register has {held.min()} to {held.max()}."
        )
    choices = choices._replace(item=item)
    left = limited(found.register, choices).statements
    party = _party(choices.party, left, spellings(found.layout))
    if (item or choices.years) and left.empty:
        raise InputError(f"no statement is of item={item!r} in years={choices.years!r}. Ask for one of them alone.")
    return choices._replace(party=party)


def compared(choices: Choices) -> str:
    """The level at which reports, and stocks, are compared: by category, unless one item is asked for.

    Two reporters seldom name one weapon in the same words, but file it under the same category, and so are stocks.
    """
    return choices.level if choices.item else "category"


def limited(register: Register, choices: Choices, level: str = "") -> Register:
    """Statements and stocks at a level (else that asked for), of the item and years; filings and rejects are all kept.

    A statement that can be of one of the years stays, and so does one that names none.
    """
    first, last = years_of(choices.years)
    level = level or choices.level
    statements, stocks = (at_level(table, level) for table in (register.statements, register.stocks))
    if choices.item:
        statements = statements[statements["item"] == choices.item]
        stocks = stocks[stocks["item"] == choices.item]
    if choices.years:
        statements = statements[_within(statements, first, last)]
        stocks = stocks[stocks["year"].between(first, last)]
    return register._replace(statements=typed(statements, "statements"), stocks=typed(stocks, "stocks"))


def tables(found: Opened, choices: Choices) -> Found:
    """Everything that follows from a register; of a party, what it has a part in. Reporters are weighed by all of it.

    Raises InputError for a choice that the register does not admit.
    """
    choices = resolved(found, choices)
    own = limited(found.register, choices)
    filed = limited(found.register, choices, compared(choices))
    pairs = mirror(filed.statements, filed.filings, choices.lag_years)
    every = pairs
    if choices.item or choices.years:
        whole = at_level(found.register.statements, "category")
        every = mirror(whole, found.register.filings, choices.lag_years)
    made = {"mirror": pairs, **_reconciled(own, filed, _weights(every), choices)}
    spans = conduits.spans(own.statements)
    doubled = made["double_counts"]
    made["conduits"] = conduits.conduits(
        made["flows"],
        choices.within_years,
        choices.least,
        rank_by=choices.rank_by,
        doubled=doubled,
        spans=spans,
    )
    made |= {"statements": own.statements, "stocks": own.stocks, "filings": own.filings, "rejects": own.rejects}
    made = _of_party(made, choices.party)
    made["chains"], *left_out = _chains(made, choices, spans)
    return Found(made, choices, *left_out)


def _reconciled(own: Register, filed: Register, weights: pd.DataFrame, choices: Choices) -> dict[str, pd.DataFrame]:
    """The tables that the engine makes, but for what passes through a party; `filed` is at the level of reports."""
    known = weights[weights["rule"] == "variance"] if choices.prefer == "reliable" else None
    flows = _flows(own, known, choices)
    doubled = reconcile.double_counts(flows, choices.lag_years)
    return {
        "reliability": weights,
        "flows": flows,
        "double_counts": doubled,
        "balances": reconcile.balances(flows, doubled),
        "ledger": ledger.ledger(flows, own.stocks),
        "holdings": ledger.holdings(_flows(filed, known, choices), filed.stocks),
    }


def _flows(register: Register, known: pd.DataFrame | None, choices: Choices) -> pd.DataFrame:
    return reconcile.flows(register.statements, choices.prefer, choices.lag_years, reliability=known)


def _weights(pairs: pd.DataFrame) -> pd.DataFrame:
    return typed(pd.concat([reliability(pairs, rule) for rule in RULES]), "reliability")


def _of_party(made: Mapping[str, pd.DataFrame], party: str) -> dict[str, pd.DataFrame]:
    """Of what concerns parties, the rows of this one; statements, flows and reporters' weights stay whole."""
    if not party:
        return dict(made)
    columns = {"mirror": ("supplier", "recipient"), "double_counts": ("supplier", "via", "recipient")}
    columns |= dict.fromkeys(("balances", "conduits", "ledger", "holdings"), ("party",))
    own = {
        name: made[name][made[name][list(names)].eq(party).any(axis=1)].reset_index(drop=True)
        for name, names in columns.items()
    }
    return {**made, **own}


def _chains(
    made: Mapping[str, pd.DataFrame], choices: Choices, spans: pd.DataFrame
) -> tuple[pd.DataFrame, list[str], list[str], list[str]]:
    """Chains of the item or by way of the party asked for; else through the first conduits. And what was left out."""
    flows, own = made["flows"], made["conduits"].head(FOLLOWED)
    parties, items = [choices.party][: bool(choices.party)], [choices.item][: bool(choices.item)]
    if not parties and not items:
        parties = sorted(set(own["party"]))
    items = items or sorted(set(made["conduits"]["item"] if choices.party else own["item"]))
    size = flows["item"].value_counts()
    slow = [] if choices.item else [item for item in items if size.get(item, 0) > QUICK]
    categories = set(made["statements"]["category"]) - {""}
    parts, unfollowed = [], []
    for item in items:
        try:
            parts.append(
                conduits.chains(
                    flows,
                    within_years=choices.within_years,
                    least=choices.least,
                    parties=parties,
                    items=[item],
                    spans=spans,
                    mixed=categories | set(slow),
                )
            )
        except conduits.TooManyChains:
            if choices.item:
                raise
            unfollowed.append(item)
    found = pd.concat(parts) if parts else pd.DataFrame()
    listed = [item for item in items if item not in unfollowed]
    unbounded = [item for item in listed if item in slow and item not in categories]
    return typed(found, "chains"), unfollowed, unbounded, [item for item in listed if item in categories]


def records(found: Opened) -> pd.DataFrame:
    """How many records became what; each is one of the three, or the adapter would have stopped. Columns: what, count.

    A record of which some parts became statements is one record.
    """
    register = found.register
    ids = {
        "became statements": set(register.statements["statement_id"].map(_record)),
        "became stocks": set(register.stocks["statement_id"].map(_record)),
        "were set aside": set(zip(register.rejects["id"], register.rejects["row"], strict=True)),
    }
    rows = [(what, len(these)) for what, these in ids.items()]
    total = sum(count for _, count in rows)
    return pd.DataFrame([("records read", total), *rows], columns=["what", "count"])


def _record(name: str) -> str:
    """The record that a statement is of: r12 for r12a."""
    return re.sub(r"^(r\d+)[a-z]+$", r"\1", name)


def _alike(sources: pd.DataFrame) -> pd.DataFrame:
    return sources.drop_duplicates(["publisher", "title"])


def _item(text: str, statements: pd.DataFrame) -> str:
    known = sorted(set(statements["item"]))
    if not text or text in known:
        return text
    if (code := known_item(text)) in known:
        return code
    hint = close_to(text, known) or f". It has {', '.join(known[:8])}{' and others' * (len(known) > 8)}"
    raise InputError(f"item={text!r}: the register has no such item{hint}.")


def _party(text: str, statements: pd.DataFrame, register: str) -> str:
    if not text:
        return ""
    try:
        code = resolve_party(text, register)
    except Unresolved as fault:
        raise InputError(f"party={fault}.") from None
    if code in not_one_party():
        raise InputError(f"party={text!r}: {code} is no single party.")
    if not (statements[["supplier", "recipient"]] == code).any(axis=None):
        raise InputError(f"party={text!r}: no statement of what is asked for has {code} as sender or receiver.")
    return code


def years_of(text: str) -> tuple[int, int]:
    """First and last, (0, 0) for none."""
    if not text:
        return 0, 0
    if not (found := re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", text.strip())):
        raise InputError(f"years={text!r}: write a year, or the first and the last, such as 2012-2014.")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise InputError(f"years={text!r}: the first year is after the last.")
    return first, last


def _within(statements: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Which statements can be of one of these years."""
    starts = statements["first_year"].fillna(statements["year"])
    ends = statements["last_year"].fillna(statements["year"])
    return (starts.isna() | (starts <= last)) & (ends.isna() | (ends >= first))
