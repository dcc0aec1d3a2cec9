"""Sentences that figures, notebooks and report share, with their numbers from `headlines`."""

from collections.abc import Iterable

import pandas as pd

from analysis.derivations import name_of
from analysis.evidence import lot
from analysis.headlines import find, goes_on, keyed, linked, say
from analysis.licences import is_licensed
from analysis.names import item_name, party_name, unspecified
from analysis.wording import (
    MARKS,
    UNKNOWN,
    capital,
    covered,
    figure,
    listed,
    measure,
    of_items,
    place,
    remainder,
    shortened,
    span,
)


def bulleted(lines: list[str], none: str = "") -> str:
    """Lines as a list in Markdown; `none` where there is none."""
    return "\n".join(f"- {line}" for line in lines) or none


def finding(headlines: pd.DataFrame, party: str, item: str) -> str:
    """The finding in one sentence: received, passed on, unaccounted for."""
    name, keys = capital(party_name(party)), set(headlines["key"])
    received, sent = f"received[{party},{item}]" in keys, f"sent[{party},{item}]" in keys
    if (received or sent) and is_licensed(find(headlines, "received" if received else "sent", party, item)["unit"]):
        return f"{name} was licensed {_licences(headlines, party, item, received, sent)}"
    if not received and not sent:
        return f"No statement that could be read says that {party_name(party)} received or sent {item_name(item)}"
    if not received:
        count = counted(headlines, "sent", party, item)
        return f"{name} sent {count}; no record says that it received any"
    start = f"{name} received {counted(headlines, 'received', party, item)}{years_in(headlines, party, item)}"
    if not sent:
        return f"{start}; no record says that any was passed on"
    row = find(headlines, "unaccounted", party, item)
    gone = say(headlines, "sent", party, item)
    if _sent_first(headlines, party, item) and not (pd.notna(row["high"]) and row["high"] < 0):
        many = "much" if measure(row["unit"]) else "many"
        early = "some before any is recorded as received"
        return f"{start} and sent {gone}, {early}; how {many} of what it received went on is not known"
    verb = "sent" if sent_own(headlines, party, item) else "passed on"
    left = remainder(row["low"], row["high"], say(headlines, "unaccounted", party, item), row["unit"])
    joint = ", " if left.endswith("have received") else "; "
    left = left if MARKS[0] in left else linked(headlines, row["key"], left)
    return f"{start} and {verb} {gone}{joint}{left}"


def sent_own(headlines: pd.DataFrame, party: str, item: str) -> bool:
    """Whether a party certainly did not have all that it sent from others: more than it got, or before it got any."""
    rows = headlines[headlines["key"] == f"unaccounted[{party},{item}]"]
    return bool((rows["high"] < 0).fillna(False).any()) or _sent_first(headlines, party, item)


def _sent_first(headlines: pd.DataFrame, party: str, item: str) -> bool:
    """Whether a party sent some in a year before the first in which it is recorded to have received any."""
    rows = keyed(headlines, "year")
    mine = rows[[parts[0] == party and parts[2] == item for parts in rows["parts"]]]
    came = headlines.loc[headlines["key"] == f"years[{party},{item}]", "low"]
    return bool(len(came) and len(mine) and mine["low"].min() < came.iloc[0])


def _licences(headlines: pd.DataFrame, party: str, item: str, received: bool, sent: bool) -> str:
    """What a party was licensed to receive and to send on; what is licensed in and not out is no goods, and no gap."""
    if not received:
        return f"to send {counted(headlines, 'sent', party, item)}; no licence to receive any is recorded"
    start = f"to receive {counted(headlines, 'received', party, item)}{years_in(headlines, party, item)}"
    if not sent:
        return f"{start}; no licence to send any on is recorded"
    return f"{start} and to send on {say(headlines, 'sent', party, item)}"


