"""Locking after failed logins: by account, and separately by address.

Own code rather than django-axes 8.3.1, which was tried: it takes two handlers (its handler is one global object
of the settings) to keep two counters with different limits; it hangs on signals; its database handler checks
before it counts, so parallel guesses slip past the limit; and it counts attempts made during a lock, so that a
stranger keeps an account locked for ever. Here an attempt is stored as failed before the password is looked at:
guesses in flight count against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from anju.kernel.access.models import Attempt, User

WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=30)
ACCOUNT_LIMIT = 5
# A whole office may stand behind one address.
ADDRESS_LIMIT = 20


def begin(username: str, address: str, now: datetime) -> Attempt | None:
    """Register an attempt as failed until ``succeed``; None when the account or the address is locked."""
    username = User.normalize_username(username)[:64]
    attempt = Attempt.objects.create(username=username, address=address, recorded_at=now)
    if locked_until(username, address, now, other_than=attempt):
        # What is refused unread says nothing about the password: it must not lengthen the lock.
        attempt.delete()
        return None
    return attempt


def succeed(attempt: Attempt) -> None:
    """The attempt was right: the failures of the account before it are forgiven, those of the address not."""
    attempt.succeeded = True
    attempt.save(update_fields=["succeeded"])


def forgive(username: str, now: datetime) -> None:
    """End the lock of an account as a right password would have; no address is behind it."""
    Attempt.objects.create(username=username, recorded_at=now, succeeded=True)


def locked_accounts(now: datetime) -> dict[str, datetime]:
    """The user names locked at ``now``, known ones or not, and when each lock ends."""
    failures: dict[str, list[datetime]] = {}
    for attempt in Attempt.objects.filter(recorded_at__gt=now - WINDOW - LOCK).order_by("recorded_at"):
        if attempt.succeeded:
            failures.pop(attempt.username, None)
        else:
            failures.setdefault(attempt.username, []).append(attempt.recorded_at)
    ends = {username: lock_end(times, ACCOUNT_LIMIT) for username, times in failures.items()}
    return {username: end for username, end in ends.items() if end and end > now}


def locked_until(
    username: str, address: str, now: datetime, other_than: Attempt | None = None
) -> datetime | None:
    """When the lock on the account or the address ends; None when neither is locked at ``now``."""
    recent = Attempt.objects.filter(recorded_at__gt=now - WINDOW - LOCK).order_by("recorded_at")
    if other_than:
        recent = recent.exclude(pk=other_than.pk)
    account: list[datetime] = []
    place: list[datetime] = []
    for attempt in recent.filter(Q(username=username) | Q(address=address)):
        if attempt.username == username:
            account = [] if attempt.succeeded else [*account, attempt.recorded_at]
        if attempt.address == address and not attempt.succeeded:
            place.append(attempt.recorded_at)
    ends = [lock_end(account, ACCOUNT_LIMIT), lock_end(place, ADDRESS_LIMIT)]
    return max((end for end in ends if end and end > now), default=None)


def lock_end(failures: Sequence[datetime], limit: int) -> datetime | None:
    """The end of the last lock that failures (oldest first) caused: ``limit`` of them within ``WINDOW``."""
    last = [
        closing
        for first, closing in zip(failures, failures[limit - 1 :], strict=False)
        if closing - first <= WINDOW
    ]
    return last[-1] + LOCK if last else None
