"""The statements of all published cases as one register, so that what is found in any register is found in them."""

import pandas as pd

from analysis import cases, clean
from analysis.registers.filings import listed
from analysis.registers.layout import Register
from analysis.tables import typed


def pooled() -> tuple[Register, pd.DataFrame]:
    """The register, read from the cases' raw tables, and its sources (shape: schemas, `sources`), each once.

    An id is that of its case, a full stop and its own there. A source that several cases read (the same SHA-256) has
    one id, so that a line of it that two of them use counts once.
    """
    read = [_read(case) for case in cases.pooled()]
    sources = pd.concat([found for _, _, found in read])
    known = dict(zip(sources["source_id"], _first_of_its_bytes(sources), strict=True))
    statements = pd.concat([found for found, _, _ in read])
    statements = typed(statements.assign(source_id=statements["source_id"].map(known)), "statements")
    rejects = typed(pd.concat([found for _, found, _ in read]), "rejects")
    filings = listed(statements["reporter"], statements["year"].astype("object"))
    own = sources[sources["source_id"].isin(set(known.values()))]
    return Register(statements, typed(pd.DataFrame(), "stocks"), filings, rejects), typed(own, "sources")


def _read(case: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A case's statements, rejects and sources, their ids made the case's."""
    printed = cases.raw_tables(case)
    raw = cases.corrected(printed)
    kept, rejects = clean.clean_transfers(raw["transfers"], raw["sources"])
    lines = printed["transfers"].set_index("statement_id")
    statements = kept.assign(
        designation=kept["statement_id"].map(lines["designation"]),
        remark=kept["statement_id"].map(lines["note"]),
        first_year=kept["year"],
        last_year=kept["year"],
        statement_id=f"{case}." + kept["statement_id"],
        source_id=f"{case}." + kept["source_id"],
    )
    sources = raw["sources"].assign(source_id=f"{case}." + raw["sources"]["source_id"])
    return statements, rejects.assign(id=f"{case}." + rejects["id"]), sources


def _first_of_its_bytes(sources: pd.DataFrame) -> list[str]:
    """Of each source, the id of the first that has its SHA-256; its own where none is given."""
    first: dict[str, str] = {}
    pairs = zip(sources["source_id"], sources["sha256"], strict=True)
    return [first.setdefault(digest or name, name) for name, digest in pairs]
