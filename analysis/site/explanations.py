"""What a reader sees behind a number: its formula, the statements as printed, their source and place; every step."""

import json
from collections.abc import Iterable, Mapping
from html import escape

from analysis.explain import Book, Explanation, explain, leaves
from analysis.formulas import TERM
from analysis.headlines import in_words
from analysis.licences import is_licensed
from analysis.names import item_name, party_label
from analysis.schemas import RAW
from analysis.site.links import raw
from analysis.wording import capital, visible

WORDS = {
    "flow": "Moved",
    "year": "Year of the movement",
    "years": "Years in which it received",
    "received": "Received",
    "sent": "Sent on",
    "unaccounted": "Unaccounted for",
    "share_sent_on": "Sent on, as a share of what was received",
    "tolerance": "Counting error that alone would explain the gap",
    "amount": "Sum of money",
    "reached": "Can have reached",
    "sources": "Sources",
    "statements": "Counts",
    "rejected": "Rows that could not be read",
    "evidence": "Claims",
    "transfer_years": "Years of the counted transfers",
    "first_year": "First year of the timeline",
    "last_year": "Last year of the timeline",
    "mean_price": "Mean price of one item under the sum",
    "unit_price": "Price of one item",
    "value_sent": "Worth of what was sent on",
    "value_unaccounted": "Worth of what is unaccounted for",
    "assumed_stock": "Opening stock that the bounds assume",
    "of_origin": "Of the origin, least and most",
    "break_even": "Opening stock at which none need be of the origin",
}
# Columns that hold words of the source, as it prints them.
PRINTED = {
    column.name
    for table in ("sources", "transfers", "values", "events")
    for column in RAW[table]
    if column.meaning.endswith("as printed") or column.name == "date_as_printed"
}
LICENCES = "<p>It counts licences: what may move, not what did.</p>"
HEAD = ("statement_id", "event_id", "source_id", "locator")  # what a printed line's heading says already


def label(key: str) -> str:
    """A key in words: `sent[BGR,ags-17]` → "Sent on: Bulgaria, AGS-17 grenade launchers"."""
    name, _, rest = key.partition("[")
    inside, _, column = rest.rpartition("]")
    parts = [_part(part) for part in inside.split(",") if part]
    told = f"{WORDS.get(name, capital(name.replace('_', ' ')))}{f' ({column[1:]})' if column else ''}"
    return visible(f"{told}: {', '.join(parts)}" if parts else told)


def _part(text: str) -> str:
    if text == "*":
        return "all"
    return party_label(text) if text.isupper() and len(text) == 3 else item_name(text)


def printed(key: str, found: Explanation, book: Book) -> str:
    """The number as pages print it; a cell that is no headline as its table prints it."""
    rows = book.ledger.rows("headlines", (key,))
    return in_words(rows[0]) if rows else found.value


def fragment(key: str, book: Book) -> str:
    """One explanation as HTML; what sources print is quoted, and nothing in it is markup."""
    found = explain(key, book)
    lines = {name: f"<li>{_statement(line)}</li>" for name, line in _printed_lines(found)}
    parts = [
        f'<p class="why-value"><b>{escape(printed(key, found, book))}</b></p>',
        f'<p class="why-key">Key: <code>{escape(key)}</code></p>',
        LICENCES * any(is_licensed(row["unit"]) for row in book.ledger.rows("headlines", (key,))),
        _formula(found),
        f"<h3>The words it rests on</h3>\n<ol class='why-lines'>{''.join(lines.values())}</ol>" if lines else "",
        f"<details><summary>Every step</summary>{steps(found)}</details>" if found.parts else "",
    ]
    return visible("\n".join(filter(None, parts)))


def _formula(found: Explanation) -> str:
    """How a number is computed, under its heading; nothing where it was read from a line."""
    told = _computed(found)
    return f"<h3>How it is computed</h3>\n{told}" if told else ""


