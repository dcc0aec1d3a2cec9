"""Which tests call which functions of a file, and how long each takes: a mutant is shown to those that can notice."""

import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest

from analysis import engine


class Seen(NamedTuple):
    """What one test did: seconds, and the first lines of the functions of the file that it called; 1 is an SQL text."""

    seconds: float
    lines: list[int]


def watched(act: Callable[[], bool], path: Path) -> tuple[bool, Seen]:
    """Do something, and tell what it called of a module; of an SQL text, whether it was read."""
    lines: set[int] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == str(path):
            lines.add(frame.f_code.co_firstlineno)

    if path.suffix == ".sql":
        engine.SQL = _Noting(path, lines)
        engine.text.cache_clear()
        engine.default.cache_clear()
    started = time.process_time()
    sys.setprofile(note if path.suffix == ".py" else None)
    try:
        passed = act()
    finally:
        sys.setprofile(None)
    return passed, Seen(time.process_time() - started, sorted(lines))


class _Noting:
    """In place of the folder of SQL texts: notes where one of them is asked for."""

    def __init__(self, path: Path, lines: set[int]) -> None:
        self.path, self.lines = path, lines

    def __truediv__(self, name: str) -> Path:
        if name == self.path.name:
            self.lines.add(1)
        return self.path.parent / name


def shared(items: list[pytest.Item], seen: list[Seen]) -> list[Seen]:
    """What a fixture of a whole file called, it called for every test that uses one."""
    called: dict[str, set[int]] = {}
    for item, each in zip(items, seen, strict=True):
        if _has_lasting(item):
            called.setdefault(item.path.name, set()).update(each.lines)
    return [
        each._replace(lines=sorted(called[item.path.name])) if _has_lasting(item) else each
        for item, each in zip(items, seen, strict=True)
    ]


def _has_lasting(item: pytest.Item) -> bool:
    found = getattr(item, "_fixtureinfo", None)
    fixtures = [each for several in found.name2fixturedefs.values() for each in several] if found else []
    return any(fixture.scope in ("module", "session") and fixture.argname != "request" for fixture in fixtures)


def function_at(tree: ast.Module, line: int) -> range | None:
    """The lines of the function of a module, or method of a class, that a line lies in; None outside of all."""
    inside = [part for node in tree.body for part in (node.body if isinstance(node, ast.ClassDef) else [node])]
    for node in inside:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first <= line <= node.end_lineno:
                return range(first, node.end_lineno + 1)
    return None


def able(items: list[pytest.Item], seen: list[Seen], lines: range | None) -> list[pytest.Item]:
    """The tests that call a function with these lines, or where none is meant any of the file; else all."""
    called = [
        item for item, each in zip(items, seen, strict=True) if any(lines is None or at in lines for at in each.lines)
    ]
    return called or items
