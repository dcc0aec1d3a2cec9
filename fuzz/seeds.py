"""Where a search starts: the spellings of the tests, records of the registers' samples, and what is published."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from analysis.paths import PROCESSED, RAW, ROOT
from analysis.registers.layouts import LAYOUTS
from fuzz.promises import CASE, declared

TESTS = ROOT / "tests"
SPELLINGS = {"quantity": "quantities", "amount": "amounts", "year": "years", "date": "dates", "party": "parties"}
NAMES = {"party": "parties", "item": "designations", "unit": "units"}
MOST = 120  # of one file
SETTINGS = """title = "A"
question = "B?"
focus = {party = "BGR", item = "ags-17"}
parameters = {lag_years = 1, tolerance = 0.5, published = true, day = 2015-01-02}
report = {standfirst = "C", not_shown = ["D"]}
last_hop = [{recipient = "E"}]
"""


def seeds(target: str) -> list[bytes]:
    """Bytes that a target should know from the start, each once."""
    found = list(_seeds(target))
    return list(dict.fromkeys(found[:: len(found) // MOST + 1]))


def _seeds(target: str) -> Iterator[bytes]:
    if target in SPELLINGS:
        yield from (_unescaped(line) for line in _lines(TESTS / f"{SPELLINGS[target]}.tsv") if line[:1] != "#")
    if target in NAMES:
        yield from (line.partition(",")[0].encode() for line in _lines(RAW / "reference" / f"{NAMES[target]}.csv"))
    if target in LAYOUTS:
        yield from _records(target)
    yield from (text.encode() for text in WRITTEN.get(target, lambda: [])())


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _unescaped(line: str) -> bytes:
    text = line.partition("\t")[0]
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text).encode("utf-8", "surrogateescape")


def _records(layout: str) -> Iterator[bytes]:
    """The records of a layout's sample, one by one, and the first ten together."""
    sample = TESTS / "registers" / f"{layout.replace('-', '_')}.csv"
    rows = list(csv.reader(io.StringIO(sample.read_text(encoding="utf-8"), newline="")))
    wide = len(LAYOUTS[layout].columns)
    texts = [_written([row[-wide:]]) for row in rows if len(row) >= wide]
    yield from (text.encode() for text in (*texts[1:], "".join(texts[1:11])))


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _published(table: str, column: str) -> list[str]:
    with (PROCESSED / CASE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def _table(name: str) -> list[str]:
    """A table of the published case without its header: line by line, and whole."""
    lines = (RAW / CASE / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)[1:]
    return [*lines, "".join(lines)]


WRITTEN = {
    "limits": lambda: ["konkurs-launcher>=50000, ags-17<=100000", "a >= 99.50", "a<=1,a>=2", "a=1"],
    "parameter": lambda: [f"{name}={json.dumps(own.default).strip(chr(34))}" for name, own in declared().items()],
    "formula": lambda: [
        "balances[BGR,a].received - balances[BGR,a].sent",
        "count(balances[BGR]) / (1 + 2.5)",
        "between(balances[BGR,a,piece].sent, balances[BGR,a].received)",
        "hull(balances[BGR,a].sent, 1) * max(0, balances[BGR,a].sent)",
        "sources[S1].title",
    ],
    "key": lambda: [*_published("headlines", "key"), "balances[BGR,ags-17].received", "scenarios[2].sources"],
    "subcounts": lambda: ["77 Leopard 2 A5, 14 Leopard 2 A 4\n91", "BM-21 – 3 pcs.; M577 (2)\n5", "un (1) Piranha\n1"],
    "filings": lambda: ["party,year,filed\nBGR,2015,yes\nBLR,2015,nil\n", "\ufeffparty,year,filed\r\nBGR,2015,no\r\n"],
    "settings": lambda: [
        SETTINGS,
        SETTINGS.replace("{recipient", "1, {recipient"),
        SETTINGS.replace('"', "'"),
        "title = 1\n",
        "a = [[{}]]",
    ],
    "grid": lambda: [
        f"case: {CASE}\nvary:\n  opening_stock: {{from: 0, to: 240, step: 24}}\n  tolerance: [0, 0.05, 0.06]\n",
        'vary: {prefer: [larger, "mean"], lag_years: {from: 0, to: 3, step: 1}}\nheadlines: ["sent[BGR,ags-17]"]\n',
        "vary:\n- a\n",
    ],
    "layout": lambda: [
        (TESTS / "registers" / f"{layout.replace('-', '_')}.csv").read_text(encoding="utf-8")[:900]
        for layout in LAYOUTS
    ],
    **{name: lambda name=name: _table(name) for name in ("transfers", "values", "events")},
}
