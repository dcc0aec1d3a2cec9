"""The reconciliation again, in plain Python and slowly: what the SQL texts must give, from what the functions promise.

Rows are dictionaries. An interval is (low, top), where no known limit is infinity, and None where nothing is known.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

Interval = tuple[float, float] | None
MOVEMENT = ("supplier", "recipient", "item", "unit")
SIDES = ("exporter", "importer", "third")


def grouped(rows: Iterable[dict], *names: str) -> dict[tuple, list[dict]]:
    found = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return dict(found)


def in_order(ids: Iterable[str]) -> str:
    return " ".join(sorted(set(ids), key=lambda name: (len(name), name)))


def middle(interval: Interval) -> float | None:
    """The best figure: a point, or half way between two limits; none where it is open or may be nought."""
    if interval is None:
        return None
    low, top = interval
    if low == top:
        return low
    return (low + top) / 2 if low > 0 and top < math.inf else None


def meet(intervals: Iterable[Interval]) -> Interval:
    """What all have in common; low is above top where they have nothing."""
    known = [each for each in intervals if each]
    return (max(low for low, _ in known), min(top for _, top in known)) if known else None


def hull(intervals: Iterable[Interval]) -> Interval:
    known = [each for each in intervals if each]
    return (min(low for low, _ in known), max(top for _, top in known)) if known else None


def added(intervals: Iterable[Interval]) -> Interval:
    known = [each for each in intervals if each]
    return (sum(low for low, _ in known), sum(top for _, top in known)) if known else None


def fit(one: Interval, other: Interval) -> bool:
    return bool(one and other and one[0] <= other[1] and other[0] <= one[1])


def report(lots: list[dict]) -> Interval:
    """Lots add up; without any known count nothing is known, and one undisclosed lot leaves no upper limit."""
    if all(lot["low"] is None for lot in lots):
        return None
    top = sum(math.inf if lot["high"] is None else lot["high"] for lot in lots)
    return sum(lot["low"] or 0 for lot in lots), top


class Side:
    """All reports by one side of one movement."""

    def __init__(self, rows: list[dict]) -> None:
        place = ("source_id", "locator", "reporter", "low", "high", "quantity_as_printed")
        lots = [same[0] for same in grouped(rows, *place).values()]
        self.reports = [report(lots) for lots in grouped(lots, "source_id", "reporter").values()]
        common = meet(self.reports)
        self.torn = bool(common and common[0] > common[1])
        self.count = hull(self.reports) if self.torn else common
        self.silent = None in self.reports
        self.bests = [best for each in self.reports if (best := middle(each)) is not None]
        self.open = any(each and middle(each) is None for each in self.reports)


class Movement:
    """One movement of one year as its sides report it."""

    def __init__(self, rows: list[dict]) -> None:
        self.year, self.rows = rows[0]["year"], rows
        self.sides = {role: Side([row for row in rows if row["role"] == role]) for role in SIDES}
        self.exporter, self.importer, self.third = (self.sides[role] for role in SIDES)
        self.window: tuple[int, int] | None = None

    def settled(self) -> bool:
        torn = self.exporter.torn or self.importer.torn
        return fit(self.exporter.count, self.importer.count) and not torn

    def third_fits(self) -> bool:
        """A third report lies between the least and the most that the two sides say."""
        ends = hull([self.exporter.count, self.importer.count]) or (0, 0)
        return not self.third.count or fit(self.third.count, ends)


def agrees(movements: list[Movement]) -> bool:
    """Whether sender's and receiver's sums over these years have a number in common."""
    return fit(added(each.exporter.count for each in movements), added(each.importer.count for each in movements))


def vouched(movements: list[Movement], lag: int) -> Iterator[tuple[int, int]]:
    """Runs of `lag` + 1 years over which both sides' sums agree, and no side is silent in between."""
    years = {each.year for each in movements}
    for start in sorted({year - back for year in years for back in range(lag + 1)}):
        inside = [each for each in movements if start <= each.year <= start + lag]
        if agrees(inside) and not any(each.exporter.silent or each.importer.silent for each in inside):
            yield start, start + lag


