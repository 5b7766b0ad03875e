from __future__ import annotations

import pytest

from anju.kernel.inspections import testing
from anju.kernel.inspections.models import Plan, PlanObject
from anju.kernel.parties.models import Kind, Organisation


@pytest.fixture
def made(db: None) -> Plan:
    """A drawn plan of two counties, with a company that answers for every object."""
    body = Organisation.objects.create(name="某建筑公司", kind=Kind.COMPANY)
    return testing.plan(testing.office(), body, [testing.area("东县"), testing.area("西县")])


@pytest.fixture
def site(made: Plan) -> PlanObject:
    return testing.drawn(made)
