"""What must not be published is refused with one line that says what to do, and the last site stays."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from analysis.paths import ROOT
from tests.checkouts import CASE, Checkout

PROCESSED = f"data/processed/{CASE}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Iterator[Checkout]:
    """A copy in which a site was built before."""
    copy = Checkout(tmp_path_factory.mktemp("refused") / "checkout")
    site = copy.path / "build" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the last site")
    yield copy
    copy.close()


@pytest.fixture(scope="module")
def ask(copy) -> Callable[..., tuple[int, str]]:
    """`retransfer site` in the copy: its exit status, and what it said."""

    def answer(*words: str) -> tuple[int, str]:
        done = copy.retransfer("site", *words)
        return done.returncode, done.stdout + done.stderr

    return answer


def output(notebook: str) -> str:
    """A notebook whose first output is an error."""
    found = json.loads(notebook)
    cell = next(cell for cell in found["cells"] if cell.get("outputs"))
    cell["outputs"] = [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]
    return json.dumps(found)


FAULTS = {
    "a raw count that was changed after the run": (
        f"data/raw/{CASE}/transfers.csv",
        lambda text: text.replace(",240,", ",250,"),
        f"{PROCESSED}/transfers.csv: is not what the raw tables of the case give now",
    ),
    "a parameter that was changed after the run": (
        f"data/raw/{CASE}/case.toml",
        lambda text: text.replace("opening_stock = 0", "opening_stock = 30"),
        f"{PROCESSED}/origins.csv: is not what the raw tables of the case give now",
    ),
    "a table that was edited by hand": (
        f"{PROCESSED}/evidence.csv",
        lambda text: text.replace("136 Konkurs", "137 Konkurs"),
        f"{PROCESSED}/evidence.csv: is not what the raw tables of the case give now",
    ),
    "a sentence that was edited by hand": (
        "notebooks/5-report.ipynb",
        lambda text: text.replace("24 are unaccounted", "99 are unaccounted"),
        "says '99' for unaccounted[BGR,konkurs-launcher], which is '24'",
    ),
    "a figure's title that was edited by hand": (
        f"{PROCESSED}/figures/flow.json",
        lambda text: text.replace("received 240", "received 999"),
        f"{PROCESSED}/figures/flow.json: says '999' for received[BGR,konkurs-launcher], which is '240'",
    ),
    "a figure's alt text that was edited by hand": (
        f"{PROCESSED}/figures/flow.txt",
        lambda text: text.replace("240", "250"),
        f"{PROCESSED}/figures/flow.txt: is not as it was drawn",
    ),
    "a figure of other parameters": (
        f"{PROCESSED}/figures/opening-stock.json",
        lambda text: re.sub('"headlines": "[0-9a-f]{8}', '"headlines": "00000000', text),
        f"{PROCESSED}/figures/opening-stock.json: was drawn of other headlines",
    ),
    "scenarios around other parameters": (
        f"{PROCESSED}/scenarios.csv",
        lambda text: "\n".join([*text.splitlines()[:1], *text.splitlines()[2:], ""]),
        f"{PROCESSED}/flips.csv: is not what the raw tables of the case give now",
    ),
    "a notebook that ended in an error": ("notebooks/2-reconcile.ipynb", output, "2-reconcile.ipynb: shows error"),
    "a notebook that is none": ("notebooks/5-report.ipynb", lambda _: "{", "is not a notebook that can be read"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_refused_and_the_last_site_stays(fault, copy, ask):
    with faulty(copy, fault) as told:
        refused(copy, told, *ask())


@contextmanager
def faulty(copy: Checkout, fault: str) -> Iterator[str]:
    """The copy with this fault in it, and what is said of it."""
    name, change, told = FAULTS[fault]
    path = copy.path / name
    before = path.read_text(encoding="utf-8")
    assert before == (ROOT / name).read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    try:
        yield told
    finally:
        path.write_text(before, encoding="utf-8")


def refused(copy: Checkout, told: str, status: int, said: str) -> None:
    assert status == 1, said
    assert told in said
    assert "Traceback" not in said
    assert (copy.path / "build" / "site" / "index.html").read_text() == "the last site"


@pytest.mark.parametrize("fault", ["a raw count that was changed after the run"])
def test_it_is_refused_by_the_command(fault, copy):
    with faulty(copy, fault) as told:
        done = copy.retransfer("site")
        refused(copy, told, done.returncode, done.stderr)


@pytest.mark.parametrize("end", ["png", "svg", "csv", "txt", "json"])
def test_a_figure_that_is_not_whole_is_refused(end, copy, ask):
    path = copy.path / PROCESSED / "figures" / f"price-line.{end}"
    aside = path.rename(path.with_name("aside"))
    try:
        refused(copy, f"price-line.{end}: is missing", *ask())
    finally:
        aside.rename(path)


@pytest.mark.parametrize(
    "address", ["https://", "example.org", "https://a b.example/", 'https://x.example/"', "https://x.example/?a=1"]
)
def test_an_address_that_is_none_is_refused(address, copy, ask):
    refused(copy, "must be an address such as https://example.org/reports", *ask("--base-url", address))
