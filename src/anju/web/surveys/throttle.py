"""How often one network address may do something on the open page. Counted in memory: no address is stored."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache

WINDOW = 600  # seconds
# A whole compound may stand behind one address of a mobile network.
LIMITS = {"answer": 60, "unknown": 30}


def allowed(what: str, address: str, now: datetime) -> bool:
    """Count one of ``LIMITS`` for an address; False once there are too many in these ten minutes.

    Each process of the web server counts for itself.
    """
    digest = hashlib.sha256(address.encode()).hexdigest()
    key = f"surveys.{what}.{digest}.{int(now.timestamp()) // WINDOW}"
    cache.add(key, 0, timeout=WINDOW)
    return cache.incr(key) <= LIMITS[what]
