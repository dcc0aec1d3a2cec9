"""Counts inside a description: a table that anyone can extend, and what may never be taken for a count."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.registers.subcounts import alone, disagreement, split


def cases() -> list[dict[str, str]]:
    lines = (Path(__file__).parent / "subcounts.tsv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=3))


def asked(row: dict[str, str]) -> tuple[str, int | None]:
    return row["description"].replace("\\n", "\n"), int(row["whole"]) if row["whole"] else None


@pytest.mark.parametrize("row", cases(), ids=lambda row: ascii(row["description"] + " / " + row["whole"])[1:-1])
def test_parts(row):
    found = [f"{part.count} {part.designation}" for part in split(*asked(row))]
    assert "|".join(found) == row["parts"], row["why"]


@pytest.mark.parametrize("row", cases(), ids=lambda row: ascii(row["description"] + " / " + row["whole"])[1:-1])
def test_what_they_add_up_to_where_the_line_stays_whole(row):
    if not row["parts"]:
        found = disagreement(*asked(row))
        assert ("" if found is None else str(found)) == row["adds_up_to"], row["why"]


@given(st.text(alphabet="0123456789 x(),;+-–\nTm", max_size=30), st.one_of(st.none(), st.integers(0, 300)))
def test_parts_always_add_up_to_the_line(description, whole):
    parts = split(description, whole)
    assert not parts or sum(part.count for part in parts) == whole
    assert len(parts) != 1


def test_a_count_that_is_the_lines_own_is_no_part_of_the_name():
    assert alone("20 Leopard 2A6M tanks", 20) == "Leopard 2A6M tanks"
    assert alone("20 Leopard 2A6M tanks", 21) == "20 Leopard 2A6M tanks"
    assert alone("AIM-120 C7 (4)", 4) == "AIM-120 C7"
    assert alone("122 mm howitzer", 122) == "122 mm howitzer"
    assert alone("120 mm\nmortar", 5) == "120 mm mortar"
