"""Handing a weather sheet to the gateway: one message a source, the same file again being a repeat."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from anju.kernel.documents.ledgers import refuse
from anju.kernel.telemetry.client import Client
from anju.kernel.telemetry.frames import Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.weather.reading import Sheet

_MOST = 5000


@dataclass(slots=True)
class Delivered:
    """``kept`` values are on the disk; ``refused`` could not be; ``repeats`` messages were known already."""

    rows: int
    kept: int = 0
    refused: int = 0
    repeats: int = 0


def deliver(sheet: Sheet, content: bytes, data: Path) -> Delivered:
    """Raises ``ImportRefused`` for errors of rows, ``GatewayError`` where the gateway does not answer."""
    refuse(sheet.errors)
    done, digest = Delivered(sheet.rows), sha256(content).hexdigest()
    with Client(Layout.of(data).socket) as gateway:
        for source, points in sheet.points.items():
            for start in range(0, len(points), _MOST):
                part = points[start : start + _MOST]
                rows = [{"series": number, "time": at, "value": value} for number, at, value in part]
                result = gateway.deliver(source, f"weather/{digest}/{start}", rows)
                done.kept += result.kept
                done.refused += int((result.refused > 0).sum())
                done.repeats += result.status is Status.REPEAT
    return done
