"""What can be read and may still be a slip: told with its place, never changed.

Every doubt has an innocent reading. Two equal counts can be two lots; two sources that differ can both be honest.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from analysis import cases
from analysis.licences import is_licensed
from analysis.names import item_name, party_name, unspecified
from analysis.paths import RAW, shown
from analysis.quantities import Unreadable, parse_date, year_behind
from analysis.wording import capital, listed, span

A_DATE = "Write YYYY-MM-DD, YYYY-MM or YYYY if the source says so much, and what it says besides in note."
LEAST_YEARS = 3  # that only grow, before they may be totals to date
OUT_OF_SCALE = 40  # times any other count
MOVED = ["supplier", "recipient", "item", "unit", "year"]


class Finding(NamedTuple):
    """Something about a cell, a row or a file: where it stands, what was read, what is the matter, what to do."""

    file: str
    row: int | None
    column: str
    read: str
    says: str
    cure: str


class Case(NamedTuple):
    """What doubts are about: the raw tables by row, and what was read of them."""

    name: str
    raw: Mapping[str, pd.DataFrame]
    tables: Mapping[str, pd.DataFrame]

    def at(self, table: str, name: str) -> int:
        """The row of an id in a raw table."""
        return int(self.raw[table].index[self.raw[table][cases.IDS[table]] == name][0])

    def finding(self, table: str, name: str, column: str, says: str, cure: str) -> Finding:
        """A finding about a cell."""
        row = self.at(table, name)
        return Finding(self.file(table), row, column, self.raw[table].at[row, column], says, cure)

    def file(self, table: str) -> str:
        """A raw table as messages name it."""
        return shown(RAW / self.name / f"{table}.csv")


def of(name: str, raw: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """All doubts about a case, by kind. `tables` are its clean tables with its flows and possible double counts;

    of the transfers those that count: there is no doubt about a statement that is left out.
    """
    case = Case(name, raw, tables)
    yield from _told_twice(case)
    yield from _disagreeing(case)
    yield from _two_routes(case)
    yield from _nobody_in_particular(case)
    yield from _years_as_counts(case)
    yield from _sums_of_rows(case)
    yield from _running_totals(case)
    yield from _out_of_scale(case)
    yield from _out_of_time(case)
    yield from _before_anything_came(case)
    yield from _in_brackets(case)
    yield from _not_read(case)
    yield from _spoilt_years(case)
    yield from _dates(case)
    yield from _unfounded(case)


def several_units(name: str, raw: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Statements of an item that a party has in two units: a headline names a party and an item, and no unit."""
    case, rows = Case(name, raw, tables), tables["transfers"]
    sides = pd.concat([rows.assign(party=rows[side]) for side in ("supplier", "recipient")])
    told: set[str] = set()
    for (party, item), mine in sides.groupby(["party", "item"]):
        usual = mine["unit"].value_counts().index[0]
        for row in mine[(mine["unit"] != usual) & ~mine["statement_id"].isin(told)].to_dict("records"):
            told.add(row["statement_id"])
            says = (
                f"{item_name(item, 2)} of {party_name(party)} are counted in {row['unit']} here, elsewhere in {usual}"
            )
            cure = (
                "They cannot be added up: make what is counted in the one an item of its own, or leave it out. Write "
            )
            cure += "another unit only where the source has it."
            if is_licensed(row["unit"]) != is_licensed(usual):
                cure = "A licence says what may move, not what did: `leave_out` one of both, or make it another item."
            yield case.finding("transfers", row["statement_id"], "unit", says, cure)


def _told_twice(case: Case) -> Iterator[Finding]:
    """Statements of one source and reporter about one movement, which are added up."""
    rows = case.tables["transfers"]
    for _, lots in rows[rows["low"].notna()].groupby(["source_id", "reporter", *MOVED[:-1]]):
        for place, row in enumerate(lots.to_dict("records")):
            before = [one for one in lots.to_dict("records")[:place] if _of_one_year(one, row)]
            if before:
                yield case.finding("transfers", row["statement_id"], "quantity", *_twice(before, row))


