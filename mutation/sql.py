"""Mutants of an SQL text: every operator, constant and clause in turn, by its tokens; those that parse.

The texts are changed as written: a parser that writes them anew (sqlglot) gives others than those that run.
"""

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import NamedTuple

import duckdb

from mutation.mutant import Mutant

TOKEN = re.compile(
    r"--[^\n]*|'(?:[^']|'')*'|\$?[A-Za-z_][A-Za-z_0-9]*|\d+(?:\.\d+)?(?:e\d+)?|<>|<=|>=|:=|::|<<|\|\||[^\s]"
)
OTHERS = {
    "=": ("<>",), "<>": ("=",), "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"),
    "+": ("-",), "-": ("+",), "/": ("*",), "%": ("/",), "|": ("&",), "&": ("|",), "<<": (">>",),
    "and": ("or",), "or": ("and",), "true": ("false",), "false": ("true",), "desc": ("",), "distinct": ("",),
    "min": ("max",), "max": ("min",), "sum": ("max",), "avg": ("max",), "least": ("greatest",), "greatest": ("least",),
    "bool_or": ("bool_and",), "bool_and": ("bool_or",),
    "list_distinct": ("",), "list_sort": ("",), "flatten": ("",), "left": ("",), "semi": ("anti",), "all": ("",),
    "bit_or": ("bit_and",), "count": ("sum",), "lead": ("lag",), "first": ("last",),
}  # fmt: skip
ENDS = {
    "select", "from", "group", "order", "having", "where", "union", "window", "join", "left", "semi", "asof", "cross",
    "filter", "then", "else", "end", "when", "limit", "on", "as", "using",
}  # fmt: skip


class Token(NamedTuple):
    """A word or mark, and where it begins and ends."""

    word: str
    start: int
    end: int


Change = tuple[int, int, str]  # from, to, what stands there instead


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a text, in its order."""
    tokens = [Token(found[0].lower(), found.start(), found.end()) for found in TOKEN.finditer(text)]
    tokens = [token for token in tokens if not token.word.startswith("--")]
    found = chain.from_iterable(rule(text, tokens) for rule in RULES)
    for start, end, new in sorted(set(found)):
        changed = text[:start] + new + text[end:]
        if _parses(changed):
            line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
            yield Mutant(line, column, text[start:end], new, changed)


def _parses(text: str) -> bool:
    try:
        return bool(duckdb.extract_statements(text))
    except duckdb.Error:
        return False


def _words(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Operators, functions and single words; `between … and` is one of them, and `first` one after `nulls` alone."""
    ranged = False
    for before, (word, start, end) in zip(["", *(token.word for token in tokens)], tokens, strict=False):
        if word == "between":
            ranged = True
        elif word == "and" and ranged:
            ranged = False
        elif not _of_another_kind(before, word, text[end : end + 1]):
            yield from ((start, end, other) for other in OTHERS[word])


def _of_another_kind(before: str, word: str, following: str) -> bool:
    calls = {"min", "max", "sum", "avg", "least", "greatest", "bool_or", "bool_and", "bit_or", "count",
             "list_distinct", "list_sort", "flatten", "lead"}  # fmt: skip
    if word not in OTHERS or (word in calls and following != "("):
        return True
    return {"distinct": before == "not", "first": before != "nulls", "all": before != "union"}.get(word, False)


