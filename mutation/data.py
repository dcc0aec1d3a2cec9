"""`python -m mutation.data RESULTS`: try the numbers of raw and processed tables and of notebooks, in copies of all."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.checkouts import Checkout


def main(results: str) -> int:
    """Exit code of the tests; `results` gets one line of JSON per mutant."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Checkout(Path(folder) / "copy")
        command = [sys.executable, "-m", "mutation.guard", str(Path(results).resolve()), f"{folder}/second"]
        environment = {**os.environ, "PYTHONPATH": str(copy.path)}
        return subprocess.run(command, cwd=copy.path, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
