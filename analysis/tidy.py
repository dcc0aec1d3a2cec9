"""Saved notebooks without what differs from run to run, so that a change to one can be reviewed."""

from pathlib import Path

import nbformat

from analysis.characters import printable, shortly
from analysis.errors import InputError
from analysis.folders import write
from analysis.paths import shown

AGAIN = "Restart its kernel and run all cells, then save it."


def tidied(path: Path) -> bool:
    """Take out of a saved notebook what no run leaves in it; whether there was any.

    Raises InputError, and leaves it as it is, where it cannot be read, a cell failed, or not all cells were run once
    each, from the first to the last.
    """
    try:
        before = path.read_bytes()
        notebook = nbformat.reads(before.decode("utf-8"), as_version=4)
    except (ValueError, TypeError, LookupError, AttributeError, nbformat.ValidationError) as fault:
        reason = " ".join(str(fault).split())[:200]
        raise InputError(f"{shown(path)}: is not a notebook that can be read ({reason}).") from None
    if fault := _fault(notebook):
        raise InputError(f"{shown(path)}: {fault} {AGAIN}")
    after = normalised(notebook).encode("utf-8")
    write(path, after)
    return after != before


def _fault(notebook: nbformat.NotebookNode) -> str:
    """What shows that a notebook is not as one run leaves it; nothing where it is."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in cells:
        for output in [output for output in cell.outputs if output.output_type == "error"]:
            return f"the cell {_named(cell)} ended in {output.ename}: {printable(output.evalue[:200])}."
        if not cell.execution_count:
            return f"the cell {_named(cell)} was not run."
    counts = [cell.execution_count for cell in cells]
    if counts != list(range(1, len(cells) + 1)):
        return f"its cells were not run once each, from first to last ({', '.join(map(str, counts))})."
    return ""


def _named(cell: nbformat.NotebookNode) -> str:
    return shortly(cell.source.strip().splitlines()[0])


def normalised(notebook: nbformat.NotebookNode) -> str:
    """A notebook's text without what differs from run to run: times, versions, editor settings.

    Ids of cells stay: they are drawn once, when somebody adds the cell. So do the counts of what ran, as any run of all
    cells gives them.
    """
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        # A report hides its code cells in JupyterLab; nothing else of the editor's settings is kept.
        hidden = {"jupyter": {"source_hidden": True}} if cell.metadata.get("jupyter", {}).get("source_hidden") else {}
        cell.metadata = ({"tags": tags} if tags else {}) | hidden
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
            cell.source = cell.source.rstrip("\n")
    return nbformat.writes(notebook, version=4) + "\n"
