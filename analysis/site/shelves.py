"""Everything the pages need of one case, or of the register: read once, from what is committed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd
from nbformat import NotebookNode

from analysis import cases, explain, prose, store
from analysis.errors import InputError
from analysis.headlines import marked, say
from analysis.paths import NOTEBOOKS, PUBLISHED, REGISTER, results_dir, shown
from analysis.plans import notebook_files
from analysis.schemas import CASES
from analysis.site import belonging, explanations, links, notebooks
from analysis.wording import mark


class Shelf(NamedTuple):
    """A case as its pages see it. `anchors` and `fragments` hold every number that any of them prints, by its key."""

    name: str
    settings: Mapping
    results: Path
    tables: Mapping[str, pd.DataFrame]
    notebooks: Mapping[str, NotebookNode]
    anchors: Mapping[str, str]
    fragments: Mapping[str, str]

    @property
    def folder(self) -> str:
        """The way from the front page to the case's pages."""
        return f"cases/{self.name}/" if self.settings else ""

    @property
    def shown(self) -> notebooks.Case:
        """What its notebooks' outputs are rendered with."""
        folder = notebooks.FILES if self.settings else f"{REGISTER}-{notebooks.FILES}"
        return notebooks.Case(self.results, self.anchors, frozenset(self.tables), folder)

    def finding(self) -> str:
        """The finding in one sentence, its numbers marked."""
        return prose.finding(marked(self.tables["headlines"]), **self.settings["focus"])

    def number(self, key: str) -> str:
        """A headline as print shows it, marked."""
        return mark(say(self.tables["headlines"], key), key)


def of_case(case: str) -> Shelf:
    """The shelf of a published case. Raises InputError where its results are not there, or do not belong together."""
    results = results_dir(case, PUBLISHED)
    tables, book = store.load(case, PUBLISHED, *CASES), explain.opened(case, PUBLISHED)
    own = NOTEBOOKS if case == cases.home() else results / "notebooks"
    read = {path.stem: _notebook(own / path.name) for path in notebook_files()}
    for notebook in read.values():
        notebooks.check_figures(notebook, results)
    belonging.check(case, tables, read)
    keys = [*tables["headlines"]["key"], *_printed(read, results)]
    anchors = links.slugs(keys)
    fragments = {key: explanations.fragment(key, book) for key in anchors}
    return Shelf(case, cases.settings(case), results, tables, read, anchors, fragments)


def of_register() -> Shelf:
    """The shelf of the published cases taken as one register; it has no headlines, and so no explanations."""
    results = results_dir(REGISTER, PUBLISHED)
    tables = {path.stem: pd.read_csv(path, dtype="str") for path in sorted(results.glob("*.csv"))}
    read = {REGISTER: _notebook(NOTEBOOKS / f"{REGISTER}.ipynb")}
    notebooks.check_figures(read[REGISTER], results)
    belonging.check_figures(results, "`retransfer register` makes them anew.")
    return Shelf(REGISTER, {}, results, tables, read, {}, {})


def _notebook(path: Path) -> NotebookNode:
    """An executed notebook. Raises InputError where it is missing, cannot be read, or shows an error."""
    try:
        found = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as fault:  # not there, or not JSON
        raise InputError(f"{shown(path)}: is not a notebook that can be read ({str(fault)[:200]}).") from None
    for output in [output for cell in found.cells for output in cell.get("outputs", [])]:
        if output.output_type not in ("execute_result", "display_data"):
            raise InputError(f"{shown(path)}: shows {output.output_type}. Run it again: it must end without.")
    return found


def _printed(read: Mapping[str, NotebookNode], results: Path) -> list[str]:
    """The keys of all numbers that sentences and figure titles print."""
    titles = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("figures/*.json"))]
    return [
        *(key for notebook in read.values() for key in notebooks.numbers_of(notebook)),
        *(key for title in titles for *_, key in title["numbers"]),
    ]
