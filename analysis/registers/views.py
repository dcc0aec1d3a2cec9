"""The tables of a register as people read them: in order of what matters, counted, and in sentences."""

from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.licences import is_licensed
from analysis.names import item_name, party_label, party_name, unspecified
from analysis.reliability import ANY
from analysis.wording import NON_BREAKING, capital, figure, listed, of_items, span, three_digits

BOTH = ("agree", "timing", "differ")
AGREEMENTS = {
    "agree": "both sides report, and their figures agree",
    "timing": "they agree over several years together",
    "differ": "both sides report, and they differ",
    "exporter only": "only the sender gives a figure",
    "importer only": "only the receiver gives a figure",
    "undisclosed": "reported, and no figure is given",
}
SILENCES = ("did not file", "filed and did not list", "not known to have filed", "listed without a count")


def compared(mirror: pd.DataFrame) -> pd.DataFrame:
    """Mirror reports with one row per comparison: years that only agree together are one."""
    key = ["supplier", "recipient", "item", "unit", "first_year", "last_year"]
    again = mirror.duplicated(key) & (mirror["agreement"] == "timing")
    return mirror[~again].reset_index(drop=True)


def agreements(mirror: pd.DataFrame) -> pd.DataFrame:
    """How many comparisons have which agreement, and what that means; all that there can be."""
    counts = compared(mirror)["agreement"].value_counts()
    rows = [(name, counts.get(name, 0), meaning) for name, meaning in AGREEMENTS.items()]
    return pd.DataFrame(rows, columns=["agreement", "comparisons", "meaning"])


def silences(mirror: pd.DataFrame) -> pd.DataFrame:
    """Why a side has no figure: in how many reports the sender, and in how many the receiver, is the silent one."""
    counts = {
        side: mirror.loc[mirror[f"{side}_low"].isna() & (mirror["silence"] != ""), "silence"].value_counts()
        for side in ("exporter", "importer")
    }
    rows = [(why, counts["exporter"].get(why, 0), counts["importer"].get(why, 0)) for why in SILENCES]
    return pd.DataFrame(rows, columns=["silence", "of the sender", "of the receiver"])


def gaps(mirror: pd.DataFrame) -> pd.DataFrame:
    """Comparisons whose figures differ, those first that are apart by the largest ratio; of intervals, the least one.

    What is set against nought comes first, the larger the sooner.
    """
    found = compared(mirror)
    found = found[found["agreement"] == "differ"]
    ends = {name: found[name].astype("float64") for name in found.columns if "_sum_" in name or "gap" in name}
    larger = ends["importer_sum_low"] / ends["exporter_sum_high"]
    smaller = ends["exporter_sum_low"] / ends["importer_sum_high"]
    apart = pd.concat([ends["gap_low"], -ends["gap_high"]], axis=1).max(axis=1)
    order = pd.DataFrame({"ratio": pd.concat([larger, smaller], axis=1).max(axis=1), "gap": apart})
    return found.loc[order.sort_values(["ratio", "gap"], ascending=False, kind="stable").index].reset_index(drop=True)


def weights(reliability: pd.DataFrame) -> pd.DataFrame:
    """Reporters' weights by the three rules side by side, who has most pairs first, and any other (`*`) last."""
    keys = ["party", "side", "pairs"]
    wide = reliability.pivot(index=keys, columns="rule", values="weight").reset_index()
    wide = wide.reindex(columns=[*keys, "variance", "symmetry", "agreement"]).assign(last=wide["party"] == ANY)
    ordered = wide.sort_values(["last", "pairs", "party", "side"], ascending=[True, False, True, True], kind="stable")
    shown = {name: [f"{value:.3g}" for value in ordered[name]] for name in ("variance", "symmetry", "agreement")}
    return ordered[keys].assign(**shown).reset_index(drop=True)


def reasons(rejects: pd.DataFrame) -> pd.DataFrame:
    """Why records were set aside, the most frequent reason first, each with the first record and what it says there."""
    grouped = rejects.groupby(["column", "reason"], sort=False)
    first = grouped[["row", "text", "suggestion"]].first().assign(records=grouped.size())
    return first.reset_index().sort_values(["records", "row"], ascending=[False, True], kind="stable")[
        ["records", "column", "reason", "row", "text", "suggestion"]
    ]


def largest(balances: pd.DataFrame) -> pd.DataFrame:
    """Balances of who both received and sent first, then by how many items are recorded at most; then as they are.

    What is recorded of nobody in particular stands with what has one side alone: it is no party that does both.
    """
    most = balances[["received_low", "sent_low"]].fillna(0)
    both = (most.min(axis=1) > 0) & ~balances["party"].map(unspecified).astype(bool)
    order = pd.DataFrame({"both": both, "size": most.max(axis=1)})
    return balances.loc[order.sort_values(["both", "size"], ascending=False, kind="stable").index]


