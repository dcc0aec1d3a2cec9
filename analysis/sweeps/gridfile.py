"""Read a grid file: which parameters a sweep varies, over which values, and which headlines it is to tell of."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import yaml

from analysis.characters import cut, printable
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.parameters import NAME, TYPES, Parameter, converted
from analysis.paths import shown
from analysis.plans import Basis, basis, up_to_headlines
from analysis.reading import data_of
from analysis.sweeps.grid import Grid, text

MOST_POINTS = 1_000_000
MOST_BYTES = 1_000_000
DEEPEST = 3  # vary → parameter → its values
KEYS = ("case", "vary", "headlines")
RANGE = ("from", "to", "step")


def read(path: Path) -> Grid:
    """Read a grid file and check it against the notebooks' parameters. Raises InputError naming file, key and cure.

    Values are read as text and then as `retransfer run -p` reads them, so that both admit the same ones.
    """
    name = path.name.removesuffix(".yaml").removesuffix(".yml")
    if not re.fullmatch(NAME, name):
        raise InputError(f"{shown(path)}: its name becomes a folder's. Use at most 100 letters, digits and . , = _ -")
    found = _tree(path)
    _check_keys(shown(path), found, KEYS, ("vary",))
    if not isinstance(found.get("case", ""), str):
        raise InputError(f"{shown(path)}, case: read {_short(found['case'])}; must be the name of one case.")
    try:
        start = basis(found.get("case") or None)
    except InputError as fault:
        raise InputError(f"{shown(path)}, case: {fault}") from None
    known = _known(start)
    varied = _varied(path, found["vary"], known)
    fixed = {name: known[name].default for name in known} | start.settings["parameters"]
    fixed = {name: value for name, value in fixed.items() if name in known and name not in varied}
    return Grid(shown(path), name, start.case, fixed, varied, _headlines(path, found.get("headlines", [])))


def _known(start: Basis) -> dict[str, Parameter]:
    """The parameters that headlines can depend on: those of the notebooks up to the one that writes them."""
    upto = up_to_headlines(start.declared)
    known = {name: parameter for path in upto for name, parameter in start.declared[path].items()}
    return {name: parameter for name, parameter in known.items() if name not in ("case", "results")}


def _varied(path: Path, vary: object, known: Mapping[str, Parameter]) -> dict[str, tuple]:
    if not isinstance(vary, dict) or not vary:
        raise InputError(
            f"{shown(path)}, vary: read {_short(vary)}; must name parameters, each with its values on a line of its "
            f"own. There are: {', '.join(f'{parameter.name} ({parameter.type})' for parameter in known.values())}."
        )
    varied = {
        name: _values(f"{shown(path)}, vary, {printable(cut(name))}", known, name, node) for name, node in vary.items()
    }
    many = math.prod(len(values) for values in varied.values())
    if many > MOST_POINTS:
        raise InputError(f"{shown(path)}, vary: makes {many:,} scenarios; at most {MOST_POINTS:,} are computed.")
    return varied


def _values(place: str, known: Mapping[str, Parameter], name: str, node: object) -> tuple:
    """A parameter's values, in the order written."""
    if name not in known:
        offers = ", ".join(known)
        raise InputError(f"{place}: no parameter {name[:80]!r}{close_to(name[:80], list(known))}. There are: {offers}.")
    written = _steps(place, known[name], node) if isinstance(node, dict) else node
    if not isinstance(written, list) or not written or not all(isinstance(word, str) for word in written):
        raise InputError(
            f"{place}: read {_short(node)}; must be a list such as [{text(known[name].default)}], or for numbers "
            "{from: 0, to: 240, step: 24}."
        )
    if len(written) > MOST_POINTS:
        raise InputError(f"{place}: has {len(written):,} values; at most {MOST_POINTS:,} scenarios are computed.")
    try:
        values = tuple(converted(known, name, word) for word in written)
    except InputError as fault:
        raise InputError(f"{place}: {fault}") from None
    _check_single(place, [text(value) for value in values])
    return values


