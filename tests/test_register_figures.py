"""A register's figures draw their table, all of it or with the rest told in words, whatever it holds."""

import itertools
import random
import re
import string
from functools import cache

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Text

from analysis import conduits, figures, reconcile, store
from analysis.figures import mirrors, passing, reporting
from analysis.mirror import mirror
from analysis.paths import PUBLISHED, REGISTER, results_dir
from analysis.registers import study
from analysis.tables import typed

NAMES = ("mirror", "conduits", "reporters")
LONG = "a-weapon-with-a-very-long-name-" * 6
CODES = ["".join(letters) for letters in itertools.product(string.ascii_uppercase[:10], "AB", "XYZ")]


def statements(rows: list[dict]) -> pd.DataFrame:
    base = {"source_id": "S1", "item": "tank", "unit": "piece", "year": 2015}
    numbered = [{"statement_id": f"T{at}", "locator": str(at), **base, **row} for at, row in enumerate(rows)]
    return typed(pd.DataFrame(numbered), "transfers")


def said(supplier: str, recipient: str, *counts: int | None, item: str = "tank") -> list[dict]:
    """What the sender and then the receiver say, of two who report."""
    roles = zip(("exporter", "importer"), (supplier, recipient), counts, strict=False)
    pair = {"supplier": supplier, "recipient": recipient, "item": item}
    return [{**pair, "role": role, "reporter": who, "low": count, "high": count} for role, who, count in roles]


def many() -> list[dict]:
    chance = random.Random(4)
    rows = []
    for _ in range(1000):
        sender, receiver = chance.sample(CODES, 2)
        count, item = int(10 ** chance.uniform(0, 8)), f"{chance.randint(1, 5)}-{LONG}"
        counts = [(count, count), (count, count * 2), (count, 0), (count, None), (None, None), (count,)]
        rows += said(sender, receiver, *chance.choice(counts), item=item)
    return rows


ROWS = {
    "none": [],
    "one": said("NOR", "CHL", 64, 60),
    "nought": said("NOR", "CHL", 0, 0),
    "hidden": said("NOR", "CHL", None, None),
    "long": [*said("NOR", "CHL", 64, 64, item=LONG), *said("CHL", "PER", 60, 60, item=LONG)],
    "many": many(),
}


