"""The words that printed figures are made of, and what each means."""

import re


def listed(table: dict[str, str]) -> dict[str, str]:
    """Turn rows of meaning -> "spelling|spelling" round: spelling -> meaning."""
    return {spelling: meaning for meaning, row in table.items() for spelling in row.split("|")}


SILENT = listed(
    {
        "undisclosed": "classified|confidential|n.d.|not declared|not disclosed|redacted|secret|undisclosed|withheld",
        "unknown": "|-|..|...|?|n/a|na|unknown|not known|not available|not reported|not specified|unspecified"
        "|some|many",
    }
)
NOTHING = ("nil", "none", "no")
SCALE = {
    **{"trillion": 10**12, "billion": 10**9, "milliard": 10**9, "crore": 10**7, "million": 10**6, "lakh": 10**5},
    **{"lac": 10**5, "thousand": 1000, "gross": 144, "hundred": 100, "score": 20, "dozen": 12},
}
SCALES = SCALE | {f"{word}s": value for word, value in SCALE.items()}
PLURALS = {"ten": 10} | {word: value for word, value in SCALE.items() if word not in ("gross", "lac")}
VAGUE = {  # the least that the plural can mean: two of them
    **{"several": 2, "a few": 2, "multiple": 2, "a number": 2},
    **{f"{tens} of {many}s": 2 * SCALE.get(tens[:-1], 10) * SCALE[many]
       for tens in ("tens", "hundreds") for many in ("thousand", "million")},
    **{f"{few}{word}s": 2 * value
       for few in ("", "some ", "several ", "a few ", "many ") for word, value in PLURALS.items()},
    **{f"{few} {word}": 2 * value for few in ("several", "a few", "many") for word, value in PLURALS.items()},
}  # fmt: skip
PREFIXES = listed(
    {
        "about": "about|around|approximately|approx.|approx|some|roughly|~|c.|ca.|ca|circa|close to|in the region of"
        "|in the order of|on the order of",
        "nearly": "nearly|almost|not quite",
        "more than": "over|more than|above|upwards of|exceeding|in excess of|>|just over|slightly over|well over"
        "|a little over|just above|well above|slightly more than|a little more than|far more than|greater than",
        "at least": "at least|no fewer than|no less than|not fewer than|not less than|a minimum of|minimum of"
        "|minimum|>=",
        "at most": "at most|up to|no more than|not more than|a maximum of|maximum of"
        "|maximum|max.|as many as|not exceeding|<=",
        "less than": "fewer than|less than|under|below|<|just under|slightly under|well under|just below"
        "|slightly less than",
        "estimate": "an estimated|estimated|est.|est",
        "exactly": "exactly|precisely|only|just",
    }
)
SUFFIXES = listed(
    {
        "about": " or so| or thereabouts| approximately| approx.| approx| roughly| circa| ca.| ca| about| around"
        "|-ish|ish",
        "at least": " or more| and more| or above| and above| or over| and over| and up| plus|-plus|+| at least"
        "| minimum",
        "at most": " or fewer| or less| at most| maximum| max.| max",
        "estimate": "?| estimated| est.| est",
    }
)
HEDGES = "|".join(map(re.escape, sorted({*PREFIXES, *(word.strip() for word in SUFFIXES)}, reverse=True)))
JOINTS = (("between ", " and "), ("from ", " to "), ("", " to "), ("", " or "), ("", "-"))
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
BELOW_100 = {word: value for value, word in enumerate(ONES.split())} | {
    f"{ten}{joint}{one}".rstrip(" -"): 10 * tens + ones
    for tens, ten in enumerate(TENS.split(), 2)
    for ones, one in enumerate(["", *ONES.split()[1:10]])
    for joint in " -"
}
IDIOMS = {
    **{"a": 1, "an": 1, "a single": 1, "a pair": 2, "a couple": 2, "dozen": 12, "half a million": 500_000},
    **{"half a dozen": 6, "a half dozen": 6, "half dozen": 6, "a half-dozen": 6, "half-dozen": 6},
}
MONTHS = "january february march april may june july august september october november december"
MONTH = {spelling: n for n, name in enumerate(MONTHS.split(), 1) for spelling in (name, name[:3])} | {"sept": 9}
A_MONTH = "|".join(sorted(MONTH, reverse=True))
# Words that change what a figure means: what stands behind it with one of them is never taken for a mere unit.
JOINING = "and or to of per plus minus x between from than more fewer less not half odd"
BINDING = {*SCALES, *BELOW_100, *JOINING.split()}
BINDING |= {word for hedge in (*PREFIXES, *SUFFIXES) for word in hedge.split()}
