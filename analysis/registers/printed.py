"""The lines of a register's file in the words that it prints, beside what its adapter made of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.registers import comtrade, dutch, sipri, unroca
from analysis.registers.dutch_shifts import put_back
from analysis.registers.rows import read_rows
from analysis.registers.sheets import header_of, read_sheet
from analysis.registers.vocabulary import blank


class Line(NamedTuple):
    """A line's words, each in one line of text; what it does not say is empty.

    `words` are what may name the weapon, the first that is not blank before all others; `known_as` is whose line it is
    where no cell says so; `cells` are all of them, for looking a word up; `beside`, what a note is made of.
    """

    row: int
    locator: str
    reporter: str
    supplier: str
    recipient: str
    words: tuple[str, ...]
    quantity: str
    unit: str
    year: str
    cells: tuple[str, ...]
    beside: str
    known_as: str = ""


def printed(layout: str, path: Path) -> dict[int, Line]:
    """Every line of a file of this layout, by its row. Raises InputError for a file of another one."""
    return {line.row: line for line in LINES[layout](path)}


def plain(text: str) -> str:
    """The text in one line."""
    return re.sub(r"\s+", " ", text).strip()


def _rows(raw: pd.DataFrame) -> Iterator[tuple[int, Mapping[str, str], tuple[str, ...]]]:
    """Per line: its row, its cells by column, and the cells alone."""
    for row, cells in zip(raw.index.tolist(), raw.drop(columns="statement_id").to_dict("records"), strict=True):
        bare = {name: plain(cell) for name, cell in cells.items()}
        yield row, bare, tuple(bare.values())


def _unroca(path: Path) -> Iterator[Line]:
    raw, _ = read_rows(path, unroca.LAYOUT, further=unroca.FURTHER)
    for row, line, cells in _rows(raw):
        side = unroca.side_of(line["table"])
        own = "" if blank(line["description"]) else line["description"]
        yield Line(
            row,
            f"row {row}",
            line.get(side, ""),
            line["exporter"],
            line["importer"],
            (own, line["category"]),
            line["num_items"],
            "",
            line["year"],
            cells,
            _beside_unroca(line, own),
        )


def _beside_unroca(line: Mapping[str, str], own: str) -> str:
    """Such as `Filed under VI. Warships. The row gives Germany as the state of origin.`"""
    said = [
        f"Filed under {line['category'].rstrip('.')}."
        if own
        else "The row has no description; the designation is that of its category."
    ]
    for name, words in (
        ("state_of_origin", "The row gives {} as the state of origin."),
        ("intermediate_locations", "It names as intermediate locations: {}."),
        ("comments", "Its comment: {}."),
    ):
        said += [words.format(line[name].rstrip("."))] if line[name] else []
    return " ".join(said)


def _sipri_deals(path: Path) -> Iterator[Line]:
    columns = ("Weapon designation", "Weapon description", "Number delivered", "Year(s) of delivery")
    return _sipri(path, sipri.DEALS, columns)


def _sipri_deal_years(path: Path) -> Iterator[Line]:
    return _sipri(path, sipri.DEAL_YEARS, ("Designation", "Description", "Numbers delivered", "Delivery year"))


def _sipri(path: Path, layout: sipri.Layout, columns: tuple[str, ...]) -> Iterator[Line]:
    """SIPRI reports itself, and is no party: no reporter. A record that was broken over rows has all of them."""
    sheet = read_sheet(path, layout, header_of(path, layout.columns, sipri.published), broken=True)
    weapon, kind, count, years = columns
    for (row, line, cells), over in zip(_rows(sheet.raw), sheet.over, strict=True):
        last = over.rpartition(" and ")[2]
        yield Line(
            row,
            f"rows {row} to {last}" if over else f"row {row}",
            "",
            line["Supplier"],
            line["Recipient"],
            (line[weapon], line[kind]),
            line[count],
            "",
            line[years],
            cells,
            "",
        )


def _dutch(path: Path) -> Iterator[Line]:
    sheet = read_sheet(path, dutch.LAYOUT, header_of(path, dutch.COLUMNS, dutch.published), broken=False)
    lines = put_back(sheet.raw[list(dutch.COLUMNS)].itertuples(index=False, name=None))
    day, _, count, goods, start, end, *_ = range(len(dutch.COLUMNS))
    for row, (found, _moved) in zip(sheet.raw.index.tolist(), lines, strict=True):
        cells = tuple(map(plain, found))
        where = (cells[start], cells[end])
        yield Line(row, f"row {row}", "", *where, (cells[goods],), cells[count], "", cells[day], cells, "", "NLD")


def _comtrade(path: Path) -> Iterator[Line]:
    raw, _ = read_rows(path, comtrade.LAYOUT)
    for row, line, cells in _rows(raw):
        reporter, partner = (
            line[f"{side}Desc"] or line[f"{side}ISO"] or line[f"{side}Code"] for side in ("reporter", "partner")
        )
        sent = comtrade.PARTS.get(line["flowCode"], line["flowCode"]) == "X"
        where = (reporter, partner) if sent else (partner, reporter)
        words = (line["cmdDesc"], line["cmdCode"])
        unit, year = line["qtyUnitAbbr"], line["refYear"] or line["period"][:4]
        beside = f"Commodity {line['cmdCode']} of {line['classificationCode'] or 'the HS'}."
        yield Line(row, f"row {row}", reporter, *where, words, line["qty"], unit, year, cells, beside)


LINES: Mapping[str, Callable[[Path], Iterator[Line]]] = {
    "unroca": _unroca,
    "sipri-deals": _sipri_deals,
    "sipri-deal-years": _sipri_deal_years,
    "nl-transit": _dutch,
    "comtrade": _comtrade,
}