def mark_timing(movements: list[Movement], lag: int) -> None:
    """Give movements that differ by year alone the first and last year over which they agree."""
    dated = [each for each in movements if each.year is not None]
    if not lag or all(each.settled() for each in dated):
        return
    runs: list[list[int]] = []
    for start, stop in vouched(dated, lag):
        if runs and start <= runs[-1][1]:
            runs[-1][1] = stop
        else:
            runs.append([start, stop])
    for start, stop in runs:
        inside = [each for each in dated if start <= each.year <= stop]
        window = min(each.year for each in inside), max(each.year for each in inside)
        for each in inside if window[0] < window[1] and agrees(inside) else []:
            told = each.exporter.count or each.importer.count
            if told and not each.settled() and each.third_fits():
                each.window = window


def agreement(each: Movement) -> str:
    known = [role for role in SIDES if each.sides[role].count]
    if not known:
        return "undisclosed"
    if each.window:
        return "timing"
    if any(each.sides[role].torn for role in SIDES):
        return "differ"
    if len(known) == 1:
        return f"{known[0]} only"
    low, top = meet(each.sides[role].count for role in SIDES)
    return "agree" if low <= top else "differ"


def preferred(each: Movement, prefer: str) -> float | None:
    if prefer in ("exporter", "importer"):
        side = each.sides[prefer]
        return None if side.torn else middle(side.count)
    sides = [side for side in each.sides.values() if side.bests]
    if any(side.open for side in each.sides.values()) or not sides:
        return None
    if prefer == "mean":
        return sum(sum(side.bests) / len(side.bests) for side in sides) / len(sides)
    return (min if prefer == "smaller" else max)(best for side in sides for best in side.bests)


def flow(each: Movement, prefer: str) -> dict:
    kind, counts = agreement(each), [side.count for side in each.sides.values()]
    dating = "importer" if prefer == "importer" else "exporter"
    count = {"timing": each.sides[dating].count or (0, 0), "differ": hull(counts)}.get(kind, meet(counts))
    best, rule = middle(count), kind.split()[0]
    if kind == "differ":
        best, chosen = preferred(each, prefer), prefer
        if best is None and any(side.open for side in each.sides.values()):
            chosen = "none: a side is open"
        elif best is None:
            chosen = f"none: {prefer} gives no single figure"
        rule = chosen
    rule = {"undisclosed": "none", "agree": "intersection", "timing": f"timing: {dating}"}.get(kind, rule)
    first, last = each.window or (each.year, each.year)
    row = {name: each.rows[0][name] for name in MOVEMENT} | {"year": each.year, "best": best, "agreement": kind}
    row |= {"rule": rule, "first_year": first, "last_year": last} | ends("", count)
    for role in SIDES:
        row |= ends(f"{role}_", each.sides[role].count)
    row |= {f"{role}_silent": each.sides[role].silent for role in SIDES[:2]}
    row["contradicted"] = each.exporter.torn or each.importer.torn
    return row | {"statements": in_order(statement["statement_id"] for statement in each.rows)}


def ends(prefix: str, count: Interval) -> dict:
    low, top = count or (None, None)
    return {f"{prefix}low": low, f"{prefix}high": None if top == math.inf else top}


def by_year(row: dict) -> tuple:
    return *(row[name] for name in MOVEMENT), -1 if row["year"] is None else row["year"]


def flows(statements: list[dict], prefer: str, lag: int) -> list[dict]:
    """What `reconcile.flows` must give."""
    found = []
    for rows in grouped(statements, *MOVEMENT).values():
        movements = [Movement(same) for same in grouped(rows, "year").values()]
        mark_timing(movements, lag)
        found += [flow(each, prefer) for each in movements]
    return sorted(found, key=by_year)


