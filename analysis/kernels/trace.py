"""What a notebook has used of this project: an IPython extension that keeps a list as it goes.

The list is JSON: paths from the project, of the modules of `analysis` that were loaded, and of every further file of
the project that was opened to be read.
"""

import json
import os
import sys
from pathlib import Path

from analysis.paths import BUILD, ROOT, TRACE_VARIABLE

ELSEWHERE = tuple(f"{path}{os.sep}" for path in (BUILD, sys.prefix))  # what runs write; the environment
NO_INPUT = (".pyc", ".ipynb")
_opened: set[str] = set()


def load_ipython_extension(shell) -> None:
    """Keep the list up to date after every cell: nobody waits for a kernel's end."""
    sys.addaudithook(_watch)
    shell.events.register("post_run_cell", lambda _result: _keep())


def _watch(event: str, details: tuple) -> None:
    if event == "open" and isinstance(details[0], str) and details[0].startswith(f"{ROOT}{os.sep}"):
        _opened.add(details[0])


def _keep() -> None:
    modules = {getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items()) if module}
    used = {path for path in modules | _opened if path.startswith(f"{ROOT}{os.sep}") and not path.startswith(ELSEWHERE)}
    names = sorted(Path(path).relative_to(ROOT).as_posix() for path in used if not path.endswith(NO_INPUT))
    Path(os.environ[TRACE_VARIABLE]).write_text(json.dumps(names), encoding="utf-8")
