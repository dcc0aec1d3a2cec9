"""What a text looks like that is no figure, or more than one: rows of pattern, reason, suggestion, replacements.

In a suggestion, {} is the whole text with what the pattern found replaced (\\1 = its first group), to be typed as such.
"""

from analysis.quantities.currencies import ENGLISH, NAMED
from analysis.quantities.vocabulary import A_MONTH

Rows = tuple[tuple[str, ...], ...]
NO_COUNT = (
    "write the count as N, N-M, about N, at least N or up to N if the source gives one; if not, leave the cell empty "
    "(unknown), and put its words in note"
)
NO_SUM = (
    "write the sum as EUR N, EUR N-M million, about EUR N or at least EUR N if the source gives one; if not, leave the "
    "cell empty (unknown), and put its words in note"
)
ASIDE = "else leave the row as it is, set aside, or leave the cell empty (unknown) and put the words in note"
UNIT_OR_NOT = "write {} if that only names what is counted; if it says more, put it in note, and " + ASIDE[5:]
CURRENCY_OR_NOT = "if that names a currency, put its code (ISO 4217) in the column currency; " + ASIDE
MOVE = "move it to the date or year column; if a spreadsheet made a date of a count or range, type that again"
TIMES = r"years?|yrs?|months?|weeks?|days?|quarters?|annum"
RATE = (
    rf"\b(?:per|every)\b(?! ?cent)|\d.*/ ?[a-z]|\b(?:annual|annually|yearly|monthly|weekly|daily)\b"
    rf"|\bp\. ?a\.|\b(?:a|an|each) (?:{TIMES})\b"
)
PLAN = (
    r"\b(?:(?:on )?orders?|ordered|planned|contracted|requested|promised|pledged|offered|expected|scheduled|proposed"
    r"|intended|wanted|sought|options?|outstanding|undelivered|to be (?:delivered|supplied|sent|built)|(?:not )?yet"
    r"|(?:not|never) (?:delivered|supplied|sent)|licen[sc]ed|approved|authori[sz]ed|cancelled|canceled)\b"
)
RUNNING = (
    r"^(?:a )?total(?: of|:)? (?=.)"
    r"|(?<=\S) ?\b(?:so far|to date|in all|altogether|cumulative(?:ly)?|overall|(?:in )?total)\b"
)

CODES = "|".join(sorted({code.lower() for code in NAMED.values()} - ENGLISH))  # of others, some are weapons: BMD
MONEY = rf"[€£$¥₽₴₹₺₩₪]|(?<![a-z])(?:{CODES})(?![a-z])|\b(?:euros?|dollars?|roubles?|rubles?|rupees?|yuan|yen)\b"

NO_NUMBERS: Rows = (
    (r"^[#=]", "it is a spreadsheet's error or formula", "write the figure that the source prints"),
    (r"^(?:nan|null|inf|infinity|-inf)$",
     "it is a program's word, not a source's", "leave it empty if unknown"),
    (r"^[(~]?[-] ?\d", "it is negative", "check the source: a dash may have been a range or a bullet"),
    (r"^0x", "it is a hexadecimal number", "write the figure that the source prints"),
    (r"\de[+-]?\d", "it is a spreadsheet's scientific notation",
     "write all digits that the source prints: a spreadsheet may have rounded some away"),
    (rf"(?<![a-z])(?:{A_MONTH})(?![a-z])", "it is a date", MOVE),
    (r"\b\d{1,4}([-/.])\d{1,2}\1\d{1,4}\b", "it is a date", MOVE),
    (r"^(\d+) ?/ ?(\d+)$", "it is a fraction, a date or two figures",
     "write {} if it means from the one to the other; " + ASIDE, r"\1-\2"),
    (r"\d ?/ ?\d", "it is a fraction, a date or two figures", "write what it means, if the source says; " + ASIDE),
    (r"%|\bper ?cent", "it is a share", "write the figure itself, if the source gives it; " + ASIDE),
    (RUNNING, "a total may add up what other rows say",
     "write {} if no other row tells a part of it; if others tell all of it, remove the row", ""),
)  # fmt: skip

