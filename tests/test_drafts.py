"""`retransfer new` and `teach`: a case that runs at once, in a checkout that says itself what its own words mean."""

import hashlib
import shutil
import subprocess
import sys

import pytest

from analysis import cases, schemas
from analysis.rows import raw_rows
from analysis.settings import read
from tests.checkouts import Checkout

FLAGS = ("--party", "Bulgaria", "--item", "Konkurs systems", "--source", "Three counts")
MOVED = ("Belarus; Bulgaria; 300; Konkurs systems; 2016; 3", "Sofia; the U.S.; about 150; Konkurs systems; 2016; 4")
ANSWERS = ["Bulgarien", "Bulgaria", "Konkurs systms", "Konkurs systems", "Three counts"]
ANSWERS += ["Belarus", "Bulgaria", "lots", "300", "Konkurs systems", "2016", "p. 3", ""]
ANSWERS += ["Sofia", "the U.S.", "about 150", "Konkurs systems", "2016", "p. 4", "Bulgaria", ""]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    made = Checkout(tmp_path_factory.mktemp("drafts") / "copy").as_it_comes()
    yield made
    made.close()


@pytest.fixture
def checkout(copy):
    """The copy, without a case or a spelling of its own."""
    yield copy
    for name in ("raw/mine", "raw/reference/own", "processed/mine"):
        shutil.rmtree(copy.path / "data" / name, ignore_errors=True)


def moved(*movements: str) -> list[str]:
    return [part for movement in movements for part in ("--movement", movement)]


def raw(checkout: Checkout, name: str, case: str = "mine") -> list[dict[str, str]]:
    return list(raw_rows(checkout.path / "data" / "raw" / case / f"{name}.csv", name).lines.values())


def test_three_numbers_become_a_reconciled_case(checkout):
    own = checkout.path / "copy.txt"
    own.write_text("my copy")
    done = checkout.retransfer(
        "new", "mine", *FLAGS, "--publisher", "A paper", "--published", "2017", "--text", str(own), *moved(*MOVED)
    )
    assert done.returncode == 0, done.stderr
    (source,) = raw(checkout, "sources")
    assert (source["title"], source["publisher"], source["published"]) == ("Three counts", "A paper", "2017")
    assert source["sha256"] == hashlib.sha256(b"my copy").hexdigest()
    first, second = raw(checkout, "transfers")
    assert (first["supplier"], first["quantity"], first["locator"]) == ("Belarus", "300", "3")
    assert (second["supplier"], second["quantity"], second["statement_id"]) == ("Sofia", "about 150", "T2")
    ran = checkout.retransfer("run", "mine")
    # About 150 is 145 to 155 by this project's convention, half the unit of its last digit that is not nought.
    said = "Bulgaria received 300 Konkurs launchers in 2016 and passed on 145 to 155; 145 to 155 are unaccounted for."
    assert said in ran.stdout, ran.stdout + ran.stderr
    assert "Still empty: values.csv, events.csv, standfirst and not_shown." in ran.stdout
    assert "Doubtful" not in ran.stdout


def test_a_new_case_is_published_as_its_page_says_to_the_site(checkout):
    assert checkout.retransfer("new", "mine", *FLAGS, *moved(*MOVED)).returncode == 0
    checkout.edit(checkout.path / "data/raw/mine/case.toml", "# published = true", "published = true")
    for words in (("run", "--all"), ("site",)):
        done = checkout.retransfer(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    page = (checkout.path / "build/site/cases/mine/index.html").read_text(encoding="utf-8")
    assert "Bulgaria received" in page
    assert "145 to 155" in page


def test_every_file_is_explained_and_every_parameter_offered(checkout):
    checkout.retransfer("new", "mine", *FLAGS)
    folder = checkout.path / "data" / "raw" / "mine"
    guide, settings = (folder / "README.md").read_text(), (folder / "case.toml").read_text()
    for table in cases.TABLES:
        assert all(f"| `{name}` |" in guide for name in schemas.names(schemas.RAW[table]))
    # what is offered, without its #, is what a case is computed with: read, it changes nothing
    for line in [line for line in settings.splitlines() if line.startswith("# ") and " = " in line]:
        if not line.startswith(("# published", "# recipient")):
            settings = settings.replace(line, line.removeprefix("# "))
    (folder / "case.toml").write_text(settings)
    home = read(checkout.raw("case.toml"))["parameters"]
    assert read(folder / "case.toml")["parameters"] == home


def test_whoever_gives_nothing_is_asked_and_asked_again(checkout):
    command = [sys.executable, "-m", "analysis.cli", "new", "mine"]
    done = subprocess.run(
        command,
        input="\n".join(ANSWERS) + "\n",
        cwd=checkout.path,
        env=checkout.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 movements" in done.stdout, done.stdout + done.stderr
    assert "is it 'Bulgaria' (BGR)" in done.stdout
    assert "'Konkurs systms': no such item is known; is it 'konkurs systems'" in done.stdout
    assert 'quantity: cannot read "lots" as a quantity' in done.stdout
    rows = raw(checkout, "transfers")
    assert [row["quantity"] for row in rows] == ["300", "about 150"]
    assert [row["reporter"] for row in rows] == ["", "Bulgaria"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("mine", *FLAGS[:2]), "nobody answered: 'Which weapon is it about (such as Konkurs systems)?' Give --item"),
        (("mine", "--party", "Saudi", *FLAGS[2:]), "--party='Saudi': no such party is known; is it 'saudi arabia'"),
        (("mine", *FLAGS, *moved("Belarus; Bulgaria")), "--movement 1: read 'Belarus; Bulgaria', which has 2 parts"),
        (("mine", *FLAGS, *moved(MOVED[0], "A; B; 3; Konkurs systems")), "--movement 2, supplier: 'A': no such party"),
        (("mine", *FLAGS, *moved("Sofia; Bulgaria; 3; Konkurs systems")), "'Sofia' and 'Bulgaria' are one party"),
        (("mine", *FLAGS, *moved(MOVED[0].replace("300", "lots"))), '--movement 1, quantity: cannot read "lots"'),
        (("Mine", *FLAGS), "case 'Mine': a case name is made of lower-case letters"),
        (("register", *FLAGS), "this name is kept for whole registers"),
        (("belarus-bulgaria-2015", *FLAGS), "data/raw/belarus-bulgaria-2015 is there already"),
        (("mine", *FLAGS, "--text", "no-such.txt"), "no-such.txt: is missing"),
        (("mine", *FLAGS, "--title", "two\nlines"), "title must be one line"),
        (("mine", *FLAGS[:5], "two\nlines, and\nmore, of them, by far, and, again, so"), "column title: holds a line"),
    ],
)
def test_what_cannot_be_laid_out_leaves_nothing(words, says, checkout):
    before = sorted(path.name for path in (checkout.path / "data" / "raw").iterdir())
    done = checkout.retransfer("new", *words)
    assert done.returncode == 1
    assert says in done.stderr
    assert sorted(path.name for path in (checkout.path / "data" / "raw").iterdir()) == before
    assert not list((checkout.path / "build").glob("new-*"))