def counted(headlines: pd.DataFrame, name: str, *key: str) -> str:
    """A count with the name of what is counted, such as "240 Konkurs launchers"; the item is the key's last part."""
    return of_items(say(headlines, name, *key), item_name(key[-1], find(headlines, name, *key)["high"]))


def years_in(headlines: pd.DataFrame, party: str, item: str) -> str:
    """In which years the party received the item, such as " in 2015"; nothing where any of it is undated."""
    if not any(headlines["key"] == f"years[{party},{item}]"):
        return ""
    row = find(headlines, "years", party, item)
    first, last = figure(row["low"], "year"), figure(row["high"], "year")
    years = linked(headlines, row["key"], first if first == last else f"{first} to {last}")
    return f" in {years}" if first == last else f" from {years}"


def measures(headlines: pd.DataFrame, party: str, item: str) -> list[str]:
    """What share was passed on, and how wrong the counts would have to be for nothing to be missing: sentences."""
    keys, found = set(headlines["key"]), []
    sent = "sent" if sent_own(headlines, party, item) else "sent on"
    rows = headlines[headlines["key"] == f"received[{party},{item}]"]
    licensed = len(rows) and is_licensed(rows["unit"].iloc[0])
    share = "What it was licensed to send on equals {} of what it was licensed to receive."
    for name, sentence in (
        ("share_sent_on", share if licensed else f"What it {sent} equals {{}} of what it received."),
        (
            "tolerance",
            "Counting error alone explains the gap only if at least one count is wrong by {} or more, in whole items.",
        ),
    ):
        if f"{name}[{party},{item}]" in keys:
            shown = say(headlines, name, party, item)
            found += [] if shown == UNKNOWN else [sentence.format(shown)]
    return found


def movements(headlines: pd.DataFrame, amounts: pd.DataFrame, party: str) -> list[str]:
    """One line per flow in the order of its statements: "Belarus → Bulgaria: 240 Konkurs launchers, 2015 (T1)"."""
    found = []
    rows = keyed(headlines, "flow")
    first = [min(ids.split(), key=lambda name: (len(name), name), default="") for ids in rows["statements"]]
    order = sorted(
        zip(rows["parts"], rows["statements"], first, strict=True),
        key=lambda row: (party not in row[0][:2], len(row[2]), row[2]),
    )
    for (supplier, recipient, item), ids, _ in order:
        dated = any(headlines["key"] == f"year[{supplier},{recipient},{item}]")
        year = f", {say(headlines, 'year', supplier, recipient, item)}" if dated else ""
        permit = "licence for " * is_licensed(find(headlines, "flow", supplier, recipient, item)["unit"])
        count = permit + counted(headlines, "flow", supplier, recipient, item)
        route = f"{capital(party_name(supplier))} → {party_name(recipient)}"
        found.append(f"{route}: {count}{year} ({_ids(headlines, ids)})")
    for row in amounts.itertuples():
        found.append(f"{capital(covered(row.covers))}: said to be worth {say(headlines, 'amount', row.statement_id)}")
    return found


def told(evidence: pd.DataFrame) -> list[str]:
    """What the sources ascribe to others or conclude themselves: one line each, with whose word it is and where."""
    rows = evidence[(evidence["basis"] != "reported") & (evidence["locator"] != "")]
    return [
        f"{capital(shortened(row.says))}: {shortened(row.claim)} "
        f"({linked(evidence, _key('evidence', row), f'{row.source_id}, {place(row.locator)}')})"
        for row in rows.itertuples()
    ]


def set_aside(rejects: pd.DataFrame) -> list[str]:
    """A line per row that could not be read: it is in none of the sums."""
    return [
        f"{row.id} of {row.table}.csv (row {row.row}) could not be read and is in none of these numbers: "
        f"{row.column} “{shortened(row.text)}”, {row.reason}."
        for row in rejects.itertuples()
    ]


def corrected(corrections: pd.DataFrame) -> list[str]:
    """A line per correction made to a source's words."""
    return [
        f"{row.id}: {row.column} “{row.expect}” is read as “{row.value}”. {row.reason} {row.evidence}".strip()
        for row in corrections.itertuples()
    ]


