"""What an unknown spelling may mean: offered to whoever wrote it, never applied."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process

MOST = 3  # meanings that are offered
LANGUAGES = ("ru", "uk", "be", "bg", "sr", "ar", "fa", "fr", "de", "es", "pt", "it", "pl", "tr", "zh")
CYRILLIC = {  # to Latin letters, roughly as the United States Board on Geographic Names does
    **dict(zip("абвгдезийклмнопрстуфыэіў", "abvgdeziyklmnoprstufyeiw", strict=True)),
    **{"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu"},
    **{"я": "ya", "є": "ye", "ї": "yi", "ґ": "g", "ј": "j", "ђ": "dj", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz"},
}


def near(text: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """At most three meanings that a text may have, each with the spelling that is nearest to it.

    `known` are the spellings as they are compared, with their meaning. What has all the words of the text comes first,
    then what is spelled alike and of about its length.
    """
    plain = "".join(CYRILLIC.get(letter, letter) for letter in text.casefold())
    found: dict[str, str] = {}
    for spelling, meant in (*_with_all_words(plain, known), *_alike(plain, known)):
        found.setdefault(meant, spelling)
    return [(spelling, meant) for meant, spelling in list(found.items())[:MOST]]


def _with_all_words(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The shortest spellings that begin with all the words of the text, or else have them."""
    words = re.findall(r"\w+", text)
    if not words or len(text) < 4:
        return
    having = [spelling for spelling in known if set(words) <= set(re.findall(r"\w+", spelling))]
    for spelling in sorted(having, key=lambda spelling: (not spelling.startswith(words[0]), len(spelling), spelling)):
        yield spelling, known[spelling]


def _alike(text: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for match, _, _ in process.extract(text, list(known), limit=20, score_cutoff=70):
        short, long = sorted((len(text), len(match)))
        if 2 * short >= long:  # else what is alike is one word of many
            yield match, known[match]


@lru_cache(maxsize=1)
def abroad() -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 codes of states by their names in other languages, in small letters, after Unicode's CLDR."""
    from babel import Locale  # noqa: PLC0415 (only where a name is not known)

    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code.isalpha():  # digits are regions of the world
                found.setdefault(name.casefold(), code)
    return found
