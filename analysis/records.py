"""What a set of results was made from, notebook by notebook: so that only what depends on a change is run again.

A record lies under build/records, is written once results are in place, and holds digests of contents. A notebook runs
again where anything it was made from, or anything it wrote, is no longer what the record says, and after any that runs.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis import versions
from analysis.folders import write
from analysis.paths import CODE, NOTEBOOKS, RECORDS, ROOT, shown

MAKERS = (CODE / "execution.py", CODE / "kernels")  # they shape what every notebook becomes


class Step(NamedTuple):
    """A notebook of a plan, and why it has to run: no reasons, no need."""

    path: Path
    reasons: list[str]


def request(command: str, subject: str | None, given: Mapping[str, str]) -> str:
    """What was asked for, as one text."""
    return json.dumps([command, subject, sorted(given.items())])


def fresh(asked: str) -> list[str] | None:
    """What was said of results when they were made, if they were asked for in these words and nothing has changed."""
    for path in sorted(RECORDS.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if asked in record["requests"]:
            return record["said"] if record["whole"] == _whole(record) else None
    return None


def _whole(record: Mapping) -> str:
    """One digest of all that a run could depend on, and of all it wrote."""
    places = [
        CODE,
        *sorted(NOTEBOOKS.glob("*.ipynb")),
        *(ROOT / name for name in (*record["sources"], record["target"])),
    ]
    return versions.whole([versions.environment(), versions.state(*places)])


def steps(planned, *, every: bool = False) -> list[Step]:
    """The notebooks of a plan with the reasons why each has to run; with `every`, all have one."""
    record, environment, sources = _read(planned), versions.environment(), versions.state(*planned.sources)
    found, before = [], ""
    for path, values in planned.notebooks.items():
        reasons = ["every notebook was asked for"] if every else [f"{before} runs before it"] if before else []
        reasons += _reasons(planned, record.get(path.stem), _made_from(path, values, environment, sources))
        before = before or (path.stem if reasons else "")
        found.append(Step(path, reasons))
    return found


def _read(planned) -> dict[str, dict]:
    path = _place(planned)
    return json.loads(path.read_text(encoding="utf-8"))["notebooks"] if path.exists() else {}


def _place(planned) -> Path:
    return RECORDS / f"{shown(planned.target).strip('/').replace('/', '__')}.json"


def _made_from(
    path: Path, values: Mapping[str, object], environment: Mapping[str, str], sources: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What a notebook is made from, as far as it is known before it runs: by kind, a name and what stands there now."""
    return {
        "cells": {"the notebook": cells(path)},
        "parameters": {name: repr(value) for name, value in values.items()},
        "environment": dict(environment),
        "sources": dict(sources),
    }


def cells(path: Path) -> str:
    """A digest of what a notebook says and does, not of what it last gave."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return versions.whole([[cell["cell_type"], cell["source"], cell.get("metadata")] for cell in notebook["cells"]])


def _reasons(planned, kept: Mapping | None, now: Mapping[str, Mapping[str, str]]) -> list[str]:
    if kept is None:
        return ["no record says what it was made from"]
    found = [line for kind in now for line in _differences(kind, kept["made_from"][kind], now[kind])]
    used = [ROOT / name for name in kept["used"]]
    found += _differences("code", kept["used"], versions.state(*used))
    wrote = {_written(planned, name): digest for name, digest in kept["wrote"].items()}
    return found + _differences("results", wrote, versions.state(*(ROOT / name for name in wrote)))


WORDS = {  # kind: what is said of a difference, of what was not there, and of what is there no more
    "cells": ("its cells have changed",) * 3,
    "parameters": ("{name} is {now}, was {then}", "{name} is {now}, was not set", "{name} is not set, was {then}"),
    "environment": ("{name} has changed",) * 3,
    "sources": ("{name} has changed", "{name} is new", "{name} is gone"),
    "code": ("{name} has changed", "{name} is new", "{name} is gone"),
    "results": ("{name} is not as it was written", "", "{name}, which it writes, is missing"),
}


def _differences(kind: str, then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    changed, new, gone = WORDS[kind]
    told = []
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            text = changed if name in then and name in now else new if name in now else gone
            told.append(text.format(name=name, then=then.get(name), now=now.get(name)))
    return told


def _written(planned, name: str) -> str:
    """Where in the project a result lies that a stage holds under this name."""
    folder, _, rest = name.partition("/")
    return shown((planned.executed if folder == "notebooks" else planned.target) / rest)


def kept_from(planned, steps_before: Iterable[Step]) -> dict[str, Path]:
    """Results of notebooks that need not run: where each lies, by its name in a stage."""
    record = _read(planned)
    names = [name for step in steps_before for name in record[step.path.stem]["wrote"]]
    return {name: ROOT / _written(planned, name) for name in names}


def keep(planned, used: Mapping[Path, Sequence[str]], wrote: Mapping[Path, Mapping[str, str]]) -> None:
    """Write the record of a run: `used` and `wrote` are of the notebooks that ran, the others' records stay."""
    record, environment, sources = _read(planned), versions.environment(), versions.state(*planned.sources)
    for path, names in used.items():
        code = versions.state(*MAKERS, *(ROOT / name for name in names if name not in sources))
        record[path.stem] = {
            "made_from": _made_from(path, planned.notebooks[path], environment, sources),
            "used": code,
            "wrote": dict(wrote[path]),
        }
    stems = [path.stem for path in planned.notebooks]
    _write(planned, {"requests": [], "notebooks": {stem: record[stem] for stem in stems}, "whole": "", "said": []})


def remember(planned, asked: str, said: Sequence[str]) -> None:
    """Note what was asked for and what was said of the results: the same words then need nothing but these lines."""
    record = json.loads(_place(planned).read_text(encoding="utf-8"))
    record["requests"] = sorted({*record["requests"], asked})
    record |= {"said": list(said), "sources": [shown(path) for path in planned.sources]}
    record["target"] = shown(planned.target)
    _write(planned, record | {"whole": _whole(record)})


def _write(planned, record: Mapping) -> None:
    write(_place(planned), json.dumps(record, indent=1).encode())