def differing(flows: pd.DataFrame, transfers: pd.DataFrame) -> list[str]:
    """A sentence per movement that is reported with different counts: who says which, source by source."""
    return [
        f"{_route(row.supplier, row.recipient)}, {item_name(row.item)}{'' if pd.isna(row.year) else f', {row.year}'}: "
        f"{listed(_views(flows, row, transfers))} ({_ids(flows, row.statements)})."
        for row in flows[flows["agreement"] == "differ"].itertuples()
    ]


def _views(flows: pd.DataFrame, row, transfers: pd.DataFrame) -> list[str]:
    """What each side reports, such as "Germany reports 26"; sides that give no number are left out.

    Of a side with several reports, what each of them prints: "S1 says “136” and S2 says “130”".
    """
    mine, found = transfers[transfers["statement_id"].isin(row.statements.split())], []
    for side in ("exporter", "importer", "third"):
        low, high = getattr(row, f"{side}_low"), getattr(row, f"{side}_high")
        reports = mine[mine["role"] == side].groupby(["source_id", "reporter"], sort=False)
        if pd.isna(low):
            continue
        if len(reports) > 1:
            found += [_printed(*key, lots["quantity_as_printed"]) for key, lots in reports]
        else:
            count = linked(flows, f"{_key('flows', row)}.{side}", span(low, None, high, row.unit))
            found += [f"{_who(source, reporter)} reports {count}" for (source, reporter), _ in reports]
    return found


def _who(source: str, reporter: str) -> str:
    """Whose report it is: the party that makes it, or the source where that names none."""
    return party_name(reporter) if reporter else source


def _printed(source: str, reporter: str, counts: Iterable[str]) -> str:
    """What one of several reports prints, lot by lot."""
    who = f"{party_name(reporter)}, in {source}," if reporter else source
    return f"{who} says {listed(f'“{shortened(count)}”' if count else 'no number' for count in counts)}"


def double_counted(double_counts: pd.DataFrame) -> list[str]:
    """A sentence per possible double count: both routes, their statements, and what it leaves open."""
    return [
        f"{_route(row.supplier, row.recipient)} ({_ids(double_counts, row.direct_statements)}) and "
        f"{_route(row.supplier, row.via, row.recipient)} ({_ids(double_counts, row.detour_statements)}) "
        f"may be {linked(double_counts, _key('double_counts', row), lot(row))}, reported along two routes: "
        f"the least that {party_name(row.recipient)} received counts it once, the most counts it twice; "
        f"what {party_name(row.via)} received and sent is given as reported."
        for row in double_counts.itertuples()
    ]


def weighed(double_counts: pd.DataFrame, balances: pd.DataFrame) -> list[str]:
    """What speaks for one lot, a sentence per double count: its supplier got less than all reports have it send.

    Nothing where either number is unknown, where what it is recorded as having received would do, and for a supplier
    that is nobody in particular.
    """
    found = []
    for row in double_counts[~double_counts["supplier"].map(unspecified).astype(bool)].itertuples():
        mine = (balances[["party", "item", "unit"]] == [row.supplier, row.item, row.unit]).all(axis=1)
        short = (balances["received_high"] < balances["sent_high"]).fillna(False)
        ways = f"{_route(row.supplier, row.recipient)} and {_route(row.supplier, row.via, row.recipient)}"
        found += [f"{ways}: {_short(balances, own)}." for own in balances[mine & short].itertuples()]
    return list(dict.fromkeys(found))


def _short(balances: pd.DataFrame, own) -> str:
    """What a party got against all that reports have it send, both routes of every possible double count included."""
    key = _key("balances", own)
    sent = of_items(
        linked(balances, f"{key}.sent", figure(own.sent_high, own.unit)), item_name(own.item, own.sent_high)
    )
    got = linked(balances, f"{key}.received", span(own.received_low, own.received_best, own.received_high, own.unit))
    return (
        f"if each report is of a lot of its own, {party_name(own.party)} sent as many as {sent}, and it is recorded as "
        f"having received {got}; the rest would have to be goods that no record shows"
    )


