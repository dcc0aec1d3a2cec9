"""Every number is walked back to raw lines that exist; what does not follow from its own formula is never explained."""

import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis import cases, cli, reconcile, schemas, show
from analysis.attribution import traced
from analysis.choices import PREFER
from analysis.derivations import derivation, name_of, one_hub
from analysis.errors import InputError
from analysis.explain import Book, Explanation, as_json, book_of, explain, leaves, lines, opened
from analysis.formulas import evaluate
from analysis.paths import PUBLISHED, ROOT
from analysis.rows import Raw, rows_of
from analysis.schemas import PROCESSED
from analysis.tables import read_raw, typed

CASE = "belarus-bulgaria-2015"
CASES = [case for case in cases.case_names() if cases.settings(case).get("published")]


@pytest.fixture(scope="module", params=CASES)
def book(request) -> Book:
    return opened(request.param, PUBLISHED)


@pytest.fixture(scope="module")
def home() -> Book:
    return opened(CASE, PUBLISHED)


def numbers(explanation: Explanation) -> set[str]:
    """Ids of the raw lines at the ends."""
    return {next(iter(raw["cells"].values())) for raw in leaves(explanation)}


def stands_in_its_file(raw) -> bool:
    """The line is where the explanation says, word for word."""
    path = ROOT / raw["file"]
    if path.suffix != ".csv":
        name, value = next(iter(raw["cells"].items()))
        line = path.read_text(encoding="utf-8").splitlines()[raw["row"] - 1].replace('\\"', '"')
        return name in line and value in line
    frame = read_raw(path, path.stem)
    return dict(frame.loc[raw["row"]].items()) == raw["cells"]


def test_every_headline_ends_at_raw_lines_that_exist(book):
    for row in book.tables["headlines"]:
        found = explain(row["key"], book)
        ends = list(leaves(found))
        assert all(stands_in_its_file(raw) for raw in ends), row["key"]
        assert set(row["statements"].split()) <= numbers(found), row["key"]
        assert ends or row["value"] == 0, row["key"]


def test_a_cell_of_scenarios_is_computed_again(book):
    table = book.tables["scenarios"]
    moved = [name for name in table[0] if name.startswith(("of_origin", "received"))]
    for number, place in ((2, 0), (9, -1), (len(table) + 1, 0)):
        found = explain(f"scenarios[{number}].{moved[place]}", book)
        assert found.value == table[number - 2][moved[place]]
        assert not found.value or list(leaves(found))
    with pytest.raises(InputError, match="Rows are 2 to"):
        explain(f"scenarios[1].{moved[0]}", book)


def test_every_cell_of_every_table_is_explained(book):
    for table, rows in [(name, rows) for name, rows in book.tables.items() if name != "scenarios"]:
        for row in rows:
            for column in row:
                found = explain(f"{name_of(table, row)}.{column}" if table != "headlines" else row["key"], book)
                unknown = row[column] in (None, "")
                assert list(leaves(found)) or unknown or found.value in ("", "0"), (table, row, column)


def test_the_24_add_up_from_the_articles_words(home):
    found = explain("unaccounted[BGR,konkurs-launcher]", home)
    key = "balances[BGR,konkurs-launcher,piece]"
    assert (found.value, found.formula) == ("24", f"{key}.received - {key}.sent")
    printed = {raw["cells"]["statement_id"]: raw["cells"]["quantity"] for raw in leaves(found)}
    assert printed == {"T1": "240", "T3": "136", "T4": "another 80"}
    assert [part.value for part in found.parts] == ["240", "216"]
    assert [part.value for part in found.parts[1].parts] == ["80", "136"]


def test_in_the_terminal(home):
    text = list(lines(explain("balances[BGR,konkurs-launcher].sent", home)))
    assert text[0] == "balances[BGR,konkurs-launcher].sent = 216"
    assert any("transfers.csv, row 5: statement_id 'T4'" in line and "quantity 'another 80'" in line for line in text)
    assert any(line.strip().startswith("S1, “How Belarus") and line.endswith("paragraph 4") for line in text)


def test_as_json(home):
    found = json.loads(as_json(explain("flow[BGR,SAU,konkurs-launcher]", home)))
    assert found["value"] == "80"
    leaf = found["parts"][0]["parts"][0]["parts"][0]
    assert (leaf["file"], leaf["row"]) == (f"data/raw/{CASE}/transfers.csv", 5)
    assert leaf["cells"]["quantity"] == "another 80"


