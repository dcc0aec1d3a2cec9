"""What is changed in turn by `make mutate`, and how survivors are judged."""

import pytest

from mutation import cells, python, report, sql
from mutation.report import Tried


def changes(mutants) -> set[str]:
    return {mutant.change() for mutant in mutants}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a < b → a <= b", "a < b → a >= b"}),
        ("a + b", {"a + b → a - b"}),
        ("a and b", {"a and b → a or b", "a and b → a", "a and b → b"}),
        ("not a", {"not a → a"}),
        ("x = 5", {"5 → 6", "5 → 4"}),
        ("x = True", {"True → False"}),
        ("f(a, key=b)", {"f(a, key=b) → f(a)", "f(a, key=b) → pass"}),
        ("x = min(a)", {"min(a) → max(a)"}),
        ("x = [a for a in b if a]", {"[a for a in b if a] → [a for a in b]"}),
        ("x = 'one|two'", {"'one|two' → 'one'", "'one|two' → 'two'"}),
        ("x = r'^\\d?$'", {r"'^\\d?$' → '\\d?$'", r"'^\\d?$' → '^\\d$'", r"'^\\d?$' → '^\\d?'", r"'^\\d?$' → '^x?$'"}),
        ("raise Error('a b') from None", {"raise Error('a b') from None → pass"}),
        ("'''A docstring.'''", set()),
        ("zip(a, b, strict=True)", {"zip(a, b, strict=True) → pass"}),
    ],
)
def test_python_is_changed_in_every_place(source, expected):
    assert expected <= changes(python.mutants(source))
    assert expected or not changes(python.mutants(source))


def test_a_mutant_is_the_whole_module_with_one_change():
    first, *_ = python.mutants("def f(a, b=1):\n    return a == b\n")
    assert (first.line, first.column, first.change()) == (1, 12, "1 → 2")
    assert first.text == "def f(a, b=2):\n    return a == b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "select a from t where a between 2 and b and c",
            {"and → or", "a between 2 and b → true", "c → true", "2 → 3"},
        ),
        ("select coalesce(a, 0)", {"coalesce(a, 0) → (a)", "coalesce(a, 0) → (0)", "0 → 1", "0 → -1"}),
        ("select a from t left join s using (a, b)", {"left → ", "(a, b) → (a)", "(a, b) → (b)"}),
        ("select min(a) from t order by b desc", {"min → max", "desc → "}),
        ("select if(a, b, c)", {"if(a, b, c) → if(not (a), b, c)", "if(a, b, c) → (b)", "if(a, b, c) → (c)"}),
        ("select 1 where (a, b) = (c, d)", {"(a, b) = (c, d) → (a) = (c)", "(a, b) = (c, d) → (b) = (d)", "= → <>"}),
        ("select a is not null, b is null", {"not → ", " → not"}),
        ("select a -- no > comment\nfrom t", set()),
    ],
)
def test_sql_is_changed_in_every_place(text, expected):
    found = changes(sql.mutants(text))
    assert expected <= found
    assert expected or not found


def test_of_data_each_number_is_changed():
    table = 'key,value,text\na-1,24,"x, 5"\nb,-1.9,\n'
    assert [mutant.text for mutant in cells.processed(table)] == [
        table.replace("24", "25"), table.replace("1.9", "1.8"),
    ]  # fmt: skip
    cell = '{\n "cells": [\n  {\n   "outputs": [\n    "3 of 9"\n   ],\n   "source": ["4"]\n  }\n ]\n}\n'
    assert [mutant.change() for mutant in cells.notebook(cell)] == ["3 → 4", "9 → 8"]


def test_raw_tables_keep_their_words(tmp_path):
    path = tmp_path / "transfers.csv"
    path.write_text('id,quantity,year,note\nT1,another 80,2015,"a, 7"\nT2,classified,,\n')
    found = list(cells.raw(path))
    assert [mutant.change() for mutant in found] == ["another 80 → another 81", "2015 → 2016"]
    assert found[0].text == 'id,quantity,year,note\nT1,another 81,2015,"a, 7"\nT2,classified,,\n'


def survivor(line: int, change: str = "1 → 2", **more: str) -> dict:
    return {"file": "a.py", "line": str(line), "column": "1", "change": change, **more}


def test_a_judgement_stays_with_its_change_where_lines_move():
    before = [survivor(3, judgement="same"), survivor(5, judgement="also"), survivor(6, "a → b", judgement="x")]
    found = report.judged([survivor(4), survivor(5), survivor(9), survivor(9, "c → d")], before)
    assert [row["judgement"] for row in found] == ["same", "also", "", ""]


def test_too_few_caught_and_survivors_without_a_judgement_are_faults():
    rows = [survivor(line, judgement="") for line in range(6)]
    tried = [Tried("code", "a.py", 100, rows), Tried("raw count", "case", 10, [])]
    assert len(report.faults(tried, [{**row, "judgement": "equivalent"} for row in rows])) == 1  # 94 of 100
    assert len(report.faults(tried, rows)) == 7
    assert report.faults([Tried("code", "a.py", 100, rows[:5])], []) == []
    assert len(report.faults([Tried("raw count", "case", 1000, rows[:1])], [])) == 1  # of data, all
