"""The Netherlands' licences for the transit of military goods, as published month by month.

Columns: date of application, number of the consent, count, goods, origin, destination, ad hoc licence yes or no, VP/AN,
mode of transport, place of exit. How they are read:

- The Netherlands report what passes through them: reporter NLD, role `third`, `via` NLD and what a cell adds to it.
  They are no side of a mirror, and the register has no filings. A line from or to the Netherlands is no transit.
- A consent says what may pass, not what did: kind `licence`, and qualifier "licensed", or "notified" where a
  notification (melding) stands in place of a consent. The year is that of the application, so its basis is inferred;
  day and month may stand either way round, which changes no year.
- "v.v." (vice versa) is a round trip and no transfer, as are goods sent back (retour) and a refusal (afgewezen). AN is
  a transit that was called off, VP only its announcement: neither is a movement. All of these are rejects.
- Several states in one cell are a reject: one movement cannot be given to one of them. "via" goes to `via`.
- Counts, their units, and sub-counts of the goods: see `dutch_counts`.
- No vocabulary is controlled: `item` is what designations.csv knows of the goods, else the slug of their text without
  counts and units in front. There is no category. Two spellings of one weapon are two items.
- A cell that stands under a neighbour's name is put back where there is one way only, and the remark says so; else the
  line is a reject. parties_nl.csv has spellings of states that only this register uses.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import licences
from analysis.cells import Problem, each, paired, sort_out, two_parties
from analysis.registers.dutch_counts import Lot, is_unit, item, lots
from analysis.registers.dutch_places import Place, one_way, place, status, year_of
from analysis.registers.dutch_shifts import put_back
from analysis.registers.layout import Layout, Register
from analysis.registers.rows import accounted, lettered
from analysis.registers.sheets import header_of, in_order, read_sheet, sound
from analysis.tables import typed

COLUMNS = (
    "Datum aanvraag", "Consent nummer", "Aantal", "Goederen omschrijving", "land van herkomst",
    "land van bestemming (**)", "Ad-hoc J/N (***)", "VP/AN (****)", "Vervoermiddel", "Plaats van uitgang",
)  # fmt: skip
BARE_NAMES = {re.sub(r" ?\(\*+\)", "", name).casefold(): name for name in COLUMNS}
CONSENT = re.compile(r"(?P<word>[^\W\d]*)\.? ?(?P<number>\d{4} ?\d{3,4})")
NOTIFIED = re.compile(r"melding|e?-?mail", re.IGNORECASE)


class Consent(NamedTuple):
    """The number of a consent or what stands in its place, whether that is a notification, and a word before it."""

    number: str
    notified: bool
    word: str


def read_dutch(path: Path) -> Register:
    """Licences → statements and rejects; every record is in one of them. Raises InputError for another header."""
    sheet = read_sheet(path, LAYOUT, header_of(path, COLUMNS, published), broken=False)
    raw, moved = _put_back(sheet.raw)
    cells = _read(raw)
    read = sound(sound(cells, moved), sheet.widths)
    good, rejects = sort_out(LAYOUT.name, sheet.raw, read)
    kept = pd.DataFrame({name: column[good] for name, column in read.items()})
    kept["remark"] = _remarks(raw[good], kept["moved"], cells["consent"])
    stocks, filings = (typed(pd.DataFrame(), table) for table in ("stocks", "filings"))
    return accounted(path, raw.index, Register(_statements(kept, raw[good]), stocks, filings, rejects))


def _read(raw: pd.DataFrame) -> dict[str, pd.Series]:
    """What the cells mean, row by row, or the Problem they have."""
    day, number, count, goods, start, end, _, state, _, _ = COLUMNS
    origin, destination = each(raw[start], place), each(raw[end], place)
    consent = each(raw[number], _consent)
    return {
        "year": each(raw[day], year_of),
        "consent": consent,
        "origin": origin,
        "destination": destination,
        "parties": two_parties(origin.map(_code), destination.map(_code), raw[end]),
        "status": each(raw[state], status),
        "goods": each(raw[goods], one_way),
        "lots": each(paired(raw[count], _goods(raw[goods], consent)), lots, raw[count]),
    }


def _code(found: Place | Problem) -> str | Problem:
    return found if isinstance(found, Problem) else found.code


def published(cell: str) -> str:
    """A cell of a header as the layout has it: the marks of footnotes come and go."""
    return BARE_NAMES.get(re.sub(r" ?\(\*+\)", "", cell).casefold(), cell)


def _header(path: Path) -> list[str]:
    return in_order(header_of(path, COLUMNS, published).columns, COLUMNS)


def _put_back(raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The lines with each cell in its place, and what was moved; a Problem where that cannot be told."""
    lines = put_back(raw[list(COLUMNS)].itertuples(index=False, name=None))
    frame = pd.DataFrame([line.cells for line in lines], columns=list(COLUMNS), index=raw.index, dtype="object")
    moved = pd.Series([line.moved for line in lines], index=raw.index, dtype="object", name="moved")
    return frame, moved


