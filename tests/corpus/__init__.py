"""Bad input: tables of what people may hand in, each entry with what is to be said of it. Anyone can add a line.

Every table is text, a tab between cells. In a cell, `\\n`, `\\t`, `\\r`, `\\x07`, `\\u200b` and `\\U000e0041` stand for
these characters, `\\xHH` from 80 on for a byte that is no character, and `<9*5000>` for the 9 repeated so often. A line
that starts with `# ` is a remark. What cannot be written in a line is built in `built`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from analysis.paths import ROOT

HERE = ROOT / "tests" / "corpus"
TABLES = (
    *("cells", "files", "settings", "references", "processed"),
    *("registers", "records", "filings"),
    *("grids", "rates", "words"),
)
ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([ntr\\]))")
PLAIN = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"\\": b"\\"}
REPEATED = re.compile(rb"<(.+?)\*([0-9]+)>")


@lru_cache
def entries(table: str) -> list[dict[str, str]]:
    """The lines of a table, cells as written, each with its `row`. Raises ValueError for a line of another width."""
    lines = (HERE / f"{table}.tsv").read_text(encoding="utf-8").split("\n")
    header, found = lines[0].split("\t"), []
    for row, line in enumerate(lines[1:], start=2):
        if line and not line.startswith("# "):
            found.append({"row": str(row), **dict(zip(header, line.split("\t"), strict=True))})
    return found


def data(cell: str) -> bytes:
    """The bytes that a cell stands for."""
    repeated = REPEATED.sub(lambda match: match[1] * int(match[2]), cell.encode())
    return ESCAPE.sub(_meant, repeated)


def text(cell: str) -> str:
    """The text that a cell stands for."""
    return data(cell).decode()


def _meant(match: re.Match) -> bytes:
    if match[1] and int(match[1], 16) >= 0x80:
        return bytes.fromhex(match[1].decode())
    if code := match[1] or match[2] or match[3]:
        return chr(int(code, 16)).encode()
    return PLAIN[match[4]]


def named(table: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The entries, each with a name for its test."""
    for entry in entries(table):
        words = "-".join(entry[name] for name in entry if name in ("table", "column", "file", "name"))
        yield f"{table}.tsv:{entry['row']} {words}", entry


def sizes() -> Counter[str]:
    """How many entries there are of each kind."""
    from tests.corpus import built  # noqa: PLC0415 (it reads these tables)

    return Counter({table: len(entries(table)) for table in TABLES} | built.sizes())


def said(fault: Exception, says: str) -> str:
    """The message of a fault, once it is one that a person can use: this is said, in one line that is not endless."""
    message = str(fault)
    assert says in message
    assert message.isprintable(), message
    assert len(message) < 900, message
    return message