def _values(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Numbers one more and one less, other texts, and nought where nothing is."""
    for before, (word, start, end) in zip(["", *(token.word for token in tokens)], tokens, strict=False):
        if word.isdigit():
            yield from ((start, end, str(int(word) + by)) for by in (1, -1))
        elif word.startswith("'") and word != "'infinity'":
            yield start, end, f"'{word[1:-1]}·'"
        elif word == "null" and before not in ("is", "not"):
            yield start, end, "0"


def _negations(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Without `not`, and with one where something is null."""
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if token.word == "not" and following.word != "materialized":
            yield token.start, token.end, ""
        if token.word == "is" and following.word == "null":
            yield token.end, token.end, " not"


def _calls(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Each argument alone in place of coalesce, least and greatest; `if` turned round, and each branch alone."""
    for place, (word, start, _) in enumerate(tokens[:-1]):
        if tokens[place + 1].word == "(" and word in ("coalesce", "least", "greatest", "if", "list_avg", "nullif"):
            *arguments, end = _arguments(text, tokens, place + 1)
            if word == "if":
                yield start, end, f"if(not ({arguments[0]}), {', '.join(arguments[1:])})"
            yield from ((start, end, f"({argument})") for argument in arguments[word == "if" :])


def _arguments(text: str, tokens: list[Token], opening: int) -> list:
    """What stands between a bracket's commas, and where the call ends."""
    depth, since, found = 0, tokens[opening].end, []
    for word, start, end in tokens[opening:]:
        depth += (word in "([{") - (word in ")]}")
        if (depth == 1 and word == ",") or depth == 0:
            found.append(text[since:start].strip())
            since = end
        if depth == 0:
            return [*found, end]
    raise ValueError(f"a bracket is not closed: {text[tokens[opening].start :][:40]}")


def _conditions(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Without one of the conditions of where, on, having and when; a case turned round."""
    for place, token in enumerate(tokens):
        if token.word in ("where", "on", "having", "when"):
            for start, end in _conjuncts(tokens, place + 1):
                yield start, end, "true"
                if token.word == "when":
                    yield start, end, f"(not ({text[start:end]}))"


def _conjuncts(tokens: list[Token], first: int) -> Iterator[tuple[int, int]]:
    depth, ranged, since = 0, False, first
    for place in range(first, len(tokens) + 1):
        word = tokens[place].word if place < len(tokens) else ";"
        closes = depth == 0 and (word in ENDS or word in ("),;"))
        if closes or (depth == 0 and word == "and" and not ranged):
            yield tokens[since].start, tokens[place - 1].end
            since = place + 1
        if closes:
            return
        depth += (word in "([{") - (word in ")]}")
        ranged = word == "between" or (ranged and word != "and")


def _keys(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Without one of the columns by which tables are joined, partitioned or ordered; rows the other way round."""
    for place, (word, *_) in enumerate(tokens[:-1]):
        if word == "using":
            *names, end = _arguments(text, tokens, place + 1)
            if len(names) > 1:
                for left in range(len(names)):
                    yield tokens[place + 1].start, end, f"({', '.join(names[:left] + names[left + 1 :])})"
        if word in ("partition", "order") and tokens[place + 1].word == "by":
            yield from _listed(text, tokens, place + 2)
    yield from ((found.start(), found.end(), "") for found in re.finditer(r"\norder by [^\n]*\s*$", text))


def _pairs(text: str, tokens: list[Token]) -> Iterator[Change]:
    """Rows of columns compared without one of them, and lots told apart by one column less."""
    for place, (word, *_) in enumerate(tokens):
        if word == "=" and tokens[place - 1].word == ")" and tokens[place + 1].word == "(":
            *right, end = _arguments(text, tokens, place + 1)
            opening = max(at for at in range(place) if tokens[at].word == "(")
            left = _arguments(text, tokens, opening)[:-1]
            for at in range(len(left)):
                fewer = [", ".join(names[:at] + names[at + 1 :]) for names in (left, right)]
                yield tokens[opening].start, end, f"({fewer[0]}) = ({fewer[1]})"
    if "group by all" in text and text.count("select") == 1:
        for column, comma in pairwise(tokens[: [token.word for token in tokens].index("from")]):
            if comma.word == ",":
                yield column.start, comma.end, ""


def _listed(text: str, tokens: list[Token], place: int) -> Iterator[Change]:
    """Each name of a list without brackets taken out, and the first in the other direction."""
    yield tokens[place].end, tokens[place].end, " desc"
    while place + 1 < len(tokens) and tokens[place + 1].word == ",":
        yield tokens[place].start, tokens[place + 2].start, ""
        place += 2
    if tokens[place - 1].word == ",":
        yield tokens[place - 1].start, tokens[place].end, ""


RULES = (_words, _values, _negations, _calls, _conditions, _keys, _pairs)
