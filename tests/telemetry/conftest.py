"""The sample's day in the sample city, taken in, for the pages; built once a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from anju.kernel.indicators import definitions, kernel
from anju.kernel.telemetry import sample
from anju.kernel.watching import deliveries, intake


@pytest.fixture(scope="module")
def telemetry_day(city: Path, django_db_blocker: Any) -> Iterator[Path]:
    """In a transaction inside that of the city, rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        definitions.register(kernel.INDICATORS)
        now = timezone.now()
        sample.build(now)
        intake.take_in(now)
        deliveries.close_hours(now)
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def day(telemetry_day: Path, sign_in: Any) -> Path:
    return telemetry_day
