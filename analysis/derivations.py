"""How each cell of each processed table came about: by a formula over other cells, or in words, and from which rows.

One function per table: (row, column, tables) → Derivation. A formula can be computed again; `explain` does so.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from analysis.errors import InputError
from analysis.limits import parse_limits
from analysis.names import unspecified
from analysis.rows import Row, Rows, cell_text, unknown
from analysis.schemas import KEYS
from analysis.wording import NO_ACCOUNT, figure

Tables = Mapping[str, Rows]
STEM = ("low", "best", "high")


class Derivation(NamedTuple):
    """Words say what a formula alone does not. `parts` are further cells or rows that it rests on, by their keys.

    `raw` names the raw table and the id of the line that the cell was read from.
    """

    formula: str = ""
    words: str = ""
    parts: tuple[str, ...] = ()
    raw: tuple[str, str] | None = None


def name_of(table: str, row: Row) -> str:
    """The key of a row, such as `flows[BLR,BGR,konkurs-launcher,2015,piece]`."""
    cells = ("" if unknown(row[column]) else str(row[column]) for column in KEYS[table])
    return f"{table}[{','.join(cells)}]"


def derivation(table: str, row: Row, column: str, tables: Tables) -> Derivation:
    """How a cell came about; `column` is the stem of an interval's columns, empty where these are `low` and `high`."""
    return DERIVATIONS[table](row, column, tables)


def _headline(row: Row, _column: str, _tables: Tables) -> Derivation:
    return Derivation(str(row["formula"]))


def _balance(row: Row, column: str, tables: Tables) -> Derivation:
    key = name_of("balances", row)
    if column in ("received", "sent"):
        return _summed(row, column, tables)
    sides = tuple(f"{key}.{side}" for side in ("received", "sent") if row[f"{side}_statements"])
    unsaid = {"unaccounted": NO_ACCOUNT, "share_sent_on": {*NO_ACCOUNT} - {"licences"}}
    unsaid["required_stock"] = {"licences", "not one party"}
    if row["status"] in unsaid.get(column, ()):
        return Derivation("", NO_ACCOUNT[str(row["status"])], sides)
    if column == "unaccounted":
        return Derivation(f"{key}.received - {_at_least_nought(f'{key}.sent', row['sent_low'])}")
    if column == "share_sent_on":
        known = not unknown(row["share_sent_on"])
        words = "From the best figures of both." if known else "Not known: there is no best figure of one of the two."
        return Derivation(f"{key}.sent / {key}.received" if known else "", words, sides)
    flows = (*_legs(row, "received", tables), *_legs(row, "sent", tables))
    words = {
        "required_stock": "The most by which what was sent by the end of a year exceeds what had come in by then.",
        "tolerance": "The least share by which counts must be wrong, in whole items, for none to be unaccounted for: "
        "found by reconciling all statements on the item at such shares, as the parameter `tolerance` does.",
        "status": "From the signs of what is unaccounted for, and from which sides have any record.",
    }
    return Derivation("", words.get(column, "The statements of the movements below."), flows)


def _summed(row: Row, side: str, tables: Tables) -> Derivation:
    """A party's sum over its flows, less what may have been counted twice."""
    legs = _legs(row, side, tables)
    low = {name_of("flows", flow): flow["low"] for flow in tables["flows"]}
    known = any(not unknown(low[leg]) for leg in legs)
    total = " + ".join(_at_least_nought(leg, low[leg]) if known else leg for leg in legs)
    twice = _total(low[leg] for leg in legs) - (row[f"{side}_low"] if known else 0)
    if not twice:
        return Derivation(total, "" if legs else "No statement records any.")
    words = "The least counts once what may be one lot reported along two routes, the most counts it twice."
    routes = {name_of("double_counts", found): found["low"] for found in _routes(row, side, tables)}
    if sum(routes.values()) == twice:
        return Derivation(f"between({total} - {' - '.join(f'{route}.low' for route in routes)}, {total})", words)
    return Derivation("", f"{words} It is less by {cell_text(twice)}.", (*legs, *routes))


def _routes(row: Row, side: str, tables: Tables) -> Rows:
    """The possible double counts that bear on one side of a balance."""
    return _where(tables["double_counts"], **_side(row, side))


def _legs(row: Row, side: str, tables: Tables) -> tuple[str, ...]:
    """The flows that make up one side of a balance, by their keys."""
    return tuple(name_of("flows", flow) for flow in _where(tables["flows"], **_side(row, side)))


def _side(row: Row, side: str) -> dict[str, object]:
    """What rows that bear on one side of a balance say."""
    party = "recipient" if side == "received" else "supplier"
    return {party: row["party"], "item": row["item"], "unit": row["unit"]}


