"""Execute the notebooks in order through papermill: parameters checked first, results written whole or not at all."""

import ast
import os
import re
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
import papermill
from nbformat import NotebookNode, ValidationError
from nbformat.reader import NotJSONError
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analysis import cases, conduits, reconcile, store
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import FAILED, NOTEBOOKS, PUBLISHED, ROOT, STAGE_VARIABLE, STAGES, results_dir, shown
from analysis.registers.levels import LEVELS

TYPES = {  # by the name a notebook gives the type: what the text must look like, in words, and how it is read
    "str": (r".*", "text", str),
    "int": (r"-?[0-9]{1,9}", "a whole number", int),
    "float": (r"-?[0-9]{1,9}(\.[0-9]{1,9})?", "a number", float),
    "bool": (r"true|false", "true or false", "true".__eq__),
}
LIMITS = {"lag_years": (0, 100), "tolerance": (0, 0.99), "opening_stock": (0, 10**8)}
LIMITS |= {"within_years": (0, 100), "least": (1, 10**8), "share": (0, 10**8)}
SHORT = "/tmp" if Path("/tmp").is_dir() else None  # a socket's path may have about 100 characters
CHOICES = {"prefer": reconcile.PREFER, "level": LEVELS, "rank_by": conduits.RANKS}  # these admit only some words
FIRST = ("case", "register")  # parameters that a command takes as its first word
HEADLINES_FROM = "3-scenarios"  # the notebook that writes headlines.csv
NAME = r"[A-Za-z0-9][\w.=,-]{0,99}"  # of a set of results or a sweep: it becomes a folder
_ONE_AT_A_TIME = threading.Lock()  # environment variables belong to the whole process


class Parameter(NamedTuple):
    """One parameter of a notebook, as its `parameters` cell declares it."""

    name: str
    type: str
    default: object
    help: str


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


def notebook_files() -> list[Path]:
    """The numbered notebooks, in the order they run."""
    return sorted(path for path in NOTEBOOKS.glob("*.ipynb") if re.match(r"\d+-", path.name))


def up_to_headlines(paths: Iterable[Path]) -> list[Path]:
    """Of the notebooks in order, those up to the one that writes the headlines."""
    ordered = list(paths)
    return ordered[: [path.stem for path in ordered].index(HEADLINES_FROM) + 1]


def parameters(path: Path) -> dict[str, Parameter]:
    """The parameters that a notebook declares, by name. Raises InputError where it, or one of them, cannot be read."""
    try:
        found = papermill.inspect_notebook(str(path))
    except (NotJSONError, ValidationError) as fault:
        raise InputError(f"{shown(path)}: is not a notebook that can be read ({str(fault).splitlines()[0]}).") from None
    return {name: _parameter(path, info) for name, info in found.items()}


def _parameter(path: Path, info: Mapping[str, str]) -> Parameter:
    name, kind = info["name"], info["inferred_type_name"]
    try:
        default = ast.literal_eval(info["default"])
    except (ValueError, SyntaxError):
        default = None
    if kind not in TYPES or type(default).__name__ != kind:
        raise InputError(
            f"{shown(path)}, parameters: {name} = {info['default']} must be written with its type and one plain value, "
            f"such as `{name}: int = 1`. Types: {', '.join(TYPES)}."
        )
    return Parameter(name, kind, default, info["help"])


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
    return Plan(case, results, every, notebooks, target, executed)


def execute(planned: Plan, report: Callable[[str], None], progress: bool = False) -> bool:
    """Run a plan; `report` gets one line per notebook. Returns whether any result changed.

    Everything is collected under build/ first; only when the last notebook has succeeded does it replace the results.
    Raises InputError where a notebook stops, and leaves that notebook, as far as it ran, under build/failed/.
    """
    with new_stage() as stage:
        for path, values in planned.notebooks.items():
            began = time.monotonic()
            execute_one(path, values, stage, progress)
            report(f"{path.stem:<14} {time.monotonic() - began:5.1f} s")
        return _publish(planned, stage)


@contextmanager
def new_stage() -> Iterator[Path]:
    """A folder under build/ that collects what notebooks write (`data/`) and are (`notebooks/`); removed in the end."""
    _clear_stages()
    stage = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=STAGES))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def converted(known: Mapping[str, Parameter], name: str, text: str) -> object:
    """The value that a text gives a parameter. Raises InputError for an unknown name or a value it does not admit."""
    if name not in known or name in FIRST:
        offers = ", ".join(f"{p.name} ({p.type})" for p in known.values() if p.name not in FIRST)
        hint = f" Give the {name} as the first word." if name in FIRST else close_to(name, list(known))
        raise InputError(f"no parameter {name!r}{hint}. There are: {offers}.")
    pattern, kind, convert = TYPES[known[name].type]
    if not re.fullmatch(pattern, text):
        raise InputError(f"{name}={text!r}: must be {kind}, such as {known[name].default}.")
    value = convert(text)
    _check_value(name, value)
    if name == "results" and not re.fullmatch(NAME, text):
        raise InputError(f"results={text!r}: a name is made of at most 100 letters, digits and . , = _ -")
    return value


