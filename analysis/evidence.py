"""What the sources say beside the counts: a timeline of deeds and words, and who vouches for what."""

from collections.abc import Mapping

import pandas as pd

from analysis.licences import is_licensed
from analysis.names import item_name, party_label, party_name
from analysis.rows import cell_text
from analysis.tables import typed
from analysis.wording import capital, covered, listed, of_items, remainder, span

READ_IN = {"designation": "item", "quantity": "count", "supplier": "sender", "recipient": "receiver"}
LANES = {"transfer": "deeds", "training": "deeds", "statement": "words", "context": "context"}


def timeline(transfers: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Transfers and events in the order of their first possible day; undated ones last. Shape: schemas, `timeline`."""
    moved = [
        {
            "id": row.statement_id,
            "source_id": row.source_id,
            "locator": row.locator,
            "start": "" if pd.isna(row.year) else f"{row.year}-01-01",
            "end": "" if pd.isna(row.year) else f"{row.year}-12-31",
            "date": "" if pd.isna(row.year) else str(row.year),
            "date_basis": row.year_basis,
            "lane": "deeds",
            "actor": "",
            "summary": f"{movement(row)}{_as_reported(row)}",
            "basis": _basis(row),
        }
        for row in transfers.itertuples()
    ]
    told = events.rename(columns={"event_id": "id"}).assign(lane=events["kind"].map(LANES)).to_dict("records")
    frame = typed(pd.DataFrame(moved + told), "timeline")
    frame["year"] = _year(frame["start"])
    frame["last_year"] = _year(frame["end"].where(frame["end"] != "", frame["start"]))
    order = frame["start"].replace("", "9999")
    return typed(frame.loc[order.sort_values(kind="stable").index], "timeline")


def _year(days: pd.Series) -> pd.Series:
    return pd.to_numeric(days.astype("str").str[:4].replace("", None)).astype("Int64")


def evidence(tables: Mapping[str, pd.DataFrame], party: str) -> pd.DataFrame:
    """Every claim under who vouches for it: reported by the source, attributed to somebody, or inferred.

    `tables` holds transfers, amounts, events, balances and, where they were looked for, double_counts. A statement that
    a correction changed is inferred. What this analysis computes of `party` is too, and names the statements it follows
    from.
    """
    return ranked([*said(tables), *computed(tables, party)])


def said(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, str]]:
    """The claims of the statements and events themselves, whatever is computed of them."""
    transfers, amounts, events = (tables[name] for name in ("transfers", "amounts", "events"))
    return [
        *(_row(row, _basis(row), row.statement_id, movement(row), _vouches(row)) for row in transfers.itertuples()),
        *(_row(row, "reported", row.statement_id, _sum(row), _reporter("")) for row in amounts.itertuples()),
        *(
            _row(row, row.basis, row.event_id, _told(row), row.attributed_to or "the source")
            for row in events.itertuples()
        ),
    ]


def computed(tables: Mapping[str, pd.DataFrame], party: str) -> list[dict[str, str]]:
    """The claims that this analysis makes of a party."""
    balances = tables["balances"]
    found = [
        _computed(f"{row.party},{row.item}", _remainder(row), row.statements)
        for row in balances[(balances["party"] == party) & balances["received_low"].notna()].itertuples()
        if not is_licensed(row.unit)
    ]
    found += [
        _computed(",".join(map(cell_text, row[:4] + row[5:6])), _twice(row), row.statements)
        for row in tables.get("double_counts", pd.DataFrame()).itertuples(index=False)
        if party in row[:3]
    ]
    return found


def ranked(claims: list[dict[str, str]]) -> pd.DataFrame:
    """Claims as the table `evidence`: what is reported first, what is inferred last."""
    frame = typed(pd.DataFrame(claims), "evidence")
    order = frame["basis"].map({"reported": 0, "attributed": 1, "inferred": 2}).sort_values(kind="stable").index
    return typed(frame.loc[order], "evidence")


def _computed(name: str, claim: str, statements: str) -> dict[str, str]:
    says = "arithmetic on the statements"
    return {"basis": "inferred", "id": name, "claim": claim, "says": says, "statements": statements}


def movement(row) -> str:
    """One transfer in words, such as "Belarus to Bulgaria: 240 Konkurs launchers"."""
    count = span(row.low, None, row.high, row.unit, row.qualifier)
    goods = "licence for " * is_licensed(row.unit) + of_items(count, item_name(row.item, row.high))
    return f"{capital(party_name(row.supplier))} to {party_name(row.recipient)}: {goods}"


def lot(row) -> str:
    """What both routes of a possible double count have in common, such as "one lot of 64 tanks"."""
    return f"one lot of {of_items(span(row.low, None, row.high, row.unit), item_name(row.item, row.high))}"


def _row(row, basis: str, name: str, claim: str, says: str) -> dict[str, str]:
    year = getattr(row, "year", None)
    return {
        "basis": basis,
        "id": name,
        "source_id": row.source_id,
        "locator": row.locator,
        "claim": claim,
        "says": says,
        "date": getattr(row, "date", "") or ("" if year is None or pd.isna(year) else str(year)),
        "date_basis": getattr(row, "date_basis", getattr(row, "year_basis", "")),
        "statements": name,
    }


def _told(row) -> str:
    """Who did what, or said what; a name that the claim is ascribed to anyway is not repeated."""
    named = not row.actor or row.attributed_to.startswith(row.actor)
    return row.summary if named else f"{capital(row.actor)}: {row.summary}"


def _basis(row) -> str:
    """A transfer is reported as it stands; what a correction reads into it is a conclusion."""
    return "inferred" if row.corrected else "reported"


def _vouches(row) -> str:
    """Who reports a transfer, and what of it no one but a correction says."""
    reporter = _reporter(row.reporter)
    if not row.corrected:
        return reporter
    read = [READ_IN.get(name, name) for name in row.corrected.split()]
    own = "movement" if "count" in read else "count"
    return f"{reporter}, for the {own}; the {listed(read)} {'is' if len(read) == 1 else 'are'} read in by a correction"


def _as_reported(row) -> str:
    """Whose report a movement is, where the source names anybody."""
    if not row.reporter:
        return ""
    name = party_name(row.reporter)
    return f", read from what {name} reports" if row.corrected else f", as {name} reports"


def _twice(row) -> str:
    direct = f"{party_label(row.supplier)} to {party_name(row.recipient)}"
    return f"{direct}, and by way of {party_name(row.via)}: may be {lot(row)}"


def _reporter(code: str) -> str:
    return party_name(code) if code else "the source, naming nobody"


def _sum(row) -> str:
    return f"{capital(span(row.low, None, row.high, row.currency, row.qualifier))} for {covered(row.covers)}"


def _remainder(row) -> str:
    name, items = party_label(row.party), item_name(row.item)
    left = span(row.unaccounted_low, row.unaccounted_best, row.unaccounted_high, row.unit)
    if row.status == "no onward record":
        got = span(row.received_low, row.received_best, row.received_high, row.unit)
        return f"{name}: no onward record of the {of_items(got, item_name(row.item, row.received_high))} it received"
    return f"{name}, {items}: {remainder(row.unaccounted_low, row.unaccounted_high, left, row.unit)}"
