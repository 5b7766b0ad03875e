"""The map of a register: how many rows lie in each area, as colour and as number, with the list beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.kernel.access.permissions import requires
from anju.kernel.packs import Register
from anju.kernel.places.models import Area
from anju.web.map import drawing, frame_of, units
from anju.web.outlines import WIDTH
from anju.web.registers import catalogue, controls, rows
from anju.web.registers.asking import Asked, read
from anju.web.registers.filters import EMPTY

TONES = 4  # beside that of no row
MOST_ELSEWHERE = 50
BAD = 400


def map_view(register: Register) -> Callable[[HttpRequest], HttpResponse]:
    """The view at ``/r/<code>/map/``. Rows count where their own area is; a name stands for its dated rows, as
    in the filter to which an area leads.
    """

    @requires(register.permission)
    def page(request: HttpRequest) -> HttpResponse:
        asked = read(register, request.GET)
        scope = catalogue.scope_for(request, register)
        everything = rows.everything(register, scope)
        found = rows.found(asked, everything)
        counts = counted_by_area(register, found)
        context = controls.head(request, asked, controls.MAP, everything) | {
            "n": sum(counts.values()),
            "troubles": asked.troubles,
            "nowhere": counts.pop(None, 0),
            "nowhere_address": _address(asked, EMPTY),
            **_drawn(asked, units(scope), counts),
        }
        return render(request, "web/register_map.html", context, status=BAD if asked.troubles else 200)

    return page


def counted_by_area(register: Register, found: QuerySet[Any]) -> dict[Any, int]:
    """Rows by the name of their area; None for those without. Counted by key, which half a million rows need."""
    by_key = dict(found.order_by().values_list(register.area).annotate(n=Count("*")))
    names = dict(Area.objects.filter(pk__in=[key for key in by_key if key]).values_list("pk", "name"))
    counts: Counter[Any] = Counter()
    for key, n in by_key.items():
        counts[names.get(key)] += n
    return dict(counts)


def _drawn(asked: Asked, areas: list[Area], counts: dict[str, int]) -> dict[str, Any]:
    """The units of the map with their rows; and beside it all areas that have some or are drawn, the most first."""
    frame = frame_of(areas)
    of_units = {area.name: counts.get(area.name, 0) for area in areas}
    highest = max(of_units.values(), default=0)
    elsewhere = [name for name in counts if name not in of_units]
    elsewhere = sorted(elsewhere, key=lambda name: -counts[name])[:MOST_ELSEWHERE]
    ranked = sorted([*of_units, *elsewhere], key=lambda name: -counts.get(name, 0))
    drawn = [
        {
            "area": area,
            "count": of_units[area.name],
            "tone": tone(of_units[area.name], highest),
            "address": _address(asked, area.name) if of_units[area.name] else "",
            **drawing(area, frame),
        }
        for area in areas
    ]
    return {
        "rows": drawn,
        "ranked": [(name, counts.get(name, 0), _address(asked, name), name in of_units) for name in ranked],
        "legend": legend(highest),
        "width": WIDTH,
        "height": frame.height if frame else 0,
        "schematic": any(area.schematic for area in areas),
        "missing": sum(1 for area in areas if not area.geometry),
    }


def _address(asked: Asked, name: str) -> str:
    return controls.list_address(asked.register, asked, **{f"{asked.register.area}__name": name})


def tone(n: int, highest: int) -> int:
    """0 for no row, else 1 to ``TONES`` in equal steps of whole numbers up to the highest."""
    return ceil(n / _width(highest)) if n else 0


def legend(highest: int) -> list[tuple[int, str]]:
    """(tone, numbers that have it)."""
    width = _width(highest)
    spans = [(low, min(low + width - 1, highest)) for low in range(1, highest + 1, width)]
    return [(0, "0"), *((i, str(a) if a == b else f"{a}—{b}") for i, (a, b) in enumerate(spans, 1))]


def _width(highest: int) -> int:
    return max(1, ceil(highest / TONES))
