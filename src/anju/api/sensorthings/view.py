"""Everything as one person sees it: rows within the scope, conditions on them, and ways from some to others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray
from odata_query import ast

from anju.api.sensorthings.documents import observed_property
from anju.api.sensorthings.filters.arrays import Arrays
from anju.api.sensorthings.filters.parsing import below, paths_in
from anju.api.sensorthings.filters.rows import Rows
from anju.api.sensorthings.model import ENTITIES, Entity, Relation
from anju.api.sensorthings.options import Options
from anju.api.sensorthings.points.asking import FOREVER, Asked, ask
from anju.api.sensorthings.points.reading import Found, Reading
from anju.api.sensorthings.points.store import Store, store
from anju.api.sensorthings.problems import NotOffered
from anju.kernel.assets.models import Asset
from anju.kernel.packs import ObservedProperty
from anju.kernel.telemetry.models import Series
from anju.kernel.telemetry.properties import properties
from anju.kernel.values.scope import Scope


@dataclass(frozen=True, slots=True)
class Spot:
    """Observations: points of ``series`` (a queryset), at one time (ms) or at any."""

    series: Any
    at: int | None = None


# Rows of an entity: of a table, of the list of properties, or of the store.
Some = Any


class View:
    """What a scope opens. ``root`` is the address of the service with a slash at its end."""

    def __init__(self, scope: Scope, root: str) -> None:
        self.scope, self.root = scope, root

    @cached_property
    def store(self) -> Store:
        return store()

    def series(self) -> QuerySet[Series]:
        """Series that may be seen and that the gateway knows the equipment of."""
        rows = Series.objects.within(self.scope).filter(asset__telemetry_number__isnull=False)
        return rows.select_related("asset__telemetry_number", "asset__area", "source")

    def assets(self) -> QuerySet[Asset]:
        """Equipment with a number that may be seen, or of which a series may be."""
        rows = Asset.objects.filter(telemetry_number__isnull=False)
        if not self.scope.everything:
            own = Asset.objects.within(self.scope).values("pk")
            rows = rows.filter(Q(pk__in=own) | Q(pk__in=self.series().values("asset")))
        return rows.select_related("telemetry_number", "area")

    def rows(self, entity: Entity) -> Some:
        """All rows of an entity."""
        if entity.kind == "property":
            return list(properties().values())
        if entity.kind == "series":
            return self.series()
        if entity.kind == "point":
            return Spot(self.series())
        standing = entity.name in ("Locations", "HistoricalLocations")
        return self.assets().filter(longitude__isnull=False) if standing else self.assets()

    # -- ways --------------------------------------------------------------------------------------------

    def follow(self, rows: Some, relation: Relation) -> Some:
        """The rows that a relation leads to from some rows."""
        target = ENTITIES[relation.target]
        found = self.rows(target)
        if target.kind == "property":
            codes = set(rows.values_list("property", flat=True))
            return [one for one in found if one.code in codes]
        if target.kind == "point":
            return Spot(self.series().filter(**{_OF_POINTS[relation.own]: rows.values("pk")}))
        return found.filter(**{f"{relation.other}__in": _values(rows, relation)})

    def matching(self, relation: Relation, node: ast._Node) -> Any:
        """What ``other`` is in the rows behind a relation that an expression holds for."""
        target = ENTITIES[relation.target]
        if target.kind == "point":
            raise NotOffered("不能按观测值筛选设备和测点。", "请先查Observations，再用它们的Datastream。")
        if target.kind == "property":
            return [one.code for one in self.listed(self.rows(target), node)]
        found = self.rows(target).filter(self.condition(target, node))
        return found.order_by().values(relation.other)

    # -- conditions --------------------------------------------------------------------------------------

    def table(self, entity: Entity) -> Rows:
        """Conditions and orders on an entity of the database."""
        return Rows(entity, self.matching, lambda: self.rows(entity).select_related(None))

    def condition(self, entity: Entity, node: ast._Node) -> Q:
        return self.table(entity).condition(node)

    def listed(self, rows: Iterable[ObservedProperty], node: ast._Node | None) -> list[ObservedProperty]:
        """The properties that an expression holds for."""
        given = list(rows)
        if node is None:
            return given
        mask = self._property_columns(given).mask(node)
        return [one for one, holds in zip(given, mask, strict=True) if holds]

    def in_order(self, rows: list[ObservedProperty], options: Options) -> list[ObservedProperty]:
        """Sorted by the orders; as they are where there is none."""
        arrays = self._property_columns(rows)
        places = list(range(len(rows)))
        for order in reversed(options.orders):
            column = np.broadcast_to(np.asarray(arrays.value(order.by), object), (len(rows),))
            places.sort(key=lambda at: (column[at] is not None, column[at]), reverse=order.down)
        return [rows[at] for at in places]

    def _property_columns(self, rows: list[ObservedProperty]) -> Arrays:
        def below_datastreams(node: ast._Node) -> NDArray[np.bool_] | None:
            if {path[0] for path in paths_in(node)} != {"Datastreams"}:
                return None
            condition = self.condition(ENTITIES["Datastreams"], below(node))
            codes = set(self.series().filter(condition).values_list("property", flat=True))
            return np.array([one.code in codes for one in rows], bool)

        made = [{"id": one.code} | observed_property(one) for one in rows]
        names = ("id", "name", "definition", "description")
        columns = {name: np.array([one[name] for one in made], object) for name in names}
        columns["properties/unit"] = np.array([one.unit for one in rows], object)
        return Arrays(columns, len(rows), below_datastreams)

    # -- points ------------------------------------------------------------------------------------------

    def points(self, spot: Spot, options: Options) -> Found:
        """A page of observations."""
        asked = ask(options.condition)
        return self._reading(spot, asked).page(options)

    def _reading(self, spot: Spot, asked: Asked) -> Reading:
        rows = spot.series
        for node in asked.series:
            rows = rows.filter(self._of_series(node))
        if asked.number is not None:
            rows = rows.filter(number=asked.number)
        if spot.at is not None:
            asked.since, asked.until = max(asked.since, spot.at), min(asked.until, spot.at + 1, FOREVER)
        numbers = np.array(list(rows.order_by("number").values_list("number", flat=True)), np.uint32)
        known: dict[int, NDArray[np.uint32]] = {}

        def elsewhere(node: ast._Node, series: NDArray[np.uint32]) -> NDArray[np.bool_] | None:
            if not {path[0] for path in paths_in(node)} & {"Datastream", "FeatureOfInterest"}:
                return None
            if id(node) not in known:
                wanted = self.series().filter(self._of_series(node)).values_list("number", flat=True)
                known[id(node)] = np.array(list(wanted), np.uint32)
            return np.isin(series, known[id(node)])

        return Reading(self.store, numbers, asked, elsewhere)

    def _of_series(self, node: ast._Node) -> Q:
        """A condition on observations that is one on their series."""
        steps = {path[0] for path in paths_in(node)}
        if steps == {"Datastream"}:
            return self.condition(ENTITIES["Datastreams"], below(node))
        if steps == {"FeatureOfInterest"}:
            target = ENTITIES["FeaturesOfInterest"]
            return Q(asset__in=self.rows(target).filter(self.condition(target, below(node))).values("pk"))
        raise NotOffered("一个比较里不能混用观测值、测点和对象的属性。", "请分成用and连接的几个比较。")


# From what a relation to observations starts, to their series.
_OF_POINTS = {"number": "pk__in", "pk": "asset__in"}


def _values(rows: Some, relation: Relation) -> Any:
    """What rows have as ``own``: a subquery, or a list."""
    if isinstance(rows, Spot):
        return rows.series.order_by().values("number" if relation.own == "series" else relation.own)
    if isinstance(rows, list):
        return [getattr(one, relation.own) for one in rows]
    return rows.order_by().values(relation.own)
