"""Numbers of the assets that have series, and of all that they are part of."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from anju.kernel.assets.models import Asset
from anju.kernel.telemetry.models import AssetNumber, Series
from anju.kernel.telemetry.models.numbers import take

_CHUNK = 500


def number_assets() -> None:
    """Give a number to each asset that has series, and to those above it, that has none yet."""
    wanted = _unnumbered(
        Series.objects.filter(asset__telemetry_number__isnull=True).values_list("asset_id", flat=True)
    )
    while wanted:
        for start in range(0, len(wanted), _CHUNK):
            _number(wanted[start : start + _CHUNK])
        above = Asset.objects.filter(telemetry_number__isnull=False, parent__isnull=False)
        wanted = _unnumbered(
            above.filter(parent__telemetry_number__isnull=True).values_list("parent_id", flat=True)
        )


def _unnumbered(keys: object) -> list[UUID]:
    return sorted(set(keys))  # type: ignore[call-overload, no-any-return]


def _number(assets: list[UUID]) -> None:
    with transaction.atomic():
        numbers = take("asset", len(assets))
        AssetNumber.objects.bulk_create(
            AssetNumber(asset_id=asset, number=number) for asset, number in zip(assets, numbers, strict=True)
        )
