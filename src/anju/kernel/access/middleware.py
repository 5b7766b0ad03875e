"""Default deny: what is not marked with a permission that the person holds does not open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from uuid6 import uuid7

from anju.kernel import audit
from anju.kernel.access import login, session_store
from anju.kernel.access.models import User
from anju.kernel.access.permissions import permissions_of, required_by
from anju.kernel.access.tokens import presenting
from anju.kernel.values import memory

_COLLECTION = "api/features/collections/<slug:code>"
# Open data: what is not published does not exist there.
FEATURES = (
    "api/features/",
    "api/features/api",
    "api/features/conformance",
    "api/features/collections",
    _COLLECTION,
    f"{_COLLECTION}/items",
    f"{_COLLECTION}/items/<uuid:key>",
)
# Routes that answer anybody; static files are answered before this middleware.
OPEN = ("login/", "login/second-factor/", "login/demo/", "language/", "health/", "s/<str:code>/", *FEATURES)
# A phone in the field is known by its own key, not by a session: these judge its signature, or hold nothing.
OPEN += ("field/", "field/manifest.webmanifest", "field/sw.js", "field/session/")
OPEN += ("field/sync/", "field/photos/<str:sha256>/", "field/tasks/")
# What remains open while something must be done first.
PASSWORD, SECOND_FACTOR, LOGOUT = "account/password/", "account/second-factor/", "logout/"


class DefaultDeny:
    """Sets ``request.permissions`` (codes) and ``request.request_id``; refuses routes by ``process_view``."""

    def __init__(self, handle: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.handle = handle

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid7().hex  # type: ignore[attr-defined]
        request.permissions = SimpleLazyObject(lambda: permissions_of(request.user))  # type: ignore[attr-defined]
        token = presenting.identify(request) if "Authorization" in request.headers else None
        request.token = token  # type: ignore[attr-defined]
        if token:
            # A browser never sends a token by itself, so nobody can make it do so.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        response = self.handle(request)
        # Pages of a person stay in no cache of a shared computer.
        if "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Any, named: Any
    ) -> HttpResponseBase | None:
        route = request.resolver_match.route if request.resolver_match else ""
        if route in OPEN:
            return None
        refused = _who(request, view, route)
        if refused:
            return refused
        user = request.user
        assert isinstance(user, User)
        if required_by(view) not in request.permissions:  # type: ignore[attr-defined]
            _record_refusal(request, user)
            if presenting.interface_of(view):
                return presenting.forbidden()
            raise PermissionDenied
        return None


def _who(request: HttpRequest, view: Callable[..., Any], route: str) -> HttpResponseBase | None:
    """Settle ``request.user``: by a token where the view takes one, else by the session; or the refusal."""
    interface, token = presenting.interface_of(view), getattr(request, "token", None)
    if interface and "Authorization" in request.headers:
        if token is None or token.opens != interface:
            return presenting.unauthorized()
        request.user = token.user
        memory.begin(token.user)
        return None
    user = request.user
    if not isinstance(user, User):
        return presenting.unauthorized() if interface else redirect_to_login(request.get_full_path())
    if token:
        # Nothing but the interface that it was issued for.
        raise PermissionDenied
    memory.begin(user)
    session_store.touch(request.session, user, timezone.now())
    first = _must_first(request, user)
    return redirect(f"/{first}") if first and route not in (first, LOGOUT) else None


def _must_first(request: HttpRequest, user: User) -> str | None:
    """The page that a person must go through before anything else opens."""
    if request.session[login.BACKEND] != login.PASSWORD_BACKEND:
        return None
    if user.password_is_due:
        return PASSWORD
    if not request.session.get(login.VERIFIED) and login.needs_second_factor(user):
        return SECOND_FACTOR
    return None


def _record_refusal(request: HttpRequest, user: User) -> None:
    context = login.context_of(request)
    audit.record("access.page", request.path[:200], actor=user.username, result="refused", context=context)
