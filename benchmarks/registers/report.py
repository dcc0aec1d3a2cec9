"""What the runs come to: `python -m benchmarks.registers.report FOLDER` reads runs.json, writes a table and a plot.

`start` memory: the sum of the three tasks, from statements in memory to results in memory. `start` file: from the
Parquet file to results in memory, reading included; `peak` is that of this process, in MB. `ratio` is to the floor in
the same run, and `growth` the slope of log seconds over log records between the two largest sizes.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.ticker import NullFormatter

from analysis.figures import style
from benchmarks.registers.shape import TASKS

NAMES = {"sql": "retransfer", "pandas": "pandas", "polars": "Polars", "numba": "hand-written floor"}
COLOURS = {"sql": "unaccounted", "pandas": "received", "polars": "sent", "numba": "quiet"}
MARKERS = {"sql": "o", "pandas": "s", "polars": "^", "numba": "D"}
BY = ["records", "start", "contestant"]


def table(runs: pd.DataFrame) -> pd.DataFrame:
    """Medians: one row per size, start, contestant and task; task `all` is their sum, and reading from a file."""
    runs = runs[(runs["start"] == "file") | (runs["task"] != "read")]
    each = [*BY, "run"]
    whole = runs.groupby(each, sort=False).agg(wall=("wall", "sum"), cpu=("cpu", "sum"), peak=("peak", "max"))
    runs = pd.concat([runs, whole.reset_index().assign(task="all")])
    floor = runs[runs["contestant"] == "numba"].set_index(["records", "start", "run", "task"])["wall"]
    runs = runs.join(floor.rename("floor"), on=["records", "start", "run", "task"])
    runs = runs.assign(ratio=runs["wall"] / runs["floor"])
    found = runs.groupby([*BY, "task"], sort=False)[["wall", "cpu", "peak", "ratio"]].median().reset_index()
    return found.assign(growth=_growth(found))


def _growth(found: pd.DataFrame) -> pd.Series:
    """Slope between the two largest sizes, in the rows of the largest."""
    sizes = sorted(found["records"].unique())[-2:]
    if len(sizes) < 2:
        return pd.Series(np.nan, index=found.index)
    key = ["start", "contestant", "task"]
    before = found[found["records"] == sizes[0]].set_index(key)["wall"]
    ratio = found["wall"] / found.join(before.rename("before"), on=key)["before"]
    return (np.log(ratio) / np.log(sizes[1] / sizes[0])).where(found["records"] == sizes[1])


def markdown(found: pd.DataFrame) -> str:
    """The table as people read it."""
    head = "| records | from | contestant | mirror s | balances s | conduits s | all s | cores s | peak MB "
    head += "| × floor | growth |"
    lines = [head, "|" + "---|" * 11]
    for (records, start, name), rows in found.groupby(BY, sort=False):
        by_task = rows.set_index("task")
        seconds = [f"{by_task.loc[task, 'wall']:.2f}" for task in (*TASKS, "all")]
        last = by_task.loc["all"]
        numbers = [f"{last['cpu']:.2f}", f"{last['peak']:,.0f}", f"{last['ratio']:.1f}", f"{last['growth']:.2f}"]
        cells = [f"{records:,}", start, NAMES[name], *seconds, *numbers]
        lines.append(f"| {' | '.join(cells).replace('nan', '')} |")
    return "\n".join(lines)


def ways(runs: pd.DataFrame) -> str:
    """From Parquet to Parquet, as people read it: medians by size, parts, workers and memory limit."""
    by = ["records", "parts", "workers", "memory"]
    found = runs.groupby(by, sort=False)[["split", "reconcile", "all", "cpu", "peak"]].median().reset_index()
    head = "| records | parts | workers | limit | split s | parts s | all s | cores s | peak MB | µs a record |"
    lines = [head, "|" + "---|" * 10]
    for row in found.to_dict("records"):
        seconds = [f"{row[name]:.1f}" for name in ("split", "reconcile", "all", "cpu")]
        peak = f"{row['peak']:,.0f}"
        each = f"{row['all'] / row['records'] * 1e6:.1f}"
        about = [f"{row['records']:,}", str(row["parts"]), str(row["workers"] or "none"), row["memory"]]
        lines.append(f"| {' | '.join([*about, *seconds, peak, each])} |")
    return "\n".join(lines)


def plot(found: pd.DataFrame) -> style.Drawing:
    """Seconds over records for all three tasks, from memory to memory, both axes in powers of ten."""
    shown = found[(found["start"] == "memory") & (found["task"] == "all")]
    largest = shown[shown["records"] == shown["records"].max()].set_index("contestant")["wall"]
    title = "Mirror, balances and conduits"
    credit = "Seeded registers, medians of runs on one machine: make bench. Compare ratios, not seconds."
    with style.styled():
        figure = style.canvas(4.2, title, credit)
        axes = figure.add_axes((0.12, 0.2, 0.5, 0.6))
        for name, rows in shown.groupby("contestant", sort=False):
            colour = style.COLOURS[COLOURS[name]]
            axes.plot(rows["records"], rows["wall"], color=colour, marker=MARKERS[name], linewidth=2)
        places = dict(zip(largest.sort_values().index, _apart(np.log10(largest.sort_values())), strict=True))
        for name, place in places.items():
            text = f"{NAMES[name]} {largest[name]:.2g} s"
            end = shown["records"].max() * 1.15
            axes.text(end, 10**place, text, va="center", color=style.COLOURS[COLOURS[name]], clip_on=False)
        axes.set(xscale="log", yscale="log", xlabel="records", ylabel="seconds")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
            axis.set_minor_formatter(NullFormatter())
        axes.spines[["top", "right"]].set_visible(False)
    alt = ", ".join(f"{NAMES[name]} {seconds:.2g} s" for name, seconds in largest.items())
    return style.finished("registers", figure, shown, f"{title}. {shown['records'].max():,} records: {alt}.", title)


def _apart(heights: pd.Series) -> list[float]:
    """Heights of the labels, none on another; powers of ten."""
    least = max(0.12, float(heights.max() - heights.min()) / 8)
    found: list[float] = []
    for height in heights:
        found.append(max(float(height), found[-1] + least) if found else float(height))
    return found


def main(folder: str) -> None:
    """Write registers.csv, registers.png and registers.svg; print the table, and that of larger.json."""
    found = table(pd.DataFrame(json.loads(Path(folder, "runs.json").read_text(encoding="utf-8"))))
    found.round(4).to_csv(Path(folder, "registers.csv"), index=False, lineterminator="\n")
    drawing = plot(found)
    Path(folder, "registers.png").write_bytes(drawing.png)
    Path(folder, "registers.svg").write_bytes(drawing.svg)
    print(markdown(found))
    larger = Path(folder, "larger.json")
    if larger.exists() and (measured := json.loads(larger.read_text(encoding="utf-8"))):
        print()
        print(ways(pd.DataFrame(measured)))


if __name__ == "__main__":
    main(*sys.argv[1:])
