"""Trying mutants: the tests are collected once, and a process forked for each mutant runs them until one fails.

`python -m mutation.trial FILE RESULTS` writes one line of JSON per mutant. With nothing changed, all must pass.
"""

import ast
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from mutation import cover, python, sql, swap
from mutation.cover import Seen
from mutation.mutant import Mutant
from mutation.targets import Target, targets, test_files

SECONDS = 60  # that one test may take: a mutant that runs for ever is noticed as well
MEMORY = 8 * 2**30
RECENT = 6  # tests that noticed the mutants before are asked first
COMMANDS = {"checkout", "shared_checkout", "fresh_run", "built_site", "built_elsewhere", "visited"}


class Trial:
    """A pytest plugin that tries all mutants of a target instead of running the tests once."""

    def __init__(self, target: Target, results: Path, only: set[str]) -> None:
        self.target, self.results, self.only = target, results, only
        self.text = target.path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text if target.path.suffix == ".py" else "")
        self.folder = Path(tempfile.mkdtemp())

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = [item for item in session.items if not COMMANDS & set(item.fixturenames)]
        if self.target.path.suffix == ".sql":
            shutil.copytree(self.target.path.parent, self.folder, dirs_exist_ok=True)
        for make in {getattr(item.module, "prepared", None) for item in items} - {None}:
            make()  # what a file of tests reckons once, without the code that is tried: not anew for each mutant
        items, seen = self.quickest_first(items)
        with self.results.open("w", encoding="utf-8") as lines:
            for line in self.tried(items, seen):
                lines.write(f"{json.dumps(line, ensure_ascii=False)}\n")
                lines.flush()
        shutil.rmtree(self.folder)
        return True

    def quickest_first(self, items: list[pytest.Item]) -> tuple[list[pytest.Item], list[Seen]]:
        """The tests by the time they take with nothing changed, those that draw their cases last; all must pass."""
        found = [Seen(*each) for each in json.loads(self.forked(lambda: json.dumps(self.seen(items))))]
        if broken := [item.nodeid for item, each in zip(items, found, strict=True) if each.seconds < 0]:
            raise pytest.UsageError(f"{self.target.name}: with nothing changed, {broken[0]} fails")
        pairs = list(zip(items, cover.shared(items, found), strict=True))
        files = [Path(file).name for file in test_files(self.target)]
        pairs.sort(key=lambda pair: (_by_chance(pair[0]), files.index(pair[0].path.name), pair[1].seconds))
        return [item for item, _ in pairs], [each for _, each in pairs]

    def seen(self, items: list[pytest.Item]) -> list[Seen]:
        """What each test does with nothing changed; those that fail take less than no time."""
        swap.put_in_place(self.target.path, self.text, self.folder)
        found = []
        for place, item in enumerate(items):
            signal.alarm(10 * SECONDS)
            passed, seen = cover.watched(
                lambda item=item, place=place: _passes(item, items[place + 1 :]), self.target.path
            )
            found.append(seen if passed else seen._replace(seconds=-1))
        return found

    def tried(self, items: list[pytest.Item], seen: list[Seen]) -> Iterator[dict]:
        recent: list[str] = []
        for mutant in mutants(self.target.path, self.text):
            if self.only and f"{mutant.line}:{mutant.column} {mutant.change()}" not in self.only:
                continue
            started = time.monotonic()
            able = cover.able(items, seen, cover.function_at(self.tree, mutant.line))
            first = [item for name in recent for item in able if item.nodeid == name]
            asked = first + [item for item in able if item.nodeid not in recent]
            by = self.forked(lambda mutant=mutant, asked=asked: _first_failure(self, mutant, asked))
            recent = [by, *(name for name in recent if name != by)][:RECENT] if "::" in by else recent
            yield {"line": mutant.line, "column": mutant.column, "change": mutant.change(), "by": by,
                   "chance": any(_by_chance(item) for item in items if item.nodeid == by),
                   "seconds": round(time.monotonic() - started, 2)}  # fmt: skip

    def forked(self, act: Callable[[], str]) -> str:
        """What an act tells that is done in a process of its own; why it ended, where it ended before."""
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reader)
            _child(act, writer)
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as told:
            by = told.read()
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return by if code == 0 else by or ("too slow" if code == -signal.SIGALRM else "ended")


def mutants(path: Path, text: str) -> Iterator[Mutant]:
    """Every mutant of a file."""
    return (sql if path.suffix == ".sql" else python).mutants(text)


def _by_chance(item: pytest.Item) -> bool:
    """Whether a test draws its cases: such tests are asked last."""
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


def _child(act: Callable[[], str], writer: int) -> None:
    """Do it, tell what came of it, and end; nothing of this process reaches the next mutant."""
    code = 1
    try:
        for number in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with os.fdopen(writer, "w", encoding="utf-8") as told:
            told.write(act())
        code = 0
    finally:
        os._exit(code)


def _first_failure(trial: Trial, mutant: Mutant, items: list[pytest.Item]) -> str:
    """The test that fails with this mutant, or nothing."""
    signal.alarm(SECONDS)
    try:
        swap.put_in_place(trial.target.path, mutant.text, trial.folder)
    except Exception as fault:
        return f"cannot be imported: {type(fault).__name__}"
    for place, item in enumerate(items):
        signal.alarm(SECONDS)
        if not _passes(item, items[place + 1 :]):
            return item.nodeid
    return ""


def _is_plain(item: pytest.Item) -> bool:
    """Whether a test asks for no fixtures."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    return isinstance(item, pytest.Function) and set(item.fixturenames) <= set(given)


def _passes(item: pytest.Item, later: list[pytest.Item]) -> bool:
    """Run a test; one without fixtures is called as a function, which takes a tenth of the time."""
    if not _is_plain(item):
        following = next((other for other in later if not _is_plain(other)), None)
        return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
    given = item.callspec.params if hasattr(item, "callspec") else {}
    try:
        item.obj(**{name: swap.renewed(value) for name, value in given.items()})
    except (Exception, pytest.fail.Exception):
        return False
    return True


def main(name: str, results: str, *only: str) -> int:
    """Exit code of the tests; `only` names mutants, as `line:column change`, where not all are meant."""
    settings.register_profile(
        "mutation", derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate]
    )
    settings.load_profile("mutation")
    warnings.simplefilter("ignore", SyntaxWarning)
    (target,) = [target for target in targets() if target.name == name]
    base = tempfile.mkdtemp()
    words = ["-q", "-s", "-p", "no:cacheprovider", "--basetemp", f"{base}/tests", *test_files(target)]
    try:
        return pytest.main(words, plugins=[Trial(target, Path(results), set(only))])
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
