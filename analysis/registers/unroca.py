"""The United Nations Register of Conventional Arms, one record per line of a report, as read from its site.

Columns: table, year, exporter, importer, category, num_items, state_of_origin, intermediate_locations, description,
comments. How they are read:

- The reporter is the exporter in tables of exports and the importer in tables of imports (TABLES). A table of holdings
  or of national production gives stocks; the state that holds is in the column `country` where the file has one (last),
  else in the exporter's or, where that is empty, in the importer's.
- `category` is the register's own; "Others" are those of the table, or of the number before it, where either tells.
- `item` is what designations.csv knows of the whole description (without a count that is the line's own), else the
  slug of the description: what is named is never added to other things of its category. Two spellings that no table
  knows are two items. Only a line that names nothing, or has common words alone ("Missiles"), has its category.
- Counts inside a description part a line where they add up to it, see `subcounts`; else the line stays whole, and its
  qualifier says what they add up to.
- "classified", "not declared" and the like are undisclosed. A 0 beside a description is doubtful (the thing is named,
  so some of it went): undisclosed, and the qualifier says so. A 0 without one ("-", "nil") is a stated nought: 0.
- A partner that is "unknown" is XXX, one that is "various" or "not declared" XXN; neither is a party or a hub.
- A state of origin that cannot be read stays in the remark. What a spelling means here alone is in parties_unroca.csv.
"""

import re
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.cells import each, paired, sort_out, two_parties
from analysis.hints import close_to
from analysis.names import Unresolved, item_name, known_item, resolve_party
from analysis.quantities import Quantity, parse_quantity, parse_year
from analysis.quantities.vocabulary import listed as turned_round
from analysis.registers.filings import listed
from analysis.registers.layout import Layout, Register
from analysis.registers.rows import accounted, first_record, lettered, read_rows, whole, without
from analysis.registers.slugs import slug
from analysis.registers.subcounts import alone, disagreement, split
from analysis.registers.vocabulary import blank, names_nothing
from analysis.tables import typed

NAME = "unroca"
STOCKS = ("holding", "production")
FURTHER = ("country",)
NAMES = (  # of tables, as the register's site is read
    *("major_export", "major_import", "small_arms_export", "small_arms_import"),
    *("light_weapons_export", "light_weapons_import", "military_holdings", "national_production"),
)
TABLES = turned_round(  # spellings are compared in lower case, with _ for everything but letters
    {
        "exporter": "major_export|major_exports|salw_export|salw_exports|small_arms_export|small_arms_exports"
        "|light_weapons_export|light_weapons_exports|export|exports",
        "importer": "major_import|major_imports|salw_import|salw_imports|small_arms_import|small_arms_imports"
        "|light_weapons_import|light_weapons_imports|import|imports",
        "holding": "holding|holdings|major_holding|major_holdings|salw_holding|salw_holdings|small_arms_holding"
        "|small_arms_holdings|light_weapons_holding|light_weapons_holdings|military_holding|military_holdings",
        "production": "procurement|procurements|major_procurement|salw_procurement|small_arms_procurement"
        "|light_weapons_procurement"
        "|national_production|national_procurement|production|procurement_national_production"
        "|procurement_through_national_production",
    }
)
CATEGORIES = {  # slug → the register's numeral; small arms and light weapons are counted afresh
    "battle-tanks": "i",
    "armoured-combat-vehicles": "ii",
    "large-calibre-artillery": "iii",
    "combat-aircraft": "iv",
    "combat-drones": "iv",
    "attack-helicopters": "v",
    "combat-drones-rotary-wing": "v",
    "warships": "vi",
    "missiles-and-launchers": "vii",
    "manpads": "vii",
    "revolvers-and-pistols": "1",
    "rifles-and-carbines": "2",
    "sub-machine-guns": "3",
    "assault-rifles": "4",
    "light-machine-guns": "5",
    "heavy-machine-guns": "1",
    "grenade-launchers": "2",
    "portable-anti-tank-guns": "3",
    "recoilless-rifles": "4",
    "portable-anti-tank-missiles": "5",
    "small-mortars": "6",
    "other-small-arms": "6",
    "other-light-weapons": "7",
    "other-small-arms-and-light-weapons": "",
}
OTHERS = {"small_arms": "other-small-arms", "light_weapons": "other-light-weapons"}  # by the word a table begins with
NUMERAL = re.compile(r"(?P<numeral>[ivx]+|\d)\b[. ]*(?:\(?[a-z][).][. ]*)?[-–:]? *(?P<name>.+?)[. ]*", re.IGNORECASE)


