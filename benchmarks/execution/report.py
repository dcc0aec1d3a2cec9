"""What the runs come to: a table to read, a plot, and the medians as CSV.

`ratio` is to the floor of the same section in the same round, the median over rounds; `seconds` and `cpu` are medians.
"""

from pathlib import Path

import pandas as pd
from matplotlib.ticker import NullFormatter
from matplotlib.transforms import blended_transform_factory

from analysis.figures import style
from benchmarks.execution import again, full, sweeps

FLOORS = {"full run": full.FLOOR, **again.FLOORS, **sweeps.FLOORS}
TITLES = {
    "full run": "All five notebooks, from raw tables",
    "unchanged": "Run again, nothing changed",
    "one notebook": "Run again, one sentence reworded",
    sweeps.NOTEBOOKS: "A sweep by notebooks",
    sweeps.FUNCTIONS: "A sweep by functions",
}
PACKAGE = "retransfer"


def table(records: list[dict]) -> pd.DataFrame:
    """One row per section and contestant, in the order they were measured: seconds, ratio, cpu, runs."""
    runs = pd.DataFrame(records)
    runs["scenarios"] = runs.get("scenarios", pd.Series(0, index=runs.index)).fillna(0).astype(int)
    floor = runs[runs["contestant"] == runs["section"].map(FLOORS)].set_index(["section", "run"])["wall"]
    runs = runs.join(floor.rename("floor"), on=["section", "run"])
    runs = runs.assign(ratio=runs["wall"] / runs["floor"])
    by = runs.sort_values(["run"], kind="stable").groupby(["section", "contestant", "scenarios"], sort=False)
    found = by.agg(seconds=("wall", "median"), ratio=("ratio", "median"), cpu=("cpu", "median"), runs=("run", "count"))
    order = found.reset_index()
    return order.sort_values(["section", "ratio"], key=_place, kind="stable", ignore_index=True)


def _place(column: pd.Series) -> pd.Series:
    """Sections in the order of their titles, contestants from fast to slow."""
    return column.map(list(TITLES).index) if column.name == "section" else column


def markdown(found: pd.DataFrame) -> str:
    """The table as people read it; of sweeps with what that makes for one scenario, or in one second."""
    lines = ["| section | contestant | s | × floor | cores s | scenarios |", "|" + "---|" * 6]
    for row in found.to_dict("records"):
        many = row["scenarios"]
        each = f"{many:,}: {row['seconds'] / many:.4f} s each, {many / row['seconds']:,.1f} a second" if many else ""
        name = f"{row['contestant']} (floor)" if FLOORS[row["section"]] == row["contestant"] else row["contestant"]
        cells = [row["section"], name, f"{row['seconds']:.2f}", f"{row['ratio']:.2f}", f"{row['cpu']:.2f}", each]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def kept(found: pd.DataFrame, path: Path) -> pd.DataFrame:
    """What was measured now, and what the file has of other sections, in the order of the titles."""
    before = pd.read_csv(path) if path.exists() else found.head(0)
    every = pd.concat([before[~before["section"].isin(found["section"])], found])
    return every.sort_values("section", key=_place, kind="stable")


def csv(found: pd.DataFrame) -> str:
    """The medians, as they are kept from one measuring to the next."""
    return (
        found[["section", "contestant", "seconds", "ratio", "runs"]].round(4).to_csv(index=False, lineterminator="\n")
    )


def plot(found: pd.DataFrame) -> style.Drawing:
    """A bar for each contestant, as long as its ratio to the floor of its section, on one scale of powers."""
    title = "Executing notebooks: times the floor"
    credit = "The published case, medians of runs on one machine: make bench. Compare ratios, not seconds."
    rows, places, heads = _laid_out(found)
    height = 1.3 + 0.27 * (max(places) + 1)
    with style.styled():
        figure = style.canvas(height, title, credit)
        axes = figure.add_axes((0.36, 0.75 / height, 0.42, (height - 1.3) / height))
        own = [row["contestant"].startswith(PACKAGE) for row in rows]
        floor = [row["contestant"] == FLOORS[row["section"]] for row in rows]
        colours = [
            style.COLOURS["unaccounted" if mine else "quiet" if low else "received"]
            for mine, low in zip(own, floor, strict=True)
        ]
        least = min(0.5, *(row["ratio"] for row in rows)) * 0.8
        axes.barh(places, [row["ratio"] - least for row in rows], left=least, height=0.7, color=colours)
        axes.axvline(1, color=style.COLOURS["ink"], linewidth=1, linestyle=":")
        for row, place in zip(rows, places, strict=True):
            text = f"{row['ratio']:.3g} × ({row['seconds']:.2f} s)"
            axes.text(row["ratio"] * 1.06, place, text, va="center", size=style.SIZES["small"], clip_on=False)
        across = blended_transform_factory(
            figure.transFigure, axes.transData
        )  # from the figure's edge, at a bar's height
        for place, head in heads:
            axes.text(0.02, place, head, va="center", weight="bold", transform=across, clip_on=False)
        axes.set_yticks(places, [row["contestant"] for row in rows], size=style.SIZES["small"])
        axes.set(xscale="log", xlim=(least, None), ylim=(max(places) + 0.7, -0.7), xlabel="times the floor")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.tick_params(axis="y", length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
    alt = "; ".join(f"{row['section']}, {row['contestant']}: {row['ratio']:.3g} times the floor" for row in rows)
    return style.finished("execution", figure, found, f"{title}. {alt}.", title)


def _laid_out(found: pd.DataFrame) -> tuple[list[dict], list[float], list[tuple[float, str]]]:
    """Rows, the place of each from the top, and the heads of sections with theirs."""
    rows, places, heads, place = [], [], [], 0.0
    for section, part in found.groupby("section", sort=False):
        heads.append((place, TITLES[section]))
        for row in part.to_dict("records"):
            place += 1
            rows.append(row)
            places.append(place)
        place += 1.4
    return rows, places, heads


def write(found: pd.DataFrame, folder: Path) -> None:
    """Write execution.csv, execution.png and execution.svg."""
    folder.joinpath("execution.csv").write_text(csv(found), encoding="utf-8")
    drawing = plot(found)
    folder.joinpath("execution.png").write_bytes(drawing.png)
    folder.joinpath("execution.svg").write_bytes(drawing.svg)
