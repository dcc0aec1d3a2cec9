"""Sets of results that were asked for: nothing runs where nothing has changed, and several are made at a time.

Heavy imports wait until it is known that there is something to do.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import NamedTuple

import click

from analysis import folders, records
from analysis.errors import InputError, of_system
from analysis.kernels import start
from analysis.paths import PUBLISHED, shown
from analysis.progress import watched

WARM, STOCK = ENGINES = ("warm", "nbclient")  # by papermill's names for them
USUAL = WARM if sys.platform == "linux" else STOCK  # elsewhere, libraries may not bear to be forked
NOTHING_TO_DO = "Nothing has changed since these results were computed: nothing was run."


class Order(NamedTuple):
    """What was asked for, as one text; and what plans it: gives the plan, and what to say of its results."""

    asked: str
    plan: Callable[[], tuple]


class Means(NamedTuple):
    """How orders are met: by which engine, and whether notebooks run that would only give what they gave.

    A cell that takes longer than `timeout` (seconds) is stopped, and a notebook that takes more than `memory` (bytes;
    0 = all that this machine has).
    """

    engine: str = USUAL
    force: bool = False
    timeout: int = 3600
    memory: int = 0


AS_USUAL = Means()


class Unnoted(InputError):
    """Results are in place, and it could not be noted that they need not be made again."""


class Making(NamedTuple):
    """An order that is being met: its plan, what is said of its results, and the head of lines about its progress."""

    order: Order
    planned: object
    say: Callable[[], list[str]]
    head: str


def fulfil(orders: Sequence[Order], means: Means) -> None:
    """Make what was asked for, several at a time, and say what was found, in order.

    Raises InputError where some cannot be made, once all the others are there.
    """
    told = {} if means.force else _told(orders)
    stale = [order for order in orders if order.asked not in told]
    if stale and means.engine == WARM:
        start.nursery()  # imports what kernels need while this process imports what it needs
    makings = [_planned(order, len(orders) > 1) for order in stale]
    found: dict[str, Future] = {}
    faults = []
    try:
        with start.several(_at_once(means, len(stale))) as pool:
            found |= {making.order.asked: pool.submit(_made, making, means) for making in makings}
            for asked in [order.asked for order in orders]:
                try:
                    click.echo("\n".join(told[asked] if asked in told else found[asked].result()))
                except InputError as fault:
                    faults.append(str(fault))
    except (KeyboardInterrupt, SystemExit):
        _tell_finished(makings, found)
        raise
    finally:
        _tell_unfinished(makings, found)
    if faults:
        raise InputError("\n".join(faults))


def _told(orders: Sequence[Order]) -> dict[str, list[str]]:
    """What is to be said of results that are as they would be made now."""
    said = {order.asked: records.fresh(order.asked) for order in orders}
    return {asked: [*lines, "", NOTHING_TO_DO] for asked, lines in said.items() if lines is not None}


def explain(orders: Sequence[Order], means: Means) -> None:
    """Say which notebooks would run, and why each."""
    for making in [_planned(order, len(orders) > 1) for order in orders]:
        click.echo(_place(making.planned))
        for step in records.steps(making.planned, every=means.force):
            told = "; ".join(step.reasons)
            click.echo(f"{step.path.stem:<14} {f'would run: {told}' if told else 'need not run'}")


def _planned(order: Order, among_others: bool) -> Making:
    planned, say = order.plan()
    return Making(order, planned, say, f"{planned.case}: " if among_others else "")


def _at_once(means: Means, many: int) -> int:
    """How many are made at a time: as many as there are cores; one where kernels start cold."""
    if means.engine != WARM or many < 2:
        return 1
    from analysis.engine import cores  # noqa: PLC0415

    return min(cores(), many)


def _made(making: Making, means: Means) -> list[str]:
    """Make one set of results; returns what is to be said of it."""
    from analysis import run  # noqa: PLC0415

    planned = making.planned
    if not making.head:
        click.echo(_place(planned))
    report, seen = (lambda line: click.echo(f"{making.head}{line}")), not making.head and watched()
    with folders.alone(planned.target):
        steps = records.steps(planned, every=means.force)
        changed = run.execute(planned, report, steps, means, progress=seen)
        said = making.say()
        try:
            records.remember(planned, making.order.asked, said)
        except OSError as fault:
            raise Unnoted(
                f"{shown(planned.target)} is in place, and the next run checks it again. {of_system(fault)}"
            ) from None
    place = ["", _place(planned)] if making.head else []
    return [*place, "", *said, "", _state(planned, changed, any(step.reasons for step in steps))]


def _place(planned) -> str:
    return f"{planned.case}: {planned.results} results → {shown(planned.target)}"


def _state(planned, changed: bool, ran: bool) -> str:
    """Whether a run has changed what it wrote."""
    if not changed:
        return "Every byte is as it was." if ran else NOTHING_TO_DO
    return "Results have changed: see `git diff`." if planned.results == PUBLISHED else "Results are written."


def _tell_finished(makings: Sequence[Making], found: Mapping[str, Future]) -> None:
    for making in makings:
        future = found.get(making.order.asked)
        if future and future.done() and not future.cancelled() and not future.exception():
            click.echo(f"Stopped. {shown(making.planned.target)} was finished before.", err=True)


def _tell_unfinished(makings: Sequence[Making], found: Mapping[str, Future]) -> None:
    for making in makings:
        future = found.get(making.order.asked)
        if not future or future.cancelled() or ((fault := future.exception()) and not isinstance(fault, Unnoted)):
            click.echo(f"Stopped. {shown(making.planned.target)} is as it was before this run.", err=True)
