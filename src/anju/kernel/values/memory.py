"""What a request has found out about its person once need not be asked again in the same request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_NAME = "_remembered"


def begin(user: Any) -> None:
    """From now on answers about this object of a user are kept with it; the middleware calls it for each request."""
    setattr(user, _NAME, {})


def recalled(user: Any, key: object, find: Callable[[], Answer]) -> Answer:
    """The answer found before in this request, else a fresh one; always a fresh one outside requests."""
    known: dict[object, Any] | None = getattr(user, _NAME, None)
    if known is None:
        return find()
    if key not in known:
        known[key] = find()
    return known[key]  # type: ignore[no-any-return]
