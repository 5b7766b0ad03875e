"""What stands under the facts of a place, of an asset and of an entry of maintenance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.scope import scope_of
from anju.kernel.assets.models import Asset, Maintenance, MaintenanceFile, StateChange
from anju.kernel.assets.types import attributes_of
from anju.kernel.files.kinds import KINDS
from anju.kernel.packs import Panel
from anju.kernel.places import attributes, geo
from anju.kernel.places.kinds import ATTRIBUTES
from anju.kernel.places.models import Area, Place
from anju.web.map import drawing
from anju.web.outlines import WIDTH, Frame, path

MOST = 50
_AROUND = 0.01  # degrees to each side that count as around: a good kilometre


def of_place(request: HttpRequest, place: Place) -> list[Panel]:
    """Attributes, children, equipment, and the place on a map."""
    scope = scope_of(request.user)
    # One more than is shown tells whether there are more, without counting.
    children = list(place.children.within(scope).filter(valid_to__isnull=True).order_by("code")[: MOST + 1])
    parts = [
        Panel(
            "web/place_panels.html",
            {
                "attributes": attributes.said(ATTRIBUTES.get(place.kind, ()), place.attributes),
                "measure": _measure(place),
                "children": children[:MOST],
                "more": len(children) > MOST,
                "assets": _assets(request, place),
            },
        )
    ]
    return [*parts, *_map("places", place.area, place.position, place.geometry)]


def _assets(request: HttpRequest, place: Place) -> list[Asset] | None:
    if "assets.view" not in request.permissions:
        return None
    return list(place.assets.within(scope_of(request.user)).order_by("code")[:MOST])


def _measure(place: Place) -> str:
    """Length of a line, area of an outline."""
    shape = place.shape()
    if shape is None or shape.geom_type == "Point":
        return ""
    if "Polygon" in shape.geom_type:
        return gettext("图形面积{n}平方米").format(n=f"{geo.square_metres(shape):,.0f}")
    return gettext("图形长度{n}米").format(n=f"{geo.metres(shape):,.0f}")


def of_asset(request: HttpRequest, asset: Asset) -> list[Panel]:
    """Attributes, the ledger of states, maintenance with documents, and the asset on a map."""
    entries = list(Maintenance.objects.current().filter(asset=asset)[:MOST])
    files: dict[Any, list[MaintenanceFile]] = {}
    for kept in MaintenanceFile.objects.filter(asset=asset).select_related("file__content"):
        files.setdefault(kept.key, []).append(kept)
    today = timezone.localdate()
    due = min((entry.next_due for entry in entries if entry.next_due), default=None)
    panel = {
        "asset": asset,
        "attributes": attributes.said(attributes_of(asset.type), asset.attributes),
        "states": list(StateChange.objects.current().filter(asset=asset)[:MOST]),
        "maintenance": [(entry, documents(files.get(entry.key, []))) for entry in entries],
        "due": due,
        "late": bool(due and due < today),
        "parts": list(asset.parts.within(scope_of(request.user)).order_by("code")[:MOST]),
        "may_maintain": "assets.maintain" in request.permissions,
    }
    return [
        Panel("web/asset_panels.html", panel),
        *_map("assets", asset.area, asset.position, None),
    ]


def of_maintenance(request: HttpRequest, entry: Maintenance) -> list[Panel]:
    """The documents of an entry."""
    kept = MaintenanceFile.objects.filter(asset=entry.asset, key=entry.key).select_related("file__content")
    return [Panel("web/maintenance_panels.html", {"asset": entry.asset, "documents": documents(list(kept))})]


def documents(files: list[MaintenanceFile]) -> list[tuple[MaintenanceFile, bool]]:
    """(document, whether it is a picture that may show in the page)."""
    return [(kept, KINDS[kept.file.kind].inline) for kept in files]


def _map(register: str, area: Area, position: geo.Position | None, shape: Any) -> list[Panel]:
    """The point in its area, or a line or outline by itself; nothing without a position."""
    if position is None:
        return []
    x, y = position
    near = geo.Box(x - _AROUND, y - _AROUND / 2, x + _AROUND, y + _AROUND / 2)
    drawn = shape and shape["type"] != "Point"
    box = geo.Box(area.west, area.south, area.east, area.north) if area.geometry else near
    if drawn:
        box = _joined(near, geo.box_of(geo.parse_shape(shape, geo.System.CGCS2000)))
    frame = Frame(*box)
    at = frame.place(x, y)
    panel = {
        "outline": drawing(area, frame)["path"],
        "shape": _path(shape, frame) if drawn else "",
        "filled": drawn and "Polygon" in shape["type"],
        "x": at[0],
        "y": at[1],
        "longitude": f"{x:.6f}",
        "latitude": f"{y:.6f}",
        "register": register,
        "area": area,
        "width": WIDTH,
        "height": frame.height,
        "around": ",".join(f"{value:.6f}" for value in near),
    }
    return [Panel("web/spot_map.html", panel)]


def _joined(one: geo.Box, other: geo.Box) -> geo.Box:
    return geo.Box(
        min(one.west, other.west),
        min(one.south, other.south),
        max(one.east, other.east),
        max(one.north, other.north),
    )


def _path(shape: dict[str, Any], frame: Frame) -> str:
    if "Polygon" in shape["type"]:
        return path(shape, frame)
    lines = shape["coordinates"] if shape["type"] == "MultiLineString" else [shape["coordinates"]]
    return " ".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (frame.place(*point[:2]) for point in line))
        for line in lines
    )
