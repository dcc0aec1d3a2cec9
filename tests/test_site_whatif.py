"""What a reader can change on the scenario page: the page's own formulas give what the package gives."""

import random

import pandas as pd
import pytest

from analysis import cases, headlines, scenarios, store
from analysis.origins import origin_bounds
from analysis.paths import PUBLISHED
from analysis.schemas import CASES
from analysis.site import whatif
from analysis.tables import typed
from analysis.values import price_bounds
from tests.browser import Visit
from tests.conftest import CASE

PAGE = f"cases/{CASE}/3-scenarios.html"
INPUTS = 1000


@pytest.fixture(scope="module")
def page(browser, built_site):
    with Visit(browser, built_site, PAGE) as visit:
        yield visit.page
        assert visit.faults == visit.strangers() == []


def loaded(*names: str) -> dict:
    return store.load(CASE, PUBLISHED, *names)


def random_hub(draw: random.Random, flows):
    """The published movements with other counts, and what the page would be told of them, by plain arithmetic."""
    mine = flows[flows["item"] == "konkurs-launcher"].copy()
    counts = {"BLR": draw.randint(0, 300), "USA": draw.randint(1, 200), "SAU": draw.randint(1, 200)}
    ends = [row.supplier if row.supplier == "BLR" else row.recipient for row in mine.itertuples()]
    for column in ("low", "best", "high", "third_low", "third_high"):
        mine[column] = [counts[end] for end in ends]
    sent = {"USA": counts["USA"], "SAU": counts["SAU"], "*": counts["USA"] + counts["SAU"]}
    hub = {"others": 0, "required": max(0, sent["*"] - counts["BLR"])}
    rows = {name: {"sent": count, "came": counts["BLR"]} for name, count in sent.items()}
    return mine, hub, rows


def test_least_and_most_are_those_of_the_package_for_a_thousand_inputs(page):
    draw, flows = random.Random(20151), loaded("flows")["flows"]
    asked, wanted = [], []
    for _ in range(INPUTS):
        changed, hub, rows = random_hub(draw, flows)
        stock = draw.choice([0, draw.randint(0, 400)])
        bounds = origin_bounds(changed, "BLR", stock)
        for name, row in rows.items():
            supplier = "BGR" if name == "*" else "*"
            mine = (bounds["supplier"] == supplier) & (bounds["recipient"] == name) & bounds["year"].isna()
            found = bounds[mine].iloc[0]
            asked.append([hub, row, stock])
            wanted.append({"least": int(found["least"]), "most": int(found["most"])})
    assert page.evaluate("(asked) => asked.map((each) => window.retransfer.origin(...each))", asked) == wanted


def test_prices_are_those_of_the_package_for_a_thousand_inputs(page):
    draw, tables = random.Random(379), loaded("amounts", "transfers")
    transfers = tables["transfers"]
    asked, wanted = [], []
    while len(asked) < INPUTS:
        counts = {"T1": draw.randint(1, 500), "T2": draw.randint(1, 500)}
        changed = transfers.assign(
            **{end: [counts.get(name, 1) for name in transfers["statement_id"]] for end in ("low", "high")}
        ).astype({"low": "Int64", "high": "Int64"})
        lots = {"T1": "konkurs-launcher", "T2": "ags-17"}
        limits = {item: random_limit(draw, counts[lot]) for lot, item in lots.items()}
        total = 37_900_000
        least = sum(counts[lot] * limits[item][0] for lot, item in lots.items())
        most = sum(counts[lot] * (limits[item][1] or total) for lot, item in lots.items())
        told = [
            {"floor": limits[item][0]} | ({"cap": limits[item][1]} if limits[item][1] else {}) for item in lots.values()
        ]
        asked.append([{"money": total, "lots": [{"count": counts[lot]} for lot in lots]}, told])
        if not least <= total <= most:
            wanted.append(None)
            continue
        rows = price_bounds(tables["amounts"], changed, limits).set_index("lot").loc[list(lots)]
        wanted.append([{"low": row.unit_price_low, "high": row.unit_price_high} for row in rows.itertuples()])
    found = page.evaluate("(asked) => asked.map((each) => window.retransfer.prices(...each))", asked)
    assert 100 < sum(each is None for each in wanted) < 900
    for own, other in zip(found, wanted, strict=True):
        if own is None or other is None:
            assert own == other
            continue
        for one, two in zip(own, other, strict=True):
            assert one == pytest.approx(two, rel=1e-9, abs=1e-6)


def random_limit(draw: random.Random, count: int) -> tuple[int, int | None]:
    """A floor and a cap around what the sum could pay for one item; often none."""
    fair = 37_900_000 // count
    floor = draw.choice([0, draw.randint(0, fair)])
    return floor, draw.choice([None, floor + draw.randint(0, fair)])


