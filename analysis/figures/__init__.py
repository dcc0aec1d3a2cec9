"""Table → figure: one function per figure, no arithmetic. Numbers are a case's `headlines`, or a register's tables'."""

from analysis.figures.bars import received_and_sent
from analysis.figures.claims import evidence_table
from analysis.figures.flow import flow_diagram
from analysis.figures.mirrors import mirror_scatter
from analysis.figures.passing import conduit_bars
from analysis.figures.prices import price_line
from analysis.figures.reporting import who_reports
from analysis.figures.routes import two_routes
from analysis.figures.stock import opening_stock
from analysis.figures.style import Drawing, credit
from analysis.figures.timeline import deeds_and_words

__all__ = [
    "Drawing",
    "conduit_bars",
    "credit",
    "deeds_and_words",
    "evidence_table",
    "flow_diagram",
    "mirror_scatter",
    "opening_stock",
    "price_line",
    "received_and_sent",
    "two_routes",
    "who_reports",
]
