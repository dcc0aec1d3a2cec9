"""Sentences as HTML: numbers are links, words of sources are text."""

import pytest

from analysis.site.links import linked, markdown_html, raw, slug, slugs, text
from analysis.wording import mark

ANCHORS = {"of_origin[BLR,*,SAU,ags-17]": "of_origin-BLR-all-SAU-ags-17"}


@pytest.mark.parametrize(
    ("key", "anchor"),
    [
        ("of_origin[BLR,*,SAU,ags-17]", "of_origin-BLR-all-SAU-ags-17"),
        ("reached[the Syrian opposition,konkurs-launcher]", "reached-the-Syrian-opposition-konkurs-launcher"),
        ("sources", "sources"),
        ("reached[<b>,x]", "reached-b-x"),
        ("reached[Сирия,x]", "reached-Сирия-x"),
    ],
)
def test_a_key_has_an_anchor_that_an_address_can_name(key, anchor):
    assert slug(key) == anchor


def test_keys_that_look_alike_have_anchors_of_their_own():
    assert list(slugs(["a[b,c]", "a[b-c]", "a[b,c]", "a[b c]"]).values()) == ["a-b-c", "a-b-c-2", "a-b-c-3"]


def test_a_number_is_a_link_and_a_star_in_its_key_has_no_meaning():
    sentence = f"**Of it, {mark('80', 'of_origin[BLR,*,SAU,ags-17]')} must** be *old*"
    assert linked(sentence, ANCHORS, "cases/c/") == (
        '<strong>Of it, <a class="number" href="cases/c/provenance.html#of_origin-BLR-all-SAU-ags-17">80</a>'
        " must</strong> be <em>old</em>"
    )


def test_a_number_without_an_explanation_is_text():
    assert linked(f"{mark('80', 'unknown[x]')} tanks", ANCHORS) == "80 tanks"


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("![i](http://x.example/i.png)", "![i](http://x.example/i.png)"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("<http://x.example>", "&lt;http://x.example&gt;"),
        ("a\u202eb", "a⟨U+202E⟩b"),
    ],
)
def test_words_of_a_source_are_text(words, html):
    assert markdown_html(words, [], {}, inline=True) == html


def test_a_part_of_a_page_cannot_be_ended_from_within():
    assert raw("a ``` b").count("```") == 2


def test_words_as_markdown_say_just_these_words():
    assert text("# *Title*  ```\n<b>") == r"\# \*Title\* \`\`\` \<b\>"
