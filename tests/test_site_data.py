"""The site's downloads: tables that machines read, cells that spreadsheets do not run, an archive that is whole."""

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from frictionless import Package
from hypothesis import given
from hypothesis import strategies as st

from analysis import cases, paths, schemas
from analysis.errors import InputError
from analysis.paths import ROOT
from analysis.site.crate import archive, commit
from analysis.site.datapackage import descriptor
from analysis.site.exports import export, safe, safe_csv

CASE = "belarus-bulgaria-2015"
EVERY = [*cases.published(), "register"]
SIGNS = "=+-@＝＋－＠"


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    """The folder of every case's downloads, and what `export` says it wrote there."""
    folder = tmp_path_factory.mktemp("downloads")
    return {case: (folder / case, export(case, folder / case)) for case in EVERY}


def crate_of(data: bytes) -> tuple[dict[str, bytes], dict[str, dict]]:
    """The files of an archive, and the entities of its crate by id."""
    packed = zipfile.ZipFile(io.BytesIO(data))
    files = {name: packed.read(name) for name in packed.namelist()}
    return files, {entity["@id"]: entity for entity in json.loads(files["ro-crate-metadata.json"])["@graph"]}


def listed(value: dict | list[dict]) -> list[str]:
    return [reference["@id"] for reference in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize("case", EVERY)
def test_the_data_package_is_valid_and_so_are_its_tables(downloads, case):
    report = Package(str(downloads[case][0] / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    assert {task.place for task in report.tasks} == {
        name for name, *_ in downloads[case][1] if name.endswith(".csv")
    }  # every table was looked at


@pytest.mark.parametrize(
    ("name", "old", "new", "fault", "column"),
    [
        ("flows.csv", "piece,2015,136,", "piece,2015,many,", "type-error", "low"),
        ("flows.csv", "piece,2015,136,", "piece,2015,-136,", "constraint-error", "low"),
        ("events.csv", ",2011-01-01,", ",1 January,", "type-error", "start"),
        ("balances.csv", "BGR,konkurs-launcher,", "BGR,ags-17,", "primary-key", None),
        ("flows.csv", "supplier,", "sender,", "incorrect-label", "supplier"),
    ],
)
def test_a_broken_cell_is_found(tmp_path, name, old, new, fault, column):
    export(CASE, tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    report = Package(str(tmp_path / "datapackage.json")).validate()
    found = [error for task in report.tasks for error in task.errors if error.type == fault]
    assert not report.valid
    assert found
    assert column in (None, getattr(found[0], "field_name", None))


@pytest.mark.parametrize("case", EVERY)
def test_every_column_is_described(downloads, case):
    folder = downloads[case][0]
    described = {resource["path"]: resource for resource in descriptor(case)["resources"]}
    assert sorted(described) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.csv"))
    for path, resource in described.items():
        header = next(csv.reader((folder / path).read_text(encoding="utf-8").splitlines()))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == header
        assert all(field["description"] and field["title"] for field in fields), path
        assert all("unit" in field for field in fields if field["type"] in ("integer", "number")), path
        assert resource["description"]


def test_every_table_that_can_be_has_a_description():
    from_nothing = set(schemas.PROCESSED) - {"spans"}  # which is never written
    described = {resource["name"] for case in EVERY for resource in descriptor(case)["resources"]}
    assert from_nothing <= described


FIELDS = {
    ("flows", "low"): ("integer", "items, in the unit of the column `unit`"),
    ("flows", "year"): ("integer", "calendar year"),
    ("flows", "best"): ("number", "items, in the unit of the column `unit`"),
    ("flows", "supplier"): ("string", None),
    ("balances", "share_sent_on"): ("number", "share, 1 = all"),
    ("amounts", "high"): ("number", "money, in the currency of the column `currency`"),
    ("values", "unit_price_high"): ("number", "money, in the currency of the column `currency`"),
    ("events", "start"): ("date", None),
    ("headlines", "value"): ("number", "in the unit of the column `unit`"),
    ("scenarios", "lag_years"): ("integer", "years"),
    ("scenarios", "unaccounted[BGR,konkurs-launcher]"): ("string", "piece"),
    ("scenarios", "mean_price[V1]"): ("string", "EUR"),
    ("figure-received-and-sent", "shown"): ("string", None),
}


@pytest.mark.parametrize(("table", "column"), FIELDS)
def test_type_and_unit_of_a_column(table, column):
    resource = next(resource for resource in descriptor(CASE)["resources"] if resource["name"] == table)
    field = next(field for field in resource["schema"]["fields"] if field["name"] == column)
    assert (field["type"], field.get("unit")) == FIELDS[table, column]


def test_a_package_names_licence_sources_and_question_and_invents_no_address():
    found = descriptor(CASE)
    assert found["title"] == "Belarus, Bulgaria and the launchers that were sent on"
    assert found["licenses"][0]["name"] == "CC-BY-4.0"
    assert found["sources"] == [{"title": "How Belarus Supported Assad – While Helping the Pentagon Arm His Opponents"}]
    titles = [source["title"] for source in descriptor("register")["sources"]]
    assert titles == [found["sources"][0]["title"], "UN Register of Conventional Arms"]  # two cases read the second


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("+cmd", "'+cmd"),
        ("@SUM", "'@SUM"),
        ("-2+3", "'-2+3"),
        ("＝1", "'＝1"),
        ("－1+2", "'－1+2"),
        (" =1", "' =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\u200f=1", "'\u200f=1"),
        ('"=1"', '\'"=1"'),
        ("\tword", "'\tword"),
        ("\t=1", "'\t'=1"),  # a tab can part cells as well
        ("one;=1", "one;'=1"),
        ("one\n =1", "one\n' =1"),
        ("-", "'-"),
        ("-1,5", "'-1,5"),
        ("-2..50+1", "'-2..50+1"),
        ("'=1", "''=1"),
        ("'-53", "''-53"),
        ("''@x", "'''@x"),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(written, expected):
    assert safe(written) == expected


@pytest.mark.parametrize(
    "cell",
    ["", "-53", "+5", "-0.5e-3", "-.5", "0", "-2..50", "24 in -2..50", "-117..-53", "..", "64..", "-3..",
     "-5 in -9..-2", "9P135M; 9K111", "a=b", "don't", "'tis", "2011/..", "about 1,400", "–", "f[BGR,*]", "\u202eabc"],
)  # fmt: skip
def test_numbers_intervals_and_words_stay(cell):
    assert safe(cell) == cell


TROUBLE = st.text(st.sampled_from("=+-@＝－'\"\t\r\n;, .5e\u200f\ufeffa") | st.characters(codec="utf-8"))


def undone(text: str) -> str:
    """Without every apostrophe that stands, where a cell can begin, before blanks, quotes and a sign."""
    pieces = re.split(r"(?<=[;\t\r\n])", text)
    return "".join(
        piece[1:] if piece.startswith("'") and begins("".join(pieces[place:]), place == 0) else piece
        for place, piece in enumerate(pieces)
    )


def begins(text: str, cell: bool) -> bool:
    unseen = r"[\s\x00-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'\"]*"
    return bool(re.match(rf"{unseen}[=+@＝＋－＠﹦﹢﹣﹫-]", text) or (cell and re.match(r"['\"]*[\t\r\n]", text)))


@given(TROUBLE)
def test_taking_the_apostrophe_off_gives_back_what_was_written(text):
    assert undone(safe(text)) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters=";\t\r\n")))
def test_a_cell_of_one_piece_gets_one_apostrophe_at_most(text):
    assert safe(text) in (text, f"'{text}")


@given(TROUBLE)
def test_no_cell_begins_with_a_sign_however_it_is_cut(text):
    found = safe(text)
    number = re.fullmatch(r"[+-][0-9.]+(e[+-]?[0-9]+)?|[+-]?[0-9.e+-]*\.\.[+-]?[0-9.e+-]*", found)
    for piece in [] if number else re.split(r"[;\t\r\n]", found):
        assert piece.strip('\ufeff\u200f "')[:1] not in set(SIGNS)


TABLE = st.integers(1, 3).flatmap(lambda wide: st.lists(st.lists(TROUBLE, min_size=wide, max_size=wide), min_size=1))


def written(rows: list[list[str]]) -> bytes:
    """CSV as `tables.to_csv` writes it: in Python 3.11 and 3.12, without quotes round a carriage return alone."""
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\n").writerows(rows)
    return target.getvalue().encode()


@given(TABLE)
def test_a_table_keeps_its_rows_its_columns_and_its_words(rows):
    rows = [[cell.replace("\0", "").strip() for cell in row] for row in rows]  # as `read_raw` reads them
    data, places = safe_csv(written(rows))
    read = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert read == [[safe(cell) for cell in row] for row in rows]
    assert len(places) == sum(safe(cell) != cell for row in rows for cell in row)
    assert safe_csv(b"\xef\xbb\xbf" + written(rows)) == (b"\xef\xbb\xbf" + data, places)


def test_places_are_row_and_column_and_every_other_byte_stays():
    data = b'id,"note"\r\n1,"fine"\r\n\r\n2,"=1+1"\r\n3,@x\r\n'
    assert safe_csv(data) == (
        b'id,"note"\r\n1,"fine"\r\n\r\n2,"\'=1+1"\r\n3,\'@x\r\n',
        [(4, "note"), (5, "note")],
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\n",
        b"a,b\r\n-5,-2..50\r\n",
        b'\xef\xbb\xbfa\n"x"\n',
        b"a\r1\r",
        b'a\n"one\ntwo"\n',
        b'a\nan "odd" one\n',
    ],
)
def test_where_nothing_changes_the_bytes_are_the_same(data):
    assert safe_csv(data) == (data, [])


