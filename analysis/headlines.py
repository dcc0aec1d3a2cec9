"""The numbers that get printed, each with its formula and its statements. Figures and report use no others."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from analysis.formulas import INFINITY, evaluate
from analysis.tables import InputError, close_to, typed
from analysis.wording import span


class Headline(NamedTuple):
    """A number to be: its name, the formula that gives it, and its unit."""

    key: str
    formula: str
    unit: str


def headlines(tables: Mapping[str, pd.DataFrame], settings: Mapping) -> pd.DataFrame:
    """Every headline of a case, computed from its own formula. Shape: schemas, `headlines`.

    `tables` holds sources, transfers, amounts, rejects, flows, balances, timeline, evidence; `settings` is case.toml.
    """
    wanted = [
        *_moved(tables["flows"]),
        *_kept(tables["balances"], settings["focus"]["party"]),
        *_paid(tables["amounts"]),
    ]
    wanted += [*_last_hops(settings), *_counts(tables)]
    return typed(pd.DataFrame([_computed(headline, tables) for headline in wanted]), "headlines")


def say(headlines: pd.DataFrame, name: str, *key: str) -> str:
    """A headline as print shows it: `say(h, "received", "BGR", "konkurs-launcher")` → "240". Raises as `find`."""
    row = find(headlines, name, *key)
    return span(row["low"], row["value"], row["high"], row["unit"], row["qualifier"])


def find(headlines: pd.DataFrame, name: str, *key: str) -> pd.Series:
    """The row of a headline. Raises InputError for an unknown key, naming the near ones."""
    wanted = f"{name}[{','.join(key)}]" if key else name
    rows = headlines[headlines["key"] == wanted]
    if rows.empty:
        raise InputError(f"no headline {wanted!r}{close_to(wanted, list(headlines['key']))}.")
    return rows.iloc[0]


def keyed(headlines: pd.DataFrame, name: str) -> pd.DataFrame:
    """All headlines of one name, the parts of their keys in a column `parts` (tuples)."""
    rows = headlines[headlines["key"].str.startswith(f"{name}[")]
    return rows.assign(parts=[tuple(key.removeprefix(f"{name}[").removesuffix("]").split(",")) for key in rows["key"]])


def _moved(flows: pd.DataFrame) -> Iterator[Headline]:
    """Per sender, receiver and item: how many over all years, and in which years."""
    for (supplier, recipient, item), rows in flows.groupby(["supplier", "recipient", "item"]):
        years = ["" if pd.isna(year) else str(year) for year in rows["year"]]
        terms = [
            f"flows[{supplier},{recipient},{item},{year},{unit}]"
            for year, unit in zip(years, rows["unit"], strict=True)
        ]
        key = f"{supplier},{recipient},{item}"
        yield Headline(f"flow[{key}]", " + ".join(terms), rows["unit"].iloc[0])
        if all(years):
            yield Headline(f"year[{key}]", _ends([f"{term}.year" for term in terms]), "year")
    for (recipient, item), rows in flows.groupby(["recipient", "item"]):
        if rows["year"].notna().all():
            ordered = rows.sort_values(["year", "supplier"])
            terms = [f"flows[{r.supplier},{r.recipient},{r.item},{r.year},{r.unit}].year" for r in ordered.itertuples()]
            yield Headline(f"years[{recipient},{item}]", _ends(terms), "year")


def _ends(terms: list[str]) -> str:
    """From the first to the last of some terms in order."""
    return terms[0] if len(terms) == 1 else f"between({terms[0]}, {terms[-1]})"


def _kept(balances: pd.DataFrame, focus: str) -> Iterator[Headline]:
    """Per party and item: received, sent on, unaccounted, share sent on, and the counting error that closes the gap."""
    for row in balances.itertuples():
        key = f"{row.party},{row.item}"
        received, sent = f"balances[{key},{row.unit}].received", f"balances[{key},{row.unit}].sent"
        has_in, has_out = row.status != "no inward record", row.status != "no onward record"
        if has_in:
            yield Headline(f"received[{key}]", received, row.unit)
        if has_in and (has_out or row.party == focus):  # whoever else keeps what it got is not short of anything
            both = pd.notna(row.received_low) and pd.notna(row.sent_low)
            gap = f"{received} - {sent}" if both else f"balances[{key},{row.unit}].unaccounted"
            yield Headline(f"unaccounted[{key}]", gap if has_out else received, row.unit)
        if has_out:
            yield Headline(f"sent[{key}]", sent, row.unit)
        if has_in and has_out:
            yield Headline(f"share_sent_on[{key}]", f"{sent} / {received}", "share")
        if row.status == "unaccounted":
            gap = f"({received} - {sent}) / ({received} + {sent})"
            # The same number, in a form that also has a limit where nothing limits what was received.
            open_gap = f"1 - 2 * {sent} / ({received} + {sent})"
            yield Headline(f"tolerance[{key}]", open_gap if pd.isna(row.received_high) else gap, "share")


def _paid(amounts: pd.DataFrame) -> Iterator[Headline]:
    for row in amounts.itertuples():
        yield Headline(f"amount[{row.statement_id}]", f"amounts[{row.statement_id}]", row.currency)


def _last_hops(settings: Mapping) -> Iterator[Headline]:
    """A recipient that the sources speak of and give no count for: none of what was sent on, or all of it."""
    focus = settings["focus"]
    for hop in settings.get("last_hop", []):
        key = f"{focus['party']},{focus['item']}"
        yield Headline(f"reached[{hop['recipient']},{focus['item']}]", f"between(0, balances[{key}].sent)", "piece")


def _counts(tables: Mapping[str, pd.DataFrame]) -> Iterator[Headline]:
    """How much was read, and the years it spans."""
    yield Headline("sources", "count(sources)", "source")
    yield Headline("statements", "count(transfers)", "statement")
    yield Headline("rejected", "count(rejects)", "row")
    for basis in dict.fromkeys(tables["evidence"]["basis"]):
        yield Headline(f"evidence[{basis}]", f"count(evidence[{basis}])", "claim")
    moved = tables["flows"].sort_values(["year", "supplier", "recipient", "item"])
    if len(moved) and moved["year"].notna().all():
        terms = [f"flows[{r.supplier},{r.recipient},{r.item},{r.year},{r.unit}].year" for r in moved.itertuples()]
        yield Headline("transfer_years", _ends(terms) if moved["year"].nunique() > 1 else terms[0], "year")
    dated = tables["timeline"].dropna(subset=["year"])
    if len(dated):
        first, last = dated.loc[dated["year"].idxmin(), "id"], dated.loc[dated["last_year"].idxmax(), "id"]
        yield Headline("first_year", f"timeline[{first}].year", "year")
        yield Headline("last_year", f"timeline[{last}].last_year", "year")


def _computed(headline: Headline, tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    interval, terms = evaluate(headline.formula, tables)
    ids = dict.fromkeys(" ".join(term.statements for term in terms).split())
    return {
        "key": headline.key,
        "value": _number(interval.best),
        "low": _number(interval.low),
        "high": _number(interval.high),
        "unit": headline.unit,
        "qualifier": "" if "count(" in headline.formula else _qualifier(ids, tables),
        "formula": headline.formula,
        "statements": " ".join(ids),
    }


def _qualifier(ids: Mapping[str, None], tables: Mapping[str, pd.DataFrame]) -> str:
    """How the statements behind a number are hedged, where any is."""
    rows = pd.concat([tables[name][["statement_id", "qualifier"]] for name in ("transfers", "amounts")])
    hedges = rows.loc[rows["statement_id"].isin(ids) & (rows["qualifier"] != "exact"), "qualifier"]
    return ", ".join(dict.fromkeys(hedges))


def _number(value) -> float | None:
    return None if value is None or abs(value) == INFINITY else float(value)
