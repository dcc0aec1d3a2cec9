"""A mutant put in place of what was imported: only ever in a process forked for it."""

import sys
import types
from pathlib import Path

from analysis import engine
from analysis.paths import ROOT

RENEWED: dict[int, object] = {}  # by the id of what was imported, what stands in its place


def put_in_place(path: Path, text: str, folder: Path) -> None:
    """Let all that was imported use this text of a file; `folder` is for SQL texts. May raise as importing does."""
    if path.suffix == ".sql":
        (folder / path.name).write_text(text, encoding="utf-8")
        engine.SQL = folder
        engine.text.cache_clear()
        engine.default.cache_clear()
    else:
        _module(".".join(path.relative_to(ROOT).with_suffix("").parts), text)


def renewed(value: object) -> object:
    """The same, with every function and class of the old module replaced by the new one; also in lists and the like."""
    if type(value) in (list, tuple):
        found = type(value)(renewed(each) for each in value)
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    if type(value) is dict:
        found = {key: renewed(each) for key, each in value.items()}
        return found if any(found[key] is not value[key] for key in value) else value
    return RENEWED.get(id(value), value)


def _module(name: str, text: str) -> None:
    """Run the text as the module, and give its functions and values to whoever had imported the old ones."""
    old = sys.modules[name]
    new = types.ModuleType(name)
    new.__dict__.update({key: getattr(old, key) for key in ("__file__", "__package__", "__spec__", "__loader__")})
    sys.modules[name] = new
    exec(compile(text, old.__file__, "exec", dont_inherit=True), new.__dict__)
    own = [key for key, value in vars(old).items() if getattr(value, "__module__", "") == name and key in vars(new)]
    RENEWED.update({id(old): new} | {id(vars(old)[key]): vars(new)[key] for key in own})
    for user in [user for key, user in list(sys.modules.items()) if key.partition(".")[0] in ("analysis", "tests")]:
        for key, value in list(vars(user).items()):
            if user is not new and not key.startswith("__"):
                same = key in vars(new) and vars(old).get(key) is value
                setattr(user, key, vars(new)[key] if same else renewed(value))
