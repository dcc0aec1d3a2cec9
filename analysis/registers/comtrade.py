"""UN Comtrade: a data frame of `comtradeapicall` saved as CSV, one record per flow as a customs service reports it.

Columns are those of the final data (not the tariff lines), with or without the data frame's index. How they are read:

- M (imports) and X (exports) are movements. RM, FM (re-imports, foreign imports) and RX, DX (re-exports, domestic
  exports) are parts of them: set aside where the file has the whole, else at least that many. MIP, MOP, XIP, XOP
  (processing) overlap these and are set aside always.
- The partner of an import is the state of origin, not the sender, where the two differ: it is the supplier here,
  for want of another, and stands in `origin` as well. The partner of an export is its last known destination.
- Set aside, since other lines say the same: the partner World (0, W00), groups such as the European Union, TOTAL,
  a line of one second partner, customs procedure or mode of transport (partner2Code 0, customsCode C00, motCode 0 and
  mosCode 0 are the whole), a heading where the file has its subheadings, a month where it has the year, a line twice.
  `isAggregate` is no reason: it says that UNSD added up what was reported, as it did for most lines.
- A quantity of 0 or -1, or one in no unit (-1, N/A), is undisclosed; one that UNSD estimated (isQtyEstimated, or a
  legacyEstimationFlag of 2 or 6) is an `estimate`. Parts of a unit widen it to the whole numbers around.
- `item` is the commodity (hs-930190), `category` its heading (hs-9301), without regard to the edition of the HS.
- Codes come first, then names: NA is Namibia, and areas "nes", bunkers and free zones are XXN, which is no party.
"""

import re
from decimal import Decimal
from functools import partial
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.cells import Problem, each, paired, sort_out, two_parties
from analysis.intervals import LARGEST
from analysis.names import Unresolved, resolve_code, resolve_party, resolve_unit
from analysis.quantities import parse_year
from analysis.registers.filings import listed
from analysis.registers.layout import Layout, Register
from analysis.registers.rows import accounted, first_record, read_rows, whole
from analysis.tables import typed

NAME = "comtrade"
WHOLE = {"M": "importer", "X": "exporter"}
PARTS = {"RM": "M", "FM": "M", "RX": "X", "DX": "X"}
WORDS = {"RM": "re-imports", "FM": "foreign imports", "RX": "re-exports", "DX": "domestic exports"}
PROCESSING = ("MIP", "MOP", "XIP", "XOP")
SUMS = ("0", "W00", "97", "EUR", "EU2")  # World, European Union
UNITS = {"2": "m²", "3": "1000 kWh", "4": "m", "5": "u", "6": "2u", "7": "l", "8": "kg", "9": "1000u"}
UNITS |= {"10": "u (jeu/pack)", "11": "12u", "12": "m³", "13": "carat"}
TIMES = {"2u": 2, "12u": 12, "1000u": 1000}  # units that are so many pieces
ESTIMATED = ("2", "6")  # legacyEstimationFlag: the quantity, or quantity and net weight
NO_UNIT = ("", "-", "-1", "N/A")


class Amount(NamedTuple):
    """How many, low..high inclusive (None: undisclosed), of which unit, and how that is hedged."""

    low: int | None
    high: int | None
    qualifier: str
    unit: str


class Goods(NamedTuple):
    """A commodity and its heading, as slugs, and the digits of its code ("" for classifications other than the HS)."""

    item: str
    category: str
    digits: str


def read_comtrade(path: Path) -> Register:
    """The data frame's lines → statements, no stocks, filings, rejects; every line is a statement or a reject.

    Raises InputError for a file that has another header.
    """
    raw, widths = read_rows(path, LAYOUT)
    read = _read(raw) | {"row": widths}
    sound, _ = sort_out(NAME, raw, read)
    again = pd.Series(_repeated(raw[sound], pd.DataFrame(read)[sound]), index=raw.index[sound], dtype="object")
    good, rejects = sort_out(NAME, raw, read | {"again": again.reindex(raw.index, fill_value="")})
    found = Register(
        statements=typed(_statements(raw[good], pd.DataFrame(read)[good]), "statements"),
        stocks=typed(pd.DataFrame(), "stocks"),
        filings=listed(read["reporter"], read["refYear"]),
        rejects=rejects,
    )
    return accounted(path, raw.index, found)


