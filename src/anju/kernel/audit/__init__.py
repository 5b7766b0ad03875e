"""Who did what, sealed into a hash chain. ``record`` writes a row; ``sealer`` and ``verify`` prove it later.

The names are resolved on first use, because Django imports this package before models may be loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .recording import Context, Told, record, record_all
    from .search import Filter, rows

__all__ = ["Context", "Filter", "Told", "record", "record_all", "rows"]

_HOMES = {
    **dict.fromkeys(["Context", "Told", "record", "record_all"], "recording"),
    **dict.fromkeys(["Filter", "rows"], "search"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
