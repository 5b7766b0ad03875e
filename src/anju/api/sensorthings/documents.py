"""Rows as documents: the properties of the standard, and the control information of each entity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext

from anju.api.sensorthings.model import GEOJSON, MEASUREMENT, Entity
from anju.api.sensorthings.points.model import Point
from anju.kernel.assets.models import Asset
from anju.kernel.assets.types import asset_types
from anju.kernel.packs import ObservedProperty
from anju.kernel.telemetry.models import Series

Json = dict[str, Any]
# A vocabulary of the platform's own: the codes of its observed properties.
DEFINITION = "urn:anju:observed-property:"


def key_of(entity: Entity, row: Any) -> int | str:
    """The ``@iot.id`` of a row."""
    if entity.kind == "asset":
        return int(row.telemetry_number.number)
    if entity.kind == "series":
        return int(row.number)
    return str(row.code if entity.kind == "property" else row.id)


def address(root: str, entity: Entity, key: int | str) -> str:
    """The self link of an entity; a key that is a text stands in quotes."""
    return f"{root}{entity.name}({key})" if isinstance(key, int) else f"{root}{entity.name}('{key}')"


def document(root: str, entity: Entity, row: Any, select: tuple[str, ...] = ()) -> Json:
    """All of an entity, or what ``select`` names, with the links to what is related."""
    key = key_of(entity, row)
    here = address(root, entity, key)
    wanted = {name.partition("/")[0] for name in select}
    made: Json = {}
    if not wanted or "id" in wanted:
        made["@iot.id"] = key
    if not wanted or "selfLink" in wanted:
        made["@iot.selfLink"] = here
    content = _CONTENT[entity.name](row)
    made |= {name: value for name, value in content.items() if not wanted or name in wanted}
    for relation in entity.relations:
        if not wanted or relation.name in wanted:
            made[f"{relation.name}@iot.navigationLink"] = f"{here}/{relation.name}"
    return made


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _type_of(asset: Asset) -> str:
    known = asset_types().get(asset.type)
    return gettext(known.name) if known else asset.type


def _point(asset: Asset) -> Json | None:
    return {"type": "Point", "coordinates": list(asset.position)} if asset.position else None


def _thing(asset: Asset) -> Json:
    return {
        "name": asset.name,
        "description": _type_of(asset),
        "properties": {
            "code": asset.code,
            "type": asset.type,
            "state": asset.state,
            "area": asset.area.name,
        },
    }


def _location(asset: Asset) -> Json:
    return _thing(asset) | {"encodingType": GEOJSON, "location": _point(asset)}


def _historical_location(asset: Asset) -> Json:
    # Former places are not kept: the one row tells since when the equipment is known where it stands.
    return {"time": instant(asset.recorded_at)}


def _feature(asset: Asset) -> Json:
    place = _point(asset) or {"type": "Feature", "geometry": None, "properties": {}}
    return _thing(asset) | {"encodingType": GEOJSON, "feature": place}


def _series_properties(series: Series) -> Json:
    return {
        "property": series.property,
        "tag": series.tag,
        "source": series.source.code if series.source else None,
        "interval": series.interval,
        "enabled": series.enabled,
    }


def _datastream(series: Series) -> Json:
    return {
        "name": series.title,
        "description": f"{series.asset.name} {series.title}",
        "properties": _series_properties(series) | {"low": series.low, "high": series.high},
        "unitOfMeasurement": {"name": series.unit, "symbol": series.unit, "definition": None},
        "observationType": MEASUREMENT,
        "observedArea": _point(series.asset),
    }


def _sensor(series: Series) -> Json:
    asset = series.asset
    return {
        "name": series.title,
        "description": f"{asset.name} {series.title}",
        "properties": _series_properties(series),
        "encodingType": "application/json",
        "metadata": {
            "type": asset.type,
            "maker": asset.maker,
            "model": asset.model,
            "serialNumber": asset.serial_number,
            "tag": series.tag,
            "scale": series.scale,
            "offset": series.offset,
        },
    }


def observed_property(one: ObservedProperty) -> Json:
    return {
        "name": gettext(one.name),
        "definition": f"{DEFINITION}{one.code}",
        "description": gettext(one.name),
        "properties": {"unit": one.unit, "low": one.low, "high": one.high},
    }


def _observation(point: Point) -> Json:
    at = instant(point.at)
    return {
        "phenomenonTime": at,
        # A reading is there when it is taken; when it came here is a parameter.
        "resultTime": at,
        "result": point.result,
        "resultQuality": {
            "code": int(point.quality),
            "status": point.quality.status,
            "name": point.quality.word,
        },
        "parameters": {"received": instant(point.received), "frame": point.frame},
    }


_CONTENT: dict[str, Callable[[Any], Json]] = {
    "Things": _thing,
    "Locations": _location,
    "HistoricalLocations": _historical_location,
    "Datastreams": _datastream,
    "Sensors": _sensor,
    "ObservedProperties": observed_property,
    "Observations": _observation,
    "FeaturesOfInterest": _feature,
}