def _read(raw: pd.DataFrame) -> dict[str, pd.Series]:
    """What the cells mean, line by line, or the Problem they have: parts of a whole line have one as well."""
    amount = ("qty", "qtyUnitAbbr", "qtyUnitCode", "isQtyEstimated", "legacyEstimationFlag")
    read = {
        "reporter": each(_area(raw, "reporter"), _party, raw["reporterCode"]),
        "partner": each(_area(raw, "partner"), _party, raw["partnerCode"]),
        "flowCode": each(raw["flowCode"], _flow),
        "refYear": each(raw["refYear"].where(raw["refYear"] != "", raw["period"].str[:4]).map(whole), parse_year),
        "cmdCode": each(paired(raw["classificationCode"], raw["cmdCode"]), lambda pair: _goods(*pair), raw["cmdCode"]),
        "qty": each(paired(*(raw[name] for name in amount)), lambda cells: _amount(*cells), raw["qty"]),
        "typeCode": each(raw["typeCode"], lambda text: _only("C", text, "is not of goods")),
    }
    for column, total in {"partner2Code": "0", "customsCode": "C00", "mosCode": "0", "motCode": "0"}.items():
        read[column] = each(raw[column], partial(_only, total, reason="is a part of another line"))
    return read | {"partner": two_parties(read["reporter"], read["partner"], raw["partnerCode"])}


def _area(raw: pd.DataFrame, side: str) -> pd.Series:
    return paired(*(raw[f"{side}{name}"] for name in ("ISO", "Code", "Desc")))


def _party(area: tuple[str, str, str]) -> str:
    """Code of an area by its letters, else its digits, else its name. Raises Unresolved, also for sums over parties."""
    letters, digits, name = area[0], whole(area[1]), area[2]
    if {letters, digits} & set(SUMS):
        raise Unresolved(name or letters or digits, "is many parties together", "ask for the lines of each party")
    for code in filter(None, (letters, digits)):
        try:
            return resolve_code(code, NAME)
        except Unresolved:
            continue  # the area's other code, or its name, may be known
    return "XXN" if name.casefold().endswith("nes") else resolve_party(name or digits or letters)


def _only(total: str, text: str, reason: str) -> str:
    if whole(text) not in (total, ""):
        raise Unresolved(text, reason, f"only lines with {total} are counted")
    return total


def _flow(text: str) -> str:
    if text in PROCESSING:
        raise Unresolved(text, "is for processing, a part of imports or exports", "ask for M and X")
    if text not in WHOLE | PARTS:
        raise Unresolved(text, "is no flow that is known", f"one of {', '.join(WHOLE | PARTS)}")
    return text


def _goods(edition: str, code: str) -> Goods:
    if code == "TOTAL":
        raise Unresolved(code, "is all goods together", "ask for single commodities")
    if edition and not edition.startswith("H"):
        return Goods(f"{edition}-{code}".casefold(), "", "")
    if not re.fullmatch(r"(?:[0-9]{2}){1,3}", code):
        lost = code.isdigit() and len(code) < 6
        cure = f"write 0{code} if a nought was lost" if lost else "write its two, four or six digits"
        raise Unresolved(code, "is no commodity of the HS", cure)
    return Goods(f"hs-{code}", f"hs-{code[:4]}", code)


def _amount(text: str, unit: str, unit_code: str, estimated: str, flag: str) -> Amount:
    """How many a line says, in which unit; nothing known is no nought."""
    unit = unit or UNITS.get(whole(unit_code), "")
    number = _number(text)
    if unit in NO_UNIT or number in (0, -1):
        return Amount(None, None, "undisclosed", "piece" if unit in NO_UNIT or unit in TIMES else resolve_unit(unit))
    if number < 0:
        raise Unresolved(text, "is negative", "check the file")
    exact = number * TIMES.get(unit, 1)
    if exact > LARGEST:
        raise Unresolved(text, "is larger than any figure here", "check the file")
    low, high = floor(exact), ceil(exact)
    guessed = estimated.casefold() == "true" or whole(flag) in ESTIMATED
    hedge = "estimate" if guessed else "exact" if low == high else "range"
    return Amount(low, high, hedge, resolve_unit("u" if unit in TIMES else unit))


def _number(text: str) -> Decimal:
    if re.search(r"[0-9]e[+-]?[0-9]", text, re.IGNORECASE):
        raise Unresolved(text, "is in scientific notation", "write all its digits")
    if not re.fullmatch(r"(?:-?[0-9]{1,16}(?:\.[0-9]{0,30})?)?", text):
        raise Unresolved(text, "is no number", "write plain digits, or leave the cell empty if it is unknown")
    return Decimal(text or 0)


class Line(NamedTuple):
    """What tells one line from another: two that are alike here say the same twice."""

    reporter: str
    partner: str
    year: int | None
    flow: str
    goods: Goods
    often: str  # A, M: once a year, once a month
    period: str


