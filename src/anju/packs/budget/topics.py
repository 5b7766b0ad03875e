"""Topics of public works and services by their words, from ``topics.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources


@cache
def _topics() -> dict[str, re.Pattern[str]]:
    raw = tomllib.loads(resources.files(__package__).joinpath("topics.toml").read_text("utf8"))
    return {name: re.compile(words) for name, words in raw["topics"].items()}


@lru_cache(maxsize=20_000)
def topics_of(text: str) -> frozenset[str]:
    """The topics that a text speaks of; empty for general words."""
    return frozenset(name for name, words in _topics().items() if words.search(text))
