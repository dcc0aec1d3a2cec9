"""Two sides of a comparison, opened, and what was found in words: a paragraph per statement, then the totals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import cases, findings, scenarios
from analysis.characters import printable
from analysis.compare import CONFIRMED, CONTRADICTED, MOVED, UNMENTIONED, Comparison, compared, totals
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.licences import is_licensed
from analysis.names import item_name, party_label, party_name
from analysis.registers import study
from analysis.rows import Row, Rows
from analysis.wording import figure, listed, of_items, place, shortened, span

MOST_BESIDE = 5  # flows that are named beside a statement
MOST_FURTHER = 12  # and below all of them
SIDES = {"exporter": "by the sender", "importer": "by the receiver", "third": "by others"}


class Side(NamedTuple):
    """A case or a register's file: how it is called, its statements as processed transfers, and how many lines of it
    could not be read."""

    name: str
    transfers: pd.DataFrame
    unread: int
    notes: list[str]  # what its sources.csv remarks: of an imported case, which records were chosen


def of_case(case: str) -> Side:
    """A case from its raw tables. Raises InputError as `cases` does."""
    tables = scenarios.clean_tables(case)
    notes = [text for text in tables["sources"]["note"] if text]
    return Side(case, tables["transfers"], int((tables["rejects"]["table"] == "transfers").sum()), notes)


def of_either(text: str) -> Side:
    """A case by its name, or else a register by its file. Raises InputError where it is neither."""
    if text in cases.case_names():
        return of_case(text)
    path = Path(text)
    if not path.exists():
        known = cases.case_names()
        raise InputError(
            f"{text[:200]!r}: is no case{close_to(text, known)} and no file. Give the name of a case "
            f"({', '.join(known)}), or the file of a register."
        )
    register = study.opened(str(path.resolve())).register
    return Side(path.name, register.statements, len(register.rejects), [])


def against(case: str, other: str) -> tuple[Side, Side, Comparison]:
    """A case and what it is compared with, and what came of it, with the case's `lag_years`."""
    own, theirs = of_case(case), of_either(other)
    lag_years = int(findings.point_of(case)["lag_years"])
    return own, theirs, compared(own.transfers, theirs.transfers, lag_years)


