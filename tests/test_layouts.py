"""Layouts are told by their header; one that is not known is refused with what differs."""

from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.registers.layouts import LAYOUTS, detect, read
from analysis.registers.rows import differences

MADE = Path(__file__).parent / "registers"
COLUMNS = list(LAYOUTS["unroca"].columns)


def with_header(tmp_path, columns: list[str]) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(",".join(columns) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["unroca", "comtrade"])
def test_a_layout_is_told_by_its_header(name):
    assert detect(MADE / f"{name}.csv").name == name
    assert len(read(MADE / f"{name}.csv").statements) == len(read(MADE / f"{name}.csv", name).statements) > 0


def test_names_of_layouts_are_their_own():
    assert all(name == layout.name and layout.title for name, layout in LAYOUTS.items())
    assert len({layout.columns for layout in LAYOUTS.values()}) == len(LAYOUTS)


WRONG = {
    "missing": ([name for name in COLUMNS if name != "num_items"], "column 'num_items' is missing"),
    "further": ([*COLUMNS, "price"], "column 'price' is not of this layout"),
    "renamed": (["items" if name == "num_items" else name for name in COLUMNS], "'num_items' is named 'items'"),
    "renamed and moved": (
        ["Exporters", *(name for name in COLUMNS if name not in ("exporter", "comments"))],
        "column 'exporter' is named 'Exporters'; column 'comments' is missing",
    ),
    "reordered": (
        [COLUMNS[1], COLUMNS[0], *COLUMNS[2:]],
        "the columns stand in another order: column 1 is 'year', not 'table'",
    ),
    "doubled": ([*COLUMNS, "year"], "column 'year' is not of this layout"),
}


@pytest.mark.parametrize("fault", WRONG)
@pytest.mark.parametrize("layout", ["", "unroca"])
def test_another_header_is_refused_with_what_differs(tmp_path, fault, layout):
    columns, message = WRONG[fault]
    with pytest.raises(InputError) as error:
        read(with_header(tmp_path, columns), layout)
    assert message in str(error.value)
    assert "register.csv" in str(error.value)
    assert "unroca" in str(error.value)
    assert f"The columns must be {', '.join(COLUMNS)}." in str(error.value)


def test_the_nearest_layout_is_named(tmp_path):
    columns = [name for name in LAYOUTS["comtrade"].columns if name != "qty"]
    with pytest.raises(InputError, match=r"Nearest is comtrade .*column 'qty' is missing"):
        detect(with_header(tmp_path, columns))


def test_a_file_of_another_layout_is_refused():
    with pytest.raises(InputError, match="is not of the layout comtrade"):
        read(MADE / "unroca.csv", "comtrade")


def test_no_adapter_reads_a_file_of_another_layout(tmp_path, monkeypatch):
    careless = LAYOUTS["unroca"]._replace(read=lambda path: pytest.fail(f"read {path}"))
    monkeypatch.setitem(LAYOUTS, "unroca", careless)
    with pytest.raises(InputError, match="is not of the layout unroca"):
        read(MADE / "comtrade.csv", "unroca")


def test_a_layout_that_is_not_known():
    with pytest.raises(InputError, match=r"layout='unrocca': is one of .*did you mean 'unroca'"):
        read(MADE / "unroca.csv", "unrocca")


@pytest.mark.parametrize("data", [b"", b"\n", b"PK\x03\x04\xff\xfe,\x99", b"just a text"])
def test_what_is_no_register_is_refused(tmp_path, data):
    path = tmp_path / "other.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"other\.csv: (?:has no layout that is known|is a ZIP archive)"):
        read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv: is missing"):
        read(tmp_path / "gone.csv")


def test_only_the_head_is_read_to_tell_a_layout(tmp_path):
    path = with_header(tmp_path, COLUMNS)
    with path.open("ab") as file:
        file.write(b"major_export,2013,Norway,Peru,VI. Warships,1,,,,\n" * 5000 + b'"never closed\0')
    assert detect(path).name == "unroca"
    with pytest.raises(InputError, match="NUL"):
        read(path)


def test_columns_of_something_else_are_not_taken_for_renamed_ones():
    assert differences(["x", "y"], ("a", "b")) == [
        *("column 'a' is missing", "column 'b' is missing"),
        *("column 'x' is not of this layout", "column 'y' is not of this layout"),
    ]


def test_columns_that_are_named_twice_are_compared_as_often():
    assert differences(["a", "", "b", ""], ("a", "", "b", "")) == []
    assert differences(["a", "", "b"], ("a", "", "b", "")) == ["a column without a name is missing"]
