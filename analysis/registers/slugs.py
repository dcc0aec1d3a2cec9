"""Slugs of what a register prints, for things that designations.csv does not know."""

import hashlib
import re
import unicodedata

LONGEST = 60  # characters
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


def slug(text: str) -> str:
    """Small letters, figures and hyphens, such as `mi-24v-mi-35`; "" where the text has no letter and no figure.

    At most 60 characters: of a longer one the start is kept, and six figures that its whole text gives, so that two
    texts that differ at the end stay two.
    """
    letters = unicodedata.normalize("NFKD", text).casefold().translate(LETTERS)  # an accent hides no letter
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    full = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(full) <= LONGEST:
        return full
    mark = hashlib.sha256(full.encode()).hexdigest()[:6]
    return f"{full[: LONGEST - 7].strip('-')}-{mark}"
