"""What a page tells people to type, as a test can do it: its blocks of code, in order, and what each should give."""

import re
from pathlib import Path
from typing import NamedTuple

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.M | re.S)
NAMED = re.compile(r"`([\w./<>-]+\.(?:csv|yaml|py|toml))`")


class Block(NamedTuple):
    """A block of code: its language, its lines, the file that the words before it name last, and its line."""

    kind: str
    text: str
    file: str
    line: int


def blocks(page: str) -> list[Block]:
    """The blocks of a Markdown page, in order."""
    found = []
    for match in FENCE.finditer(page):
        named = NAMED.findall(page[: match.start()])
        text = re.sub(rf"^{match[1]}", "", match[3], flags=re.M)
        found.append(Block(match[2], text, named[-1] if named else "", page[: match.start()].count("\n") + 1))
    return found


def answers(transcript: str) -> tuple[str, list[str], str]:
    """Of a transcript: the command, what it must print, and what a person types: all after a prompt's end."""
    first, *lines = transcript.splitlines()
    typed, printed = [], []
    for line in lines:
        prompt = re.match(r"(.+[?:])(?: (.*))?$", line)
        asked = prompt and (line.startswith("  ") or prompt[1].endswith("?"))
        typed += [prompt[2] or ""] if asked else []
        printed.append(prompt[1] if asked else line)
    return first.removeprefix("$ "), printed, "\n".join(typed) + "\n"


def lines_of(text: str) -> list[str]:
    """The lines of a text as they are compared: single blanks, none at the ends."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def page_of(path: Path, home: str) -> str:
    """A page with the name of the home case in its place."""
    return path.read_text(encoding="utf-8").replace("{{ home.name }}", home)