@cache
def tables(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    made = statements(ROWS[name])
    return mirror(made), conduits.conduits(reconcile.flows(made))


@cache
def drawn(name: str) -> dict[str, figures.Drawing]:
    pairs, hubs = tables(name)
    found = figures.mirror_scatter(pairs, "Source: x."), figures.conduit_bars(hubs, "Source: x.")
    return {drawing.name: drawing for drawing in (*found, figures.who_reports(pairs, "Source: x."))}


def texts(drawing: figures.Drawing) -> list[str]:
    return [" ".join(text.get_text().split()) for text in drawing.figure.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("name", ROWS)
def test_every_table_is_drawn_within_its_edges(name):
    for drawing in drawn(name).values():
        width, height = drawing.figure.get_size_inches() * drawing.figure.dpi
        renderer = drawing.figure.canvas.get_renderer()
        for text in [text for text in drawing.figure.findobj(Text) if text.get_text()]:
            box = text.get_window_extent(renderer)
            inside = min(box.x0, box.y0) >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
            assert inside or box.width < 1, text.get_text()
        assert drawing.alt
        assert len(drawing.alt) < 2500


@pytest.mark.parametrize("figure", NAMES)
def test_same_bytes_each_time_whatever_the_users_own_settings(figure):
    with mpl.rc_context({"font.size": 40, "axes.facecolor": "red", "svg.hashsalt": "other", "savefig.dpi": 30}):
        again = drawn.__wrapped__("one")[figure]
    assert (again.png, again.svg) == (drawn("one")[figure].png, drawn("one")[figure].svg)


@pytest.mark.parametrize("figure", NAMES)
def test_published_files_are_what_is_drawn(figure):
    found = store.load(REGISTER, PUBLISHED, "mirror", "conduits")
    credit = study.opened().credit
    made = {
        "mirror": lambda: figures.mirror_scatter(found["mirror"], credit),
        "conduits": lambda: figures.conduit_bars(found["conduits"], credit),
        "reporters": lambda: figures.who_reports(found["mirror"], credit),
    }[figure]()
    assert store.figure_file(REGISTER, PUBLISHED, figure, "txt").read_text(encoding="utf-8").strip() == made.alt
    assert store.figure_file(REGISTER, PUBLISHED, figure, "svg").read_bytes() == made.svg


def test_published_numbers_are_the_hubs():
    folder = results_dir(REGISTER, PUBLISHED) / "figures"
    alt = (folder / "conduits.txt").read_text(encoding="utf-8")
    assert "Bulgaria received 240 Konkurs launchers and sent on 216 (90\u00a0%)" in alt.replace("90 %", "90\u00a0%")
    assert "75 received, 64 to 128 sent on" in alt


def test_no_comparison_is_dropped_from_the_scatter():
    drawing, pairs = drawn("many")["mirror"], tables("many")[0]
    marks = [line for line in drawing.figure.axes[0].lines if line.get_marker() not in ("None", None, "")]
    assert sum(len(line.get_xdata()) for line in marks) == len(drawing.data) == len(pairs)
    assert len({(line.get_color(), line.get_marker()) for line in marks}) == len(set(pairs["agreement"]))


def test_marks_stand_where_their_figures_are():
    axes = drawn("one")["mirror"].figure.axes[0]
    mark = next(line for line in axes.lines if line.get_marker() == "^")
    assert mark.get_xdata()[0] == pytest.approx(1.80618, abs=1e-4)  # log10 of 64
    assert mark.get_ydata()[0] == pytest.approx(1.77815, abs=1e-4)  # and of 60
    hidden = next(line for line in drawn("hidden")["mirror"].figure.axes[0].lines if line.get_marker() == "x")
    assert (hidden.get_xdata()[0], hidden.get_ydata()[0]) == (mirrors.NONE, mirrors.NONE)
    nought = next(line for line in drawn("nought")["mirror"].figure.axes[0].lines if line.get_marker() == "o")
    assert (nought.get_xdata()[0], nought.get_ydata()[0]) == (mirrors.NOUGHT, mirrors.NOUGHT)


def test_bars_start_at_nought_and_are_as_long_as_their_counts():
    bars = drawn("long")["conduits"].figure.axes[0].patches
    assert {bar.get_x() for bar in bars} == {passing.LEFT}
    lengths = sorted(bar.get_width() for bar in bars)
    assert lengths[0] / lengths[1] == pytest.approx(60 / 64)
    shown = texts(drawn("long")["conduits"])
    assert "64 received" in shown
    assert "60 sent on (93.8\u00a0%)" in shown or "60 sent on (93.8 %)" in shown


def test_what_is_not_exact_is_hatched():
    open_end = statements([*said("NOR", "CHL", 64), *said("CHL", "PER", 30)]).assign(high=[64, None])
    drawing = figures.conduit_bars(conduits.conduits(reconcile.flows(typed(open_end, "transfers"))), "")
    assert [bar.get_hatch() for bar in drawing.figure.axes[0].patches if bar.get_hatch()]
    assert "at least 30 sent on" in texts(drawing)


def test_the_grid_tells_both_from_one_and_from_each_another():
    rows = [*said("NOR", "CHL", 4, 4), *said("NOR", "PER", 4), *said("CHL", "PER", 4, 4)[1:]]
    rows += [*said("PER", "NOR", 4), *said("PER", "NOR", 4, 4, item="gun")[1:]]
    data = figures.who_reports(mirror(statements(rows)), "").data.set_index(["supplier", "recipient"])["reported"]
    assert data.to_dict() == {
        ("NOR", "CHL"): "both", ("NOR", "PER"): "exporter only",
        ("CHL", "PER"): "importer only", ("PER", "NOR"): "each another",
    }  # fmt: skip


def test_what_the_grid_does_not_show_is_told_in_words():
    drawing = drawn("many")["reporters"]
    cells = [patch for patch in drawing.figure.axes[0].patches if patch.get_fill()]
    legend = drawing.data["reported"].nunique()
    told = next(int(number.replace(",", "")) for number in re.findall(r"; ([\d,]+) pairs with", drawing.alt))
    assert len(cells) - legend + told == len(drawing.data)
    assert len(cells) - legend <= reporting.MOST**2


@pytest.mark.parametrize("figure", NAMES)
def test_every_number_in_a_figure_is_of_its_table(figure):
    drawing = drawn("one")[figure]
    known = {"1", "0", "64", "60", "2015", "10", "100", "122"} | {str(len(drawing.data))}
    for text in [*texts(drawing), drawing.alt]:
        assert set(re.findall(r"\d[\d,.]*\d|\d", text)) <= known, text
