"""Strike a run in every way at every moment when it changes a file, and count how often all held.

`python -m tests.faults` takes an hour or so and writes results.csv beside this file; `--each N` takes each Nth moment.
"""

import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.checkouts import Checkout
from tests.faults.scene import Scene, Strike
from tests.test_faults import check_told

KINDS = ("SIGKILL", "SIGTERM", "SIGINT", "ENOSPC", "EROFS", "EACCES")
RESULTS = Path(sys.modules["tests.faults"].__path__[0]) / "results.csv"


def main(each: int) -> None:
    """Print a line per strike that did not hold, and a table of how many did; exits with 1 if any did not."""
    tried, held = Counter(), Counter()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        done = Checkout(home / "done")
        assert done.alone("run", "--all").returncode == 0
        scene = Scene(home / "scene", done.path)
        scene.reset()
        scene.struck(Strike("", "", 0), "run")
        moments = scene.moments()
        for kind, number in strikes(len(moments), each):
            tried[kind] += 1
            if fault := failing(scene, Strike(kind, "", number)):
                print(f"{kind} at {moments[number - 1]}: {fault}", flush=True)
            else:
                held[kind] += 1
        scene.copy.close()
    rows = [(kind, tried[kind], held[kind]) for kind in KINDS]
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("fault", "tried", "held"), *rows])
    print("\n".join(f"{kind:<8} {many:>5} tried, {good:>5} held" for kind, many, good in rows))
    sys.exit(tried != held)


def strikes(moments: int, each: int) -> Iterator[tuple[str, int]]:
    """Every kind at each so many moments; where they are few, another kind begins at another moment."""
    for place, kind in enumerate(KINDS):
        for number in range(1 + place % each, moments + 1, each):
            yield kind, number


def failing(scene: Scene, strike: Strike) -> str:
    """What does not hold after a strike; nothing where all does."""
    scene.reset()
    try:
        check_told(strike.kind, scene.struck(strike, "run"), scene)
        scene.check_whole()
        scene.check_mended()
    except AssertionError as fault:
        return str(fault).partition("\n")[0] or "does not hold"
    return ""


if __name__ == "__main__":
    main(int(sys.argv[2]) if sys.argv[1:2] == ["--each"] else 1)
