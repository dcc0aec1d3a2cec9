"""Figures draw the headlines and nothing else; what is unaccounted for is always drawn; their bytes are stable."""

import re
from functools import cache

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Text

from analysis import figures, headlines, reconcile, store
from analysis.figures.style import COLOURS
from analysis.figures.timeline import LINE, _date, _rows
from analysis.names import item_name
from analysis.paths import PUBLISHED

CASE = "belarus-bulgaria-2015"
FOCUS = {"party": "BGR", "item": "konkurs-launcher"}
FIGURES = ("flow", "received-and-sent", "timeline", "evidence")


def tables() -> dict[str, pd.DataFrame]:
    return store.load(CASE, PUBLISHED, "sources", "headlines", "timeline", "evidence", "transfers")


@cache
def drawings() -> dict[str, figures.Drawing]:
    found = tables()
    credit = figures.credit(found["sources"])
    return {
        "flow": figures.flow_diagram(found["headlines"], **FOCUS, credit=credit),
        "received-and-sent": figures.received_and_sent(found["headlines"], **FOCUS, credit=credit),
        "timeline": figures.deeds_and_words(found["timeline"], found["headlines"], credit),
        "evidence": figures.evidence_table(found["evidence"], found["headlines"], credit),
    }


def texts(drawing: figures.Drawing) -> list[str]:
    return [" ".join(text.get_text().split()) for text in drawing.figure.findobj(Text) if text.get_text()]


def known_numbers() -> set[str]:
    """What may be printed: headlines as print shows them, dates, paragraphs, ids, and numbers within names."""
    found = tables()
    printed = [headlines.say(found["headlines"], key) for key in found["headlines"]["key"]]
    printed += [*found["timeline"]["date"], *found["timeline"]["locator"], *found["timeline"]["id"]]
    printed += [*found["evidence"]["locator"], *found["evidence"]["statements"]]
    printed += [item_name(item) for item in found["transfers"]["item"]]
    numbers = {number for text in printed for number in re.findall(r"\d[\d,.]*\d|\d", text)}
    return numbers | {part.lstrip("0") for text in printed for part in re.findall(r"\d+", text)}


@pytest.mark.parametrize("name", FIGURES)
def test_every_number_in_a_figure_and_its_alt_text_is_a_headline(name):
    drawing, known = drawings()[name], known_numbers()
    for text in [*texts(drawing), drawing.alt]:
        assert set(re.findall(r"\d[\d,.]*\d|\d", text)) <= known, text


@pytest.mark.parametrize("name", FIGURES)
def test_same_bytes_each_time_whatever_the_users_own_settings(name):
    first = drawings()[name]
    once = first.png, first.svg
    with mpl.rc_context({"font.size": 40, "axes.facecolor": "red", "svg.hashsalt": "other", "savefig.dpi": 30}):
        again = drawings.__wrapped__()[name]
        assert (again.png, again.svg) == once


@pytest.mark.parametrize("name", FIGURES)
def test_published_files_are_what_is_drawn(name):
    drawing = drawings()[name]
    assert store.figure_file(CASE, PUBLISHED, name, "svg").read_bytes() == drawing.svg
    assert store.figure_file(CASE, PUBLISHED, name, "png").read_bytes() == drawing.png


def test_the_flow_shows_sums_at_each_node_and_the_stub():
    shown = texts(drawings()["flow"])
    for text in ("out 240", "in 240 · out 216", "in 136", "in 80", "24 unaccounted for", "in 140 · out none recorded"):
        assert text in shown


def test_the_stub_is_drawn_to_scale_with_a_second_cue():
    figure = drawings()["flow"].figure
    stubs = [
        patch
        for axes in figure.axes
        for patch in axes.patches
        if mpl.colors.to_hex(patch.get_facecolor()) == COLOURS["unaccounted"].lower() and patch.get_fill()
    ]
    heights = [patch.get_path().get_extents().height for patch in stubs]
    ends = [vertices[3][1] - vertices[4][1] for vertices in (patch.get_path().vertices for patch in stubs)]
    assert len(heights) == 2  # one per item
    assert ends[0] / ends[1] == pytest.approx(24 / 140)
    dashed = [patch for axes in figure.axes for patch in axes.patches if patch.get_linestyle() not in ("solid", "-")]
    assert len(dashed) >= 4


