"""What a set of results was made from, notebook by notebook: so that only what depends on a change is run again.

A record lies under build/records, is written once results are in place, and holds digests of contents. A notebook runs
again where anything it was made from, or anything it wrote, is no longer what the record says, and after any that runs.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis import versions
from analysis.folders import name_of, write
from analysis.paths import CODE, NOTEBOOKS, RAW, RECORDS, ROOT, START, shown

MAKERS = (CODE / "execution.py", CODE / "tidy.py", CODE / "kernels")  # they shape what every notebook becomes


FORM = 1  # of a record; one of another form says nothing


class Inputs(NamedTuple):
    """All that a run reads, as it stood before the run: what changes meanwhile is a change for the next one.

    By notebook what it is made from, as far as that is known; and the digests of all code and raw tables.
    """

    made_from: dict[Path, dict[str, dict[str, str]]]
    files: dict[str, str]


class Step(NamedTuple):
    """A notebook of a plan, and why it has to run: no reasons, no need."""

    path: Path
    reasons: list[str]


def request(command: str, subject: str | None, given: Mapping[str, str]) -> str:
    """What was asked for, as one text."""
    return json.dumps([command, subject, sorted(given.items())])


def fresh(asked: str) -> list[str] | None:
    """What was said of results when they were made, if they were asked for in these words and nothing has changed."""
    for record in map(_record, sorted(RECORDS.glob("*.json"))):
        if asked in record.get("requests", []):
            return record["said"] if record["whole"] == _whole(record) else None
    return None


def _record(path: Path) -> dict:
    """A record, or nothing where there is none that can be read: all is then run again."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if record.get("form") == FORM else {}


def _whole(record: Mapping) -> str:
    """One digest of all that a run could depend on, and of all it wrote."""
    places = [
        CODE,
        *sorted({*NOTEBOOKS.glob("*.ipynb")} - {START}),  # that one reads results, and none are made from it
        *(ROOT / name for name in (*record["sources"], record["target"])),
    ]
    return versions.whole([versions.environment(), versions.state(*places)])


def steps(planned, *, every: bool = False) -> list[Step]:
    """The notebooks of a plan with the reasons why each has to run; with `every`, all have one."""
    record, now = _read(planned), inputs(planned).made_from
    found, before = [], ""
    for path in planned.notebooks:
        reasons = ["every notebook was asked for"] if every else [f"{before} runs before it"] if before else []
        reasons += _reasons(planned, record.get(path.stem), now[path])
        before = before or (path.stem if reasons else "")
        found.append(Step(path, reasons))
    return found


def _read(planned) -> dict[str, dict]:
    return _record(_place(planned)).get("notebooks", {})


def _place(planned) -> Path:
    return RECORDS / f"{name_of(planned.target)}.json"


def inputs(planned) -> Inputs:
    """What a plan reads, as it stands now."""
    environment, sources = versions.environment(), versions.state(*planned.sources)
    made_from = {
        path: {
            "cells": {"the notebook": cells(path)},
            "parameters": {name: repr(value) for name, value in values.items()},
            "environment": environment,
            "sources": sources,
        }
        for path, values in planned.notebooks.items()
    }
    return Inputs(made_from, versions.state(CODE, RAW))


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


def keep(planned, before: Inputs, used: Mapping[Path, Sequence[str]], wrote: Mapping[Path, Mapping[str, str]]) -> None:
    """Write the record of a run: `used` and `wrote` are of the notebooks that ran, the others' records stay."""
    record = _read(planned)
    for path, names in used.items():
        made_from = before.made_from[path]
        code = versions.state(*MAKERS, *(ROOT / name for name in names if name not in made_from["sources"]))
        code |= {name: before.files[name] for name in code if name in before.files}
        record[path.stem] = {"made_from": made_from, "used": code, "wrote": dict(wrote[path])}
    notebooks = {path.stem: record[path.stem] for path in planned.notebooks}
    _write(planned, {"form": FORM, "requests": [], "notebooks": notebooks, "whole": "", "said": []})


def remember(planned, asked: str, said: Sequence[str]) -> None:
    """Note what was asked for and what was said of the results: the same words then need nothing but these lines."""
    record = _record(_place(planned))
    record["requests"] = sorted({*record["requests"], asked})
    record |= {"said": list(said), "sources": [shown(path) for path in planned.sources]}
    record["target"] = shown(planned.target)
    _write(planned, record | {"whole": _whole(record)})


def _write(planned, record: Mapping) -> None:
    write(_place(planned), json.dumps(record, indent=1).encode())