def _of_one_year(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two statements can be of one year: one that names none can be of any."""
    return pd.isna(one["year"]) or pd.isna(other["year"]) or one["year"] == other["year"]


def _twice(before: list[Mapping[str, object]], row: Mapping[str, object]) -> tuple[str, str]:
    """What is the matter with a row whose source has told of such a movement before, and what to do."""
    place, count = ("locator", "quantity_as_printed"), ("low", "high")
    if same := next((one for one in before if all(one[name] == row[name] for name in place)), None):
        says = f"the same count at the same place as {same['statement_id']}: it counts once"
        return says, "Two lots need locators of their own, such as 4a and 4b."
    same = next((one for one in before if all(one[name] == row[name] for name in count)), None)
    ids = listed([one["statement_id"] for one in ([same] if same else before)])
    what = "the same count of the same movement as" if same else "another count of the same movement as"
    once = "remove one" if same else "keep the count that the source means, or one row that ranges over both"
    cure = f"Both are added up. If it is one lot told twice, {once}; if another source says so, give it a source_id."
    return f"{what} {ids}, from the same source", cure


def _disagreeing(case: Case) -> Iterator[Finding]:
    """Movements of which reports differ."""
    flows, printed = case.tables["flows"], case.raw["transfers"].set_index("statement_id")
    for flow in flows[flows["agreement"] == "differ"].to_dict("records"):
        ids = flow["statements"].split()
        says = (f"{name} ({printed.at[name, 'source_id']}) says {printed.at[name, 'quantity']!r}" for name in ids)
        what = f"{party_name(flow['supplier'])} → {party_name(flow['recipient'])}, {item_name(flow['item'], 2)}"
        says = f"reports of one movement ({what}) differ: {listed(says)}"
        best = "no figure is best" if pd.isna(flow["best"]) else "`prefer` chooses the best figure"
        reached = span(flow["low"], None, flow["high"], flow["unit"])
        cure = f"The results span them ({reached}); {best}. Check each against its source."
        yield case.finding("transfers", ids[-1], "quantity", says, cure)


def _two_routes(case: Case) -> Iterator[Finding]:
    for row in case.tables["double_counts"].to_dict("records"):
        direct, detour = row["direct_statements"].split(), row["detour_statements"].split()
        says = f"may be the lot of {listed(detour)}, which goes by way of {party_name(row['via'])}"
        cure = "The least of a sum counts it once, the most twice. Nothing needs mending if both are right."
        yield case.finding("transfers", direct[0], "quantity", says, cure)


def _nobody_in_particular(case: Case) -> Iterator[Finding]:
    """Movements from or to somebody whom their source does not name."""
    for row in case.tables["transfers"].to_dict("records"):
        for column in ("supplier", "recipient"):
            if unspecified(row[column]):
                other = party_name(row["recipient" if column == "supplier" else "supplier"])
                says = f"names nobody in particular: it counts for {other}, and is never linked with what others "
                says += "sent to, or got from, such a one"
                cure = "If the source gives a name, write it. If another row may name the same lot, it counts twice: "
                cure += "leave one out."
                yield case.finding("transfers", row["statement_id"], column, says, cure)


def _years_as_counts(case: Case) -> Iterator[Finding]:
    """Counts that read like a year, and are the row's own year or stand where none is given."""
    rows = case.tables["transfers"]
    exact = (rows["low"] == rows["high"]) & rows["low"].between(1900, 2100)
    like = exact & (rows["year"].isna() | (rows["year"] == rows["low"]))
    for name in rows.loc[like.fillna(False), "statement_id"]:
        cure = "If it is a year, move it to the column year, and leave the quantity empty unless the source gives one."
        yield case.finding("transfers", name, "quantity", "a count that looks like a year", cure)


def _sums_of_rows(case: Case) -> Iterator[Finding]:
    """A last row whose count is the sum of all others of its item, of which there are several."""
    rows = case.tables["transfers"]
    if rows.empty:
        return
    last = rows.iloc[-1]
    same = rows[(rows["source_id"] == last["source_id"]) & (rows["item"] == last["item"])].iloc[:-1]
    if len(same) > 1 and pd.notna(last["low"]) and same["low"].sum() == last["low"] and (same["low"] > 0).all():
        says = f"as many as the {len(same)} rows of {item_name(last['item'], 2)} before it together"
        cure = "If it is their total, remove the row; if it is a lot of its own, leave it."
        yield case.finding("transfers", last["statement_id"], "quantity", says, cure)


def _running_totals(case: Case) -> Iterator[Finding]:
    """Counts of one source that only grow from year to year: each may tell all that had come by then."""
    rows = case.tables["transfers"]
    dated = rows[rows["year"].notna() & rows["low"].notna()]
    for _, told in dated.groupby(["source_id", "reporter", *MOVED[:-1]]):
        years = told.groupby("year").agg(low=("low", "sum"), name=("statement_id", "last"))
        counts = years["low"].tolist()
        if len(counts) >= LEAST_YEARS and all(before < after for before, after in pairwise(counts)):
            grown = listed([f"{count:,} in {year}" for year, count in zip(years.index, counts, strict=True)])
            says = f"the counts of this movement only grow, {grown}: each may include the one before"
            cure = (
                "They are added up. If the source means totals to date, correct each to what its year added, with the "
            )
            cure += "reason, by rows of corrections.csv; if deliveries did grow, leave them."
            yield case.finding("transfers", years["name"].iloc[-1], "quantity", says, cure)


def _out_of_scale(case: Case) -> Iterator[Finding]:
    """Counts many times as large as any other of their item: a factor or a mark may have slipped in."""
    rows = case.tables["transfers"]
    known = rows[rows["low"].notna()]
    for (item, _), told in known.groupby(["item", "unit"]):
        for row in told.to_dict("records"):
            others = told[told["statement_id"] != row["statement_id"]]
            most = others["high"].fillna(others["low"]).max() if len(others) else 0
            if most > 0 and row["low"] >= OUT_OF_SCALE * most:
                times, name = row["low"] // most, item_name(item, 2)
                says = f"{times:,} times as many as any other count of {name}, of which the largest is {most:,}"
                cure = "Check its factor, decimal mark and unit against the source. If the source has it so, leave it."
                yield case.finding("transfers", row["statement_id"], "quantity", says, cure)


def _out_of_time(case: Case) -> Iterator[Finding]:
    """What is dated after its source appeared."""
    today = date.today().isoformat()
    ends = {source["source_id"]: _known(source)[-1] or today for _, source in case.tables["sources"].iterrows()}
    for table, column, starts in (("transfers", "year", "year"), ("events", "date", "start")):
        for row in case.tables[table].to_dict("records"):
            end, begins = ends.get(row["source_id"], ""), "" if pd.isna(row[starts]) else str(row[starts])
            if end and begins > end[: len(begins)]:
                says = "in the future" if end == today else f"after the source itself, which is of {end[:4]}"
                cure = "Check it against the source, and the source's own date."
                yield case.finding(table, row[cases.IDS[table]], column, says, cure)


def _before_anything_came(case: Case) -> Iterator[Finding]:
    """What a party sent on in a year before any in which it is recorded to have received such things."""
    rows = case.tables["transfers"]
    dated = rows[rows["year"].notna()]
    first = dated.groupby(["recipient", "item"])["year"].min()
    undated = set(zip(rows.loc[rows["year"].isna(), "recipient"], rows.loc[rows["year"].isna(), "item"], strict=True))
    for row in dated[~dated["supplier"].map(unspecified).astype(bool)].to_dict("records"):
        held = (row["supplier"], row["item"])
        if held in first.index and held not in undated and row["year"] < first[held]:
            says = f"before anything is recorded as received ({first[held]})"
            cure = "Check the year. It counts as passed on all the same, and cannot be of what came later."
            yield case.finding("transfers", row["statement_id"], "year", says, cure)


def _in_brackets(case: Case) -> Iterator[Finding]:
    """Counts in brackets, which registers print for estimates."""
    rows = case.tables["transfers"]
    bracketed = rows["quantity_as_printed"].str.contains("(", regex=False)
    for row in rows[bracketed & (rows["qualifier"] == "estimate")].itertuples():
        says = "is read as an estimate, for registers print those in brackets"
        cure = "If the brackets mean something else, say so in note."
        yield case.finding("transfers", row.statement_id, "quantity", says, cure)


def _not_read(case: Case) -> Iterator[Finding]:
    """Tables beside those of a case, which are not read."""
    for path in sorted((RAW / case.name).iterdir()):
        if path.suffix.lower() in (".csv", ".xlsx", ".ods") and path.name not in {
            f"{name}.csv" for name in cases.TABLES
        }:
            says = "is none of the tables of a case, and is not read"
            yield Finding(shown(path), None, "", "", says, "Move it away.")


def _known(source: Mapping[str, str]) -> list[str]:
    """By when a source's words were there: the last day that it can be of, else that it was read; "" for neither."""
    spans = [_days(source[name]) for name in ("accessed", "published")]
    return [last for _, last in filter(None, spans)] or [""]


def _spoilt_years(case: Case) -> Iterator[Finding]:
    """Days of 1905 that a spreadsheet shows where it takes a year for a number of days."""
    for event in case.tables["events"].to_dict("records"):
        if event["start"] == event["end"] != "" and (year := year_behind(date.fromisoformat(event["start"]))):
            says = f"a day as which a spreadsheet shows the year {year}"
            cure = f"If the source gives that year, write {year}; if it gives this day, leave it."
            yield case.finding("events", event["event_id"], "date", says, cure)


def _days(text: str) -> tuple[str, str] | None:
    """First and last day of a date as ISO text; None where there is none, or none that can be read."""
    with suppress(Unreadable):
        found = parse_date(text)
        return (found.start.isoformat(), (found.end or found.start).isoformat()) if found.start else None
    return None


def _fault(text: str) -> Unreadable | None:
    """Why a date cannot be read."""
    try:
        parse_date(text)
    except Unreadable as fault:
        return fault
    return None


def _dates(case: Case) -> Iterator[Finding]:
    """Dates of sources that cannot be read, and sources that were read before they appeared."""
    for row, source in case.tables["sources"].iterrows():
        for name in ("published", "accessed"):
            if fault := _fault(source[name]):
                says = f"{fault.reason}: nothing can be held against this date"
                cure = f"{capital(fault.suggestion)}." if "“" in fault.suggestion else A_DATE
                yield Finding(case.file("sources"), row, name, source[name], says, cure)
        appeared, read = _days(source["published"]), _days(source["accessed"])
        if appeared and read and read[1] < appeared[0]:
            says = f"before the source was published, {source['published']}"
            yield Finding(case.file("sources"), row, "accessed", source["accessed"], says, "Check both dates.")


def _unfounded(case: Case) -> Iterator[Finding]:
    """Sources that nobody can check a copy against, or that nothing rests on; corrections without a reason."""
    used = {name for table in ("transfers", "values", "events") for name in case.raw[table]["source_id"]}
    for row, source in case.tables["sources"].iterrows():
        if not source["sha256"]:
            says = "no SHA-256: nobody can tell whether a copy is the text that was read"
            cure = "Write what `sha256sum FILE` prints for your copy."
            yield Finding(case.file("sources"), row, "sha256", "", says, cure)
        if source["source_id"] not in used:
            says = "no statement, sum or event is from this source"
            yield Finding(case.file("sources"), row, "source_id", source["source_id"], says, "Use it, or remove it.")
    for row, fix in case.raw["corrections"].iterrows():
        for column in ("reason", "evidence"):
            if not fix[column]:
                says = f"the correction of {fix['id']} gives no {column}"
                cure = "Say it: readers see it beside the words."
                yield Finding(case.file("corrections"), row, column, "", says, cure)
