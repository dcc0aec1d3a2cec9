"""Warm kernels: a process for each notebook, and byte for byte what papermill's stock engine gives."""

import os
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from analysis.errors import InputError
from analysis.execution import execute_one, new_stage
from analysis.kernels import start
from analysis.orders import ENGINES, STOCK, WARM, Means
from analysis.paths import FAILED, MEMORY_VARIABLE, TRACE_VARIABLE

ALL_KINDS = [
    "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
    "!echo from a shell",
    "from IPython.display import HTML, Markdown, clear_output\ndisplay(Markdown('**bold**'))\nHTML('<b>x</b>')",
    "print('cleared')\nclear_output()\nprint('stays')",
    "handle = display('first', display_id='one')",
    "handle.update('second')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "await __import__('asyncio').sleep(0, 'awaited')",
    "%%capture caught\nprint('kept')",
    "caught.stdout",
    "Out[7].sum().item(), In[1][:10], _",
]
RUDE = """
import builtins, locale, os, random, signal, sys, threading, time, warnings
import matplotlib as mpl, numpy as np, pandas as pd
pd.DataFrame.sum = lambda *_: 'not a sum'
pd.options.display.max_rows = 1
mpl.rcParams['figure.dpi'] = 7
mpl.use('svg')
random.seed(1); np.random.seed(1)
os.chdir('/'); os.environ['RUDE'] = '1'; os.umask(0o777)
sys.path.insert(0, '/nowhere'); sys.setrecursionlimit(200)
builtins.rude = True
warnings.simplefilter('error')
signal.signal(signal.SIGTERM, signal.SIG_IGN)
locale.setlocale(locale.LC_ALL, 'C')
sys.stdout.reconfigure = None
threading.Thread(target=time.sleep, args=(1000,)).start()
if os.fork() == 0:
    time.sleep(1000)
"""
POLITE = [
    "import builtins, locale, os, random, signal, sys, threading, warnings\n"
    "import matplotlib as mpl, numpy as np, pandas as pd, scipy.sparse",
    "print(pd.DataFrame({'a': [1, 2]}).sum().item(), pd.options.display.max_rows, hasattr(builtins, 'rude'))",
    "print(mpl.rcParams['figure.dpi'], mpl.get_backend())",
    "print(os.getcwd(), os.environ.get('RUDE'), oct(os.umask(0o22)), sys.getrecursionlimit())",
    "print(sys.path, sys.argv[0], sys.flags.safe_path, __name__, sorted(name for name in globals() if name[0] != '_'))",
    "print(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), locale.setlocale(locale.LC_ALL))",
    "print(len(warnings.filters), sorted(thread.name.rstrip('-12') for thread in threading.enumerate()))",
    "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('analysis', '__main__')))",
]
SEEDS = ["import random, numpy as np", "print(random.random(), np.random.rand())"]


@pytest.fixture
def notebook(tmp_path):
    """Make a notebook of these code cells."""

    def make(name: str, *cells: str):
        found = nbformat.v4.new_notebook()
        for place, source in enumerate(cells):
            found.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{place}"))
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(found, path)
        return path

    return make


def executed(path, stage, engine: str = "warm", **limits: int) -> str:
    execute_one(path, {}, stage, Means(engine, **limits))
    return (stage / "notebooks" / path.name).read_text(encoding="utf-8")


def printed(text: str) -> list[str]:
    cells = nbformat.reads(text, as_version=4).cells
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in cells]


def test_both_engines_give_the_same_bytes_for_every_kind_of_output(notebook):
    path = notebook("kinds", *ALL_KINDS)
    with new_stage() as stage:
        warm, stock = (executed(path, stage, engine) for engine in ENGINES)
    assert warm == stock
    for part in ("from a shell", "second", "image/png", "awaited", "kept", "stays"):
        assert part in warm
    assert "cleared" not in "".join(printed(warm))


@pytest.mark.parametrize("cell", ["1 / 0", "def broken(:", "input('?')", "raise SystemExit('told')"])
def test_both_engines_fail_alike(notebook, cell):
    path, failed = notebook("fails", "'fine'", cell), FAILED / "fails.ipynb"
    outputs, messages = [], []
    for engine in ENGINES:
        with new_stage() as stage, pytest.raises(InputError) as fault:
            executed(path, stage, engine)
        messages.append(str(fault.value))
        outputs.append([found.get("outputs") for found in nbformat.read(failed, as_version=4).cells])
    assert messages[0] == messages[1]
    assert outputs[0] == outputs[1]


