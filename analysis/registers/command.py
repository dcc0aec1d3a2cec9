"""What `retransfer register` does: everything checked before a kernel starts, then the notebook, then what it found."""

from collections.abc import Mapping
from pathlib import Path

from analysis import bulk, progress, store
from analysis.characters import printable
from analysis.errors import InputError
from analysis.parameters import Parameter, converted, folder_name, injected, parameters
from analysis.paths import NOTEBOOKS, PUBLISHED, RAW, REFERENCE, REGISTER, results_dir, shown
from analysis.plans import Plan
from analysis.registers import study, views
from analysis.registers.kept import published
from analysis.wording import figure

NOTEBOOK = NOTEBOOKS / f"{REGISTER}.ipynb"
FILES = ("register", "filings")  # parameters that name a file, as the shell's folder has it


def plan(file: str | None, layout: str, given: Mapping[str, str]) -> tuple[Plan, str]:
    """Check file and parameters by reading the register: what would run, and what became of its records.

    Raises InputError before any kernel starts.
    """
    declared = parameters(NOTEBOOK)
    _check_saved(declared)
    values = {name: converted(declared, name, text) for name, text in given.items()}
    values |= {"layout": layout} if layout else {}
    values |= {"register": file} if file else {}
    changed = {name: value for name, value in values.items() if name != "results" and value != declared[name].default}
    for name in FILES:
        if name in changed:
            values[name] = str(Path(str(changed[name])).resolve())
    choices = study.Choices(**{name: value for name, value in values.items() if name != "results"})
    with progress.steps("register", 2) as begin:
        begin("read the file")
        found = study.opened(choices.register, choices.layout, choices.filings)
        begin("check the parameters")
        study.resolved(found, choices)
    results = str(values.get("results") or (_name(changed) if changed else PUBLISHED))
    if results == PUBLISHED and changed:
        raise InputError(f"results={PUBLISHED!r} is kept for the published register. Give another name, or none.")
    every = {**values, "results": results}
    target = results_dir(REGISTER, results)
    executed = NOTEBOOKS if results == PUBLISHED else target / "notebooks"
    files = [Path(every[name]) for name in FILES if name in changed]
    sources = (REFERENCE, *files) if "register" in changed else (RAW, *files)
    notebooks = {NOTEBOOK: injected(declared, every)}
    planned = Plan(REGISTER, results, every, notebooks, target, executed, sources)
    return planned, views.accounted(study.records(found))


def _check_saved(declared: Mapping[str, Parameter]) -> None:
    """The notebook is saved with the parameters that are published."""
    for name, wanted in published().items():
        if name not in declared or declared[name].default != wanted:
            own = repr(declared[name].default) if name in declared else "missing"
            raise InputError(
                f"{shown(NOTEBOOK)}, parameters: {name} is {own}, and must be {wanted!r} in a saved notebook. "
                f"`git checkout {shown(NOTEBOOK)}` undoes the edit; `retransfer register -p NAME=VALUE` makes others."
            )


def _name(changed: Mapping[str, object]) -> str:
    """A folder's name: the file's, and what else was chosen."""
    file = Path(str(changed.get("register", study.CASES))).stem
    rest = [f"{name}={_short(name, value)}" for name, value in sorted(changed.items()) if name != "register"]
    return folder_name(",".join([file, *rest]))


def _short(name: str, value: object) -> str:
    return Path(str(value)).stem if name in FILES else str(value)


def summary(planned: Plan, accounted: str) -> list[str]:
    """What a finished run found: records, the first conduits, how both sides compare."""
    tables = store.load(planned.case, planned.results, "conduits", "mirror")
    first = tables["conduits"].head(3).to_dict("records")
    counts = views.agreements(tables["mirror"])
    met = counts[counts["comparisons"] > 0].itertuples()
    return [
        accounted,
        "",
        f"Conduits: {figure(len(tables['conduits']))}",
        *(f"{place}. {views.passed(row)}" for place, row in enumerate(first, start=1)),
        "",
        f"Mirror reports: {figure(counts['comparisons'].sum())}",
        *(f"{row.agreement:<14} {figure(row.comparisons):>9}  {row.meaning}" for row in met),
    ]


def check(file: str, layout: str) -> list[str]:
    """What a register holds, without a run: its layout, its records, and why some were set aside."""
    path = str(Path(file).resolve())
    with progress.steps("register", 1) as begin:
        begin("read the file")
        found = study.opened(path, layout)
    reasons = views.reasons(found.register.rejects).to_dict("records")
    told = [
        f"{figure(row['records']):>7}  {row['column']}: {row['reason']}; first in row {row['row']}, "
        f"“{printable(row['text'][:80])}”"
        for row in reasons
    ]
    statements = figure(len(found.register.statements))
    return [
        f"{shown(Path(path))}: layout {found.layout} ({found.title})",
        f"{views.accounted(study.records(found))} Statements: {statements}.",
        *told,
    ]


def choices_of(given: Mapping[str, str]) -> bulk.Choices:
    """What `retransfer reconcile -p` sets of a register larger than memory. Raises InputError for what is not known."""
    declared = {
        name: Parameter(name, type(value).__name__, value, "") for name, value in bulk.Choices()._asdict().items()
    }
    found = bulk.Choices(**{name: converted(declared, name, text) for name, text in given.items()})
    if found.prefer == "reliable":
        raise InputError(
            "prefer='reliable': needs all mirror reports at once, and is for registers that fit into memory. "
            "Use `retransfer register`, or prefer another."
        )
    return found
