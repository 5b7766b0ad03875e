"""A key ring of its own and fast hashes for each test, and a clock that can be moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import timezone
from pytest_django import Settings

from anju.kernel.secrets import KeyRing

# What the product uses, kept before the tests use something fast.
HASHERS = configured.PASSWORD_HASHERS


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    KeyRing.create(tmp_path)


@pytest.fixture
def deployed_hashers(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHERS


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let the given time pass, once or again."""
    passed = timedelta()
    real = timezone.now

    def now() -> datetime:
        return real() + passed

    def move(by: timedelta) -> None:
        nonlocal passed
        passed += by
        monkeypatch.setattr(timezone, "now", now)

    return move