def test_the_published_values_stand_there_first(page):
    """240 received, 216 sent on: at no stock of its own, all 80, 136 and 216; 37.9 M over 240 is 157,916.67."""
    assert page.input_value("#whatif-stock-0") == "0"
    assert cells(page, ".least") == ["80", "136", "216"]
    assert cells(page, ".most") == ["80", "136", "216"]
    assert cells(page, ".range") == ["0 to 157,916.67 EUR", "0 to 270,714.29 EUR"]
    assert [link.inner_text() for link in page.locator("form.whatif a.number").all()] == [
        *("80", "136", "216"),
        *("0 to 157,916.67 euros", "0 to 270,714.29 euros"),
    ]
    assert not page.locator(".whatif-still").count()


def test_a_reader_moves_stock_and_prices(page):
    """By hand: of 80, 136 and 216, 60 can be Bulgaria's own; 240 at 100,000 leave 13.9 M for 140."""
    page.fill("#whatif-stock-0", "60")
    assert cells(page, ".least") == ["20", "76", "156"]
    assert cells(page, ".most") == ["80", "136", "216"]
    assert page.input_value(".whatif-range") == "60"
    assert "some of those it sent on must have come from Belarus" in page.inner_text(".whatif-stock .whatif-says")
    page.focus(".whatif-range")
    page.keyboard.press("End")
    assert cells(page, ".least") == ["0", "0", "0"]
    assert "the counts do not show that any" in page.inner_text(".whatif-stock .whatif-says")
    page.fill("[data-lot='0'] .floor", "100000")
    assert cells(page, ".range") == ["100,000 to 157,916.67 EUR", "0 to 99,285.71 EUR"]
    page.fill("[data-lot='0'] .floor", "200000")
    assert cells(page, ".range") == ["no price fits", "no price fits"]
    assert "No prices within these limits" in page.inner_text(".whatif-prices .whatif-says")
    page.click("text=As published")
    page.wait_for_function("document.querySelector('#whatif-stock-0').value === '0'")
    assert cells(page, ".least") == ["80", "136", "216"]
    assert cells(page, ".range") == ["0 to 157,916.67 EUR", "0 to 270,714.29 EUR"]


def test_what_is_no_number_of_launchers_is_said(page):
    for wrong in ("1.5", "-5", "", "1000000000"):
        page.fill("#whatif-stock-0", wrong)
        assert page.inner_text(".whatif-stock .whatif-says") == "Give a whole number, from nought to 100 million."
        assert cells(page, ".least") == cells(page, ".most") == ["–", "–", "–"]
        assert page.get_attribute("#whatif-stock-0", "aria-invalid") == "true"
    page.fill("#whatif-stock-0", "0")
    assert cells(page, ".least") == ["80", "136", "216"]


def test_two_items_that_passed_through_one_hub_are_two_questions():
    """140 AGS-17 came from Belarus and 160 went on: at least 20 were Bulgaria's own."""
    settings, tables = cases.settings(CASE), loaded(*CASES)
    more = {"statement_id": "T9", "item": "ags-17", "recipient": "SAU", "supplier": "BGR", "low": 160, "high": 160}
    row = tables["transfers"].iloc[[3]].assign(**more)
    tables["transfers"] = typed(pd.concat([tables["transfers"], row]), "transfers")
    point = settings["parameters"]
    tables |= scenarios.reconciled(tables, settings, point)
    tables |= scenarios.bounded(tables, settings, point)
    tables["headlines"] = headlines.headlines(tables, settings)
    found = {hub["item"]: hub for hub in whatif.inputs(tables)["hubs"]}
    assert found["AGS-17 grenade launchers"]["required"] == 20
    assert {row["sent"] for row in found["AGS-17 grenade launchers"]["rows"]} == {160}
    assert found["Konkurs launchers"]["required"] == 0
    assert {row["sent"] for row in found["Konkurs launchers"]["rows"]} == {80, 136, 216}


def cells(page, name: str) -> list[str]:
    return [cell.inner_text() for cell in page.locator(f"form.whatif td{name}").all()]


def test_without_a_script_the_static_figures_stand_there(browser, built_site):
    with Visit(browser, built_site, PAGE, java_script_enabled=False) as visit:
        assert not visit.page.locator("form.whatif").is_visible()
        assert "Without it, the figures above show the same ranges" in visit.page.inner_text(".whatif-still")
        assert visit.page.locator("#figure-opening-stock img").is_visible()
        assert visit.page.locator("#figure-price-line img").is_visible()
