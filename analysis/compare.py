"""What another case, or a register's file, says of a case's statements: confirms, contradicts, or does not mention.

Counts are held against each other as intervals, view by view (all that one source lists of one reporter's side), never
as best figures. Whether two dates can mean one lot is for `mirror` to say, with the case in the sender's place and the
other in the receiver's. What the other does not list is not nought, and is never read as such. Whoever is nobody in
particular in both is not the same party in both.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from analysis import conduits, reconcile
from analysis.mirror import mirror
from analysis.names import unspecified
from analysis.rows import Row, Rows, rows_of
from analysis.tables import typed

KEY = ("supplier", "recipient", "item", "unit")
CONFIRMED, CONTRADICTED, UNMENTIONED = "confirms", "contradicts", "does not mention"
MOVED, COUNTED, UNDATED, UNCOUNTED = (
    *("confirms, in another year", "gives a count where the case has none"),
    *("has another count, of a year that may be another", "mentions it without a count"),
)
# Of several views of the other, the verdict is the first of these that one of them gives.
VERDICTS = (CONFIRMED, MOVED, COUNTED, CONTRADICTED, UNDATED, UNCOUNTED, UNMENTIONED)


class Flow(NamedTuple):
    """What one view counts of one movement, and the lines (id, locator) that it rests on.

    No year: not stated, and then from `first` to `last` where these are (of SIPRI's deals they often are).
    """

    view: tuple[str, str, str]  # source, role, reporter
    key: tuple[str, str, str, str]  # KEY
    year: int | None
    low: int | None
    high: int | None
    lines: tuple[tuple[str, str], ...]
    first: int | None = None
    last: int | None = None


class Comparison(NamedTuple):
    """A row per statement of the case, in its order; and what else the other has between the case's parties."""

    rows: Rows
    further: Rows


def compared(transfers: pd.DataFrame, other: pd.DataFrame, lag_years: int = 1) -> Comparison:
    """Hold processed transfers against another table of them; further columns are left aside.

    A row has the statement's `id`, `locator`, `role`, key and year; `low` and `high` of the flow that it makes in its
    view, and `together`, the other statements of that flow; `verdict`, one of VERDICTS; `answers`, what each view of
    the other says, with its own verdict, counts, years, lines and `gap_low`, `gap_high` (other's − case's);
    `beside`, the other's flows between the two parties in that year of other items, or of the item in other years;
    `reports`, per party how many statements of that year the other has by it, and `of_year`, how many by anybody.
    Raises InputError for a negative `lag_years`.
    """
    own, theirs = typed(transfers, "statements"), typed(other, "statements")
    parties = set(own["supplier"]) | set(own["recipient"])
    near = theirs[theirs["supplier"].isin(parties) & theirs["recipient"].isin(parties)]
    views = list(_views(near, lag_years))
    said = [flow for view in views for flow in view]
    rows = []
    for view in _views(own, lag_years):
        found = [_held(view, against, lag_years) for against in views]
        for flow in view:
            rows += _rows(flow, [answer for answers in found for answer in answers.get(flow, ())], said, theirs)
    place = {name: place for place, name in enumerate(own["statement_id"])}
    used = {name for row in rows for answer in row["answers"] for name, _ in answer["lines"]}
    further = [_shown(flow) for flow in said if not used.intersection(name for name, _ in flow.lines)]
    return Comparison(sorted(rows, key=lambda row: place[row["id"]]), further)


def _views(transfers: pd.DataFrame, lag_years: int) -> Iterator[list[Flow]]:
    """The flows of each view: what one source lists of one side, and of others' reports, of each reporter."""
    who = transfers["reporter"].where(transfers["role"] == "third", "")
    for name, lines in transfers.groupby([transfers["source_id"], transfers["role"], who], sort=True):
        places = dict(zip(lines["statement_id"], lines["locator"], strict=True))
        made = reconcile.flows(typed(lines, "transfers"), lag_years=lag_years)
        bounds = {tuple(row[part] for part in KEY): row for row in rows_of(conduits.spans(lines))}
        yield [
            Flow(
                tuple(map(str, name)),
                tuple(row[part] for part in KEY),
                *(row[part] for part in ("year", "low", "high")),
                tuple((line, places[line]) for line in row["statements"].split()),
                *_span(row, bounds),
            )
            for row in rows_of(made)
        ]


def _span(row: Row, bounds: Mapping[tuple, Row]) -> tuple[int | None, int | None]:
    """The years that a flow can be of: its own; where it names none, those that bound it, if any do."""
    if row["year"] is not None:
        return row["year"], row["year"]
    found = bounds.get(tuple(row[part] for part in KEY), {})
    return found.get("first_year"), found.get("last_year")


def _can_be_of(one: Flow, other: Flow, lag_years: int) -> bool:
    """Whether two flows can be of one year, dated up to so many years apart."""
    after = one.first is not None and other.last is not None and one.first > other.last + lag_years
    before = one.last is not None and other.first is not None and one.last < other.first - lag_years
    return not after and not before


def _held(view: Sequence[Flow], against: Sequence[Flow], lag_years: int) -> dict[Flow, Rows]:
    """What one view of the other says of the flows of one of the case's; nothing of those that it does not mention."""
    tables = [_told(flows, role) for flows, role in ((view, "exporter"), (against, "importer"))]
    pairs = {
        (*(row[part] for part in KEY), row["year"]): row
        for row in rows_of(mirror(pd.concat(tables), lag_years=lag_years))
    }
    found = {}
    for flow in view:
        pair = pairs[*flow.key, flow.year]
        first, last = pair["first_year"], pair["last_year"]
        named = not any(map(unspecified, flow.key[:2]))  # else theirs may be another such party
        same = [one for one in against if one.key == flow.key and named]
        meant = [one for one in same if one.year == flow.year or (first and one.year and first <= one.year <= last)]
        dated = _answer(_verdict(flow, pair), meant, pair) if meant else None
        undated = [one for one in same if None in (flow.year, one.year) and one not in meant]
        undated = [one for one in undated if _can_be_of(flow, one, lag_years)]
        if undated and (dated is None or dated["verdict"] in (CONTRADICTED, UNDATED, UNCOUNTED)):
            dated = _of_any_year(flow, [*meant, *undated])
        found[flow] = [dated] if dated else []
    return found


def _told(flows: Sequence[Flow], role: str) -> pd.DataFrame:
    """The flows as statements of a side."""
    rows = [
        {
            "statement_id": f"{role}{place}",
            "locator": f"{place}",
            "role": role,
            **dict(zip(KEY, flow.key, strict=True)),
            "year": flow.year,
            "low": flow.low,
            "high": flow.high,
        }
        for place, flow in enumerate(flows)
    ]
    return typed(pd.DataFrame(rows), "transfers")


def _verdict(flow: Flow, pair: Row) -> str:
    """What a pair of counts says, which `mirror` has judged; the other mentions the movement."""
    judged = {"agree": CONFIRMED, "timing": MOVED, "differ": CONTRADICTED}
    if pair["agreement"] == "differ" and flow.year is None:
        return UNDATED
    return judged.get(pair["agreement"]) or (COUNTED if pair["agreement"] == "importer only" else UNCOUNTED)


def _of_any_year(flow: Flow, others: Sequence[Flow]) -> Row:
    """The answer where a year is not stated, so that the counts may be of the same one: each alone, or all together."""
    counted = [one for one in others if one.low is not None]
    ways = [*([one] for one in counted), counted] if counted else []
    if flow.low is None or not ways:
        return _answer(COUNTED if ways else UNCOUNTED, others)
    fits = next((way for way in ways if _overlap(flow, _sum(way))), None)
    return _answer(CONFIRMED if fits else UNDATED, fits or others)


def _overlap(flow: Flow, other: tuple[int, int | None]) -> bool:
    return (flow.high is None or other[0] <= flow.high) and (other[1] is None or flow.low <= other[1])


def _sum(flows: Sequence[Flow]) -> tuple[int | None, int | None]:
    """Least and most of flows together; a count that nobody states adds nothing to the least, and opens the most."""
    lows = [flow.low for flow in flows if flow.low is not None]
    highs = [flow.high for flow in flows]
    return (sum(lows) if lows else None), (None if None in highs else sum(highs))


def _answer(verdict: str, flows: Sequence[Flow], pair: Row | None = None) -> Row:
    """What one view of the other says, of its flows together; where only dates differ, the case's sum stands beside."""
    low, high = _sum(flows)
    years = [year for flow in flows for year in (flow.first, flow.last) if year is not None]
    found = {
        "verdict": verdict,
        "role": flows[0].view[1],
        "reporter": flows[0].view[2],
        "low": low,
        "high": high,
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
        "lines": [line for flow in flows for line in flow.lines],
    }
    if verdict == CONTRADICTED:
        found |= {"gap_low": pair["gap_low"], "gap_high": pair["gap_high"]}
    if verdict == MOVED:
        found |= {"own_low": pair["exporter_sum_low"], "own_high": pair["exporter_sum_high"]}
        found |= {"first_year": pair["first_year"], "last_year": pair["last_year"]}
    return found


def _rows(flow: Flow, answers: Rows, said: Sequence[Flow], theirs: pd.DataFrame) -> Iterator[Row]:
    """A row per statement of a flow."""
    verdicts = [answer["verdict"] for answer in answers]
    told = {name for answer in answers for name, _ in answer["lines"]}
    beside = [one for one in said if _is_beside(flow, one) and not told.intersection(name for name, _ in one.lines)]
    of_year = theirs if flow.year is None else theirs[_possible(theirs, flow.year)]
    for name, locator in flow.lines:
        yield {
            "id": name,
            "locator": locator,
            "role": flow.view[1],
            **_counts(flow),
            "together": [line for line, _ in flow.lines if line != name],
            "verdict": next((verdict for verdict in VERDICTS if verdict in verdicts), UNMENTIONED),
            "answers": sorted(answers, key=lambda answer: VERDICTS.index(answer["verdict"])),
            "beside": [_shown(one) for one in beside],
            "reports": {party: int((of_year["reporter"] == party).sum()) for party in flow.key[:2]},
            "of_year": len(of_year),
        }


def _possible(statements: pd.DataFrame, year: int) -> pd.Series:
    """Which statements are of a year, or can be: they name none, and are not bounded away from it."""
    first, last = statements["first_year"], statements["last_year"]
    undated = statements["year"].isna() & ~(first > year).fillna(False) & ~(last < year).fillna(False)
    return (statements["year"] == year).fillna(False) | undated


def _is_beside(flow: Flow, other: Flow) -> bool:
    """Whether a flow of the other is between the same two, of the same year or the same item."""
    return flow.key[:2] == other.key[:2] and (_can_be_of(flow, other, 0) or flow.key == other.key)


def _counts(flow: Flow) -> Row:
    return {**dict(zip(KEY, flow.key, strict=True)), "year": flow.year, "low": flow.low, "high": flow.high}


def _shown(flow: Flow) -> Row:
    span = {"first_year": flow.first, "last_year": flow.last}
    return {**_counts(flow), **span, "role": flow.view[1], "reporter": flow.view[2], "lines": list(flow.lines)}


def totals(rows: Rows) -> Mapping[str, int]:
    """How many statements have each verdict, in the order of VERDICTS."""
    return {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICTS}
