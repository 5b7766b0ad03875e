"""A sample city for the journeys: built once a module, and gone after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

import samples
from anju import demo, enabled
from anju.kernel import packs
from anju.kernel.access import sample as people
from anju.kernel.assets import sample as assets
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Areas, organisations, people and equipment of the sample city."""
    with (
        override_settings(ANJU_DEMO=True),
        django_db_blocker.unblock(),
        samples.standing("city", _city, tmp_path_factory) as data,
    ):
        yield data


def _city() -> None:
    for part in (places, parties, people, assets):
        part.build()


@pytest.fixture(scope="module")
def whole_city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Everything that ``anju demo`` shows."""
    with (
        override_settings(ANJU_DEMO=True),
        django_db_blocker.unblock(),
        samples.standing("whole", demonstration, tmp_path_factory) as data,
    ):
        yield data


def demonstration() -> None:
    """The sample of the kernel and of each pack."""
    demo.city()
    for shown in packs.load(enabled.PACKS).demos():
        packs.resolve(shown.build)(None)


@pytest.fixture
def sign_in(city: Path, db: None, settings: Any) -> Any:
    """``sign_in("finance")`` gives a client signed in as the sample person of a role."""
    settings.DATA, settings.ANJU_DEMO = city, True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False

    def client_of(role: str) -> Client:
        client = Client()
        answer = client.post("/login/demo/", {"user": people.username_of(role)})
        assert answer.status_code == 302, answer.content[:300]
        return client

    return client_of
