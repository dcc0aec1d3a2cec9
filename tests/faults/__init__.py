"""Faults of machines, given to the real command: `python -m tests.faults` tries every one and prints what became."""
