"""Raw statements, as printed → cleaned columns beside them. What cannot be read is quarantined, never dropped.

Rows in = rows kept + rows rejected: `audit` checks it row by row whenever they are written.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from analysis import licences
from analysis.cases import KEPT_AS
from analysis.cells import Problem, each, paired, sort_out, two_parties
from analysis.characters import alien, called, spoilt
from analysis.errors import InputError
from analysis.names import Unresolved, resolve_item, resolve_party, resolve_unit
from analysis.quantities import Amount, parse_amount, parse_currency, parse_date, parse_quantity, parse_year
from analysis.tables import typed

KINDS = ("transfer", "training", "statement", "context")
BASES = ("reported", "attributed", "inferred")
DATE_BASES = ("printed", "inferred", "")
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"


def clean_transfers(raw: pd.DataFrame, sources: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Transfers as printed → (transfers, rejects), shapes in analysis.schemas; every raw row is in exactly one of them.

    `sources` tells which source_ids exist and each source's decimal mark (a full stop where the column is empty).
    """
    read = {
        "reporter": each(raw["reporter"], lambda text: resolve_party(text) if text else ""),
        "supplier": each(raw["supplier"], resolve_party),
        "recipient": each(raw["recipient"], resolve_party),
        "designation": each(raw["designation"], resolve_item),
        "quantity": _with_mark(raw, "quantity", sources, parse_quantity),
        "unit": each(raw["unit"], resolve_unit),
        "year": each(raw["year"], parse_year),
        "year_basis": each(raw["year_basis"], lambda text: _one_of(text, DATE_BASES)),
        "kind": each(_kinds(raw), lambda text: _one_of(text, licences.KINDS)),
    }
    read |= _source_known(raw, sources) | _words(raw, "note")
    read["recipient"] = two_parties(read["supplier"], read["recipient"], raw["recipient"])
    good, rejects = sort_out("transfers", raw, read)
    kept = pd.DataFrame({name: column[good] for name, column in read.items()})
    frame = raw.loc[good, ["statement_id", "source_id", "locator"]].assign(
        role=_roles(kept),
        reporter=kept["reporter"],
        supplier=kept["supplier"],
        recipient=kept["recipient"],
        item=kept["designation"],
        unit=list(map(licences.unit_of, kept["unit"], kept["kind"])),
        year=kept["year"],
        low=[quantity.low for quantity in kept["quantity"]],
        high=[quantity.high for quantity in kept["quantity"]],
        qualifier=[quantity.qualifier for quantity in kept["quantity"]],
        year_basis=[
            "" if year is None else basis or "printed"
            for year, basis in zip(kept["year"], kept["year_basis"], strict=True)
        ],
        kind=kept["kind"].replace("delivery", ""),
        quantity_as_printed=raw.get("quantity_as_printed", raw["quantity"])[good],
        corrected=raw["corrected"][good] if "corrected" in raw else "",
    )
    return typed(frame, "transfers"), rejects


