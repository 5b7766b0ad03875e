"""How often one sender may ask. Each process counts for itself: a bar against loops and floods, not a quota."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from time import monotonic

DEVICE_A_MINUTE = 600
STRANGER_A_MINUTE = 60
_MOST_KNOWN = 20_000
_lock = threading.Lock()
# Sender → (requests left, when that was counted); the least recent is forgotten first.
_left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()


def is_allowed(sender: Hashable, a_minute: int) -> bool:
    """Take one from the sender's share, which fills up again evenly."""
    now = monotonic()
    with _lock:
        left, since = _left.pop(sender, (float(a_minute), now))
        left = min(float(a_minute), left + (now - since) * a_minute / 60)
        _left[sender] = (left - 1 if left >= 1 else left, now)
        if len(_left) > _MOST_KNOWN:
            _left.popitem(last=False)
    return left >= 1


def forget() -> None:
    """Begin anew: for tests."""
    with _lock:
        _left.clear()
