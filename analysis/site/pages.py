"""The pages of the site as Markdown and notebooks, for Sphinx to build: texts of site/, cases, provenance."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib import metadata
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis import cases, prose, schemas
from analysis.headlines import find, marked, say
from analysis.intervals import ends
from analysis.names import item_name
from analysis.paths import REGISTER, SITE
from analysis.site import datapackage, explanations, links, notebooks, reference, speeds, whatif
from analysis.site.shelves import Shelf
from analysis.wording import span, unmarked, visible

REPORT, SCENARIOS = "5-report", "3-scenarios"
STEPS = {  # a notebook's name among the pages of its case
    "1-clean": "What the sources say, read",
    "2-reconcile": "What moved, what is unaccounted for",
    "3-scenarios": "What the counts can show",
    "4-figures": "The figures",
}


def write(
    source: Path, shelves: Mapping[str, Shelf], listed: Mapping[str, Sequence], commands: Mapping[str, str]
) -> None:
    """Every page into the folder `source`.

    `listed` are the downloads of each case and of the register, `commands` the help of each command.
    """
    environment = Environment(loader=FileSystemLoader(SITE), undefined=StrictUndefined, keep_trailing_newline=True)
    environment.globals |= said(shelves) | tables_of(shelves, listed) | {"commands": commands}
    environment.filters["raw"] = links.raw
    for path in sorted(SITE.glob("*.md")):
        _put(source / path.name, environment.get_template(path.name).render())
    for shelf in shelves.values():
        pages = case_pages(shelf) if shelf.settings else register_pages(shelf)
        for name, page in pages.items():
            _put(source / shelf.folder / name, page if isinstance(page, str) else nbformat.writes(page))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def tables_of(shelves: Mapping[str, Shelf], listed: Mapping[str, Sequence]) -> dict[str, object]:
    """What the page of the data tells: the files of each case, and what every table is, told once."""
    packages = {name: datapackage.descriptor(name) for name in shelves}
    described = {
        table["name"]: table | {"schema": _own_fields(table)}
        for package in packages.values()
        for table in package["resources"]
        if table["name"] in schemas.PROCESSED
    }
    return {"listed": listed, "packages": packages, "described": dict(sorted(described.items()))}


def _own_fields(table: Mapping) -> dict[str, list]:
    """The fields of a table without those that are named by headlines, which differ from case to case."""
    known = schemas.names(schemas.PROCESSED[table["name"]])
    return {"fields": [field for field in table["schema"]["fields"] if field["name"] in known]}


def said(shelves: Mapping[str, Shelf]) -> dict[str, object]:
    """What a text page may say: every number of a case by its key, linked to its explanation."""
    home = shelves[cases.home()]
    every = [shelf for shelf in shelves.values() if shelf.settings]

    def linked(text: str, shelf: Shelf = home) -> str:
        return links.linked(text, shelf.anchors, shelf.folder)

    def number(name: str, *key: str, case: str = home.name) -> str:
        return linked(shelves[case].number(_key(name, key)), shelves[case])

    def at(stock: int, name: str, key: Sequence[str]) -> str:
        return _at(home, stock, _key(name, key))

    return {
        "say": number,
        "at": at,
        "finding": lambda case=home.name: linked(shelves[case].finding(), shelves[case]),
        "plain_finding": links.text(plain_finding(home)),
        "formula": lambda name, *key, case=home.name: find(shelves[case].tables["headlines"], name, *key)["formula"],
        "figure": lambda name, case=home.name: links.raw(
            notebooks.figure(name, shelves[case].shown, shelves[case].folder, lead=True)
        ),
        "facts": lambda: [{name: linked(text) for name, text in fact.items()} for fact in facts(home)],
        "not_shown": [linked(line) for line in _not_shown(home)],
        "version": metadata.version("retransfer"),
        "speeds": speeds.rows(),
        "speeds_drawn": links.raw(speeds.picture()),
        "home": home,
        "cases": [_told(shelf, linked) for shelf in every],
        "sources": [line for shelf in every for line in _sources(shelf)],
        "text": links.text,
        "raw_tables": reference.raw_tables(),
        "parameters": reference.parameters(),
    }


def _key(name: str, key: Sequence[str]) -> str:
    return f"{name}[{','.join(key)}]" if key else name


def _told(shelf: Shelf, linked) -> dict[str, object]:
    """A case in the list of cases: its finding, and what reports leave in doubt about it."""
    words: dict[str, object] = {"title": links.text(shelf.settings["title"])}
    words["title_html"] = links.settled(escape(visible(shelf.settings["title"])))
    differing = prose.differing(marked(shelf.tables["flows"]), shelf.tables["transfers"])
    doubled = prose.double_counted(marked(shelf.tables["double_counts"]))
    words["doubts"] = [linked(line, shelf) for line in (*differing, *doubled)]
    words["own"] = bool(shelf.settings.get("own"))
    return {"name": shelf.name, "folder": shelf.folder, "finding": linked(shelf.finding(), shelf)} | words


def _sources(shelf: Shelf) -> list[str]:
    """The sources of a case, each a line of Markdown in which no word of a source is markup."""
    return prose.sources(shelf.tables["sources"].map(links.text))


def _not_shown(shelf: Shelf) -> list[str]:
    """What the counts of a case do not show: computed, then the case's own words."""
    own = shelf.settings.get("report", {}).get("not_shown", [])
    return [*prose.uncounted(marked(shelf.tables["headlines"]), **shelf.settings["focus"]), *own]


