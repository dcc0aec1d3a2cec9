"""Whether what is published belongs together: the tables to their raw tables, sentences to their headlines."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from nbformat import NotebookNode

from analysis import scenarios, store
from analysis.errors import InputError
from analysis.findings import point_of
from analysis.headlines import say
from analysis.paths import PUBLISHED, results_dir, shown
from analysis.tables import to_csv, typed

NOT_COMPUTED = ("sources", "corrections", "counting")  # as people wrote or chose it


def check(case: str, tables: Mapping[str, pd.DataFrame], read: Mapping[str, NotebookNode]) -> None:
    """Raises InputError where a table is not what the raw tables give now, a figure is not the one that was drawn of
    these headlines, or a sentence prints another number.

    Of scenarios, only the first is computed again: all of them take as long as the run itself.
    """
    results = results_dir(case, PUBLISHED)
    units = dict(zip(tables["headlines"]["key"], tables["headlines"]["unit"], strict=True))
    again = scenarios.tables_at(case, point_of(case)) | {"flips": scenarios.flips(tables["scenarios"], units)}
    for name, table in again.items():
        if name in tables and name not in NOT_COMPUTED and _text(name, table) != _text(name, tables[name]):
            raise _stale(results / f"{name}.csv", "is not what the raw tables of the case give now", _mend(case))
    now = scenarios.cells(again["headlines"])
    if not now.items() <= next(iter(tables["scenarios"].to_dict("records")), {}).items():
        raise _stale(results / "scenarios.csv", "does not begin with these results", _mend(case))
    check_figures(results, _mend(case))
    for place, text, numbers in _sentences(case, read):
        for start, end, key in numbers:
            if key in set(tables["headlines"]["key"]) and not _prints(text[start:end], say(tables["headlines"], key)):
                told = f"says {text[start:end]!r} for {key}, which is {say(tables['headlines'], key)!r}"
                raise InputError(f"{place}: {told}. {_mend(case)}")


def check_figures(results: Path, mend: str) -> None:
    """Raises InputError where a figure's files are not those that were drawn together, or of other headlines."""
    headlines = results / store.HEADLINES
    for path in sorted(results.glob("figures/*.json")):
        made = json.loads(path.read_text(encoding="utf-8"))
        for suffix, digest in made.get("files", {"json": ""}).items():
            file = path.with_suffix(f".{suffix}")
            if store.digest(file) != digest:
                raise _stale(file, "is not as it was drawn", mend)
        if headlines.exists() and made.get("headlines") != store.digest(headlines):
            raise _stale(path, "was drawn of other headlines than those of these results", mend)


def _text(name: str, table: pd.DataFrame) -> str:
    """A table as its file has it; the order of parameters is that of the notebooks, and says nothing."""
    return to_csv(typed(table.sort_values("name") if name == "parameters" else table, name))


def _stale(file: Path, what: str, mend: str) -> InputError:
    return InputError(f"{shown(file)}: {what}. {mend}")


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
