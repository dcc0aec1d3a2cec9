"""Commands that bring registers and cases together: import, compare."""

from pathlib import Path

import click

from analysis import progress
from analysis.cli.group import like_a_case, told_to_stop


@click.command("import")
@click.argument("layout")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--case", required=True, help="Name of the new case.")
@click.option("--supplier", default="", help="Only what this party sent.")
@click.option("--recipient", default="", help="Only what this party received.")
@click.option("--party", default="", help="Only what this party sent or received; the case asks about it.")
@click.option("--item", default="", help="Only this weapon, or this category of weapons; the case asks about it.")
@click.option("--years", default="", help="Only these years, such as 2013 or 2012-2014.")
@click.option("--unit", default="", help="Only counts in this unit, where one item is counted in several: piece, kg.")
@click.option("--title", default="", help="Title of the case; one is made of item and party without it.")
@click.option("--question", default="", help="What the case asks; the same.")
def import_(layout: str, file: Path, case: str, title: str, question: str, **wanted: str) -> None:
    """Lay out a new case of records of a register's FILE, each a statement in its words with its row.

    LAYOUT is one of unroca, sipri-deals, sipri-deal-years, nl-transit, comtrade. The case reads as the register does:
    where its words alone would be read otherwise, corrections.csv says so, and why. Without --party, the case asks
    about the --recipient, else the --supplier, else whoever is named most; without --item, about what moved most of.
    """
    from analysis.registers import excerpt

    told_to_stop()
    with progress.steps("import", 1) as begin:
        begin("choose records, and hold the case against the register")
        made = excerpt.written(case, layout, file, excerpt.Wanted(**wanted), title, question)
    for line in excerpt.told(made, file):
        click.echo(line)
    click.echo(f"Next: `retransfer run {case}`.")


@click.command()
@click.argument("case", shell_complete=like_a_case)
@click.argument("other", shell_complete=like_a_case)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 where OTHER contradicts a statement.")
def compare(case: str, other: str, as_json: bool, strict: bool) -> None:
    """What OTHER says of each statement of CASE: confirms it, contradicts it, or does not mention it.

    OTHER is another case, such as one that `retransfer import` made, or the file of a register. What it does not list
    is not known, and is never read as nought. Counts are compared as intervals, and years with the lag_years of CASE.
    """
    from analysis import sides
    from analysis.compare import CONTRADICTED

    with progress.steps("compare", 1) as begin:
        begin(f"read {case} and {other}")
        own, theirs, found = sides.against(case, other)
    click.echo(sides.as_json(own, theirs, found) if as_json else "\n".join(sides.lines(own, theirs, found)))
    if strict and any(row["verdict"] == CONTRADICTED for row in found.rows):
        raise click.exceptions.Exit(1)
