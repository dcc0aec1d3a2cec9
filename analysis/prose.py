"""Sentences that figures, notebooks and report share, with their numbers from `headlines`."""

import pandas as pd

from analysis.headlines import find, keyed, say
from analysis.names import item_name, party_name
from analysis.wording import UNKNOWN, capital, covered, figure, of_items, remainder


def finding(headlines: pd.DataFrame, party: str, item: str) -> str:
    """The finding in one sentence: received, passed on, unaccounted for."""
    name, keys = capital(party_name(party)), set(headlines["key"])
    received, sent = f"received[{party},{item}]" in keys, f"sent[{party},{item}]" in keys
    if not received and not sent:
        return f"No statement that could be read says that {party_name(party)} received or sent {item_name(item)}"
    if not received:
        count = counted(headlines, "sent", party, item)
        return f"{name} sent {count}; no record says that it received any"
    start = f"{name} received {counted(headlines, 'received', party, item)}{years_in(headlines, party, item)}"
    if not sent:
        return f"{start}; no record says that any was passed on"
    row = find(headlines, "unaccounted", party, item)
    left = remainder(row["low"], row["high"], say(headlines, "unaccounted", party, item))
    joint = ", " if left.endswith("have received") else "; "
    return f"{start} and passed on {say(headlines, 'sent', party, item)}{joint}{left}"


def counted(headlines: pd.DataFrame, name: str, *key: str) -> str:
    """A count with the name of what is counted, such as "240 Konkurs launchers"; the item is the key's last part."""
    return of_items(say(headlines, name, *key), item_name(key[-1], find(headlines, name, *key)["high"]))


def years_in(headlines: pd.DataFrame, party: str, item: str) -> str:
    """In which years the party received the item, such as " in 2015"; nothing where any of it is undated."""
    if not any(headlines["key"] == f"years[{party},{item}]"):
        return ""
    row = find(headlines, "years", party, item)
    first, last = figure(row["low"], "year"), figure(row["high"], "year")
    return f" in {first}" if first == last else f" from {first} to {last}"


def measures(headlines: pd.DataFrame, party: str, item: str) -> list[str]:
    """What share was passed on, and how wrong the counts would have to be for nothing to be missing: sentences."""
    keys, found = set(headlines["key"]), []
    for name, sentence in (
        ("share_sent_on", "What it sent on equals {} of what it received."),
        ("tolerance", "Counting error alone explains the gap only if at least one count is wrong by {} or more."),
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
        count = counted(headlines, "flow", supplier, recipient, item)
        found.append(f"{capital(party_name(supplier))} → {party_name(recipient)}: {count}{year} ({ids})")
    for row in amounts.itertuples():
        found.append(f"{capital(covered(row.covers))}: said to be worth {say(headlines, 'amount', row.statement_id)}")
    return found


def told(evidence: pd.DataFrame) -> list[str]:
    """What the sources ascribe to others or conclude themselves: one line each, with whose word it is and where."""
    rows = evidence[(evidence["basis"] != "reported") & (evidence["locator"] != "")]
    return [f"{capital(row.says)}: {row.claim} ({row.source_id}, {place(row.locator)})" for row in rows.itertuples()]


def place(locator: str) -> str:
    """A place within a source, as print names it: a number is a paragraph."""
    return f"paragraph {locator}" if locator[:1].isdigit() else locator


def set_aside(rejects: pd.DataFrame) -> list[str]:
    """A line per row that could not be read: it is in none of the sums."""
    return [
        f"{row.id} of {row.table}.csv (row {row.row}) could not be read and is in none of these numbers: "
        f"{row.column} “{row.text}”, {row.reason}."
        for row in rejects.itertuples()
    ]


def corrected(corrections: pd.DataFrame) -> list[str]:
    """A line per correction made to a source's words."""
    return [
        f"{row.id}: {row.column} “{row.expect}” is read as “{row.value}”. {row.reason} {row.evidence}".strip()
        for row in corrections.itertuples()
    ]


def provenance(headlines: pd.DataFrame, transfers: pd.DataFrame) -> str:
    """How many counts come from how many sources, and whether anyone is named for them."""
    counts, sources = say(headlines, "statements"), say(headlines, "sources")
    text = f"Counts: {counts}. Sources: {sources}."
    return f"{text} Nobody is named for any of the counts." if (transfers["reporter"] == "").all() else text


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
    return [f"{finding(headlines, party, other)}." for name, other in parts if name == party and other != item]


def uncounted(headlines: pd.DataFrame, party: str, item: str) -> list[str]:
    """For each recipient that the sources speak of without any count: none to all of what was sent on."""
    found = []
    for recipient, _ in [parts for parts in keyed(headlines, "reached")["parts"] if parts[1] == item]:
        row = find(headlines, "reached", recipient, item)
        least, most = ("unknown" if pd.isna(row[end]) else figure(row[end], row["unit"]) for end in ("low", "high"))
        found.append(
            f"No count is given for {recipient}: of the {item_name(item)} recorded as sent on by {party_name(party)}, "
            f"least {least}, most {most} can have got there. What is unaccounted for is not in that range."
        )
    return found