def _consent(text: str) -> Consent:
    """A number, a notification in place of one, or neither; with a word before the number that belongs elsewhere."""
    match = CONSENT.fullmatch(text)
    if match:
        return Consent(match["number"].replace(" ", ""), False, match["word"])
    return Consent(text, bool(NOTIFIED.fullmatch(text)), "")


def _goods(goods: pd.Series, consents: pd.Series) -> pd.Series:
    """The goods with the unit in front that slipped into the column of the consent."""
    texts = [
        f"{consent.word}. {text}" if is_unit(consent.word) and not is_unit(text) else text
        for text, consent in zip(goods, consents, strict=True)
    ]
    return pd.Series(texts, index=goods.index, dtype="object", name=goods.name)


def _remarks(raw: pd.DataFrame, moved: pd.Series, consents: pd.Series) -> list[str]:
    """What else each line says, one column after the other, and what was made of it."""
    times = Counter(consent.number for consent in consents if not consent.notified)
    found = []
    for cells, way, consent in zip(raw[list(COLUMNS)].values, moved, consents[raw.index], strict=True):
        number = f"consent {consent.number}" if consent.number and not consent.notified else "notification (melding)"
        again = f", in {times[consent.number]} lines" if times[consent.number] > 1 else ""
        slipped = f"‘{consent.word}’ stood before the number of the consent" if consent.word else ""
        notes = [
            f"applied for on {cells[0]}",
            number + again,
            f"ad hoc licence {cells[6]}" if cells[6] else "",
            cells[8],
            f"exit {cells[9]}" if cells[9] else "",
            slipped,
            way,
        ]
        found.append(" | ".join(filter(None, notes)))
    return found


def _statements(kept: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """A row per lot; those of one line are its parts a, b, and so on."""
    rows = [
        (line.Index, letter, line.remark + (f" | of the line: {count} {goods}" if letter else ""), *lot)
        for line, count, goods in zip(kept.itertuples(), raw[COLUMNS[2]], raw[COLUMNS[3]], strict=True)
        for letter, lot in lettered(line.lots)
    ]
    found = pd.DataFrame(rows, columns=["row", "letter", "remark", *Lot._fields])
    line = kept.loc[found["row"]].reset_index(drop=True)
    items = {goods: item(goods) for goods in found["goods"].unique()}
    hedges = [
        "; ".join(filter(None, (hedge.replace("exact", ""), "notified" if consent.notified else "licensed")))
        for hedge, consent in zip(found["qualifier"], line["consent"], strict=True)
    ]
    frame = found.assign(
        statement_id="r" + found["row"].astype("str") + found["letter"],
        source_id=LAYOUT.name,
        locator="row " + found["row"].astype("str") + (", part " + found["letter"]).where(found["letter"] != "", ""),
        role="third",
        reporter="NLD",
        supplier=line["origin"].map(_code),
        recipient=line["destination"].map(_code),
        item=found["goods"].map(items),
        qualifier=hedges,
        year_basis="inferred",
        kind=licences.LICENCE,
        unit=[licences.unit_of(unit, licences.LICENCE) for unit in found["unit"]],
        quantity_as_printed=found["printed"],
        via=["; ".join(filter(None, ways)) for ways in _ways(line["origin"], line["destination"])],
        **dict.fromkeys(("year", "first_year", "last_year"), line["year"]),
    )
    return typed(frame, "statements")


def _ways(origins: pd.Series, destinations: pd.Series) -> list[tuple[str, str, str]]:
    """What each line passed: the Netherlands, and what the cells of origin and destination add."""
    return [("NLD", start.via, end.via) for start, end in zip(origins, destinations, strict=True)]


LAYOUT = Layout("nl-transit", "Dutch licences for the transit of military goods", COLUMNS, _header, read_dutch)