def test_published_tables_need_no_apostrophe(downloads):
    for case in EVERY:
        for path in (paths.PROCESSED / case).glob("*.csv"):
            assert (downloads[case][0] / path.name).read_bytes() == path.read_bytes()


def test_control_characters_cannot_break_a_table():
    assert safe_csv(b"a,b\none\rtwo,\xe2\x80\xae\x1b\n") == (b'a,b\n"one\rtwo",\xe2\x80\xae\x1b\n', [])
    with pytest.raises(InputError, match="line 2: holds a NUL"):
        safe_csv(b"a\n\0\n")
    with pytest.raises(InputError, match="row 2: is not valid CSV"):
        safe_csv(b'a\n"never closed\n')


@pytest.mark.parametrize("case", EVERY)
def test_what_is_listed_is_there(downloads, case):
    folder, found = downloads[case]
    assert {name: size for name, size, _ in found} == {
        path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()
    }
    assert all(what for *_, what in found)
    names = {name for name, *_ in found}
    notebooks = (
        ["register"] if case == "register" else ["1-clean", "2-reconcile", "3-scenarios", "4-figures", "5-report"]
    )
    assert {name for name in names if name.startswith("notebooks/")} == {
        f"notebooks/{name}.ipynb" for name in notebooks
    }
    assert {"datapackage.json", f"{case}.zip", "flows.csv"} <= names
    assert {name.partition(".")[2] for name in names if name.startswith("figures/")} == {"csv", "png", "svg"}


