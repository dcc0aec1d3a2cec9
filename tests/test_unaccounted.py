"""What is unaccounted for is said only where both sides are recorded, and holds for every reading of the counts."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from analysis import evidence, headlines, prose, reconcile
from analysis.figures.flow import flow_diagram
from analysis.schemas import PROCESSED
from analysis.tables import typed

ENDS = {"received": ("SRB", "BGR"), "sent": ("BGR", "ETH")}
OWED = ("unaccounted", "share_sent_on", "tolerance", "value_unaccounted")
FIGURES = 999_999_999_999_999  # the largest count that is read


def table() -> list[dict[str, str]]:
    lines = (Path(__file__).parent / "unaccounted.tsv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=3))


def limits(text: str) -> dict[str, int | None]:
    low, dots, high = text.partition("..")
    low, high = (int(end) if end else None for end in (low, high))
    return {"low": low, "high": high if dots else low}


def told(rows: list[dict]) -> dict[str, pd.DataFrame]:
    """Balances, headlines and evidence of a case that holds nothing but these transfers."""
    found = {name: typed(pd.DataFrame(columns=["x"]), name) for name in PROCESSED if name not in ("values", "origins")}
    base = {"source_id": "S1", "item": "tank", "unit": "piece", "role": "third", "year": 2015, "qualifier": "exact"}
    numbered = [
        {**base, "statement_id": f"T{place}", "locator": f"{place}", **row} for place, row in enumerate(rows, start=1)
    ]
    found["transfers"] = typed(pd.DataFrame(numbered), "transfers")
    found["flows"] = reconcile.flows(found["transfers"])
    found["double_counts"] = reconcile.double_counts(found["flows"])
    found["balances"] = reconcile.balances(found["flows"], found["double_counts"])
    found["evidence"] = evidence.evidence(found, "BGR")
    found["headlines"] = headlines.headlines(found, {"focus": {"party": "BGR", "item": "tank"}})
    return found


def named(found: dict[str, pd.DataFrame], party: str) -> set[str]:
    """Names of the headlines about a party."""
    return {key.partition("[")[0] for key in found["headlines"]["key"] if f"[{party}," in key}


def of(row: dict[str, str]) -> dict[str, pd.DataFrame]:
    sides = [(ENDS[side], row[side]) for side in ENDS if row[side] != "-"]
    return told([{"supplier": ends[0], "recipient": ends[1], **limits(count)} for ends, count in sides])


def name_of(row: dict[str, str]) -> str:
    return f"{row['received']} in, {row['sent']} out"


@pytest.mark.parametrize("row", table(), ids=name_of)
def test_what_two_counts_allow_to_say(row):
    found = of(row)
    (mine,) = found["balances"][found["balances"]["party"] == "BGR"].to_dict("records")
    assert mine["status"] == row["status"]
    ends = [None if pd.isna(mine[f"unaccounted_{end}"]) else mine[f"unaccounted_{end}"] for end in ("low", "high")]
    assert ends == [int(row[end]) if row[end] else None for end in ("low", "high")], row["why"]
    assert row["words"] in prose.finding(found["headlines"], "BGR", "tank")
    shares = " ".join(prose.measures(found["headlines"], "BGR", "tank"))
    assert row["share"] in shares.replace("\u00a0", " ")


@pytest.mark.parametrize("row", [row for row in table() if "-" in (row["received"], row["sent"])], ids=name_of)
def test_of_one_side_alone_nothing_is_unaccounted_for(row):
    found = of(row)
    assert not {*OWED} & named(found, "BGR")
    claims = found["evidence"].loc[found["evidence"]["basis"] == "inferred", "claim"]
    assert not claims.str.contains("unaccounted").any()
    assert found["balances"][["unaccounted_low", "unaccounted_best", "unaccounted_high"]].isna().all(axis=None)


def test_sums_of_counts_are_exact_up_to_the_largest_count():
    years = range(2000, 2011)
    rows = [{"supplier": "SRB", "recipient": "BGR", "low": FIGURES, "high": FIGURES, "year": year} for year in years]
    rows.append({"supplier": "BGR", "recipient": "ETH", "low": 1, "high": 1})
    (mine,) = told(rows)["balances"].query("party == 'BGR'").to_dict("records")
    total = 11 * FIGURES
    assert str(total).endswith("989")  # as a binary fraction it would be ...988
    assert [mine[name] for name in ("received_low", "received_high")] == [total, total]
    assert [mine[name] for name in ("unaccounted_low", "unaccounted_high")] == [total - 1, total - 1]
    assert pd.isna(mine["received_best"])  # no figure that is not the sum
    (theirs,) = told(rows)["balances"].query("party == 'SRB'").to_dict("records")
    assert theirs["required_stock"] == total


@pytest.mark.parametrize(
    ("received", "sent", "words"),
    [
        ("..", "216", "an unknown number unaccounted for"),
        ("240", "216", "24 unaccounted for"),
        ("140", "-", "140: no record of any onward transfer"),
        ("..", "-", "an unknown number: no record of any onward transfer"),
    ],
)
def test_the_flow_always_draws_what_no_record_follows(received, sent, words):
    figure = flow_diagram(of({"received": received, "sent": sent})["headlines"], "BGR", "tank", "Source").figure
    texts = [text.get_text().replace("\n", " ") for axes in figure.axes for text in axes.texts]
    assert words in texts
    dashed = [patch for axes in figure.axes for patch in axes.patches if patch.get_linestyle() not in ("solid", "-")]
    assert len(dashed) == 2  # both edges of the stub
