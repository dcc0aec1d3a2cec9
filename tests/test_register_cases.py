"""The cases from the UN Register, from their raw tables: counts, who vouches for them, and how it is said and drawn."""

import pandas as pd
import pytest

from analysis import cases, clean, figures, prose, reconcile, scenarios
from analysis.figures.flow import TWICE, flow_diagram

HOWITZERS, TANKS = "serbia-bulgaria-ethiopia-2012", "germany-brazil-2012-2014"


@pytest.fixture(scope="module")
def worked() -> dict[str, dict[str, pd.DataFrame]]:
    return {case: tables_of(case) for case in (HOWITZERS, TANKS)}


def tables_of(case: str) -> dict[str, pd.DataFrame]:
    return scenarios.tables_at(case, cases.settings(case)["parameters"])


@pytest.mark.parametrize("case", [HOWITZERS, TANKS])
def test_every_row_can_be_read_and_no_own_word_holds_a_number(worked, case):
    assert worked[case]["rejects"].empty
    own = cases.settings(case)["report"]
    words = [own["standfirst"], *own["not_shown"], *worked[case]["events"]["summary"]]
    assert not [text for text in words if any(letter.isdigit() for letter in text)]


def test_the_howitzers_may_be_one_lot(worked):
    tables = worked[HOWITZERS]
    assert tables["flows"].set_index(["supplier", "recipient"])["best"].to_dict() == {
        ("SRB", "BGR"): 64, ("BGR", "ETH"): 64, ("BGR", "CZE"): 64, ("CZE", "ETH"): 64, ("POL", "BGR"): 11,
    }  # fmt: skip
    balances = tables["balances"].set_index("party")
    shown = ["received_low", "received_high", "sent_low", "sent_high"]
    assert balances.loc["BGR", shown].tolist() == [64 + 11, 64 + 11, 64, 64 + 64]
    assert balances.loc["CZE", shown].tolist() == [64, 64, 64, 64]
    assert balances.loc["ETH", shown[:2]].tolist() == [64, 64 + 64]


def test_what_a_correction_reads_in_is_inferred(worked):
    tables = worked[HOWITZERS]
    assert tables["transfers"].set_index("statement_id")["corrected"].to_dict() == {
        "T1": "", "T2": "", "T3": "designation", "T4": "designation", "T5": "",
    }  # fmt: skip
    claims = tables["evidence"].set_index("id")
    assert claims.loc[["T1", "T2", "T3", "T4", "T5"], "basis"].tolist() == [
        "reported", "reported", "inferred", "inferred", "reported",
    ]  # fmt: skip
    assert claims.loc["T2", "says"] == "Bulgaria"
    assert claims.loc["T3", "says"] == "Czechia, for the count; the item is read in by a correction"
    lanes = tables["timeline"].set_index("id")
    assert lanes.loc["T3", ["basis", "summary"]].tolist() == [
        "inferred", "Bulgaria to Czechia: 64 howitzers of 122 mm, read from what Czechia reports",
    ]  # fmt: skip
    assert lanes.loc["T2", "summary"] == "Bulgaria to Ethiopia: 64 howitzers of 122 mm, as Bulgaria reports"


def test_without_the_correction_the_category_is_an_item_of_its_own():
    raw = cases.raw_tables(HOWITZERS)
    transfers, rejects = clean.clean_transfers(raw["transfers"], raw["sources"])
    assert rejects.empty
    assert transfers.set_index("statement_id").loc["T3", ["item", "corrected"]].tolist() == [
        "large-calibre-artillery", "",
    ]  # fmt: skip
    assert reconcile.double_counts(reconcile.flows(transfers)).empty


def test_sender_and_receiver_of_the_leopards_differ(worked):
    flows = worked[TANKS]["flows"].set_index(["item", "year"])
    leopards = flows.loc[("leopard-1", 2012)]
    assert leopards[["low", "best", "high", "agreement", "rule"]].tolist() == [26, 26, 39, "differ", "exporter"]
    for year, count in ((2013, 10), (2014, 13)):
        assert flows.loc[("gepard", year), ["low", "high", "agreement"]].tolist() == [count, count, "agree"]
    assert prose.differing(worked[TANKS]["flows"], worked[TANKS]["transfers"]) == [
        "Germany → Brazil, Leopard 1 tanks, 2012: Germany reports 26 and Brazil reports 39 (T1, T2)."
    ]
    assert prose.differing(worked[HOWITZERS]["flows"], worked[HOWITZERS]["transfers"]) == []


def test_of_several_reports_each_source_is_named(transfers):
    rows = [{"count": 136, "quantity_as_printed": "136"}, {"count": 130, "quantity_as_printed": "another 130"}]
    base = {"supplier": "DEU", "recipient": "BRA"}
    frame = transfers(*({**base, "source_id": f"S{place}", **row} for place, row in enumerate(rows)))
    (told,) = prose.differing(reconcile.flows(frame), frame)
    assert "S0 says “136” and S1 says “another 130” (T1, T2)" in told


def test_the_findings(worked):
    found = {case: prose.finding(worked[case]["headlines"], **cases.settings(case)["focus"]) for case in worked}
    nothing = "no record says that any was passed on"
    assert found[HOWITZERS] == f"Ethiopia received 64 to 128 howitzers of 122 mm in 2012; {nothing}"
    assert found[TANKS] == f"Brazil received 26 to 39 Leopard 1 tanks in 2012; {nothing}"


def test_provenance_names_who_reports(worked):
    tables = worked[HOWITZERS]
    who = "Who reports them: Bulgaria (T1, T2, T5); Czechia (T3, T4)."
    assert prose.provenance(tables["headlines"], tables["transfers"]) == f"Counts: 5. Sources: 1. {who}"
    some = tables["transfers"].assign(reporter=["BGR", "", "", "", ""])
    assert prose.provenance(tables["headlines"], some).endswith("Bulgaria (T1); nobody is named (T2, T3, T4, T5).")


def test_the_flow_says_that_one_lot_may_be_drawn_twice(worked):
    drawing = flow_diagram(worked[HOWITZERS]["headlines"], "ETH", "howitzer-122mm", "")
    texts = [text.get_text() for text in drawing.figure.axes[0].texts]
    assert TWICE in texts
    assert drawing.alt.endswith(f"no record of any onward transfer; {TWICE}.")
    # All that came in leaves the party's bar, hatched because its count is not exact: as tall as both ribbons together.
    patches = [patch for patch in drawing.figure.axes[0].patches if patch.get_hatch()]
    bar = max(patch.get_height() for patch in drawing.figure.axes[0].patches if hasattr(patch, "get_height"))
    assert [patch.get_path().get_extents().height for patch in patches] == [pytest.approx(bar)]
    assert TWICE not in flow_diagram(worked[TANKS]["headlines"], "BRA", "leopard-1", "").alt


@pytest.mark.parametrize("case", [HOWITZERS, TANKS])
def test_nothing_is_cut_off_at_the_right_edge(worked, case):
    tables, focus = worked[case], cases.settings(case)["focus"]
    drawn = [
        flow_diagram(tables["headlines"], **focus, credit=""),
        figures.received_and_sent(tables["headlines"], **focus, credit=""),
        figures.evidence_table(tables["evidence"], tables["headlines"], ""),
        figures.deeds_and_words(tables["timeline"], tables["headlines"], ""),
    ]
    for drawing in drawn:
        renderer = drawing.figure.canvas.get_renderer()
        boxes = [text.get_window_extent(renderer) for axes in drawing.figure.axes for text in axes.texts]
        assert max(box.x1 for box in boxes) <= drawing.figure.bbox.x1
