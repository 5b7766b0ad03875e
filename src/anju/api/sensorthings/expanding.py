"""Rows as documents with what is expanded in them: one question to the database for each relation, however many rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from anju.api.sensorthings.documents import Json, address, document, key_of
from anju.api.sensorthings.filters.parsing import path_of
from anju.api.sensorthings.model import ENTITIES, Entity, Relation
from anju.api.sensorthings.options import Options
from anju.api.sensorthings.points.model import each
from anju.api.sensorthings.view import Spot, View

# Makes the address of the rest of a collection: its own address, and the options of the page.
Next = Callable[[str, Options], str]


class Expanding:
    """Makes the documents of one answer."""

    def __init__(self, view: View, following: Next) -> None:
        self._view, self._next = view, following

    def documents(self, entity: Entity, rows: Sequence[Any], options: Options) -> list[Json]:
        """The rows in their order, with what the options expand."""
        made = [document(self._view.root, entity, row, options.select) for row in rows]
        for name, inner in options.expand.items():
            relation = entity.relation(name)
            assert relation is not None
            found = self._behind(entity, rows, relation, inner)
            for row, one, (children, total) in zip(rows, made, found, strict=True):
                one.pop(f"{name}@iot.navigationLink", None)
                self._put(one, relation, children, total, inner, self._here(entity, row))
        return made

    def _here(self, entity: Entity, row: Any) -> str:
        return address(self._view.root, entity, key_of(entity, row))

    def _put(
        self, one: Json, relation: Relation, children: list[Json], total: int, inner: Options, here: str
    ) -> None:
        if not relation.many:
            one[relation.name] = children[0] if children else None
            return
        if inner.count:
            one[f"{relation.name}@iot.count"] = total
        one[relation.name] = children
        if total > inner.skip + inner.top:
            one[f"{relation.name}@iot.nextLink"] = self._next(f"{here}/{relation.name}", inner)

    def _behind(
        self, entity: Entity, rows: Sequence[Any], relation: Relation, inner: Options
    ) -> list[tuple[list[Json], int]]:
        """For each row the documents behind a relation, and how many there are in all."""
        target = ENTITIES[relation.target]
        if target.kind == "point":
            return self._points(rows, relation, inner)
        own = self._own(entity, rows, relation)
        if target.kind == "property":
            listed = self._view.rows(target)
            found = [one for one in self._view.listed(listed, inner.condition) if one.code in set(own)]
            return self._grouped(target, found, own, relation, inner)
        return self._grouped(target, self._rows(target, own, relation, inner), own, relation, inner)

    def _own(self, entity: Entity, rows: Sequence[Any], relation: Relation) -> list[Any]:
        if entity.kind == "point" and relation.own == "asset_id":
            pairs = self._view.series().filter(number__in={row.series for row in rows})
            of = dict(pairs.values_list("number", "asset_id"))
            return [of.get(row.series) for row in rows]
        return [getattr(row, relation.own) for row in rows]

    def _rows(self, target: Entity, own: list[Any], relation: Relation, inner: Options) -> list[Any]:
        table = self._view.table(target)
        found = self._view.rows(target).filter(**{f"{relation.other}__in": set(own)})
        if inner.condition:
            found = found.filter(table.condition(inner.condition))
        orders = [table.order(one.by, one.down) for one in inner.orders]
        orders.append(F(target.key).asc())
        if relation.other not in ("pk", "number"):
            # Several of one parent: each parent has its own page.
            group = F(relation.other)
            found = found.annotate(
                nth=Window(RowNumber(), partition_by=group, order_by=orders),
                siblings=Window(Count("pk"), partition_by=group),
            ).filter(nth__gt=inner.skip, nth__lte=inner.skip + inner.top)
        return list(found.order_by(*orders))

    def _grouped(
        self, target: Entity, found: list[Any], own: list[Any], relation: Relation, inner: Options
    ) -> list[tuple[list[Json], int]]:
        groups: dict[Any, list[tuple[Any, Json]]] = defaultdict(list)
        for row, made in zip(found, self.documents(target, found, inner), strict=True):
            groups[getattr(row, relation.other)].append((row, made))
        answers = []
        for value in own:
            group = groups[value]
            paged = bool(group) and hasattr(group[0][0], "siblings")
            total = group[0][0].siblings if paged else len(group)
            shown = group if paged or not relation.many else group[inner.skip : inner.skip + inner.top]
            answers.append(([made for _, made in shown], total))
        return answers

    def _points(
        self, rows: Sequence[Any], relation: Relation, inner: Options
    ) -> list[tuple[list[Json], int]]:
        if relation.own == "number" and _newest_only(inner):
            return self._newest([row.number for row in rows], inner)
        answers = []
        for row in rows:
            condition = {"pk": row.pk} if relation.own == "number" else {"asset": row.pk}
            found = self._view.points(Spot(self._view.series().filter(**condition)), inner)
            made = self.documents(ENTITIES["Observations"], found.points, inner)
            total = found.count if found.count is not None else inner.skip + len(found.points) + found.more
            answers.append((made, total))
        return answers

    def _newest(self, numbers: list[int], inner: Options) -> list[tuple[list[Json], int]]:
        """The last value of each series, from the table of latest values. Older ones may follow."""
        found = list(each(self._view.store.latest(np.array(numbers, np.uint32))))
        made = self.documents(ENTITIES["Observations"], found, inner)
        of = {point.series: one for point, one in zip(found, made, strict=True)}
        return [([of[number]], 2) if number in of else ([], 0) for number in numbers]


def _newest_only(inner: Options) -> bool:
    return (
        (inner.top, inner.skip, inner.count, inner.condition) == (1, 0, False, None)
        and len(inner.orders) == 1
        and inner.orders[0].down
        and path_of(inner.orders[0].by) in (("phenomenonTime",), ("resultTime",))
    )
