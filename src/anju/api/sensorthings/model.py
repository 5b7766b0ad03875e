"""The eight kinds of entities and how they hang together (OGC 18-088, clause 8.2), over equipment and series.

A Thing is an asset that has series, or has parts that have; its Location, HistoricalLocation and FeatureOfInterest are
the same asset seen as a place, so the four share a number. A Datastream is a series, and its Sensor the channel that
measures it. Observations are points of the store. Numbers are those that the gateway knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import Case, CharField, F, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Concat
from django.utils.translation import gettext

from anju.kernel.assets.types import asset_types
from anju.kernel.telemetry.properties import properties

Kind = Literal["asset", "series", "property", "point"]
# Observation types of Observations and Measurements (OGC 10-004r3).
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON = "application/geo+json"


@dataclass(frozen=True, slots=True)
class Relation:
    """A way from one entity to others: rows whose ``other`` equals what the row has as ``own``."""

    name: str
    target: str
    many: bool
    own: str
    other: str


@dataclass(frozen=True, slots=True)
class Entity:
    """``name`` is that of the set. ``properties`` in the order of the standard; ``id`` stands before them."""

    name: str
    kind: Kind
    properties: tuple[str, ...]
    relations: tuple[Relation, ...]

    def relation(self, name: str) -> Relation | None:
        return next((one for one in self.relations if one.name == name), None)

    @property
    def key(self) -> str:
        """The column of the number in the table of the kind."""
        return "telemetry_number__number" if self.kind == "asset" else "number"


def _of_asset(name: str, target: str, many: bool) -> Relation:
    return Relation(name, target, many, "pk", "pk")


ENTITIES = {
    one.name: one
    for one in (
        Entity(
            "Things",
            "asset",
            ("name", "description", "properties"),
            (
                Relation("Datastreams", "Datastreams", True, "pk", "asset_id"),
                _of_asset("Locations", "Locations", True),
                _of_asset("HistoricalLocations", "HistoricalLocations", True),
            ),
        ),
        Entity(
            "Locations",
            "asset",
            ("name", "description", "properties", "encodingType", "location"),
            (
                _of_asset("Things", "Things", True),
                _of_asset("HistoricalLocations", "HistoricalLocations", True),
            ),
        ),
        Entity(
            "HistoricalLocations",
            "asset",
            ("time",),
            (_of_asset("Thing", "Things", False), _of_asset("Locations", "Locations", True)),
        ),
        Entity(
            "Datastreams",
            "series",
            ("name", "description", "properties", "unitOfMeasurement", "observationType", "observedArea"),
            (
                Relation("Thing", "Things", False, "asset_id", "pk"),
                Relation("Sensor", "Sensors", False, "pk", "pk"),
                Relation("ObservedProperty", "ObservedProperties", False, "property", "code"),
                Relation("Observations", "Observations", True, "number", "series"),
            ),
        ),
        Entity(
            "Sensors",
            "series",
            ("name", "description", "properties", "encodingType", "metadata"),
            (Relation("Datastreams", "Datastreams", True, "pk", "pk"),),
        ),
        Entity(
            "ObservedProperties",
            "property",
            ("name", "definition", "description", "properties"),
            (Relation("Datastreams", "Datastreams", True, "code", "property"),),
        ),
        Entity(
            "Observations",
            "point",
            ("phenomenonTime", "resultTime", "result", "resultQuality", "parameters"),
            (
                Relation("Datastream", "Datastreams", False, "series", "number"),
                Relation("FeatureOfInterest", "FeaturesOfInterest", False, "asset_id", "pk"),
            ),
        ),
        Entity(
            "FeaturesOfInterest",
            "asset",
            ("name", "description", "properties", "encodingType", "feature"),
            (Relation("Observations", "Observations", True, "pk", "asset_id"),),
        ),
    )
}


def columns(entity: Entity) -> dict[str, Combinable]:
    """What a filter or an order may name, as expressions on the rows of the entity's table."""
    common: dict[str, Combinable] = {"id": F(entity.key)}
    if entity.kind == "asset":
        return common | _ASSET | {"description": type_title()} | _of_place(entity.name)
    return common | _SERIES | {"name": series_title(), "description": _described()} | _OF_SERIES[entity.name]


_ASSET: dict[str, Combinable] = {
    "name": F("name"),
    "properties/code": F("code"),
    "properties/type": F("type"),
    "properties/state": F("state"),
    "properties/area": F("area__name"),
}
_SERIES: dict[str, Combinable] = {
    "properties/property": F("property"),
    "properties/tag": F("tag"),
    "properties/source": F("source__code"),
    "properties/interval": F("interval"),
    "properties/enabled": F("enabled"),
}
_OF_SERIES: dict[str, dict[str, Combinable]] = {
    "Datastreams": {
        "unitOfMeasurement/symbol": F("unit"),
        "unitOfMeasurement/name": F("unit"),
        "observationType": Value(MEASUREMENT),
    },
    "Sensors": {
        "encodingType": Value("application/json"),
        "metadata/type": F("asset__type"),
        "metadata/maker": F("asset__maker"),
        "metadata/model": F("asset__model"),
        "metadata/serialNumber": F("asset__serial_number"),
        "metadata/tag": F("tag"),
    },
}


def _of_place(name: str) -> dict[str, Combinable]:
    if name == "HistoricalLocations":
        return {"time": F("recorded_at")}
    return {"encodingType": Value(GEOJSON)} if name in ("Locations", "FeaturesOfInterest") else {}


def series_title() -> Expression:
    """A series' own name, or that of what it observes."""
    named = [When(property=code, then=Value(gettext(one.name))) for code, one in properties().items()]
    return Case(
        When(name="", then=Case(*named, default=F("property"), output_field=CharField())),
        default=F("name"),
        output_field=CharField(),
    )


def _described() -> Expression:
    return Concat(F("asset__name"), Value(" "), series_title(), output_field=CharField())


def type_title() -> Expression:
    """The word for the type of an asset."""
    named = [When(type=code, then=Value(gettext(one.name))) for code, one in asset_types().items()]
    return Case(*named, default=F("type"), output_field=CharField())
