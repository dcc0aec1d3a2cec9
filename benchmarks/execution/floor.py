"""The floor: the notebooks' own cells as plain Python. `python -m benchmarks.execution.floor WHAT`, in a checkout.

`case`: all code cells of the five notebooks, in order, in one process. Each notebook has a fresh namespace, its
parameters are those that it is saved with, and its results go into the folder that RETRANSFER_STAGE names. Expressions
that end a cell are evaluated, and nothing is made of them. So the floor holds what the code itself takes: Python's
start, imports (once, not once per notebook), computing, drawing, and writing tables and figures. It holds no kernel, no
message, no executed notebook, and no separation: one process serves all five. Who wants notebooks cannot be as fast.

`formatted`: the same, and what ends a cell is made into its representations (HTML, images, text), as a kernel would.

`report`: the cells of 5-report alone. `digests`: the SHA-256 of every file that the steps of the pipelines name, which
whoever goes by contents and not by times of files has to read at the least.
"""

import ast
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

STEMS = ("1-clean", "2-reconcile", "3-scenarios", "4-figures", "5-report")


def execute(stem: str, values: Mapping[str, object] = {}, show: Callable[[object], object] | None = None) -> None:
    """The code cells of a notebook, in a namespace of their own; `values` are set after its cell of parameters."""
    space: dict[str, object] = {"__name__": "__main__"}
    for cell in json.loads(Path("notebooks", f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            _run("".join(cell["source"]), space, show)
            if "parameters" in cell["metadata"].get("tags", []):
                space |= values


def _run(source: str, space: dict[str, object], show: Callable[[object], object] | None) -> None:
    tree = ast.parse(source)
    last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), space)
    if last is not None:
        found = eval(compile(ast.Expression(last), "cell", "eval"), space)
        if show and found is not None:
            show(found)


def _formatter() -> Callable[[object], object]:
    from IPython.core.formatters import DisplayFormatter  # noqa: PLC0415 (no part of the plain floor)

    return DisplayFormatter().format


def digests() -> int:
    """How many files the steps name, each read and digested."""
    from benchmarks.execution.pipelines.steps import STEPS, made_from  # noqa: PLC0415 (no part of the other floors)

    names = {name for stem, step in STEPS.items() for name in (*made_from(stem), *step.writes)}
    return len({name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in sorted(names)})


def main(what: str) -> None:
    """Run one of the floors."""
    os.environ["MPLBACKEND"] = "agg"
    if what == "digests":
        digests()
        return
    show = _formatter() if what == "formatted" else None
    for stem in STEMS[-1:] if what == "report" else STEMS:
        execute(stem, show=show)


if __name__ == "__main__":
    main(*sys.argv[1:])
