"""Sessions in the database (``SESSION_ENGINE``): idle and absolute limits, so many for a user, ended at will.

A session ends after 15 minutes without a request and 8 hours after login whatever happens (security
specification, row 1); an administrator has one, others three.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Q, QuerySet
from django.utils import timezone
from uuid6 import uuid7

from anju.kernel.access.models import OpenSession, User

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
# Activity is written at most once a minute, so that reading pages does not write on every request.
TOUCH = timedelta(minutes=1)
ADMINISTRATOR_SESSIONS, SESSIONS = 1, 3

# Entries of a session that its row repeats as columns.
ADDRESS, STARTED, HANDLE = "address", "started", "handle"


class SessionStore(DatabaseStore):
    """Django's database store over ``OpenSession``. A session over its limits is as good as none."""

    last_active: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def _get_session_from_db(self) -> OpenSession | None:
        found: OpenSession | None = super()._get_session_from_db()
        if found and found.last_active > timezone.now() - IDLE:
            self.last_active = found.last_active
            return found
        self._session_key = None
        return None

    async def _aget_session_from_db(self) -> OpenSession | None:
        return await sync_to_async(self._get_session_from_db)()

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        now = timezone.now()
        data.setdefault(STARTED, now.isoformat())
        data.setdefault(HANDLE, str(uuid7()))
        row: OpenSession = super().create_model_instance(data)
        row.handle = UUID(data[HANDLE])
        row.user_id = data.get(SESSION_KEY)
        row.address = data.get(ADDRESS, "")
        row.started_at, row.last_active = datetime.fromisoformat(data[STARTED]), now
        row.expire_date = row.started_at + ABSOLUTE
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> OpenSession:
        return await sync_to_async(self.create_model_instance)(data)


def live(user: User) -> QuerySet[OpenSession]:
    """The sessions of a user that are within their limits, newest first."""
    now = timezone.now()
    found = OpenSession.objects.filter(user=user, expire_date__gt=now, last_active__gt=now - IDLE)
    return found.order_by("-started_at")


def make_room(user: User) -> int:
    """End the oldest sessions so that one more may be opened; how many were ended."""
    most = ADMINISTRATOR_SESSIONS if user.is_administrator else SESSIONS
    kept = live(user).values_list("pk", flat=True)[: most - 1]
    return end(OpenSession.objects.filter(user=user).exclude(pk__in=list(kept)))


def end_all(user: User, keep: str | None = None) -> int:
    """End every session of a user but the one with the key ``keep``; how many were ended."""
    return end(OpenSession.objects.filter(user=user).exclude(pk=keep))


def end(sessions: QuerySet[OpenSession]) -> int:
    return sessions.delete()[0]


def touch(session: SessionStore, user: User, now: datetime) -> None:
    """Remember that a session and its user are at work."""
    if session.last_active and session.last_active <= now - TOUCH:
        User.objects.filter(pk=user.pk).update(last_active=now)
        OpenSession.objects.filter(pk=session.session_key).update(last_active=now)


def purge(now: datetime) -> int:
    """Remove the rows of sessions that are over."""
    return end(OpenSession.objects.filter(Q(expire_date__lte=now) | Q(last_active__lte=now - IDLE)))
