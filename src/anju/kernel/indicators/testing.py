"""An indicator for tests: how many crosswalk rows name the subject's key, of ten that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from anju.kernel.indicators.measurement import Measurement, digest
from anju.kernel.indicators.models import Crosswalk, Definition
from anju.kernel.values.periods import Period

HERE = "anju.kernel.indicators.testing"


def counted(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
    """Fails for a subject that is named ``test:bad``, and knows nothing of ``test:unknown``."""
    found = {}
    for subject in subjects:
        key = subject.partition(":")[2]
        if key == "bad":
            raise ZeroDivisionError("坏数据")
        rows = Crosswalk.objects.filter(code=key)
        if moment is not None:
            rows = rows.filter(recorded_at__lte=moment)
        names = sorted(rows.values_list("next_code", flat=True))
        if key != "unknown":
            count = Decimal(len(names))
            found[subject] = Measurement(
                count, Decimal(10), coverage=Decimal("0.5"), rows=len(names), digest=digest(names)
            )
    return found


def define(
    code: str = "test.counted", *, formula: str = "", inputs: dict[str, str] | None = None
) -> Definition:
    return Definition.objects.create(
        code=code,
        version="1",
        name=code,
        unit="%",
        direction="up",
        subject_kind="test",
        formula=formula,
        inputs=inputs or {},
        compute="" if formula else f"{HERE}.counted",
    )


def observe(key: str, name: str) -> None:
    """One more row for a subject."""
    Crosswalk.objects.create(code=key, version="1", next_code=name, next_version="1", relation="same")
