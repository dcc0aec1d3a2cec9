"""papermill's engines as this project uses them: two ways to start a kernel, one client that minds what cells do."""

import logging
import os
import signal
from pathlib import Path

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from analysis.errors import InputError
from analysis.kernels.warm import WarmKernelManager
from analysis.orders import STOCK, WARM

MOST_SHOWN = (
    50_000_000  # characters that a notebook may print and show; the largest one of the register shows 2 million
)
PATIENCE = 60  # seconds for the last output of a cell that is done, on a machine that has much else to do
LOG = logging.getLogger("papermill")
LOG.setLevel(logging.CRITICAL)  # what stops a notebook is told once, by whoever runs it
DEAD = "its process ended in the middle of a cell, as when memory runs out."


class StockEngine(NBClientEngine):
    """Kernels that Jupyter starts, each from nothing."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name: str, execution_timeout: int, output: Path, **options: object
    ) -> None:
        """What papermill calls: runs the cells of the notebook that `nb_man` manages, and fills in their outputs.

        Where a notebook is stopped, it is written to `output` as far as it ran. Raises InputError for a cell that takes
        more than `execution_timeout` seconds, or shows too much, and for a kernel that dies.
        """
        taken = {name: value for name, value in options.items() if name in _Client.class_trait_names()}
        taken |= {"timeout": execution_timeout, "iopub_timeout": PATIENCE, "kernel_name": kernel_name, "log": LOG}
        client = _Client(nb_man, **taken)
        try:
            client.execute()
        except (CellTimeoutError, DeadKernelError) as fault:
            nbformat.write(nb_man.nb, output)
            late = f"a cell took more than the {execution_timeout} seconds that it may take (`--timeout`)."
            raise InputError(client.fault or (DEAD if isinstance(fault, DeadKernelError) else late)) from None


class WarmEngine(StockEngine):
    """Kernels from the nursery, which end as soon as the last cell is done.

    The notebook is written once, when it ends or its kernel does; papermill writes it twice per cell.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name: str, **options: object) -> None:
        options |= {"kernel_manager_class": WarmKernelManager, "shutdown_kernel": "immediate"}
        super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register(WARM, WarmEngine)
papermill_engines.register(STOCK, StockEngine)


class _Client(PapermillNotebookClient):
    """Ends the kernel of a notebook that prints without end, before it has filled the memory of this process."""

    shown, fault = 0, ""

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        content = msg["content"]
        self.shown += len(content.get("text", "")) + sum(len(str(text)) for text in content.get("data", {}).values())
        if self.shown <= MOST_SHOWN:
            return super().process_message(msg, cell, cell_index)
        if not self.fault:
            self.fault = f"it printed and showed more than {MOST_SHOWN:,} characters."
            os.killpg(self.km.provisioner.process.pid, signal.SIGKILL)  # a kernel leads a group of its own
        return None