# ---- possible double counts


def count_of(row: dict) -> Interval:
    return None if row["low"] is None else (row["low"], math.inf if row["high"] is None else row["high"])


def near(rows: Iterable[dict], lag: int) -> bool:
    years = [row["year"] for row in rows if row["year"] is not None]
    return all(abs(one - other) <= lag for one, other in itertools.combinations(years, 2))


def double_counts(flows: list[dict], lag: int) -> list[dict]:
    """What `reconcile.double_counts` must give."""
    found = defaultdict(list)
    for same in grouped(flows, "item", "unit").values():
        known = [row for row in same if count_of(row)]
        for direct, first, second in itertools.product(known, repeat=3):
            ways = (first["supplier"], second["recipient"]) == (direct["supplier"], direct["recipient"])
            met = first["recipient"] == second["supplier"] != direct["recipient"]
            low, top = meet(map(count_of, (direct, first, second)))
            if ways and met and near((direct, first, second), lag) and low <= top and top > 0:
                key = (
                    direct["supplier"],
                    first["recipient"],
                    direct["recipient"],
                    *(direct[name] for name in ("item", "unit", "year")),
                )
                found[key].append((low, top, direct, (first, second)))
    rows = [_double(key, fits) for key, fits in found.items()]
    place = ("supplier", "via", "recipient", "item", "unit")
    return sorted(rows, key=lambda row: (*(row[name] for name in place), -1 if row["year"] is None else row["year"]))


def _double(key: tuple, fits: list[tuple]) -> dict:
    row = dict(zip(("supplier", "via", "recipient", "item", "unit", "year"), key, strict=True))
    row |= ends("", (min(low for low, *_ in fits), max(top for _, top, *_ in fits)))
    direct = [name for *_, straight, _ in fits for name in straight["statements"].split()]
    detour = [name for *_, legs in fits for leg in legs for name in leg["statements"].split()]
    told = {"direct_statements": direct, "detour_statements": detour, "statements": direct + detour}
    return row | {name: in_order(ids) for name, ids in told.items()}


# ---- balances


def parts(flows: list[dict], doubled: list[dict]) -> Iterator[tuple[tuple, str, dict]]:
    """The flows that double counts are about, each once for its pair of sender and receiver, and as what."""
    seen, of_item = set(), grouped(flows, "item", "unit")
    for row in doubled:
        a, b, r = row["supplier"], row["via"], row["recipient"]
        for kind, end, other in (("direct", a, r), ("first", a, b), ("second", b, r)):
            for flow in of_item[row["item"], row["unit"]]:
                named = set(flow["statements"].split()) <= set(row["statements"].split())
                key = (a, r, row["item"], row["unit"]), kind, by_year(flow)
                if named and (flow["supplier"], flow["recipient"]) == (end, other) and key not in seen:
                    seen.add(key)
                    yield key[0], kind, flow


