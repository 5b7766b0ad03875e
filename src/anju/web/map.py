"""区域图: where are the areas, and who belongs to which group? List and map beside each other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.places.models import MANAGEMENT, Area, Level, Membership
from anju.kernel.values.scope import Scope
from anju.kernel.wording import bracketed
from anju.web.outlines import WIDTH, Frame, path

UNITS = (Level.COUNTY, Level.ZONE)


@requires("cases.view")
def map_page(request: HttpRequest) -> HttpResponse:
    """The county-level units in force; ``?area=`` selects one in list and map alike."""
    areas = units(scope_of(request.user))
    groups = dict(
        Membership.objects.on(timezone.localdate())
        .filter(hierarchy=MANAGEMENT)
        .values_list("child_id", "parent__name")
    )
    frame = frame_of(areas)
    chosen = next((a for a in areas if str(a.pk) == request.GET.get("area")), None)
    names = sorted({groups[area.pk] for area in areas if area.pk in groups})
    context = {
        "rows": [_row(area, groups, names, frame) for area in areas],
        "chosen": chosen,
        "facts": _facts(chosen, groups) if chosen else [],
        "groups": [(name, names.index(name) % 3) for name in names],
        "width": WIDTH,
        "height": frame.height if frame else 0,
        "schematic": any(area.schematic for area in areas),
        "missing": sum(1 for area in areas if not area.geometry),
    }
    return render(request, "web/map.html", context)


def units(scope: Scope) -> list[Area]:
    """The county-level units of today that a person sees, in the order of their codes."""
    found = Area.objects.on(timezone.localdate()).within(scope).filter(level__in=UNITS)
    return list(found.order_by("code"))


def frame_of(areas: list[Area]) -> Frame | None:
    return Frame.around((a.west, a.south, a.east, a.north) for a in areas if a.geometry)


def drawing(area: Area, frame: Frame | None) -> dict[str, Any]:
    """The outline as a path and the place of its name; both empty without an outline."""
    if not area.geometry or not frame:
        return {"path": "", "label": None}
    middle = frame.place((area.west + area.east) / 2, (area.south + area.north) / 2)
    return {"path": path(area.geometry, frame), "label": middle}


def _row(area: Area, groups: dict[Any, str], names: list[str], frame: Frame | None) -> dict[str, Any]:
    group = groups.get(area.pk, "")
    step = names.index(group) % 3 if group else 0
    return {"area": area, "group": group, "step": step, **drawing(area, frame)}


def _facts(area: Area, groups: dict[Any, str]) -> list[tuple[str, str]]:
    size = (
        gettext("{n}平方公里").format(n=f"{area.area_square_metres / 1e6:,.0f}")
        if area.area_square_metres
        else gettext("没有轮廓")
    )
    return [
        (gettext("代码"), f"{area.code}{bracketed(area.get_code_system_display())}"),
        (gettext("级别"), area.get_level_display()),
        (gettext("管理组"), groups.get(area.pk, "—")),
        (gettext("面积"), size + bracketed(gettext("示意")) if area.schematic else size),
        (gettext("轮廓来源"), area.outline_source or "—"),
        (gettext("生效"), area.valid_from.isoformat() if area.valid_from else gettext("不详")),
    ]