def _route(*codes: str) -> str:
    return capital(" → ".join(party_name(code) for code in codes))


def _key(table: str, row) -> str:
    """The key of a row from `itertuples`, as `explain` knows it."""
    return name_of(table, row._asdict())


def _ids(table: pd.DataFrame, statements: str) -> str:
    return ", ".join(linked(table, f"transfers[{name}]", name) for name in statements.split())


def provenance(headlines: pd.DataFrame, transfers: pd.DataFrame) -> str:
    """How many counts come from how many sources, and who is named for which of them."""
    counts, sources = say(headlines, "statements"), say(headlines, "sources")
    text = f"Counts: {counts}. Sources: {sources}."
    named = transfers.groupby("reporter", sort=False)["statement_id"].agg(" ".join)
    if not named.index.any():
        return f"{text} Nobody is named for any of the counts."
    who = [
        f"{capital(party_name(code)) if code else 'nobody is named'} ({_ids(transfers, ids)})"
        for code, ids in named.items()
    ]
    return f"{text} Who reports them: {'; '.join(who)}."


def sources(table: pd.DataFrame) -> list[str]:
    """One line per source: what it says about itself, and nothing it does not."""
    found = []
    for row in table.itertuples():
        parts = [f"**{row.source_id}**", row.author, f"“{row.title}”", row.publisher, row.published, row.url]
        found.append(f"{', '.join(filter(None, parts))}. {row.note}")
    return found


def other_items(headlines: pd.DataFrame, party: str, item: str) -> list[str]:
    """The finding for every other item that the party received, each a sentence."""
    parts = keyed(headlines, "received")["parts"]
    others = [other for name, other in parts if name == party and other != item]
    found = [f"{finding(headlines, party, other)}." for other in others]
    return [f"{line} None recorded is not none sent." if line.endswith("passed on.") else line for line in found]


def uncounted(headlines: pd.DataFrame, party: str, item: str) -> list[str]:
    """For each recipient that the sources speak of without any count: none to all of what was sent on."""
    found = []
    for recipient, _ in [parts for parts in keyed(headlines, "reached")["parts"] if parts[1] == item]:
        row = find(headlines, "reached", recipient, item)
        least, most = (
            "unknown" if pd.isna(row[end]) else linked(headlines, row["key"], figure(row[end], row["unit"]))
            for end in ("low", "high")
        )
        found.append(
            f"No count is given for {recipient}: of the {item_name(item)} recorded as sent on by {party_name(party)}, "
            f"least {least}, most {most} can have got there. What is unaccounted for is not in that range."
        )
    return found


def broken_even(headlines: pd.DataFrame, item: str) -> str:
    """What would have to be true for none of what was sent on to be of the origin: one sentence, or nothing.

    It is about the party that would have to have held most of its own.
    """
    rows = keyed(headlines, "break_even")
    rows = rows.loc[[parts[2:] == ("*", item) for parts in rows["parts"]]].dropna(subset=["value"])
    if rows.empty:
        return ""
    row = rows.loc[rows["value"].astype("float64").idxmax()]
    origin, supplier, *_ = row["parts"]
    goods = f"the {item_name(item)} that {party_name(supplier)} sent on"
    if not row["value"]:
        return f"The counts do not show that any of {goods} came from {party_name(origin)}"
    held = f"{linked(headlines, row['key'], figure(row['value'], row['unit']))} or more that no record shows"
    alone = _alone(headlines, supplier, item, origin)
    who = party_name(supplier) if alone else f"a party other than {party_name(origin)}"
    return f"Unless {who} had {held}, some of {goods} must have come from {party_name(origin)}"