def through(conduits: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger of what the first conduit passed on: its years in order."""
    first = conduits.head(1)
    return ledger.merge(first[["party", "item", "unit"]], on=["party", "item", "unit"])


def widest(chains: pd.DataFrame) -> pd.DataFrame:
    """Chains whose smallest movement is largest first; `low` and `high` are named `passing`, as tables show them."""
    found = chains.sort_values(["low", "legs"], ascending=[False, True], kind="stable")
    return found.rename(columns={"low": "passing_low", "high": "passing_high"})


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares with three digits, as tables show them."""
    names = [name for name in ("share", "exactness", "share_sent_on") if name in rows]
    return rows.assign(**{name: ["" if pd.isna(x) else three_digits(x) for x in rows[name]] for name in names})


def begin(rows: pd.DataFrame, name: str, most: int = 12) -> str:
    """The caption of a table of which only the first rows are shown."""
    return f"{name}: {figure(len(rows))}" + (f", of which the first {most}" if len(rows) > most else "")


def goods(low: object, high: object, item: str, unit: str) -> str:
    """A count with the name of what is counted: "240 Konkurs launchers", "1,900 kilograms of powder"."""
    count = span(low, None, high, unit)
    return of_items(count, short(item_name(item, low if count == "1" else None)))


def short(text: str, most: int = 60) -> str:
    """The text, cut where it is longer than that."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def passed(row: Mapping[str, object]) -> str:
    """What a conduit received and sent on, as a clause."""
    came = goods(row["received_low"], row["received_high"], row["item"], row["unit"])
    went = span(row["sent_low"], None, row["sent_high"], row["unit"])
    verbs = ("was licensed to receive", "to send on") if is_licensed(row["unit"]) else ("received", "sent on")
    return f"{capital(party_name(row['party']))} {verbs[0]} {came} and {verbs[1]} {went}{_share(row)}"


def ratio(share: float) -> str:
    """Sent ÷ received as print shows it: per cent, from ten upwards how many times as many."""
    if pd.isna(share):
        return ""
    if share >= 10:
        return f"{figure(share)} times as many"
    shown = round(share, 3)
    return figure(share if shown in (0, 1) else shown, "share")  # near none or all, the rest matters


def route(row: Mapping[str, object]) -> str:
    """Sender → receiver: item, years."""
    years = sorted({str(row[name]) for name in ("first_year", "last_year") if pd.notna(row[name])})
    ends = f"{party_label(row['supplier'])} → {party_label(row['recipient'])}"
    return f"{ends}: {short(item_name(row['item']))}{', ' * bool(years)}{' to '.join(years)}"


def finding(tables: Mapping[str, pd.DataFrame]) -> str:
    """What a register shows, in three sentences: who passed on most, and how far the two sides of it agree."""
    conduits = tables["conduits"]
    first = "Nobody is recorded to have received and sent on the same item"
    if len(conduits):
        first = passed(conduits.iloc[0])
    more = f" {_others(len(conduits) - 1)}" if len(conduits) > 1 else ""
    return f"**{first}.**{more} {of_both(tables['mirror'])}."


def of_both(mirror: pd.DataFrame) -> str:
    """How the figures of both sides compare, where both report."""
    counts = compared(mirror)["agreement"].value_counts()
    known = {name: int(counts.get(name, 0)) for name in BOTH}
    total = sum(known.values())
    if not total:
        return "No movement is reported by both its sender and its receiver"
    verbs = {"agree": ("agrees", "agree"), "timing": ("agrees across years", "agree across years")}
    verbs["differ"] = ("differs", "differ")
    parts = [f"{figure(known[name])} {verbs[name][known[name] != 1]}" for name in BOTH if known[name]]
    return f"Both sides report {figure(total)} {'movement' if total == 1 else 'movements'}: {listed(parts)}"


def accounted(records: pd.DataFrame) -> str:
    """Rows in = rows out, as a sentence."""
    counts = dict(zip(records["what"], records["count"], strict=True))
    total = counts.pop("records read")
    parts = [f"{figure(count)} {what}" for what, count in counts.items() if count]
    return f"Of {figure(total)} records, {listed(parts)}: none is lost." if total else "There is no record."


def not_followed(unfollowed: Iterable[str], unbounded: Iterable[str], categories: Iterable[str]) -> str:
    """What the chains leave out, and how to get it."""
    told = []
    if names := list(unfollowed):
        told.append(f"There are too many chains to list of {listed(names)}: ask for a party, an item or fewer years.")
    if names := list(unbounded):
        told.append(
            "How much must and can be of the first sender's takes long where movements are many: that is left empty "
            f"for {listed(names)}, and given where this item is asked for."
        )
    if names := list(categories):
        told.append(f"None is given for {listed(names)}: what is filed there is of many kinds.")
    return " ".join(told) or "No chain of these is left out, and none without its bounds."


def _others(count: int) -> str:
    return f"{figure(count)} more {'conduit is' if count == 1 else 'conduits are'} found."


def _share(row: Mapping[str, object]) -> str:
    share = ratio(row["share"])
    return f" ({share})".replace(NON_BREAKING, " ") if share else ""
