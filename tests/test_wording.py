"""Numbers that carry their keys, and words that can be seen."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.headlines import marked, say
from analysis.tables import typed
from analysis.wording import MARKS, UNKNOWN, mark, shortened, unmarked, visible

PLAIN = st.text(st.characters(exclude_characters="".join(MARKS)))


def test_a_marked_number_is_taken_apart_into_text_and_place():
    text = f"Bulgaria received {mark('240', 'received[BGR,x]')} and passed on {mark('216', 'sent[BGR,x]')}."
    plain, numbers = unmarked(text)
    assert plain == "Bulgaria received 240 and passed on 216."
    assert numbers == [(18, 21, "received[BGR,x]"), (36, 39, "sent[BGR,x]")]


@given(st.lists(st.tuples(PLAIN, PLAIN, PLAIN)), PLAIN)
def test_whatever_stands_around_and_in_it(parts, end):
    text = "".join(before + mark(number, key) for before, number, key in parts) + end
    plain, numbers = unmarked(text)
    assert plain == "".join(before + number for before, number, _ in parts) + end
    assert [(plain[start:stop], key) for start, stop, key in numbers] == [(number, key) for _, number, key in parts]


def headline(low, high):
    row = {"key": "sent[A,x]", "value": None, "low": low, "high": high, "unit": "piece", "qualifier": ""}
    return typed(pd.DataFrame([row]), "headlines")


def test_only_a_marked_table_gives_marks_and_only_to_numbers():
    assert say(headline(2, 2), "sent", "A", "x") == "2"
    assert say(marked(headline(2, 2)), "sent", "A", "x") == mark("2", "sent[A,x]")
    assert say(marked(headline(None, None)), "sent", "A", "x") == UNKNOWN


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\u202e042\u202c", "⟨U+202E⟩042⟨U+202C⟩"),
        ("a\u200bb\u200f", "a⟨U+200B⟩b⟨U+200F⟩"),
        ("\x00\x1b", "⟨U+0000⟩⟨U+001B⟩"),
        ("tab\tline\nend ü Сирия 中", "tab\tline\nend ü Сирия 中"),
    ],
)
def test_what_would_not_be_seen_is_shown(text, seen):
    assert visible(text) == seen


def test_long_words_are_cut_and_say_so():
    assert shortened("N" * 10_000) == "N" * 299 + "…"
    assert shortened("N" * 300) == "N" * 300
    assert shortened("and passed on 1,234,567 launchers", 20) == "and passed on …"  # and not on 1,234
