"""How finely items are told apart: as each line names them, or by the category it is filed under."""

import pandas as pd

from analysis.choices import check_choice


def at_level(table: pd.DataFrame, level: str) -> pd.DataFrame:
    """Statements or stocks with `item` as the level asks: their own, or their category's (their own where it has none).

    Two reporters seldom name one weapon in the same words, but file it under the same category: mirror reports are
    compared by `category`, what passes through a party by `item`. Raises InputError for another level.
    """
    check_choice("level", level)
    if level == "item":
        return table
    return table.assign(item=table["category"].where(table["category"] != "", table["item"]))
