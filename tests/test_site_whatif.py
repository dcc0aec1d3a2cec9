"""What a reader can change on the scenario page: the page's own formulas give what the package gives."""

import random

import pandas as pd
import pytest

from analysis import cases, headlines, scenarios, store
from analysis.errors import InputError
from analysis.origins import Flow, bounds_of_jobs
from analysis.paths import PUBLISHED
from analysis.schemas import CASES
from analysis.site import whatif
from analysis.tables import typed
from analysis.values import price_bounds
from analysis.wording import span
from tests.browser import Visit
from tests.checkouts import CASE

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
    counts = {"BLR": draw.randint(0, 300), "USA": draw.randint(1, 200), "SAU": draw.randint(1, 200)}
    pairs = zip(flows["supplier"], flows["recipient"], strict=True)
    moved = [counts[supplier if supplier == "BLR" else recipient] for supplier, recipient in pairs]
    mine = flows.assign(low=moved, best=moved, high=moved)
    sent = {"USA": counts["USA"], "SAU": counts["SAU"], "*": counts["USA"] + counts["SAU"]}
    hub = {"others": 0, "required": max(0, sent["*"] - counts["BLR"])}
    rows = {name: {"sent": count, "came": counts["BLR"]} for name, count in sent.items()}
    return mine, hub, rows


def test_least_and_most_are_those_of_the_package_for_a_thousand_inputs(page):
    draw, flows = random.Random(20151), loaded("flows")["flows"]
    flows = flows.loc[flows["item"] == "konkurs-launcher", list(Flow._fields)]
    hubs = [random_hub(draw, flows) for _ in range(INPUTS)]
    stocks = [draw.choice([0, draw.randint(0, 400)]) for _ in hubs]
    bounds = bounds_of_jobs([(changed, stock) for (changed, *_), stock in zip(hubs, stocks, strict=True)], "BLR")
    bounds = (
        bounds[bounds["year"].isna()].set_index(["job", "supplier", "recipient"])[["least", "most"]].to_dict("index")
    )
    asked, wanted = [], []
    for job, ((_, hub, rows), stock) in enumerate(zip(hubs, stocks, strict=True)):
        for name, row in rows.items():
            asked.append([hub, row, stock])
            wanted.append(bounds[job, "BGR" if name == "*" else "*", name])
    assert len(asked) == 3 * INPUTS
    assert page.evaluate("(asked) => asked.map((each) => window.retransfer.origin(...each))", asked) == wanted


MONEY = 37_900_000
MOST = ["at most about 158,000 euros", "at most about 271,000 euros"]  # 37.9 M over 240, over 140


def random_sum(draw: random.Random) -> tuple[dict, dict]:
    """Counts of two lots that one sum paid for, and a floor and a cap for the price of each."""
    counts = {"T1": draw.randint(1, 500), "T2": draw.randint(1, 500)}
    return counts, {lot: random_limit(draw, count) for lot, count in counts.items()}


def priced(inputs: list[tuple[dict, dict]]) -> list[list[dict]]:
    """What the package says of such sums, asked for all at once: each is a sum, and has lots and items, of its own."""
    lots = [
        {"statement_id": name, "item": name, "unit": "piece", "low": count, "high": count}
        for place, (counts, _) in enumerate(inputs)
        for name, count in ((f"{lot}-{place}", count) for lot, count in counts.items())
    ]
    sums = [{"statement_id": f"V-{place}", "covers": f"T1-{place} T2-{place}"} for place in range(len(inputs))]
    paid = loaded("amounts")["amounts"].iloc[:1]
    amounts = pd.concat([paid] * len(sums), ignore_index=True).assign(**pd.DataFrame(sums))
    limits = {f"{lot}-{place}": limit for place, (_, given) in enumerate(inputs) for lot, limit in given.items()}
    rows = price_bounds(typed(amounts, "amounts"), pd.DataFrame(lots), limits).set_index("lot")
    found = rows[["unit_price_low", "unit_price_high"]].set_axis(["low", "high"], axis=1).to_dict("index")
    return [[found[f"{lot}-{place}"] for lot in counts] for place, (counts, _) in enumerate(inputs)]