def _computed(found: Explanation) -> str:
    """The formula, and the same with its terms' numbers in their places."""
    told = f"<p>{escape(found.words)}</p>" if found.words else ""
    if not found.formula:
        return told
    values = {part.key: part.value or "unknown" for part in found.parts}
    filled = TERM.sub(lambda term: values.get(term[0], term[0]), found.formula).replace(" - ", " − ")
    alone = TERM.fullmatch(found.formula) or filled in (found.value, f"max(0, {found.value})")
    shown = "" if alone else f"<p class='why-filled'>= {escape(filled)}</p>"
    # A number that only repeats a cell is explained by how that cell came about.
    deeper = _computed(found.parts[0]) if TERM.fullmatch(found.formula) and len(found.parts) == 1 else ""
    return f"<p><code>{escape(found.formula)}</code></p>{shown}{told}{deeper}"


def _printed_lines(found: Explanation) -> Iterable[tuple[str, Mapping]]:
    """The raw lines at the ends of the tree, each once."""
    once = {f"{raw['file']}:{raw['row']}": raw for raw in leaves(found)}
    return sorted(once.items(), key=lambda line: (line[1]["file"], line[1]["row"]))


def _statement(raw: Mapping) -> str:
    """A raw line: whose words and where, then its cells as printed."""
    cells = raw["cells"]
    name = next((cells[column] for column in HEAD[:2] if column in cells), "")
    where = ". ".join(filter(None, (name, raw["source"])))
    told = [
        f"<dt>{escape(column.replace('_', ' '))}</dt><dd>{_cell(column, text)}</dd>"
        for column, text in cells.items()
        if text and column not in HEAD
    ]
    head = f"<b>{escape(where)}</b> " if where else ""
    return f"{head}<small>{escape(raw['file'])}, row {raw['row']}</small><dl>{''.join(told)}</dl>"


def _cell(column: str, text: str) -> str:
    """A cell as it stands; what a source prints is quoted, what is ours is not."""
    return f"<q><bdi>{escape(text)}</bdi></q>" if column in PRINTED else f"<bdi>{escape(text)}</bdi>"


def steps(found: Explanation) -> str:
    """The whole tree as nested lists, down to where each line stands."""
    if found.raw:
        return f"<ul><li>{escape(found.raw['file'])}, row {found.raw['row']}</li></ul>"
    why = "<br>".join(escape(text) for text in (found.formula and f"= {found.formula}", found.words) if text)
    value = f" = {escape(found.value or 'unknown')}" if found.value or found.formula else ""
    parts = "".join(steps(part) for part in found.parts)
    return f"<ul><li><code>{escape(found.key)}</code>{value}<br>{why}{parts}</li></ul>"


def page(anchors: Mapping[str, str], fragments: Mapping[str, str], title: str, question: str) -> str:
    """The page of a case on which every number is explained, readable without any script."""
    index = "".join(f'<li><a href="#{escape(anchors[key])}">{escape(label(key))}</a></li>' for key in anchors)
    sections = "\n".join(
        f'<section class="why" id="{escape(anchors[key])}">\n<h2>{escape(label(key))}</h2>\n{html}\n</section>'
        for key, html in fragments.items()
    )
    html = [
        f"<p>{escape(visible(title))}. <i>{escape(visible(question))}</i></p>",
        "<p>Each number has its formula, the words it rests on as their source prints them, and every step between. "
        "Cells that are empty are left out: the source does not say.</p>",
        f'<details class="why-index"><summary>All {len(anchors)} numbers</summary><ul>{index}</ul></details>',
        sections,
    ]
    return "# Where every number comes from\n\n" + raw("\n".join(html))


def script(anchors: Mapping[str, str], fragments: Mapping[str, str]) -> str:
    """The same explanations for the pages of the case to show in place: a script, since files may not fetch files."""
    found = {anchors[key]: f"<h2>{escape(label(key))}</h2>\n{html}" for key, html in fragments.items()}
    return f"retransfer.explanations({json.dumps(found, ensure_ascii=False)});\n"
