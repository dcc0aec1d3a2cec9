"""Commands that keep notebooks reviewable: tidy, text."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("notebooks", nargs=-1, metavar="[NOTEBOOK]...", type=FILE)
@click.pass_context
def tidy(context: click.Context, notebooks: tuple[Path, ...]) -> None:
    """Take out of saved notebooks what differs from run to run: times, versions, settings of the editor.

    Without NOTEBOOK, all in notebooks/. Ends with 1 if it changed any, so that a commit stops; one in which a cell
    failed or was not run, or not in order, is left as it is, and named.
    """
    from analysis.errors import InputError
    from analysis.paths import NOTEBOOKS, shown
    from analysis.tidy import tidied

    changed, faults = False, []
    for path in notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        try:
            if tidied(path.resolve()):
                click.echo(f"{shown(path.resolve())}: tidied. Look at it, and `git add` it.")
                changed = True
        except InputError as fault:
            faults.append(str(fault))
    if faults:
        raise InputError("\n".join(faults))
    if changed:
        context.exit(1)


@click.command()
@click.argument("notebook", type=FILE)
def text(notebook: Path) -> None:
    """Print NOTEBOOK as text, for `git diff` (`make hooks` sets it up): sources and outputs, no markup, no pictures."""
    from analysis.notebook_text import as_text

    click.echo(as_text(notebook.read_bytes()), nl=False)
