"""Table → figure: one function per figure, no arithmetic. Every printed number comes from `headlines`."""

from analysis.figures.bars import received_and_sent
from analysis.figures.claims import evidence_table
from analysis.figures.flow import flow_diagram
from analysis.figures.prices import price_line
from analysis.figures.routes import two_routes
from analysis.figures.stock import opening_stock
from analysis.figures.style import Drawing, credit
from analysis.figures.timeline import deeds_and_words

__all__ = [
    "Drawing",
    "credit",
    "deeds_and_words",
    "evidence_table",
    "flow_diagram",
    "opening_stock",
    "price_line",
    "received_and_sent",
    "two_routes",
]
