"""The readers' site, opened in a real browser: whole, by itself, for everybody, at every width, and on paper."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from analysis import cases, prose, store
from analysis.headlines import say
from analysis.paths import PUBLISHED, REGISTER, ROOT, SITE
from analysis.site.links import slugs
from tests.accessible import COLOURS, broken, thinned
from tests.browser import LOW, Visit
from tests.checkouts import CASE
from tests.conftest import ADDRESS

HOME = f"cases/{CASE}"
TEXTS = [*(path.stem for path in SITE.glob("*.md")), "search", REGISTER]
STEMS = ["index", "1-clean", "2-reconcile", "3-scenarios", "4-figures", "provenance"]
PAGES = [f"{name}.html" for name in TEXTS]
PAGES += [f"cases/{case}/{stem}.html" for case in cases.published() for stem in STEMS]
KINDS = ("index", "method", "data", "commands", "first-case", "search", REGISTER)  # of text pages: one of a kind
DARK = [name for name in PAGES if CASE in name or name.removesuffix(".html") in KINDS]  # the other cases' are alike
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


def test_a_build_elsewhere_and_for_an_address_differs_in_that_address_alone(built_site, built_elsewhere):
    first, second = (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (built_site, built_elsewhere)
    )
    assert sorted({*first, "sitemap.xml"}) == sorted(second)
    for name in PAGES:
        second[name] = without_address(name, second[name])
    assert [name for name in first if first[name] != second[name]] == []


def without_address(name: str, page: bytes) -> bytes:
    """The page without what it says of where it stands, every line of which must be there."""
    words = re.search(b'<meta name="description" content="([^"]*)">', page)[1].decode()
    case = name.split("/")[1] if "/" in name else CASE
    told = [("url", f"{ADDRESS}/{name}"), ("image", f"{ADDRESS}/_static/cards/{case}.png")]
    told += [("image:width", "1200"), ("image:height", "630"), ("image:alt", words)]
    lines = "".join(f'<meta property="og:{what}" content="{text}">\n' for what, text in told)
    for part in (f'        <link rel="canonical" href="{ADDRESS}/{name}">\n', f"\n{lines}"):
        assert page.count(part.encode()) == 1, part
        page = page.replace(part.encode(), b"")
    return page


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


class Look(NamedTuple):
    """What one visit of a page saw. `wide` tells where it scrolls sideways, `light` and `dark` what axe-core finds."""

    wide: list[str]
    faults: list[str]
    strangers: list[str]
    light: list[str]
    dark: list[str]


@pytest.fixture(scope="module")
def visited(browser, built_site):
    """Every page is opened once, by one window that goes on from page to page."""
    with Visit(browser, built_site, "index.html", viewport={"width": 1600, "height": LOW}) as visit:
        yield cache(lambda name: look(visit, name))


def look(visit: Visit, name: str) -> Look:
    visit.page.emulate_media(color_scheme="light")
    visit.resize(1600)
    visit.open(name)
    wide = []
    for width in (1600, 1024, 768, 360):
        visit.resize(width)
        if visit.wide() > width:
            wide.append(f"{width}: {visit.wide()}")
    visit.unfold()
    if visit.wide() > 360:
        wide.append("360, with all that can be opened, open")
    done = list(visit.faults), visit.strangers()
    visit.resize(1280)
    thinned(visit.page)
    return Look(wide, *done, broken(visit.page), in_the_dark(visit) if name in DARK else [])


def in_the_dark(visit: Visit) -> list[str]:
    visit.page.emulate_media(color_scheme="dark")
    white = visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    return broken(visit.page, COLOURS) + ["the page is white in the dark"] * white


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_by_itself_without_a_fault_and_never_scrolls_sideways(name, visited):
    assert visited(name).wide == []
    assert visited(name).faults == []
    assert visited(name).strangers == []


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name, visited):
    assert visited(name).light == []


@pytest.mark.parametrize("name", DARK)
def test_every_letter_can_be_read_in_the_dark(name, visited):
    assert visited(name).dark == []


def test_axe_finds_what_no_other_row_has_and_what_all_rows_have(browser, built_site):
    """What is taken out of a page before axe-core looks is alike in all that it looks at."""
    with Visit(browser, built_site, "data.html") as visit:
        last = "[...document.querySelectorAll('article tbody tr')].at(-1)"
        before = visit.page.evaluate("document.querySelectorAll('*').length")
        visit.page.evaluate(f"{last}.lastElementChild.innerHTML = '<i style=\"color: #bbb\">pale</i>'")
        visit.page.evaluate(f'{last}.firstElementChild.innerHTML = \'<a href="#"></a><img src="data:,">\'')
        visit.unfold()
        assert thinned(visit.page) < before / 5
        assert rules(broken(visit.page)) >= {"color-contrast", "link-name", "image-alt"}
        visit.open("data.html")
        visit.page.add_style_tag(content="article td { color: #bbb !important }")
        visit.page.evaluate("document.querySelector('.sidebar-search').removeAttribute('aria-label')")
        visit.page.evaluate("document.querySelector('.sidebar-search').removeAttribute('placeholder')")
        visit.unfold()
        thinned(visit.page)
        assert rules(broken(visit.page)) >= {"color-contrast", "label"}


def rules(found: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in found}


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
        for words in ("216 or more that no record shows", "at most about 158,000 euros", "5.42\u00a0%"):
            assert words in visit.page.locator(".facts").inner_text()
        assert "least 0, most 216" in visit.page.locator(".not-shown").inner_text()


def test_the_front_page_is_light_and_holds_still(browser, built_site):
    with Visit(browser, built_site, "index.html") as visit:
        for width in (360, 1000, 1280, 1600):
            visit.resize(width, 900)
            visit.open("index.html")
            visit.page.wait_for_load_state("networkidle")
            assert visit.page.evaluate(MOVED) == 0, width
            assert 50_000 < visit.weight() < 500_000, width


MOVED = """() => new Promise((done) => { let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 500); })"""


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
        assert visit.strangers() == visit.faults == []
        assert broken(page) == []
        page.keyboard.press("Escape")
        assert page.locator("dialog[open]").count() == 0
        assert page.evaluate(focused) == "24", "the reader is back where they were"
        assert visit.page.url.endswith(f"{HOME}/index.html")
        assert visit.faults == []


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


def test_on_paper_all_of_it_is_there_and_nothing_is_cut(browser, built_site):
    with Visit(browser, built_site, "index.html", viewport={"width": 660, "height": 930}) as visit:
        visit.page.emulate_media(media="print")
        for name in ("index.html", f"{HOME}/index.html", f"{HOME}/3-scenarios.html", "method.html"):
            visit.open(name)
            for part in (".sidebar-drawer", ".mobile-header", ".downloads", "form.whatif"):
                assert visit.page.locator(part).filter(visible=True).count() == 0, (name, part)
            wide = "[...document.querySelectorAll('.table-frame')].filter((part) => part.scrollWidth > 662).length"
            assert visit.page.evaluate(wide) == 0, name
            assert visit.wide() <= 662, name
            assert visit.page.pdf(format="A4", print_background=True).startswith(b"%PDF"), name


def test_a_base_url_gives_a_sitemap_and_a_card(built_elsewhere):
    address = f"{ADDRESS}/"
    sitemap = (built_elsewhere / "sitemap.xml").read_text(encoding="utf-8")
    assert len(re.findall(r"<loc>", sitemap)) == len(PAGES)
    assert f"<loc>{address}</loc>" in sitemap
    front = (built_elsewhere / "index.html").read_text(encoding="utf-8")
    card = re.search(r'property="og:image" content="([^"]+)"', front)[1]
    assert card.startswith(address)
    picture = (built_elsewhere / card.removeprefix(address)).read_bytes()
    assert (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")) == (1200, 630)
    assert f'<link rel="canonical" href="{address}' in front


def test_without_a_base_url_no_page_names_an_address_of_its_own(built_site):
    assert not (built_site / "sitemap.xml").exists()
    assert "og:image" not in (built_site / "index.html").read_text(encoding="utf-8")


def test_the_site_names_no_path_of_this_machine(built_site):
    for path in built_site.rglob("*"):
        if path.suffix in (".html", ".js", ".json", ".css", ".csv", ".svg", ".ipynb"):
            assert str(ROOT) not in path.read_text(encoding="utf-8"), path
