"""For tests of every part: people with a role, and a client signed in as one of them."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from anju.kernel.access import accounts, granting, login
from anju.kernel.access.models import Grant, User
from anju.kernel.access.roles import family_of
from anju.kernel.access.session_store import SessionStore
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area

SINCE = date(2020, 1, 1)
ADDRESS = "127.0.0.1"


def person(
    role: str, username: str = "", *, area: Area | None = None, organisation: Organisation | None = None
) -> User:
    """A stored user who holds ``role``, over an area or an organisation or neither; no password."""
    name = username or f"test-{role}"
    user = accounts.create(User(username=name, name=f"测试{name}", family=family_of(role)), actor="测试")
    grant = Grant(user=user, role=role, area=area, organisation=organisation, valid_from=SINCE)
    granting.install(grant, actor="测试", witness="测试复核")
    return user


def signed_in(user: User) -> Client:
    """A client with a session of the user, second factor given."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = ADDRESS
    request.session = SessionStore()
    login.open_session(request, user, verified=True, backend=login.PASSWORD_BACKEND)
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client
