"""Commands that compute: run, register, reconcile, sweep."""

from pathlib import Path

import click

from analysis import orders, records
from analysis.cli.group import Size, like_a_case, pair, told_to_stop
from analysis.progress import watched


def _making(command):
    """The options of commands that make results."""
    for option in (
        click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter."),
        click.option("--force", is_flag=True, help="Run every notebook, whatever has or has not changed."),
        click.option("--explain-plan", is_flag=True, help="Only say which notebooks would run, and why each."),
        click.option(
            "--engine",
            type=click.Choice(orders.ENGINES),
            default=orders.USUAL,
            show_default=True,
            help="How papermill starts kernels: from a process that has imported already, or each afresh.",
        ),
        click.option(
            "--timeout",
            type=click.IntRange(1, 10**6),
            default=orders.AS_USUAL.timeout,
            show_default=True,
            help="Seconds that one cell may take.",
        ),
        click.option(
            "--memory",
            type=Size(),
            default="0",
            help="What one notebook may take, such as 4GB; without it, all there is.",
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("case", required=False, shell_complete=like_a_case)
@click.option("--all", "every", is_flag=True, help="Run every published case, and all of them as one register.")
@_making
def run(case: str | None, given: tuple[str, ...], every: bool, explain_plan: bool, **means: object) -> None:
    """Execute the notebooks for CASE, from its raw tables to its report.

    Without CASE, the case that the notebooks are saved for is run. With the published parameters its notebooks and
    data/processed are refreshed; with any other parameters, or an unpublished case, results are kept under build/.
    Only what depends on a change since the last run is run again.
    """
    if every and (case or given):
        raise click.UsageError("--all runs every published case with its own parameters: give no case and no -p.")
    if every:
        from analysis import cases

        wanted = [*(_case(name, {}) for name in cases.published()), _register(None, "", {})]
    else:
        wanted = [_case(case, dict(pair(text) for text in given))]
    _meet(wanted, orders.Means(**means), explain_plan)
    if every:  # once these are in place: it shows what they are
        _meet([_start()], orders.Means(**means), explain_plan)


def _meet(wanted: list[orders.Order], means: orders.Means, explain_plan: bool) -> None:
    told_to_stop()
    (orders.explain if explain_plan else orders.fulfil)(wanted, means)


def _case(case: str | None, given: dict[str, str]) -> orders.Order:
    def plan() -> tuple:
        from analysis import plans, summary  # while the kernels' process imports too

        planned = plans.plan(case, given)
        return planned, lambda: summary.lines(planned)

    return orders.Order(records.request("run", case, given), plan)


def _start() -> orders.Order:
    def plan() -> tuple:
        from analysis import plans

        return plans.start(), lambda: ["JupyterLab opens there: `make lab`."]

    return orders.Order(records.request("start", None, {}), plan)


def _register(file: str | None, layout: str, given: dict[str, str]) -> orders.Order:
    def plan() -> tuple:
        from analysis.registers import command

        planned, accounted = command.plan(file, layout, given)
        return planned, lambda: command.summary(planned, accounted)

    place = file and str(Path(file).resolve())
    return orders.Order(records.request("register", place, {"layout": layout, **given}), plan)


@click.command()
@click.argument("file", required=False)
@click.option("--layout", default="", help="Layout of FILE; told by its header without it.")
@click.option("--check", is_flag=True, help="Only read FILE: its layout, its records, why some are set aside.")
@_making
def register(
    file: str | None,
    layout: str,
    given: tuple[str, ...],
    check: bool,
    explain_plan: bool,
    **means: object,
) -> None:
    """Reconcile a whole register: mirror reports, reliability of reporters, balances, conduits and chains.

    FILE is a register as it is published; a layout that is not known is refused with those that are. Results are kept
    under build/registers/. Without FILE, the published cases are taken together, and data/processed/register is
    refreshed.
    """
    if check:
        from analysis.registers import command

        if not file or given:
            raise click.UsageError("--check reads a FILE, and takes no -p.")
        click.echo("\n".join(command.check(file, layout)))
        return
    order = _register(file, layout, dict(pair(text) for text in given))
    _meet([order], orders.Means(**means), explain_plan)


@click.command()
@click.argument("source", metavar="SOURCE.parquet")
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@click.option("--filings", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Who filed, as CSV.")
@click.option("--memory", default="2GB", show_default=True, help="What one database may take; beyond, it uses disk.")
@click.option("--parts", type=click.IntRange(1, 100_000), help="Parts to split SOURCE into, by item.")
@click.option("--workers", type=click.IntRange(1, 1000), help="Processes on this machine; this one alone without it.")
@click.option("--scheduler", metavar="ADDRESS", help="Compute on the workers of this `dask scheduler` instead.")
@click.option("-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="prefer, lag_years and the like.")
def reconcile(
    source: str,
    target: Path,
    filings: Path | None,
    memory: str,
    parts: int | None,
    workers: int | None,
    scheduler: str | None,
    given: tuple[str, ...],
) -> None:
    """Reconcile the statements in SOURCE.parquet, of any number, into the folder TARGET.

    TARGET gets mirror/, balances/ and conduits/, as Parquet. SOURCE may be a pattern of files.
    """
    from analysis import bulk
    from analysis.registers import command

    if scheduler is not None and workers:
        raise click.UsageError("--workers are processes of this machine; with --scheduler, start workers there.")
    told_to_stop()
    choices = command.choices_of(dict(pair(text) for text in given))
    means = bulk.Means(memory, parts, workers, scheduler)
    rows = bulk.reconcile(Path(source), target, choices, means, filings, progress=watched())
    click.echo(f"{rows:,} statements → {target}")


@click.command()
@click.argument("grid", metavar="GRID.yaml", type=click.Path(path_type=Path))
@click.option("--notebooks", is_flag=True, help="Execute the notebooks for each scenario, and keep them.")
@click.option("--workers", type=click.IntRange(1, 1000), help="Processes on this machine; one per core without it.")
@click.option("--scheduler", metavar="ADDRESS", help="Compute on the workers of this `dask scheduler` instead.")
@click.option("--afresh", is_flag=True, help="Compute again what an earlier sweep of this name has left.")
def sweep(grid: Path, notebooks: bool, workers: int | None, scheduler: str | None, afresh: bool) -> None:
    """Compute the headlines for every combination of the parameters in GRID.yaml.

    The table is build/sweeps/GRID/scenarios.csv, a row per combination. A sweep that was stopped goes on where it was.
    """
    from analysis.paths import shown
    from analysis.sweeps import gridfile
    from analysis.sweeps import sweep as sweeps

    if scheduler is not None and workers:
        raise click.UsageError("--workers are processes of this machine; with --scheduler, start workers there.")
    told_to_stop()
    done = sweeps.sweep(
        gridfile.read(grid),
        sweeps.Means(notebooks, scheduler, workers),
        lambda line: click.echo(line, err=True),
        afresh=afresh,
        progress=watched(),
    )
    before = f", {done.before} of them from before" if done.before else ""
    click.echo(f"{done.scenarios} scenarios{before} → {shown(done.table)}")
