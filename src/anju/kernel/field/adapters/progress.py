"""工程进度 on the phone: the units and quantities that a body has to do, and a report with its photos."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.models import User
from anju.kernel.field import registers
from anju.kernel.field.adapters import parts
from anju.kernel.field.refusals import Conflict
from anju.kernel.field.sender import Sender
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.scope import Scope
from anju.kernel.watching import works as watching
from anju.kernel.wording import is_english
from anju.kernel.works import rights
from anju.kernel.works.field import fieldwork
from anju.kernel.works.field.fieldwork import TO_DO, Report, Shot
from anju.kernel.works.judging.figures import figures
from anju.kernel.works.models import Origin, Progress, QuantityItem, State, Unit, WorksProject

UNIT, ITEM = "works.unit", "works.item"
AMOUNT, SHOTS, NOTE, REASON = "amount", "shots", "note", "reason"
MOST_PROJECTS = 8
LONGEST_NOTE = 300


def tasks(user: User, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """The units still to do of the user's projects under way, some of each, and the quantities without units."""
    rows = WorksProject.objects.within(scope).filter(rights.worked_on(scope), state=State.UNDER_WAY)
    projects = list(
        rows.select_related("area").prefetch_related("items").order_by("planned_end", "code")[:MOST_PROJECTS]
    )
    metres = figures(timezone.localdate(now)).metres_from_unit
    found: list[dict[str, Any]] = []
    for project in projects:
        for item in project.items.all():
            form = form_of(project, item, metres)
            share = parts.MOST_TASKS // len(projects)
            found += _units(project, form, share) if item.by_unit else [_quantity(project, item, form)]
    return found


def _units(project: WorksProject, form: dict[str, Any], most: int) -> list[dict[str, Any]]:
    rows = Unit.objects.current().filter(project=project, state__in=TO_DO)
    return [_unit(project, unit, form) for unit in rows.order_by("name", "code")[:most]]


def _unit(project: WorksProject, unit: Unit, form: dict[str, Any]) -> dict[str, Any]:
    known = unit.longitude is not None and unit.latitude is not None
    return {
        "id": f"{UNIT}:{unit.key}",
        "title": unit.name or unit.code,
        "place": f"{unit.code}　{_titled(project)}",
        "deadline": _deadline(project),
        "subject": f"{UNIT}:{unit.key}",
        "form": form,
        "once": True,
        "at": {"lon": unit.longitude, "lat": unit.latitude} if known else None,
    }


def _quantity(project: WorksProject, item: QuantityItem, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{ITEM}:{item.pk}",
        "title": f"{_titled(project)}　{item.name}",
        "place": str(project.area),
        "deadline": _deadline(project),
        "subject": f"{ITEM}:{item.pk}",
        "form": form,
    }


def _deadline(project: WorksProject) -> str:
    end = datetime.combine(project.planned_end, datetime.min.time()).replace(hour=18)
    return timezone.make_aware(end).isoformat()


def _titled(project: WorksProject) -> str:
    return (project.name_en if is_english() else "") or project.name


def form_of(project: WorksProject, item: QuantityItem, metres: int) -> dict[str, Any]:
    """What was done, its photos, and why not at the unit, in the words of ``field.kinds``."""
    asked = [
        parts.item(SHOTS, gettext("完工照片"), "photos", photos=1, hint=gettext("拍全景和编号")),
        parts.item(NOTE, gettext("说明"), required=False),
        parts.item(
            REASON,
            gettext("不在现场的原因"),
            required=False,
            hint=gettext("没有定位，或离单元较远时填写"),
        ),
    ]
    if not item.by_unit:
        unit = str(item.get_measure_display())
        asked.insert(0, parts.item(AMOUNT, gettext("本次完成"), "number", unit=unit))
    return {
        "kind": registers.PROGRESS,
        "version": str(item.pk),
        "title": _titled(project),
        "sections": [{"title": item.name, "items": asked}],
        "needs_position": True,
        "needs_signature": False,
        "reason": {"code": REASON, "metres": metres},
    }


def take(body: dict[str, Any], sender: Sender) -> str:
    """The report with its photos, findings and figures; its key. A unit that is done already is a conflict."""
    assert sender.receipt is not None
    project, item, unit = _subject(body, sender)
    if unit is not None and unit.state not in TO_DO:
        raise _done(unit)
    at = parts.position(body)
    told = Report(
        item,
        timezone.localdate(parts.made_at(sender)),
        project.contractor or project.owner,
        Decimal(0) if unit else _amount(body),
        (unit.code,) if unit else (),
        parts.said(body, NOTE)[:LONGEST_NOTE],
        Origin.PHONE,
        sender.device.name,
        (float(at["lon"]), float(at["lat"])) if at else None,
        parts.said(body, REASON)[:LONGEST_NOTE],
        _shots(sender),
        sender.receipt.item,
    )
    if not told.shots:
        raise Refusal(gettext("没有完工照片。"), gettext("请另存为新记录，拍照后再提交。"))
    made = fieldwork.report(project, told, actor=sender.user.username, now=sender.now)
    watching.watch(project, sender.now)
    return str(made.key)


def _subject(body: dict[str, Any], sender: Sender) -> tuple[WorksProject, QuantityItem, Unit | None]:
    """What the report is about, if the sender's body does that work."""
    of_unit = str(body.get("subject") or "").startswith(f"{UNIT}:")
    items = QuantityItem.objects.select_related("project__contractor", "project__owner", "project__programme")
    item = items.filter(pk=parts.key_of(body.get("version"))).first()
    unit = None
    if of_unit:
        unit = Unit.objects.current().filter(key=parts.subject(body, UNIT)).first()
        fits = item is not None and unit is not None and unit.project_id == item.project_id
    else:
        fits = item is not None and item.pk == parts.subject(body, ITEM)
    if item is None or not fits or not rights.works_on(sender.scope, item.project):
        raise parts.out_of_reach()
    return item.project, item, unit


def _done(unit: Unit) -> Conflict:
    report = Progress.objects.current().filter(key=unit.source).first()
    who = f"{report.reported_by}　{report.on}" if report else str(unit.done_on or "")
    return Conflict(
        gettext("{code}现在是“{state}”（{who}），这一份没有计入。").format(
            code=unit.code, state=unit.get_state_display(), who=who
        ),
        gettext("请核对两份；先前那条报错了的，先在办公室作废，再另存为新记录上报。"),
    )


def _amount(body: dict[str, Any]) -> Decimal:
    try:
        amount = Decimal(parts.said(body, AMOUNT))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 < amount < 10**10 or amount != round(amount, 3):
        raise Refusal(
            gettext("本次完成不是大于0、最多3位小数的数。"), gettext("请另存为新记录，改正后再提交。")
        )
    return amount


def _shots(sender: Sender) -> list[Shot]:
    found = []
    for shot in sender.attachments:
        assert shot.photo is not None
        file = shot.photo.file
        at = (shot.lon, shot.lat) if shot.lon is not None and shot.lat is not None else None
        found.append(Shot(file.sha256, file.name, file, shot.taken_at, at))
    return found


def asked(body: dict[str, Any]) -> dict[str, Any] | None:
    """The form of the quantity that was reported on."""
    item = QuantityItem.objects.select_related("project").filter(pk=parts.key_of(body.get("version"))).first()
    return form_of(item.project, item, 0) if item else None


def page(key: str) -> str:
    made = Progress.objects.filter(key=parts.key_of(key)).first()
    return f"/works/{made.project_id}/" if made else ""
