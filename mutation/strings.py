"""Texts that code decides by, changed: words of a table, pieces of a pattern; sentences for people are left alone."""

import re
from collections.abc import Iterator

A_PATTERN = re.compile(r"\\[dDwWsSb]|\(\?|\[\^?|[\])}][?+*]|^\^|\$$")
WORD_OF_PATTERN = re.compile(
    r"(?<=[(|:])((?:[a-z0-9 /.?+-]|\\\.)+)(?=[|)])|^((?:[a-z0-9 .?+-]|\\\.)+)(?=\|)|(?<=\|)((?:[a-z0-9 .?+-]|\\\.)+)$"
)


def changed_texts(text: str) -> list[str]:
    """What may stand in place of a text; nothing where it is a sentence for people."""
    if "|" in text and not A_PATTERN.search(text):
        words = text.split("|")
        return ["|".join(words[:place] + words[place + 1 :]) for place in range(len(words))]
    if A_PATTERN.search(text):
        return list(dict.fromkeys(_patterns(text)))
    if text.strip().count(" ") >= 2 and not re.fullmatch(r"[a-z ]+", text):
        return []
    return _words(text)


def _words(text: str) -> list[str]:
    """A list of words without its first, or its last; another word."""
    words = text.split()
    if len(words) > 5:
        return [" ".join(words[1:]), " ".join(words[:-1])]
    return [f"{text}·" if text else "·"] if len(words) < 4 else []


def _patterns(text: str) -> Iterator[str]:
    """A regular expression without an anchor, a quantifier, an alternative or a class; with other bounds."""
    for match in re.finditer(
        r"(?<![\\\[])\^(?!\w*\])|(?<!\\)\$$|\$(?=\))|\\b|(?<=[\w)\]}.])\?(?![:=!<P])|(?<=[dw)\]])[+*]", text
    ):
        yield text[: match.start()] + text[match.end() :]
    for match in re.finditer(r"\{(\d+)", text):
        for number in (int(match[1]) - 1, int(match[1]) + 1):
            yield f"{text[: match.start()]}{{{max(number, 0)}{text[match.end() :]}"
    for match in re.finditer(r"\\([dw])", text):
        yield f"{text[: match.start()]}x{text[match.end() :]}"
    for match in WORD_OF_PATTERN.finditer(text):
        if not match[0].startswith("?"):
            end = match.end() + text[match.end() : match.end() + 1].count("|")
            start = match.start() - (end == match.end() and text[: match.start()].endswith("|"))
            yield text[:start] + text[end:]