def _where(rows: Rows, **cells: object) -> Rows:
    """The rows that have these cells."""
    return [row for row in rows if all(row[name] == cell for name, cell in cells.items())]


def _grouped(rows: Rows, *columns: str) -> list[Rows]:
    """The rows that agree in these columns of text, together; in the order of what they say there."""
    found: dict[tuple, Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in columns), []).append(row)
    return [found[key] for key in sorted(found)]


def _total(cells: Iterable[object]) -> float:
    """The sum of those that are known."""
    return sum(cell for cell in cells if not unknown(cell))


def _any_known(rows: Rows) -> bool:
    return any(not unknown(row["low"]) for row in rows)


def _at_least_nought(term: str, low: object) -> str:
    """A count that nobody gives is at least nought."""
    return f"max(0, {term})" if unknown(low) else term


def _flow(row: Row, column: str, tables: Tables) -> Derivation:
    mine = _statements(row, tables)
    views = {str(rows[0]["role"]): _view(rows) for rows in _grouped(mine, "role") if _any_known(rows)}
    parts = tuple(name_of("transfers", statement) for statement in mine)
    tolerance = _parameter(tables, "tolerance")
    if column in ("exporter", "importer", "third") and tolerance not in ("", "0"):
        return Derivation("", f"What this side reports, where {_off(tolerance)}.", parts)
    if column in ("exporter", "importer", "third"):
        return Derivation(views.get(column, ""), "" if column in views else "No count by this side.", parts)
    if column not in ("", *STEM):
        return Derivation("", "How the reports of this movement compare, and which rule chose the best figure.", parts)
    rule, agreement = str(row["rule"]), str(row["agreement"])
    words = f"How the reports compare: {agreement}. Rule that chose the best figure: {rule}.{_weighing(row)}"
    if tolerance not in ("", "0"):
        return Derivation("", f"{words} Here {_off(tolerance)}.", parts)
    if agreement == "timing":
        side = rule.removeprefix("timing: ")
        return Derivation(views.get(side, ""), words, parts)
    join = "hull" if agreement == "differ" else "overlap"
    every = list(views.values())
    return Derivation(every[0] if len(every) == 1 else f"{join}({', '.join(every)})" if every else "", words, parts)


def _off(tolerance: str) -> str:
    return f"every count may be off by the share {tolerance}, in whole items"


def _statements(row: Row, tables: Tables) -> Rows:
    """The statements that a row rests on. Raises InputError where one is not among the transfers."""
    known = {statement["statement_id"]: statement for statement in tables["transfers"]}
    ids = str(row["statements"]).split()
    if strange := [name for name in ids if name not in known]:
        raise InputError(
            f"{name_of('flows', row)} rests on {strange[0]}, which is no row of transfers. They do not belong together."
        )
    return [known[name] for name in ids]


def _weighing(row: Row) -> str:
    """What `reliable` did; and each side's weight, where each gives one figure: best = x^share · m^(1 − share)."""
    if row["rule"] != "reliable":
        return ""
    words = " It is the geometric mean of the sender's figure and the receiver's, each weighted by how near its reports"
    words += " come to those of its partners."
    ends = [row[f"{side}_{end}"] for side in ("exporter", "importer") for end in ("low", "high")]
    if any(unknown(end) for end in ends) or ends[0] != ends[1] or ends[2] != ends[3] or ends[0] == ends[2]:
        return words
    share = math.log(row["best"] / ends[2]) / math.log(ends[0] / ends[2])
    return f"{words} Weight of the sender's: {figure(share, 'share')}, of the receiver's: {figure(1 - share, 'share')}."


def _view(rows: Rows) -> str:
    """One side's reports: the lots of a report add up; several reports are what they share, or else all they span."""
    reports = [lots for lots in _grouped(rows, "source_id", "reporter") if _any_known(lots)]
    sums = [_report(lots) for lots in reports]
    if len(sums) == 1:
        return sums[0]
    low = max(_total(lot["low"] for lot in lots) for lots in reports)
    high = min(_total(math.inf if unknown(lot["high"]) else lot["high"] for lot in lots) for lots in reports)
    return f"{'hull' if low > high else 'overlap'}({', '.join(sums)})"


def _report(lots: Rows) -> str:
    """The same lot listed twice at one place in the same words counts once."""
    once: dict[tuple, Row] = {}
    for lot in lots:
        once.setdefault(tuple(lot[name] for name in ("locator", "low", "high", "quantity_as_printed")), lot)
    return " + ".join(_at_least_nought(name_of("transfers", lot), lot["low"]) for lot in once.values())


def _double_count(row: Row, _column: str, _tables: Tables) -> Derivation:
    ids = str(row["statements"]).split()
    words = "What the direct movement and both legs of the detour have in common."
    return Derivation("", words, tuple(f"transfers[{name}]" for name in ids))