def as_json(own: Side, other: Side, found: Comparison) -> str:
    """All of it as JSON: counts as numbers, null where nothing is known."""
    whole = {
        "case": own.name,
        "other": other.name,
        "unread": {own.name: own.unread, other.name: other.unread},
        "statements": found.rows,
        "further": found.further,
        "totals": totals(found.rows),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def lines(own: Side, other: Side, found: Comparison) -> Iterator[str]:
    """What was found, for people."""
    years = sorted({int(year) for year in other.transfers["year"].dropna()})
    for row in found.rows:
        yield f"{_line(row['id'], row['locator'])}: {_movement(row)}{_together(row)}"
        yield from (f"    {line}" for line in _answered(row, other.name, years))
    yield ""
    yield from _totals(own, other, found)


def _movement(row: Row) -> str:
    """Such as `Belarus → Bulgaria, 2015: 240 Konkurs launchers`."""
    year = f", {row['year']}" if row["year"] is not None else ", year not stated"
    return f"{party_label(row['supplier'])} → {party_label(row['recipient'])}{year}: {_count(row)}"


def _count(row: Row) -> str:
    """A count with what is counted, and its unit where these are no pieces."""
    name = shortened(item_name(row["item"], row["high"] if row["low"] == row["high"] else None), 80)
    licence = "licence for " * is_licensed(row["unit"])
    return printable(licence + of_items(span(row["low"], None, row["high"], row["unit"]), name))


def _together(row: Row) -> str:
    return f" (of {listed([row['id'], *row['together']])} together, which make one flow)" if row["together"] else ""


def _answered(row: Row, other: str, years: list[int]) -> Iterator[str]:
    """The verdict, then what stands beside it."""
    yield f"{other} {_judged(row)}" + ("" if row["answers"] else f". {_silence(row, years)}")
    for answer in row["answers"]:
        yield _answer(answer, row)
    if row["verdict"] not in (CONFIRMED, MOVED) and row["beside"]:
        shown = "; ".join(_flow(flow) for flow in row["beside"][:MOST_BESIDE])
        yield f"between the two, {other} has{_of_year(row)}: {shown}{_more(row['beside'], MOST_BESIDE)}"


def _judged(row: Row) -> str:
    """The verdict, and whether another view of the other speaks against it."""
    if row["verdict"] == UNMENTIONED:
        return f"{UNMENTIONED} it"
    against = row["verdict"] != CONTRADICTED and any("gap_low" in answer for answer in row["answers"])
    return row["verdict"] + (", though its own reports differ" if against else "")


def _answer(answer: Row, row: Row) -> str:
    """What one view says, with its gap where it contradicts."""
    said = f"{_when(answer)}: {span(answer['low'], None, answer['high'])}{_by(answer)}, {_where(answer)}"
    if answer["verdict"] == MOVED:
        own = span(answer["own_low"], None, answer["own_high"])
        return f"{said}; over these years {row['id']}'s side has {own}"
    if "gap_low" in answer:
        return f"{said}; {_gap(answer['gap_low'], answer['gap_high'])}"
    return said


def _gap(low: int | None, high: int | None) -> str:
    """The difference, other's − case's, as a number more or fewer."""
    if low is not None and low > 0:
        return f"{span(low, None, high)} more"
    least, most = (None if end is None else -end for end in (high, low))
    return f"{span(least, None, most)} fewer"


def _silence(row: Row, years: list[int]) -> str:
    """Whether the other has anything of the year, and by the two parties; what it does not have is not known."""
    when = "" if row["year"] is None else f" of {row['year']}"
    if not row["of_year"]:
        has = f"its statements are of {_years(years)}" if years else "none of its statements has a year"
        return f"It has no report{when}: {has}"
    there = [f"{_statements(n)} by {party_name(party)}" for party, n in row["reports"].items() if n]
    away = " or ".join(party_name(party) for party, n in row["reports"].items() if not n)
    if not there:
        return f"Of its {_statements(row['of_year'])}{when}, none is by {away}"
    rest = f"; it has no report by {away}{when}" if away else ""
    return f"It has {listed(there)}{when}, and not this one{rest}"


def _statements(count: int) -> str:
    return "1 statement" if count == 1 else f"{figure(count)} statements"


def _years(years: list[int]) -> str:
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return listed(map(str, years))


def _of_year(row: Row) -> str:
    years = {flow["year"] for flow in row["beside"]}
    return f" in {row['year']}" if years == {row["year"]} and row["year"] is not None else ""


def _when(answer: Row) -> str:
    first, last = answer["first_year"], answer["last_year"]
    if first is None:
        return "year not stated"
    return f"in {first}" if first == last else f"in {first} to {last}"


def _by(answer: Row) -> str:
    named = answer["reporter"]
    return f", {'by ' + party_label(named) if named else SIDES[answer['role']]}"


def _where(row: Row) -> str:
    """Ids with their places: `T6 (paragraph 4)`; a register's line has its row for an id."""
    shown = [_line(name, locator) for name, locator in row["lines"][:MOST_FURTHER]]
    return ", ".join(shown) + _more(row["lines"], MOST_FURTHER)


def _line(name: str, locator: str) -> str:
    return locator if name == locator.replace("row ", "r") else f"{name} ({place(locator)})"


def _flow(flow: Row) -> str:
    year = _when(flow).removeprefix("in ")
    return f"{_count(flow)} ({year}, {SIDES[flow['role']]}, {_where(flow)})"


def _more(found: list, most: int) -> str:
    return f", and {figure(len(found) - most)} more" if len(found) > most else ""


def _totals(own: Side, other: Side, found: Comparison) -> Iterator[str]:
    yield f"{own.name}: {_statements(len(found.rows))}. What {other.name} says of them:"
    yield from (f"  {count:>5}  {verdict}" for verdict, count in totals(found.rows).items() if count)
    if any(row["verdict"] == UNMENTIONED for row in found.rows):
        yield f"{other.name} holds what was put into it: what it does not mention is not known, and is no nought."
        yield from (f"It says of its source: {printable(shortened(note, 500))}" for note in other.notes)
    yield from (f"{side.name}: {_unread(side.unread)} of this." for side in (own, other) if side.unread)
    yield from _further(own.name, other.name, found.further)


def _unread(count: int) -> str:
    if count == 1:
        return "1 line could not be read, and is no part"
    return f"{figure(count)} lines could not be read, and are no part"


def _further(own: str, other: str, flows: Rows) -> Iterator[str]:
    if not flows:
        return
    yield f"Between the parties of {own}, {other} has {figure(len(flows))} that {own} does not mention:"
    for flow in flows[:MOST_FURTHER]:
        yield f"  {_movement(flow)} ({SIDES[flow['role']]}, {_where(flow)})"
    if len(flows) > MOST_FURTHER:
        yield f"  and {figure(len(flows) - MOST_FURTHER)} more; --json has all of them"
