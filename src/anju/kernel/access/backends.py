"""Who somebody is, by password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from anju.kernel.access.models import User


class PasswordBackend(BaseBackend):
    """User name and password. Knows nothing of locks and second factors: ``login`` does."""

    def authenticate(self, request: HttpRequest | None, username: str, password: str) -> User | None:  # type: ignore[override]
        user = User.objects.filter(username=User.normalize_username(username), disabled_at=None).first()
        if user is None:
            # As slow as a wrong password, so that the time does not tell which names exist.
            make_password(password)
            return None
        return user if check_password(password, user.password) else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, disabled_at=None).first()