def read_unroca(path: Path) -> Register:
    """The register's lines → statements, stocks, filings, rejects; every record is in one of the first two or the last.

    Raises InputError for a file that has another header.
    """
    raw, widths = read_rows(path, LAYOUT, further=FURTHER)
    read = _read(raw) | {"row": widths}
    good, rejects = sort_out(NAME, raw, read)
    reporter = read["importer"].where(read["table"] == "importer", read["exporter"])
    lots = _lots(raw[good], pd.DataFrame(read | {"reporter": reporter})[good])
    stock = lots["kind"].isin(STOCKS)
    found = Register(
        statements=typed(lots[~stock].drop(columns="kind"), "statements"),  # all of them deliveries
        stocks=typed(lots[stock], "stocks"),
        filings=listed(reporter, read["year"]),
        rejects=rejects,
    )
    return accounted(path, raw.index, found)


def _read(raw: pd.DataFrame) -> dict[str, pd.Series]:
    """What the cells mean, row by row, or the Problem they have; the state that holds a stock is the `exporter`."""
    party = partial(resolve_party, register=NAME)
    kind = each(raw["table"], _kind)
    stock = kind.isin(STOCKS)
    holder = raw["country"].where(raw["country"] != "", raw["exporter"]).where(lambda name: name != "", raw["importer"])
    right = paired(stock, raw["importer"])
    read = {
        "table": kind,
        "year": each(raw["year"], lambda text: parse_year(whole(text))),
        "exporter": each(raw["exporter"].mask(stock, holder), party),
        "importer": each(right, lambda pair: "" if pair[0] else party(pair[1]), raw["importer"]),
        "category": each(paired(raw["table"], raw["category"]), lambda pair: _category(*pair), raw["category"]),
        "num_items": each(paired(raw["num_items"], raw["description"]), lambda pair: _count(*pair), raw["num_items"]),
        "origin": each(raw["state_of_origin"], _origin),
    }
    return read | {"importer": two_parties(read["exporter"], read["importer"], raw["importer"])}


