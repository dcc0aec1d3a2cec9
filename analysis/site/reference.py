"""What the pages of reference say of commands, parameters and raw tables: read from the code, never typed twice."""

from collections.abc import Mapping

import click

from analysis import cases, plans, schemas, settings
from analysis.parameters import TYPES
from analysis.schemas.columns import Column

SPELLINGS = ("parties", "designations", "units", "items", "codes")
WIDE = 84  # columns of a help text


def commands(main: click.Group) -> dict[str, str]:
    """The help of every command of a group, by how it is called."""
    root = click.Context(
        main, info_name="retransfer", max_content_width=WIDE, terminal_width=WIDE, **main.context_settings
    )
    found = {}
    for name, command in main.commands.items():
        context = click.Context(command, info_name=name, parent=root)
        found[f"retransfer {name}"] = command.get_help(context)
    return found


def raw_tables() -> Mapping[str, tuple[Column, ...]]:
    """The tables that people write: those of a case, then those of spellings."""
    return {name: schemas.RAW[name] for name in (*cases.TABLES, *SPELLINGS)}


def parameters() -> list[dict[str, object]]:
    """The parameters of the notebooks that compute, with type and default in words."""
    known = plans.basis(None).known.values()
    return [
        {**parameter._asdict(), "kind": TYPES[parameter.type][1], "default": repr(parameter.default)}
        for parameter in known
        if parameter.name not in settings.GIVEN
    ]
