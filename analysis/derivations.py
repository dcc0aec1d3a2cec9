"""How each cell of each processed table came about: by a formula over other cells, or in words, and from which rows.

One function per table: (row, column, tables) → Derivation. A formula can be computed again; `explain` does so.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from analysis.schemas import KEYS
from analysis.tables import cell_text
from analysis.values import parse_limits
from analysis.wording import figure

Row = Mapping[str, object]
Tables = Mapping[str, pd.DataFrame]
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
    cells = ("" if pd.isna(row[column]) else str(row[column]) for column in KEYS[table])
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
    received, sent = (_at_least_nought(f"{key}.{side}", row[f"{side}_low"]) for side in ("received", "sent"))
    if row["status"] == "no inward record" and column in ("unaccounted", "share_sent_on"):
        return Derivation(
            "", "Nothing is recorded as received, so that nothing can be unaccounted for.", (f"{key}.sent",)
        )
    if column == "unaccounted":
        if row["status"] == "no onward record":
            return Derivation(
                f"{key}.received", "No onward transfer is recorded: all that was received is unaccounted for."
            )
        return Derivation(f"{received} - {sent}")
    if column == "share_sent_on":
        known = pd.notna(row["share_sent_on"])
        words = "From the best figures of both." if known else "Not known: there is no best figure of one of the two."
        return Derivation(f"{key}.sent / {key}.received" if known else "", words, (f"{key}.received", f"{key}.sent"))
    flows = (*_legs(row, "received", tables), *_legs(row, "sent", tables))
    words = {
        "required_stock": "The most by which what was sent by the end of a year exceeds what had come in by then.",
        "status": "From the signs of what is unaccounted for, and from which sides have any record.",
    }
    return Derivation("", words.get(column, "The statements of the movements below."), flows)


def _summed(row: Row, side: str, tables: Tables) -> Derivation:
    """A party's sum over its flows, less what may have been counted twice."""
    legs = _legs(row, side, tables)
    low = {name_of("flows", flow): flow["low"] for flow in tables["flows"].to_dict("records")}
    known = any(pd.notna(low[leg]) for leg in legs)
    total = " + ".join(_at_least_nought(leg, low[leg]) if known else leg for leg in legs)
    twice = sum(low[leg] for leg in legs if pd.notna(low[leg])) - (row[f"{side}_low"] if known else 0)
    if not twice:
        return Derivation(total, "" if legs else "No statement records any.")
    words = "The least counts once what may be one lot reported along two routes, the most counts it twice."
    routes = {name_of("double_counts", found): found["low"] for found in _routes(row, side, tables)}
    if sum(routes.values()) == twice:
        return Derivation(f"between({total} - {' - '.join(f'{route}.low' for route in routes)}, {total})", words)
    return Derivation("", f"{words} It is less by {cell_text(twice)}.", (*legs, *routes))


def _routes(row: Row, side: str, tables: Tables) -> list[Row]:
    """The possible double counts that bear on one side of a balance."""
    found = tables["double_counts"]
    mine = found["recipient" if side == "received" else "supplier"] == row["party"]
    return found[mine & (found["item"] == row["item"]) & (found["unit"] == row["unit"])].to_dict("records")


def _legs(row: Row, side: str, tables: Tables) -> tuple[str, ...]:
    party = "recipient" if side == "received" else "supplier"
    flows = tables["flows"]
    mine = flows[(flows[party] == row["party"]) & (flows["item"] == row["item"]) & (flows["unit"] == row["unit"])]
    return tuple(name_of("flows", flow) for flow in mine.to_dict("records"))


def _at_least_nought(term: str, low: object) -> str:
    """A count that nobody gives is at least nought."""
    return f"max(0, {term})" if pd.isna(low) else term


