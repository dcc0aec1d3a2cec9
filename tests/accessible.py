"""What axe-core finds on a page, against WCAG 2.2 AA; parts that repeat are looked at twice, not a thousand times."""

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
ALIKE = 2  # of parts that are alike, how many stay: stripes of a table are in turn light and dark
THIN = Path(__file__).with_name("thin.js").read_text(encoding="utf-8")
RUN = """(options) => axe.run(document, options).then(({ passes, violations }) => ({
  ran: passes.map((rule) => rule.id),
  found: violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`)),
}))"""


def thinned(page: Page) -> int:
    """Take out what repeats, by tests/thin.js; returns how many elements are left."""
    return page.evaluate(THIN, ALIKE)


def broken(page: Page, rules: dict = WCAG) -> list[str]:
    """What axe-core finds against these rules: rule, what is wrong, where."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(url=AXE_FILE_PATH.as_uri())
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False, "iframes": False}
    told = page.evaluate(RUN, options)
    assert "color-contrast" in told["ran"], "axe ran"
    return told["found"]
