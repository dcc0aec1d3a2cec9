"""A whole register opened, limited and reconciled: every record accounted for, nobody named in advance."""

import csv
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis import conduits, schemas
from analysis.errors import InputError
from analysis.parameters import parameters
from analysis.registers import kept, study, views
from analysis.registers.command import NOTEBOOK
from analysis.registers.layouts import LAYOUTS
from analysis.schemas import KEYS
from analysis.tables import typed
from tests.checkouts import CASE

MADE = Path(__file__).parent / "registers"
FILES = ("comtrade", "nl_transit", "sipri_deal_years", "sipri_deals", "unroca")
HEADER = ",".join(LAYOUTS["unroca"].columns)


@cache
def worked(register: str = study.CASES, **chosen: object) -> study.Found:
    choices = study.Choices(register=register, **chosen)
    return study.tables(study.opened(register, choices.layout, choices.filings), choices)


def made(name: str, **chosen: object) -> study.Found:
    return worked(str(MADE / f"{name}.csv"), **chosen)


@pytest.fixture
def register(tmp_path):
    """Write a register in the layout of the UN Register from rows of (table, year, exporter, importer, count)."""

    def write(*rows: tuple) -> str:
        path = tmp_path / "register.csv"
        lines = [f"{t},{y},{s},{r},I. Battle tanks,{n},,,Leopard 2," for t, y, s, r, n in rows]
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return str(path)

    return write


def test_konkurs_and_howitzers_are_found_without_being_told_where_to_look():
    found = worked().tables["conduits"]
    ends = ["received_low", "received_high", "sent_low", "sent_high"]
    rows = [(row["party"], row["item"], *(row[name] for name in ends)) for row in found.to_dict("records")]
    assert rows == [
        ("BGR", "konkurs-launcher", 240, 240, 216, 216),  # 136 + 80 went on
        ("BGR", "howitzer-122mm", 75, 75, 64, 128),  # 64 + 11 came; what went by two ways may be one lot
        ("CZE", "howitzer-122mm", 64, 64, 64, 64),
    ]
    chains = set(worked().tables["chains"]["chain"])
    assert {"BLR > BGR > USA", "BLR > BGR > SAU", "SRB > BGR > ETH", "SRB > BGR > CZE > ETH"} <= chains


def test_the_pooled_cases_keep_their_places_and_share_their_source():
    statements = study.opened().register.statements
    assert statements["statement_id"].is_unique
    assert {f"{CASE}.T1", "germany-brazil-2012-2014.T1"} <= set(statements["statement_id"])
    places = statements.set_index("statement_id")["locator"]
    assert places["serbia-bulgaria-ethiopia-2012.T1"] == "row 734"
    # Two cases read one file of the UN Register (one SHA-256): it is one source, so that no line of it counts twice.
    assert statements["source_id"].nunique() == 2
    words = statements.set_index("statement_id")["designation"]
    assert words["serbia-bulgaria-ethiopia-2012.T3"] == "III. Large calibre artillery systems"  # as printed