def _flow(row: Row, column: str, tables: Tables) -> Derivation:
    statements = tables["transfers"].set_index("statement_id", drop=False)
    mine = statements.loc[str(row["statements"]).split()]
    views = {role: _view(rows) for role, rows in mine.groupby("role") if rows["low"].notna().any()}
    parts = tuple(f"transfers[{name}]" for name in mine["statement_id"])
    if column in ("exporter", "importer", "third"):
        return Derivation(views.get(column, ""), "" if column in views else "No count by this side.", parts)
    if column not in ("", *STEM):
        return Derivation("", "How the reports of this movement compare, and which rule chose the best figure.", parts)
    rule, agreement = str(row["rule"]), str(row["agreement"])
    words = f"How the reports compare: {agreement}. Rule that chose the best figure: {rule}.{_weighing(row)}"
    if (tolerance := _parameter(tables, "tolerance")) not in ("", "0"):
        return Derivation("", f"{words} Every count may be off by the share {tolerance}, in whole items.", parts)
    if agreement == "timing":
        side = rule.removeprefix("timing: ")
        return Derivation(views.get(side, ""), words, parts)
    join = "hull" if agreement == "differ" else "overlap"
    every = list(views.values())
    return Derivation(every[0] if len(every) == 1 else f"{join}({', '.join(every)})" if every else "", words, parts)


def _weighing(row: Row) -> str:
    """What `reliable` did; and each side's weight, where each gives one figure: best = x^share · m^(1 − share)."""
    if row["rule"] != "reliable":
        return ""
    words = " It is the geometric mean of the sender's figure and the receiver's, each weighted by how near its reports"
    words += " come to those of its partners."
    ends = [row[f"{side}_{end}"] for side in ("exporter", "importer") for end in ("low", "high")]
    if any(pd.isna(end) for end in ends) or ends[0] != ends[1] or ends[2] != ends[3] or ends[0] == ends[2]:
        return words
    share = math.log(row["best"] / ends[2]) / math.log(ends[0] / ends[2])
    return f"{words} Weight of the sender's: {figure(share, 'share')}, of the receiver's: {figure(1 - share, 'share')}."


def _view(rows: pd.DataFrame) -> str:
    """One side's reports: the lots of a report add up; several reports are what they share, or else all they span."""
    reports = [lots for _, lots in rows.groupby(["source_id", "reporter"]) if lots["low"].notna().any()]
    sums = [_report(lots) for lots in reports]
    if len(sums) == 1:
        return sums[0]
    low = max(lots["low"].sum() for lots in reports)
    high = min(lots["high"].sum() if lots["high"].notna().all() else float("inf") for lots in reports)
    return f"{'hull' if low > high else 'overlap'}({', '.join(sums)})"


def _report(lots: pd.DataFrame) -> str:
    """The same lot listed twice at one place in the same words counts once."""
    once = lots.drop_duplicates(["locator", "low", "high", "quantity_as_printed"])
    return " + ".join(_at_least_nought(f"transfers[{lot.statement_id}]", lot.low) for lot in once.itertuples())


def _double_count(row: Row, _column: str, _tables: Tables) -> Derivation:
    ids = str(row["statements"]).split()
    words = "What the direct movement and both legs of the detour have in common."
    return Derivation("", words, tuple(f"transfers[{name}]" for name in ids))