def test_what_one_notebook_does_to_its_process_the_next_does_not_notice(notebook):
    rude, polite = notebook("rude", RUDE), notebook("polite", *POLITE)
    with new_stage() as stage:
        before = printed(executed(polite, stage))
        executed(rude, stage)
        assert printed(executed(polite, stage)) == before
        assert printed(executed(polite, stage, "nbclient")) == before


def test_every_notebook_has_random_numbers_of_its_own(notebook):
    path = notebook("seeds", *SEEDS)
    with new_stage() as stage:
        one, other = printed(executed(path, stage))[1].split(), printed(executed(path, stage))[1].split()
    assert not set(one) & set(other)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import os; os._exit(3)", "its process ended in the middle of a cell, as when memory runs out."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "its process ended in the middle of a cell, as"),
        ("import sys; sys.exit(0)", "cell 2 ended the notebook before its last cell, 3."),
        ("raise SystemExit", "cell 2 ended the notebook before its last cell, 3."),
    ],
)
def test_a_notebook_that_ends_its_process_is_told_and_hurts_no_other(notebook, cell, told):
    ends, other = notebook("ends", "1", cell, "3"), notebook("other", "'fine'")
    with new_stage() as stage:
        with pytest.raises(InputError) as fault:
            executed(ends, stage)
        assert "'fine'" in executed(other, stage)
    assert told in str(fault.value)
    assert "ends stopped there; as far as it ran it is in build/failed/ends.ipynb." in str(fault.value)


TOO_MUCH = [
    ("while True: pass", {"timeout": 2}, "a cell took more than the 2 seconds that it may take (`--timeout`)."),
    ("while True: display('x' * 999_999)", {}, "it printed and showed more than 50,000,000 characters."),
    ("bytearray(3 * 10**9)", {"memory": 2 * 10**9}, "MemoryError"),
    ("import os; os.kill(os.getpid(), 19)", {"timeout": 2}, "a cell took more than the 2 seconds"),  # stopped
    ("import numpy as np; np.ones(3 * 10**8)", {"memory": 2 * 10**9}, "Unable to allocate 2.24 GiB"),
    ("while True: print('x' * 9999)", {}, "it printed and showed more than 50,000,000 characters."),
]


@pytest.mark.parametrize(  # both engines have the same client and the same limits: one of each kind does for the other
    ("engine", "cell", "limits", "told"),
    [*((WARM, *case) for case in TOO_MUCH), *((STOCK, *case) for case in TOO_MUCH[:3])],
)
def test_a_notebook_that_takes_too_much_is_stopped_and_hurts_no_other(notebook, engine, cell, limits, told):
    greedy, other = notebook("greedy", "'begun'", cell, "3"), notebook("other", "'fine'")
    with new_stage() as stage:
        with pytest.raises(InputError) as fault:
            executed(greedy, stage, engine, **limits)
        assert "'fine'" in executed(other, stage, engine)
    assert told in str(fault.value)
    kept = [cell for cell in nbformat.read(FAILED / "greedy.ipynb", as_version=4).cells if cell.cell_type == "code"]
    assert kept[0].outputs[0].data["text/plain"] == "'begun'"


def test_nothing_that_a_notebook_started_outlives_it(notebook):
    path = notebook("parent", "import subprocess\nprint(subprocess.Popen(['sleep', '1000']).pid)")
    with new_stage() as stage:
        pid = int(printed(executed(path, stage))[0])
    assert gone(pid)


def test_kernels_end_with_the_process_that_asked_for_them(tmp_path):
    code = (
        "import os, time\nfrom analysis.kernels import start\n"
        f"given = {{**os.environ, {TRACE_VARIABLE!r}: '{tmp_path}/trace.json', {MEMORY_VARIABLE!r}: '0'}}\n"
        "kernel = start.nursery().ask('start', ([], given, '/tmp'))\n"
        "print(start.nursery().process.pid, kernel, flush=True)\n"
        "time.sleep(1000)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pids = [int(word) for word in process.stdout.readline().split()]
    process.kill()
    process.wait()
    assert all(gone(pid) for pid in pids)


def test_a_nursery_that_is_lost_is_told_of():
    lost = start.Nursery()
    lost.process.kill()
    lost.process.wait()
    with pytest.raises(RuntimeError, match="the process that starts kernels has ended"):
        lost.ask("poll", os.getpid())


def gone(pid: int) -> bool:
    """Whether a process has ended, or does so within some seconds."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False
