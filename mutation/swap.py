"""A mutant put in place of what was imported: only ever in a process forked for it."""

import sys
import types
from pathlib import Path

from analysis import engine
from analysis.paths import ROOT


def put_in_place(path: Path, text: str, folder: Path) -> None:
    """Let all that was imported use this text of a file; `folder` is for SQL texts. May raise as importing does."""
    if path.suffix == ".sql":
        (folder / path.name).write_text(text, encoding="utf-8")
        engine.SQL = folder
        engine.text.cache_clear()
        engine.default.cache_clear()
    else:
        _module(".".join(path.relative_to(ROOT).with_suffix("").parts), text)


def _module(name: str, text: str) -> None:
    """Run the text as the module, and give its functions and values to whoever had imported the old ones."""
    old = sys.modules[name]
    new = types.ModuleType(name)
    new.__dict__.update({key: getattr(old, key) for key in ("__file__", "__package__", "__spec__", "__loader__")})
    sys.modules[name] = new
    exec(compile(text, old.__file__, "exec", dont_inherit=True), new.__dict__)
    known = {id(value): key for key, value in vars(old).items() if callable(value) and not key.startswith("__")}
    users = [user for key, user in list(sys.modules.items()) if key.partition(".")[0] in ("analysis", "tests")]
    for user in users:
        for key, value in list(vars(user).items()):
            if value is old:
                setattr(user, key, new)
            elif user is not new and not key.startswith("__"):
                _given(user, key, value, old, new, known)


def _given(
    user: types.ModuleType, key: str, value: object, old: types.ModuleType, new: types.ModuleType, known: dict[int, str]
) -> None:
    meant = key if vars(old).get(key, old) is value else known.get(id(value), "")
    if meant in vars(new):
        setattr(user, key, vars(new)[meant])
