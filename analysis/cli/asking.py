"""Commands that answer from what was computed: explain, origins, verify-source."""

from pathlib import Path

import click

from analysis.choices import LIMITS
from analysis.cli.group import like_a_case, results_of


@click.command()
@click.argument("key")
@click.argument("case", required=False, shell_complete=like_a_case)
@click.option("--results", default=None, help="Set of results; the published ones without it, or `draft`.")
@click.option("--json", "as_json", is_flag=True, help="Print the tree as JSON.")
def explain(key: str, case: str | None, results: str | None, as_json: bool) -> None:
    """Walk a number back to the raw lines it rests on: its formula, its statements as printed, their source and place.

    KEY is a headline, such as 'unaccounted[BGR,konkurs-launcher]', or a cell of a processed table, such as
    'balances[BGR,konkurs-launcher].sent'. Quote it, for the shell has a use for brackets.
    """
    from analysis import explain as explaining

    case, results = results_of(case, results)
    found = explaining.explain(key, explaining.opened(case, results))
    click.echo(explaining.as_json(found) if as_json else "\n".join(explaining.lines(found)))


@click.command()
@click.argument("case", required=False, shell_complete=like_a_case)
@click.option("--origin", required=True, help="Whose goods to follow: a party's code, such as BLR.")
@click.option(
    "--stock",
    default=0,
    show_default=True,
    type=click.IntRange(*LIMITS["opening_stock"]),
    help="What every other party held before.",
)
@click.option("--results", default=None, help="Set of results to read flows from; the published ones, or `draft`.")
def origins(case: str | None, origin: str, stock: int, results: str | None) -> None:
    """How much of what was passed on must, and how much can, be of one origin.

    Reads the flows of CASE (the published case without it) from its last run. Recipient * is all that a party sent,
    supplier * all that reached a party.
    """
    from analysis import store
    from analysis.attribution import traced
    from analysis.names import resolve_party
    from analysis.origins import check_origin
    from analysis.reconcile import readings
    from analysis.tables import to_csv

    case, results = results_of(case, results)
    try:
        code = resolve_party(origin)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--origin") from None
    tables = store.load(case, results, "flows", "double_counts", "transfers")
    check_origin(code, tables["transfers"])
    click.echo(to_csv(traced(readings(tables["flows"], tables["double_counts"]), code, stock)), nl=False)


@click.command("verify-source")
@click.argument("case", shell_complete=like_a_case)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_source(case: str, file: Path) -> None:
    """Check your own copy of a source against CASE.

    FILE passes if it has the SHA-256 that sources.csv records and every printed token stands in its paragraph.
    """
    from analysis import cases

    source, missing = cases.verify_source(case, file)
    for line in [line for lines in missing.values() for line in lines]:
        click.echo(line)
    gaps = sum(map(len, missing.values()))
    tokens = "every printed token is where its statement says"
    if gaps:
        tokens = f"{gaps} printed tokens are not where the statements say"
    if not missing:
        raise click.ClickException(f"{case} has no source to check against.")
    if not source:
        raise click.ClickException(f"{file} is byte for byte no source of {case} (its SHA-256 is another); {tokens}.")
    if gaps:
        raise click.ClickException(f"{file} is source {source}, but {tokens}.")
    click.echo(f"{file} is source {source} of {case}, and {tokens}.")
