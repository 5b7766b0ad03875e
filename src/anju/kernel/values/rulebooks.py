"""Which text of a rulebook is in force: the one that comes with the product, unless the installation keeps its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources

Keeper = Callable[[str], str | None]

_keeper: Keeper | None = None


def kept_by(keeper: Keeper | None) -> None:
    """From now on ``keeper`` is asked for the text of a code first; with None, as at the start, nobody is."""
    global _keeper
    _keeper = keeper


def in_force(code: str, source: str) -> str:
    """The TOML text of a rulebook; ``source`` names the packaged one as ``package/file``."""
    kept = _keeper(code) if _keeper else None
    return packaged(source) if kept is None else kept


@cache
def packaged(source: str) -> str:
    """The text that comes with the product."""
    package, _, name = source.partition("/")
    return resources.files(package).joinpath(name).read_text("utf8")
