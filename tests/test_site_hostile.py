"""A stranger's case is published: whatever stands in its tables comes out as harmless text, everywhere."""

import csv
import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.browser import LOW, Visit
from tests.checkouts import CASE, Checkout

SCRIPT = "<script>document.title='owned'</script>"
FORMULA = '=HYPERLINK("http://x.example","click")'
IMAGE = '"><img src="http://x.example/t.png" onerror="document.title=\'owned\'">'
MARKDOWN = "**bold** [x](javascript:alert(1)) ![i](http://x.example/i.png) ``` <b>b</b>"
TURNED = "\u202e042\u202c tanks \u200f\u200b"
TITLE = (
    SCRIPT
    + """ *T* ```

```{literalinclude} /etc/hostname
```

![t](http://x.example/t.png) $x^2$ ${x} {{ 7*7 }}"""
)
NAMED = "![i](http://x.example/i.png) $x^2$ <b>o</b>"
LONG = "N" * 10_000
NAME = "hostile"
BORNE = {  # pages bear what tables and settings are refused for: here nothing is refused
    "analysis/characters.py": {
        'NEVER = re.compile(f"[{CONTROL}{UNSEEN}{PRIVATE}{LOST}]")': 'NEVER = re.compile("(?!)")',
        """    (r"=.*", "it is a spreadsheet's formula"),\n""": "",
    },
    "analysis/checks.py": {'(r"(?:https?://\\S+)?", ': '(r".*", '},
    "analysis/settings.py": {'re.search(r"[\\r\\n\\t]", text) or ': ""},
}
PAGES = ["index", "1-clean", "2-reconcile", "3-scenarios", "4-figures", "provenance"]


TABLES = """
from analysis import cases, paths, scenarios, tables
home = cases.home()
for name, table in scenarios.tables_at(home, cases.settings(home)["parameters"]).items():
    path = paths.PROCESSED / home / f"{name}.csv"
    if path.exists() and name != "parameters":
        path.write_text(tables.to_csv(tables.typed(table, name)), encoding="utf-8")
"""  # of the home case, whose own notebooks are not looked at here, this is what the site takes names from


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The published case with a stranger's words in its tables, run and built like any other."""
    copy = Checkout(tmp_path_factory.mktemp(NAME) / "checkout")
    for name, changes in BORNE.items():
        for old, new in changes.items():
            copy.edit(copy.path / name, old, new)
    folder = copy.path / "data" / "raw" / NAME
    shutil.copytree(copy.raw("").parent / CASE, folder)
    change(folder / "sources.csv", {0: {"title": IMAGE, "url": "javascript:alert(1)", "publisher": SCRIPT}})
    change(folder / "events.csv", dict(enumerate(events())))
    change(
        folder / "transfers.csv",
        {0: {"note": SCRIPT}, 1: {"note": FORMULA}, 2: {"note": TURNED}, 3: {"note": MARKDOWN}},
        {"statement_id": "T9", "designation": SCRIPT, "quantity": FORMULA},
        {"statement_id": "T10", "supplier": LONG, "quantity": "-2+3"},
    )
    settings = folder / "case.toml"
    copy.edit(settings, '"Belarus, Bulgaria and the launchers that were sent on"', f"'''{TITLE}'''")
    home = copy.raw("case.toml")
    copy.edit(home, "not_shown = [", f"not_shown = ['''{TITLE}''',")
    copy.edit(copy.path / "data/raw/reference/items.csv", "Konkurs launchers", f"Konkurs {NAMED} launchers")
    copy.edit(settings, '"the Syrian opposition"', f'"{SCRIPT}"')
    subprocess.run([sys.executable, "-c", TABLES], cwd=copy.path, env=copy.environment(), check=True)
    for words in (("run", NAME), ("site",)):
        done = copy.retransfer(*words)
        assert done.returncode == 0, done.stderr
    return copy.path / "build" / "site"


