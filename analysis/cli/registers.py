"""Commands that bring registers and cases together: compare."""

import click


@click.command()
@click.argument("case")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 where OTHER contradicts a statement.")
def compare(case: str, other: str, as_json: bool, strict: bool) -> None:
    """What OTHER says of each statement of CASE: confirms it, contradicts it, or does not mention it.

    OTHER is another case, such as one that `retransfer import` made, or the file of a register. What it does not list
    is not known, and is never read as nought. Counts are compared as intervals, and years with the lag_years of CASE.
    """
    from analysis import sides
    from analysis.compare import CONTRADICTED

    own, theirs, found = sides.against(case, other)
    click.echo(sides.as_json(own, theirs, found) if as_json else "\n".join(sides.lines(own, theirs, found)))
    if strict and any(row["verdict"] == CONTRADICTED for row in found.rows):
        raise click.exceptions.Exit(1)
