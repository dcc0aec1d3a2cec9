"""What a run will do: which notebooks, with which parameters, into which set of results. All is checked first."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from analysis import cases
from analysis.characters import shortly
from analysis.choices import check_value
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.parameters import TYPES, Parameter, converted, folder_name, injected, parameters
from analysis.paths import NOTEBOOKS, PUBLISHED, RAW, REFERENCE, START, results_dir, shown
from analysis.schemas import CASES

HEADLINES_FROM = "3-scenarios"  # the notebook that writes headlines.csv


class Basis(NamedTuple):
    """What runs and sweeps start from: a case, its settings, and what its notebooks let one change."""

    case: str
    home: str
    settings: dict
    declared: dict[Path, dict[str, Parameter]]
    known: dict[str, Parameter]


class Plan(NamedTuple):
    """What a run will do: the case, the set of results it writes, and each notebook with the parameters it is given."""

    case: str
    results: str
    values: dict[str, object]
    notebooks: dict[Path, dict[str, object]]
    target: Path
    executed: Path
    sources: tuple[Path, ...]  # files, and folders of files, that its notebooks read
    writes: bool = True  # whether they write results; else they read what is there, and only they are replaced


def notebook_files() -> list[Path]:
    """The numbered notebooks, in the order they run."""
    return sorted(path for path in NOTEBOOKS.glob("*.ipynb") if re.match(r"\d+-", path.name))


def up_to_headlines(paths: Iterable[Path]) -> list[Path]:
    """Of the notebooks in order, those up to the one that writes the headlines."""
    ordered = list(paths)
    return ordered[: [path.stem for path in ordered].index(HEADLINES_FROM) + 1]


def basis(case: str | None) -> Basis:
    """The case (the notebooks' own without one) and its notebooks, all checked. Raises InputError."""
    declared = {path: parameters(path) for path in notebook_files()}
    _check_notebooks(declared)
    known = {name: parameter for found in declared.values() for name, parameter in found.items()}
    home = str(known["case"].default)
    settings = cases.settings(case or home)
    _check_settings(case or home, settings, known)
    return Basis(case or home, home, settings, declared, known)


def plan(case: str | None, given: Mapping[str, str]) -> Plan:
    """Check case and parameters by name and type; say what would run. Raises InputError before any kernel starts."""
    case, home, settings, declared, known = basis(case)
    values = {name: converted(known, name, text) for name, text in given.items()}
    wanted = {**settings["parameters"], "case": case}
    changed = {name: value for name, value in values.items() if name != "results" and value != wanted.get(name)}
    published = bool(settings.get("published")) and not changed
    results = str(values.get("results", PUBLISHED if published else _slug(changed)))
    if results == PUBLISHED and not published:
        raise InputError(f"results={PUBLISHED!r} is kept for the published parameters. Give another name, or none.")
    if results == PUBLISHED and case == home:
        _check_defaults(case, settings, known)
    every = {**wanted, **values, "results": results}
    notebooks = {path: injected(found, every) for path, found in declared.items()}
    target = results_dir(case, results)
    executed = NOTEBOOKS if results == PUBLISHED and case == home else target / "notebooks"
    return Plan(case, results, every, notebooks, target, executed, (RAW / case, REFERENCE))


def start() -> Plan:
    """What refreshes the start notebook, which reads what is published and writes nothing. Raises InputError."""
    declared = parameters(START)
    _check_notebooks({path: parameters(path) for path in notebook_files()[:1]} | {START: declared})
    named = cases.pooled()
    tables = [results_dir(case, PUBLISHED) / f"{name}.csv" for case in named for name in CASES]
    sources = (*tables, *(RAW / case for case in named), REFERENCE)
    values = {name: own.default for name, own in declared.items()}
    return Plan(START.stem, PUBLISHED, values, {START: {}}, START, NOTEBOOKS, sources, writes=False)


def _check_notebooks(declared: Mapping[Path, Mapping[str, Parameter]]) -> None:
    """All notebooks name one case, and write the published results unless told otherwise."""
    first = next(iter(declared.values()))
    for path, found in declared.items():
        for name in ("case", "results"):
            wanted = PUBLISHED if name == "results" else first["case"].default
            if name not in found or found[name].default != wanted:
                own = found[name].default if name in found else "missing"
                raise InputError(
                    f"{shown(path)}, parameters: {name} is {own!r}, and must be {wanted!r} in a saved notebook. "
                    "`git checkout notebooks/` undoes the edit; `retransfer run -p NAME=VALUE` makes other results."
                )


def _check_settings(case: str, settings: Mapping, known: Mapping[str, Parameter]) -> None:
    """case.toml names parameters that exist, with values that they admit."""
    for name, value in settings["parameters"].items():
        place = f"data/raw/{case}/case.toml, [parameters]"
        if name not in known:
            raise InputError(f"{place}: no notebook has a parameter {shortly(name)}{close_to(name[:80], list(known))}.")
        if type(value).__name__ != known[name].type:
            raise InputError(f"{place}: {name} = {shortly(value)} must be {TYPES[known[name].type][1]}.")
        try:
            check_value(name, value)
        except InputError as fault:
            raise InputError(f"{place}: {fault}") from None


def _check_defaults(case: str, settings: Mapping, known: Mapping[str, Parameter]) -> None:
    """What is published is what the notebooks, as saved, give by themselves."""
    for name, value in settings["parameters"].items():
        if value != known[name].default:
            raise InputError(
                f"the notebooks have {name} = {known[name].default!r}, and data/raw/{case}/case.toml publishes "
                f"{value!r}. `git checkout notebooks/` undoes the edit; then `retransfer run -p {name}="
                f"{known[name].default}` tries it apart. To publish it, write it into case.toml too."
            )


def _slug(changed: Mapping[str, object]) -> str:
    """A folder name that tells what was changed, such as `prefer=larger`."""
    text = ",".join(f"{name}={value}" for name, value in sorted(changed.items()))
    return folder_name(text) or "draft"
