"""What case.toml says, checked: every key of its type, none that nobody reads, in the order a person would mend it."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.characters import NEVER, fault_of, shortly
from analysis.errors import InputError
from analysis.hints import close_to
from analysis.names import Unresolved, resolve_item, resolve_party, unspecified
from analysis.paths import shown
from analysis.reading import data_of

LARGEST = 1_000_000  # bytes
LONGEST = 300  # characters of a title or a question
REQUIRED = {"title": str, "question": str, "focus": dict, "parameters": dict}
KINDS = {str: "text", dict: "section"}
KEYS = {  # section → what it may hold; the parameters are the notebooks', and are held against these elsewhere
    "": ("title", "question", "published", "own", "focus", "parameters", "report", "last_hop"),
    "focus": ("party", "item"),
    "report": ("standfirst", "not_shown"),
    "last_hop": ("recipient",),
}
GIVEN = ("case", "results")  # parameters that a command gives


def read(path: Path) -> dict:
    """The settings of a case: title, question, focus (party, item), parameters and own words for the report.

    Raises InputError that names the file, the key, what was read and what would be right.
    """
    data = data_of(path, LARGEST)
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise InputError(f"{shown(path)}: is nested too deeply. It has sections and lists of texts, no more.") from None
    except ValueError as fault:  # TOML, UTF-8, or a number of thousands of digits
        raise InputError(f"{shown(path)}: is not valid TOML in UTF-8 ({_one_line(str(fault))}).") from None
    if problem := next(_problems(found), None):
        raise InputError(f"{shown(path)}: {problem}.")
    return found


def _problems(found: dict) -> Iterator[str]:
    for key, kind in REQUIRED.items():
        if not isinstance(found.get(key), kind):
            hint = "" if key in found else close_to(key, [name[:80] for name in found]).replace("did you mean", "is it")
            read = shortly(found[key]) if key in found else "nothing of that name"
            yield f"needs {key!r}, a {KINDS[kind]}; read {read}{hint}"
    yield from _unknown("", found)
    for key in ("title", "question"):
        yield from _heading_problems(key, found[key])
    for key in ("published", "own"):
        if not isinstance(found.get(key, False), bool):
            yield f"{key} must be true or false, without quotes; read {shortly(found[key])}"
    yield from _focus_problems(found["focus"])
    yield from _parameter_problems(found["parameters"])
    yield from _hop_problems(found.get("last_hop", []))
    yield from _report_problems(found.get("report", {}))


def _unknown(section: str, found: Mapping) -> Iterator[str]:
    place = f"[{section}] " if section else ""
    for key in found:
        if key not in KEYS[section]:
            hint = close_to(key[:80], list(KEYS[section]))
            yield f"{place}has no key {shortly(key)}{hint}. There are: {', '.join(KEYS[section])}"


def _heading_problems(key: str, text: str) -> Iterator[str]:
    if not text.strip():
        yield f"{key} is empty. Write it in one line"
    if re.search(r"[\r\n\t]", text) or len(text) > LONGEST:
        yield f"{key} must be one line of at most {LONGEST} characters; read {shortly(text)}"
    yield from _character_problems(key, text)


def _character_problems(place: str, text: str) -> Iterator[str]:
    if strange := NEVER.search(text):
        yield f"{place} holds {fault_of(strange[0]).rstrip('.')}"


def _focus_problems(focus: dict) -> Iterator[str]:
    yield from _unknown("focus", focus)
    for key, resolve in (("party", resolve_party), ("item", resolve_item)):
        code = focus.get(key)
        try:
            meant = resolve(code) if isinstance(code, str) else None
        except Unresolved as fault:
            yield f"[focus] {key} = {fault}"
            meant = code
        if meant != code or code is None:
            hint = f". Write {meant!r}" if meant else ""
            yield f"[focus] needs {key!r}, the {key} that the finding is about, as its code; read {shortly(code)}{hint}"
        elif key == "party" and unspecified(code):
            yield (
                f"[focus] party = {code!r} is nobody in particular: what came to one whom no source names need not be "
                "what another sent. Write the code of a party that the statements name"
            )


def _parameter_problems(parameters: dict) -> Iterator[str]:
    for key, value in parameters.items():
        if key in GIVEN:
            yield f"[parameters] {key}: is what a command gives. Remove it"
        if isinstance(value, str):
            if re.search(r"[\r\n]", value):
                yield f"[parameters] {key} must be one line; read {shortly(value)}"
            yield from _character_problems(f"[parameters] {key}", value)


def _hop_problems(hops: object) -> Iterator[str]:
    if not isinstance(hops, list) or not all(
        isinstance(hop, dict) and isinstance(hop.get("recipient"), str) for hop in hops
    ):
        yield f"every [[last_hop]] needs a recipient, and double brackets; read {shortly(hops)}"
    for hop in hops:
        yield from _unknown("last_hop", hop)
        if re.search(r"[],[\r\n]", hop["recipient"]) or not hop["recipient"].strip():
            yield f"[[last_hop]] recipient = {shortly(hop['recipient'])}: leave out commas, brackets and breaks"
        yield from _character_problems("[[last_hop]] recipient", hop["recipient"])


def _report_problems(report: object) -> Iterator[str]:
    if not isinstance(report, dict):
        yield f"[report] must be a section; read {shortly(report)}"
    yield from _unknown("report", report)
    standfirst, texts = report.get("standfirst", ""), report.get("not_shown", [])
    if not isinstance(standfirst, str):
        yield f"[report] standfirst must be a text; read {shortly(standfirst)}"
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        yield f"[report] not_shown must be a list of texts, in [ and ]; read {shortly(texts)}"
    for place, text in (("[report] standfirst", standfirst), *(("[report] not_shown", text) for text in texts)):
        yield from _character_problems(place, text)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
