"""Sentences that figures, notebooks and report share, with their numbers from `headlines`."""

import pandas as pd

from analysis.headlines import find, keyed, say
from analysis.names import item_name, party_name
from analysis.wording import capital, listed


def finding(headlines: pd.DataFrame, party: str, item: str) -> str:
    """The finding in one sentence: received, passed on, unaccounted for."""
    received, years = counted(headlines, "received", party, item), years_in(headlines, party, item)
    start = f"{capital(party_name(party))} received {received}{years}"
    if not any(headlines["key"] == f"sent[{party},{item}]"):
        return f"{start}; no record says that any was passed on"
    sent, left = (say(headlines, name, party, item) for name in ("sent", "unaccounted"))
    return f"{start} and passed on {sent}; {left} are unaccounted for"


def counted(headlines: pd.DataFrame, name: str, *key: str) -> str:
    """A count with the name of what is counted, such as "240 Konkurs launchers"; the item is the key's last part."""
    return f"{say(headlines, name, *key)} {item_name(key[-1], find(headlines, name, *key)['high'])}"


def years_in(headlines: pd.DataFrame, party: str, item: str) -> str:
    """In which years the party received the item, such as " in 2015"; nothing where no year is stated."""
    rows = keyed(headlines, "year")
    mine = [parts for parts in rows["parts"] if parts[1:] == (party, item)]
    years = sorted({say(headlines, "year", *parts) for parts in mine})
    return f" in {listed(years)}" if years else ""


def movements(headlines: pd.DataFrame, item: str) -> list[str]:
    """One sentence per flow of an item, such as "Belarus → Bulgaria: 240 Konkurs launchers, 2015"."""
    rows = keyed(headlines, "flow")
    found = []
    for supplier, recipient, _ in [parts for parts in rows["parts"] if parts[2] == item]:
        dated = any(headlines["key"] == f"year[{supplier},{recipient},{item}]")
        year = f", {say(headlines, 'year', supplier, recipient, item)}" if dated else ""
        count = counted(headlines, "flow", supplier, recipient, item)
        found.append(f"{capital(party_name(supplier))} → {party_name(recipient)}: {count}{year}")
    return found