def test_a_weapon_that_is_new_is_taught_and_then_known(checkout):
    unknown = checkout.retransfer("new", "mine", "--party", "Bulgaria", "--item", "AK-103 rifles", "--source", "x")
    assert "`retransfer teach item 'AK-103 rifles' SLUG --one NAME --several NAMES`" in unknown.stderr
    names = ("--one", "AK-103 rifle", "--several", "AK-103 rifles")
    taught = checkout.retransfer("teach", "item", "AK-103 rifles", "ak-103", *names)
    assert taught.stdout == "'AK-103 rifles' means ak-103: noted in data/raw/reference/own/designations.csv, row 2.\n"
    assert checkout.retransfer("teach", "item", "AK 103", "ak-103").returncode == 0
    assert "means ak-103 already" in checkout.retransfer("teach", "item", "AK-103 rifles", "ak-103").stdout
    movement = "Russia; Bulgaria; 500; AK 103; 2016; 3"
    done = checkout.retransfer(
        "new", "mine", "--party", "BGR", "--item", "AK-103 rifles", "--source", "x", *moved(movement)
    )
    assert done.returncode == 0, done.stderr
    assert "Bulgaria received 500 AK-103 rifles in 2016" in checkout.retransfer("run", "mine").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("party", "Sofia", "GRC"), "party 'Sofia': means BGR already. One spelling has one meaning."),
        (
            ("party", "the Balkans", "Bulgaria"),
            "Give a party's code, such as BGR (did you mean BGR?)",
        ),
        (("party", "Somebody", "XQQ"), "party 'XQQ': is not known"),
        (
            ("item", "AK-103", "ak-103"),
            "item 'ak-103': is not known. Give an item's slug, such as ags-17. Is it",
        ),
        (("party", "x", "Xq", "--new"), "code 'Xq': must be the code of a party, three capital letters"),
        (("item", "Konkurs systems", "k-1", "--one", "a", "--several", "b"), "means konkurs-launcher already"),
        (
            ("item", "AK-103", "AK 103", "--one", "a", "--several", "b"),
            "item 'AK 103': must be a slug of small",
        ),
        (("item", "x", "ags-17", "--one", "a", "--several", "b"), "item 'ags-17': is there already"),
        (("party", " ", "BGR"), "the spelling of a party is empty"),
        (
            ("party", "…", "BGR"),
            "the spelling of a party is empty",
        ),  # compared as an empty cell is
        (("party", "RUS", "BGR"), "party 'RUS': is itself the code of another party"),
        (("party", "Northern Council", "UAE", "--new"), "party 'UAE': is a spelling of ARE already"),
        (("party", "x", "BGR", "--new"), "party 'BGR': is there already, as Bulgaria"),
    ],
)
def test_what_cannot_be_taught_changes_no_table(words, says, checkout):
    done = checkout.retransfer("teach", *words)
    assert done.returncode == 1
    assert says in done.stderr, done.stderr
    assert not [path for path in (checkout.path / "data/raw/reference/own").rglob("*") if path.is_file()]


def test_a_party_that_no_table_knows_has_a_code_from_then_on(checkout):
    assert checkout.retransfer("teach", "party", "Northern Council", "XQN", "--new").returncode == 0
    done = checkout.retransfer("new", "mine", *FLAGS, *moved("Sofia; Northern Council; 5; Konkurs systems"))
    assert done.returncode == 0, done.stderr
