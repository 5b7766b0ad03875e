"""The sample's works in the sample city, watched, for the journeys over their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from anju.kernel.indicators import definitions, kernel
from anju.kernel.watching import works as watching
from anju.kernel.works import sample
from anju.kernel.works.models import WorksProject


@pytest.fixture
def works(sign_in: Any) -> dict[str, WorksProject]:
    """The projects by their codes."""
    definitions.register(kernel.INDICATORS)
    sample.build()
    watching.watch_all(timezone.now())
    return {project.code: project for project in WorksProject.objects.all()}
