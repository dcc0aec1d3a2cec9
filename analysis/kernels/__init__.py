"""Kernels that start at once: forked from a process that has the large libraries imported (nursery)."""