@pytest.mark.parametrize("name", FILES)
def test_every_record_is_a_statement_a_stock_or_a_reject(name):
    counts = study.records(study.opened(str(MADE / f"{name}.csv"))).set_index("what")["count"]
    assert counts["records read"] == counts.drop("records read").sum() > 0
    if name in ("comtrade", "nl_transit", "unroca"):  # those without a preamble: counted here by themselves
        with (MADE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert counts["records read"] == sum(1 for cells in csv.reader(file) if cells) - 1


@pytest.mark.parametrize("name", [study.CASES, *FILES])
def test_every_table_has_its_shape_and_its_key(name):
    found = worked() if name == study.CASES else made(name)
    for table, frame in found.tables.items():
        assert list(frame.columns) == schemas.names(schemas.PROCESSED[table])
        assert not frame.duplicated(list(KEYS[table])).any(), table


WRONG = {
    "file": ({"register": "no-such.csv"}, "register='no-such.csv': there is no such file"),
    "layout": ({"layout": "unrocka"}, "layout='unrocka': is one of unroca, comtrade"),
    "another layout": ({"layout": "comtrade"}, "unroca.csv: is not of the layout comtrade"),
    "item": ({"item": "leopard-3"}, "item='leopard-3': the register has no such item (did you mean 'leopard-2'"),
    "party": ({"party": "Norwey"}, "party='Norwey': no such party is known; is it 'norway' (NOR)"),
    "absent party": ({"party": "Mali"}, "party='Mali': no statement of what is asked for has MLI"),
    "nobody": ({"party": "XXX"}, "party='XXX': XXX is no single party"),
    "years": ({"years": "2012 to 2014"}, "years='2012 to 2014': write a year, or the first and the last"),
    "years turned": ({"years": "2014-2012"}, "the first year is after the last"),
    "other years": ({"years": "1990"}, "years='1990': no statement is of these. The register has 2013 to 20"),
    "level": ({"level": "weapon"}, "level='weapon': unknown. It is one of item, category"),
    "window": ({"within_years": -1}, "within_years=-1: must be from 0 to 100"),
    "fewest": ({"least": 0}, "least=0: must be from 1 to 1000000000000000"),
    "a word for a number": ({"within_years": "two"}, "within_years = 'two': must be a whole number"),
    "a number for a word": ({"item": 5}, "item = 5: must be text in quotes"),
    "rank": ({"rank_by": "size"}, "rank_by='size': unknown. It is one of quantity, share, exactness"),
    "filings": ({"filings": "no-such.csv"}, "no-such.csv: is missing"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_choice_is_one_sentence_that_says_what_would_be_right(fault):
    chosen, message = WRONG[fault]
    with pytest.raises(InputError) as error:
        worked(**{"register": str(MADE / "unroca.csv"), **chosen})
    assert message in str(error.value)


def test_the_published_cases_have_no_layout():
    with pytest.raises(InputError, match="the published cases have none"):
        worked(layout="unroca")


def test_an_item_is_asked_for_by_its_slug_or_its_name():
    by_name, by_slug = worked(item="9P135M Konkurs"), worked(item="konkurs-launcher")
    assert by_name.choices.item == "konkurs-launcher"
    assert set(by_name.tables["flows"]["item"]) == {"konkurs-launcher"}
    assert by_name.tables["chains"].equals(by_slug.tables["chains"])


def test_of_a_party_all_that_it_has_a_part_in_and_its_rank_among_all():
    found = worked(party="Czech Rep.")
    assert found.choices.party == "CZE"
    assert found.tables["conduits"]["rank_quantity"].tolist() == [3]
    assert set(found.tables["balances"]["party"]) == {"CZE"}
    assert (found.tables["mirror"][["supplier", "recipient"]] == "CZE").any(axis=1).all()
    assert found.tables["chains"]["chain"].str.contains("CZE").all()
    assert len(found.tables["double_counts"]) == 1  # Serbia's lot may have gone by way of it
    assert len(found.tables["flows"]) == len(worked().tables["flows"])


def test_years_keep_what_can_be_of_them():
    assert set(worked(years="2013-2014").tables["flows"]["year"]) == {2013, 2014}
    # 40 tanks came in 1971, 1972 and 1975: of which year each is, is not said.
    kept_ = made("sipri_deals", years="1973").tables["statements"]
    assert [(row.first_year, row.last_year) for row in kept_.itertuples() if row.supplier == "SUN"] == [(1971, 1975)]
    assert not len(kept_[kept_["last_year"] < 1973])


def test_reporters_are_weighed_by_the_whole_register(register):
    pairs = [("major_export", y, "Norway", "Poland", 10) for y in range(2000, 2012)]
    pairs += [("major_import", y, "Norway", "Poland", 10) for y in range(2000, 2012)]
    last = [("major_export", 2013, "Norway", "Chile", 40), ("major_import", 2013, "Norway", "Chile", 10)]
    path = register(
        *pairs, *last, ("major_export", 2020, "Peru", "Chile", 90), ("major_import", 2020, "Peru", "Chile", 3)
    )
    whole, part = worked(path, prefer="reliable"), worked(path, prefer="reliable", years="2013")
    best = [found.tables["flows"].set_index("year")["best"][2013] for found in (whole, part)]
    assert best[0] == best[1]
    assert best[0] > 20  # Norway always agrees elsewhere, Chile never: nearer 40 than their mean √(40 · 10)
    assert part.tables["reliability"].equals(whole.tables["reliability"])
    assert set(part.tables["reliability"]["rule"]) == {"variance", "symmetry", "agreement"}


def test_who_did_not_file_is_told_from_who_did_not_list(register, tmp_path):
    path = register(("major_export", 2013, "Norway", "Chile", 4), ("major_export", 2013, "Norway", "Peru", 4))
    stated = tmp_path / "filings.csv"
    stated.write_text("party,year,filed\nChile,2013,no\nPeru,2013,nil\n", encoding="utf-8")
    silence = worked(path, filings=str(stated)).tables["mirror"].set_index("recipient")["silence"]
    assert silence.to_dict() == {"CHL": "did not file", "PER": "filed and did not list"}


def test_reports_are_compared_by_category_and_passing_on_by_what_is_named(tmp_path):
    head = "table,year,exporter,importer,category,num_items,state_of_origin,intermediate_locations,description,comments"
    tanks = "I. Battle tanks"
    lines = [
        f"major_export,2013,Norway,Chile,{tanks},4,,,Leopard 2,",
        f"major_import,2013,Norway,Chile,{tanks},4,,,Kampfpanzer,",  # no table knows the word
        f"major_export,2013,Chile,Peru,{tanks},4,,,Leopard 2,",
    ]
    path = tmp_path / "register.csv"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    found = worked(str(path)).tables
    pair = found["mirror"].set_index("recipient").loc["CHL"]
    assert (pair["item"], pair["agreement"]) == ("battle-tanks", "agree")
    assert found["conduits"][["party", "item"]].values.tolist() == [["CHL", "leopard-2"]]


def test_stated_stocks_are_set_against_what_moved(register):
    path = register(
        ("holdings", 2012, "Chile", "", 100),
        ("major_import", 2013, "Norway", "Chile", 30),
        ("major_export", 2013, "Chile", "Peru", 10),
        ("holdings", 2013, "Chile", "", 110),
    )
    row = worked(path).tables["holdings"].iloc[0]
    assert (row["unaccounted_low"], row["unaccounted_high"]) == (10, 10)  # 100 + 30 − 10 − 110
    assert study.records(study.opened(path))["count"].tolist() == [4, 2, 2, 0]


def test_a_register_without_a_record_gives_empty_tables(register):
    found = worked(register())
    assert not sum(len(frame) for name, frame in found.tables.items() if name != "reliability")
    assert "Nobody is recorded to have received and sent on" in views.finding(found.tables)
    assert views.accounted(study.records(study.opened(register()))) == "There is no record."


def test_too_many_chains_are_said_to_be_left_out_and_refused_where_asked_for(monkeypatch):
    monkeypatch.setattr(conduits, "MOST_CHAINS", 2)
    found = worked.__wrapped__()
    assert found.unfollowed == ["howitzer-122mm"]
    assert set(found.tables["chains"]["item"]) == {"konkurs-launcher"}
    assert "too many chains to list of howitzer-122mm" in views.not_followed(found.unfollowed, [], [])
    with pytest.raises(InputError, match="Ask for fewer"):
        worked.__wrapped__(item="howitzer-122mm")


def test_bounds_that_take_long_are_left_empty_until_asked_for(monkeypatch):
    monkeypatch.setattr(study, "QUICK", 3)
    found = worked.__wrapped__()
    assert found.unbounded == ["howitzer-122mm"]
    chains = found.tables["chains"].set_index("item")
    assert chains.loc["howitzer-122mm", "most"].isna().all()
    assert chains.loc["konkurs-launcher", "least"].tolist() == [80, 136]
    asked = worked.__wrapped__(item="howitzer-122mm")
    assert not asked.unbounded
    assert asked.tables["chains"]["most"].notna().all()


def test_what_is_filed_by_category_has_no_bounds_and_says_so():
    found = made("comtrade", level="category")
    assert found.tables["chains"]["most"].isna().all()
    assert found.categories
    assert "of many kinds" in views.not_followed([], [], found.categories)


def test_gaps_come_by_the_ratio_that_is_left_at_the_least():
    rows = [(10, 10, 30, 30), (8, 8, 0, 0), (10, 10, 20, 900), (50, 50, 10, 10)]  # 3, nought, at least 2, and 5 times
    names = [f"{side}_sum_{end}" for side in ("exporter", "importer") for end in ("low", "high")]
    frame = pd.DataFrame(rows, columns=names).assign(agreement="differ", first_year=range(4), last_year=range(4))
    frame["gap_low"] = frame["importer_sum_low"] - frame["exporter_sum_high"]
    frame["gap_high"] = frame["importer_sum_high"] - frame["exporter_sum_low"]
    assert views.gaps(typed(frame, "mirror"))["first_year"].tolist() == [1, 3, 0, 2]


def test_years_that_agree_together_are_one_comparison(register):
    path = register(
        ("major_export", 2014, "Norway", "Poland", 91), ("major_export", 2015, "Norway", "Poland", 28),
        ("major_import", 2014, "Norway", "Poland", 63), ("major_import", 2015, "Norway", "Poland", 56),
    )  # fmt: skip
    found = worked(path).tables["mirror"]
    assert len(found) == 2
    assert views.of_both(found) == "Both sides report 1 movement: 1 agrees across years"  # 119 and 119


def test_the_notebook_is_saved_with_what_is_published():
    declared = parameters(NOTEBOOK)
    assert {name: parameter.default for name, parameter in declared.items()} == kept.published()


def test_only_the_published_choices_replace_what_is_published(monkeypatch):
    monkeypatch.delenv("RETRANSFER_STAGE", raising=False)
    with pytest.raises(InputError, match="party = 'BGR': the published register is that of party = ''"):
        kept.save("published", study.Choices(party="BGR"), {})


def test_silence_and_reasons_are_counted():
    found = made("unroca").tables
    assert views.reasons(found["rejects"])["records"].sum() == len(found["rejects"]) == 7
    silent = views.silences(found["mirror"]).set_index("silence")
    one_sided = found["mirror"]["agreement"].isin(["exporter only", "importer only"])
    assert silent.to_numpy().sum() >= one_sided.sum() > 0
