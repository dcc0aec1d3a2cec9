"""Characters that nobody means to write, and what spreadsheets leave behind: found and named, never cleaned away."""

import re
import unicodedata

MOST_SHOWN = 80
CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Zero-width and soft hyphen, separators, marks that turn text round, fillers, tags: they show nothing or move the rest.
UNSEEN = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
LOST = "\ufffd\ufffe\uffff\ufdd0-\ufdef"
NEVER = re.compile(f"[{CONTROL}{UNSEEN}{PRIVATE}{LOST}]")
JOINERS = re.compile("[\u061c\u200c-\u200f]")  # some scripts are written with them, codes and ids are not
ALIKE = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL")
SPOILT = (
    (r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|#+)", "it is a spreadsheet's error"),
    (r"=.*", "it is a spreadsheet's formula"),
)


def called(c: str) -> str:
    """The name of a character, such as `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip()


def printable(text: str) -> str:
    """The text in one line, with what cannot be printed as its code: a terminal obeys some of it."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def cut(text: str) -> str:
    """As much of a text as a message can hold."""
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."


def shortly(value: object) -> str:
    """A value as code writes it, cut."""
    try:
        return cut(repr(value))
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number of thousands of digits"


def fault_of(c: str) -> str:
    """What is wrong with a character that no table is written with, and what to do, as the end of a sentence."""
    if re.match(f"[{PRIVATE}]", c):
        why = "a character that means nothing outside the font it was copied from. Write what is printed there."
        return f"U+{ord(c):04X}, {why}"
    if re.match(f"[{LOST}]", c):
        return f"{called(c)}, which stands where a letter was lost. Write what is printed there."
    if re.match(f"[{CONTROL}]", c):
        return f"the control character U+{ord(c):04X}. Delete it."
    return f"{called(c)}, which cannot be seen. Delete it."


def alien(text: str) -> str:
    """The first character of a text that looks like one of a–z or 0–9 and is none, by its name; "" without one."""
    for c in text:
        if not c.isascii() and (unicodedata.name(c, "").startswith(ALIKE) or JOINERS.match(c) or NEVER.match(c)):
            return called(c)
    return ""


def mixed(text: str) -> str:
    """The same, in a text that has letters of a–z as well; "" where it is all of one script."""
    return alien(text) if re.search("[A-Za-z]", text) else ""


def spoilt(text: str) -> str:
    """What a spreadsheet made of a cell: the reason why it cannot be what the source prints; "" for all else."""
    return next((why for pattern, why in SPOILT if re.fullmatch(pattern, text, re.DOTALL)), "")
