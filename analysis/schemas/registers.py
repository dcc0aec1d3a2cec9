"""The tables of a register, written by code only: what its lines say, and what follows from all of them together."""

from analysis.schemas.columns import FLOW, HELD, STATEMENTS, WHERE, columns, interval, limits
from analysis.schemas.processed import CASES

_PRINTED = (
    ("category", "text", "slug of the category that the register files it under, empty = it has none"),
    ("designation", "text", "what, as printed"),
)
_WHY = (
    ("qualifier", "text", "how the count is hedged"),
    ("quantity_as_printed", "text", "the count as the register prints it"),
)

REGISTERS = {
    "statements": CASES["transfers"]  # so that what reconciles the transfers of a case reconciles these
    + columns(
        *_PRINTED,
        ("origin", "text", "party code of the state of origin, where the register names one"),
        ("via", "text", "places or parties on the way, as printed"),
        ("first_year", "count", "first year in which it can have been delivered, empty = not stated"),
        ("last_year", "count", "last year in which it can have been delivered, empty = not stated"),
        ("remark", "text", "what else the line says, as printed"),
    ),
    "stocks": columns(
        ("statement_id", "text", "id of the statement"),
        *WHERE,
        ("kind", "text", "holding (on the last day of the year) | production (in the year)"),
        *HELD,
        ("year", "count", "calendar year"),
        *limits("", "items"),
        *_WHY,
        *_PRINTED,
    ),
    "filings": columns(
        ("party", "text", "party code of the reporter"),
        ("year", "count", "calendar year that the report is about"),
        ("filed", "text", "yes | no; a party and year without a row: not known"),
        ("basis", "text", "listed (some line is its own) | stated (a list of who filed says so)"),
    ),
    "mirror": columns(
        *FLOW,
        *limits("exporter_", "as the sender reports"),
        *limits("importer_", "as the receiver reports"),
        ("agreement", "text", "agree | timing | differ | exporter only | importer only | undisclosed"),
        ("first_year", "count", "in `timing`: first of the years whose sums agree; else the year"),
        ("last_year", "count", "in `timing`: last of them; else the year"),
        *limits("exporter_sum_", "as the sender reports, over these years"),
        *limits("importer_sum_", "as the receiver reports, over these years"),
        *limits("gap_", "importer's sum − exporter's"),
        ("log_ratio", "number", "ln(importer's sum ÷ exporter's), empty where either is nought or not one number"),
        ("listed", "text", "who lists it, with a count or without, in these years: both | exporter | importer"),
        (
            "silence",
            "text",
            "of a side without a figure: did not file | filed and did not list | not known to have filed",
        ),
        STATEMENTS,
    ),
    "reliability": columns(
        ("party", "text", "party code of the reporter, * = any that has no row of its own"),
        ("side", "text", "exporter | importer: of which of its reports this speaks"),
        ("rule", "text", "variance | symmetry | agreement"),
        ("pairs", "count", "pairs of reports it rests on"),
        ("measure", "number", "what the rule measures, before it is shrunk"),
        ("shrunk", "number", "the same, drawn to the mean of all reporters as far as pairs are few"),
        ("weight", "number", "weight of its reports: a figure counts in proportion to it"),
    ),
    "spans": columns(
        *FLOW[:-1],
        ("first_year", "count", "first year that their flow without a year can be of"),
        ("last_year", "count", "last year that it can be of"),
    ),
    "conduits": columns(
        *HELD,
        *interval("received_", "items received that some were sent on after, within the window"),
        *interval("sent_", "items sent on that some were received before, within the window"),
        ("share", "number", "sent ÷ received"),
        ("exactness", "number", "smaller ÷ larger of the two: 1 = the same number came and went"),
        ("first_year", "count", "first year of these receipts, empty = not stated"),
        ("last_year", "count", "last year of these onward movements, empty = not stated"),
        ("suppliers", "text", "party codes it received from, blank between"),
        ("recipients", "text", "party codes it sent on to, blank between"),
        (
            "rank_quantity",
            "count",
            "rank by how many passed: the smaller of the two, by best figures or else least",
        ),
        ("rank_share", "count", "rank by share, all of it or more alike; then by quantity"),
        ("rank_exactness", "count", "rank by exactness, then by quantity"),
        STATEMENTS,
    ),
    "chains": columns(
        ("chain", "text", "party codes in the order the item passed, ` > ` between"),
        ("origin", "text", "party code of the first"),
        ("end_user", "text", "party code of the last"),
        ("legs", "count", "movements from the first to the last"),
        ("item", "text", "item slug"),
        ("unit", "text", "unit of the counts"),
        ("first_year", "count", "year of the first movement, empty = not stated"),
        ("last_year", "count", "year of the last movement, empty = not stated"),
        *limits("", "the smallest movement on the way"),
        ("least", "count", "of the last movement: items that must be the origin's"),
        ("most", "count", "of the last movement: items that can be the origin's, empty = no upper limit"),
        STATEMENTS,
    ),
    "ledger": columns(
        *HELD,
        ("year", "count", "calendar year, empty = not stated"),
        *limits("received_", "items received in the year"),
        *limits("produced_", "items made in the year, where the register states it"),
        *limits("sent_", "items sent in the year"),
        *limits("net_", "received + produced − sent, of all years to the end of this one"),
        ("required_stock", "count", "the most by which sending had run ahead by the end of this year"),
        STATEMENTS,
    ),
    "holdings": columns(
        *HELD,
        ("opening_year", "count", "the opening stock is that of the end of this year"),
        ("closing_year", "count", "the closing stock is that of the end of this year"),
        *limits("opening_", "items held, as stated"),
        *limits("received_", "items received in between"),
        *limits("produced_", "items made in between, as stated"),
        *limits("sent_", "items sent in between"),
        *limits("closing_", "items held, as stated"),
        *limits("unaccounted_", "opening + received + produced − sent − closing"),
        STATEMENTS,
    ),
}
