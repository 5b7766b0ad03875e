"""The points of a register: near ones together as one mark with its number; a mark opens what is under it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import log10
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.packs import Register
from anju.kernel.places import grid
from anju.kernel.places.geo import Box
from anju.kernel.places.models import Area
from anju.web.map import drawing, units
from anju.web.outlines import WIDTH, Frame
from anju.web.registers import catalogue, cells, controls, fields, rows
from anju.web.registers.asking import Asked, read
from anju.web.registers.views.area_map import counted_by_area

SINGLE = 200  # up to here each point stands for itself
LISTED = 50
BAD = 400
_SMALLEST = 0.0004  # degrees: some forty metres, below which nothing more is told apart
_PROPORTION = 0.62  # height of a box that is opened, by its width


def points_view(register: Register) -> Callable[[HttpRequest], HttpResponse]:
    """The view at ``/r/<code>/points/``; ``?box=west,south,east,north`` looks closer. Needs no script."""

    @requires(register.permission)
    def page(request: HttpRequest) -> HttpResponse:
        asked = read(register, request.GET)
        scope = catalogue.scope_for(request, register)
        everything = rows.everything(register, scope)
        found = rows.found(asked, everything).filter(cell__isnull=False)
        areas = units(scope)
        box, troubles = _box(request.GET.get("box", ""))
        whole = _whole(areas, found)
        shown = box or whole
        context = controls.head(request, asked, controls.POINTS, everything) | {
            "troubles": [*asked.troubles, *troubles],
            "box": request.GET.get("box", "") if box else "",
            "schematic": any(area.schematic for area in areas),
        }
        if shown:
            context |= _drawn(asked, found, areas, shown)
            context |= _beside(
                request, asked, found, None if context["inside"] > LISTED and not box else shown, areas
            )
            context |= {"wider": _wider(asked, box, whole) if box else "", "n": context["inside"]}
        return render(
            request, "web/register_points.html", context, status=BAD if context["troubles"] else 200
        )

    return page


def _box(text: str) -> tuple[Box | None, list[str]]:
    if not text:
        return None, []
    try:
        box = Box(*(float(part) for part in text.split(",")))
    except (TypeError, ValueError):
        box = Box(0, 0, 0, 0)
    if -180 <= box.west < box.east <= 180 and -90 <= box.south < box.north <= 90:
        return box, []
    return None, [gettext("地图范围“{text}”看不懂，以下显示全部。请在图上点选。").format(text=text[:60])]


def _whole(areas: list[Area], found: QuerySet[Any]) -> Box | None:
    """The box of the areas that are drawn; without any outline, that of the points."""
    frame = Frame.around((a.west, a.south, a.east, a.north) for a in areas if a.geometry)
    if frame is None:
        names = ("longitude", "latitude")
        ends = found.order_by().aggregate(*(kind(name) for kind in (Min, Max) for name in names))
        west, south, east, north = (ends[f"{name}__{kind}"] for kind in ("min", "max") for name in names)
        frame = Frame(west, south, east, north) if west is not None else None
    if frame is None:
        return None
    margin = max((frame.east - frame.west) / 50, _SMALLEST)
    return Box(frame.west - margin, frame.south - margin, frame.east + margin, frame.north + margin)


def _drawn(asked: Asked, found: QuerySet[Any], areas: list[Area], box: Box) -> dict[str, Any]:
    frame = Frame(*box)
    marks = grid.marks(found, box)
    inside = sum(mark.count for mark in marks)
    few = inside <= SINGLE
    dots = (
        _singles(asked, grid.within(found, box), box, frame)
        if few
        else [_dot(asked, m, frame) for m in marks]
    )
    return {
        "dots": dots,
        "inside": inside,
        "outlines": [{"area": area, **drawing(area, frame)} for area in areas if _near(area, box)],
        "width": WIDTH,
        "height": frame.height,
    }


def _near(area: Area, box: Box) -> bool:
    return bool(area.geometry) and not (
        area.west > box.east or area.east < box.west or area.south > box.north or area.north < box.south
    )


def _dot(asked: Asked, mark: grid.Mark, frame: Frame) -> dict[str, Any]:
    """A mark grows with the number of digits under it, so that one of ten thousand hides no other."""
    x, y = frame.place(mark.longitude, mark.latitude)
    smallest = mark.box.east - mark.box.west < _SMALLEST
    return {
        "x": x,
        "y": y,
        "r": 6 + 3 * log10(mark.count),
        "count": mark.count,
        "words": "" if mark.count == 1 else _short(mark.count),
        "href": "" if smallest else f"?{_query(asked, _around(mark))}",
    }


def _short(n: int) -> str:
    return str(n) if n < 10_000 else gettext("{n}万").format(n=f"{n / 10_000:.1f}")


def _around(mark: grid.Mark) -> Box:
    """What a mark opens: its square and a little more."""
    half = max((mark.box.east - mark.box.west) * 1.5, _SMALLEST)
    return Box(
        mark.longitude - half,
        mark.latitude - half * _PROPORTION,
        mark.longitude + half,
        mark.latitude + half * _PROPORTION,
    )


def _query(asked: Asked, box: Box) -> str:
    kept = asked.query()
    return f"{kept}{'&' if kept else ''}{urlencode({'box': ','.join(f'{value:.6f}' for value in box)})}"


def _singles(asked: Asked, found: QuerySet[Any], box: Box, frame: Frame) -> list[dict[str, Any]]:
    """Few rows: each stands where it is and leads to its page; those that would hide each other are one mark."""
    first = asked.register.columns[0].field
    values = found.values(*fields.needed(asked.register, asked.register.columns[:1]), "longitude", "latitude")
    squares: dict[grid.Square, list[dict[str, Any]]] = defaultdict(list)
    for row in values[:SINGLE]:
        squares[grid.square_in((row["longitude"], row["latitude"]), box)].append(row)
    dots = []
    for together in squares.values():
        xs, ys = ([row[name] for row in together] for name in ("longitude", "latitude"))
        around = Box(min(xs), min(ys), max(xs), max(ys))
        if len(together) > 1:
            dots.append(_dot(asked, _mark_of(around, len(together), box), frame))
            continue
        x, y = frame.place(xs[0], ys[0])
        href = catalogue.address_of(asked.register, together[0])
        dots.append(
            {"x": x, "y": y, "r": 6, "count": 1, "words": "", "href": href, "name": together[0][first]}
        )
    return dots


def _mark_of(around: Box, count: int, box: Box) -> grid.Mark:
    """A mark in the middle of its rows, which opens on all of them, but closer than the map shown."""
    x, y = (around.west + around.east) / 2, (around.south + around.north) / 2
    half = min(max(around.east - around.west, around.north - around.south), (box.east - box.west) / 6) / 2
    return grid.Mark(x, y, count, Box(x - half, y - half, x + half, y + half))


def _beside(
    request: HttpRequest, asked: Asked, found: QuerySet[Any], box: Box | None, areas: list[Area]
) -> dict[str, Any]:
    """The list: without a box the numbers by area, else the first rows in it."""
    if box is None and asked.register.area:
        counts = counted_by_area(asked.register, found)
        boxes = {
            area.name: Box(area.west, area.south, area.east, area.north) for area in areas if area.geometry
        }
        ranked = sorted(counts.items(), key=lambda entry: -entry[1])[:LISTED]
        return {
            "ranked": [
                (name, n, f"?{_query(asked, boxes[name])}" if name in boxes else "") for name, n in ranked
            ]
        }
    columns = tuple(column for column in asked.register.columns if not column.hidden)[:3]
    near = grid.within(found, box) if box else found
    values = near.values(*fields.needed(asked.register, columns))[:LISTED]
    make = cells.maker(asked.register, columns, request.permissions)
    return {
        "listed_rows": [
            {"href": catalogue.address_of(asked.register, row), "cells": make(row)} for row in values
        ]
    }


def _wider(asked: Asked, box: Box, whole: Box | None) -> str:
    """The query of four times the box, or of the whole map where that is no wider."""
    width, height = box.east - box.west, box.north - box.south
    if whole is None or 2 * width >= whole.east - whole.west:
        return asked.query()
    middle_x, middle_y = (box.west + box.east) / 2, (box.south + box.north) / 2
    return _query(asked, Box(middle_x - width, middle_y - height, middle_x + width, middle_y + height))
