"""The words that parameters admit, by parameter: one list for notebooks, commands and functions."""

from collections.abc import Collection

from analysis.characters import shortly
from analysis.errors import InputError
from analysis.hints import close_to

PREFER = ("exporter", "importer", "larger", "smaller", "mean", "reliable")
LEVELS = ("item", "category")
RANKS = ("quantity", "share", "exactness")
CHOICES = {"prefer": PREFER, "level": LEVELS, "rank_by": RANKS}


def check_choice(name: str, value: object) -> None:
    """Raises InputError for a word that a parameter of this name does not admit; most parameters admit any."""
    if name in CHOICES:
        check_one_of(name, value, CHOICES[name])


def check_one_of(name: str, value: object, known: Collection[str]) -> None:
    """Raises InputError for a word that is none of those known, with near ones."""
    if value not in known:
        raise InputError(
            f"{name}={shortly(value)}: unknown{close_to(str(value)[:80], [*known])}. It is one of {', '.join(known)}."
        )