def _alone(headlines: pd.DataFrame, party: str, item: str, origin: str) -> bool:
    """Whether nobody else received and sent on the item: another's stock can replace goods of the origin as well."""
    got, sent = ({row[0] for row in keyed(headlines, name)["parts"] if row[1] == item} for name in ("received", "sent"))
    return got & sent <= {party, origin}


def bounded(headlines: pd.DataFrame, item: str, as_list: bool = False) -> str:
    """What the counts show of an origin, as a paragraph or a list: the break-even first, then the bounds."""
    if not goes_on(headlines, item):
        licensed = any(is_licensed(row["unit"]) for _, row in headlines.iterrows() if row["key"].endswith(f",{item}]"))
        why = "A licence moves no goods" if licensed else "No onward transfer of the item in focus is recorded"
        return f"{why}: there is no origin to follow."
    even, lines = broken_even(headlines, item), of_origin(headlines, item)  # no break-even where it is not certain
    start = f"**{even}.** {assumed(headlines)}" if even else assumed(headlines)
    return f"{start}\n\n{bulleted(lines)}" if as_list else " ".join([start, *lines])


def assumed(headlines: pd.DataFrame) -> str:
    """What the bounds assume of opening stocks, as a sentence that introduces them; nothing where there are none."""
    if not any(headlines["key"] == "assumed_stock"):
        return ""
    stock, origin = find(headlines, "assumed_stock"), keyed(headlines, "of_origin")["parts"].iloc[0][0]
    many = say(headlines, "assumed_stock")
    held = (
        f"more than {many} that no record shows, or than" if stock["value"] else "any that no record shows, beyond what"
    )
    return f"If nobody but {party_name(origin)} had {held} it needed to send what is recorded:"


def of_origin(headlines: pd.DataFrame, item: str) -> list[str]:
    """How much of what each party sent, and of what reached each, must and can be of the origin: a line each."""
    rows = keyed(headlines, "of_origin")
    return [_of_one(headlines, row.key, *row.parts) for row in rows.itertuples() if row.parts[3] == item]


def _of_one(headlines: pd.DataFrame, key: str, origin: str, supplier: str, recipient: str, item: str) -> str:
    goods = f"what {party_name(supplier)} sent on" if recipient == "*" else f"what reached {party_name(recipient)}"
    row = find(headlines, key)
    unit = row["unit"]
    even = headlines[(headlines["key"] == key.replace("of_origin", "break_even")) & (headlines["value"] > 0)]
    stocks = [
        linked(headlines, name, figure(value, unit)) for name, value in zip(even["key"], even["value"], strict=True)
    ]
    others = [f"every party but {party_name(origin)} had {stock}" for stock in stocks]
    limit = "".join(f" (none need have, if {told} that no record shows)" for told in others)
    least, most = (
        None if pd.isna(row[end]) else linked(headlines, key, figure(row[end], unit)) for end in ("low", "high")
    )
    return f"Of {goods}, {_can_have(row['low'], least, row['high'], most)} come from {party_name(origin)}{limit}."


def _can_have(low: float, least: str | None, high: float, most: str | None) -> str:
    """Least and most, as the words before "come"."""
    if most is None:
        return f"at least {least} must and any number can have" if low else "any number can have"
    if high == 0:
        return "none can have"
    if low == high:
        return f"{least} must have"
    return f"at least {least} must and at most {most} can have" if low else f"at most {most} can have"


def prices(headlines: pd.DataFrame, values: pd.DataFrame) -> list[str]:
    """What the sums leave room for: a line per lot, and what was sent on and is unaccounted for is worth."""
    lines = [
        f"One {item_name(row.item, 1)} ({row.lot}): {say(headlines, 'unit_price', row.item, row.lot)}."
        for row in values.itertuples()
    ]
    for name, what in (("value_sent", "passed on"), ("value_unaccounted", "unaccounted for")):
        for party, item in keyed(headlines, name)["parts"]:
            worth = say(headlines, name, party, item)
            lines.append(f"The {item_name(item)} {what} by {party_name(party)}, at such prices: {worth}.")
    return lines
