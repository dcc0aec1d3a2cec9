"""What is wrong, doubtful or still empty in a case's raw tables, told before anything is run."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from analysis import cases, clean, doubts, names, plans, progress, scenarios
from analysis.cases import case_dir
from analysis.characters import cut
from analysis.checks import TOTAL
from analysis.doubts import Finding
from analysis.errors import InputError
from analysis.paths import RAW, shown
from analysis.reconcile import without
from analysis.settings import GIVEN
from analysis.wording import capital

WRONG, DOUBTFUL, EMPTY = LEVELS = ("wrong", "doubtful", "still empty")
PLACE = re.compile(  # how a message begins that names one
    r"(?P<file>[^:,]+\.(?:csv|toml|ipynb))(?:, row (?P<row>[0-9]+))?(?:, column (?P<column>[^:]+))?(?:, )?(?P<rest>.*)",
    re.S,
)
NAMES = ("statement_id", "reporter", "supplier", "recipient", "designation")  # cells that may say "Total"
SWAPPED = "If how many and which year have changed places, put each in its own column."
MERGED = "Row {row} above it says {text!r} there: where a spreadsheet merged cells, write the words in every row"
DECIMAL = (
    "If its source writes a comma for the decimal mark, set the column decimal of that source in sources.csv to a "
    "comma; if this cell alone has one, correct it by a row of corrections.csv"
)
ADDED_UP = "The row looks like a total: remove it, for it would count twice what other rows say"


class Checked(NamedTuple):
    """What was found in a case, or in the tables of reference, under the name of either."""

    name: str
    findings: list[tuple[str, Finding]]


def of_all() -> list[Checked]:
    """The tables of reference, and every case there is."""
    found = [Checked("reference", of_reference())]
    with progress.steps("check", len(cases.case_names())) as begin:
        for case in cases.case_names():
            begin(case)
            found.append(_either(case))
    return found


def _either(case: str) -> Checked:
    """What is found in a case, be it that nothing of it can be read."""
    try:
        return of_case(case)
    except InputError as fault:
        return Checked(case, [(WRONG, _placed(fault, shown(RAW / case)))])


def of_reference() -> list[tuple[str, Finding]]:
    """What keeps the tables of spellings from being read."""
    found = []
    for path in names.every_reference_file():
        found += [(WRONG, _placed(fault, shown(path.parent))) for fault in names.reference_faults(path)]
    if not found:
        found += [(WRONG, _placed(fault, "")) for fault in _asked(names.check_meanings)]
    return found


def of_case(case: str, given: Mapping[str, object] = MappingProxyType({})) -> Checked:
    """Everything that can be told of a case without running it, with these of its parameters changed.

    Raises InputError where there is no such case.
    """
    folder = shown(case_dir(case))
    faults = [*_asked(lambda: plans.basis(case)), *cases.table_faults(case)]
    if faults:
        return Checked(case, [(WRONG, _placed(fault, folder)) for fault in faults])
    raw, settings = cases.raw_tables(case), cases.settings(case)
    faults = cases.correction_faults(raw)
    if faults:
        return Checked(case, [(WRONG, _placed(fault, folder)) for fault in faults])
    tables: dict[str, pd.DataFrame] = {}
    if faults := list(_asked(lambda: tables.update(clean.cleaned(cases.corrected(raw))))):
        return Checked(case, [(WRONG, _placed(fault, folder)) for fault in faults])
    found = [(WRONG, finding) for finding in _set_aside(case, raw, tables["rejects"])]
    point, counted = point_of(case), dict(tables)
    point |= {name: value for name, value in given.items() if name in point}
    faults = list(_asked(lambda: counted.update(transfers=without(tables["transfers"], str(point["leave_out"])))))
    units = [] if faults else list(doubts.several_units(case, raw, counted))
    if not units and not faults:
        faults = list(_asked(lambda: tables.update(scenarios.reconciled(tables, settings, point))))
    found += [(WRONG, finding) for finding in units] + [(WRONG, _placed(fault, folder)) for fault in faults]
    if not units and not faults:
        found += [(WRONG, _placed(fault, folder)) for fault in _asked(lambda: _bounded(tables, point))]
        found += [(DOUBTFUL, finding) for finding in doubts.of(case, raw, tables | {"transfers": counted["transfers"]})]
    return Checked(case, [*found, *((EMPTY, finding) for finding in empty(case, raw, settings))])


def point_of(case: str) -> dict[str, object]:
    """Every parameter of a case with its value: the notebooks' own, and what case.toml says."""
    basis = plans.basis(case)
    own = {name: parameter.default for name, parameter in basis.known.items() if name not in GIVEN}
    return own | basis.settings["parameters"]


