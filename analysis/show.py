"""What notebooks display: tables that say what they are, and figures with the words that replace them."""

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from analysis import store
from analysis.rows import cell_text, unknown
from analysis.wording import span, unmarked

if TYPE_CHECKING:
    from analysis.explain import Explanation
    from analysis.figures.style import Drawing


NONE: Mapping[str, str] = {}


class Shown:
    """Something to display, by MIME type; the same bytes on every machine."""

    def __init__(self, bundle: dict[str, object], metadata: dict[str, object] | None = None) -> None:
        self.bundle, self.metadata = bundle, metadata or {}

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        return self.bundle, self.metadata


def table(frame: pd.DataFrame, caption: str, columns: str = "", meanings: Mapping[str, str] = NONE) -> Shown:
    """A table with its caption; unknown cells stay empty. Cells are shown as text: nothing in them is markup.

    `columns` names those to show, blank between them.
    Of an interval, `received` shows `received_low` and `…high` in words, such as "24" or "64 to 128".
    `meanings` says what columns mean: it is shown with their names, and listed below the rows.
    A processed table, or a part of one, has its name in the output's metadata.
    """
    metadata = {"text/html": {"table": frame.attrs["table"]}} if "table" in frame.attrs else {}
    frame = frame if not columns else pd.DataFrame({name: _column(frame, name) for name in columns.split()})
    rows = [list(frame.columns), *([cell_text(value) for value in row] for row in frame.itertuples(index=False))]
    sides = ["right" if pd.api.types.is_numeric_dtype(frame[name]) else "left" for name in frame.columns]
    bundle = {"text/html": _html(rows, sides, caption, meanings), "text/plain": _plain(rows, caption, meanings)}
    return Shown(bundle, metadata)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame:
        return frame[name]
    ends = zip(frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
    return pd.Series([in_words(low, high) for low, high in ends], index=frame.index, dtype="str")


def in_words(low: object, high: object, unit: str = "") -> str:
    """An interval in words; empty where neither end is known."""
    return "" if unknown(low) and unknown(high) else span(low, None, high, unit)


def _html(rows: list[list[str]], sides: list[str], caption: str, meanings: Mapping[str, str]) -> str:
    def line(tag: str, row: list[str], titles: Mapping[str, str] = NONE) -> str:
        cells = (
            f'<{tag} style="text-align: {side}"{_title(titles.get(cell))}>{escape(cell)}</{tag}>'
            for side, cell in zip(sides, row, strict=True)
        )
        return f"<tr>{''.join(cells)}</tr>"

    body = "\n".join(line("td", row) for row in rows[1:])
    side = ' style="text-align: left"' if meanings else ""  # long ones are read from their beginning
    head = f"<caption{side}>{escape(caption)}</caption>\n<thead>{line('th', rows[0], meanings)}</thead>"
    return f"<table>\n{head}\n<tbody>\n{body}\n</tbody>\n</table>{_listed(meanings)}"


def _title(meaning: str | None) -> str:
    return f' title="{escape(meaning)}"' if meaning else ""


def _listed(meanings: Mapping[str, str]) -> str:
    """What columns mean, folded away: what a pointer shows over their names, for those who have none."""
    lines = "".join(f"\n<li><b>{escape(name)}</b>: {escape(text)}</li>" for name, text in meanings.items())
    return f"\n<details><summary>What the columns mean</summary><ul>{lines}\n</ul></details>" if lines else ""


def _plain(rows: list[list[str]], caption: str, meanings: Mapping[str, str]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([caption, *lines, *(f"{name}: {text}" for name, text in meanings.items())])


def prose(text: str) -> Shown:
    """Sentences in Markdown. Where their numbers are, and the key of each, goes into the output's metadata."""
    plain, numbers = unmarked(text)
    metadata = {"text/markdown": {"numbers": numbers}} if numbers else {}
    return Shown({"text/markdown": plain, "text/plain": plain}, metadata)


def drawing(drawn: "Drawing") -> Shown:
    """A figure at half its pixels, with its alt text."""
    return _image(drawn.name, drawn.png, drawn.alt)


def saved_figure(case: str, results: str, name: str) -> Shown:
    """A figure that 4-figures saved, with its alt text."""
    alt = store.figure_file(case, results, name, "txt").read_text(encoding="utf-8").strip()
    return _image(name, store.figure_file(case, results, name, "png").read_bytes(), alt)


def explanation(key: str, case: str, results: str) -> Shown:
    """A headline or a cell of a processed table, by its key, back to the raw lines that it rests on."""
    from analysis.explain import explain, lines, opened  # noqa: PLC0415 (a notebook depends on what it has loaded)

    found = explain(key, opened(case, results))
    return Shown({"text/html": _tree(found), "text/plain": "\n".join(lines(found))})


def _tree(found: "Explanation") -> str:
    """The tree as nested lists; what is quoted from a raw table is set as such."""
    if found.raw:
        cells = ", ".join(f"{escape(name)} <q>{escape(text)}</q>" for name, text in found.raw["cells"].items() if text)
        return f"<li>{found.raw['file']}, row {found.raw['row']}: {cells}. {escape(found.raw['source'])}</li>"
    why = "<br>".join(escape(text) for text in (found.formula and f"= {found.formula}", found.words) if text)
    parts = "\n".join(_tree(part) for part in found.parts)
    return f"<ul><li><b>{escape(found.key)} = {escape(found.value or 'unknown')}</b><br>{why}{parts}</li></ul>"


def _image(name: str, data: bytes, alt: str) -> Shown:
    # A PNG's header holds its width there; it is drawn at twice the size.
    metadata = {"image/png": {"figure": name, "width": int.from_bytes(data[16:20], "big") // 2}}
    return Shown({"image/png": b64encode(data).decode("ascii"), "text/plain": alt}, metadata)
