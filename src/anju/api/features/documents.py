"""The documents of the API: landing page, conformance, collections, features, and the definition in OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from anju.api.features.parameters import DEFAULT_LIMIT, MOST
from anju.kernel.exchange.open_data import Collection

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
CONFORMANCE = [f"{_CONFORMANCE}{name}" for name in ("core", "oas30", "geojson")]
JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
Json = dict[str, Any]


def link(href: str, rel: str, title: str, media: str = JSON) -> Json:
    return {"href": href, "rel": rel, "type": media, "title": title}


def landing(root: str) -> Json:
    return {
        "title": "安居开放数据",
        "description": "经批准开放的区域、场所、设备和工程。坐标为CGCS2000，与CRS84相差厘米级。",
        "links": [
            link(root, "self", "本页"),
            link(f"{root}api", "service-desc", "接口定义", OPENAPI),
            link(f"{root}conformance", "conformance", "符合的标准"),
            link(f"{root}collections", "data", "数据集"),
        ],
    }


def described(root: str, each: Collection, extent: list[float] | None) -> Json:
    """One collection with its extent, the whole earth where nothing is known of it."""
    here = f"{root}collections/{each.code}"
    return {
        "id": each.code,
        "title": each.name,
        "description": each.description,
        "extent": {
            "spatial": {"bbox": [extent or [-180, -90, 180, 90]], "crs": CRS84},
            "temporal": {"interval": [[None, None]], "trs": GREGORIAN},
        },
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(here, "self", each.name),
            link(f"{here}/items", "items", f"{each.name}的要素", GEOJSON),
        ],
    }


def feature(each: Collection, row: Any) -> Json:
    """A GeoJSON feature (RFC 7946) with the properties that go out."""
    return {
        "type": "Feature",
        "id": str(row.pk),
        "geometry": _geometry(each, row),
        "properties": {name: _plain(row, path) for name, path in each.properties},
    }


def _geometry(each: Collection, row: Any) -> Json | None:
    if each.geometry:
        shape: Json | None = getattr(row, each.geometry)
        return shape
    if row.longitude is None or row.latitude is None:
        return None
    return {"type": "Point", "coordinates": [row.longitude, row.latitude]}


def _plain(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row if row is None or isinstance(row, bool | int | float) else str(row)


# -- OpenAPI 3.0 -------------------------------------------------------------------------------------------


def definition(root: str, published: Iterable[Collection]) -> Json:
    """What can be asked, for programs that write their own clients."""
    paths: Json = {
        "/": _operation("landing", "入口页", JSON),
        "/conformance": _operation("conformance", "符合的标准", JSON),
        "/collections": _operation("collections", "数据集", JSON),
    }
    for each in published:
        here = f"/collections/{each.code}"
        paths[here] = _operation(f"describe.{each.code}", each.name, JSON)
        paths[f"{here}/items"] = _operation(
            f"items.{each.code}", f"{each.name}的要素", GEOJSON, [*_COMMON, *_equal(each)]
        )
        key = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"{here}/items/{{featureId}}"] = _operation(
            f"item.{each.code}", f"{each.name}的一个要素", GEOJSON, [key]
        )
    return {
        "openapi": "3.0.3",
        "info": {"title": "安居开放数据", "version": "1.0.0"},
        "servers": [{"url": root.rstrip("/")}],
        "paths": paths,
    }


def _query(name: str, words: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": words,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


_NUMBERS = {"type": "array", "items": {"type": "number"}}
_COMMON = [
    _query("limit", "最多几个", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}),
    _query("offset", "跳过几个", {"type": "integer", "minimum": 0, "default": 0}),
    _query(
        "bbox",
        "西,南,东,北（度）",
        {"oneOf": [{**_NUMBERS, "minItems": n, "maxItems": n} for n in (4, 6)]},
    ),
    _query("datetime", "一个时刻，或用/隔开的区间", {"type": "string"}),
]


def _equal(each: Collection) -> list[Json]:
    return [_query(name, f"{name}等于", {"type": "string"}) for name, _ in each.properties]


def _operation(key: str, words: str, media: str, parameters: list[Json] | None = None) -> Json:
    problem = {
        "description": "请求不对",
        "content": {"application/problem+json": {"schema": {"type": "object"}}},
    }
    return {
        "get": {
            "operationId": key,
            "summary": words,
            "parameters": parameters or [],
            "responses": {
                "200": {"description": words, "content": {media: {"schema": {"type": "object"}}}},
                "400": problem,
                "404": problem,
            },
        }
    }
