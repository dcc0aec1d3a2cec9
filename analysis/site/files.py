"""What can be downloaded of a case, its CSV tables made harmless to spreadsheets that run cells as formulas."""

import re
from collections.abc import Iterator
from pathlib import Path

from analysis import cases
from analysis.errors import InputError
from analysis.paths import NOTEBOOKS, OWN, PUBLISHED, RAW, REFERENCE, REGISTER, ROOT, results_dir, shown

# Spreadsheets skip blanks, marks that are not seen, and quotes before a formula; some read full-width signs as signs.
_SKIPPED = r"""[\s\x00-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'"]*"""
_SIGN = "[=+@＝＋－＠﹦﹢﹣﹫-]"
# A comma-separated file opened where the semicolon separates lists is cut at semicolons and line breaks of a cell too.
_BEGINS = rf"""(?:\A(?={_SKIPPED}{_SIGN}|['"]*[\t\r\n])|(?<=[;\t\r\n])(?={_SKIPPED}{_SIGN}))"""
BEGINS = re.compile(_BEGINS)
_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_END = rf"(?:[+-]?{_NUMBER})?"
PLAIN = re.compile(rf"[+-]?{_NUMBER}|(?:[+-]?{_NUMBER} in )?{_END}\.\.{_END}")
CELL = re.compile(r'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<bare>(?:[^,\n"][^,\n]*?)??))(?P<end>,|\r?\n|\Z)')
FIGURE_KINDS = (".csv", ".png", ".svg")


def safe(text: str) -> str:
    """The cell with an apostrophe before whatever a spreadsheet could take for the beginning of a formula.

    That is the cell's own beginning, and what follows a semicolon, a tab or a line break within it. Numbers (`-53`) and
    our intervals (`-2..50`) stay as they are. A cell that begins with apostrophes before such a sign gets one more, so
    that taking one off wherever one stands so gives back what was written.
    After OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
    """
    return text if PLAIN.fullmatch(text) else BEGINS.sub("'", text)


def safe_csv(data: bytes) -> tuple[bytes, list[tuple[int, str]]]:
    """CSV with every cell safe, and the places changed: (row as a spreadsheet counts, header = 1; column name).

    Every byte of a cell that is not changed stays. A carriage return alone, in a cell without quotes, would end the row
    for many readers: such a cell is put in quotes. Raises InputError for a NUL, or a quotation mark that is not closed.
    """
    text = data.decode("utf-8")
    mark = "\ufeff" * text.startswith("\ufeff")
    found = list(_cells(_lines(text.removeprefix(mark))))
    header = [text for row, _, text, _ in found if row == 1]
    places = [
        (row, header[place] if place < len(header) else f"column {place + 1}")
        for row, place, text, _ in found
        if safe(text) != text
    ]
    if not places and not any("\r" in (match["bare"] or "") for *_, match in found):
        return data, []
    return (mark + "".join(_written(text, match) for _, _, text, match in found)).encode(), places


def published(case: str) -> dict[str, bytes]:
    """Every file of a published case, or of `register`, by its name below the case: tables, figures, notebooks.

    Raises InputError where there are no published results.
    """
    folder = results_dir(case, PUBLISHED)
    if not (folder / "flows.csv").exists():
        raise InputError(f"{shown(folder)}: holds no results. Run the notebooks first, or `retransfer run {case}`.")
    drawn = sorted(path for path in (folder / "figures").glob("*") if path.suffix in FIGURE_KINDS)
    found = {path.name: path for path in sorted(folder.glob("*.csv"))}
    found |= {f"figures/{path.name}": path for path in drawn}
    found |= {f"notebooks/{path.name}": path for path in notebooks(case)}
    return {name: harmless(path)[0] for name, path in found.items()}


def notebooks(case: str) -> list[Path]:
    """The executed notebooks of a published case, in the order they run, or that of `register`."""
    if case == REGISTER:
        return [NOTEBOOKS / f"{REGISTER}.ipynb"]
    folder = NOTEBOOKS if case == cases.home() else results_dir(case, PUBLISHED) / "notebooks"
    return sorted(folder.glob("[0-9]*.ipynb"))


def inputs(case: str) -> dict[str, Path]:
    """What a case is computed from, by its path within the project: raw tables, case.toml, the tables of reference.

    The register is computed from all published cases that come with retransfer.
    """
    own = [RAW / name for name in (cases.pooled() if case == REGISTER else [case])]
    folders = (*own, REFERENCE, REFERENCE / OWN)
    found = [path for folder in folders for path in folder.glob("*") if path.suffix in (".csv", ".toml")]
    return {path.relative_to(ROOT).as_posix(): path for path in sorted(found)}


def harmless(path: Path) -> tuple[bytes, list[tuple[int, str]]]:
    """A file's bytes, safe where it is CSV, and the places that were changed."""
    data = path.read_bytes()
    return safe_csv(data) if path.suffix == ".csv" else (data, [])


def _lines(text: str) -> str:
    """The text, with line feeds where carriage returns alone end its lines."""
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise InputError(f"line {row}: holds a NUL character. Save the file again as plain CSV.")
    return text if "\n" in text else text.replace("\r", "\n")


def _cells(text: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    """Every cell of CSV text: row, place in it, what it says, and where it stands."""
    row, place, read = 1, 0, 0
    for match in CELL.finditer(text):
        if match.start() != read:
            break
        quoted = match["quoted"]
        yield row, place, match["bare"] if quoted is None else quoted.replace('""', '"'), match
        row, place, read = (row, place + 1, match.end()) if match["end"] == "," else (row + 1, 0, match.end())
    if read != len(text):
        raise InputError(f"row {row}: is not valid CSV. Look for a quotation mark that is not closed.")


def _written(text: str, match: re.Match[str]) -> str:
    """A cell with its end, in quotes where it needs them and had none."""
    words = safe(text)
    bare = match["quoted"] is None and not re.search(r'[,"\r\n]', words)
    if words == text and (bare or match["quoted"] is not None):
        return match[0]
    written = words if bare else '"{}"'.format(words.replace('"', '""'))
    return written + match["end"]