def test_in_a_notebook_nothing_printed_is_markup(home):
    shown, _ = show.explanation("amount[V1]", CASE, PUBLISHED)._repr_mimebundle_()
    assert "<b>amount[V1] = 37900000</b>" in shown["text/html"]
    assert "amount <q>37.9 million</q>" in shown["text/html"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("unacounted[BGR,konkurs-launcher]", r"did you mean 'unaccounted\[BGR,konkurs-launcher\]'"),
        ("balances[BGR,konkurs-luncher].sent", r"did you mean 'balances\[BGR,konkurs-launcher,piece\]\.sent'"),
        ("balances[BGR].sent", "names 2 rows of balances: add what tells them apart, party item unit"),
        ("balances[BGR,konkurs-launcher]", r"is a row: name a column of it, as in .*\.received"),
        ("balances[BGR,konkurs-launcher].snt", "balances has no column 'snt' .did you mean 'sent'"),
        ("bilances[BGR]", "no number 'bilances"),
        ("scenarios[2]", r"name a row and a headline, as in scenarios\[7\]"),
        ("headlines[nothing].value", "no number 'nothing'"),
        ("transfers[T1", r"did you mean 'transfers\[T1\]'"),
        ("", "no number ''"),
        ("balances[BGR,konkurs-launcher].sent - 1", "no number"),
    ],
)
def test_an_unknown_key_is_told_the_near_ones(home, key, message):
    with pytest.raises(InputError, match=message):
        explain(key, home)


def test_a_correction_is_shown_beside_the_line_it_changes():
    found = explain("transfers[T3]", opened("serbia-bulgaria-ethiopia-2012", PUBLISHED))
    printed, made = leaves(found)
    assert printed["cells"]["designation"] == "III. Large calibre artillery systems"
    assert (made["file"], made["row"]) == ("data/raw/serbia-bulgaria-ethiopia-2012/corrections.csv", 2)
    assert made["cells"]["value"] == "122 mm howitzer"
    assert stands_in_its_file(made)


def test_bounds_of_counts_that_may_be_off_are_explained(home):
    rows = enumerate(home.tables["scenarios"], start=2)
    for number in [number for number, row in rows if row["tolerance"] > 0][:3]:
        found = explain(f"scenarios[{number}].of_origin[BLR,*,SAU,konkurs-launcher]", home)
        assert found.value and list(leaves(found))


def test_results_that_do_not_belong_together_are_not_explained(home):
    changed = {"low": 130, "best": 130.0, "high": 130}
    flows = [row | changed if row["recipient"] == "USA" else row for row in home.tables["flows"]]
    tables = {**home.tables, "flows": flows}
    with pytest.raises(InputError, match="say 130, and their own formula gives 136"):
        explain("sent[BGR,konkurs-launcher]", book_of(CASE, tables, home.raw))


def test_statements_and_lines_that_are_gone_are_told(home):
    lines = {row: cells for row, cells in home.raw["transfers"].lines.items() if cells["statement_id"] != "T4"}
    raw = {**home.raw, "transfers": home.raw["transfers"]._replace(lines=lines)}
    with pytest.raises(InputError, match=r"transfers\.csv: has no row 'T4'.*`retransfer run belarus-bulgaria-2015`"):
        explain("sent[BGR,konkurs-launcher]", book_of(CASE, home.tables, raw))
    transfers = [row for row in home.tables["transfers"] if row["statement_id"] != "T4"]
    with pytest.raises(InputError, match=r"flows\[BGR,SAU,konkurs-launcher,2015,piece\] rests on T4"):
        explain("sent[BGR,konkurs-launcher]", book_of(CASE, {**home.tables, "transfers": transfers}, home.raw))


@pytest.mark.parametrize("count", [None, 80])
def test_one_hub_has_a_closed_form_where_all_counts_are_known(count):
    """240 from the origin to the hub, 136 and 80 on from it: all of it can be of the origin, 0 from others."""
    lots = (("BLR", "BGR", 240), ("BGR", "USA", 136), ("BGR", "SAU", count))
    base = {"item": "tank", "unit": "piece", "year": 2015}
    flows = [{**base, "supplier": one, "recipient": to, "low": low, "high": low} for one, to, low in lots]
    row = {**base, "origin": "BLR", "supplier": "BGR", "recipient": "*", "opening_stock": 0}
    hub = one_hub(row, flows, [])
    assert (hub and hub[:6]) == (None if count is None else ("BGR", 240, 0, 216, 216, 0))


COUNT = st.one_of(st.none(), st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 3))))
REPORT = st.fixed_dictionaries(
    {
        "count": COUNT,
        "role": st.sampled_from(["exporter", "importer", "third"]),
        "source": st.sampled_from(["S1", "S2"]),
        "place": st.sampled_from(["1", "2"]),
        "year": st.sampled_from([2014, 2015]),
        "back": st.booleans(),
    }
)


# Five sets of reports, each of an item of its own: one query takes as long for all of them as for one.
REPORTS = st.lists(st.lists(REPORT, min_size=1, max_size=6), min_size=5, max_size=5)


