"""What a stranger sends is read, never run; and nothing listens to strangers."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from analysis.paths import ROOT
from tests.checkouts import CASE

STRANGE = "germany-brazil-2012-2014"


@pytest.fixture
def planted(checkout, tmp_path):
    """A checkout in which a case tries, wherever code could be, to leave a mark; and the mark."""
    mark = tmp_path / "mark"
    code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    for path in (checkout.path / "data" / "processed" / STRANGE / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["source"] = f"{code}\n{''.join(cell['source'])}"
        path.write_text(json.dumps(notebook), encoding="utf-8")
    for folder in ("raw", "processed"):
        for name in ("sitecustomize.py", "conftest.py", "__init__.py", "analysis.py", "Makefile"):
            (checkout.path / "data" / folder / STRANGE / name).write_text(code, encoding="utf-8")
    return checkout, mark, code


def test_reading_a_strangers_case_runs_none_of_its_code(planted):
    checkout, mark, _ = planted
    raw = checkout.path / "data" / "raw" / STRANGE
    (checkout.path / "grid.yaml").write_text(f"case: {STRANGE}\nvary: {{tolerance: [0]}}\n", encoding="utf-8")
    for words in (
        ("explain", "statements", STRANGE),
        ("explain", "statements", STRANGE, "--json"),
        ("origins", STRANGE, "--origin", "DEU"),
        ("verify-source", STRANGE, str(raw / "transfers.csv")),
        ("run", STRANGE, "--explain-plan"),
        ("register", str(raw / "transfers.csv"), "--check"),
        ("sweep", "grid.yaml"),
        ("site",),
    ):
        done = checkout.retransfer(*words)
        assert "Traceback" not in done.stderr
        assert not mark.exists(), words


def test_a_run_executes_the_projects_notebooks_and_replaces_the_strangers(planted):
    checkout, mark, code = planted
    done = checkout.retransfer("run", STRANGE)
    assert done.returncode == 0, done.stderr
    assert not mark.exists()
    executed = (checkout.path / "data" / "processed" / STRANGE / "notebooks" / "5-report.ipynb").read_text(
        encoding="utf-8"
    )
    assert code not in executed


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('{touch}')",
        "(lambda: 1)()",
        "open('{mark}', 'w')",
        "count(transfers).__class__",
        "[x for x in (1,)]",
        "2 ** 10 ** 10",
        "eval('1')",
        "f'{{1}}'",
        "count(transfers) if True else 1",
    ],
)
def test_a_formula_is_arithmetic_and_no_program(planted, formula):
    checkout, mark, _ = planted
    path = checkout.path / "data" / "processed" / CASE / "headlines.csv"
    own = formula.format(touch=f"touch {mark}", mark=mark).replace('"', '""')
    checkout.edit(path, "count(transfers)", f'"{own}"')
    done = checkout.retransfer("explain", "statements")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1
    assert not mark.exists()


def listening(process: psutil.Process) -> list:
    """What a process and all that it has started listen to, on any port."""
    found = []
    for one in [process, *process.children(recursive=True)]:
        try:
            found += [line.laddr for line in one.net_connections() if line.status == psutil.CONN_LISTEN]
        except psutil.NoSuchProcess:  # it has ended meanwhile
            continue
    return found


def test_a_run_opens_no_port(checkout):
    command = [sys.executable, "-m", "analysis.cli", "run", STRANGE, "--force"]
    looks = 0
    with subprocess.Popen(command, cwd=checkout.path, env=checkout.environment(), stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            assert not listening(psutil.Process(process.pid))
            looks += 1
            time.sleep(0.05)
    assert process.returncode == 0
    assert looks > 10


def status(address: str) -> int:
    """What a server answers, once it does."""
    for _ in range(100):
        try:
            return urllib.request.urlopen(address, timeout=30).status
        except urllib.error.HTTPError as fault:
            return fault.code
        except urllib.error.URLError:  # it has told its address, and does not listen yet
            time.sleep(0.2)
    raise AssertionError(f"nothing answers at {address}")


def test_the_lab_listens_on_this_machine_alone_and_asks_for_a_token(tmp_path):
    recipe = re.search(r"^lab:.*\n\t\$\(BIN\) (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[1]
    command = [sys.executable, *recipe.split(), "--no-browser", "--allow-root", "--ServerApp.port=0"]
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = next(
                found for line in process.stderr if (found := re.search(r"(http://\S+/lab)\?token=(\w+)", line))
            )
            assert {line.ip for line in listening(psutil.Process(process.pid))} <= {"127.0.0.1", "::1"}
            contents = address[1].replace("/lab", "/api/contents")
            assert status(contents) == 403
            assert status(f"{contents}?token={address[2]}") == 200
        finally:
            process.kill()
