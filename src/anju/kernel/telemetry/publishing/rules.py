"""Which row of a rule holds for which series on a day: of those that fit, the most specific one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID

import numpy as np
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from anju.kernel.assets.models import Asset
from anju.kernel.places import hierarchy
from anju.kernel.places.models import ADMINISTRATIVE
from anju.kernel.telemetry import snapshot
from anju.kernel.telemetry.models import Issuer, Series, ThresholdRule
from anju.kernel.telemetry.publishing.registry import Registry

_DEEPEST = 20
_CLOSER = {code: rank for rank, code in enumerate(Issuer.values)}


def in_force(registry: Registry, on: date) -> list[snapshot.Rule]:
    """The rules of a day with the numbers of the series that each of them watches; no series stands in two of a code."""
    rows = ThresholdRule.objects.current().filter(valid_from__lte=on)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on)).order_by("code")
    depths = _depths(rows, on)
    found = []
    for _, same in groupby(rows, key=lambda row: row.code):
        taken = np.zeros(len(registry.series), np.bool_)
        for row in sorted(same, key=lambda row: _specific(row, depths), reverse=True):
            fits = _fitting(registry, row, on) & ~taken
            taken |= fits
            if fits.any():
                found.append(_rule(registry, row, np.flatnonzero(fits), on))
    return found


def in_force_for(series: Series, on: date) -> list[ThresholdRule]:
    """The row of each rule that holds for one series on a day; the same choice as for all of them."""
    asset = series.asset
    areas = [asset.area_id, *hierarchy.ancestors(asset.area_id, ADMINISTRATIVE, on)]
    rows = ThresholdRule.objects.current().filter(valid_from__lte=on, property__in=(series.property, ""))
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), asset_type__in=(asset.type, ""))
    rows = rows.filter(Q(area__isnull=True) | Q(area__in=areas)).order_by("code")
    rows = rows.filter(Q(asset__isnull=True) | Q(asset__in=_line(asset)))
    depths: dict[UUID | None, int] = {area: len(areas) - n for n, area in enumerate(areas)}
    return [
        max(same, key=lambda row: _specific(row, depths))
        for _, same in groupby(rows, key=lambda row: row.code)
    ]


def _line(asset: Asset) -> list[UUID]:
    """The asset and what it is part of."""
    found = [asset.pk]
    above = asset.parent
    while above is not None and above.pk not in found and len(found) < _DEEPEST:
        found.append(above.pk)
        above = above.parent
    return found


def _depths(rows: Iterable[ThresholdRule], on: date) -> dict[UUID | None, int]:
    """How many areas lie above the area of each row."""
    areas = {row.area_id for row in rows if row.area_id}
    return {area: 1 + len(hierarchy.ancestors(area, ADMINISTRATIVE, on)) for area in areas}


def _specific(row: ThresholdRule, depths: dict[UUID | None, int]) -> tuple[bool, int, bool, int, date]:
    return (
        row.asset_id is not None,
        depths.get(row.area_id, 0),
        bool(row.asset_type),
        _CLOSER.get(row.issuer, 0),
        row.valid_from,
    )


def _fitting(registry: Registry, row: ThresholdRule, on: date) -> NDArray[np.bool_]:
    fits = registry.enabled
    if row.property:
        fits = fits & (registry.property == registry.properties.get(row.property, -2))
    good = np.ones(len(registry.types) or 1, np.bool_)
    if row.asset_type:
        good &= np.array([kind == row.asset_type for kind in registry.types], np.bool_)
    if row.area_id:
        inside = hierarchy.below({row.area_id}, ADMINISTRATIVE, on)
        good &= np.array([area in inside for area in registry.areas], np.bool_)
    if row.asset_id:
        parts = registry.below(registry.numbers.get(row.asset_id, 0))
        good &= np.isin(np.arange(len(good)), parts)
    return np.asarray(fits & good[registry.series.asset])


def _rule(registry: Registry, row: ThresholdRule, numbers: NDArray[np.intp], on: date) -> snapshot.Rule:
    others = _Others(registry, row.other, on).of(numbers) if row.other else (0,) * len(numbers)
    return snapshot.Rule(
        code=row.code,
        kind=row.kind,
        name=row.name,
        grade=row.grade,
        parameters=row.parameters,
        series=tuple(numbers.tolist()),
        others=others,
        since=moment(row.valid_from),
        # A row holds on its last day as well.
        until=moment(row.valid_to) + 86_400_000 if row.valid_to else 0,
    )


class _Others:
    """The series that others are compared with: on the asset, on what it is part of, or the nearest area's."""

    def __init__(self, registry: Registry, observed: str, on: date) -> None:
        self.registry, self.on = registry, on
        index = registry.properties.get(observed, -2)
        rows = np.flatnonzero((registry.property == index) & registry.enabled)
        self.of_asset = {int(registry.series.asset[row]): int(row) for row in rows[::-1]}
        self.of_area = {registry.areas[asset]: row for asset, row in self.of_asset.items()}
        self.chains: dict[UUID, list[UUID]] = {}
        self.any = int(rows[0]) if len(rows) else 0

    def of(self, numbers: NDArray[np.intp]) -> tuple[int, ...]:
        return tuple(self._one(int(self.registry.series.asset[number])) for number in numbers)

    def _one(self, asset: int) -> int:
        above = asset
        for _ in range(_DEEPEST):
            if above in self.of_asset:
                return self.of_asset[above]
            if above not in self.registry.parents:
                break
            above = self.registry.parents[above]
        area = self.registry.areas[asset] if asset < len(self.registry.areas) else None
        return next((self.of_area[one] for one in self._chain(area) if one in self.of_area), self.any)

    def _chain(self, area: UUID | None) -> list[UUID]:
        if area is None:
            return []
        if area not in self.chains:
            self.chains[area] = [area, *hierarchy.ancestors(area, ADMINISTRATIVE, self.on)]
        return self.chains[area]


def moment(day: date) -> int:
    """The beginning of a day of the installation, in ms since 1970."""
    at = timezone.make_aware(datetime.combine(day, time()), timezone.get_current_timezone())
    return int(at.timestamp() * 1000)
