"""How far something is that takes longer than a second: a bar on a terminal, nothing where nobody watches."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic

DELAY = 1.0  # seconds before a bar is drawn
FORM = "{desc} {bar} {n_fmt} of {total_fmt}"


def watched() -> bool:
    """Whether bars are drawn: on a terminal, and not in continuous integration, which says so in `CI`."""
    return sys.stderr.isatty() and not os.environ.get("CI")


@contextmanager
def steps(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar for work of `total` steps; what it gives is called as each begins, with its name."""
    if not watched():
        yield lambda name: None
        return
    from tqdm import tqdm  # noqa: PLC0415 (only where somebody watches)

    started, begun = monotonic(), []
    with tqdm(total=total, desc=what, delay=DELAY, leave=False, bar_format=FORM) as bar:
        timer = Timer(DELAY, bar.refresh)  # also where one step alone takes longer
        timer.daemon = True
        timer.start()

        def begin(name: str) -> None:
            bar.n = len(begun)
            begun.append(name)
            bar.set_description_str(f"{what}: {name}", refresh=monotonic() - started >= DELAY)

        try:
            yield begin
        finally:
            timer.cancel()
            bar.clear()