@pytest.mark.parametrize("case", EVERY)
def test_the_crate_names_every_file_with_its_digest(downloads, case):
    files, entities = crate_of((downloads[case][0] / f"{case}.zip").read_bytes())
    assert entities["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert entities["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    parts = listed(entities["./"]["hasPart"])
    assert sorted(parts) == sorted(set(files) - {"ro-crate-metadata.json"})
    for name in parts:
        assert entities[name]["sha256"] == hashlib.sha256(files[name]).hexdigest()
        assert entities[name]["contentSize"] == str(len(files[name]))


@pytest.mark.parametrize("case", EVERY)
def test_every_reference_in_the_crate_is_to_something_in_it(downloads, case):
    files, entities = crate_of((downloads[case][0] / f"{case}.zip").read_bytes())
    named = set(re.findall(r'"@id": "([^"]*)"', files["ro-crate-metadata.json"].decode()))
    assert named - set(entities) == {"https://w3id.org/ro/crate/1.1"}


def test_the_run_names_inputs_parameters_and_outputs(downloads):
    _, entities = crate_of((downloads[CASE][0] / f"{CASE}.zip").read_bytes())
    run = entities["#run"]
    assert run["@type"] == "CreateAction"
    read, made = set(listed(run["object"])), set(listed(run["result"]))
    own = {f"data/raw/{CASE}/{name}" for name in (
        "case.toml", "corrections.csv", "events.csv", "sources.csv", "transfers.csv", "values.csv"
    )}  # fmt: skip
    assert own | {"data/raw/reference/parties.csv", "data/raw/reference/units.csv"} <= read
    assert {"headlines.csv", "figures/flow.svg", "notebooks/5-report.ipynb", "datapackage.json"} <= made
    assert not read & made
    assert {"#retransfer", "notebooks/1-clean.ipynb"} <= set(listed(run["instrument"]))
    given_values = {entities[key]["name"]: entities[key]["value"] for key in read if key.startswith("#parameter/")}
    assert given_values == {
        "prefer": "exporter", "lag_years": 1, "tolerance": 0.0, "leave_out": "", "origin": "", "opening_stock": 0,
        "price_limits": "", "currency": "", "rate_of": "",
    }  # fmt: skip
    source = entities[listed(entities["./"]["isBasedOn"])[0]]
    assert source["publisher"] == "The Moscow Times"
    assert source["sha256"] == "18d63db8c4e1ef2cfd7b0898ea16ac4f3a0dc562b0b740721cbc5c2939dbc852"


def test_the_register_is_made_of_every_case_by_the_published_choices(downloads):
    _, entities = crate_of((downloads["register"][0] / "register.zip").read_bytes())
    read = listed(entities["#run"]["object"])
    assert {f"data/raw/{case}/transfers.csv" for case in cases.published()} <= set(read)
    values = {entities[key]["name"]: entities[key]["value"] for key in read if key.startswith("#parameter/")}
    assert (values["within_years"], values["rank_by"], values["register"]) == (2, "quantity", "cases")


def test_the_software_is_named_with_digest_and_commit(downloads):
    _, entities = crate_of((downloads[CASE][0] / f"{CASE}.zip").read_bytes())
    software = entities["#retransfer"]
    values = {entities[key]["name"]: entities[key]["value"] for key in listed(software["identifier"])}
    digests = [value for name, value in values.items() if "SHA-256" in name]
    assert re.fullmatch("[0-9a-f]{64}", digests[0])
    if (ROOT / ".git").exists():
        asked = [["rev-parse", "HEAD"], ["show", "-s", "--format=%cs", "HEAD"]]
        head, day = (subprocess.check_output(["git", *words], cwd=ROOT, text=True).strip() for words in asked)
        assert values["git commit"].removesuffix("-dirty") == head
        assert entities["./"]["datePublished"] == day
    else:
        assert commit() is None


def test_the_same_commit_gives_the_same_archive_in_any_time_zone_and_language(downloads, tmp_path):
    other = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    code = "import sys; from analysis.site.crate import archive; sys.stdout.buffer.write(archive(sys.argv[1]))"
    command = [sys.executable, "-c", code, CASE]
    environment = {**other, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
    assert again == archive(CASE) == (downloads[CASE][0] / f"{CASE}.zip").read_bytes()


def test_entries_are_sorted_and_bear_no_time_and_no_owner(downloads):
    entries = zipfile.ZipFile(downloads[CASE][0] / f"{CASE}.zip").infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert str(ROOT).encode() not in b"".join(crate_of((downloads[CASE][0] / f"{CASE}.zip").read_bytes())[0].values())


def test_a_hostile_statement_is_harmless_and_told_of(checkout, tmp_path):
    raw, processed = checkout.raw("transfers.csv"), checkout.path / "data" / "processed" / CASE / "transfers.csv"
    hostile = '"=HYPERLINK(""http://x"",""y"")"'
    checkout.edit(raw, "240", hostile)
    checkout.edit(processed, ",240,", f",{hostile},")  # the last column but one is quantity_as_printed
    out = exported(checkout, tmp_path)
    files, entities = crate_of((out / f"{CASE}.zip").read_bytes())
    kept = "'=HYPERLINK"
    for data in (files[f"data/raw/{CASE}/transfers.csv"], files["transfers.csv"], (out / "transfers.csv").read_bytes()):
        cells = [cell for row in csv.reader(data.decode().splitlines()) for cell in row]
        assert [cell[:11] for cell in cells if "HYPERLINK" in cell] == [kept]
    assert f"- data/raw/{CASE}/transfers.csv, row 2, column quantity\n" in files["README.txt"].decode()
    assert "the words as printed" in files["README.txt"].decode()
    # a checkout without git names no commit, and no day that it cannot know
    assert "git commit" not in {entity.get("name") for entity in entities.values()}
    assert entities["./"]["datePublished"] == "2026"


def exported(checkout, folder: Path) -> Path:
    """The downloads of the case as another checkout writes them."""
    code = (
        "import pathlib, sys; from analysis.site import exports; exports.export(sys.argv[1], pathlib.Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, CASE, str(folder / "out")]
    environment = {**os.environ, "PYTHONPATH": str(checkout.path)}
    subprocess.run(command, cwd=checkout.path, env=environment, check=True)
    return folder / "out"


def test_a_case_without_results_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "PROCESSED", tmp_path)
    with pytest.raises(InputError, match="holds no results"):
        export(CASE, tmp_path / "out")
