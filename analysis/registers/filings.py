"""Who filed a report, and who is known not to have: so that silence can be told from a nil report."""

from pathlib import Path

import pandas as pd

from analysis.cells import Problem, each
from analysis.errors import InputError
from analysis.names import Unresolved, resolve_party
from analysis.paths import shown
from analysis.quantities import parse_year
from analysis.tables import read_raw, typed

FILED = {"yes": "yes", "nil": "yes", "no": "no"}  # a nil report is a report


def listed(parties: pd.Series, years: pd.Series) -> pd.DataFrame:
    """Filings of every party with a line of its own in a year, sorted; cells that could not be read are left out."""
    pairs = {
        (party, year)
        for party, year in zip(parties, years, strict=True)
        if isinstance(party, str) and party and isinstance(year, int)
    }
    rows = [(party, year, "yes", "listed") for party, year in sorted(pairs)]
    return typed(pd.DataFrame(rows, columns=["party", "year", "filed", "basis"]), "filings")


def filings_from(path: Path, known: pd.DataFrame | None = None, register: str = "") -> pd.DataFrame:
    """Filings as a hand-written table (party, year, filed: yes | nil | no) states them, with those `known` already.

    Parties are spelled as in the register. Raises InputError for a cell that cannot be read, a party and year that
    stands there twice, and one that is said not to have filed though the register lists lines of its own.
    """
    raw = read_raw(path, "filings")
    read = {
        "party": each(raw["party"], lambda text: resolve_party(text, register)),
        "year": each(raw["year"], _year),
        "filed": each(raw["filed"], _filed),
    }
    for cells in read.values():
        for row, fault in cells.items():
            if isinstance(fault, Problem):
                why = f"{fault.text!r}: {fault.reason}; {fault.suggestion}"
                raise InputError(f"{shown(path)}, row {row}, column {fault.column}: {why}.")
    stated = pd.DataFrame(read).assign(basis="stated")
    _check(path, stated, known)
    rows = stated if known is None else pd.concat([known, stated]).drop_duplicates(["party", "year"])
    return typed(rows.sort_values(["party", "year"], kind="stable"), "filings")


def _year(text: str) -> int:
    if (year := parse_year(text)) is None:
        raise Unresolved(text, "no year is given", "write the year that the report is about")
    return year


def _filed(text: str) -> str:
    if (found := FILED.get(text.casefold())) is None:
        raise Unresolved(text, "is not yes, nil or no", "leave the row out where it is not known")
    return found


def _check(path: Path, stated: pd.DataFrame, known: pd.DataFrame | None) -> None:
    own = set() if known is None else set(zip(known["party"], known["year"], strict=True))
    seen: dict[tuple[str, int], int] = {}
    faults = []
    for row, party, year, filed in stated[["party", "year", "filed"]].itertuples():
        if (first := seen.setdefault((party, year), row)) != row:
            faults.append(f"row {row}: {party} {year} stands in row {first} already")
        elif filed == "no" and (party, year) in own:
            faults.append(f"row {row}: {party} did not file for {year}, but the register lists lines of its own")
    if faults:
        raise InputError(f"{shown(path)}, {'; '.join(faults)}. Correct or remove these rows.")
