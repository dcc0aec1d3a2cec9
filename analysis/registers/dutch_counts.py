"""Counts of Dutch transit licences: a figure, with or without a unit, and the goods beside it → lots.

A bare figure is a spreadsheet's: a comma before three figures parts thousands ("2,350"). A figure with a unit, and one
in the goods, was typed in Dutch: a comma is the decimal mark ("27,5 kg"), a full stop parts thousands ("450.200"). Of
a weight or length of three decimals or none ("15.422 kg") nobody can tell which: it is refused.
"""

import math
import re
from decimal import Decimal
from typing import NamedTuple

from analysis.intervals import LARGEST
from analysis.names import Unresolved, known_item
from analysis.quantities import parse_quantity
from analysis.quantities.vocabulary import listed
from analysis.registers.slugs import slug
from analysis.registers.subcounts import split

UNITS = listed(  # unit → as printed, in small letters and without a full stop
    {
        "piece": "st|stuk|stuks|stk|stks",
        "kg": "kg|kgs|kilo|kilogram",
        "gram": "gr|gram",
        "tonne": "ton",
        "litre": "l|ltr|liter|liters",
        "metre": "m|mtr|meter|meters",
        "foot": "ft|feet|voet",
    }
)
# What holds goods, of which the number inside is not stated.
HOLDERS = "zending|zendingen|znd|kist|kisten|doos|dozen|carton|cartons|karton|kartons|crts|pallet|pallets|partij|colli"
WORD = rf"(?:{'|'.join(sorted({*UNITS, *HOLDERS.split('|')}, key=len, reverse=True))})"
BARE = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")
TYPED = re.compile(rf"(?P<figure>\d[\d.,]*) ?(?P<word>{WORD})\b\.?", re.IGNORECASE)
# In front of goods a single letter is too often part of a name ("M 113", "L 39").
LEADING = re.compile(rf"(?P<word>(?!(?:m|l)\b){WORD})\b\.? ?(?P<goods>[^\W_].*|\(.+)", re.IGNORECASE)
HIDDEN = re.compile(r"x(?: ?x)+|n\.?v\.?t\.?|div(?:\.|ersen?)?|onbekend|[-–]", re.IGNORECASE)
LONGEST = 200  # characters of a cell with a count
COUNTED = re.compile(rf"\d[\d.,]*(?:x|  ?(?:{WORD}\b\.?)?) *(?!(?:mm|cm|inch|kal)\b)(?=[^\W\d_])", re.IGNORECASE)


class Count(NamedTuple):
    """Least and most of a unit (None = not stated), how that is hedged, and as printed."""

    low: int | None
    high: int | None
    unit: str
    qualifier: str
    printed: str


class Lot(NamedTuple):
    """A count, what it counts as printed, and these goods without counts and units in front."""

    designation: str
    goods: str
    low: int | None
    high: int | None
    unit: str
    qualifier: str
    printed: str


def lots(cell: tuple[str, str]) -> list[Lot]:
    """The lots of (count, goods) as printed; more than one where the counts in the goods add up to that of the line.

    Raises Unresolved or Unreadable for a count that cannot be read.
    """
    text, goods = (" ".join(part.split()) for part in cell)
    if not goods:
        raise Unresolved(goods, "no goods are named", "write them as the register prints them")
    if len(text) > LONGEST:
        raise Unresolved(text, f"is longer than {LONGEST} characters", "write the count alone")
    word, bare = _leading(goods)
    if HIDDEN.fullmatch(text):
        counts = [Count(None, None, "piece", "undisclosed", text)]
    elif TYPED.search(text):
        counts = [_typed(part) for part in re.split(r" en ", text)]
        bare = bare if _unit(word) in {count.unit for count in counts} else goods
    else:
        counts = [_bare(text, word)]
    parts = _parts(bare, counts[0]) if len(counts) == 1 else []
    return [_sound(lot) for lot in parts or [Lot(goods, _uncounted(bare), *count) for count in counts]]


def _sound(lot: Lot) -> Lot:
    """The lot. Raises Unresolved for one of no item, or of more than any count."""
    if not item(lot.goods):
        raise Unresolved(lot.goods, "the goods have no letter or figure of the Latin script", "write what they are")
    if lot.high is not None and lot.high > LARGEST:
        raise Unresolved(lot.printed, "is larger than any figure here", "check the figure")
    return lot


