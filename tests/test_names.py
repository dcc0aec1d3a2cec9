"""Spellings: a table that anyone can extend, and suggestions instead of guesses."""

import csv
from pathlib import Path

import pytest

from analysis import names, teaching
from analysis.errors import InputError
from analysis.names import (
    Unresolved,
    item_name,
    normalised,
    party_label,
    party_name,
    resolve_item,
    resolve_party,
    resolve_unit,
)
from analysis.paths import REFERENCE
from analysis.tables import read_raw


def parties() -> list[dict[str, str]]:
    lines = (Path(__file__).parent / "parties.tsv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=3))


@pytest.mark.parametrize("row", parties(), ids=lambda row: ascii(row["spelling"])[1:-1])
def test_party(row):
    if row["code"]:
        assert resolve_party(row["spelling"]) == row["code"], row["why"]
    else:
        with pytest.raises(Unresolved):
            resolve_party(row["spelling"])


def test_the_parties_table_is_whole():
    assert len(parties()) >= 150


@pytest.mark.parametrize(
    ("spelling", "item"),
    [
        ("9P135M", "konkurs-launcher"),
        ("9K113 Konkurs", "konkurs-launcher"),
        ("AT-5 Spandrel", "konkurs-launcher"),
        ("konkurs  SYSTEMS", "konkurs-launcher"),
        ("konkurs-launcher", "konkurs-launcher"),
        ("9M113", "konkurs-missile"),
        ("Konkurs missiles", "konkurs-missile"),
        ("AGS-17", "ags-17"),
    ],
)
def test_item(spelling, item):
    assert resolve_item(spelling) == item


def test_a_name_that_may_be_launcher_or_missile_is_not_guessed():
    with pytest.raises(Unresolved) as error:
        resolve_item("Konkurs")
    assert "Konkurs" in error.value.text
    assert "konkurs" in error.value.suggestion


@pytest.mark.parametrize("text", ["dozen", "Dozens", "pairs", "thousand", "lakh", "gross"])
def test_what_multiplies_a_count_is_no_unit(text):
    with pytest.raises(Unresolved) as error:
        resolve_unit(text)
    assert "multiplies the count" in error.value.reason
    assert "column quantity" in error.value.suggestion
    with pytest.raises(InputError, match="multiplies the count"):
        teaching.teach("unit", text, "piece")


def test_another_measure_is_no_spelling_of_a_unit():
    with pytest.raises(Unresolved) as error:
        resolve_unit("tonnes")
    assert "a unit of its own" in error.value.suggestion


@pytest.mark.parametrize(
    ("kind", "resolve", "texts"),
    [
        ("party", resolve_party, ["Belorus", "Saudi", "Беларусь", "Bulgarie", "Untied States"]),
        ("item", resolve_item, ["Konkurs", "Konkurs-M", "Конкурс", "AGS17"]),
        ("unit", resolve_unit, ["peices", "kgs", "launchrs"]),
    ],
)
def test_what_is_offered_is_known_and_means_what_is_said_of_it(kind, resolve, texts):
    offers = [offer for text in texts for offer in names.nearest(kind, text)]
    assert offers
    assert [(spelling, resolve(spelling)) for spelling, _ in offers] == offers


def test_near_spellings_are_offered_and_never_taken():
    with pytest.raises(Unresolved) as error:
        resolve_party("Belorus")
    assert "BLR" in error.value.suggestion
    assert "parties.csv" in error.value.suggestion


def test_every_item_that_is_used_has_a_name_and_one_unit():
    items = read_raw(REFERENCE / "items.csv", "items").set_index("item")
    used = set(read_raw(REFERENCE / "designations.csv", "designations")["item"])
    assert used <= set(items.index)
    assert (items[["singular", "plural", "unit"]] != "").all(axis=None)


def test_names_for_print():
    assert (party_name("USA"), party_label("USA"), party_name("BGR")) == (
        "the United States",
        "United States",
        "Bulgaria",
    )
    assert (item_name("ags-17", 1), item_name("ags-17", 140)) == ("AGS-17 grenade launcher", "AGS-17 grenade launchers")


def test_case_stops_and_article_do_not_matter():
    assert normalised("  The  U.S. ") == normalised("us")


def test_a_spelling_added_while_the_kernel_runs_counts_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "REFERENCE", tmp_path)
    path = tmp_path / "parties.csv"
    path.write_text("spelling,code,note\nBelarus,BLR,\n", encoding="utf-8")
    with pytest.raises(Unresolved):
        resolve_party("Weissrussland")
    path.write_text("spelling,code,note\nBelarus,BLR,\nWeissrussland,BLR,\n", encoding="utf-8")
    assert resolve_party("Weissrussland") == "BLR"


def test_one_spelling_has_one_meaning(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "REFERENCE", tmp_path)
    (tmp_path / "parties.csv").write_text("spelling,code,note\nCongo,COG,\ncongo,COD,\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 3, column spelling"):
        resolve_party("Congo")


def test_what_a_spelling_means_in_one_register_only():
    with pytest.raises(Unresolved):
        resolve_party("Congo")
    assert resolve_party("Congo", register="unroca") == "COG"
    assert resolve_party("Norway", register="unroca") == "NOR"
    codes = set(read_raw(REFERENCE / "parties.csv", "parties")["code"])
    for path in REFERENCE.glob("parties_*.csv"):
        assert set(read_raw(path, "parties")["code"]) <= codes, path.name


@pytest.mark.parametrize("spelling", ["unknown recipient(s)", "unknown supplier", "(multiple sellers)", "Areas, nes"])
def test_who_is_nobody_in_particular_is_told_by_the_table_of_parties(spelling):
    assert names.unspecified(resolve_party(spelling))
    assert resolve_party(spelling) in names.not_one_party()


def test_somebody_is_no_state_and_yet_one_party():
    assert not any(map(names.unspecified, ["BGR", "XSY", "XKX", "XNT", "", "*"]))


def test_a_checkout_marks_a_code_of_its_own_as_nobody_in_particular(tmp_path, monkeypatch):
    monkeypatch.setattr(names, "REFERENCE", tmp_path)
    (tmp_path / names.OWN).mkdir()
    (tmp_path / "parties.csv").write_text("spelling,code,note\nBelarus,BLR,\n", encoding="utf-8")
    own = tmp_path / names.OWN / "parties.csv"
    own.write_text('spelling,code,note\nseveral brokers,XQB,"not one party"\n', encoding="utf-8")
    assert names.unspecified("XQB")
    assert not names.unspecified("BLR")