def test_bars_start_at_zero_and_none_recorded_is_no_bar():
    drawing = drawings()["received-and-sent"]
    bars = [bar for bar in drawing.figure.axes[0].patches if bar.get_width() > 0]
    assert {bar.get_x() for bar in bars} == {0}
    assert sorted(bar.get_width() for bar in bars) == [24, 140, 216, 240]
    assert "none recorded" in texts(drawing)


def test_deeds_and_words_stand_in_separate_lanes():
    drawing = drawings()["timeline"]
    markers = [line for line in drawing.figure.axes[0].lines if line.get_linestyle() == "None"][3:]
    places = [round(float(line.get_xdata()[0]), 2) for line in markers]
    lanes = tables()["timeline"]["lane"].tolist()
    assert len(places) == len(lanes)
    assert len({place for place, lane in zip(places, lanes, strict=True) if lane == "words"}) == 1
    assert {place for place, lane in zip(places, lanes, strict=True) if lane == "words"}.isdisjoint(
        place for place, lane in zip(places, lanes, strict=True) if lane != "words"
    )


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("", "", "undated"),
        ("2011-01-01", "", "from 2011"),
        ("2019-07-01", "", "from Jul 2019"),
        ("2024-12-08", "", "from 8 Dec 2024"),
        ("2011-01-01", "2011-12-31", "2011"),
        ("2011-01-01", "2012-12-31", "2011 to 2012"),
        ("2019-07-01", "2019-07-31", "Jul 2019"),
        ("2015-05-01", "2015-06-30", "May to Jun 2015"),
        ("2014-12-01", "2015-01-31", "Dec 2014 to Jan 2015"),
        ("2024-11-27", "2024-11-27", "27 Nov 2024"),
        ("2024-07-01", "2024-09-03", "1 Jul to 3 Sep 2024"),
        ("2024-07-01", "2024-07-15", "1 Jul to 15 Jul 2024"),
        ("2024-12-31", "2025-01-02", "31 Dec 2024 to 2 Jan 2025"),
    ],
)
def test_the_label_of_a_span_says_both_ends(start, end, words):
    assert _date(start, end) == words


def test_every_line_of_a_date_has_room():
    """A label of two lines beside a summary of one does not run into the next."""
    rows = pd.DataFrame(
        {"start": ["2024-07-01"], "end": ["2024-09-03"], "actor": [""], "summary": ["x"], "date_basis": [""]}
    )
    assert _rows(rows)["height"].tolist() == [pytest.approx(2 * LINE + 0.14)]


def drawn(frame: pd.DataFrame) -> figures.Drawing:
    flows = reconcile.flows(frame)
    none = {
        name: pd.DataFrame(columns=["year", "basis", "id"]) for name in ("sources", "timeline", "evidence", "rejects")
    }
    found = {"transfers": frame, "flows": flows, "balances": reconcile.balances(flows), **none}
    found["amounts"] = store.load(CASE, PUBLISHED, "amounts")["amounts"].iloc[:0]
    numbers = headlines.headlines(found, {"focus": {"party": "BBB", "item": "tank"}})
    return figures.flow_diagram(numbers, "BBB", "tank", "")


def test_what_is_not_exact_is_hatched(transfers):
    drawing = drawn(transfers({"supplier": "AAA", "recipient": "BBB", "low": 64, "high": 128}))
    assert [patch.get_hatch() for patch in drawing.figure.axes[0].patches if patch.get_hatch()]
    assert "out 64 to 128" in texts(drawing)


def test_sending_more_than_was_received_is_drawn_too(transfers):
    drawing = drawn(
        transfers(
            {"supplier": "AAA", "recipient": "BBB", "count": 5}, {"supplier": "BBB", "recipient": "CCC", "count": 9}
        )
    )
    assert "4 with no record of arrival" in texts(drawing)
