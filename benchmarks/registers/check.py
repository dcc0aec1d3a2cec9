"""Whether all contestants give the same answers: `python -m benchmarks.registers.check FILE`."""

import sys
from pathlib import Path

from benchmarks.registers.measure import CONTESTANTS, tables
from benchmarks.registers.shape import TASKS, canonical, difference


def answers(name: str, path: Path) -> dict:
    """A contestant's three tables, comparable."""
    contestant = tables(name)
    statements = contestant.read(path)
    flows = contestant.mirror(statements)
    found = dict(zip(TASKS, (flows, contestant.balances(flows), contestant.conduits(flows)), strict=True))
    return {task: canonical(contestant.frame(found[task], task), task) for task in TASKS}


def main(path: str) -> None:
    """Compare every rival with the package, value by value; the first difference ends the run."""
    ours = answers(CONTESTANTS[0], Path(path))
    for name in CONTESTANTS[1:]:
        theirs = answers(name, Path(path))
        for task in TASKS:
            apart = difference(ours[task], theirs[task], task)
            if apart:
                sys.exit(f"{path}: {task} in {name} is not what the package gives: {apart}")
    print(
        f"{Path(path).name}: {', '.join(f'{len(ours[task])} rows of {task}' for task in TASKS)}, the same in all four"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