NO_COUNTS: Rows = (
    (RATE, "it is a rate, not a count", "write how many were delivered in all, if the source says; " + ASIDE),
    (PLAN, "it is an order or a plan, not a delivery", "write how many were delivered, if the source says; " + ASIDE),
    (r"\d ?x ?\d", "it multiplies two figures", "if these are lots, give each lot its own row"),
    (r"^(?!between ).*\d ?(?:and|plus|\+|&) ?\d", "it adds two figures", "give each lot its own row"),
    (r"(?:^| )((?:a )?[\w,]+)[- ]odd\b",
     "“odd” does not say how many more", "write {} if the source means so; " + ASIDE, r" at least \1"),
    (MONEY, "it is money", "move it to the values table"),
    (r"(?<=\d) ?(?:kgs?|kilos?|kilograms?)(?![a-z-])", "it is a weight",
     "write {} with kg in the column unit, where this case counts by weight; " + ASIDE, ""),
    (r"(?<![a-z])(?:kg|g|t|tons?|tonnes?|kilos?|lbs?|pounds?)(?![a-z-])", "it is a weight",
     "write how many items there were, if the source says; " + ASIDE),
    (r"(?<![a-z])(?:mm|cm|km|metres?|meters?|ft|feet)(?![a-z-])", "it is a length",
     "write how many items there were, if the source says; " + ASIDE),
    (r"(\d) ?m(?![a-z])", "“m” may be metres or millions", "write {} if it is millions; " + ASIDE, r"\1 million"),
    (r"(\d) ?k(?![a-z])", "“k” is shorthand", "write {}", r"\1 thousand"),
    (r"(\d) ?(?:tsd|thsd)\b\.?", "its scale is shorthand", "write {}", r"\1 thousand"),
    (r"(\d) ?(?:mn|mln|mio)\b\.?", "its scale is shorthand", "write {}", r"\1 million"),
    (r"(\d) ?(?:bn|bln|mrd)\b\.?", "its scale is shorthand", "write {}", r"\1 billion"),
    (r"(\d) ?(?:doz|dz)\b\.?", "its scale is shorthand", "write {}", r"\1 dozen"),
    (r"(\d) ?mil\b\.?", "“mil” may be thousands or millions", "write {} or {}, as the source means it",
     r"\1 thousand", r"\1 million"),
    (r"\b(?:box|case|crate|pallet|container|carton|bundle|package|parcel|shipment|consignment|batch|truckload"
     r"|squadron|battalion|regiment|brigade|platoon)(?:s|es)?\b|\b(?:batter|compan)(?:y|ies)\b"
     r"|(?<!^a )\b(?:pairs?|couples?|prs?\.?)$",
     "it counts containers or groups, not items", "write how many items they hold, if the source says; " + ASIDE),
    (r"^(?:nos?\.?|pcs\.?):? ?\d", "it looks like a number in a series",
     "write the count alone if it is one; a number in a series is no count: then leave the cell empty (unknown)"),
)  # fmt: skip

NO_SUMS: Rows = (
    (rf"\b(?:each(?! (?:{TIMES})\b)|apiece|a piece|unit price"
     r"|(?:a|an|per|every) (?:item|unit|piece|launcher|missile|system|set|vehicle|round))\b"
     r"|/ ?(?:item|unit|piece|pc|launcher|missile|system|set|vehicle|round)\b",
     "it is the price of one, not a sum",
     "write the sum, if the source gives it; a price of one can be a limit, as the parameter price_limits; " + ASIDE),
    (RATE, "it is a rate, not a sum", "write the sum of the whole, if the source gives it; " + ASIDE),
    (r"\d ?x ?\d", "it multiplies two figures", "write the sum, if the source gives it; " + ASIDE),
    (r"^(?!between ).*\d ?(?:and|plus|\+|&) ?\d", "it adds two figures",
     "if each is paid for lots of its own, give each its own row with what it covers; " + ASIDE),
)  # fmt: skip
