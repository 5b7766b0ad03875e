"""抽取: what would be drawn from a list of objects, with its weights and keys, and the draw that is recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.files.models import StoredFile
from anju.kernel.inspections import objects, planning
from anju.kernel.inspections.models import Group, Plan, PlanObject
from anju.kernel.inspections.planning import Inspected
from anju.web.inspections.common import TROUBLES, WRONG, Trouble, actor, one_of, plain_copy, uploaded
from anju.web.surveys.workbook import XLSX, Cell, book

SHOWN = 200


@requires("inspections.plan")
def draw_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """``?file=`` names the list of objects; a posted ``record`` keeps the draw that is shown; ``?export=xlsx``."""
    plan = one_of(request, Plan.objects.select_related("owner"), key)
    if request.GET.get("export") == "xlsx" and plan.drawn_at:
        return _exported(plan)
    trouble: Trouble | None = None
    drawn: planning.Drawn | None = None
    try:
        if request.method == "POST" and "record" not in request.POST:
            return redirect(f"{request.path}?file={uploaded(request, 'file').pk}")
        rows = _objects(request, plan)
        if rows and request.method == "POST":
            planning.record(plan, rows, actor=actor(request), now=timezone.now())
            return redirect(request.path)
        drawn = planning.plan_draw(plan, rows, timezone.now()) if rows and plan.drawn_at is None else None
    except TROUBLES as error:
        trouble = error
    errors = getattr(trouble, "errors", ())
    kept = _kept(plan) if plan.drawn_at else []
    context = {
        "plan": plan,
        "kinds": list(plan.kinds.select_related("version__checklist")),
        "rows": _shown(drawn) if drawn else kept[:SHOWN],
        "total": sum(len(slot.objects) for slot in drawn.slots) if drawn else len(kept),
        "preview": drawn is not None,
        "weights": _weights(plan, drawn),
        "digest": drawn.digest if drawn else plan.setting.get("digest", ""),
        "same": planning.replay(plan) if plan.drawn_at else None,
        "trouble": trouble,
        "errors": errors[:SHOWN],
        "error_count": len(errors),
        "heads": objects.HEADS,
    }
    return render(request, "web/inspections/draw.html", context, status=WRONG if trouble else 200)


def _objects(request: HttpRequest, plan: Plan) -> list[Inspected]:
    """The objects of the list that ``?file=`` names; none where it names none of the person's own."""
    try:
        wanted = UUID(request.GET.get("file", ""))
    except ValueError:
        return []
    stored = StoredFile.objects.filter(owner=actor(request), pk=wanted).first()
    if stored is None or plan.drawn_at is not None:
        return []
    kinds = set(plan.kinds.values_list("name", flat=True))
    with plain_copy(stored) as path:
        return objects.read(path, kinds, scope_of(request.user))


def _weights(plan: Plan, drawn: planning.Drawn | None) -> list[tuple[str, str]]:
    names = {
        "base": gettext("基本"),
        "alarm_day": gettext("每个报警日"),
        "overdue_case": gettext("每件逾期办理"),
        "complaint": gettext("每件投诉"),
        "month_since": gettext("距上次检查每30天"),
        "never": gettext("从未检查"),
    }
    values: dict[str, Any] = plan.setting.get("weights", {})
    if drawn:
        values = {name: getattr(drawn.weights, name) for name in names}
    return [(words, str(values[name])) for name, words in names.items() if name in values]


def _shown(drawn: planning.Drawn) -> list[dict[str, Any]]:
    """The first rows of a preview, those drawn first, as the table shows them."""
    groups = {str(group.pk): group.name for group in Group.objects.filter(pk__in=drawn.setting.groups)}
    rows = []
    for slot in drawn.slots:
        for ranked in slot.objects:
            key = slot.cell, ranked.candidate.subject
            one, facts = drawn.objects[key], drawn.facts[key]
            row = {"cell": slot.cell, "name": one.name, "subject": one.subject, "facts": facts}
            row |= {"weight": ranked.candidate.weight, "key": ranked.key, "drawn": ranked.drawn}
            rows.append(row | {"day": slot.day, "group": groups[slot.group]})
    return rows[:SHOWN]


def _kept(plan: Plan) -> list[dict[str, Any]]:
    found = PlanObject.objects.filter(cell__plan=plan).select_related(
        "cell__area", "cell__kind", "cell__group"
    )
    return [
        {
            "cell": planning.cell_of(one.cell.kind.name, one.cell.area),
            "name": one.name,
            "subject": one.subject,
            "facts": one.facts,
            "weight": one.weight,
            "key": one.key,
            "drawn": one.drawn,
            "day": one.cell.day,
            "group": one.cell.group.name,
        }
        for one in found.order_by("cell__order", "rank")
    ]


def _exported(plan: Plan) -> FileResponse:
    """Every object with its facts, weight and key, for whoever wants to draw again."""
    heads: list[Cell] = [
        gettext("格"),
        gettext("对象编号"),
        gettext("名称"),
        gettext("报警天数"),
        gettext("逾期办理"),
        gettext("投诉"),
        gettext("距上次检查天数"),
        gettext("权重"),
        gettext("抽取键"),
        gettext("抽中"),
        gettext("日期"),
        gettext("检查组"),
    ]
    rows: list[list[Cell]] = [heads]
    for one in _kept(plan):
        facts = one["facts"]
        told = [facts[name] for name in ("alarm_days", "overdue_cases", "complaints", "days_since")]
        drawn = gettext("是") if one["drawn"] else ""
        rows.append(
            [
                one["cell"],
                one["subject"],
                one["name"],
                *told,
                float(one["weight"]),
                one["key"],
                drawn,
                str(one["day"]),
                one["group"],
            ]
        )
    notes: list[list[Cell]] = [
        [gettext("种子"), plan.seed],
        [gettext("对象摘要"), plan.setting["digest"]],
        *([name, value] for name, value in _weights(plan, None)),
    ]
    name = gettext("{title}抽取记录.xlsx").format(title=plan.title)
    made = book([(gettext("对象"), rows), (gettext("条件"), notes)])
    return FileResponse(made, as_attachment=True, filename=name, content_type=XLSX)