def _value(row: Row, column: str, tables: Tables) -> Derivation:
    """What a sum leaves for a lot: if the others are worth as little as they can be, or as much."""
    lots = _where(tables["values"], sum=row["sum"])
    parts = (f"amounts[{row['sum']}]", *(f"transfers[{lot['lot']}]" for lot in lots))
    if column not in ("unit_price", "lot_value"):
        rate = "The European Central Bank's reference rate of the day or year named, from the table that is pinned."
        return Derivation("", rate if column.startswith("rate") else "As the sum and the lot give it.", parts)
    rate = "" if unknown(row["rate"]) else f" * {name_of('values', row)}.rate"
    limits = parse_limits(_parameter(tables, "price_limits"))
    others = [(lot, *limits.get(str(lot["item"]), (0, None))) for lot in lots if lot["lot"] != row["lot"]]
    paid = _where(tables["amounts"], statement_id=row["sum"])
    money = f"{_at_least_nought(parts[0], paid[0]['low'] if paid else None)}{rate}"
    high = _left(money, [(lot, floor) for lot, floor, _ in others])
    caps = [(lot, cap) for lot, _, cap in others if cell_text(lot["count_high"]) != "0"]  # no items are worth nothing
    low = "" if any(cap is None for _, cap in caps) else _left(money, caps)
    floor, cap = limits.get(str(row["item"]), (0, None))
    least, most = _worth(row, floor, cap)
    if column == "unit_price":
        (fewest, many), (least, most) = _counts(row), (str(floor), None if cap is None else str(cap))
        low = _each(low, many) if low and many not in ("", "0") else ""
        high = _each(high, fewest) if most is None or fewest != "0" else most  # divided by nought: no limit
    kept = _within(low, least, most) if low else least
    words = "From all that the other lots can be worth, to nothing of it, within the limits on prices that were set."
    return Derivation(f"between({kept}, {_within(high, least, most)})", words)


def _left(money: str, others: Iterable[tuple[Row, object]]) -> str:
    """What is left of a sum when every other lot has such a price."""
    return " - ".join([money, *(f"{price} * {_lot(lot)}" for lot, price in others)])


def _each(money: str, count: str) -> str:
    return f"({money}) / {count}" if " - " in money else f"{money} / {count}"


def _within(formula: str, least: str, most: str | None) -> str:
    """A formula that goes no further than two limits; a sum of which nothing is taken is no less than nought."""
    below = formula if most is None else f"min({most}, {formula})"
    return below if least == "0" and " - " not in formula else f"max({least}, {below})"


def _worth(lot: Row, floor: object, cap: object | None) -> tuple[str, str | None]:
    """The least and the most that a lot can be worth by its own count and limits, as formulas; None where no end is."""
    least, most = _counts(lot)
    if most == "0" or cap == 0:
        return "0", "0"
    return (
        f"{floor} * {least}" if floor and least != "0" else "0",
        None if cap is None or not most else f"{cap} * {most}",
    )


def _lot(row: Row) -> str:
    return _at_least_nought(f"transfers[{row['lot']}]", row["count_low"])


def _counts(lot: Row) -> tuple[str, str]:
    """Fewest and most items of a lot, as terms: nought at the least, and "" where no end is known."""
    low, high = (cell_text(lot[f"count_{end}"]) for end in ("low", "high"))
    if low == high != "0":
        return (f"transfers[{lot['lot']}]",) * 2 if low else ("0", "")
    name = name_of("values", lot)
    return f"{name}.count_low" if low not in ("", "0") else "0", f"{name}.count_high" if high not in ("", "0") else high


def _parameter(tables: Tables, name: str) -> str:
    return next((str(row["value"]) for row in tables["parameters"] if row["name"] == name), "")


def _origin(row: Row, column: str, tables: Tables) -> Derivation:
    of_item = _where(tables["flows"], item=row["item"], unit=row["unit"])
    closed = _closed_forms(row, of_item, tables["double_counts"]).get(column)
    if closed:
        return Derivation(closed, "The closed form for one hub; the number itself is computed as for any network.")
    legs = tuple(name_of("flows", flow) for flow in of_item)
    ways = "over every way in which the goods can have moved, if every party but the origin held the opening stock"
    words = {
        "least": f"The least that can be of {row['origin']}, {ways}: no rule about who got which is assumed.",
        "most": f"The most that can be of {row['origin']}, {ways}: no rule about who got which is assumed.",
        "break_even": f"The least opening stock at which none of this need be of {row['origin']}.",
        "opening_stock": "The opening stock asked for, raised to what the party's sending requires.",
        "given_stock": "The opening stock asked for.",
    }
    rules = "By the rule that gives the column its name, applied to each moment in turn."
    return Derivation("", words.get(column, rules), (*legs, "parameters[opening_stock].value"))


