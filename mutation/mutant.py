"""What a mutant is: one change to one text, and where."""

from itertools import takewhile
from typing import NamedTuple

MOST = 60  # characters of a text that is listed whole
AROUND = 16  # else so many before and behind what differs


class Mutant(NamedTuple):
    """One change: its line and column (from 1), what stood there and what does now, and the whole text with it."""

    line: int
    column: int
    before: str
    after: str
    text: str

    def change(self) -> str:
        """The change in one line, as survivors are listed."""
        before, after = " ".join(self.before.split()), " ".join(self.after.split())
        start = _alike(before, after)
        end = min(_alike(before[::-1], after[::-1]), len(before) - start, len(after) - start)
        return f"{_shown(before, start, end)} → {_shown(after, start, end)}"


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shown(text: str, start: int, end: int) -> str:
    """A text, or of a long one what lies around the part that differs."""
    if len(text) <= MOST:
        return text
    first, last = max(start - AROUND, 0), min(len(text) - end + AROUND, len(text))
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