def _check_value(name: str, value: object) -> None:
    if name in CHOICES and value not in CHOICES[name]:
        hint = close_to(str(value), list(CHOICES[name]))
        raise InputError(f"{name}={value!r}: unknown{hint}. It is one of {', '.join(CHOICES[name])}.")
    if name in LIMITS and not LIMITS[name][0] <= value <= LIMITS[name][1]:
        raise InputError(f"{name}={value!r}: must be from {LIMITS[name][0]} to {LIMITS[name][1]}.")


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
            raise InputError(f"{place}: no notebook has a parameter {name!r}{close_to(name, list(known))}.")
        if type(value).__name__ != known[name].type:
            raise InputError(f"{place}: {name} = {value!r} must be {TYPES[known[name].type][1]}.")
        try:
            _check_value(name, value)
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
    return re.sub(r"[^\w.=,-]", "_", text) or "draft"


def injected(declared: Mapping[str, Parameter], values: Mapping[str, object]) -> dict[str, object]:
    """What papermill must set: nothing where the notebook's own default says it already."""
    return {name: values[name] for name, own in declared.items() if name in values and values[name] != own.default}


def _clear_stages() -> None:
    """Remove what runs that were killed have left behind."""
    STAGES.mkdir(parents=True, exist_ok=True)
    for folder in STAGES.iterdir():
        try:
            os.kill(int(folder.name.partition("-")[0]), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(folder, ignore_errors=True)


def execute_one(path: Path, values: Mapping[str, object], stage: Path, progress: bool = False) -> None:
    """Run one notebook into a stage, in a kernel that knows nothing of the user's own settings.

    `values` are the parameters to set. Raises InputError where it stops, and leaves it, as far as it ran, under
    build/failed/. Notebooks of one process run one at a time.
    """
    output = stage / "notebooks" / path.name
    output.parent.mkdir(exist_ok=True)
    with _ONE_AT_A_TIME, _environment(stage) as sockets:
        try:
            papermill.execute_notebook(
                str(path),
                str(output),
                parameters=dict(values),
                progress_bar={"leave": False, "desc": path.stem} if progress else False,
                kernel_name="python3",
                cwd=str(NOTEBOOKS),
                config=_private(sockets),
            )
        except PapermillExecutionError as fault:
            FAILED.mkdir(parents=True, exist_ok=True)
            kept = FAILED / path.name
            output.replace(kept)
            what = fault.evalue if fault.ename == "InputError" else f"{fault.ename}: {fault.evalue}"
            raise InputError(f"{what}\n{path.stem} stopped there; as far as it ran it is in {shown(kept)}.") from None
    store.write(output, normalised(nbformat.read(output, as_version=4)).encode("utf-8"))


def _private(sockets: str) -> Config:
    """Kernels talk through files in this folder, which is this notebook's alone; nothing opens a port."""
    return Config(
        KernelManager={"transport": "ipc", "ip": f"{sockets}/kernel"},
        NotebookClient={"extra_arguments": ["--IPKernelApp.log_level=50"]},  # being shut down is no error to tell of
    )


@contextmanager
def _environment(stage: Path) -> Iterator[str]:
    """Kernels write to the stage, import this checkout, see no start-up files of the user's. Yields their folder."""
    python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    sockets = tempfile.mkdtemp(prefix="rt", dir=SHORT)
    own = {
        STAGE_VARIABLE: str(stage / "data"),
        "PYTHONPATH": python_path,
        "IPYTHONDIR": str(stage / "ipython"),
        "JUPYTER_RUNTIME_DIR": sockets,
    }
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield sockets
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def normalised(notebook: NotebookNode) -> str:
    """A notebook's text without what differs from run to run: times, versions, random ids, editor settings."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        # A report hides its code cells in JupyterLab; nothing else of the editor's settings is kept.
        hidden = {"jupyter": {"source_hidden": True}} if cell.metadata.get("jupyter", {}).get("source_hidden") else {}
        cell.metadata = ({"tags": tags} if tags else {}) | hidden
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
            cell.source = cell.source.rstrip("\n")
    return nbformat.writes(notebook, version=4) + "\n"


def _publish(planned: Plan, stage: Path) -> bool:
    """Put what the run produced in place; an interrupt waits until it is done."""
    notebooks = stage / "notebooks"
    if planned.executed != NOTEBOOKS:
        notebooks = notebooks.rename(stage / "data" / "notebooks")
    return uninterrupted(lambda: _put(planned, stage, notebooks))


def _put(planned: Plan, stage: Path, notebooks: Path) -> bool:
    before = {path: path.read_bytes() for path in planned.notebooks}
    changed = store.replace_folder(stage / "data", planned.target)
    if planned.executed == NOTEBOOKS:
        for path in planned.notebooks:
            store.write(path, (notebooks / path.name).read_bytes())
    return changed or any(path.read_bytes() != data for path, data in before.items())


def uninterrupted(act: Callable[[], bool]) -> bool:
    """Do what must be done whole: Ctrl-C and SIGTERM wait until it is."""
    signals = (signal.SIGINT, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        return act()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
