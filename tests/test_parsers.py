"""Whatever is written, every parser reads it soundly or refuses it in its own words (fuzz.promises, fuzz.files).

Texts are made of the words that each parser knows and of any others; files, of lines in the layout that they are of.
"""

import csv
import io
import json
import re
from functools import cache

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from analysis.formulas import evaluate
from analysis.paths import ROOT
from analysis.quantities import Unreadable, parse_date
from analysis.registers.layout import Register
from analysis.registers.layouts import LAYOUTS
from analysis.rows import records
from fuzz import files, promises
from fuzz.seeds import SETTINGS, seeds
from fuzz.targets import FILES, TEXTS

FEW = settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
JOINTS = ("", "", " ", " ", "\n", "-", ",", "/", "=")
FOUND = {  # what was once read wrongly, or ended in an error of Python's; and what words alone seldom make
    "quantity": ["l2iboli٤٠\udcb9n", "about 0", "nearly 0", "0 or so"],
    "amount": ["about EUR 0", "EUR 0.01 or so"],
    "date": ["2012/2011", "Dec. 8-Nov. 27, 2024"],
    "party": ["0" * 5000, "1" * 5000],
    "item": ["Ǿ", "Ø\u0301", "ǿ"],
    "formula": [
        *("", "(", "min", "1e9", "True + 1", "\0", "\udcff", "1" * 5000, "(" * 300, "-" * 2000 + "1"),
        *("sources[S1].title", "balances[BGR,a].none", "balances[BGR,a]", "scenarios[1]", "count(scenarios)"),
    ],
    "key": ["scenarios[" + "9" * 5000 + "].sources", "scenarios[٣].sources"],
    "subcounts": ["T-72: " + "9" * 5000 + "; BM-21: 1\n1"],
}


@cache
def texts(target: str) -> st.SearchStrategy[str]:
    """Up to eight pieces: words of a parser's seeds, whole seeds, and anything else, joined by what may join them."""
    known = [data.decode("utf-8", "surrogateescape") for data in seeds(target)]
    words = sorted({word for text in known for word in re.findall(r"[\w.]+|[^\w\s]+", text)})
    piece = st.one_of(st.sampled_from(words), st.sampled_from(words), st.sampled_from(known), st.text(max_size=4))
    pairs = st.lists(st.tuples(piece, st.sampled_from(JOINTS)), max_size=8)
    return pairs.map(lambda found: "".join(word + joint for word, joint in found)[:400])


@pytest.mark.parametrize("target", TEXTS)
@FEW
@given(data=st.data())
def test_any_text_is_read_soundly_or_refused(target, data):
    many = 4 if target == "party" else 15  # every register is asked, and tells what is near
    for text in data.draw(st.lists(texts(target), min_size=many, max_size=many)):
        TEXTS[target](text)


@pytest.mark.parametrize(
    ("target", "text"),
    [(target, text) for target, found in FOUND.items() for text in found],
    ids=lambda text: text[:20],
)
def test_what_was_found_is_read_soundly_or_refused(target, text):
    TEXTS[target](text)


@pytest.mark.parametrize("dash", "‒–—―−")
def test_a_dash_is_no_hyphen_within_a_date(dash):
    with pytest.raises(Unreadable, match="a span of years"):
        parse_date(f"2011{dash}12")
    assert parse_date("2011‐12") == parse_date("2011-12")


