"""What a finished run of a case says in the shell."""

from analysis import cases, prose, store
from analysis.headlines import say
from analysis.plans import Plan


def lines(planned: Plan) -> list[str]:
    """The finding first, then the headlines, then what could not be read."""
    tables = store.load(planned.case, planned.results, "headlines", "rejects")
    headlines, focus = tables["headlines"], cases.settings(planned.case)["focus"]
    keys = [row.key for row in headlines.itertuples() if row.unit not in ("year", "claim")]
    numbers = [f"{key:<{max(map(len, keys))}}  {say(headlines, key)}" for key in keys]
    missed = prose.set_aside(tables["rejects"])
    finding = f"{prose.finding(headlines, focus['party'], focus['item'])}."
    return [finding, "", *numbers, *[""][: len(missed)], *missed]
