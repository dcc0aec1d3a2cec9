"""The tables that people write: every cell is text, as printed."""

from analysis.schemas.columns import WHERE, columns

RAW = {
    "sources": columns(
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
    "transfers": columns(
        ("statement_id", "text", "short id of the statement"),
        *WHERE,
        ("reporter", "text", "who reports the movement, as printed"),
        ("supplier", "text", "who sent, as printed"),
        ("recipient", "text", "who received, as printed"),
        ("designation", "text", "what, as printed"),
        ("quantity", "text", "how many, as printed"),
        ("unit", "text", "unit, as printed"),
        ("year", "text", "year"),
        ("year_basis", "text", "printed | inferred; empty is read as printed"),
        ("note", "text", "remark"),
        ("kind", "text", "delivery | licence (a permission: what may move); empty is a delivery; may be left out"),
    ),
    "values": columns(
        ("statement_id", "text", "short id of the statement"),
        *WHERE,
        ("amount", "text", "sum of money, as printed"),
        ("currency", "text", "currency, as printed"),
        ("covers", "text", "the transfers that the sum covers together, blank between ids"),
        ("note", "text", "remark"),
    ),
    "events": columns(
        ("event_id", "text", "short id of the event"),
        *WHERE,
        ("date", "text", "date, month, year or span, best in ISO 8601: 2024-11-27, 2024-11, 2024, start/end, start/.."),
        ("date_basis", "text", "printed | inferred; empty where there is no date"),
        ("date_as_printed", "text", "the words the date was read from"),
        ("actor", "text", "who acts or speaks"),
        ("kind", "text", "transfer | training | statement | context"),
        ("summary", "text", "what, in our own words"),
        ("basis", "text", "reported | attributed | inferred"),
        ("attributed_to", "text", "whose word it is"),
    ),
    "corrections": columns(
        ("table", "text", "raw table to correct"),
        ("id", "text", "row to correct, by its id"),
        ("column", "text", "column to correct"),
        ("expect", "text", "what stands there now; anything else is an error"),
        ("value", "text", "what is to stand there"),
        ("reason", "text", "why"),
        ("evidence", "text", "what shows it"),
    ),
    "parties": columns(
        ("spelling", "text", "as met"), ("code", "text", "ISO 3166-1 alpha-3, or ours"), ("note", "text", "remark")
    ),
    "codes": columns(
        ("spelling", "text", "ISO 3166-1 alpha-2 or numeric code, or one that a register uses beside them"),
        ("code", "text", "code of parties.csv"),
        ("note", "text", "remark"),
    ),
    "designations": columns(
        ("spelling", "text", "as met"), ("item", "text", "slug of the item"), ("note", "text", "remark")
    ),
    "units": columns(("spelling", "text", "as met"), ("unit", "text", "unit used"), ("note", "text", "remark")),
    "items": columns(
        ("item", "text", "slug"),
        ("singular", "text", "name of one"),
        ("plural", "text", "name of several"),
        ("unit", "text", "unit it is counted in"),
        ("note", "text", "what it is"),
    ),
    "filings": columns(
        ("party", "text", "who reports, as the register prints it"),
        ("year", "text", "calendar year that the report is about"),
        ("filed", "text", "yes | nil (a report that nothing was moved) | no"),
    ),
}

OPTIONAL = {"transfers": ("kind",)}  # columns that a table may do without: their cells are then empty
