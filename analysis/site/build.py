"""The whole site: gather what is committed, write the pages, let Sphinx build them, put the result in place."""

import io
import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from analysis import cases, folders, progress, publishing
from analysis.errors import InputError
from analysis.execution import new_stage
from analysis.paths import PUBLIC, REGISTER, SITE
from analysis.run import uninterrupted
from analysis.site import card, explanations, exports, pages, shelves, speeds
from analysis.site.shelves import Shelf

CARDS = "_static/cards"  # pictures for those who link to a page


def build(base_url: str, commands: Mapping[str, str], report: Callable[[str], None]) -> bool:
    """Build the site into build/site; returns whether any byte of it changed. `report` gets a line per step.

    `commands` is the help of each command, by how it is called.

    `base_url` is where it will stand; without one there is no sitemap, and no address of its own in a page.
    Raises InputError where results are missing or do not belong together; the last site then stays as it is.
    """
    if base_url and not re.fullmatch(r"https?://[^\s/?#\"'<>&]+(/[^\s?#\"'<>&]*)?", base_url):
        raise InputError(f"base URL {base_url!r}: must be an address such as https://example.org/reports, no more.")
    base_url = base_url and base_url.rstrip("/") + "/"
    with folders.alone(PUBLIC), new_stage() as stage, progress.steps("site", len(cases.published()) + 3) as begin:
        found = {case: _shelf(case, begin) for case in cases.published()}
        begin("the register")
        found[REGISTER] = shelves.of_register()
        begin("downloads")
        source, extra, html = stage / "source", stage / "extra", stage / "html"
        listed = {name: exports.export(name, extra / shelf.folder / shelf.shown.files) for name, shelf in found.items()}
        report(f"{sum(map(len, listed.values()))} files to download")
        begin("pages")
        pages.write(source, found, listed, commands)
        _extras(found, extra)
        _sphinx(source, extra, html, stage / "doctrees", _settings(found, base_url))
        written = sorted(path.relative_to(html).as_posix() for path in html.rglob("*.html"))
        report(f"{len(written)} pages")
        if base_url:
            folders.write(html / "sitemap.xml", _sitemap(base_url, written))
        return uninterrupted(lambda: publishing.put({html: PUBLIC}))


def _shelf(case: str, begin: Callable[[str], None]) -> Shelf:
    begin(case)
    return shelves.of_case(case)


def _extras(found: Mapping[str, Shelf], extra: Path) -> None:
    """What stands beside pages: explanations for the script, a picture per case for those who link to it, a plot."""
    folders.write(extra / speeds.PLOT.name, speeds.PLOT.read_bytes())
    for shelf in found.values():
        if shelf.settings:
            text = explanations.script(shelf.anchors, shelf.fragments)
            folders.write(extra / shelf.folder / "provenance.js", text.encode("utf-8"))
            picture = card.drawn(pages.plain_finding(shelf), shelf.settings["title"])
            folders.write(extra / CARDS / f"{shelf.name}.png", picture)


def _settings(found: Mapping[str, Shelf], base_url: str) -> dict[str, object]:
    """What pages say of themselves to those who link to them."""
    told, drawn = {"index": pages.plain_finding(found[cases.home()])}, {"index": f"{CARDS}/{cases.home()}.png"}
    for shelf in found.values():
        for stem in (*shelf.notebooks, "index", "provenance") if shelf.settings else ():
            told[f"{shelf.folder}{stem}"] = pages.plain_finding(shelf)
            drawn[f"{shelf.folder}{stem}"] = f"{CARDS}/{shelf.name}.png"
    words = "Who sent what to whom, how much was passed on, what is unaccounted for, and how sure can anyone be?"
    context = {"descriptions": told, "description": words, "cards": drawn, "html_baseurl": base_url}
    home = found[cases.home()]
    plain = f"<h1>{escape(pages.plain_finding(home))}<"
    context |= {"front_plain": plain, "front_linked": f"<h1>{pages.linked_finding(home)}<"}
    return {"html_context": context, "html_baseurl": base_url, "html_extra_path": []}


def _sphinx(source: Path, extra: Path, html: Path, doctrees: Path, settings: Mapping[str, object]) -> None:
    """Build the pages. Raises InputError with every warning: a site with one is not published."""
    told = io.StringIO()
    settings = {**settings, "html_extra_path": [str(extra)]}
    try:
        with patch_docutils(str(SITE)), docutils_namespace():
            app = Sphinx(source, SITE, html, doctrees, "html", settings, status=None, warning=told, freshenv=True)
            app.build(force_all=True)
    except SphinxError as fault:
        raise InputError(f"site: {fault}") from None
    if warnings := told.getvalue().strip():
        raise InputError(f"site: its pages cannot be built without a warning.\n{warnings}")
    if settings["html_context"]["front_linked"] not in (html / "index.html").read_text(encoding="utf-8"):
        raise InputError("site/index.md: its heading must be {{ plain_finding }}, and nothing else.")
    (html / ".buildinfo").unlink(missing_ok=True)


def _sitemap(base_url: str, written: list[str]) -> bytes:
    """The addresses of all pages, for search engines."""
    lines = "".join(f"<url><loc>{base_url}{name.removesuffix('index.html')}</loc></url>\n" for name in written)
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{start}{lines}</urlset>\n".encode()
