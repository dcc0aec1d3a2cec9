"""What an adapter is, and what it gives."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd


class Register(NamedTuple):
    """What a file holds. Every record is a statement or more, a stock, or a reject; shapes in analysis.schemas."""

    statements: pd.DataFrame
    stocks: pd.DataFrame
    filings: pd.DataFrame
    rejects: pd.DataFrame


class Layout(NamedTuple):
    """A published layout: how to tell it, and how to read it."""

    name: str
    title: str
    columns: tuple[str, ...]  # as published, in order
    header: Callable[[Path], list[str]]  # the cells that stand where this layout has its header, [] where none do
    read: Callable[[Path], Register]