def _value(row: Row, column: str, tables: Tables) -> Derivation:
    """What a sum leaves for a lot: if the others are worth as little as they can be, or as much."""
    lots = tables["values"][tables["values"]["sum"] == row["sum"]].to_dict("records")
    parts = (f"amounts[{row['sum']}]", *(f"transfers[{lot['lot']}]" for lot in lots))
    if column not in ("unit_price", "lot_value"):
        rate = "The European Central Bank's reference rate of the day or year named, from the table that is pinned."
        return Derivation("", rate if column.startswith("rate") else "As the sum and the lot give it.", parts)
    rate = "" if pd.isna(row["rate"]) else f" * {name_of('values', row)}.rate"
    limits = parse_limits(_parameter(tables, "price_limits"))
    floor, cap = limits.get(str(row["item"]), (0, None))
    rest = [lot for lot in lots if lot["lot"] != row["lot"] and cell_text(lot["count_high"]) != "0"]  # worth nothing
    others = [(_lot(lot), *limits.get(str(lot["item"]), (0, None))) for lot in rest]
    each = f" / {_lot(row)}" if column == "unit_price" else ""
    times = "" if each else f" * {_lot(row)}"
    most = f"({parts[0]}{rate}{''.join(f' - {low} * {count}' for count, low, _ in others)}){each}"
    least = [f"{floor}{times}"] if floor else ["0"]
    if all(high is not None for *_, high in others):
        least.append(f"({parts[0]}{rate}{''.join(f' - {high} * {count}' for count, _, high in others)}){each}")
    most = most if cap is None else f"min({cap}{times}, {most})"
    words = "From all that the other lots can be worth, to nothing of it, within the limits on prices that were set."
    low = least[0] if len(least) == 1 else f"max({', '.join(least)})"
    return Derivation(f"between({low}, {most})", words)


def _lot(row: Row) -> str:
    return _at_least_nought(f"transfers[{row['lot']}]", row["count_low"])


def _parameter(tables: Tables, name: str) -> str:
    table = tables["parameters"].set_index("name")["value"]
    return str(table.get(name, ""))


def _origin(row: Row, column: str, tables: Tables) -> Derivation:
    flows = tables["flows"]
    of_item = flows[(flows["item"] == row["item"]) & (flows["unit"] == row["unit"])]
    closed = _closed_forms(row, of_item, tables["double_counts"]).get(column)
    if closed:
        return Derivation(closed, "The closed form for one hub; the number itself is computed as for any network.")
    legs = tuple(name_of("flows", flow) for flow in of_item.to_dict("records"))
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


def one_hub(row: Row, flows: pd.DataFrame, double_counts: pd.DataFrame) -> Hub | None:
    """The one hub through which a row of origins went, `flows` being those of its item; None where it is not so."""
    hubs = set(flows["recipient"]) & set(flows["supplier"])
    direct = flows[flows["supplier"] == row["origin"]]
    simple = len(hubs) == 1 and flows["year"].nunique() == 1 and set(direct["recipient"]) == hubs
    exact = (flows["low"] == flows["high"]).all()  # an interval less itself would no longer be nought
    if not simple or not exact or (double_counts["item"] == row["item"]).any() or pd.isna(row["opening_stock"]):
        return None
    hub = hubs.pop()
    out = flows[flows["supplier"] == hub]
    sent = out[(out["recipient"] == row["recipient"]) | (row["recipient"] == "*")]
    if row["supplier"] not in (hub, "*") or sent.empty:
        return None
    got, came = flows.loc[flows["recipient"] == hub, "low"].sum(), direct["low"].iloc[0]
    legs = tuple(name_of("flows", flow) for flow in sent.to_dict("records"))
    total, first = out["low"].sum(), name_of("flows", direct.iloc[0].to_dict())
    counts = (came, got - came, sent["low"].sum(), total, max(0, total - got))
    return Hub(hub, *map(int, counts), first, legs)


def _closed_forms(row: Row, flows: pd.DataFrame, double_counts: pd.DataFrame) -> dict[str, str]:
    """The closed forms for one hub, by the column they give; nothing where there is not just one."""
    hub = one_hub(row, flows, double_counts)
    if not hub:
        return {}
    left = " + ".join(hub.legs)
    others = f"(balances[{hub.party},{row['item']},{row['unit']}].received - {hub.direct})"
    return {
        "least": f"max(0, {left} - {others} - {row['opening_stock']})",
        "most": f"min({hub.direct}, {left})",
        "break_even": f"max(0, {left} - {others})",
    }


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
        if name in set(tables[table][KEYS[table][0]]):
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
