"""The words that parameters admit, by parameter: one list for notebooks, commands and functions."""

from collections.abc import Collection, Mapping
from numbers import Integral, Real

from analysis.characters import shortly
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.intervals import LARGEST

PREFER = ("exporter", "importer", "larger", "smaller", "mean", "reliable")
LEVELS = ("item", "category")
RANKS = ("quantity", "share", "exactness")
LIMITS = {"lag_years": (0, 100), "tolerance": (0, 0.99), "opening_stock": (0, LARGEST)}
LIMITS |= {"within_years": (0, 100), "least": (1, LARGEST), "share": (0, 10**8)}
KINDS = {"text": (str, "text in quotes"), "count": (Integral, "a whole number"), "number": (Real, "a number")}
CHOICES = {"prefer": PREFER, "level": LEVELS, "rank_by": RANKS}


def check_choice(name: str, value: object) -> None:
    """Raises InputError for a word that a parameter of this name does not admit; most parameters admit any."""
    if name in CHOICES:
        check_one_of(name, value, CHOICES[name])


def check_value(name: str, value: object) -> None:
    """Raises InputError for a value that a parameter of this name does not admit."""
    check_choice(name, value)
    if name in LIMITS and not LIMITS[name][0] <= value <= LIMITS[name][1]:
        raise InputError(f"{name}={shortly(value)}: must be from {LIMITS[name][0]} to {LIMITS[name][1]}.")


def check_values(values: Mapping[str, object], kinds: Mapping[str, str]) -> None:
    """The same of several, as somebody typed them into a cell: of which kind (text, count, number) each is said too."""
    for name, value in values.items():
        kind, words = KINDS[kinds[name]]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise InputError(f"{name} = {shortly(value)}: must be {words}.")
        check_value(name, value)


def check_one_of(name: str, value: object, known: Collection[str]) -> None:
    """Raises InputError for a word that is none of those known, with near ones."""
    if value not in known:
        raise InputError(
            f"{name}={shortly(value)}: unknown{close_to(str(value)[:80], [*known])}. It is one of {', '.join(known)}."
        )
