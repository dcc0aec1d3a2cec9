"""What a terminal shows that a file does not: bars and colours, only where somebody watches, and no colour unasked."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from analysis import cli
from analysis.paths import ROOT

STEPS = """
from analysis import progress
progress.DELAY = 0
with progress.steps("reading", 2) as begin:
    begin("one")
    begin("two")
"""
COLOURED = "\x1b["


def on_a_terminal(*words: str, **variables: str) -> str:
    """What a process prints on a terminal of 100 columns."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR")}
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=clean | variables, **streams)
    os.close(theirs)
    text = b""
    while piece := _read(mine):
        text += piece
    os.close(mine)
    assert process.wait() == 0, text
    return text.decode()


def _read(mine: int) -> bytes:
    try:
        return os.read(mine, 65_536)
    except OSError:  # the other end is closed
        return b""


def test_a_bar_names_the_step_on_a_terminal_and_nowhere_else():
    shown = on_a_terminal("-c", STEPS)
    assert "reading: one" in shown
    assert "reading: two" in shown
    assert "1 of 2" in shown
    assert on_a_terminal("-c", STEPS, CI="true") == ""
    piped = subprocess.run([sys.executable, "-c", STEPS], cwd=ROOT, capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")


def test_colours_are_for_terminals_and_for_whoever_wants_them():
    check = ("-m", "analysis.cli", "check", "germany-brazil-2012-2014")
    assert COLOURED in on_a_terminal(*check)
    plain = on_a_terminal(*check, NO_COLOR="1")
    assert COLOURED not in plain
    assert "doubtful" in plain
    piped = subprocess.run([sys.executable, *check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert COLOURED not in piped.stdout


@pytest.mark.parametrize(("words", "offered"), [("run ser", "serbia-bulgaria-ethiopia-2012"), ("ver", "verify-source")])
def test_a_shell_completes_commands_and_cases(words, offered):
    line = f"retransfer {words}"
    variables = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_RETRANSFER_COMPLETE": "bash_complete"}
    command = [sys.executable, "-c", "from analysis.cli import main; main(prog_name='retransfer')"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [f"plain,{offered}"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(shell):
    command = [sys.executable, "-m", "analysis.cli", "completion", shell]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"_RETRANSFER_COMPLETE={shell}_complete" in done.stdout


def test_help_lists_commands_in_the_order_they_are_needed():
    names = list(cli.main.commands)
    assert names.index("new") < names.index("check") < names.index("run") < names.index("explain")
