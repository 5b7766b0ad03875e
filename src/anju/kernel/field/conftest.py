from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anju.kernel.access.models import User
from anju.kernel.access.testing import person
from anju.kernel.field import rates, testing
from anju.kernel.field.models import Device
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level

SINCE = date(2020, 1, 1)


class Phone:
    """An enrolled phone that speaks to the server through Django's test client, without any session."""

    def __init__(self, user: User) -> None:
        self.key = testing.Key()
        self.device = Device.objects.create(user=user, name="手机", public_key=self.key.public)
        self.client = Client(headers={"host": "localhost"})
        self.ahead = timedelta()  # of its clock

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        at = timezone.now() + self.ahead
        signed = self.key.headers(str(self.device.pk), method, path, body, at) | headers
        return self.client.generic(method, path, body, content_type="application/json", headers=signed)

    def sync(self, *items: Any) -> Any:
        at = timezone.now() + self.ahead
        return self.call("POST", "/field/sync/", testing.envelope(str(self.device.pk), list(items), at))

    def put(self, data: bytes, sha256: str = "") -> Any:
        return self.call("PUT", f"/field/photos/{sha256 or testing.sha256(data)}/", data)


def body_in(name: str) -> Organisation:
    """An organisation in an area of its own."""
    area = Area.objects.create(code=name, code_system=CodeSystem.LOCAL, name=name, level=Level.COUNTY)
    return Organisation.objects.create(name=f"{name}局", kind=Kind.COUNTY_BUREAU, area=area)


@pytest.fixture
def inspector(db: None) -> User:
    """An inspector of 甲县, whose grant covers that county."""
    rates.forget()
    body = body_in("甲县")
    user = person("inspector", area=body.area)
    user.organisation = body
    user.save()
    return user


@pytest.fixture
def phone(inspector: User) -> Phone:
    return Phone(inspector)
