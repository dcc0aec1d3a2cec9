"""The `retransfer` command. Each subcommand imports what it needs when it runs, so that help is instant."""

import os
import re
import signal
import sys
from pathlib import Path

import click

from analysis import orders, publishing, records
from analysis.errors import IN_FULL, InputError, of_ours, of_system


class Commands(click.Group):
    """Tells what a person can mend in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter is told its number
            stream.reconfigure(errors="backslashreplace")
        try:
            publishing.finish()
            return super().invoke(ctx)
        except InputError as fault:
            raise click.ClickException(str(fault)) from None
        except BrokenPipeError:  # whoever read the output has had enough
            raise
        except OSError as fault:
            raise click.ClickException(of_system(fault)) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except MemoryError:
            raise click.ClickException(
                "there is not enough memory for this. What was there before is as it was."
            ) from None
        except Exception as fault:
            if os.environ.get(IN_FULL):
                raise
            raise click.ClickException(of_ours(fault)) from None


class Size(click.ParamType):
    """An amount of memory in words, as a number of bytes."""

    name = "size"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not (found := re.fullmatch(r"([0-9]{1,6})(MB|GB)|0", value)):
            self.fail(f"{value!r} is no amount of memory. Write it like 500MB or 4GB.", param, ctx)
        return int(found[1] or 0) * {"MB": 10**6, "GB": 10**9, None: 0}[found[2]]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="retransfer")
def main() -> None:
    """Who sent what to whom, how much was passed on, what is unaccounted for, and how sure can anyone be?"""


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


@main.command()
@click.argument("case", required=False)
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
        wanted = [_case(case, dict(_pair(text) for text in given))]
    _meet(wanted, orders.Means(**means), explain_plan)


def _meet(wanted: list[orders.Order], means: orders.Means, explain_plan: bool) -> None:
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that it cleans up as Ctrl-C does
    (orders.explain if explain_plan else orders.fulfil)(wanted, means)


def _case(case: str | None, given: dict[str, str]) -> orders.Order:
    def plan() -> tuple:
        from analysis import plans, summary  # while the kernels' process imports too

        planned = plans.plan(case, given)
        return planned, lambda: summary.lines(planned)

    return orders.Order(records.request("run", case, given), plan)


def _register(file: str | None, layout: str, given: dict[str, str]) -> orders.Order:
    def plan() -> tuple:
        from analysis.registers import command

        planned, accounted = command.plan(file, layout, given)
        return planned, lambda: command.summary(planned, accounted)

    place = file and str(Path(file).resolve())
    return orders.Order(records.request("register", place, {"layout": layout, **given}), plan)


@main.command()
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
    order = _register(file, layout, dict(_pair(text) for text in given))
    _meet([order], orders.Means(**means), explain_plan)


@main.command()
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
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    choices = command.choices_of(dict(_pair(text) for text in given))
    means = bulk.Means(memory, parts, workers, scheduler)
    rows = bulk.reconcile(Path(source), target, choices, means, filings, progress=sys.stderr.isatty())
    click.echo(f"{rows:,} statements → {target}")


@main.command()
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
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    done = sweeps.sweep(
        gridfile.read(grid),
        sweeps.Means(notebooks, scheduler, workers),
        lambda line: click.echo(line, err=True),
        afresh=afresh,
        progress=sys.stderr.isatty(),
    )
    before = f", {done.before} of them from before" if done.before else ""
    click.echo(f"{done.scenarios} scenarios{before} → {shown(done.table)}")


@main.command()
@click.argument("key")
@click.argument("case", required=False)
@click.option("--results", default=None, help="Set of results; the published ones without it, or `draft`.")
@click.option("--json", "as_json", is_flag=True, help="Print the tree as JSON.")
def explain(key: str, case: str | None, results: str | None, as_json: bool) -> None:
    """Walk a number back to the raw lines it rests on: its formula, its statements as printed, their source and place.

    KEY is a headline, such as 'unaccounted[BGR,konkurs-launcher]', or a cell of a processed table, such as
    'balances[BGR,konkurs-launcher].sent'. Quote it, for the shell has a use for brackets.
    """
    from analysis import explain as explaining

    case, results = _results(case, results)
    found = explaining.explain(key, explaining.opened(case, results))
    click.echo(explaining.as_json(found) if as_json else "\n".join(explaining.lines(found)))


@main.command()
@click.argument("case", required=False)
@click.option("--origin", required=True, help="Whose goods to follow: a party's code, such as BLR.")
@click.option(
    "--stock", default=0, show_default=True, type=click.IntRange(0, 10**8), help="What every other party held before."
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

    case, results = _results(case, results)
    try:
        code = resolve_party(origin)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--origin") from None
    tables = store.load(case, results, "flows", "double_counts", "transfers")
    check_origin(code, tables["transfers"])
    click.echo(to_csv(traced(readings(tables["flows"], tables["double_counts"]), code, stock)), nl=False)


@main.command()
@click.option("--base-url", default="", metavar="URL", help="Where the site will stand: for its sitemap and cards.")
def site(base_url: str) -> None:
    """Build the readers' site from the published results, into build/site.

    Its pages fetch nothing from anywhere: the folder can be opened from disk, or copied to any web server.
    """
    from analysis.paths import PUBLIC, shown
    from analysis.site.build import build

    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    changed = build(base_url, click.echo)
    click.echo(f"{shown(PUBLIC)}/index.html: {'written' if changed else 'every byte is as it was'}.")


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


def _results(case: str | None, results: str | None) -> tuple[str, str]:
    """The case and the set of results that a command means."""
    from analysis import cases
    from analysis.paths import PUBLISHED

    case = case or cases.home()
    return case, results or (PUBLISHED if cases.settings(case).get("published") else "draft")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="-p")
    return name, value


if __name__ == "__main__":
    main()
