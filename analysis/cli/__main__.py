"""`python -m analysis.cli` is `retransfer`."""

from analysis.cli import main

main(prog_name="retransfer")
