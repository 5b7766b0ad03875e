"""The routes. Anybody may ask; what is not published does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from anju.api.features import documents
from anju.api.features.documents import GEOJSON, JSON, OPENAPI, link
from anju.api.features.parameters import BadParameter, Wanted, during, wanted
from anju.kernel.exchange.models import Publication
from anju.kernel.exchange.open_data import Collection, collection

View = Callable[..., HttpResponse]


class _Missing(Exception):
    """404 with its sentence."""


def _route(view: View) -> View:
    """GET and HEAD for any origin; faults as problem details (RFC 9457)."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            answer = view(request, *args, **named)
        except BadParameter as error:
            answer = _problem(400, "请求参数不对", str(error))
        except _Missing as error:
            answer = _problem(404, "没有找到", str(error))
        answer["Access-Control-Allow-Origin"] = "*"
        return answer

    return guarded


def _problem(status: int, title: str, detail: str) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return _json(body, "application/problem+json", status)


def _json(body: Any, media: str, status: int = 200) -> HttpResponse:
    return JsonResponse(body, content_type=media, status=status, json_dumps_params={"ensure_ascii": False})


def _no_parameters(request: HttpRequest) -> None:
    """A parameter that nobody reads is refused, so that a slip of the pen is told (requirement 8)."""
    extra = sorted(set(request.GET) - {"f"})
    if extra:
        raise BadParameter(f"这里没有参数{'、'.join(extra)}。")


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/api/features/")


def _published() -> list[Collection]:
    today = timezone.localdate()
    codes = set(Publication.objects.on(today).values_list("collection", flat=True))
    return [found for code in sorted(codes) if (found := collection(code))]


def _one(code: str) -> Collection:
    found = next((each for each in _published() if each.code == code), None)
    if found is None:
        raise _Missing(f"没有数据集{code}，或者没有开放。")
    return found


@_route
def landing_page(request: HttpRequest) -> HttpResponse:
    _no_parameters(request)
    return _json(documents.landing(_root(request)), JSON)


@_route
def definition_page(request: HttpRequest) -> HttpResponse:
    _no_parameters(request)
    return _json(documents.definition(_root(request), _published()), OPENAPI)


@_route
def conformance_page(request: HttpRequest) -> HttpResponse:
    _no_parameters(request)
    return _json({"conformsTo": documents.CONFORMANCE}, JSON)


@_route
def collections_page(request: HttpRequest) -> HttpResponse:
    _no_parameters(request)
    root = _root(request)
    body = {
        "links": [link(f"{root}collections", "self", "数据集")],
        "collections": [documents.described(root, each, _extent(each)) for each in _published()],
    }
    return _json(body, JSON)


@_route
def collection_page(request: HttpRequest, code: str) -> HttpResponse:
    _no_parameters(request)
    each = _one(code)
    return _json(documents.described(_root(request), each, _extent(each)), JSON)


def _extent(each: Collection) -> list[float] | None:
    west, south, east, north = (
        ("west", "south", "east", "north")
        if each.geometry
        else ("longitude", "latitude", "longitude", "latitude")
    )
    rows = each.rows(timezone.localdate()).order_by()
    found = rows.aggregate(w=Min(west), s=Min(south), e=Max(east), n=Max(north))
    return None if found["w"] is None else [found[side] for side in "wsen"]


@_route
def items_page(request: HttpRequest, code: str) -> HttpResponse:
    """The features of a page in the order of their keys, with links to the pages around it."""
    each = _one(code)
    asked = wanted(request.GET, dict(each.properties))
    rows = _rows(each, asked)
    matched = rows.count()
    here = f"{_root(request)}collections/{code}"
    features = [documents.feature(each, row) for row in rows[asked.offset : asked.offset + asked.limit]]
    body = {
        "type": "FeatureCollection",
        "timeStamp": timezone.now().isoformat(timespec="seconds"),
        "numberMatched": matched,
        "numberReturned": len(features),
        "links": [*_pages(request, here, asked, matched), link(here, "collection", each.name)],
        "features": features,
    }
    return _json(body, GEOJSON)


def _rows(each: Collection, asked: Wanted) -> Any:
    related = {path.partition("__")[0] for _, path in each.properties if "__" in path}
    rows = each.rows(timezone.localdate()).select_related(*related)
    if asked.box:
        rows = rows.filter(each.within(*asked.box))
    if asked.times and each.dated:
        rows = rows.filter(during(asked.times))
    for path, value in asked.equal:
        try:
            rows = rows.filter(**{path: {"true": True, "false": False}.get(value, value)})
        except (ValueError, ValidationError) as error:
            raise BadParameter(f"“{value[:30]}”不能作这个属性的值。") from error
    return rows


def _pages(request: HttpRequest, here: str, asked: Wanted, matched: int) -> list[dict[str, Any]]:
    """This page, and the next and the one before where there are such."""

    def page(offset: int, rel: str, title: str) -> dict[str, Any]:
        query = request.GET.dict() | {"limit": asked.limit, "offset": offset}
        return link(f"{here}/items?{urlencode(query)}", rel, title, GEOJSON)

    found = [link(request.build_absolute_uri(), "self", "本页", GEOJSON)]
    if asked.offset + asked.limit < matched:
        found.append(page(asked.offset + asked.limit, "next", "下一页"))
    if asked.offset:
        found.append(page(max(0, asked.offset - asked.limit), "prev", "上一页"))
    return found


@_route
def item_page(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    _no_parameters(request)
    each = _one(code)
    row = each.rows(timezone.localdate()).filter(pk=key).first()
    if row is None:
        raise _Missing("数据集里没有这个要素。")
    here = f"{_root(request)}collections/{code}"
    body = documents.feature(each, row) | {
        "links": [
            link(f"{here}/items/{key}", "self", "本要素", GEOJSON),
            link(here, "collection", each.name),
        ]
    }
    return _json(body, GEOJSON)
