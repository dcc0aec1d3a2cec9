"""An executed notebook → the notebook that readers see: code folded, numbers linked, tables framed, figures as SVG."""

import json
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from analysis.errors import InputError
from analysis.paths import shown
from analysis.site import links
from analysis.wording import visible

FILES = "files"  # folder of a case's downloads, beside its pages
CELL = re.compile(r"(<td[^>]*>)([^<]+)(</td>)")
SVG_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt"')


class Case(NamedTuple):
    """What pages need of a case: the folder of its results, the anchor of every number, its tables, its downloads."""

    results: Path
    anchors: Mapping[str, str]
    tables: frozenset[str]
    files: str = FILES


def numbers_of(notebook: NotebookNode) -> list[str]:
    """The keys of all numbers that a notebook's sentences print, in order."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [output.get("metadata", {}).get("text/markdown", {}).get("numbers", []) for output in outputs]
    return [key for numbers in found for *_, key in numbers]


def check_figures(notebook: NotebookNode, results: Path) -> None:
    """Raises InputError where a file of a figure that the notebook shows is missing."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for name in [output.metadata["image/png"]["figure"] for output in outputs if "image/png" in output.get("data", {})]:
        _whole(results, name)


def _whole(results: Path, name: str) -> Path:
    """A figure's path without its end; all its files are there."""
    base = results / "figures" / name
    for end in ("svg", "png", "csv", "txt", "json"):
        if not base.with_suffix(f".{end}").is_file():
            raise InputError(f"{shown(base)}.{end}: is missing. Run the notebooks again: `retransfer run --all`.")
    return base


def readers(notebook: NotebookNode, case: Case, folded: bool) -> NotebookNode:
    """The notebook for readers. Code is folded away, or left out altogether where it is a report's.

    Every output becomes HTML in which words of sources are text; an output of another kind is refused with ValueError.
    """
    cells, silent = [], []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells.append(nbformat.v4.new_markdown_cell(cell.source, id=cell.id))
            continue
        shown = [html for output in cell.outputs if (html := _html(output, case))]
        silent.append(cell.source)  # cells that show nothing are folded with the next one that does
        if shown:
            cells.append(_code("\n\n".join(silent), cell.id, shown, "hide-input" if folded else "remove-input"))
            silent = []
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def _code(source: str, name: str, shown: list[str], tag: str) -> NotebookNode:
    outputs = [nbformat.v4.new_output("display_data", {"text/html": html}) for html in shown]
    return nbformat.v4.new_code_cell(source, id=name, outputs=outputs, metadata={"tags": [tag]})


def _html(output: NotebookNode, case: Case) -> str:
    """One output as HTML; empty where it says nothing."""
    data, metadata = output.get("data", {}), output.get("metadata", {})
    if "image/png" in data:
        return figure(metadata["image/png"]["figure"], case)
    if "text/html" in data:
        return table(data["text/html"], metadata.get("text/html", {}).get("table", ""), case)
    if "text/markdown" in data:
        numbers = metadata.get("text/markdown", {}).get("numbers", [])
        html = links.markdown_html(data["text/markdown"], numbers, case.anchors)
        return f'<div class="prose">{html}</div>' if html.strip() else ""
    raise ValueError(f"an output of {', '.join(data) or output.output_type} cannot be shown to readers.")


def table(html: str, name: str, case: Case) -> str:
    """A table that scrolls inside itself, the keys in its cells as links, its whole as a download below it."""
    caption = unescape(re.search(r"<caption>(.*?)</caption>", html, re.S)[1])
    html = CELL.sub(lambda found: found[1] + _cell(found[2], case) + found[3], html)
    file = f"{case.files}/{name}.csv"
    below = f'<p class="downloads"><a href="{file}" download>{name}.csv</a></p>' if name in case.tables else ""
    frame = f'<div class="table-frame" role="region" tabindex="0" aria-label="Table: {escape(visible(caption))}">'
    return f"{frame}{visible(html)}</div>{below}"


def _cell(text: str, case: Case) -> str:
    key = unescape(text)
    return links.link(key, case.anchors[key]) if key in case.anchors else f"<bdi>{text}</bdi>"


def figure(name: str, case: Case, folder: str = "", lead: bool = False) -> str:
    """A figure as SVG with its alt text, its finding with linked numbers, and what can be downloaded of it.

    `folder` is the way from the page to its case; the `lead` figure of a page is loaded before all else.
    """
    base = _whole(case.results, name)
    alt = base.with_suffix(".txt").read_text(encoding="utf-8").strip()
    told = json.loads(base.with_suffix(".json").read_text(encoding="utf-8"))
    width, height = (
        round(float(size) * 4 / 3)
        for size in SVG_SIZE.search(base.with_suffix(".svg").read_text(encoding="utf-8")).groups()
    )
    title = links.markdown_html(told["title"], told["numbers"], case.anchors, folder, inline=True)
    file = f"{folder}{case.files}/figures/{name}"
    offers = {"SVG": "svg", "PNG": "png", "its numbers (CSV)": "csv"}
    files = " ".join(f'<a href="{escape(file)}.{end}" download>{text}</a>' for text, end in offers.items())
    first = ' fetchpriority="high"' if lead else ""
    image = f'<img src="{escape(file)}.svg" width="{width}" height="{height}" alt="{escape(visible(alt))}"{first}>'
    caption = f'<figcaption><p>{title}.</p><p class="downloads">Download: {files}</p></figcaption>'
    shape = "finding tall" if height > 2 * width else "finding"  # on paper, a tall one goes over several pages
    return f'<figure class="{shape}" id="figure-{escape(name)}">{image}{caption}</figure>'