def events() -> list[dict[str, str]]:
    words = (SCRIPT, FORMULA, TURNED, MARKDOWN, IMAGE)
    found = [{"summary": word} for word in words]
    found += [{"actor": LONG}, {"attributed_to": SCRIPT, "basis": "attributed"}, {"summary": LONG}]
    return found


def change(path, cells: dict[int, dict[str, str]], *more: dict[str, str]) -> None:
    """Write cells into the rows of a table, and further rows like its first."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    for place, changed in cells.items():
        rows[place].update(changed)
    rows += [{**rows[0], **changed} for changed in more]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def visit(browser, site):
    """One window for all pages."""
    with Visit(browser, site, "index.html", viewport={"width": 360, "height": LOW}) as visit:
        yield visit


@pytest.mark.parametrize("name", PAGES)
def test_no_page_runs_or_fetches_any_of_it_or_loses_its_shape(name, visit):
    visit.open(f"cases/{NAME}/{name}.html")
    visit.unfold()
    for width in (1440, 360):
        visit.resize(width)
        assert visit.wide() <= width
    assert visit.page.title() != "owned"
    assert visit.faults == visit.strangers() == []
    assert visit.page.locator("img[onerror], article b:text-is('b'), a[href^='javascript']").count() == 0


@pytest.mark.parametrize("name", ["index", "quote", "method", "cite", "data"])
def test_no_other_page_is_changed_by_names_and_titles(name, visit):
    host = Path("/etc/hostname").read_text(encoding="utf-8").strip()
    visit.open(f"{name}.html")
    assert visit.faults == visit.strangers() == []
    assert visit.page.title() != "owned"
    assert visit.wide() <= 360
    text = visit.page.inner_text("article")
    assert not host or host not in text
    assert visit.page.locator("article math").count() == 0 or name == "method"
    if name in ("index", "quote"):
        assert NAMED in text


def test_the_words_are_there_as_text(visit):
    visit.open(f"cases/{NAME}/1-clean.html")
    text = visit.page.inner_text("article")
    for word in (SCRIPT, FORMULA, MARKDOWN, IMAGE):
        assert word in text
    assert "⟨U+202E⟩042⟨U+202C⟩ tanks ⟨U+200F⟩⟨U+200B⟩" in text


def test_an_explanation_shows_them_as_text_in_its_window(visit):
    visit.open(f"cases/{NAME}/index.html")
    visit.page.locator("a.number", has_text="240").first.click()
    visit.page.wait_for_selector("dialog[open]")
    assert SCRIPT in visit.page.inner_text("dialog")
    assert visit.page.title() != "owned"
    assert visit.faults == visit.strangers() == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_turns_the_order_of_letters(name, site):
    text = (site / "cases" / NAME / f"{name}.html").read_text(encoding="utf-8")
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert not re.search("[\u200b-\u200f\u202a-\u202e]", (site / "cases" / NAME / "provenance.js").read_text())


def test_downloads_open_in_a_spreadsheet_without_running_anything(site):
    files = site / "cases" / NAME / "files"
    read = {path: path.read_bytes() for path in files.rglob("*.csv")}
    with zipfile.ZipFile(files / f"{NAME}.zip") as archive:
        read |= {name: archive.read(name) for name in archive.namelist() if name.endswith(".csv")}
    cells = [
        cell for data in read.values() for row in csv.reader(io.StringIO(data.decode(), newline="")) for cell in row
    ]
    assert f"'{FORMULA}" in cells
    assert "'-2+3" in cells
    assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-(?![\d.])|-.*[+(]", cell)]


def test_figures_are_whole_and_carry_no_script(site):
    for path in (site / "cases" / NAME / "files" / "figures").glob("*.svg"):
        root = ElementTree.parse(path).getroot()
        tags = {element.tag.rpartition("}")[2].lower() for element in root.iter()}
        assert not tags & {"script", "image", "foreignobject", "a"}
        height = float(root.attrib["height"].removesuffix("pt"))
        assert height < 5000, "ten thousand letters do not make a figure that nobody can read"
