"""Table → figure: one function per figure, no arithmetic. Every printed number comes from `headlines`."""

from analysis.figures.bars import received_and_sent
from analysis.figures.claims import evidence_table
from analysis.figures.flow import flow_diagram
from analysis.figures.style import Drawing, credit
from analysis.figures.timeline import deeds_and_words

__all__ = ["Drawing", "credit", "deeds_and_words", "evidence_table", "flow_diagram", "received_and_sent"]
