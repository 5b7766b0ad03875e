"""Content-addressed attachments: the original is kept encrypted, a re-encoded copy is served.

``store`` takes an upload, ``open_original`` and ``open_served`` give it back, ``headers`` says how to serve it.
``prepare`` and ``keep`` take an image in two halves and leave its copy to the worker.
Every refusal is a ``FileRefused``. The names are resolved on first use, because Django imports this package
before models may be loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import FileRefused
    from .limits import DEFAULT, Limits
    from .storing import Keeping, headers, keep, open_original, open_served, prepare, store

_STORING = ["Keeping", "headers", "keep", "open_original", "open_served", "prepare", "store"]

__all__ = [
    "DEFAULT",
    "FileRefused",
    "Keeping",
    "Limits",
    "headers",
    "keep",
    "open_original",
    "open_served",
    "prepare",
    "store",
]

_HOMES = {
    "FileRefused": "errors",
    "DEFAULT": "limits",
    "Limits": "limits",
    **dict.fromkeys(_STORING, "storing"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
