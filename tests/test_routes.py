"""Two reported routes of what may be one lot: drawn with every count, summed once and twice, whatever the case."""

import itertools
import re

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from analysis import figures, prose, reconcile, store
from analysis.errors import InputError
from analysis.figures.style import COLOURS, SIZES
from analysis.headlines import headlines
from analysis.paths import PUBLISHED
from analysis.schemas import PROCESSED
from analysis.tables import typed

CASE = "serbia-bulgaria-ethiopia-2012"
FILED = [("BGR", "ETH", 64), ("BGR", "CZE", 64), ("CZE", "ETH", 64), ("SRB", "BGR", 64), ("POL", "BGR", 11)]
ROUTES = FILED[:3]
WHOLE = [("ARE", "TTO", 1_200_000), ("ARE", "COD", 1_200_000), ("COD", "TTO", 1_200_000)]
CASES = {
    "as filed": (FILED, "Ethiopia received 64 tank if the two routes carried one lot, 128 if two"),
    "no arrival": (ROUTES, "64 tank if the two routes carried one lot, 128 if two"),
    "one piece": ([("BGR", "ETH", 1), ("BGR", "CZE", 1), ("CZE", "ETH", 1)], "received 1 tank if"),
    "arrival undisclosed": ([*ROUTES, ("SRB", "BGR", None)], "64 tank if the two routes carried one lot"),
    "arrival undated": ([*ROUTES, ("SRB", "BGR", 3, None)], "64 tank if the two routes carried one lot"),
    "another supplier": ([*ROUTES, ("SRB", "ETH", 10)], "74 tank if the two routes carried one lot, 138 if two"),
    "intervals": ([("BGR", "ETH", (60, 70)), *ROUTES[1:]], "the least counts once what may be one lot"),
    "open": ([("BGR", "ETH", (60, None)), *ROUTES[1:]], "received at least 64 tank: the least counts once"),
    "undisclosed too": ([*ROUTES, ("SRB", "ETH", None)], "received at least 64 tank: the least counts once"),
    # the direct report can be of one of the two detours' lots, not of both: 3 × 64 − 64 = 128
    "two detours": ([*ROUTES, ("BGR", "GBR", 64), ("GBR", "ETH", 64)], "received 128 to 192 tank: the least"),
    "two recipients": (
        [*ROUTES, ("BGR", "PER", 5), ("CZE", "PER", 5), ("BGR", "CZE", 5, 2013)],
        "received 64 to 128 tank and Peru received 5 to 10 tank",
    ),
    "legs of two years": ([*ROUTES, ("BGR", "CZE", 64, 2013)], "64 tank if the two routes carried one lot"),
    "long names": (
        [*WHOLE, *((code, "ARE", 3) for code in ("PRK", "BIH", "CAF", "GNQ", "DOM", "NZL", "GBR"))],
        "1,200,000 tank if the two routes carried one lot, 2,400,000 if two",
    ),
}


def tables_of(rows: list[tuple]) -> dict[str, pd.DataFrame]:
    """Everything computed of (supplier, recipient, count or (low, high) or None, year): 2012 where it is left out."""
    base = {"source_id": "S1", "item": "tank", "unit": "piece", "role": "third", "qualifier": "exact"}
    statements = []
    for place, (supplier, recipient, count, *year) in enumerate(rows, start=1):
        low, high = count if isinstance(count, tuple) else (count, count)
        row = {"statement_id": f"T{place}", "locator": str(place), "supplier": supplier, "recipient": recipient}
        statements.append({**base, **row, "low": low, "high": high, "year": year[0] if year else 2012})
    found = {name: typed(pd.DataFrame(columns=["x"]), name) for name in PROCESSED}
    found["transfers"] = typed(pd.DataFrame(statements), "transfers")
    found["flows"] = reconcile.flows(found["transfers"], lag_years=0)
    found["double_counts"] = reconcile.double_counts(found["flows"])
    found["balances"] = reconcile.balances(found["flows"], found["double_counts"])
    found["headlines"] = headlines(found, {"focus": {"party": "ETH", "item": "tank"}})
    return found


def drawn(found: dict[str, pd.DataFrame]) -> figures.Drawing:
    return figures.two_routes(found["double_counts"], found["flows"], found["headlines"], "Source: nobody.")


def published() -> dict[str, pd.DataFrame]:
    return store.load(CASE, PUBLISHED, "double_counts", "flows", "headlines", "balances")


def texts(drawing: figures.Drawing) -> list[str]:
    return [" ".join(text.get_text().split()) for text in drawing.figure.findobj(Text) if text.get_text()]


def test_the_published_case_shows_both_routes_what_came_before_and_the_sum():
    shown = texts(drawn(published()))
    title = "Ethiopia received 64 howitzers of 122 mm if the two routes carried one lot, 128 if two"
    for text in (title, "direct, 2012, T2", "2012, T3", "2012, T4", "may be one lot of 64", "Serbia: 64", "Poland: 11"):
        assert text in shown
    assert shown[shown.index("if one lot") + 1] == "64"
    assert shown[shown.index("if two lots") + 1] == "128"


