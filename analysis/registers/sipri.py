"""SIPRI's trade registers of major arms, in the two layouts it gives them out in: a row per deal, or per deal and year.

Both stand below about eleven lines of preamble; the header is found by its cells. Text is UTF-8 where its bytes are,
else Windows-1252, else latin-1. A record broken over lines is put together where that gives exactly one record.

- SIPRI is one estimate per deal and no party to it: role `third`, no reporter, no filings, never a side of a mirror.
- `item` is what designations.csv knows of designation and description together ("Konkurs" that is an anti-tank missile
  is never its launcher), else the slug of the designation, which SIPRI spells in one way: `mi-24v-mi-35`.
  `category` is the slug of the description. A designation such as "aircraft engine" stays what it is.
- A "?" (or "Yes" in the column "is estimate") after a figure makes it an estimate: qualifier. One on a year of delivery
  makes that year inferred. Where the deal-year layout leaves the cell empty, nothing is said.
- Deals: one year of delivery is the year; several bound it, and which they are stands in the remark. Nothing delivered
  and no year is no movement: a reject. Deals and years: rows of one deal are lots of it, and add up.
- A comment that says "via" gives `via`, unless it speaks of another part of the deal or names supplier or recipient
  again. "supplier could be" and the like leave the supplier as printed, and the qualifier says that it is uncertain.
- What was ordered, local production, status, comments and trend-indicator values (TIV, millions) are in the remark.
- parties_sipri.csv has SIPRI's own names; * is a group that is no state, ** a body of several; unknown ones are XXX.
"""

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.cells import each, paired, sort_out, two_parties
from analysis.names import resolve_party
from analysis.registers import sipri_cells as cells
from analysis.registers.layout import Layout, Register
from analysis.registers.rows import accounted
from analysis.registers.sheets import Sheet, header_of, in_order, read_sheet, sound
from analysis.registers.slugs import slug
from analysis.tables import typed

DEAL_COLUMNS = (
    "Recipient", "Supplier", "Year of order", "", "Number ordered", "", "Weapon designation", "Weapon description",
    "Number delivered", "", "Year(s) of delivery", "status", "Comments", "SIPRI TIV per unit",
    "SIPRI TIV for total order", "SIPRI TIV of delivered weapons",
)  # fmt: skip
YEAR_COLUMNS = (
    "SIPRI AT Database ID", "Supplier", "Recipient", "Designation", "Description", "Armament category", "Order date",
    "Order date is estimate", "Numbers delivered", "Numbers delivered is estimate", "Delivery year",
    "Delivery year is estimate", "Status", "SIPRI estimate", "TIV deal unit", "TIV delivery values",
    "Local production",
)  # fmt: skip
FORMER = {"Deal ID": "SIPRI AT Database ID", "Seller": "Supplier", "Buyer": "Recipient"}  # in older files


def read_deals(path: Path) -> Register:
    """A row per deal → statements and rejects, each record in one. Raises InputError for another header."""
    sheet = read_sheet(path, DEALS, header_of(path, DEAL_COLUMNS, published), broken=True)
    raw, years = sheet.raw, sheet.raw["Year(s) of delivery"]
    read = _read(raw, "Weapon designation", "Weapon description", "Number delivered", years)
    read |= {name: each(raw[name], cells.mark) for name in raw.columns if name.endswith("?")}
    notes = {
        "delivered in {}": years.where(years.str.contains(";"), ""),
        "{}": raw["status"],
        "comment: {}": raw["Comments"],
        "ordered {}": _ordered(
            raw["Number ordered"] + raw["Number ordered?"], raw["Year of order"], raw["Year of order?"]
        ),
        "TIV per unit {}": raw["SIPRI TIV per unit"],
        "TIV of the order {}": raw["SIPRI TIV for total order"],
        "TIV delivered {}": raw["SIPRI TIV of delivered weapons"],
    }
    return _register(path, DEALS.name, sheet, read, notes)


