"""The readers' site, opened in a real browser: whole, by itself, for everybody, at every width, and on paper."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe

from analysis import cases, prose, store
from analysis.headlines import say
from analysis.paths import PUBLISHED, REGISTER, ROOT
from analysis.site.links import slugs
from tests.browser import Visit
from tests.conftest import CASE

HOME = f"cases/{CASE}"
TEXTS = ["index", "method", "quote", "glossary", "data", "rerun", "cite", "search", REGISTER]
STEMS = ["index", "1-clean", "2-reconcile", "3-scenarios", "4-figures", "provenance"]
PAGES = [f"{name}.html" for name in TEXTS]
PAGES += [f"cases/{case}/{stem}.html" for case in cases.published() for stem in STEMS]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Who may be named in a link that a reader follows: what the site is made with, licences, specifications, and sources.
ELSEWHERE = r"https://(github\.com/pradyunsg/furo|creativecommons\.org/|opensource\.org/license/mit|specs\.frictionlessdata\.io/|w3id\.org/ro/crate/)"


class Anchors(HTMLParser):
    """Where a page's links lead, and the ids that links can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.ids = [], []
        self.feed(text)

    def handle_starttag(self, _tag, attributes) -> None:
        self.links += [value for name, value in attributes if name in ("href", "src") and value]
        self.ids += [value for name, value in attributes if name == "id"]


@cache
def anchors_of(page: Path) -> Anchors:
    return Anchors(page.read_text(encoding="utf-8"))


def test_the_pages_are_those_that_are_tested(built_site):
    assert sorted(path.relative_to(built_site).as_posix() for path in built_site.rglob("*.html")) == sorted(PAGES)


def test_two_builds_are_the_same_bytes(built_site, built_again):
    first, second = (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (built_site, built_again)
    )
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_download_works(name, built_site):
    page = built_site / name
    links = anchors_of(page).links
    assert links
    for link in links:
        if re.match(r"[a-z]+:", link):
            assert re.match(ELSEWHERE, link), link
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path.partition("?")[0])).resolve() if path else page
        assert target.is_relative_to(built_site.resolve())
        assert target.is_file(), link
        if anchor and target.suffix == ".html":
            assert unquote(anchor) in anchors_of(target).ids, link


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique_and_images_have_words(name, built_site):
    text = (built_site / name).read_text(encoding="utf-8")
    ids = Anchors(text).ids
    assert len(ids) == len(set(ids))
    for image in re.findall(r"<img [^>]*>", text):
        assert len(re.search(r'alt="([^"]*)"', image)[1]) > 40, image
        assert re.search(r'width="\d+" height="\d+"', image), image


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_by_itself_without_a_fault_and_never_scrolls_sideways(name, browser, built_site):
    with Visit(browser, built_site, name) as visit:
        for width in (360, 768, 1024, 1600):
            visit.page.set_viewport_size({"width": width, "height": 900})
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, width
        visit.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        visit.page.set_viewport_size({"width": 360, "height": 900})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, "with all that can be opened, open"
        assert visit.faults == []
        assert visit.strangers() == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, browser, built_site):
    with Visit(browser, built_site, name, color_scheme="light") as visit:
        assert broken(visit) == []


@pytest.mark.parametrize("name", [name for name in PAGES if CASE in name or "/" not in name])
def test_every_letter_can_be_read_in_the_dark(name, browser, built_site):
    """The other cases have the same kinds of pages."""
    with Visit(browser, built_site, name, color_scheme="dark") as visit:
        assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
        assert broken(visit, {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}) == []


