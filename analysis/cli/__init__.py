"""The `retransfer` command. Each subcommand imports what it needs when it runs, so that help is instant."""

import click

from analysis.cli import asking, checking, registers, running, showing, tidying, writing
from analysis.cli.group import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="retransfer")
def main() -> None:
    """Who sent what to whom, how much was passed on, what is unaccounted for, and how sure can anyone be?"""


for command in (
    *(writing.new, writing.teach, checking.check, running.run),
    *(asking.explain, asking.origins, asking.verify_source, running.sweep),
    *(registers.import_, registers.compare, running.register, running.reconcile),
    *(tidying.tidy, tidying.text, showing.site, showing.completion),
):
    main.add_command(command)
