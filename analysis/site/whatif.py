"""What a reader can change on the scenario page: the opening stock of one hub, and the limits on unit prices.

The page computes with the closed forms below; tests hold it against `origins` and `values`, which know every network.

- Of q items that a hub sent, if it held s of its own and got n from others: least max(0, q − n − s), most min(c, q),
  c being what the origin sent to it; s is never less than what the hub sent beyond what it received.
- Of a sum S over lots of n items at p each, every price within its floor and cap: p is at least what is left of S when
  all other lots cost as much as they can, at most what is left when they cost as little. It is printed with no more
  digits than S has; typed back in, such a limit stands for the exact one.
"""

import json
from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from analysis.derivations import one_hub
from analysis.headlines import keyed, say
from analysis.intervals import LARGEST
from analysis.limits import parse_limits
from analysis.names import item_name, party_name
from analysis.rows import cell_text, rows_of
from analysis.site import links
from analysis.site.parts import rendered
from analysis.wording import CURRENCIES, capital, digits_of, figure


def inputs(tables: Mapping[str, pd.DataFrame]) -> dict[str, object]:
    """What the page's formulas need: `hubs`, one per item that passed through one hub alone, and `sums` with lots.

    Sums are given where they and all their counts are exact, and in their own currency.
    """
    sums = [_sum(name, lots, tables) for name, lots in tables["values"].groupby("sum", sort=False)]
    return {"hubs": _hubs(tables), "sums": [found for found in sums if found]}


def _hubs(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, object]]:
    """Per item: what came and went through its one hub, and every bound that a headline gives of it."""
    found: dict[str, dict] = {}
    for key, parts in keyed(tables["headlines"], "of_origin")[["key", "parts"]].itertuples(index=False):
        origin, supplier, recipient, item = parts
        row = _origin(tables["origins"], supplier, recipient, item)
        flows = tables["flows"][(tables["flows"]["item"] == item) & (tables["flows"]["unit"] == row["unit"])]
        closed = one_hub(row, rows_of(flows), rows_of(tables["double_counts"]))
        if not closed:
            continue
        name = {"party": party_name(closed.party), "origin": party_name(origin), "item": item_name(item)}
        stock = {"stock": int(row["given_stock"]), "required": closed.required, "others": closed.others}
        hub = found.setdefault(item, {**name, **stock, "rows": [], "largest": 5 * closed.total // 4})
        bound = {"key": key, "label": _told(supplier, recipient), "sent": closed.sent, "came": closed.came}
        hub["rows"].append(bound | {"published": say(tables["headlines"], key)})
    return list(found.values())


def _origin(origins: pd.DataFrame, supplier: str, recipient: str, item: str) -> dict:
    mine = (origins[["supplier", "recipient", "item"]] == [supplier, recipient, item]).all(axis=1)
    return origins[mine & origins["year"].isna()].to_dict("records")[0]


def _told(supplier: str, recipient: str) -> str:
    return f"all that {party_name(supplier)} sent on" if recipient == "*" else f"what reached {party_name(recipient)}"


def _sum(name: str, lots: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> dict[str, object] | None:
    """A sum of money and its lots, where all of it is exact."""
    row = tables["amounts"].set_index("statement_id").loc[name]
    exact = (lots["count_low"] == lots["count_high"]).all() and row["low"] == row["high"]
    if not exact or lots["rate"].notna().any() or lots["item"].duplicated().any():
        return None
    limits = parse_limits(dict(tables["parameters"][["name", "value"]].values).get("price_limits", ""))
    bounds = [limits.get(lot.item, (0, None)) for lot in lots.itertuples()]
    found = [
        {
            "item": lot.item,
            "label": capital(item_name(lot.item, 1)),
            "key": (key := f"unit_price[{lot.item},{lot.lot}]"),
            "published": say(tables["headlines"], key),
            "count": int(lot.count_low),
            "floor": cell_text(floor or None),
            "cap": cell_text(cap),
        }
        for lot, (floor, cap) in zip(lots.itertuples(), bounds, strict=True)
    ]
    currency, digits = row["currency"], digits_of(row["low"], row["high"], row["qualifier"])
    spoken = {"words": CURRENCIES.get(currency, currency), "says": figure(row["low"], currency), "digits": digits}
    return {"name": name, "money": float(row["low"]), "currency": currency, "lots": found} | spoken


def widget(found: Mapping[str, object], anchors: Mapping[str, str]) -> str:
    """The form as HTML, hidden until the page's script fills it; without a script a sentence stands in its place.

    Empty where there is nothing that a closed form can answer.
    """
    if not found["hubs"] and not found["sums"]:
        return ""
    data = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")  # no word of a source ends the element
    linked = {"link": lambda text, key: Markup(links.link(text, anchors[key]))}
    return rendered("whatif.html", **found, data=data, largest=LARGEST, **linked)