def item(goods: str) -> str:
    """Item slug of goods without counts and units in front, "" for what has none."""
    return known_item(goods) or slug(goods)


def _bare(text: str, word: str) -> Count:
    """A figure without a unit of its own; `word` is the one in front of the goods."""
    printed, unit = f"{text} {word}".strip(), _unit(word)
    if word and not unit:
        return _held(word, printed)
    if BARE.fullmatch(text):
        number = int(text.replace(",", ""))
        if number == 0:  # the goods are named, so some of them were applied for
            return Count(None, None, unit or "piece", "0 beside goods", printed)
        return Count(number, number, unit or "piece", "exact", printed)
    if unit in ("", "piece"):
        found = parse_quantity(re.sub(r"(?<=\d)\.(?=\d{3}\b)", "", text))
        return Count(found.low, found.high, "piece", found.qualifier, printed)
    return _measured(text, unit, printed)


def _typed(text: str) -> Count:
    """A figure with its unit, as a person typed them."""
    match = TYPED.fullmatch(text.strip())
    if not match:
        raise Unresolved(text, "is no count that this register is known to print", "write a figure, or figure and unit")
    figure, unit = match["figure"].rstrip(".,"), _unit(match["word"])
    if not unit:
        return _held(match["word"], text)
    if unit == "piece" and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", figure):
        number = int(re.sub(r"[.,]", "", figure))
        return Count(number, number, unit, "exact", text)
    return _measured(figure, unit, text)


def _held(word: str, printed: str) -> Count:
    """What holds goods was counted, and not the goods."""
    return Count(None, None, "piece", f"counted in {word.casefold()}, not items", printed)


def _measured(figure: str, unit: str, printed: str) -> Count:
    """The whole numbers that hold a figure of which a comma is the decimal mark."""
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", figure):
        whole, part = re.split(r"[.,]", figure)
        reason = f"is {whole}{part} or {whole} and {part} thousandths: the mark may part thousands or decimals"
        raise Unresolved(
            printed, reason, f"write {whole}{part} if it parts thousands, else round it to {whole},{part[:2]}"
        )
    if re.fullmatch(r"\d+(?:[.,]\d+)?", figure):
        value = Decimal(figure.replace(",", "."))
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", figure):
        value = Decimal(figure.replace(".", "").replace(",", "."))
    else:
        raise Unresolved(printed, "its figure cannot be read", "write it in figures, with a comma before decimals")
    low, high = math.floor(value), math.ceil(value)
    return Count(low, high, unit, "exact" if low == high else "between whole numbers", printed)


def is_unit(text: str) -> bool:
    """Whether a text is a unit, or goods with one in front."""
    return bool(_unit(text) or _unit(_leading(text)[0]))


def _unit(word: str) -> str:
    """Unit of a word as printed, "" for none and for what holds goods."""
    return UNITS.get(word.casefold(), "")


def _leading(goods: str) -> tuple[str, str]:
    """The unit in front of the goods, and the goods without it."""
    match = LEADING.fullmatch(goods)
    return (match["word"], match["goods"]) if match else ("", goods)


def _parts(goods: str, count: Count) -> list[Lot]:
    """The lots that the goods name with counts of their own, where these add up to that of the line, in its unit."""
    if count.low is None or len(re.findall(r"\d+", goods)) < 2:
        return []
    english = re.sub(r"(?<=\d)\.(?=\d{3}(?:\D|$))", "", goods)  # 450.200 → 450200
    english = re.sub(r" (?:en|plus|alsmede) (?=\d)", ", ", english)
    words = "|".join(word for word, unit in UNITS.items() if unit == count.unit)
    english = re.sub(rf"(?<=\d) ?(?:{words})\b\.? ", " pcs ", english, flags=re.IGNORECASE)
    parts = split(english, count.low)
    found = [_part(*part, unit=count.unit) for part in parts]
    return [] if None in found else found


def _part(designation: str, number: int, printed: str, unit: str) -> Lot | None:
    """One part of a line; None where it has a unit that is not the line's."""
    word, goods = _leading(designation)
    if word and not _unit(word):
        return Lot(designation, goods, *_held(word, printed))
    return None if word else Lot(designation, designation, number, number, unit, "exact", printed)


def _uncounted(goods: str) -> str:
    """Goods without a count in front."""
    match = COUNTED.match(goods)
    return goods[match.end() :] if match else goods
