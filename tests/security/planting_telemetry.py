"""What the matrix plants of telemetry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from anju.kernel.assets.models import Asset
from anju.kernel.parties.models import Organisation
from anju.kernel.telemetry.models import (
    Alarm,
    AssetNumber,
    DeliveryHour,
    MaintenanceWindow,
    Quarantined,
    Series,
    Source,
    ThresholdRule,
)
from anju.kernel.telemetry.publishing.numbering import number_assets
from anju.kernel.watching import alarms


def delivered(body: Organisation) -> dict[str, Any]:
    """A source with a series, an alarm on it with its finding, and a row of each ledger."""
    now = timezone.now()
    asset = Asset.objects.create(
        type="station", code=f"T{body.name}", name=f"{body.name}的站", area=body.area
    )
    source = Source.objects.create(
        code=f"s-{body.pk.hex[-12:]}", name=f"{body.name}的平台", protocol="http", organisation=body
    )
    series = Series.objects.create(asset=asset, property="flow", source=source, tag="F")
    alarm = Alarm.objects.create(
        key=body.name, rule="heating.test", kind="above", name="规则", grade="high", asset=asset, series=series,
        organisation=body, message=f"{body.name}的告警", raised_at=now, told_at=now,
    )  # fmt: skip
    alarms.follow([alarm], now)
    number_assets()
    rule = ThresholdRule.objects.create(
        code="heating.test", name="规则", kind="above", grade="high", property="flow", parameters={"limit": 1},
        issuer="city", legal_basis="样例", valid_from=now.date(),
    )  # fmt: skip
    window = MaintenanceWindow.objects.create(
        asset=asset, since=now, until=now + timedelta(hours=1), reason=body.name
    )
    hour = DeliveryHour.objects.create(source=source, hour=now)
    number = body.pk.int % 2**40
    row = Quarantined.objects.create(
        source=source, frame=number, reason="malformed", detail=body.name, received_at=now
    )
    pages = {
        "alarms": alarm, "series": series, "telemetry-sources": source, "threshold-rules": rule,
        "maintenance-windows": window, "delivery-hours": hour, "quarantine": row,
    }  # fmt: skip
    of_series = ("telemetry/series/<uuid:key>/", "telemetry/series/<uuid:key>/points/")
    of_source = ("telemetry/sources/<uuid:key>/", "telemetry/sources/<uuid:key>/secret/")
    of_alarm = ("telemetry/alarms/<uuid:key>/", "telemetry/alarms/<uuid:key>/sign/")
    return {
        **{f"r/{code}/<uuid:key>/": one.pk for code, one in pages.items()},
        **{f"r/{code}/<uuid:key>/edit/": one.pk for code, one in pages.items()},
        **dict.fromkeys(of_series, series.pk),
        **dict.fromkeys(of_source, source.pk),
        **dict.fromkeys(of_alarm, alarm.pk),
        "api/sta/v1.1/<path:path>": f"Things({AssetNumber.objects.get(asset=asset).number})",
        "telemetry/findings/<uuid:key>/": alarm.finding,
        "telemetry/quarantine/<uuid:key>/": row.pk,
        "telemetry/frames/<str:number>/": number,
        "telemetry/windows/<uuid:key>/end/": window.pk,
    }
