"""Kernels from the nursery for whatever speaks to kernels as Jupyter does: managers that papermill is given."""

import os
from queue import Empty

from jupyter_client import AsyncKernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from traitlets import Dict, Type

from analysis.kernels.start import Kernel, nursery

LAUNCHER = "analysis.kernels"  # in place of ipykernel's own
PATIENCE = 1  # seconds between looks whether a kernel that says nothing is still alive


class _Client(AsyncKernelClient):
    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Until the first message from the kernel: outputs will arrive. Requests wait in their queue until it is up."""
        left = float("inf") if timeout is None else timeout
        while left > 0:
            try:
                await self.iopub_channel.get_msg(timeout=PATIENCE)
                return
            except Empty:
                left -= PATIENCE
            if not await self.parent.is_alive():
                raise RuntimeError("the kernel died before it was ready.")
        raise RuntimeError(f"the kernel did not start in {timeout} seconds.")


class PrivateKernelManager(AsyncKernelManager):
    """Starts a kernel as Jupyter does, with `environment` on top of this process's own."""

    environment = Dict().tag(config=True)

    async def _async_pre_start_kernel(self, **options: object) -> tuple[list[str], dict]:
        environment = {**os.environ, **self.environment}
        command, options = await super()._async_pre_start_kernel(**{"env": environment, **options})
        return [LAUNCHER if word == "ipykernel_launcher" else word for word in command], options

    pre_start_kernel = _async_pre_start_kernel


class WarmKernelManager(PrivateKernelManager):
    """Starts it from the nursery."""

    client_factory = Type(_Client)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: object) -> None:
        """What jupyter_client says to override in order to start kernels in another way."""
        arguments = kernel_cmd[kernel_cmd.index(LAUNCHER) + 1 :]
        self.provisioner.process = Kernel(nursery(), arguments, options["env"], str(options["cwd"]))
        self._reconcile_connection_info(self.provisioner.connection_info)