TERMS = st.sampled_from(
    ["balances[BGR,a].received", "balances[BGR,a].sent", "count(sources)", "count(balances[BGR])", "0", "1", "2.5"]
)
FORMULAS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(st.sampled_from(["between", "overlap", "hull", "min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
    ),
    max_leaves=8,
)


@FEW
@given(st.lists(FORMULAS, min_size=20, max_size=20))
def test_every_formula_has_an_interval(formulas):
    for formula in formulas:
        promises.formula(formula)


def test_a_sum_of_a_thousand_terms_is_computed():
    assert evaluate(" + ".join(["count(sources)"] * 2000), promises.TABLES)[0].best == 2000


SAMPLES = {layout: ROOT / "tests" / "registers" / f"{layout.replace('-', '_')}.csv" for layout in LAYOUTS}


@cache
def lines(layout: str) -> st.SearchStrategy[list[list[str]]]:
    """Lines of a layout: most cells of the sample's own column, some of another, some of anything."""
    wide = len(LAYOUTS[layout].columns)
    sample = [
        row[-wide:] for _, row in records(SAMPLES[layout].read_text(encoding="utf-8"), layout) if len(row) >= wide
    ]
    other = st.sampled_from(sorted({cell for row in sample[1:] for cell in row})) | st.text(max_size=5)
    columns = [sorted({row[place] for row in sample[1:]}) for place in range(wide)]
    cells = [st.sampled_from(column) for column in columns]
    line = st.tuples(st.tuples(*cells), st.dictionaries(st.integers(0, wide - 1), other, max_size=2))
    changed = line.map(lambda pair: [pair[1].get(place, cell) for place, cell in enumerate(pair[0])])
    return st.lists(changed, min_size=1, max_size=12)


@pytest.mark.parametrize("layout", LAYOUTS)
@FEW
@given(data=st.data())
def test_every_line_of_a_register_is_kept_or_set_aside(layout, data):
    """Counted apart from the adapters' own count: every line with any cell has a statement, a stock, or a reject."""
    rows = data.draw(lines(layout))
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    found = files.register(layout, text.getvalue().encode("utf-8", "surrogatepass"))
    if isinstance(found, Register):
        ids = [*found.statements["statement_id"], *found.stocks["statement_id"]]
        kept = {int(re.match(r"r(\d+)", name)[1]) for name in ids}
        aside = set(found.rejects["row"])
        whole = records(text.getvalue(), layout)
        assert kept | aside == {row + 1 for row, cells in whole if any(cells)}
        assert not kept & aside


@pytest.mark.parametrize("target", ["filings", "transfers", "values", "events"])
@FEW
@given(data=st.data())
def test_every_line_of_a_table_is_kept_or_set_aside(target, data):
    for text in data.draw(st.lists(texts(target), min_size=4, max_size=4)):
        header = "party,year,filed\n" if target == "filings" else ""
        FILES[target]((header + text).encode("utf-8", "surrogateescape"))


PLAIN = st.sampled_from(["BGR", "ags-17", "", "a, [b]", "A?", "case", "-1", "0.05", "larger", "1e3", "\ud800", "é"])
VALUES = st.recursive(
    st.one_of(PLAIN, st.integers(-(10**6), 10**6), st.floats(allow_nan=False), st.booleans()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["party", "item", "recipient", "standfirst", "not_shown", "a"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


def as_toml(value: object) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name} = {as_toml(own)}' for name, own in value.items())}}}"
    return f"[{', '.join(map(as_toml, value))}]" if isinstance(value, list) else json.dumps(value)


@FEW
@given(st.lists(st.dictionaries(st.sampled_from(re.findall(r"^\w+", SETTINGS, re.M)), VALUES), min_size=8, max_size=8))
@example([{"last_hop": [1]}, {"last_hop": "x"}, {"report": [1]}, {"focus": {"party": 1, "item": []}}, {"focus": []}])
def test_settings_are_what_the_notebooks_need_or_refused(changes):
    """Lines of a case's settings with some values changed."""
    for change in changes:
        own = [f"{name} = {as_toml(value)}" for name, value in change.items()]
        kept = [line for line in SETTINGS.splitlines() if line.partition(" ")[0] not in change]
        files.settings("\n".join([*kept, *own]).encode("utf-8", "surrogatepass"))


UNREAD = ["a = " + "1" * 5000, "a = " + "[" * 9000, "a = '", "\udcff", '[[last_hop]]\nrecipient = "E"']


@pytest.mark.parametrize("text", UNREAD, ids=lambda text: text[:20])
def test_settings_that_python_cannot_read_are_told_as_such(text):
    files.settings(text.encode("utf-8", "surrogateescape"))


STEPS = st.dictionaries(st.sampled_from(["from", "to", "step"]), st.integers(-3, 9) | PLAIN, min_size=2)
VARIED = st.one_of(STEPS, st.lists(PLAIN | st.integers(0, 3), max_size=4), VALUES)
NAMES = ["opening_stock", "tolerance", "prefer", "lag_years", "leave_out", "price_limits", "nobody", "case"]
GRIDS = st.fixed_dictionaries(
    {"vary": st.dictionaries(st.sampled_from(NAMES), VARIED, max_size=3) | VALUES},
    optional={"case": st.just(promises.CASE) | PLAIN, "headlines": st.lists(PLAIN) | VALUES},
)


@FEW
@given(st.lists(GRIDS, min_size=8, max_size=8))
@example([{"vary": {"lag_years": [1, 1]}}, {"vary": {"tolerance": ["0.1", "0.10"]}}, {"vary": {"prefer": ["\ud800"]}}])
def test_a_grid_has_values_that_its_notebooks_admit_or_is_refused(grids):
    """JSON is YAML as well."""
    for grid in grids:
        for text in (json.dumps(grid), json.dumps(grid, ensure_ascii=False, indent=1)):
            files.grid(text.encode("utf-8", "surrogatepass"))
