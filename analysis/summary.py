"""What a finished run of a case says in the shell."""

from analysis import cases, findings, prose, store
from analysis.headlines import say
from analysis.paths import PUBLISHED
from analysis.plans import Plan


def lines(planned: Plan) -> list[str]:
    """The finding first, then the headlines, then what could not be read, and of a case in the making what is empty."""
    tables = store.load(planned.case, planned.results, "headlines", "rejects")
    settings = cases.settings(planned.case)
    headlines, focus = tables["headlines"], settings["focus"]
    keys = [row.key for row in headlines.itertuples() if row.unit not in ("year", "claim")]
    numbers = [f"{key:<{max(map(len, keys))}}  {say(headlines, key)}" for key in keys]
    missed = prose.set_aside(tables["rejects"])
    hints = _in_the_making(planned.case, settings, bool(missed)) if planned.results != PUBLISHED else []
    finding = f"{prose.finding(headlines, focus['party'], focus['item'])}."
    return [finding, "", *numbers, *[""][: len(missed)], *missed, *[""][: len(hints)], *hints]


def _in_the_making(case: str, settings: dict, missed: bool) -> list[str]:
    """What a case that is not published has not got yet, and where to see what would mend what could not be read."""
    if settings.get("published"):
        return []
    empty = [
        f"Still empty: {findings.told(finding)}" for finding in findings.empty(case, cases.raw_tables(case), settings)
    ]
    cure = f"`retransfer check {case}` says what would be right, and what is doubtful."
    return [*empty, *[cure][: bool(missed or empty)]]