def _lots(raw: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """One row per line, or per part of a line, with the columns of statements and stocks together."""
    pieces = each(paired(raw["description"], read["num_items"]), lambda pair: _pieces(*pair), raw["description"])
    rows = [
        (row, f"r{row}{letter}", f"row {row}" + (f", part {letter}" if letter else ""), *piece)
        for row, found in pieces.items()
        for letter, piece in lettered(found)
    ]
    lots = pd.DataFrame(rows, columns=["row", "statement_id", "locator", *Piece._fields]).set_index("row")
    line, cells = raw.loc[lots.index], read.loc[lots.index]
    origin = pd.DataFrame(list(cells["origin"]), columns=["code", "text"], index=lots.index)
    return lots.assign(
        source_id=NAME,
        kind=cells["table"],
        role=cells["table"],
        reporter=cells["reporter"],
        party=cells["reporter"],
        supplier=cells["exporter"],
        recipient=cells["importer"],
        item=lots["item"].where(lots["item"] != "", cells["category"]),
        unit="piece",
        **dict.fromkeys(("year", "first_year", "last_year"), cells["year"].astype("Int64")),
        year_basis=cells["year"].map(lambda year: "" if year is None else "printed"),
        quantity_as_printed=lots["printed"].where(lots["printed"] != "", line["num_items"]),
        category=cells["category"],
        origin=origin["code"],
        via=line["intermediate_locations"],
        remark=(line["comments"] + "; " + origin["text"]).str.strip("; "),
    )


class Piece(NamedTuple):
    """A line, or a part of one: what it is, how many, and how that was hedged and printed."""

    designation: str
    item: str
    low: int | None
    high: int | None
    qualifier: str
    printed: str


def _pieces(description: str, count: Quantity) -> list[Piece]:
    """The parts of a line where it has any, else the line itself; `printed` is empty where it is the line's own."""
    whole = count.low if count.low == count.high else None
    if parts := split(description, whole):
        return [Piece(name, _item(name, many), many, many, "exact", printed) for name, many, printed in parts]
    item = _item(description, whole)
    total = disagreement(description, whole)
    hedge = count.qualifier if total is None else f"{count.qualifier}; parts add up to {total}"
    return [Piece(description, item, count.low, count.high, hedge, "")]


def _item(description: str, whole: int | None) -> str:
    """Item slug of a description, "" where it names no weapon."""
    named = alone(description, whole)
    return known_item(description) or known_item(named) or ("" if names_nothing(named) else slug(named))


def _count(text: str, description: str) -> Quantity:
    """How many a line says; a 0 beside a description says nothing."""
    count = parse_quantity(whole(text))
    return Quantity(None, None, "0 beside a description") if count.high == 0 and not blank(description) else count


def _kind(text: str) -> str:
    """Whose report a table is, or which stocks it lists. Raises Unresolved."""
    if (found := TABLES.get(_words(text))) is None:
        reason = "is no table of the register" + close_to(text, list(TABLES))
        raise Unresolved(text, reason, f"write one of {', '.join(NAMES)}")
    return found


def side_of(table: str) -> str:
    """Whose report a table is as printed, `exporter` or `importer`; "" for stocks, and where nothing tells."""
    found = TABLES.get(_words(table), "")
    return "" if found in STOCKS else found


def _words(table: str) -> str:
    return re.sub(r"[^a-z]+", "_", table.casefold()).strip("_")


def _category(table: str, text: str) -> str:
    """Slug of a category as printed, with its number or without. Raises Unresolved, also where the two contradict."""
    match = NUMERAL.fullmatch(text)
    found = known_item(text) or known_item(match["name"] if match else text.rstrip(". "))
    if found not in CATEGORIES:
        raise Unresolved(
            text, "is no category of the UN Register", "write its name, or add a spelling to designations.csv"
        )
    if match and CATEGORIES[found] not in ("", match["numeral"].casefold()):
        raise Unresolved(text, f"has the number of another category than {item_name(found, 2)}", "check the source")
    if found == "other-small-arms-and-light-weapons":
        return _others(table, match["numeral"] if match else "") or found
    return found


def _others(table: str, numeral: str) -> str:
    """Slug of "Others", which are the sixth of small arms and the seventh of light weapons; "" where nothing tells."""
    told = [kind for word, kind in OTHERS.items() if _words(table).startswith(word) or CATEGORIES[kind] == numeral]
    return told[0] if told else ""


def _origin(text: str) -> tuple[str, str]:
    """Code of a state of origin, and what is to be remarked where it cannot be read."""
    try:
        return (resolve_party(text, register=NAME), "") if text else ("", "")
    except Unresolved:
        return "", f"state of origin: {text}"


def _header(path: Path) -> list[str]:
    """The header, without the column of the state that holds where stocks have one of their own."""
    return without(first_record(path), FURTHER)


LAYOUT = Layout(
    NAME,
    "UN Register of Conventional Arms, a record per line of a report",
    (
        *("table", "year", "exporter", "importer", "category", "num_items"),
        *("state_of_origin", "intermediate_locations", "description", "comments"),
    ),
    _header,
    read_unroca,
)
