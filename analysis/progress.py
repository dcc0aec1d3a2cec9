"""How far something is that takes longer than a second: a bar on a terminal, nothing where nobody watches."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

DELAY = 1.0  # seconds before a bar is drawn


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

    with tqdm(
        total=total, desc=what, delay=DELAY, leave=False, bar_format="{desc} {bar} {n_fmt} of {total_fmt}"
    ) as bar:
        begun = [False]

        def begin(name: str) -> None:
            bar.update(int(begun[0]))
            begun[0] = True
            bar.set_description_str(f"{what}: {name}")

        yield begin
