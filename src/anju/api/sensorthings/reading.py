"""Answers to GET: the service root, collections, entities, properties, values and references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import F

from anju.api.sensorthings.documents import Json, address, document, key_of
from anju.api.sensorthings.expanding import Expanding
from anju.api.sensorthings.model import ENTITIES
from anju.api.sensorthings.options import Options, check
from anju.api.sensorthings.paths import Resource
from anju.api.sensorthings.points.reading import Found
from anju.api.sensorthings.problems import Missing, NotOffered
from anju.api.sensorthings.view import View

_REQUIREMENTS = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
# What the tests of conformance show, requirement by requirement.
CONFORMANCE = [
    f"{_REQUIREMENTS}{name}"
    for name in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data",
        "data-array/data-array",
    )
]
# Of the class create-update-delete one entity can be created: the observation.
CREATED = [f"{_REQUIREMENTS}create-update-delete/create-entity"]


def service(root: str) -> Json:
    """The service root: the sets of entities, and which requirements are met."""
    return {
        "value": [{"name": name, "url": f"{root}{name}"} for name in ENTITIES],
        "serverSettings": {
            "conformance": CONFORMANCE,
            f"{_REQUIREMENTS}data-array/data-array": {"endpoints": [f"{root}CreateObservations"]},
            # Equipment and series are kept in their registers; only observations are created here.
            "anju:create": ["Observations"],
        },
    }


class Answer:
    """Makes the document of a resource. ``given`` are the options as they stand in the address."""

    def __init__(self, view: View, given: Mapping[str, str], options: Options) -> None:
        self._view, self._given, self._options = view, given, options
        self._expanding = Expanding(view, self._of_inner)

    def of(self, found: Resource, here: str) -> Json | str:
        """The body; a text for ``$value``. ``here`` is the address without its query."""
        check(self._options, found.entity, ENTITIES)
        if not found.single:
            return self._collection(found, here)
        row = self.row(found)
        if not found.property:
            return self._expanding.documents(found.entity, [row], self._options)[0]
        value = self._property(found, row)
        return _text(value) if found.raw else {found.property[-1]: value}

    def row(self, found: Resource) -> Any:
        """The one row of an entity. Raises ``Missing``."""
        if found.entity.kind == "property":
            rows = list(found.rows)
        elif found.entity.kind == "point":
            rows = self._view.points(found.rows, Options(top=1)).points
        else:
            rows = list(found.rows[:1])
        if not rows:
            raise Missing(f"{found.entity.name}里没有这一项，或者您看不到它。")
        return rows[0]

    def _property(self, found: Resource, row: Any) -> Any:
        made = document(self._view.root, found.entity, row)
        value: Any = {**made, "id": made["@iot.id"]}
        for step in found.property:
            if not isinstance(value, dict) or step not in value:
                raise Missing(f"{found.entity.name}没有{'/'.join(found.property)}。")
            value = value[step]
        return value

    def _collection(self, found: Resource, here: str) -> Json:
        rows, more, total = self._page(found)
        body: Json = {}
        if self._options.count:
            body["@iot.count"] = total
        if found.references:
            body["value"] = [
                {"@iot.selfLink": address(self._view.root, found.entity, key_of(found.entity, row))}
                for row in rows
            ]
        else:
            body["value"] = self._expanding.documents(found.entity, rows, self._options)
        if more:
            body["@iot.nextLink"] = self._following(here)
        return body

    def _page(self, found: Resource) -> tuple[list[Any], bool, int | None]:
        """The rows of the page, whether more follow, and how many there are where that was asked."""
        options, entity = self._options, found.entity
        end = options.skip + options.top
        if entity.kind == "point":
            page: Found = self._view.points(found.rows, options)
            return page.points, page.more, page.count
        if entity.kind == "property":
            listed = self._view.in_order(self._view.listed(found.rows, options.condition), options)
            return listed[options.skip : end], len(listed) > end, len(listed)
        table = self._view.table(entity)
        rows = found.rows.filter(table.condition(options.condition)) if options.condition else found.rows
        total = rows.count() if options.count else None
        orders = [table.order(one.by, one.down) for one in options.orders]
        shown = list(rows.order_by(*orders, F(entity.key).asc())[options.skip : end + 1])
        return shown[: options.top], len(shown) > options.top, total

    def _following(self, here: str) -> str:
        """The address of the next page: the same question, further on."""
        options = self._options
        more = {**self._given, "$top": options.top, "$skip": options.skip + options.top}
        return f"{here}?{urlencode(more, safe='$')}"

    def _of_inner(self, here: str, inner: Options) -> str:
        """The rest of an expanded collection; its options are those that it was expanded with."""
        given = inner.given | {"$top": str(inner.top), "$skip": str(inner.skip + inner.top)}
        return f"{here}?{urlencode(given, safe='$')}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise NotOffered("对象没有单一的值。", "请去掉$value，或写到里面的一项。")
    return str(value).lower() if isinstance(value, bool) else str(value)
