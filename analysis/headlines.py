"""The numbers that get printed, each with its formula and its statements. Figures and report use no others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import InputError
from analysis.exchange import DIGITS
from analysis.formulas import Ledger, evaluate
from analysis.hints import close_to
from analysis.intervals import Interval, cell, interval, number
from analysis.licences import is_licensed
from analysis.rows import Rows, unknown
from analysis.tables import typed
from analysis.wording import ENOUGH, NO_ACCOUNT, UNKNOWN, UNKNOWN_AMOUNT, UNKNOWN_SUM, digits_of, mark, span


class Headline(NamedTuple):
    """A number to be: its name, the formula that gives it, its unit, and whether it is computed from sums of money."""

    key: str
    formula: str
    unit: str
    priced: bool = False


class Moved(NamedTuple):
    """A flow by what names it."""

    supplier: str
    recipient: str
    item: str
    year: object
    unit: str
    low: object

    @property
    def dated(self) -> bool:
        """Whether its year is stated."""
        return not unknown(self.year)

    @property
    def term(self) -> str:
        """Its count, as formulas name it."""
        year = self.year if self.dated else ""
        return f"flows[{self.supplier},{self.recipient},{self.item},{year},{self.unit}]"


def added(terms: Iterable[str], least: Iterable[object]) -> str:
    """Counts added up, each with its least: what nobody counts is at least nought beside what is counted.

    Where none is counted, nothing is known of the sum either.
    """
    ends = list(least)
    known = any(not unknown(low) for low in ends)
    return " + ".join(
        f"max(0, {term})" if known and unknown(low) else term for term, low in zip(terms, ends, strict=True)
    )


def headlines(tables: Mapping[str, pd.DataFrame], settings: Mapping) -> pd.DataFrame:
    """Every headline of a case, computed from its own formula. Shape: schemas, `headlines`.

    `tables` holds sources, transfers, amounts, rejects, flows, double_counts, balances, timeline, evidence; with
    `values` there are prices among the headlines, with `origins` there is what must and can be of the origin.
    `settings` is case.toml.
    """
    wanted = [*counted(tables, settings)]
    wanted += priced(tables, settings) if "values" in tables else []
    wanted += followed(tables["origins"].to_dict("records")) if "origins" in tables else []
    ledger = Ledger(tables)
    return typed(pd.DataFrame([_computed(headline, ledger) for headline in wanted], dtype="object"), "headlines")


def counted(tables: Mapping[str, pd.DataFrame], settings: Mapping) -> Iterator[Headline]:
    """What moved, what is left over, and how much was read."""
    yield from _moved(tables["flows"])
    yield from _kept(tables["balances"])
    yield from _paid(tables["amounts"])
    yield from _last_hops(settings, tables["balances"])
    yield from _counts(tables)


def priced(tables: Mapping[str, pd.DataFrame], settings: Mapping) -> Iterator[Headline]:
    """Per sum: the mean price of what it covers. Per lot: its unit price. Then what was sent on, and is left, is worth.

    A price of a lot is taken for every item of its kind that the party in focus received.
    """
    values, transfers = tables["values"], tables["transfers"].set_index("statement_id")
    for name, lots in values.groupby("sum", sort=False):
        rate = (
            f" * values[{lots['item'].iloc[0]},{lots['lot'].iloc[0]},{name}].rate" if lots["rate"].notna().all() else ""
        )
        counts = added([f"transfers[{lot}]" for lot in lots["lot"]], lots["count_low"])
        if lots["unit"].nunique() == 1:
            mean = f"amounts[{name}]{rate} / ({counts})"
            yield Headline(f"mean_price[{name}]", mean, lots["currency"].iloc[0], priced=True)
    for row in values.itertuples():
        price = f"values[{row.item},{row.lot},{row.sum}].unit_price"
        yield Headline(f"unit_price[{row.item},{row.lot}]", price, row.currency, priced=True)
    party = settings["focus"]["party"]
    mine = values[values["lot"].map(transfers["recipient"]) == party]
    for (item, unit, currency), lots in mine.groupby(["item", "unit", "currency"], sort=False):
        prices = [f"values[{item},{row.lot},{row.sum}].unit_price" for row in lots.itertuples()]
        price = prices[0] if len(prices) == 1 else f"hull({', '.join(prices)})"
        yield from _worth(tables["balances"], (party, item, unit), price, currency)


def _worth(balances: pd.DataFrame, key: tuple[str, str, str], price: str, currency: str) -> Iterator[Headline]:
    """What was passed on, and what is unaccounted for, at the price of what came in."""
    rows = balances[(balances[["party", "item", "unit"]] == list(key)).all(axis=1)]
    name, party = f"balances[{','.join(key)}]", ",".join(key[:2])
    for row in rows.itertuples():
        if row.sent_statements and not is_licensed(row.unit):  # of what is not known, there are none or more
            yield Headline(f"value_sent[{party}]", f"{price} * max(0, {name}.sent)", currency, priced=True)
        if row.status not in NO_ACCOUNT:
            left = f"{price} * max(0, {name}.unaccounted)"
            yield Headline(f"value_unaccounted[{party}]", left, currency, priced=True)


def followed(origins: Rows) -> Iterator[Headline]:
    """Of what each party sent, and of what each got from others than the origin: how much is of the origin.

    And the opening stock at which none need be. `origins` are the rows of that table.
    """
    if _others(origins):
        yield Headline("assumed_stock", "parameters[opening_stock].value", "assumed")
    for place, key in _of_origin(origins):
        row = origins[place]
        name = f"origins[{row['supplier']},{row['recipient']},{row['item']},,{row['unit']}]"
        yield Headline(f"of_origin[{key}]", f"between({name}.least, {name}.most)", row["unit"])
        if pd.notna(row["break_even"]):  # else some must be of the origin whatever the stock
            yield Headline(f"break_even[{key}]", f"{name}.break_even", row["unit"])


def followed_cells(origins: Rows, stocks: Sequence[int], least: np.ndarray, most: np.ndarray) -> list[dict[str, str]]:
    """`cells` of `followed` at each of many opening stocks, straight from the numbers that the formulas name.

    `least` and `most` are by stock and row of `origins`; NaN is no limit.
    """
    columns = {"assumed_stock": [cell(Interval(stock, stock, stock)) for stock in stocks]} if _others(origins) else {}
    for place, key in _of_origin(origins):
        ends = zip(least[:, place].tolist(), most[:, place].tolist(), strict=True)
        columns[f"of_origin[{key}]"] = [cell(interval({"low": low, "value": None, "high": high})) for low, high in ends]
        even = origins[place]["break_even"]
        if pd.notna(even):
            columns[f"break_even[{key}]"] = [cell(Interval(even, even, even))] * len(stocks)
    return [{key: cells[place] for key, cells in columns.items()} for place in range(len(stocks))]


def _others(origins: Rows) -> set[tuple[str, str]]:
    """Who got which items from others than the origin."""
    mine = [row for row in origins if row["supplier"] not in ("*", row["origin"]) and not is_licensed(row["unit"])]
    return {(row["recipient"], row["item"]) for row in mine}


def _of_origin(origins: Rows) -> Iterator[tuple[int, str]]:
    """The rows of which there is a headline, by their place, with its key: all that is sent, and what others sent."""
    others = _others(origins)
    for place, row in enumerate(origins):
        if is_licensed(row["unit"]):  # a licence moves nothing, of whatever origin
            continue
        sent = row["recipient"] == "*" and row["supplier"] != row["origin"]
        if sent or (row["supplier"] == "*" and (row["recipient"], row["item"]) in others):
            yield place, f"{row['origin']},{row['supplier']},{row['recipient']},{row['item']}"


def say(headlines: pd.DataFrame, name: str, *key: str) -> str:
    """A headline as print shows it: `say(h, "received", "BGR", "konkurs-launcher")` → "240". Raises as `find`."""
    row = find(headlines, name, *key)
    text = in_words(row)
    return text if text in (UNKNOWN, UNKNOWN_SUM, UNKNOWN_AMOUNT) else linked(headlines, row["key"], text)


def in_words(row: Mapping[str, object]) -> str:
    """A row of headlines as print shows it: "240", "64 to 128", "an unknown number"."""
    return span(row["low"], row["value"], row["high"], row["unit"], row["qualifier"], row["digits"])


def marked(table: pd.DataFrame) -> pd.DataFrame:
    """The same table; sentences made from it carry the key of every number, so that pages can link it."""
    found = table.copy()
    found.attrs["marked"] = True
    return found


def linked(table: pd.DataFrame, key: str, text: str) -> str:
    """A printed number with its key where the table is `marked`, else as it is."""
    return mark(text, key) if table.attrs.get("marked") else text


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


def goes_on(headlines: pd.DataFrame, item: str) -> bool:
    """Whether anybody but the origin is recorded to have sent the item, so that there is an origin to follow."""
    return any(parts[2:] == ("*", item) for parts in keyed(headlines, "of_origin")["parts"])


def _moved(flows: pd.DataFrame) -> Iterator[Headline]:
    """Per sender, receiver and item: how many over all years, and in which years."""
    columns = Moved._fields
    rows = [Moved(*cells) for cells in zip(*(flows[name].tolist() for name in columns), strict=True)]
    for (supplier, recipient, item), lots in _grouped(rows, "supplier", "recipient", "item"):
        terms = [row.term for row in lots]
        key = f"{supplier},{recipient},{item}"
        yield Headline(f"flow[{key}]", added(terms, [row.low for row in lots]), lots[0].unit)
        if all(row.dated for row in lots):
            yield Headline(f"year[{key}]", _ends([f"{term}.year" for term in terms]), "year")
    for (recipient, item), lots in _grouped(rows, "recipient", "item"):
        if all(row.dated for row in lots):
            ordered = sorted(lots, key=lambda row: (row.year, row.supplier))
            yield Headline(f"years[{recipient},{item}]", _ends([f"{row.term}.year" for row in ordered]), "year")


def _grouped(rows: Iterable[Moved], *names: str) -> list[tuple[tuple[str, ...], list[Moved]]]:
    """Flows by what they have in common, in the order of that."""
    found: dict[tuple[str, ...], list[Moved]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in names), []).append(row)
    return sorted(found.items())


def _ends(terms: list[str]) -> str:
    """From the first to the last of some terms in order."""
    return terms[0] if len(terms) == 1 else f"between({terms[0]}, {terms[-1]})"


def _kept(balances: pd.DataFrame) -> Iterator[Headline]:
    """Per party and item: received, sent on; and where both are recorded, unaccounted, the share sent on, and the
    counting error that closes the gap. Who keeps what it got is not short of anything."""
    for row in balances.itertuples():
        key = f"{row.party},{row.item}"
        received, sent = f"balances[{key},{row.unit}].received", f"balances[{key},{row.unit}].sent"
        if row.received_statements:
            yield Headline(f"received[{key}]", received, row.unit)
        if row.status not in NO_ACCOUNT:
            both = pd.notna(row.received_low) and pd.notna(row.sent_low)
            gap = f"{received} - {sent}" if both else f"balances[{key},{row.unit}].unaccounted"
            yield Headline(f"unaccounted[{key}]", gap, row.unit)
        if row.sent_statements:
            yield Headline(f"sent[{key}]", sent, row.unit)
        if row.received_statements and row.sent_statements and row.status != "not one party":
            yield Headline(f"share_sent_on[{key}]", f"{sent} / {received}", "share")
        if pd.notna(row.tolerance):
            yield Headline(f"tolerance[{key}]", f"balances[{key},{row.unit}].tolerance", ENOUGH)


def _paid(amounts: pd.DataFrame) -> Iterator[Headline]:
    for row in amounts.itertuples():
        yield Headline(f"amount[{row.statement_id}]", f"amounts[{row.statement_id}]", row.currency)


def _last_hops(settings: Mapping, balances: pd.DataFrame) -> Iterator[Headline]:
    """A recipient that the sources speak of and give no count for: none of what was sent on, or all of it."""
    focus = settings["focus"]
    mine = (balances["party"] == focus["party"]) & (balances["item"] == focus["item"])
    for row in balances[mine & (balances["sent_statements"] != "")].itertuples():
        if is_licensed(row.unit):
            continue
        sent = f"balances[{row.party},{row.item}].sent"
        for hop in settings.get("last_hop", []):
            yield Headline(f"reached[{hop['recipient']},{row.item}]", f"between(0, {sent})", row.unit)


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


def cells(wanted: Iterable[Headline], ledger: Ledger) -> dict[str, str]:
    """Each headline as one cell, as `cell` writes it."""
    return {headline.key: cell(evaluate(headline.formula, ledger)[0]) for headline in wanted}


def _computed(headline: Headline, ledger: Ledger) -> dict[str, object]:
    interval, terms = evaluate(headline.formula, ledger)
    ids = dict.fromkeys(" ".join(term.statements for term in terms).split())
    return {
        "key": headline.key,
        "value": number(interval.best),
        "low": number(interval.low),
        "high": number(interval.high),
        "unit": headline.unit,
        "qualifier": "" if "count(" in headline.formula or headline.unit == "year" else _qualifier(ids, ledger.tables),
        "digits": _digits(ids, ledger.tables) if headline.priced else None,
        "formula": headline.formula,
        "statements": " ".join(ids),
    }


def _qualifier(ids: Mapping[str, None], tables: Mapping[str, pd.DataFrame]) -> str:
    """How the statements behind a number are hedged, where any is."""
    rows = pd.concat([tables[name][["statement_id", "qualifier"]] for name in ("transfers", "amounts")])
    hedges = rows.loc[rows["statement_id"].isin(ids) & (rows["qualifier"] != "exact"), "qualifier"]
    return ", ".join(dict.fromkeys(hedges))


def _digits(ids: Mapping[str, None], tables: Mapping[str, pd.DataFrame]) -> int | None:
    """The digits that print gives what these sums come to: the fewest of any of them, and of a rate of exchange."""
    paid, values = tables["amounts"], tables["values"]
    sums = paid[paid["statement_id"].isin(ids)]
    found = [digits_of(row.low, row.high, row.qualifier) for row in sums.itertuples()]
    converted = values.loc[values["sum"].isin(sums["statement_id"]), "rate"].notna().any()
    return min([*filter(None, found), *([DIGITS] if converted else [])], default=None)