class Hub(NamedTuple):
    """One party that alone both received and sent an item, all in one year and in exact counts.

    `came` from the origin, `others` from all other parties; of these `sent` went where a row of origins says, in `legs`
    (keys of flows), and `total` anywhere. `required` is the opening stock without which it cannot have sent them.
    """

    party: str
    came: int
    others: int
    sent: int
    total: int
    required: int
    direct: str
    legs: tuple[str, ...]


def one_hub(row: Row, flows: Rows, double_counts: Rows) -> Hub | None:
    """The one hub through which a row of origins went, `flows` being those of its item; None where it is not so."""
    hubs = {flow["recipient"] for flow in flows} & {flow["supplier"] for flow in flows}
    years = {None if unknown(flow["year"]) else flow["year"] for flow in flows}
    direct = _where(flows, supplier=row["origin"])
    named = not any(unspecified(flow[end]) for flow in flows for end in ("supplier", "recipient"))
    simple = named and len(hubs) == 1 and len(years) == 1 and {flow["recipient"] for flow in direct} == hubs
    # An interval less itself would no longer be nought.
    exact = all(not unknown(flow["low"]) and flow["low"] == flow["high"] for flow in flows)
    if not simple or not exact or _where(double_counts, item=row["item"]) or unknown(row["opening_stock"]):
        return None
    hub = hubs.pop()
    out = _where(flows, supplier=hub)
    sent = out if row["recipient"] == "*" else _where(out, recipient=row["recipient"])
    if row["supplier"] not in (hub, "*") or not sent:
        return None
    got, came = _total(flow["low"] for flow in _where(flows, recipient=hub)), direct[0]["low"]
    total, left = _total(flow["low"] for flow in out), _total(flow["low"] for flow in sent)
    legs = tuple(name_of("flows", flow) for flow in sent)
    return Hub(hub, came, got - came, left, total, max(0, total - got), name_of("flows", direct[0]), legs)


def _closed_forms(row: Row, flows: Rows, double_counts: Rows) -> dict[str, str]:
    """The closed forms for one hub, by the column they give; nothing where there is not just one."""
    hub = one_hub(row, flows, double_counts)
    if not hub:
        return {}
    left = " + ".join(hub.legs)
    others = f"(balances[{hub.party},{row['item']},{row['unit']}].received - {hub.direct})"
    found = {
        "least": f"max(0, {left} - {others} - {row['opening_stock']})",
        "most": f"min({hub.direct}, {left})",
    }
    if hub.sent - hub.others > hub.required:  # else none need be of the origin: what sending requires is enough
        found["break_even"] = f"{left} - {others}"
    return found


def _read(table: str, key: str) -> Callable[[Row, str, Tables], Derivation]:
    """A row that is one raw line, read."""

    def found(row: Row, _column: str, _tables: Tables) -> Derivation:
        return Derivation("", "", (), (table, str(row[key])))

    return found


def _rejected(row: Row, _column: str, _tables: Tables) -> Derivation:
    return Derivation("", "This line could not be read.", (), (str(row["table"]), str(row["id"])))


def _told(row: Row, _column: str, tables: Tables) -> Derivation:
    """A row of timeline or evidence: a statement, a sum, an event, or what was computed from statements."""
    name = str(row["id"])
    for table in ("transfers", "amounts", "events"):
        if _where(tables[table], **{KEYS[table][0]: name}):
            return Derivation("", "Told as the row below.", (f"{table}[{name}]",))
    ids = str(row["statements"]).split()
    return Derivation("", "Follows from the statements below.", tuple(f"transfers[{one}]" for one in ids))


def _set(row: Row, _column: str, _tables: Tables) -> Derivation:
    return Derivation("", "What this set of results was computed with.", (), ("parameters", str(row["name"])))


def _flip(row: Row, _column: str, _tables: Tables) -> Derivation:
    words = f"{row['key']} computed again with {row['parameter']} = {row['at']}, all else as in these results."
    return Derivation("", words, (str(row["key"]), f"parameters[{row['parameter']}].value"))


DERIVATIONS: dict[str, Callable[[Row, str, Tables], Derivation]] = {
    "headlines": _headline,
    "balances": _balance,
    "flows": _flow,
    "double_counts": _double_count,
    "values": _value,
    "origins": _origin,
    "transfers": _read("transfers", "statement_id"),
    "amounts": _read("values", "statement_id"),
    "events": _read("events", "event_id"),
    "sources": _read("sources", "source_id"),
    "rejects": _rejected,
    "corrections": _read("corrections", "id"),
    "timeline": _told,
    "evidence": _told,
    "counting": _set,
    "parameters": _set,
    "flips": _flip,
}
