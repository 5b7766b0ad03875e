"""A sample city for the journeys: built once a module, and gone after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from anju.kernel.access import sample as people
from anju.kernel.assets import sample as assets
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places
from anju.kernel.secrets import KeyRing


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Areas, organisations and people of the sample city, in a transaction that is rolled back."""
    data = tmp_path_factory.mktemp("city")
    with override_settings(DATA=data, ANJU_DEMO=True), django_db_blocker.unblock():
        KeyRing.create(data)
        with transaction.atomic():
            places.build()
            parties.build()
            people.build()
            assets.build()
            yield data
            transaction.set_rollback(True)


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
