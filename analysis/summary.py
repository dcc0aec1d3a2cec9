"""What a finished run of a case says in the shell."""

import re

import pandas as pd

from analysis import cases, findings, prose, store
from analysis.headlines import say
from analysis.licences import is_licensed
from analysis.paths import PUBLISHED
from analysis.plans import Plan
from analysis.wording import listed

MOST = 60  # headlines that are listed; of more, those of the item in focus alone
DOUBTS = 5  # that are told


def lines(planned: Plan) -> list[str]:
    """The finding first, then the headlines, then what could not be read.

    Of a case in the making also what is doubtful, before any number, and what is empty.
    """
    tables = store.load(planned.case, planned.results, "headlines", "rejects")
    settings = cases.settings(planned.case)
    headlines, focus, rejects = tables["headlines"], settings["focus"], tables["rejects"]
    finding = f"{_without(rejects)}{prose.finding(headlines, focus['party'], focus['item'])}."
    missed = prose.set_aside(rejects)
    doubts, hints = _in_the_making(planned, settings, bool(missed))
    parts = [[finding], doubts, _numbers(headlines, focus["item"]), missed, hints]
    return [line for part in parts if part for line in ("", *part)][1:]


def _without(rejects: pd.DataFrame) -> str:
    """What the finding is without: transfers that could not be read."""
    ids = list(rejects.loc[rejects["table"] == "transfers", "id"])
    named = ids if len(ids) <= DOUBTS else [*ids[:DOUBTS], f"{len(ids) - DOUBTS} more"]
    return f"Without {listed(named)}, which could not be read: " if ids else ""


def _numbers(headlines: pd.DataFrame, item: str) -> list[str]:
    """Every headline but those that name years and count claims; of many, those of the item in focus."""
    keys = [row.key for row in headlines.itertuples() if row.unit not in ("year", "claim")]
    own = re.compile(rf"[\[,]{re.escape(item)}[,\]]")
    shown = keys if len(keys) <= MOST else [key for key in keys if own.search(key) or "[" not in key]
    wide = max(map(len, shown), default=0)
    left = len(keys) - len(shown)
    more = [f"{left} other headlines are in headlines.csv."] if left else []
    units = dict(zip(headlines["key"], headlines["unit"], strict=True))
    return [f"{key:<{wide}}  {say(headlines, key)}{', licensed' * is_licensed(units[key])}" for key in shown] + more


def _in_the_making(planned: Plan, settings: dict, missed: bool) -> tuple[list[str], list[str]]:
    """What is doubtful, and what is still empty, of a case that is not published."""
    if planned.results == PUBLISHED or settings.get("published"):
        return [], []
    found = findings.of_case(planned.case, planned.values).findings
    doubts = [findings.told(one) for level, one in found if level == findings.DOUBTFUL and one.column != "sha256"]
    empty = [findings.named(one) for level, one in found if level == findings.EMPTY]
    more = [f"and {len(doubts) - DOUBTS} more."] if len(doubts) > DOUBTS else []
    told = [*(f"Doubtful: {text}" for text in doubts[:DOUBTS]), *more]
    hints = [f"Still empty: {listed(empty)}."] if empty else []
    cure = f"`retransfer check {planned.case}` says more, and what would be right."
    return told, [*hints, *[cure][: bool(missed or told or empty)]]
