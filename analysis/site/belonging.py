"""Whether what is published belongs together: the tables to their raw tables, sentences to their headlines."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from nbformat import NotebookNode

from analysis import cases, scenarios
from analysis.errors import InputError
from analysis.headlines import say
from analysis.paths import PUBLISHED, results_dir, shown
from analysis.tables import to_csv, typed

NOT_COMPUTED = ("sources", "corrections", "counting", "parameters")  # as people wrote or chose it


def check(case: str, tables: Mapping[str, pd.DataFrame], read: Mapping[str, NotebookNode]) -> None:
    """Raises InputError where a table is not what the raw tables give now, or a sentence prints another number.

    Tables of scenarios and flips are left to the run: they take as long to compute as the run itself.
    """
    again = scenarios.tables_at(case, cases.settings(case)["parameters"])
    for name, table in again.items():
        if name in tables and name not in NOT_COMPUTED and to_csv(typed(table, name)) != to_csv(tables[name]):
            file = shown(results_dir(case, PUBLISHED) / f"{name}.csv")
            raise InputError(f"{file}: is not what the raw tables of the case give now. {_mend(case)}")
    for place, text, numbers in _sentences(case, read):
        for start, end, key in numbers:
            if key in set(tables["headlines"]["key"]) and not _prints(text[start:end], say(tables["headlines"], key)):
                told = f"says {text[start:end]!r} for {key}, which is {say(tables['headlines'], key)!r}"
                raise InputError(f"{place}: {told}. {_mend(case)}")


def _mend(case: str) -> str:
    return f"`retransfer run {case}` computes all of it anew."


def _prints(shown_text: str, number: str) -> bool:
    """Whether a sentence's number is the headline, or one of its ends in words such as "24 are unaccounted for"."""
    figures = re.findall(r"\d[\d,.]*\d|\d", shown_text)
    return all(figure in re.findall(r"\d[\d,.]*\d|\d", number) for figure in figures)


def _sentences(case: str, read: Mapping[str, NotebookNode]) -> Iterator[tuple[str, str, list]]:
    """Every sentence with numbers that a notebook or a figure's title prints: where, the text, its numbers."""
    for stem, notebook in read.items():
        for output in [output for cell in notebook.cells for output in cell.get("outputs", [])]:
            numbers = output.get("metadata", {}).get("text/markdown", {}).get("numbers", [])
            if numbers:
                yield f"{stem}.ipynb of {case}", output["data"]["text/markdown"], numbers
    for path in sorted(Path(results_dir(case, PUBLISHED)).glob("figures/*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        yield shown(path), told["title"], told["numbers"]
