"""The login of the demonstration: one click, no password. Off unless ``ANJU_DEMO`` is set, and on this machine only."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from anju.kernel.access.models import User
from anju.kernel.access.sample import PREFIX

BACKEND = "anju.kernel.access.demo.DemoBackend"
FORWARDING = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


class DemoBackend(BaseBackend):
    """Lets the sample people in by name. Their sessions end with the switch: it is asked on every request."""

    def authenticate(self, request: HttpRequest | None, demo_user: str) -> User | None:  # type: ignore[override]
        if request is None or not is_open_to(request):
            return None
        return people().filter(username=demo_user).first()

    def get_user(self, user_id: Any) -> User | None:
        return people().filter(pk=user_id).first() if settings.ANJU_DEMO else None


def is_open_to(request: HttpRequest) -> bool:
    """Whether demonstration login is on and the request comes from this very machine, not through a proxy."""
    if not settings.ANJU_DEMO or any(header in request.META for header in FORWARDING):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def people() -> Any:
    """The sample people who may be chosen."""
    return User.objects.filter(username__startswith=PREFIX, disabled_at=None).order_by("recorded_at")