def _repeated(raw: pd.DataFrame, read: pd.DataFrame) -> list[str | Problem]:
    """Per line "", or the Problem that other lines of the file say the same."""
    many = read["partner"].str.startswith("XX")  # areas that share this code are different ones
    area = read["partner"].mask(many, raw["partnerCode"] + raw["partnerISO"] + raw["partnerDesc"])
    columns = (area, read["refYear"], read["flowCode"], read["cmdCode"], raw["freqCode"], raw["period"])
    lines = [Line(*cells) for cells in paired(read["reporter"], *columns)]
    known = set(lines)
    years = {line._replace(often="", period="") for line in known if line.often == "A"}
    flows = {line._replace(flow="", often=line.flow, period="") for line in known}
    finer = {
        line._replace(goods=line.goods.digits[:length])
        for line in known
        for length in (2, 4)
        if length < len(line.goods.digits)
    }
    amounts: dict[Line, list[Amount]] = {}
    found = []
    for line, amount in zip(lines, read["qty"].tolist(), strict=True):
        before = amounts.setdefault(line, [])
        before.append(amount)
        if line.flow in PARTS and line._replace(flow="", often=PARTS[line.flow], period="") in flows:
            why = f"{WORDS[line.flow]} are a part of {PARTS[line.flow]}, which the file has"
            found.append(Problem("flowCode", line.flow, why, "nothing is to be done"))
        elif line._replace(goods=line.goods.digits) in finer:
            why = "is a heading, and the file has its subheadings"
            found.append(Problem("cmdCode", line.goods.digits, why, "nothing is to be done"))
        elif line.often != "A" and line._replace(often="", period="") in years:
            found.append(
                Problem("period", line.period, "is a part of a year that the file has", "nothing is to be done")
            )
        elif len(before) > 1 and len(set(before)) == 1:
            found.append(Problem("qty", "", "is an earlier line once more", "nothing is to be done"))
        else:
            found.append("")
    differ = {line for line, said in amounts.items() if len(set(said)) > 1}
    why = Problem("qty", "", "another line gives another quantity for the same", "keep the one that is right")
    return [why if line in differ and not fault else fault for line, fault in zip(lines, found, strict=True)]


def _statements(raw: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """A statement per line; of a part without its whole it is known only that there are at least so many."""
    amounts = pd.DataFrame(list(read["qty"]), columns=list(Amount._fields), index=raw.index)
    goods = pd.DataFrame(list(read["cmdCode"]), columns=list(Goods._fields), index=raw.index)
    part = read["flowCode"].isin(PARTS) & amounts["low"].notna()
    role = read["flowCode"].map(lambda flow: WHOLE[PARTS.get(flow, flow)])
    sent = role == "exporter"
    abroad = read["partner"].where(~read["partner"].str.startswith("XX"), "")
    year = read["refYear"].astype("Int64")
    alone = "at least: " + read["flowCode"].map(WORDS).fillna("") + " alone"
    return raw[["statement_id"]].assign(
        source_id=NAME,
        locator=[f"row {row}" for row in raw.index],
        role=role,
        reporter=read["reporter"],
        supplier=read["reporter"].where(sent, read["partner"]),
        recipient=read["partner"].where(sent, read["reporter"]),
        item=goods["item"],
        category=goods["category"],
        unit=amounts["unit"],
        **dict.fromkeys(("year", "first_year", "last_year"), year),
        low=amounts["low"].astype("Int64"),
        high=amounts["high"].astype("Int64").mask(part),
        qualifier=amounts["qualifier"].mask(part, alone),
        year_basis=year.notna().map({True: "printed", False: ""}),
        quantity_as_printed=(raw["qty"] + " " + raw["qtyUnitAbbr"]).str.strip(),
        designation=raw["cmdDesc"],
        origin=abroad.mask(sent, ""),
        remark=_remarks(raw),
    )


def _remarks(raw: pd.DataFrame) -> list[str]:
    """What else the lines say: the edition of the classification, the weight, the value."""
    parts = {"classificationCode": "edition {}", "netWgt": "net weight {} kg", "primaryValue": "value {} US dollars"}
    return [
        "; ".join(
            words.format(cell) for words, cell in zip(parts.values(), line, strict=True) if cell not in ("", "0", "0.0")
        )
        for line in paired(*(raw[name] for name in parts))
    ]


LAYOUT = Layout(
    NAME,
    "UN Comtrade, final data as comtradeapicall gives them",
    (
        *("typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period"),
        *("reporterCode", "reporterISO", "reporterDesc", "flowCode", "flowDesc"),
        *("partnerCode", "partnerISO", "partnerDesc", "partner2Code", "partner2ISO", "partner2Desc"),
        *("classificationCode", "classificationSearchCode", "isOriginalClassification"),
        *("cmdCode", "cmdDesc", "aggrLevel", "isLeaf", "customsCode", "customsDesc", "mosCode", "motCode", "motDesc"),
        *("qtyUnitCode", "qtyUnitAbbr", "qty", "isQtyEstimated"),
        *("altQtyUnitCode", "altQtyUnitAbbr", "altQty", "isAltQtyEstimated"),
        *("netWgt", "isNetWgtEstimated", "grossWgt", "isGrossWgtEstimated"),
        *("cifvalue", "fobvalue", "primaryValue", "legacyEstimationFlag", "isReported", "isAggregate"),
    ),
    first_record,
    read_comtrade,
)
