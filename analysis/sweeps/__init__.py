"""Sweeps: every combination of a grid of parameters, computed in chunks on Dask workers, resumable."""
