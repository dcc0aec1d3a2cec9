"""What every table and file is, in a sentence, and the units of their numbers."""

REGISTER_TITLE = (
    "The published cases as one register",
    "Who received and sent on the same item, what do both ends of a movement say, and what may be told twice?",
)

TABLES = {
    "amounts": "Sums of money as intervals, each with the transfers it covers together.",
    "balances": "Per party and item: received, sent on, and where both are recorded what is unaccounted for.",
    "chains": "The ways an item can have taken from party to party, with bounds of how much was the first one's.",
    "conduits": "Who received and sent on the same item within the window of years, ranked.",
    "corrections": "What of the statements was corrected, with what is expected there, reason and evidence.",
    "counting": "How reports were combined into counts: the parameters of 2-reconcile.",
    "double_counts": "What may be one lot that is reported along two routes.",
    "events": "What happened or was said, with dates as intervals of days.",
    "evidence": "Every claim with whose word it is: reported, attributed, or inferred.",
    "filings": "Who filed a report about which year.",
    "flips": "Headlines that say something else under another assumption, and at which value of it.",
    "flows": "Movements of one item between two parties in a year, all reports of them side by side.",
    "headlines": "Every number that text and figures print, with its formula and the statements it rests on.",
    "holdings": "Stocks at two dates against what was received, made and sent in between.",
    "ledger": "What each party received, made and sent per year, and what it must have held.",
    "mirror": "What the sender and the receiver of the same movement report, side by side.",
    "origins": "Of every movement, how much must and how much can have come from the origin that is followed.",
    "parameters": "What these results were computed with.",
    "rejects": "Rows that could not be used, with the reason and what would be right; no rows if all were.",
    "reliability": "How far reports of each party agree with those of others, and what weight follows.",
    "scenarios": "One scenario per row: its assumptions, then a column per headline.",
    "sources": "Who printed the statements, and the SHA-256 of the text that was read; empty if it does not say.",
    "statements": "One line of the register per row, with codes for its parties and items.",
    "stocks": "What parties state to hold, or to have made.",
    "timeline": "Events and movements in the order of time.",
    "transfers": "One movement as one source reports it per row, with codes and the count as an interval.",
    "values": "What one item, and a lot, can have cost at least and at most, given the sums.",
}

KINDS = {
    "datapackage.json": "Description of every table and column (Frictionless Data Package).",
    ".svg": "drawing (SVG)",
    ".png": "picture (PNG)",
    ".csv": "the numbers it shows (CSV)",
    ".ipynb": "Notebook with its code and outputs, as it was run.",
    ".zip": "Everything in one archive: inputs, tables, figures, notebooks and an account of the run (RO-Crate).",
}

# Columns that only figures have, as (type, meaning).
DRAWN = {
    "bar": ("text", "which bar: received | sent | unaccounted"),
    "label": ("text", "words beside the bar"),
    "length": ("number", "length that is drawn"),
    "movements": ("count", "movements between the two parties"),
    "panel": ("count", "part of the figure, from the top"),
    "part": ("text", "direct | first leg | second leg | before | one lot | received"),
    "reported": ("text", "who reports them: both | each another | exporter only | importer only"),
    "shown": ("text", "words that the figure prints for the number"),
    "value": ("number", "best single figure, empty where nothing supports one"),
}

# (type and name of a column, its unit); the first that fits. {named}: by which column, where there is one.
UNITS = (
    (r"count lag_years", "years"),
    (r"count ((first|last|opening|closing)_)?year", "calendar year"),
    (r"count rank_.*", "rank, 1 = first"),
    (r"count row", "row of a file, header = 1"),
    (r"count panel", "place, 1 = top"),
    (r"count (legs|movements)", "movements"),
    (r"count pairs", "pairs of reports"),
    (r"count .*|number .*best|number (proportional|first_in_first_out|last_in_first_out)", "items, {named}"),
    (r"money .*|number (unit_price|lot_value)_.*", "money, in the currency of the column `currency`"),
    (r"number (share.*|exactness|tolerance)", "share, 1 = all"),
    (r"number rate", "units of the column `currency` for one of the sum's own"),
    (r"number (value|low|high|length)", "{named}"),
    (r"number log_ratio", "natural logarithm of a ratio"),
    (r"number .*", "pure number"),
)
