"""Table → figure: one function per figure, no arithmetic. Numbers are a case's `headlines`, or a register's tables'.

A figure's module is loaded when the figure is first asked for.
"""

from importlib import import_module

from analysis.figures.style import Drawing, credit

MODULES = {
    "conduit_bars": "passing",
    "deeds_and_words": "timeline",
    "evidence_table": "claims",
    "flow_diagram": "flow",
    "mirror_scatter": "mirrors",
    "opening_stock": "stock",
    "price_line": "prices",
    "received_and_sent": "bars",
    "two_routes": "routes",
    "who_reports": "reporting",
}

__all__ = ["Drawing", "credit"]
__all__ += list(MODULES)


def __getattr__(name: str) -> object:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *MODULES])
