"""Words of descriptions that name no weapon: "Missiles", "2 patrol boats", "see comments"."""

import re

COMMON = (  # without the s of a plural
    "a|air-defence|aircraft|airplane|and|apc|arm|armored|armoured|artillery|assault|attack|battle|boat|caliber|"
    "calibre|cannon|carbine|carrier|combat|comment|corvette|defence|destroyer|different|fighting|for|frigate|"
    "grenade|ground|gun|heavy|helicopter|howitzer|hunting|ifv|in|incl|including|infantry|item|large|launcher|"
    "light|machine|man-portable|manpad|medium|military|miscellaneous|missile|model|modernized|mortar|new|of|or|"
    "other|part|patrol|personnel|piece|pistol|plane|portable|refurbished|remark|revolver|rifle|rocket|"
    "second-hand|see|self-propelled|set|several|ship|small|sniper|spare|sporting|sub-machine|submachine|"
    "submarine|system|tank|the|towed|tracked|transport|type|unit|unknown|unspecified|used|various|vehicle|vessel|"
    "warship|weapon|wheeled|with"
)
WORDS = frozenset(COMMON.split("|"))
BLANK = re.compile(r"[-–—.]*|none|nil|nothing|no|n/?a", re.IGNORECASE)


def blank(text: str) -> bool:
    """Whether a description is empty, or a word for nothing such as "nil"."""
    return bool(BLANK.fullmatch(text.strip()))


def names_nothing(text: str) -> bool:
    """Whether a description has common words alone, so that nobody can tell which weapon it was."""
    words = re.findall(r"[^\W_](?:[\w-]*\w)?", text.casefold())
    return blank(text) or all({word, word.removesuffix("s")} & WORDS for word in words)
