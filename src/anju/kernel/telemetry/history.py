"""What pages and jobs read of the store: latest values, trends, raw points, frames. The gateway is not asked."""

from __future__ import annotations

from datetime import datetime

from anju.kernel.telemetry.intake.deliveries import Heard
from anju.kernel.telemetry.models import Source


def heard(source: Source, hour: datetime) -> Heard:
    return Heard()
