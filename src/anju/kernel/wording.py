"""What stands between words and sentences, in the language of the page: marks that no catalogue holds."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

# Chinese sentences follow each other without a space, and full-width marks bring theirs along.
_ENGLISH = {"": " ", "、": ", ", "，": ", ", "；": "; ", "：": ": "}


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def joint(mark: str = "") -> str:
    """The Chinese ``mark``, or what English writes in its place; "" stands between two sentences."""
    return _ENGLISH[mark] if is_english() else mark


def listed(words: Iterable[object], mark: str = "、") -> str:
    return joint(mark).join(map(str, words))


def bracketed(word: object) -> str:
    """Behind another word, with the space that English wants before a bracket."""
    return f" ({word})" if is_english() else f"（{word}）"
