"""A kernel from nothing: what Jupyter starts in place of `python -m ipykernel_launcher`."""

import sys

del sys.path[0]  # this folder, as ipykernel_launcher does

from analysis.kernels import private  # noqa: E402

private.start(sys.argv[1:], lambda: None)
