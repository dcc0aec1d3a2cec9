"""What is kept of a register: its tables and figures; the published ones only ever those of the published choices."""

import os
from collections.abc import Mapping

import pandas as pd

from analysis import audit, store
from analysis.errors import InputError
from analysis.figures.style import Drawing
from analysis.paths import PUBLISHED, REGISTER, STAGE_VARIABLE, results_dir
from analysis.registers.study import Choices


def published() -> dict[str, object]:
    """Every parameter of the notebook as it is published."""
    return {**Choices()._asdict(), "results": PUBLISHED}


def save(results: str, choices: Choices, tables: Mapping[str, pd.DataFrame], *drawings: Drawing) -> pd.DataFrame:
    """Write all tables and figures; returns what was written.

    Raises InputError as the name of this module says, and AccountsError as `audit.whole`.
    """
    for name, wanted in Choices()._asdict().items():
        own = getattr(choices, name)
        if results == PUBLISHED and STAGE_VARIABLE not in os.environ and own != wanted:
            raise InputError(
                f"{name} = {own!r}: the published register is that of {name} = {wanted!r}. "
                "Set results to a name of your own to keep these apart, under build/registers/."
            )
    audit.whole(tables, choices.party)
    folder = results_dir(REGISTER, results)
    written = store.put(folder, dict(tables))
    store.put_drawings(folder, *drawings)
    drawn = [(f"figures/{drawing.name}", len(drawing.data), len(drawing.data.columns)) for drawing in drawings]
    return pd.concat([written, pd.DataFrame(drawn, columns=list(written.columns))], ignore_index=True)
