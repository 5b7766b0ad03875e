"""Makes areas in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from anju.kernel.places.models import ADMINISTRATIVE, Area, CodeSystem, Level, Membership


@pytest.fixture
def area(db: None) -> Callable[..., Area]:
    def make(name: str, code: str = "", start: date | None = None, end: date | None = None) -> Area:
        return Area.objects.create(
            code=code or name,
            code_system=CodeSystem.GB2260 if code else CodeSystem.LOCAL,
            name=name,
            level=Level.COUNTY,
            valid_from=start,
            valid_to=end,
        )

    return make


@pytest.fixture
def link(db: None) -> Callable[..., Membership]:
    def make(child: Area, parent: Area, start: date | None = None, end: date | None = None) -> Membership:
        return Membership.objects.create(
            child=child, parent=parent, hierarchy=ADMINISTRATIVE, valid_from=start, valid_to=end
        )

    return make