def facts(shelf: Shelf) -> list[dict[str, str]]:
    """What the counts show beyond the finding, each with its limit, as marked sentences."""
    numbers, focus = marked(shelf.tables["headlines"]), shelf.settings["focus"]
    even, found = prose.broken_even(numbers, focus["item"]), []
    if even:
        limit = "No stock is on record, and none is ruled out. The counts say nothing about which goods went where."
        found.append({"name": "Origin", "fact": f"{even}.", "limit": limit})
    for row in shelf.tables["values"].head(1).itertuples():
        price = say(numbers, "unit_price", row.item, row.lot)
        limit = "If all had one price. The sum covers several deliveries and does not say how it divides."
        fact = f"One {item_name(row.item, 1)} can have cost {price}."
        found.append({"name": "Price", "fact": fact, "limit": limit})
    for line in prose.measures(numbers, **focus)[-1:]:
        limit = "That limits error, not reporting: what was never reported is in no count."
        found.append({"name": "Counting error", "fact": line, "limit": limit})
    return found


def _at(shelf: Shelf, stock: int, key: str) -> str:
    """A headline at an opening stock, all else as published."""
    table = shelf.tables["scenarios"]
    others = [name for name in schemas.names(schemas.CASES["scenarios"]) if name != "opening_stock"]
    same = (table[others] == table.iloc[0][others]).all(axis=1) & (table["opening_stock"] == stock)
    low, high = ends(table.loc[same, key].iloc[0])
    return span(low, None, high)


def case_pages(shelf: Shelf) -> dict[str, object]:
    """The pages of a case by file name: its report, the notebooks behind it, where its numbers come from."""
    report = notebooks.readers(shelf.notebooks[REPORT], shelf.shown, folded=False)
    report.cells = [_opening(shelf), *[cell for cell in report.cells if cell.id not in ("text-0", "code-2")]]
    found = {"index.ipynb": report}
    for stem in [stem for stem in shelf.notebooks if stem != REPORT]:
        page = notebooks.readers(shelf.notebooks[stem], shelf.shown, folded=True)
        page.cells.insert(1, _offers(shelf, stem))
        found[f"{stem}.ipynb"] = page
    if form := whatif.widget(whatif.inputs(shelf.tables), shelf.anchors):
        cells = found[f"{SCENARIOS}.ipynb"].cells
        place = next(at for at, cell in enumerate(cells) if cell.source.startswith("## What would change"))
        cells.insert(place, nbformat.v4.new_markdown_cell(f"## What if?\n\n{links.raw(form)}", id="what-if"))
    settings = shelf.settings
    page = explanations.page(shelf.anchors, shelf.fragments, settings["title"], settings["question"])
    return {**found, "provenance.md": page}


def _opening(shelf: Shelf) -> nbformat.NotebookNode:
    """The title of a report, its question, and the pages below it."""
    pages = [f"{name} <{stem}>" for stem, name in STEPS.items() if stem in shelf.notebooks]
    tree = "\n".join(["```{toctree}", ":hidden:", "", *pages, "Where every number comes from <provenance>", "```"])
    title, question = (links.text(shelf.settings[name]) for name in ("title", "question"))
    offers = _offers(shelf, REPORT).source
    return nbformat.v4.new_markdown_cell(f"# {title}\n\n*{question}*\n\n{offers}\n\n{tree}", id="opening")


def _offers(shelf: Shelf, stem: str) -> nbformat.NotebookNode:
    """What can be downloaded of a page, and where its numbers are explained."""
    files = escape(shelf.shown.files)
    archive = f'<a href="{files}/{shelf.name}.zip" download>all data of the case</a>'
    numbers = f' · <a href="{links.PROVENANCE}">where every number comes from</a>' if shelf.anchors else ""
    own = f'<a href="{files}/notebooks/{stem}.ipynb" download>this notebook</a>'
    return nbformat.v4.new_markdown_cell(f'<p class="offers">{own} · {archive}{numbers}</p>', id="offers")


def register_pages(shelf: Shelf) -> dict[str, object]:
    """The page of the published cases taken as one register."""
    page = notebooks.readers(shelf.notebooks[REGISTER], shelf.shown, folded=True)
    page.cells.insert(1, _offers(shelf, REGISTER))
    return {"register.ipynb": page}


def linked_finding(shelf: Shelf) -> str:
    """The finding as a sentence of HTML, for the front page."""
    return f"{links.linked(shelf.finding(), shelf.anchors, shelf.folder)}."


def plain_finding(shelf: Shelf) -> str:
    """The finding without links, for cards and descriptions."""
    return f"{unmarked(shelf.finding())[0]}."
