"""The five notebooks for doit: `doit`, in a copy of the checkout."""

from benchmarks.execution.pipelines.steps import STEPS, command, made_from


def task_notebook():
    """One task for each notebook."""
    for stem, step in STEPS.items():
        yield {"name": stem, "file_dep": made_from(stem), "targets": step.writes, "actions": [command(stem)]}
