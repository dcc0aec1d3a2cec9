"""How much memory a notebook may take: an IPython extension that sets the limit in the kernel it is loaded in.

Beyond it a cell gets a MemoryError of its own, before this machine, or other people's work on it, is brought down.
"""

import os
import resource

from analysis.paths import MEMORY_VARIABLE


def load_ipython_extension(_shell) -> None:
    """Limit what this process may hold: to what was asked for, or to the memory that this machine has."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = int(os.environ[MEMORY_VARIABLE]) or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