def clean_values(
    raw: pd.DataFrame, transfers: pd.DataFrame, sources: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums of money as printed → (amounts, rejects). Money stays an exact decimal in the currency's main unit."""
    known = set(transfers["statement_id"])
    currencies = each(raw["currency"], _currency)
    sums = paired(raw["amount"], currencies, pd.Series(_marks(raw, sources), index=raw.index))
    read = {
        "amount": each(sums, lambda cells: _sum(*cells), raw["amount"]),
        "currency": currencies,
        "covers": each(raw["covers"], lambda text: _covered(text, known)),
    }
    read |= _source_known(raw, sources) | _words(raw, "note")
    good, rejects = sort_out("values", raw, read)
    amounts = read["amount"][good]
    frame = raw.loc[good, ["statement_id", "source_id", "locator", "covers"]].assign(
        low=pd.Series([amount.low for amount in amounts], index=amounts.index, dtype="object"),
        high=pd.Series([amount.high for amount in amounts], index=amounts.index, dtype="object"),
        currency=[amount.currency for amount in amounts],
        qualifier=[amount.qualifier for amount in amounts],
        amount_as_printed=(raw.get("amount_as_printed", raw["amount"]) + " " + raw["currency"])[good].str.strip(),
    )
    return typed(frame, "amounts"), rejects


def clean_events(raw: pd.DataFrame, sources: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events → (events with `start` and `end` as ISO days, rejects). No date stays no date."""
    read = {
        "date": each(raw["date"], parse_date),
        "date_basis": each(raw["date_basis"], lambda text: _one_of(text, DATE_BASES)),
        "kind": each(raw["kind"], lambda text: _one_of(text, KINDS)),
        "basis": each(raw["basis"], lambda text: _one_of(text, BASES)),
    }
    read |= _source_known(raw, sources) | _words(raw, "date_as_printed", "actor", "summary", "attributed_to")
    good, rejects = sort_out("events", raw, read)
    spans = read["date"][good]
    frame = raw[good].assign(
        start=[span.start.isoformat() if span.start else "" for span in spans],
        end=[span.end.isoformat() if span.end else "" for span in spans],
        date_basis=[
            basis or ("printed" if span.start else "")
            for basis, span in zip(read["date_basis"][good], spans, strict=True)
        ],
    )
    return typed(frame, "events"), rejects


def cleaned(raw: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """All raw tables of a case, corrected, as processed ones: what could be read of each, and all rejects together."""
    transfers, unread = clean_transfers(raw["transfers"], raw["sources"])
    amounts, unread_amounts = clean_values(raw["values"], transfers, raw["sources"])
    events, unread_events = clean_events(raw["events"], raw["sources"])
    rejects = gathered(unread, unread_amounts, unread_events)
    found = {"sources": raw["sources"], "corrections": raw["corrections"], "rejects": rejects}
    return found | {"transfers": transfers, "amounts": amounts, "events": events}


def gathered(*rejects: pd.DataFrame) -> pd.DataFrame:
    """The rejects of several raw tables as one."""
    return typed(pd.concat(rejects), "rejects")


def accounts(raw: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Per raw table: rows in, kept, rejected."""
    rejected = tables["rejects"]["table"].value_counts()
    lines = [(name, len(raw[name]), len(tables[kept]), int(rejected.get(name, 0))) for name, kept in KEPT_AS.items()]
    return pd.DataFrame(lines, columns=["table", "rows in", "kept", "rejected"])


def _kinds(raw: pd.DataFrame) -> pd.Series:
    """The kind of each statement; a table without that column tells of deliveries."""
    return raw["kind"] if "kind" in raw else pd.Series("", index=raw.index, dtype="str")


def _with_mark(raw: pd.DataFrame, column: str, sources: pd.DataFrame | None, parse: Callable[..., Any]) -> pd.Series:
    pairs = pd.Series(list(zip(raw[column], _marks(raw, sources), strict=True)), index=raw.index, dtype="object")
    return each(pairs, lambda pair: parse(pair[0], decimal=pair[1]), raw[column])


def _marks(raw: pd.DataFrame, sources: pd.DataFrame | None) -> list[str]:
    """Each row's decimal mark. Raises InputError where sources.csv gives one that is neither full stop nor comma."""
    if sources is None:
        return ["."] * len(raw)
    for row, mark in sources["decimal"].items():
        if mark not in ("", ".", ","):
            raise InputError(f"sources.csv, row {row}, column decimal: read {mark!r}; must be a full stop or a comma.")
    marks = dict(zip(sources["source_id"], sources["decimal"], strict=True))
    return [marks.get(source) or "." for source in raw["source_id"]]


def _source_known(raw: pd.DataFrame, sources: pd.DataFrame | None) -> dict[str, pd.Series]:
    if sources is None:
        return {}
    known = tuple(sources["source_id"])
    return {"source_id": each(raw["source_id"], lambda text: _one_of(text, known))}


def _currency(text: str) -> str:
    return parse_currency(text) if text.strip() else ""


def _sum(text: str, currency: str | Problem, mark: str) -> Amount | None:
    """A sum of money; None where its currency cannot be read, which is told of that column alone."""
    return None if isinstance(currency, Problem) else parse_amount(text, currency=currency, decimal=mark)


def _words(raw: pd.DataFrame, *columns: str) -> dict[str, pd.Series]:
    """Cells that are kept as they are, where no spreadsheet has spoilt them; a locator names a place besides."""
    return {"locator": each(raw["locator"], locator)} | {name: each(raw[name], _unspoilt) for name in columns}


def _unspoilt(text: str) -> str:
    if reason := spoilt(text):
        raise Unresolved(text, reason, "write what the cell should show, or leave it empty")
    return text


def locator(text: str) -> str:
    """A place within a source, in plain letters and digits: two spellings of one place would be two lots.

    Raises Unresolved, also for a date that a spreadsheet made of "4-5".
    """
    if re.fullmatch(rf"\d{{1,2}}-(?:{MONTHS})|(?:{MONTHS})-\d\d", _unspoilt(text), re.IGNORECASE):
        raise Unresolved(text, "a spreadsheet made a date of it", "write the paragraph, page or row, such as 4-5")
    odd = next((c for c in text if not c.isascii() and (c.isdecimal() or c.isspace())), "")
    if strange := (odd and called(odd)) or alien(text):
        raise Unresolved(text, f"it holds {strange}", "type it afresh in plain letters, digits and blanks")
    return text


def _one_of(text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise Unresolved(text, "is not one of the values known here", f"write one of: {', '.join(filter(None, known))}")
    return text


def _covered(text: str, known: set[str]) -> str:
    if twice := [name for name, times in Counter(text.split()).items() if times > 1]:
        raise Unresolved(text, f"names a transfer twice: {twice}", "write each statement_id once")
    if unknown := [name for name in text.split() if name not in known] or not text.split():
        cure = "write the statement_ids it covers, with a blank between them; one that was set aside must be read first"
        raise Unresolved(text, f"names no transfer that was kept: {unknown}", cure)
    return text


def _roles(kept: pd.DataFrame) -> list[str]:
    """Who reports: a party to the transfer, or anybody else (also where the source names nobody)."""
    return [
        "exporter" if reporter == supplier else "importer" if reporter == recipient else "third"
        for reporter, supplier, recipient in zip(kept["reporter"], kept["supplier"], kept["recipient"], strict=True)
    ]
