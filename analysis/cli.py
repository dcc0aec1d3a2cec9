"""The `retransfer` command. Each subcommand imports what it needs when it runs, so that help is instant."""

import signal
import sys
from pathlib import Path

import click


class Commands(click.Group):
    """Tells what a person can mend in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        from analysis.tables import InputError

        try:
            return super().invoke(ctx)
        except InputError as fault:
            raise click.ClickException(str(fault)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="retransfer")
def main() -> None:
    """Who sent what to whom, how much was passed on, what is unaccounted for, and how sure can anyone be?"""


@main.command()
@click.argument("case", required=False)
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Set a notebook's parameter.")
def run(case: str | None, given: tuple[str, ...]) -> None:
    """Execute the notebooks for CASE, from its raw tables to its report.

    Without CASE, the published case is run. With the published parameters its notebooks and data/processed are
    refreshed; with any other parameters, or an unpublished case, the results are kept under build/.
    """
    from analysis import run as runner
    from analysis.paths import shown

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that it cleans up as Ctrl-C does
    planned = runner.plan(case, dict(_pair(text) for text in given))
    click.echo(f"{planned.case}: {planned.results} results → {shown(planned.target)}")
    try:
        changed = runner.execute(planned, click.echo, progress=sys.stderr.isatty())
    except BaseException:
        click.echo(f"Stopped. {shown(planned.target)} is as it was before this run.", err=True)
        raise
    click.echo(_summary(planned, changed))


@main.command()
@click.argument("case", required=False)
@click.option("--origin", required=True, help="Whose goods to follow: a party's code, such as BLR.")
@click.option("--stock", default=0, show_default=True, type=click.IntRange(0), help="What every party held of its own.")
@click.option("--results", default=None, help="Set of results to read flows from; the published ones, or `draft`.")
def origins(case: str | None, origin: str, stock: int, results: str | None) -> None:
    """How much of what was passed on must, and how much can, be of one origin.

    Reads the flows of CASE (the published case without it) from its last run. Recipient * is all that a party sent,
    supplier * all that reached a party.
    """
    from analysis import cases, run, store
    from analysis.names import resolve_party
    from analysis.origins import origin_bounds
    from analysis.paths import PUBLISHED
    from analysis.tables import to_csv

    case = case or run.plan(None, {}).case
    results = results or (PUBLISHED if cases.settings(case).get("published") else "draft")
    try:
        code = resolve_party(origin)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--origin") from None
    flows = store.load(case, results, "flows")["flows"]
    click.echo(to_csv(origin_bounds(flows, code, stock)), nl=False)


@main.command("verify-source")
@click.argument("case")
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


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="-p")
    return name, value


def _summary(planned, changed: bool) -> str:
    """The headlines of a finished run, the finding first, and what could not be read."""
    from analysis import cases, prose, store
    from analysis.headlines import say
    from analysis.paths import PUBLISHED

    tables = store.load(planned.case, planned.results, "headlines", "rejects")
    headlines, focus = tables["headlines"], cases.settings(planned.case)["focus"]
    keys = [row.key for row in headlines.itertuples() if row.unit not in ("year", "claim")]
    lines = [f"{key:<{max(map(len, keys))}}  {say(headlines, key)}" for key in keys]
    missed = prose.set_aside(tables["rejects"])
    state = "Every byte is as it was."
    if changed:
        state = "Results have changed: see `git diff`." if planned.results == PUBLISHED else "Results are written."
    finding = f"{prose.finding(headlines, focus['party'], focus['item'])}."
    return "\n".join(["", finding, "", *lines, *[""][: len(missed)], *missed, "", state])


if __name__ == "__main__":
    main()
