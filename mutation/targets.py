"""What is changed, and which tests are asked, file by file; none that run commands: mutants are in memory only."""

from pathlib import Path
from typing import NamedTuple

from analysis.paths import ROOT

FLOWS = ("reference", "reconcile", "double_counts", "mirror")
BALANCES = ("reference", "reconcile", "double_counts")
ORIGINS = ("origins_rows", "origins", "networks", "attribution")
GRAMMAR = ("quantities", "refusals")


class Target(NamedTuple):
    """A file whose mutants are tried, and the names of the test files that are asked."""

    path: Path
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


ASKED = {
    "analysis/reconcile.py": ("readings", "reference", "reconcile", "double_counts", "reliability"),
    "analysis/origins.py": ORIGINS,
    "analysis/values.py": ("values", "headlines"),
    "analysis/quantities/counts.py": GRAMMAR,
    "analysis/quantities/dates.py": GRAMMAR,
    "analysis/quantities/grammar.py": GRAMMAR,
    "analysis/quantities/money.py": GRAMMAR,
    "analysis/quantities/refusals.py": GRAMMAR,
    "analysis/quantities/years.py": GRAMMAR,
    "analysis/sql/lots.sql": FLOWS,
    "analysis/sql/flows.sql": FLOWS,
    "analysis/sql/double_counts.sql": ("reference", "double_counts"),
    "analysis/sql/balances.sql": BALANCES,
    "analysis/sql/parts.sql": ("reference", "double_counts"),
    "analysis/sql/doubtful.sql": ("reference", "double_counts"),
    "analysis/sql/twice.sql": ("reference", "double_counts"),
    "analysis/sql/macros.sql": (*FLOWS, "conduits"),
}


def targets() -> list[Target]:
    """All targets."""
    return [Target(ROOT / name, tests) for name, tests in ASKED.items()]


def test_files(target: Target) -> list[str]:
    """The test files that a target is tried on; where tests of one module are in several files, all of them."""
    found = (path for name in target.tests for path in sorted((ROOT / "tests").glob(f"test_{name}*.py")))
    return list(dict.fromkeys(path.relative_to(ROOT).as_posix() for path in found))