def broken(visit: Visit, rules: dict | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, or against these rules: rule, what is wrong, where."""
    options = {"runOnly": rules or {"type": "tag", "values": WCAG}, "resultTypes": ["violations"], "preload": False}
    found = Axe().run(visit.page, options=options).response
    assert found["passes"], "axe ran"
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]
    ]


def test_axe_would_find_a_letter_that_cannot_be_read(browser, built_site):
    with Visit(browser, built_site, "method.html") as visit:
        visit.page.add_style_tag(content="article p { color: #bbb !important }")
        assert any(line.startswith("color-contrast") for line in broken(visit))
        visit.page.evaluate("document.querySelector('.sidebar-search').removeAttribute('aria-label')")
        visit.page.evaluate("document.querySelector('.sidebar-search').removeAttribute('placeholder')")
        assert any(line.startswith("label") for line in broken(visit))


def numbers_of(case: str, name: str = "headlines"):
    return store.load(case, PUBLISHED, name)[name]


def test_the_front_page_says_the_finding_before_any_script_runs(browser, built_site):
    finding = prose.finding(numbers_of(CASE), "BGR", "konkurs-launcher")
    with Visit(browser, built_site, "index.html", java_script_enabled=False) as visit:
        heading = visit.page.locator("h1")
        assert heading.inner_text().rstrip("#").strip() == f"{finding}."
        box = heading.bounding_box()
        assert box["y"] + box["height"] < 900, "the finding stands above the fold"
        assert visit.page.locator("figure.finding img").is_visible()
        for words in ("216 or more that no record shows", "157,916.67 euros", "5.26\u00a0%"):
            assert words in visit.page.locator(".facts").inner_text()
        assert "least 0, most 216" in visit.page.locator(".not-shown").inner_text()


@pytest.mark.parametrize("width", [360, 1000, 1280, 1600])
def test_the_front_page_is_light_and_holds_still(width, browser, built_site):
    with Visit(browser, built_site, "index.html", viewport={"width": width, "height": 900}) as visit:
        visit.page.wait_for_load_state("networkidle")
        moved = visit.page.evaluate(
            """() => new Promise((done) => { let sum = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value }))
              .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 500); })"""
        )
        assert moved == 0
        assert 50_000 < visit.weight() < 500_000


@pytest.mark.parametrize("case", cases.published())
def test_every_number_in_the_report_is_a_link_to_its_explanation(case, built_site):
    """Taking the links out of the report's sentences leaves no headline's number behind."""
    text = (built_site / "cases" / case / "index.html").read_text(encoding="utf-8")
    sentences = re.findall(r'<div class="prose">(.*?)</div>', text, re.S)
    assert len(sentences) >= 6
    headlines = numbers_of(case)
    known = {say(headlines, key) for key in headlines.loc[headlines["unit"].isin(["piece", "share", "EUR"]), "key"]}
    for line in [line for sentence in sentences for line in sentence.splitlines()]:
        if re.search(r'<a class="number"[^>]*>S\d+, ', line):  # a claim as its source makes it: the place is the link
            continue
        bare = re.sub(r"<a .*?</a>|<[^>]+>", " ", line)
        left = known & set(re.findall(r"\d[\d,.]*\d|\d", bare)) - {"0"}
        assert not left, (left, bare)


@pytest.mark.parametrize("case", cases.published())
def test_every_headline_has_its_formula_and_its_words_on_the_provenance_page(case, built_site):
    text = (built_site / "cases" / case / "provenance.html").read_text(encoding="utf-8")
    headlines = numbers_of(case)
    for key, anchor in slugs(headlines["key"]).items():
        section = re.search(rf'<section class="why" id="{re.escape(anchor)}">(.*?)</section>', text, re.S)[1]
        assert f"<b>{say(headlines, key)}</b>" in section


def test_a_number_is_explained_without_a_script(browser, built_site):
    with Visit(browser, built_site, "index.html", java_script_enabled=False) as visit:
        visit.page.locator("h1 a.number", has_text="24").last.click()
        assert visit.page.url.endswith(f"{HOME}/provenance.html#unaccounted-BGR-konkurs-launcher")
        told = visit.page.locator("section:target").inner_text()
        for words in ("= 240 − 216", "another 80", "paragraph 4", "The Moscow Times"):
            assert words in told


def test_a_number_is_reached_and_explained_by_keyboard(browser, built_site):
    with Visit(browser, built_site, f"{HOME}/index.html") as visit:
        page = visit.page
        focused = "document.activeElement.matches('a.number') && document.activeElement.textContent"
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == "24":
                break
        assert page.evaluate(focused) == "24"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]")
        told = page.locator("dialog").inner_text()
        for words in ("Unaccounted for: Bulgaria", "= 240 − 216", "another 80", "paragraph 3"):
            assert words in told
        assert broken(visit) == []
        page.keyboard.press("Escape")
        assert page.locator("dialog[open]").count() == 0
        assert page.evaluate(focused) == "24", "the reader is back where they were"
        assert visit.page.url.endswith(f"{HOME}/index.html")
        assert visit.strangers() == visit.faults == []


def test_on_a_narrow_screen_the_keyboard_meets_only_what_is_seen_and_opens_the_menu(browser, built_site):
    with Visit(browser, built_site, "index.html", viewport={"width": 360, "height": 800}) as visit:
        page = visit.page
        place = "(() => { const at = document.activeElement.getBoundingClientRect(); return at.x + at.width })()"
        for _ in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(place) > 0, page.evaluate("document.activeElement.outerHTML")
        page.reload()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.wait_for_function("document.querySelector('.sidebar-drawer').getBoundingClientRect().x >= 0")
        assert page.locator(".sidebar-drawer").get_by_text("The method").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator(".sidebar-drawer").get_by_text("The method").is_visible()
        assert page.evaluate("document.activeElement.id") == "__navigation"


def test_the_titles_that_the_search_shows_are_words(built_site):
    titles = re.search(r'"?titles"?:\[(.*?)\]', (built_site / "searchindex.js").read_text(encoding="utf-8"))[1]
    assert "24 are unaccounted for" in titles
    assert "<" not in titles


def test_the_search_finds_a_word_from_disk(browser, built_site):
    with Visit(browser, built_site, "search.html?q=unaccounted") as visit:
        visit.page.wait_for_selector("#search-results li", timeout=10_000)
        assert visit.page.locator("#search-results li").count() > 2
        assert visit.strangers() == visit.faults == []


@pytest.mark.parametrize("name", ["index.html", f"{HOME}/index.html", f"{HOME}/3-scenarios.html", "method.html"])
def test_on_paper_all_of_it_is_there_and_nothing_is_cut(name, browser, built_site):
    with Visit(browser, built_site, name, viewport={"width": 660, "height": 930}) as visit:
        visit.page.emulate_media(media="print")
        for part in (".sidebar-drawer", ".mobile-header", ".downloads", "form.whatif"):
            assert visit.page.locator(part).filter(visible=True).count() == 0, part
        wide = "[...document.querySelectorAll('.table-frame')].filter((part) => part.scrollWidth > 662).length"
        assert visit.page.evaluate(wide) == 0
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 662
        assert visit.page.pdf(format="A4", print_background=True).startswith(b"%PDF")


def test_a_base_url_gives_a_sitemap_and_a_card(built_again_at):
    address = "https://example.org/retransfer/"
    sitemap = (built_again_at / "sitemap.xml").read_text(encoding="utf-8")
    assert len(re.findall(r"<loc>", sitemap)) == len(PAGES)
    assert f"<loc>{address}</loc>" in sitemap
    front = (built_again_at / "index.html").read_text(encoding="utf-8")
    card = re.search(r'property="og:image" content="([^"]+)"', front)[1]
    assert card.startswith(address)
    picture = (built_again_at / card.removeprefix(address)).read_bytes()
    assert (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")) == (1200, 630)
    assert f'<link rel="canonical" href="{address}' in front


def test_without_a_base_url_no_page_names_an_address_of_its_own(built_site):
    assert not (built_site / "sitemap.xml").exists()
    assert "og:image" not in (built_site / "index.html").read_text(encoding="utf-8")


def test_the_site_names_no_path_of_this_machine(built_site):
    for path in built_site.rglob("*"):
        if path.suffix in (".html", ".js", ".json", ".css", ".csv", ".svg", ".ipynb"):
            assert str(ROOT) not in path.read_text(encoding="utf-8"), path
