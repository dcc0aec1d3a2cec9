"""What somebody may have meant who wrote a name that is not known."""

from collections.abc import Sequence

from rapidfuzz import process


def close_to(word: str, known: Sequence[str]) -> str:
    """A hint at near spellings, such as ` (did you mean 'quantity'?)`, or nothing."""
    near = [match for match, _, _ in process.extract(word, known, limit=3, score_cutoff=75)]
    return f" (did you mean {' or '.join(repr(name) for name in near)}?)" if near else ""
