"""Numbers as links to their explanations, and words that came from a source as harmless HTML."""

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from itertools import chain, count

from markdown_it import MarkdownIt

from analysis.wording import A_MARK, mark, unmarked, visible

PROVENANCE = "provenance.html"  # beside every page of a case
# Markdown in outputs holds words of sources: markup and addresses in them stay text.
ADDRESSES = ["link", "image", "autolink", "reference"]
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(ADDRESSES)

Numbers = Sequence[tuple[int, int, str]]


def slug(key: str) -> str:
    """The anchor of a key: `of_origin[BLR,*,SAU,ags-17]` → `of_origin-BLR-all-SAU-ags-17`."""
    return re.sub(r"[^\w.-]+", "-", key.replace("*", "all")).strip("-")


def slugs(keys: Iterable[str]) -> dict[str, str]:
    """An anchor of its own for each key, the first of those alike without a number after it."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key in dict.fromkeys(keys):
        name = slug(key)
        names = chain([name], (f"{name}-{place}" for place in count(2)))
        found[key] = next(free for free in names if free not in taken)
        taken.add(found[key])
    return found


def link(text: str, anchor: str, folder: str = "") -> str:
    """A number that leads to its explanation; `folder` is the way from the page to its case, slash at its end."""
    return f'<a class="number" href="{escape(folder)}{PROVENANCE}#{escape(anchor)}">{escape(visible(text))}</a>'


def linked(text: str, anchors: dict[str, str], folder: str = "") -> str:
    """A marked sentence as HTML: every number whose key has an anchor is a link, all else is text."""
    plain, numbers = unmarked(text)
    return settled(markdown_html(plain, numbers, anchors, folder, inline=True))


def settled(html: str) -> str:
    """HTML within a line, in which nothing but its tags has a meaning if it stands in a Markdown page."""
    html = re.sub(r"[ \t\r\n\f\v]+", " ", html)  # a blank that must not break stays one
    return re.sub(r"(<[^>]+>|&#?\w+;)|([\\`*_\[\]!${}~#|:])", lambda found: found[1] or f"&#{ord(found[2])};", html)


def markdown_html(text: str, numbers: Numbers, anchors: dict[str, str], folder: str = "", inline: bool = False) -> str:
    """Markdown with the places of its numbers as HTML, in which these are links."""
    numbers = [number for number in numbers if number[2] in anchors]
    for place, (start, end, _) in reversed(list(enumerate(numbers))):
        text = text[:start] + mark(text[start:end], str(place)) + text[end:]
    text = visible(text)
    html = MARKDOWN.renderInline(text) if inline else MARKDOWN.render(text)
    keys = [key for _, _, key in numbers]
    return A_MARK.sub(lambda found: _number(found, keys, anchors, folder), html)


def _number(found: re.Match, keys: Sequence[str], anchors: dict[str, str], folder: str) -> str:
    """The link in the place of a mark; what a source printed that looks like a mark is text."""
    if not found[1].isdigit() or int(found[1]) >= len(keys):
        return found[2]
    return link(unescape(found[2]), anchors[keys[int(found[1])]], folder)


def raw(html: str) -> str:
    """HTML as a part of a Markdown page. No backtick in it can end the block that holds it."""
    return f"```{{raw}} html\n{html.replace('`', '&#96;')}\n```\n"


def text(words: str) -> str:
    """Words of a source as Markdown that says just these words: no mark of theirs has a meaning."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", visible(" ".join(words.split())))
