"""A pytest plugin for nbval: notebooks that are executed again write into a folder of the worker's own.

Named in pyproject.toml, since hooks of tests/conftest.py are not asked about files that lie elsewhere.
"""

import os
import shutil
from collections.abc import Iterator

import pytest

from analysis.paths import BUILD, STAGE_VARIABLE, START, python_path


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The numbered notebooks read what those before them have written: one worker runs them, in their order."""
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.xdist_group("notebooks" if item.path.stem[0].isdigit() else item.path.stem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """The kernel of a notebook starts with the first of its cells, and has this environment for good."""
    if item.path.suffix != ".ipynb":
        return (yield)
    folder = BUILD / "nbval" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    own = {"IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": python_path()}
    if item.path != START:  # it writes nothing, and reads what is committed
        own[STAGE_VARIABLE] = str(folder / "data")
    (folder / "ipython").mkdir(parents=True, exist_ok=True)
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        return (yield)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def pytest_sessionstart(session: pytest.Session) -> None:
    """What an earlier session left would hide that a notebook no longer writes something."""
    if not hasattr(session.config, "workerinput"):  # before any worker starts
        shutil.rmtree(BUILD / "nbval", ignore_errors=True)