def _bounded(tables: Mapping[str, pd.DataFrame], point: Mapping[str, object]) -> None:
    """What the parameters of origins and prices need, without the solvers' work."""
    scenarios.check(tables, point)
    scenarios.priced(tables, point)


def _asked(ask) -> Iterator[InputError]:
    try:
        ask()
    except InputError as fault:
        yield fault


def _placed(fault: InputError, folder: str) -> Finding:
    """A message as a finding: where it is, and what it says."""
    match = PLACE.match(str(fault))
    if not match:
        return Finding(f"{folder}/case.toml", None, "", "", str(fault), "")
    file = match["file"] if "/" in match["file"] else f"{folder}/{match['file']}"
    says = match["rest"].removeprefix(":").strip()
    return Finding(file, int(match["row"]) if match["row"] else None, match["column"] or "", "", says, "")


def _set_aside(case: str, raw: Mapping[str, pd.DataFrame], rejects: pd.DataFrame) -> Iterator[Finding]:
    for reject in rejects.to_dict("records"):
        table, row = reject["table"], int(reject["row"])
        cures = _hints(raw[table], row, reject) or [reject["suggestion"]]
        cure = " ".join(f"{capital(text.rstrip('.'))}." for text in filter(None, cures))
        place = shown(RAW / case / f"{table}.csv")
        yield Finding(place, row, reject["column"], reject["text"], f"{reject['reason']}", cure)


def _hints(table: pd.DataFrame, row: int, reject: Mapping[str, str]) -> list[str]:
    """What to do about what a beginner may have done; nothing where the cell's own cure says all.

    A row that adds up others is mended by its removal alone.
    """
    line = table.loc[row]
    if any(TOTAL.match(line[column]) for column in NAMES if column in line):
        return [ADDED_UP]
    found = list(_slips(line, table.loc[: row - 1], reject))
    return [reject["suggestion"], *found] if found else []


def _slips(line: pd.Series, above: pd.DataFrame, reject: Mapping[str, str]) -> Iterator[str]:
    for column in reject["column"].split(" | "):
        filled = above[above[column] != ""] if column in above else above[:0]
        if column in line and not line[column] and len(filled):
            yield MERGED.format(row=filled.index[-1], text=cut(filled.iloc[-1][column]))
    if re.search(r"(?<![0-9.,])[0-9]+,[0-9]{1,2}(?![0-9,])", reject["text"]):
        yield DECIMAL
    if "year" in reject["column"] and re.fullmatch(r"(?:19|20)[0-9]{2}", str(line.get("quantity", ""))):
        yield SWAPPED


def empty(case: str, raw: Mapping[str, pd.DataFrame], settings: Mapping) -> Iterator[Finding]:
    """What a case does not have yet, and what it would be for."""
    for table, words in (
        ("transfers", "no statement yet: one row is one movement as one source reports it"),
        ("sources", "no source yet: every statement names one"),
        ("values", "no sum of money: without one, no price is bounded"),
        ("events", "no event: the timeline has the transfers alone"),
    ):
        if raw[table].empty:
            yield Finding(shown(RAW / case / f"{table}.csv"), None, "", "", words, "")
    report = settings.get("report", {})
    for key, words in (
        ("standfirst", "no own words on whose counts these are"),
        ("not_shown", "nothing on what the counts do not show"),
    ):
        if not report.get(key):
            yield Finding(shown(RAW / case / "case.toml"), None, key, "", words, "")


def told(finding: Finding) -> str:
    """A finding in a line: where, what was read, what is the matter, what would be right."""
    column = f"column {finding.column}" if finding.row else finding.column
    place = ", ".join(filter(None, [finding.file, f"row {finding.row}" * bool(finding.row), finding.column and column]))
    read = f"read {cut(finding.read)!r}: " if finding.read else ""
    return f"{place}: {read}{finding.says}{'.' * (not finding.says.endswith('.'))} {capital(finding.cure)}".rstrip()


def named(finding: Finding) -> str:
    """What a finding is about, in a word or two: a file, or a key of it."""
    return finding.column or finding.file.rpartition("/")[2]


def as_json(found: Sequence[Checked]) -> str:
    """All findings for machines: a list of objects with case, level, file, row, column, read, says, cure."""
    rows = [
        {"case": checked.name, "level": level, **finding._asdict()}
        for checked in found
        for level, finding in checked.findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def counted(found: Sequence[Checked], level: str) -> int:
    """How many findings are of a level."""
    return sum(own == level for checked in found for own, _ in checked.findings)
