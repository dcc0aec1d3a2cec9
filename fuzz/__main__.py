"""Look for bytes that a parser stumbles over: `python -m fuzz [NAME…] [--seconds N]`, as `make fuzz` does for all.

Every target runs in a process of its own, from the corpus that is kept under fuzz/corpus/ and from seeds. What covers
more than before is kept, as few files as can be; what breaks a promise is kept under fuzz/findings/ for good, and
tests/test_fuzz_corpus.py asks both again. What the last run of each target counted stands in fuzz/results.csv.
"""

import csv
import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from analysis.errors import InputError
from analysis.hints import close_to
from analysis.paths import BUILD, ROOT
from fuzz.seeds import seeds
from fuzz.targets import TARGETS

HOME = ROOT / "fuzz"
RESULTS = HOME / "results.csv"
COLUMNS = ("target", "seconds", "inputs", "branches", "features", "corpus", "bytes", "findings")
STATUS = re.compile(r"#(\d+)\s.* cov: (\d+) ft: (\d+)")
LIMITS = ("-timeout=10", "-rss_limit_mb=3000", "-report_slow_units=5")
BY_BRANCHES = ("-use_counters=0",)  # what is as often as before counts as covered


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seconds", default=60, show_default=True, help="For each target.")
def main(names: tuple[str, ...], seconds: int) -> None:
    """Run these targets, or all."""
    for name in names:
        if name not in TARGETS:
            known = ", ".join(TARGETS)
            raise click.ClickException(f"no target {name!r}{close_to(name, list(TARGETS))}. There are: {known}.")
    rows = {row["target"]: row for row in _before()}
    for name in names or TARGETS:
        rows[name] = run(name, seconds)
        _write(rows[name] for name in TARGETS if name in rows)
        print(", ".join(f"{text} {column}" for column, text in list(rows[name].items())[1:]), "::", name, flush=True)
    if broken := [name for name in names or TARGETS if rows[name]["findings"] != "0"]:
        raise click.ClickException(f"promises are broken: {', '.join(broken)}. See fuzz/findings/.")


def run(name: str, seconds: int) -> dict[str, str]:
    """Search for so long, keep what was found and the smallest corpus that covers as much; returns what was counted."""
    work = BUILD / "fuzz" / name
    shutil.rmtree(work, ignore_errors=True)
    for folder in ("new", "seeds", "found", "merged"):
        (work / folder).mkdir(parents=True)
    _put(work / "seeds", seeds(name))
    (work / "words").write_text(_words(work / "seeds"), encoding="ascii")
    flags = (f"-max_total_time={seconds}", f"-dict={work / 'words'}", "-len_control=10", "-print_final_stats=1")
    told = _worker(name, [work / "new", *_known(name), work / "seeds"], flags)
    found = [path.read_bytes() for path in sorted((work / "found").iterdir())]
    _put(HOME / "findings" / name, found)
    kept = _smallest(name, [*_known(name), work / "new", work / "seeds"], work)
    shutil.rmtree(HOME / "corpus" / name, ignore_errors=True)
    _put(HOME / "corpus" / name, kept)
    counted = STATUS.findall(told)[-1:] or [(0, 0, 0)]  # none where the first inputs break a promise
    figures = (seconds, *counted[0], len(kept), sum(map(len, kept)), len(found))
    return dict(zip(COLUMNS, map(str, (name, *figures)), strict=True))


def _known(name: str) -> list[Path]:
    return [path for path in (HOME / "corpus" / name, HOME / "findings" / name) if path.exists()]


def _put(folder: Path, contents: Iterable[bytes]) -> None:
    """Files that are named by what they hold."""
    for data in contents:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def _worker(name: str, folders: list[Path], flags: Iterable[str]) -> str:
    """What libFuzzer told; kept beside the work as well, since it tells where a promise was broken."""
    work = BUILD / "fuzz" / name
    limits = (*LIMITS, f"-max_len={TARGETS[name].longest}", f"-artifact_prefix={work / 'found'}/")
    command = work / "command"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m fuzz.worker {name} "$0" "$@"\n')
    command.chmod(0o755)
    done = subprocess.run([command, *folders, *limits, *flags], cwd=ROOT, capture_output=True, check=False)
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    with (work / "log").open("a", encoding="utf-8") as log:
        log.write(told)
    if "INFO: Seed:" not in told:
        raise InputError(f"{name}: did not start. {told[-2000:]}")
    return told


def _smallest(name: str, folders: list[Path], work: Path) -> list[bytes]:
    """As few inputs as cover what all of these cover: by branches alone where else there would be too many to keep,
    and of these the longest where even so there are.
    """
    for turn, flags in enumerate(((), BY_BRANCHES)):
        merged = work / "merged" / str(turn)
        merged.mkdir()
        _worker(name, [merged, *folders], ("-set_cover_merge=1", *flags))
        kept = sorted((path.read_bytes() for path in merged.iterdir()), key=lambda data: (-len(data), data))
        if len(kept) <= TARGETS[name].files:
            break
    return kept[: TARGETS[name].files]


def _words(folder: Path) -> str:
    """The words of the seeds as libFuzzer reads a dictionary."""
    found = {word for path in folder.iterdir() for word in re.findall(rb"[\w.]+|[^\w\s]+", path.read_bytes())}
    escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in sorted(found)[:1000])
    return "".join(f'"{word}"\n' for word in escaped)


def _before() -> list[dict[str, str]]:
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(rows: Iterable[dict[str, str]]) -> None:
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