def twice(flows: list[dict], doubled: list[dict]) -> dict[tuple, tuple[float, set[tuple]]]:
    """By (party, item, unit, whether inward): what the least must leave out, and the flows that are in doubt."""
    pairs: dict[tuple, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for pair, kind, flow in parts(flows, doubled):
        pairs[pair][kind].append(flow)
    shared, doubtful = defaultdict(float), defaultdict(dict)
    for (sender, receiver, *what), kinds in pairs.items():
        direct, first, second = (added(map(count_of, kinds[kind])) for kind in ("direct", "first", "second"))
        for party, inward, leg, bound in ((receiver, True, "second", first), (sender, False, "first", second)):
            key = (party, *what, inward)
            own = second if inward else first
            shared[key] += min(direct[0], own[0], bound[1])
            for kind in ("direct", leg):
                for flow in kinds[kind]:
                    before = doubtful[key].get(by_year(flow), (0, False))[1]
                    doubtful[key][by_year(flow)] = flow["low"], before or kind == leg
    found = {}
    for key, rows in doubtful.items():
        lows = [low for low, _ in rows.values()]
        legs = sum(low for low, leg in rows.values() if leg)
        found[key] = min(shared[key], legs, sum(lows) - max(lows)), set(rows)
    return found


def total(rows: list[dict], name: str, add: Callable = sum) -> float | None:
    """The sum; nothing where one part of it is not known."""
    values = [row[name] for row in rows]
    return add(values) if values and None not in values else None


def lessened(rows: list[dict], less: float) -> float | None:
    known = [row["low"] for row in rows if row["low"] is not None]
    return sum(known) - less if known else None


def required(sent: list[dict], got: list[dict], doubt: tuple[float, set]) -> float:
    """How far sending ran ahead of receiving by the end of any year; undated arrivals first, departures last."""
    worst = 0.0
    moments = {math.inf if row["year"] is None else row["year"] for row in sent}
    for moment in moments:
        left = [row for row in sent if (math.inf if row["year"] is None else row["year"]) <= moment]
        came = [row for row in got if row["year"] is None or row["year"] <= moment]
        out = sum(row["low"] or 0 for row in left)
        out -= min(sum(row["low"] or 0 for row in left if by_year(row) in doubt[1]), doubt[0])
        worst = max(worst, out - sum(math.inf if row["high"] is None else row["high"] for row in came))
    return worst


def status(row: dict, got: list[dict], sent: list[dict]) -> str:
    low, high = row["unaccounted_low"], row["unaccounted_high"]
    if not got or not sent:
        return "no inward record" if not got else "no onward record"
    if low is not None and low > 0:
        return "unaccounted"
    if high is not None and high < 0:
        return "sent more than received"
    return "balanced" if low == 0 == high else "undetermined"


def less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def balance(party: str, rows: list[dict], doubts: dict, doubled: list[dict]) -> dict:
    got, sent = ([row for row in rows if row[end] == party] for end in ("recipient", "supplier"))
    what = rows[0]["item"], rows[0]["unit"]
    row, none = {"party": party, "item": what[0], "unit": what[1]}, (0, set())
    ids = []
    for name, mine, inward, end in (("received", got, True, "recipient"), ("sent", sent, False, "supplier")):
        doubt = doubts.get((party, *what, inward))
        row[f"{name}_low"] = lessened(mine, (doubt or none)[0])
        row[f"{name}_best"] = None if doubt else total(mine, "best")
        row[f"{name}_high"] = total(mine, "high")
        why = [each["statements"] for each in doubled if doubt and each[end] == party]
        row[f"{name}_statements"] = in_order(" ".join([*(each["statements"] for each in mine), *why]).split())
        ids += row[f"{name}_statements"].split()
    for name, other in (("low", "high"), ("best", "best"), ("high", "low")):
        outward = row[f"sent_{other}"] or 0 if other == "low" else row[f"sent_{other}"]
        row[f"unaccounted_{name}"] = less(row[f"received_{name}"], outward) if got and sent else None
    best = row["received_best"]
    row["share_sent_on"] = row["sent_best"] / best if best and row["sent_best"] is not None else None
    row["required_stock"] = required(sent, got, doubts.get((party, *what, False), none))
    return row | {"status": status(row, got, sent), "statements": in_order(ids)}


def balances(flows: list[dict], doubled: list[dict]) -> list[dict]:
    """What `reconcile.balances` must give."""
    doubts, found, doubled = twice(flows, doubled), [], grouped(doubled, "item", "unit")
    for what, same in grouped(flows, "item", "unit").items():
        for party in {row[end] for row in same for end in ("supplier", "recipient")}:
            mine = [row for row in same if party in (row["supplier"], row["recipient"])]
            found.append(balance(party, mine, doubts, doubled.get(what, [])))
    return sorted(found, key=lambda row: (row["party"], row["item"], row["unit"]))