@settings(max_examples=5, deadline=None)
@given(REPORTS, st.sampled_from(PREFER), st.integers(0, 1))
def test_flows_and_balances_of_any_reports_follow_from_their_formulas(sets, prefer, lag_years):
    rows = []
    of_items = [(f"tank-{number}", report) for number, reports in enumerate(sets) for report in reports]
    for place, (item, report) in enumerate(of_items, start=1):
        low = None if report["count"] is None else report["count"][0]
        more = None if report["count"] is None else report["count"][1]
        pair = ("BBB", "AAA") if report["back"] else ("AAA", "BBB")
        reporter = {"exporter": pair[0], "importer": pair[1], "third": ""}[report["role"]]
        row = {
            "source_id": report["source"],
            "locator": report["place"],
            "year": report["year"],
            "role": report["role"],
        }
        row |= {"statement_id": f"T{place}", "reporter": reporter, "supplier": pair[0], "recipient": pair[1]}
        rows.append({**row, "item": item, "unit": "piece", "low": low, "high": None if more is None else low + more})
    tables = {name: typed(pd.DataFrame(columns=["x"]), name) for name in PROCESSED}
    tables["transfers"] = typed(pd.DataFrame(rows), "transfers")
    tables["flows"] = reconcile.flows(tables["transfers"], prefer, lag_years)
    tables["balances"] = reconcile.balances(tables["flows"])
    raw = {name: Raw(schemas.names(schemas.RAW[name]), {}) for name in ("sources", "corrections")}
    ids = enumerate(tables["transfers"]["statement_id"], start=2)
    raw["transfers"] = Raw(["statement_id"], {row: {"statement_id": name} for row, name in ids})
    book = book_of(CASE, tables, raw)
    derived = {"flows": ("low", "exporter", "importer", "third")}
    derived["balances"] = ("received", "sent", "unaccounted", "share_sent_on")
    for table, columns in derived.items():
        for row in tables[table].to_dict("records"):
            for column in columns:
                explain(f"{name_of(table, row)}.{column}", book)  # raises where a formula gives something else


ENDS = ["BLR BGR", "UKR BGR", "BGR USA", "BGR SAU", "XXX BGR", "BGR XXX", "UKR USA"]
YEARS = st.sampled_from([2015, 2015, 2015, 2016, None])
LOT = st.tuples(st.sampled_from(ENDS), YEARS, st.integers(0, 30), st.sampled_from([0, 0, 0, 5, None]))


@settings(max_examples=40, deadline=None)
@given(st.lists(LOT, min_size=1, max_size=5, unique_by=lambda lot: lot[:2]), st.integers(0, 20))
@example([("BLR BGR", 2015, 10, 0), ("BGR USA", 2015, 2, 0), ("BGR SAU", 2015, 20, 0)], 0)  # sent on more than it got
@example([("BLR BGR", 2015, 5, 0), ("BGR USA", None, 5, 0)], 0)
@example([("BLR BGR", 2015, 9, 0), ("XXX BGR", 2015, 5, 0), ("BGR USA", 2015, 9, 0)], 0)
def test_bounds_of_any_hub_follow_from_their_formulas(lots, stock):
    rows = [
        {"supplier": pair[:3], "recipient": pair[4:], "item": "tank", "unit": "piece", "year": year, "low": low,
         "high": None if more is None else low + more, "best": None if more else low, "statements": f"T{place}"}
        for place, (pair, year, low, more) in enumerate(lots)
    ]  # fmt: skip
    tables = {name: typed(pd.DataFrame(columns=["x"]), name) for name in PROCESSED}
    tables["flows"] = typed(pd.DataFrame(rows), "flows")
    tables["balances"] = reconcile.balances(tables["flows"])
    tables["origins"] = traced([tables["flows"]], "BLR", stock)
    rows_by_table = {name: rows_of(table) for name, table in tables.items()}
    for row in rows_by_table["origins"]:
        for column in ("least", "most", "break_even"):
            formula = derivation("origins", row, column, rows_by_table).formula
            assert not formula or evaluate(formula, tables)[0] == (row[column],) * 3


def run(*words: str):
    return CliRunner().invoke(cli.main, list(words))


def test_from_the_shell():
    done = run("explain", "tolerance[BGR,konkurs-launcher]")
    assert done.exit_code == 0
    assert done.output.startswith("tolerance[BGR,konkurs-launcher] = 0.05416666666666667\n")
    tree = json.loads(run("explain", "received[ETH,howitzer-122mm]", "serbia-bulgaria-ethiopia-2012", "--json").output)
    assert tree["value"] == "64..128"
    missed = run("explain", "tolerence[BGR,konkurs-launcher]")
    assert missed.exit_code == 1
    assert "did you mean 'tolerance[BGR,konkurs-launcher]'" in missed.output


def test_the_golden_row_from_the_shell():
    done = run("origins", "--origin", "Belarus", "--stock", "60")
    rows = pd.read_csv(io.StringIO(done.output)).set_index(["supplier", "recipient", "item"])
    row = rows.loc[("BGR", "USA", "konkurs-launcher")]
    assert row[["least", "most", "break_even"]].tolist() == [76, 136, 136]
    assert row["proportional"] == pytest.approx(136 * 240 / 300)
    assert rows.loc[("BGR", "*", "konkurs-launcher"), ["least", "most", "break_even"]].tolist() == [156, 216, 216]