def possible(counts: dict, limits: dict) -> bool:
    least = sum(counts[lot] * limits[lot][0] for lot in counts)
    return least <= MONEY <= sum(counts[lot] * (limits[lot][1] or MONEY) for lot in counts)


def test_prices_are_those_of_the_package_for_a_thousand_inputs(page):
    draw = random.Random(379)
    inputs = [random_sum(draw) for _ in range(INPUTS)]
    fit, unfit = ([each for each in inputs if possible(*each) == fits] for fits in (True, False))
    assert 100 < len(fit) < 900
    asked = [
        [
            {"money": MONEY, "digits": 12, "lots": [{"count": count} for count in counts.values()]},
            [{"floor": floor} | ({"cap": cap} if cap else {}) for floor, cap in limits.values()],
        ]
        for counts, limits in (*fit, *unfit)
    ]
    found = page.evaluate("(asked) => asked.map((each) => window.retransfer.prices(...each))", asked)
    for own, other in zip(found[: len(fit)], [each for part in batched(fit) for each in priced(part)], strict=True):
        for one, two in zip(own, other, strict=True):
            assert one == pytest.approx(two, rel=1e-9, abs=1e-6)
    assert found[len(fit) :] == [None] * len(unfit)
    for each in unfit[:10]:
        with pytest.raises(InputError, match="no prices fit"):
            priced([each])


def test_prices_are_printed_as_the_package_prints_them(page):
    draw, asked = random.Random(158), []
    for _ in range(INPUTS):
        high = draw.choice([0, None, draw.uniform(0, 0.02), draw.uniform(0, 10), draw.uniform(0, 1e9), MONEY])
        low = draw.choice([0, 0.004, high or 0, draw.random() * (MONEY if high is None else high)])
        asked.append((low if high is None else min(low, high), high, draw.randint(1, 8)))
    own = "window.retransfer.printed({ low, high: high ?? Infinity }, { digits, words: 'euros' })"
    found = page.evaluate(f"(asked) => asked.map(([low, high, digits]) => {own})", asked)
    assert found == [span(low, None, high, "EUR", "", digits) for low, high, digits in asked]


def batched(inputs: list, size: int = 100) -> list[list]:
    return [inputs[start : start + size] for start in range(0, len(inputs), size)]


def random_limit(draw: random.Random, count: int) -> tuple[int, int | None]:
    """A floor and a cap around what the sum could pay for one item; often none."""
    fair = MONEY // count
    floor = draw.choice([0, draw.randint(0, fair)])
    return floor, draw.choice([None, floor + draw.randint(0, fair)])


def test_the_published_values_stand_there_first(page):
    """240 received, 216 sent on: at no stock of its own, all 80, 136 and 216; 37.9 M over 240 is 157,916.67."""
    assert page.input_value("#whatif-stock-0") == "0"
    assert cells(page, ".least") == ["80", "136", "216"]
    assert cells(page, ".most") == ["80", "136", "216"]
    assert cells(page, ".range") == MOST
    assert [link.inner_text() for link in page.locator("form.whatif a.number").all()] == [
        *("80", "136", "216"),
        *MOST,
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
    assert cells(page, ".range") == ["100,000 euros to about 158,000 euros", "at most about 99,300 euros"]
    page.fill("[data-lot='0'] .floor", "158000")  # the limit as it is printed: it takes all of the sum
    assert cells(page, ".range") == ["158,000 euros", "0 euros"]
    page.fill("[data-lot='0'] .floor", "200000")
    assert cells(page, ".range") == ["no price fits", "no price fits"]
    assert "No prices within these limits" in page.inner_text(".whatif-prices .whatif-says")
    page.click("text=As published")
    page.wait_for_function("document.querySelector('#whatif-stock-0').value === '0'")
    assert cells(page, ".least") == ["80", "136", "216"]
    assert cells(page, ".range") == MOST


def test_what_is_no_number_of_launchers_is_said(page):
    for wrong in ("1.5", "-5", "", "1000000000000001"):
        page.fill("#whatif-stock-0", wrong)
        assert page.inner_text(".whatif-stock .whatif-says") == (
            "Give a whole number, from nought to 1,000,000,000,000,000."
        )
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
