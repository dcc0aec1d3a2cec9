"""The parameters of notebooks: as their cells declare them, as a user gives them, as papermill is to set them."""

import ast
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import nbformat
import papermill

from analysis.characters import shortly
from analysis.choices import check_value
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import shown

TYPES = {  # by the name a notebook gives the type: what the text must look like, in words, and how it is read
    "str": (r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]*", "text", str),
    "int": (r"-?[0-9]{1,16}", "a whole number", int),
    "float": (r"-?[0-9]{1,9}(\.[0-9]{1,9})?", "a number", float),
    "bool": (r"true|false", "true or false", "true".__eq__),
}
FIRST = ("case", "register")  # parameters that a command takes as its first word
LONGEST = 200  # bytes of a folder's name: systems take 255, and parts of runs are named after it
NAME = r"[A-Za-z0-9][\w.=,-]{0,99}"  # of a set of results or a sweep: it becomes a folder


class Parameter(NamedTuple):
    """One parameter of a notebook, as its `parameters` cell declares it."""

    name: str
    type: str
    default: object
    help: str


def parameters(path: Path) -> dict[str, Parameter]:
    """The parameters that a notebook declares, by name. Raises InputError where it, or one of them, cannot be read."""
    try:
        found = papermill.inspect_notebook(str(path))
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as fault:
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


def converted(known: Mapping[str, Parameter], name: str, text: str) -> object:
    """The value that a text gives a parameter. Raises InputError for an unknown name or a value it does not admit."""
    if name not in known or name in FIRST:
        offers = ", ".join(f"{p.name} ({p.type})" for p in known.values() if p.name not in FIRST)
        hint = f" Give the {name} as the first word." if name in FIRST else close_to(name[:80], list(known))
        raise InputError(f"no parameter {shortly(name)}{hint}. There are: {offers}.")
    pattern, kind, convert = TYPES[known[name].type]
    if not re.fullmatch(pattern, text):
        offer = f", such as {known[name].default}" if known[name].default != "" else ""
        line = " in one line, without characters that cannot be seen" if known[name].type == "str" else ""
        raise InputError(f"{name}={shortly(text)}: must be {kind}{line}{offer}.")
    value = convert(text)
    check_value(name, value)
    if name == "results" and not re.fullmatch(NAME, text):
        raise InputError(f"results={shortly(text)}: a name is made of at most 100 letters, digits and . , = _ -")
    return value


def folder_name(text: str) -> str:
    """A name for a folder: the text, with _ for what no name has; of a long one its start, and what its whole gives."""
    told = text.replace(">=", "-from-").replace("<=", "-to-")  # a floor and a cap are two things
    name = re.sub(r"[^\w.=,-]", "_", told).lstrip(".")
    if len(name.encode()) <= LONGEST:
        return name
    return f"{name.encode()[: LONGEST - 8].decode(errors='ignore')}-{hashlib.sha256(text.encode()).hexdigest()[:7]}"


def injected(declared: Mapping[str, Parameter], values: Mapping[str, object]) -> dict[str, object]:
    """What papermill must set: nothing where the notebook's own default says it already."""
    return {name: values[name] for name, own in declared.items() if name in values and values[name] != own.default}
