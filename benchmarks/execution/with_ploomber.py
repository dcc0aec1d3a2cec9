"""The five notebooks by ploomber-engine, in this one process: `python -m benchmarks.execution.with_ploomber FOLDER`."""

import sys
from pathlib import Path

from ploomber_engine import execute_notebook

from benchmarks.execution.floor import STEMS


def main(folder: str) -> None:
    """Execute each notebook into a folder, as the tool's documentation says."""
    for stem in STEMS:
        execute_notebook(f"notebooks/{stem}.ipynb", str(Path(folder, f"{stem}.ipynb")))


if __name__ == "__main__":
    main(sys.argv[1])