def test_its_numbers_are_those_of_the_tables():
    found = published()
    drawing = drawn(found)
    cells = {str(number) for name in ("flows", "double_counts") for number in found[name].to_numpy().ravel()}
    cells |= {
        f"{found['headlines'].set_index('key').loc['received[ETH,howitzer-122mm]', end]:.0f}" for end in ("low", "high")
    }
    known = {number for cell in cells for number in re.findall(r"\d+", cell)}
    for text in [*texts(drawing), drawing.alt]:
        assert set(re.findall(r"\d+", text)) <= known, text
    assert dict(zip(drawing.data["part"], drawing.data["shown"], strict=True))["received"] == "64 to 128"


@pytest.mark.parametrize("name", CASES)
def test_any_case_is_told_whole_and_nothing_overlaps(name):
    rows, words = CASES[name]
    drawing = drawn(tables_of(rows))
    shown = texts(drawing)
    assert any(words in text for text in shown), shown[:2]
    for text in [*shown, drawing.alt]:
        assert not re.search(r"nan|<NA>|None|inf\b|\bof of\b|-\d|\{|\}|dtype", text), text
    renderer = drawing.figure.canvas.get_renderer()
    items = [text for text in drawing.figure.findobj(Text) if text.get_text()]
    assert min(text.get_size() for text in items) >= min(SIZES.values())
    boxes = [(text.get_text(), text.get_window_extent(renderer).padded(-2)) for text in items]
    for (one, box), (other, beside) in itertools.combinations(boxes, 2):
        assert not box.overlaps(beside), (one, other)
    shapes = [patch.get_window_extent(renderer) for axes in drawing.figure.axes for patch in axes.patches]
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= drawing.figure.bbox.width, text
        assert not [shape for shape in shapes if shape.width and box.overlaps(shape)], text


def test_a_panel_per_double_count_and_a_sum_per_recipient():
    shown = texts(drawn(tables_of(CASES["two detours"][0])))
    assert shown.count("may be one lot of 64") == 2
    assert shown.count("Ethiopia received in all") == 1
    assert shown[shown.index("at most") + 1] == "192"


def test_only_the_share_that_may_be_one_lot_is_hatched():
    drawing = drawn(tables_of([("BGR", "ETH", (60, 70)), ("BGR", "CZE", 64), ("CZE", "ETH", 64), ("SRB", "BGR", 9)]))
    patches = drawing.figure.axes[0].patches
    marks = [patch for patch in patches if to_hex(patch.get_edgecolor()) == COLOURS["inferred"].lower()]
    assert len(marks) == 3  # the direct movement and two legs, not what had arrived
    assert all(patch.get_hatch() for patch in marks)


def test_what_arrived_later_is_not_shown_as_before():
    shown = texts(drawn(tables_of([*ROUTES, ("SRB", "BGR", 7, 2013), ("POL", "BGR", 9, 2011)])))
    assert "Poland: 9" in shown
    assert not [text for text in shown if text.startswith("Serbia")]
    assert "no arrival before recorded" in texts(drawn(tables_of(ROUTES)))


def test_an_open_sum_has_no_second_number():
    shown = texts(drawn(tables_of(CASES["open"][0])))
    assert shown[shown.index("at most") + 1] == "no limit known"
    assert "Ethiopia received at least 64 tank: the least counts once what may be one lot" in shown


def test_same_bytes_each_time():
    once, again = drawn(published()), drawn(published())
    assert (once.png, once.svg) == (again.png, again.svg)


def test_no_double_count_and_other_flows_are_errors():
    found = published()
    with pytest.raises(InputError, match="no two routes to draw"):
        drawn({**found, "double_counts": found["double_counts"].iloc[:0]})
    with pytest.raises(InputError, match="no flow BGR to CZE rests on statements T3 T4"):
        drawn({**found, "flows": found["flows"].iloc[1:]})


def weighed(rows: list[tuple]) -> list[str]:
    found = tables_of(rows)
    return prose.weighed(found["double_counts"], found["balances"])


def test_what_speaks_for_one_lot():
    assert weighed(FILED) == [  # 64 + 11 came, 64 + 64 would have gone
        "Bulgaria → Ethiopia and Bulgaria → Czechia → Ethiopia: if each report is of a lot of its own, Bulgaria sent "
        "as many as 128 tank, and it is recorded as having received 75; the rest would have to be goods that no record "
        "shows."
    ]


@pytest.mark.parametrize(
    "arrivals",
    [
        [],  # nothing recorded
        [("SRB", "BGR", 128)],  # enough for both
        [("SRB", "BGR", None)],  # unknown
        [("SRB", "BGR", (10, None))],  # no upper limit
    ],
)
def test_nothing_is_weighed_where_both_lots_may_have_come_from_what_arrived(arrivals):
    assert weighed([*ROUTES, *arrivals]) == []


def test_nothing_is_weighed_where_what_was_sent_has_no_limit():
    assert weighed([("BGR", "ETH", (60, None)), *FILED[1:]]) == []
