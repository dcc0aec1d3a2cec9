"""Commands that make what readers see, and what shells complete words with: site, completion."""

import click
from click.shell_completion import get_completion_class

from analysis.cli.group import told_to_stop


@click.command()
@click.option("--base-url", default="", metavar="URL", help="Where the site will stand: for its sitemap and cards.")
def site(base_url: str) -> None:
    """Build the readers' site from the published results, into build/site.

    Its pages fetch nothing from anywhere: the folder can be opened from disk, or copied to any web server.
    """
    from analysis.paths import PUBLIC, shown
    from analysis.site import reference
    from analysis.site.build import build

    told_to_stop()
    told: list[str] = []
    main = click.get_current_context().find_root().command
    changed = build(base_url, reference.commands(main), told.append)
    click.echo("\n".join(told))
    click.echo(f"{shown(PUBLIC)}/index.html: {'written' if changed else 'every byte is as it was'}.")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete the words of this command, and the names of cases.

    \b
    bash, zsh:  eval "$(.venv/bin/retransfer completion bash)"
    fish:       .venv/bin/retransfer completion fish | source
    """
    main = click.get_current_context().find_root().command
    name = "retransfer"
    click.echo(get_completion_class(shell)(main, {}, name, f"_{name.upper()}_COMPLETE").source())
