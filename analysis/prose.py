"""Sentences that figures, notebooks and report share, with their numbers from `headlines`."""

import pandas as pd

from analysis.headlines import find, keyed, say
from analysis.names import item_name, party_name
from analysis.wording import capital, figure, listed, span


def finding(headlines: pd.DataFrame, party: str, item: str) -> str:
    """The finding in one sentence: received, passed on, unaccounted for."""
    received, years = counted(headlines, "received", party, item), years_in(headlines, party, item)
    start = f"{capital(party_name(party))} received {received}{years}"
    if not any(headlines["key"] == f"sent[{party},{item}]"):
        return f"{start}; no record says that any was passed on"
    return f"{start} and passed on {say(headlines, 'sent', party, item)}{_remainder(headlines, party, item)}"


def _remainder(headlines: pd.DataFrame, party: str, item: str) -> str:
    """What is left over, in words; sent beyond what was received is said as such, not as a negative number."""
    row = find(headlines, "unaccounted", party, item)
    low, high = row["low"], row["high"]
    if pd.notna(high) and high < 0:
        return f", {span(-high, None, -low)} more than it is recorded to have received"
    if pd.notna(low) and low >= 0:
        left = say(headlines, "unaccounted", party, item)
        if left in ("0", "1"):
            return f"; {'none' if left == '0' else 'one'} is unaccounted for"
        return f"; {left} are unaccounted for"
    ends = ["an unknown shortfall" if pd.isna(low) else f"a shortfall of {figure(-low)}"]
    ends.append("any number unaccounted for" if pd.isna(high) else f"{figure(high)} unaccounted for")
    return f"; the records allow anything from {' to '.join(ends)}"


def counted(headlines: pd.DataFrame, name: str, *key: str) -> str:
    """A count with the name of what is counted, such as "240 Konkurs launchers"; the item is the key's last part."""
    return f"{say(headlines, name, *key)} {item_name(key[-1], find(headlines, name, *key)['high'])}"


def years_in(headlines: pd.DataFrame, party: str, item: str) -> str:
    """In which years the party received the item, such as " in 2015"; nothing where no year is stated."""
    rows = keyed(headlines, "year")
    mine = [parts for parts in rows["parts"] if parts[1:] == (party, item)]
    years = sorted({say(headlines, "year", *parts) for parts in mine})
    return f" in {listed(years)}" if years else ""


def measures(headlines: pd.DataFrame, party: str, item: str) -> list[str]:
    """What share was passed on, and how wrong the counts would have to be for nothing to be missing: sentences."""
    keys, found = set(headlines["key"]), []
    if f"share_sent_on[{party},{item}]" in keys:
        found.append(f"That is {say(headlines, 'share_sent_on', party, item)} passed on.")
    if f"tolerance[{party},{item}]" in keys:
        error = say(headlines, "tolerance", party, item)
        found.append(f"The gap could be a counting error only if every count were off by {error}.")
    return found


def movements(headlines: pd.DataFrame, amounts: pd.DataFrame, party: str) -> list[str]:
    """One line per flow, those into the party first, such as "Belarus → Bulgaria: 240 Konkurs launchers, 2015"."""
    parts = sorted(keyed(headlines, "flow")["parts"], key=lambda part: (part[1] != party, part[0] != party))
    found = []
    for supplier, recipient, item in parts:
        dated = any(headlines["key"] == f"year[{supplier},{recipient},{item}]")
        year = f", {say(headlines, 'year', supplier, recipient, item)}" if dated else ""
        count = counted(headlines, "flow", supplier, recipient, item)
        found.append(f"{capital(party_name(supplier))} → {party_name(recipient)}: {count}{year}")
    for row in amounts.itertuples():
        found.append(f"Paid for {listed(row.covers.split())} together: {say(headlines, 'amount', row.statement_id)}")
    return found


def provenance(headlines: pd.DataFrame, transfers: pd.DataFrame) -> str:
    """How many counts come from how many sources, and whether anyone is named for them."""
    counts, sources = say(headlines, "statements"), say(headlines, "sources")
    text = f"The counts ({counts}) come from {sources} source{'' if sources == '1' else 's'}."
    return f"{text} Nobody is named for any of them." if (transfers["reporter"] == "").all() else text


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


def uncounted(headlines: pd.DataFrame, item: str) -> list[str]:
    """A sentence for each recipient that the sources speak of without any count: the least and the most it can be."""
    found = []
    for recipient, _ in [parts for parts in keyed(headlines, "reached")["parts"] if parts[1] == item]:
        row = find(headlines, "reached", recipient, item)
        least, most = (figure(row[end], row["unit"]) for end in ("low", "high"))
        found.append(f"No count is given for anything that reached {recipient}: least {least}, most {most}.")
    return found