def _steps(place: str, parameter: Parameter, node: Mapping[str, object]) -> list[str]:
    """The numbers from `from` to `to`, both included, exact to the last decimal."""
    _check_keys(place, node, RANGE, RANGE)
    if parameter.type not in ("int", "float"):
        raise InputError(f"{place}: is {TYPES[parameter.type][1]}, which has no steps. List its values in [ and ].")
    pattern, kind, _ = TYPES[parameter.type]
    for key in RANGE:
        if not isinstance(node[key], str) or not re.fullmatch(pattern, node[key]):
            raise InputError(f"{place}, {key}: read {_short(node[key])}; must be {kind}.")
    first, last, step = (Decimal(node[key]) for key in RANGE)
    if step <= 0 or last < first:
        raise InputError(f"{place}: from {first:f} to {last:f} by {step:f} goes nowhere. `to` is the larger end.")
    many, short = divmod(last - first, step)
    if short:
        below = first + many * step
        raise InputError(
            f"{place}: steps of {step:f} from {first:f} pass by {last:f}. Write `to: {below:f}`, or "
            f"`to: {below + step:f}`."
        )
    if many >= MOST_POINTS:
        raise InputError(f"{place}: makes {int(many) + 1:,} scenarios; at most {MOST_POINTS:,} are computed.")
    return [f"{first + turn * step:f}" for turn in range(int(many) + 1)]


def _headlines(path: Path, node: object) -> tuple[str, ...]:
    place = f"{shown(path)}, headlines"
    if not isinstance(node, list) or not all(isinstance(key, str) and key for key in node):
        raise InputError(f'{place}: read {_short(node)}; must be a list of keys, such as ["sent[BGR,ags-17]"].')
    _check_single(place, node)
    return tuple(node)


def _check_single(place: str, written: list[str]) -> None:
    seen: set[str] = set()
    for word in written:
        if word in seen:
            raise InputError(f"{place}: {word[:80]!r} stands there twice. Remove one.")
        seen.add(word)


def _check_keys(place: str, node: object, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not isinstance(node, dict):
        raise InputError(f"{place}: read {_short(node)}; must be made of lines such as `vary:`.")
    for key in node:
        if key not in known:
            hint = close_to(key[:80], list(known))
            raise InputError(f"{place}: no key {key[:80]!r}{hint}. There are: {', '.join(known)}.")
    for key in needed:
        if key not in node:
            raise InputError(f"{place}: needs {key!r}; read {', '.join(node) or 'nothing'}.")


def _short(node: object) -> str:
    words = repr(node)
    return words if len(words) <= 80 else f"{words[:77]}..."


def _tree(path: Path) -> object:
    """A YAML file as plain dicts, lists and texts; whatever else YAML offers is refused, with its line."""
    data = data_of(path, MOST_BYTES, smaller="Give numbers as {from, to, step}.")
    try:
        loader = yaml.SafeLoader(data.decode("utf-8-sig"))
        found = _document(path, loader)
    except UnicodeDecodeError as fault:
        raise InputError(
            f"{shown(path)}: byte 0x{data[fault.start]:02x} is not UTF-8. Save the file as UTF-8."
        ) from None
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise InputError(f"{shown(path)}, line {line}: is not valid YAML ({fault.problem}).") from None
    except yaml.YAMLError as fault:
        raise InputError(f"{shown(path)}: is not valid YAML ({str(fault).splitlines()[0]}).") from None
    return found


def _document(path: Path, loader: yaml.SafeLoader) -> object:
    loader.get_event()  # the stream begins
    if loader.check_event(yaml.StreamEndEvent):
        raise InputError(f"{shown(path)}: is empty. It needs 'vary', the parameters to vary.")
    loader.get_event()  # and the document
    found = _node(path, loader, 0)
    loader.get_event()  # which ends
    if not loader.check_event(yaml.StreamEndEvent):
        raise InputError(f"{shown(path)}: holds a second document after `---`. Write one grid per file.")
    return found


def _node(path: Path, loader: yaml.SafeLoader, depth: int) -> object:
    """The next value of the file: every scalar as the text it is, since the notebooks say what it should be."""
    event = loader.get_event()
    place = f"{shown(path)}, line {event.start_mark.line + 1}"
    if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
        raise InputError(f"{place}: names (& and *) and types (!) are not read. Write the value itself, in quotes.")
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    if depth == DEEPEST:
        raise InputError(f"{place}: a list or section within a value. Parameters have plain values.")
    if isinstance(event, yaml.SequenceStartEvent):
        return _list(path, loader, depth)
    return _section(path, loader, depth)


def _list(path: Path, loader: yaml.SafeLoader, depth: int) -> list:
    found = []
    while not loader.check_event(yaml.SequenceEndEvent):
        found.append(_node(path, loader, depth + 1))
    loader.get_event()
    return found


def _section(path: Path, loader: yaml.SafeLoader, depth: int) -> dict[str, object]:
    found: dict[str, object] = {}
    while not loader.check_event(yaml.MappingEndEvent):
        line = loader.peek_event().start_mark.line + 1
        key = _node(path, loader, DEEPEST)
        if key in found:
            raise InputError(f"{shown(path)}, line {line}: {key[:80]!r} stands there twice. Remove one.")
        found[key] = _node(path, loader, depth + 1)
    loader.get_event()
    return found
