"""Every table: its columns in order, each with its type and what it means; and the key that names a row.

Types: `text` (empty = the source does not say), `count` (whole number, empty = unknown), `number`, `money`
(exact decimal), `date` (ISO 8601). An interval is a pair of columns `…low`, `…high`; no `high` = no upper limit known.
"""

from analysis.schemas.columns import Column
from analysis.schemas.processed import CASES
from analysis.schemas.raw import OPTIONAL, RAW
from analysis.schemas.registers import REGISTERS

__all__ = ["CASES", "KEYS", "OPEN", "OPTIONAL", "PROCESSED", "RAW", "REGISTERS", "Column", "names"]

PROCESSED = CASES | REGISTERS

# Tables that have further columns, of text, after their own.
OPEN = ("scenarios",)

# What names one row. A unit comes last, so that it may be left out where only one is in use.
KEYS = {
    "sources": ("source_id",),
    "transfers": ("statement_id",),
    "amounts": ("statement_id",),
    "events": ("event_id",),
    "corrections": ("table", "id", "column"),
    "flows": ("supplier", "recipient", "item", "year", "unit"),
    "balances": ("party", "item", "unit"),
    "origins": ("supplier", "recipient", "item", "year", "unit"),
    "double_counts": ("supplier", "via", "recipient", "item", "year", "unit"),
    "values": ("item", "lot", "sum"),
    "counting": ("name",),
    "parameters": ("name",),
    "flips": ("parameter", "at", "key"),
    "timeline": ("id",),
    "evidence": ("basis", "id"),
    "rejects": ("table", "row"),
    "headlines": ("key",),
    "statements": ("statement_id",),
    "stocks": ("statement_id",),
    "filings": ("party", "year"),
    "mirror": ("supplier", "recipient", "item", "year", "unit"),
    "reliability": ("party", "side", "rule"),
    "conduits": ("party", "item", "unit"),
    "chains": ("chain", "item", "unit"),
    "ledger": ("party", "item", "year", "unit"),
    "holdings": ("party", "item", "opening_year", "unit"),
}


def needed(table: str) -> list[str]:
    """The columns that a hand-written table must have, in order."""
    return [name for name in names(RAW[table]) if name not in OPTIONAL.get(table, ())]


def names(columns: tuple[Column, ...]) -> list[str]:
    """The column names alone, in order."""
    return [column.name for column in columns]