def read_deal_years(path: Path) -> Register:
    """A row per deal and year → statements and rejects, each record in one. Raises InputError for another header."""
    sheet = read_sheet(path, DEAL_YEARS, header_of(path, YEAR_COLUMNS, published), broken=True)
    flags = [name for name in YEAR_COLUMNS if name.endswith(" is estimate")]
    marks = {f"{flag.removesuffix(' is estimate')}?": sheet.raw[flag].map(_marked) for flag in flags}
    raw = sheet.raw.assign(**marks, Comments="")
    years = (raw["Delivery year"] + raw["Delivery year?"]).rename("Delivery year")
    read = _read(raw, "Designation", "Description", "Numbers delivered", years)
    read |= {name: each(raw[name], cells.yes_no) for name in (*flags, "Local production")}
    notes = {
        "deal {}": raw["SIPRI AT Database ID"],
        "{}": raw["Status"],
        "category: {}": raw["Armament category"],
        "ordered {}": _ordered(raw["Comments"], raw["Order date"], raw["Order date?"]),
        "local production: {}": raw["Local production"].where(raw["Local production"].str.casefold() != "no", ""),
        "TIV per unit {}": raw["TIV deal unit"],
        "TIV delivered {}": raw["TIV delivery values"],
    }
    return _register(path, DEAL_YEARS.name, sheet._replace(raw=raw), read, notes)


def published(cell: str) -> str:
    """A cell of a header as the layout has it: without the semicolon that ends the line, under its present name."""
    cell = cell.rstrip("; ")
    return FORMER.get(cell, cell)


def _marked(flag: str) -> str:
    return "?" if flag.casefold() == "yes" else ""


def _ordered(number: pd.Series, year: pd.Series, mark: pd.Series) -> pd.Series:
    """Such as "18 in 2016?"."""
    return (number + (" in " + year + mark).where(year != "", "")).str.strip()


def _read(raw: pd.DataFrame, weapon: str, kind: str, count: str, years: pd.Series) -> dict[str, pd.Series]:
    """What the cells mean that both layouts have, row by row, or the Problem they have."""
    party = partial(resolve_party, register="sipri")
    supplier, recipient = each(raw["Supplier"], party), each(raw["Recipient"], party)
    pairs, counts = paired(raw[weapon], raw[kind]), paired(raw[count], raw[f"{count}?"], years)
    return {
        "supplier": supplier,
        "recipient": two_parties(supplier, recipient, raw["Recipient"]),
        "item": each(pairs, lambda pair: cells.item(*pair), raw[weapon]),
        "category": each(raw[kind], slug),
        "designation": each(pairs, lambda pair: ", ".join(filter(None, pair))),
        "count": each(counts, cells.delivered, raw[count]),
        "years": each(years, cells.years),
        "quantity_as_printed": raw[count] + raw[f"{count}?"],
    }


def _register(path: Path, name: str, sheet: Sheet, read: dict[str, pd.Series], notes: dict[str, pd.Series]) -> Register:
    good, rejects = sort_out(name, sheet.raw, sound(read, sheet.widths))
    raw, kept = sheet.raw[good], pd.DataFrame({column: found[good] for column, found in read.items()})
    words = {form: column[good] for form, column in (notes | {"broken over rows {}": sheet.over}).items()}
    ways = zip(raw["Comments"], raw["Supplier"], raw["Recipient"], strict=True)
    years, counts = (
        pd.DataFrame(list(kept["years"]), columns=cells.Years._fields, index=kept.index),
        list(kept["count"]),
    )
    frame = kept.assign(
        statement_id=raw["statement_id"],
        source_id=name,
        locator=[f"row {row}" for row in kept.index],
        role="third",
        unit="piece",
        year=years["year"],
        first_year=years["first"],
        last_year=years["last"],
        year_basis=years["basis"],
        low=[count.low for count in counts],
        high=[count.high for count in counts],
        qualifier=[cells.qualifier(*pair) for pair in zip(counts, raw["Comments"], strict=True)],
        via=[cells.via(*way) for way in ways],
        remark=cells.remarks(words),
    )
    stocks, filings = (typed(pd.DataFrame(), table) for table in ("stocks", "filings"))
    return accounted(path, sheet.raw.index, Register(typed(frame, "statements"), stocks, filings, rejects))


def _header(columns: tuple[str, ...], path: Path) -> list[str]:
    return in_order(header_of(path, columns, published).columns, columns)


DEALS = Layout(
    "sipri-deals", "SIPRI trade register, a row per deal", DEAL_COLUMNS, partial(_header, DEAL_COLUMNS), read_deals
)
DEAL_YEARS = Layout(
    "sipri-deal-years",
    "SIPRI trade register, a row per deal and year",
    YEAR_COLUMNS,
    partial(_header, YEAR_COLUMNS),
    read_deal_years,
)
