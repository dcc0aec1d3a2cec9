"""Every table: its columns in order, each with its type and what it means; and the key that names a row.

Types: `text` (empty = the source does not say), `count` (whole number, empty = unknown), `number`, `money`
(exact decimal), `date` (ISO 8601). An interval is a pair of columns `…low`, `…high`; no `high` = no upper limit known.
"""

from typing import NamedTuple


class Column(NamedTuple):
    """One column of a table."""

    name: str
    type: str
    meaning: str


def _columns(*rows: tuple[str, str, str]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


def _interval(name: str, meaning: str) -> tuple[tuple[str, str, str], ...]:
    return (
        (f"{name}low", "count", f"{meaning}: least"),
        (f"{name}best", "number", f"{meaning}: best single figure, empty where nothing supports one"),
        (f"{name}high", "count", f"{meaning}: most, empty = no upper limit known"),
    )


_WHERE = (
    ("source_id", "text", "row of sources.csv"),
    ("locator", "text", "paragraph, page or row within the source"),
)

RAW = {
    "sources": _columns(
        ("source_id", "text", "short id of the source"),
        ("title", "text", "as printed"),
        ("publisher", "text", "as printed"),
        ("author", "text", "as printed"),
        ("published", "text", "date of publication, as printed"),
        ("url", "text", "address"),
        ("accessed", "text", "when it was read"),
        ("sha256", "text", "SHA-256 of the text's bytes"),
        ("licence", "text", "as stated"),
        ("preamble", "text", "blocks of text before paragraph 1, such as title and picture caption"),
        ("decimal", "text", "decimal mark of its numbers: a full stop, or a comma"),
        ("note", "text", "remark"),
    ),
    "transfers": _columns(
        ("statement_id", "text", "short id of the statement"),
        *_WHERE,
        ("reporter", "text", "who reports the movement, as printed"),
        ("supplier", "text", "who sent, as printed"),
        ("recipient", "text", "who received, as printed"),
        ("designation", "text", "what, as printed"),
        ("quantity", "text", "how many, as printed"),
        ("unit", "text", "unit, as printed"),
        ("year", "text", "year"),
        ("year_basis", "text", "printed | inferred; empty is read as printed"),
        ("note", "text", "remark"),
    ),
    "values": _columns(
        ("statement_id", "text", "short id of the statement"),
        *_WHERE,
        ("amount", "text", "sum of money, as printed"),
        ("currency", "text", "currency, as printed"),
        ("covers", "text", "the transfers that the sum covers together, blank between ids"),
        ("note", "text", "remark"),
    ),
    "events": _columns(
        ("event_id", "text", "short id of the event"),
        *_WHERE,
        ("date", "text", "ISO date, month, year or interval start/end (`..` = open)"),
        ("date_basis", "text", "printed | inferred; empty where there is no date"),
        ("date_as_printed", "text", "the words the date was read from"),
        ("actor", "text", "who acts or speaks"),
        ("kind", "text", "transfer | training | statement | context"),
        ("summary", "text", "what, in our own words"),
        ("basis", "text", "reported | attributed | inferred"),
        ("attributed_to", "text", "whose word it is"),
    ),
    "corrections": _columns(
        ("table", "text", "raw table to correct"),
        ("id", "text", "row to correct, by its id"),
        ("column", "text", "column to correct"),
        ("expect", "text", "what stands there now; anything else is an error"),
        ("value", "text", "what is to stand there"),
        ("reason", "text", "why"),
        ("evidence", "text", "what shows it"),
    ),
    "parties": _columns(
        ("spelling", "text", "as met"), ("code", "text", "ISO 3166-1 alpha-3, or ours"), ("note", "text", "remark")
    ),
    "designations": _columns(
        ("spelling", "text", "as met"), ("item", "text", "slug of the item"), ("note", "text", "remark")
    ),
    "units": _columns(("spelling", "text", "as met"), ("unit", "text", "unit used"), ("note", "text", "remark")),
    "items": _columns(
        ("item", "text", "slug"),
        ("singular", "text", "name of one"),
        ("plural", "text", "name of several"),
        ("unit", "text", "unit it is counted in"),
        ("note", "text", "what it is"),
    ),
}

_FLOW = (
    ("supplier", "text", "party code of the sender"),
    ("recipient", "text", "party code of the receiver"),
    ("item", "text", "item slug"),
    ("unit", "text", "unit of the counts"),
    ("year", "count", "calendar year, empty = not stated"),
)
_STATEMENTS = ("statements", "text", "ids of the raw statements it rests on, blank between ids")

PROCESSED = {
    "sources": RAW["sources"],
    "transfers": _columns(
        ("statement_id", "text", "id of the raw statement"),
        *_WHERE,
        ("role", "text", "who reports: exporter | importer | third"),
        ("reporter", "text", "party code of the reporter, empty = the source names none"),
        *_FLOW,
        ("low", "count", "items: least"),
        ("high", "count", "items: most, empty = no upper limit known"),
        ("qualifier", "text", "how the count is hedged"),
        ("year_basis", "text", "printed | inferred; empty where no year is stated"),
        ("quantity_as_printed", "text", "the count as the source prints it"),
        ("corrected", "text", "raw columns that corrections.csv changed in this row, blank between; empty = none"),
    ),
    "amounts": _columns(
        ("statement_id", "text", "id of the raw statement"),
        *_WHERE,
        ("low", "money", "sum: least"),
        ("high", "money", "sum: most"),
        ("currency", "text", "ISO 4217"),
        ("qualifier", "text", "how the sum is hedged"),
        ("covers", "text", "ids of the transfers it covers together"),
        ("amount_as_printed", "text", "the sum as the source prints it"),
    ),
    "events": _columns(
        ("event_id", "text", "id of the raw event"),
        *_WHERE,
        ("start", "date", "first day it can have been, empty = undated"),
        ("end", "date", "last day it can have been, empty = open or undated"),
        ("date", "text", "the date as given"),
        ("date_basis", "text", "printed | inferred"),
        ("date_as_printed", "text", "the words the date was read from"),
        ("actor", "text", "who acts or speaks"),
        ("kind", "text", "transfer | training | statement | context"),
        ("summary", "text", "what, in our own words; for a statement, what was said"),
        ("basis", "text", "reported | attributed | inferred"),
        ("attributed_to", "text", "whose word it is"),
    ),
    "corrections": RAW["corrections"],
    "rejects": _columns(
        ("table", "text", "raw table"),
        ("row", "count", "row in that file as a spreadsheet counts it (header = 1)"),
        ("id", "text", "id of the row"),
        ("column", "text", "column that cannot be used"),
        ("text", "text", "what was read there"),
        ("reason", "text", "why it cannot be used"),
        ("suggestion", "text", "what would be right"),
    ),
    "flows": _columns(
        *_FLOW,
        *_interval("", "items moved"),
        ("exporter_low", "count", "as the sender reports: least"),
        ("exporter_high", "count", "as the sender reports: most"),
        ("importer_low", "count", "as the receiver reports: least"),
        ("importer_high", "count", "as the receiver reports: most"),
        ("third_low", "count", "as others report: least"),
        ("third_high", "count", "as others report: most"),
        ("agreement", "text", "agree | timing | differ | exporter only | importer only | third only | undisclosed"),
        ("rule", "text", "which rule chose `best`"),
        _STATEMENTS,
    ),
    "balances": _columns(
        ("party", "text", "party code"),
        ("item", "text", "item slug"),
        ("unit", "text", "unit of the counts"),
        *_interval("received_", "items recorded as received"),
        *_interval("sent_", "items recorded as sent"),
        *_interval("unaccounted_", "received − sent"),
        ("share_sent_on", "number", "sent ÷ received"),
        ("required_stock", "count", "the most by which sending must have run ahead of receiving"),
        ("status", "text", "what the records allow to say"),
        ("received_statements", "text", "ids of the statements that `received` rests on"),
        ("sent_statements", "text", "ids of the statements that `sent` rests on"),
        _STATEMENTS,
    ),
    "origins": _columns(
        ("origin", "text", "party code whose goods are followed"),
        *_FLOW,
        ("given_stock", "count", "opening stock of the supplier as asked for, empty = unlimited, or the origin itself"),
        ("opening_stock", "count", "the same, raised to what its sending requires"),
        ("least", "count", "items that must be of the origin"),
        ("most", "count", "items that can be of the origin, empty = no upper limit"),
        ("method", "text", "exact | outer (the bound may be wider than need be)"),
        ("proportional", "number", "of the origin, if every stock were mixed evenly"),
        ("first_in_first_out", "number", "of the origin, if what came first left first"),
        ("last_in_first_out", "number", "of the origin, if what came last left first"),
        ("break_even", "count", "least opening stock of every party at which none need be of the origin"),
        _STATEMENTS,
    ),
    "double_counts": _columns(
        ("supplier", "text", "party code of who is reported to have sent both ways"),
        ("via", "text", "party code of who is reported to have received it and sent it on"),
        ("recipient", "text", "party code of who is reported to have received both ways"),
        ("item", "text", "item slug"),
        ("unit", "text", "unit of the counts"),
        ("year", "count", "calendar year of the direct movement, empty = not stated"),
        ("low", "count", "items that both routes have in common: least"),
        ("high", "count", "items that both routes have in common: most, empty = no upper limit known"),
        ("direct_statements", "text", "ids of the statements of the direct movement"),
        ("detour_statements", "text", "ids of the statements of the two legs of the detour"),
        _STATEMENTS,
    ),
    "values": _columns(
        ("item", "text", "item slug"),
        ("lot", "text", "statement_id of the transfer that the sum pays for"),
        ("sum", "text", "statement_id of the sum of money"),
        ("unit", "text", "unit of the counts"),
        ("count_low", "count", "items in the lot: least"),
        ("count_high", "count", "items in the lot: most"),
        ("unit_price_low", "number", "price of one item: least"),
        ("unit_price_high", "number", "price of one item: most, empty = no upper limit known"),
        ("lot_value_low", "number", "value of the lot: least"),
        ("lot_value_high", "number", "value of the lot: most"),
        ("currency", "text", "ISO 4217, of prices and values"),
        ("rate", "number", "units of `currency` for one of the sum's own, empty = not converted"),
        ("rate_of", "text", "day or year of the rate, empty = not converted"),
        _STATEMENTS,
    ),
    "parameters": _columns(
        ("name", "text", "parameter of a notebook"),
        ("value", "text", "what this set of results was computed with"),
    ),
    "flips": _columns(
        ("key", "text", "headline"),
        ("parameter", "text", "parameter that was changed, all others as in these results"),
        ("at", "text", "its value, the nearest to these results' own, at which the headline says something else"),
        ("published", "text", "the headline in these results"),
        ("becomes", "text", "the headline there"),
        ("was", "text", "what it says in these results: some | none | perhaps | more out than in | unknown"),
        ("says", "text", "what it says there"),
    ),
    "scenarios": _columns(  # then a column per headline, cells as text: 24 · 76..136 · 64.. · ..
        ("prefer", "text", "whose count is `best` where reports differ"),
        ("lag_years", "count", "years by which sender and receiver may date the same lot differently"),
        ("tolerance", "number", "share by which any count may be off"),
        ("leave_out", "text", "statements taken as not made, blank between ids"),
        ("origin", "text", "party whose goods are followed, empty = whoever sent most to the party in focus"),
        ("opening_stock", "count", "items that every party but the origin held before"),
        ("price_limits", "text", "floors and caps of unit prices"),
        ("currency", "text", "currency of prices, empty = each sum's own"),
        ("rate_of", "text", "day or year of the exchange rate"),
    ),
    "timeline": _columns(
        ("id", "text", "event or statement"),
        *_WHERE,
        ("start", "date", "first day it can have been, empty = undated"),
        ("end", "date", "last day it can have been, empty = open"),
        ("date", "text", "the date as given"),
        ("year", "count", "year it began, empty = undated"),
        ("last_year", "count", "year it ended, or began where it goes on, empty = undated"),
        ("date_basis", "text", "printed | inferred"),
        ("lane", "text", "deeds | words | context"),
        ("actor", "text", "who acts or speaks"),
        ("summary", "text", "what"),
        ("basis", "text", "reported | attributed | inferred"),
    ),
    "evidence": _columns(
        ("basis", "text", "reported | attributed | inferred"),
        ("id", "text", "event or statement"),
        *_WHERE,
        ("claim", "text", "what is claimed"),
        ("says", "text", "whose word it is"),
        ("date", "text", "when, as given"),
        ("date_basis", "text", "printed | inferred"),
        _STATEMENTS,
    ),
    "headlines": _columns(
        ("key", "text", "name of the number"),
        ("value", "number", "best single figure, empty where nothing supports one"),
        ("low", "number", "least"),
        ("high", "number", "most, empty = no upper limit known"),
        ("unit", "text", "unit of all three"),
        ("qualifier", "text", "how the statements behind it are hedged, empty = exact"),
        ("formula", "text", "how it follows from the processed tables"),
        _STATEMENTS,
    ),
}

# Tables that have further columns, of text, after their own.
OPEN = ("scenarios",)

# What names one row. A unit comes last, so that it may be left out where only one is in use.
KEYS = {
    "sources": ("source_id",),
    "transfers": ("statement_id",),
    "amounts": ("statement_id",),
    "events": ("event_id",),
    "corrections": ("table", "id", "column"),
    "flows": ("supplier", "recipient", "item", "year", "unit"),
    "balances": ("party", "item", "unit"),
    "origins": ("supplier", "recipient", "item", "year", "unit"),
    "double_counts": ("supplier", "via", "recipient", "item", "year", "unit"),
    "values": ("item", "lot", "sum"),
    "parameters": ("name",),
    "flips": ("parameter", "at", "key"),
    "timeline": ("id",),
    "evidence": ("basis", "id"),
    "rejects": ("table", "row"),
    "headlines": ("key",),
}


def names(columns: tuple[Column, ...]) -> list[str]:
    """The column names alone, in order."""
    return [column.name for column in columns]
