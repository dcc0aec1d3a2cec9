"""The `retransfer` command. Each subcommand imports what it needs when it runs, so that help is instant."""

import click

from analysis.cli import asking, checking, running, showing, writing
from analysis.cli.group import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="retransfer")
def main() -> None:
    """Who sent what to whom, how much was passed on, what is unaccounted for, and how sure can anyone be?"""


for command in (
    *(running.run, running.register, running.reconcile, running.sweep),
    *(asking.explain, asking.origins, asking.verify_source),
    *(checking.check, writing.new, writing.teach),
    showing.site,
):
    main.add_command(command)
