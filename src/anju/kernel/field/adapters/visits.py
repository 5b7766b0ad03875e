"""现场检查 on the phone: the visits that are due to a person's groups, and what is sent of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.models import User
from anju.kernel.field import registers
from anju.kernel.field.adapters import parts
from anju.kernel.field.refusals import Conflict
from anju.kernel.field.sender import Sender
from anju.kernel.inspections.figures import figures
from anju.kernel.inspections.models import Member, PlanObject, Version, Visit
from anju.kernel.inspections.visiting.forms import visit_form
from anju.kernel.inspections.visiting.taking import Altered, AnswersRefused
from anju.kernel.supervision.handing_in import hand_in
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.scope import Scope
from anju.kernel.wording import is_english

SUBJECT = "inspection.object"
# A week ahead, for days without a network; what a quarter has passed over nobody goes to any more.
AHEAD, BEHIND = timedelta(days=7), timedelta(days=92)
# A checklist's own codes hold no hyphen.
WITH, PARTY, NAME, WITNESS, REASON = (
    "visit-inspectors", "visit-party", "visit-party-name", "visit-witness", "visit-reason",
)  # fmt: skip
OWN = {WITH, PARTY, NAME, WITNESS, REASON}
SIGNED, REFUSED = "signed", "refused"


def tasks(user: User, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """The drawn objects that the user's groups have to look at and nobody has, the nearest day first."""
    today = timezone.localdate(now)
    mine = set(Member.objects.on(today).filter(user=user.username).values_list("group", flat=True))
    seen = Visit.objects.current().filter(object=OuterRef("pk"))
    rows = PlanObject.objects.within(scope).filter(
        ~Exists(seen), drawn=True, cell__group__in=mine, cell__day__range=(today - BEHIND, today + AHEAD)
    )
    found = rows.select_related("cell__kind__version__checklist", "cell__area", "organisation")
    due = list(found.order_by("cell__day", "cell__order", "id")[: parts.MOST_TASKS])
    names = _names({one.cell.group_id for one in due}, user, today)
    forms: dict[UUID, dict[str, Any]] = {}
    return [_task(one, names[one.cell.group_id], _formed(one.cell.kind.version, forms, today)) for one in due]


def _names(groups: Iterable[UUID], user: User, today: Any) -> dict[UUID, str]:
    """The members of each group, one a line, the user first."""
    found: dict[UUID, list[str]] = {group: [] for group in groups}
    rows = Member.objects.on(today).filter(group__in=found).order_by("name")
    for group, name, username in rows.values_list("group", "name", "user"):
        # Whoever signs stands in the list under the name of the account.
        found[group] = [user.name, *found[group]] if username == user.username else [*found[group], name]
    return {group: "\n".join(dict.fromkeys(names)) for group, names in found.items()}


def _task(one: PlanObject, names: str, form: dict[str, Any]) -> dict[str, Any]:
    due = timezone.make_aware(datetime.combine(one.cell.day, time(18)))
    known = one.longitude is not None and one.latitude is not None
    return {
        "id": f"{SUBJECT}:{one.pk}",
        "title": one.name,
        "place": f"{one.cell.area}　{one.organisation}",
        "deadline": due.isoformat(),
        "subject": f"{SUBJECT}:{one.pk}",
        "form": form,
        "once": True,
        "given": {WITH: names},
        "at": {"lon": one.longitude, "lat": one.latitude} if known else None,
    }


def _formed(version: Version, forms: dict[UUID, dict[str, Any]], today: Any) -> dict[str, Any]:
    """The form of a version, made once for all its objects."""
    if version.pk not in forms:
        forms[version.pk] = form_of(version, figures(today).far_metres)
    return forms[version.pk]


def form_of(version: Version, metres: int) -> dict[str, Any]:
    """The checklist between who is there and who signs, in the words of ``field.kinds``."""
    told = visit_form(version)
    checklist = version.checklist
    sections = [
        {"title": section["title"], "items": [_asked(row) for row in section["items"]]}
        for section in told["sections"]
    ]
    return {
        "kind": registers.VISIT,
        "version": told["version"],
        "title": (checklist.title_en if is_english() else "") or checklist.title,
        "sections": [_present(version), *sections, _closing(version)],
        "needs_position": True,
        "needs_signature": False,
        "signatures": _signatures(version),
        "reason": {"code": REASON, "metres": metres},
    }


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    """An item without the bounds that it has not; all but texts are judged."""
    kept = {name: value for name, value in row.items() if name not in ("low", "high") or value != ""}
    basis = gettext("依据：{basis}").format(basis=row["basis"]) if row["basis"] else ""
    hint = "　".join(words for words in (row["hint"], basis) if words)
    return kept | {"hint": hint, "judged": row["kind"] != "text"}


def _present(version: Version) -> dict[str, Any]:
    hint = gettext("每行一人，至少{n}人").format(n=version.least_inspectors)
    return {"title": gettext("到场人员"), "items": [parts.item(WITH, gettext("检查人"), hint=hint)]}


def _closing(version: Version) -> dict[str, Any]:
    reason = gettext("没有定位，或离对象较远时填写")
    items = [parts.item(REASON, gettext("位置说明"), required=False, hint=reason)]
    if version.party_signs:
        ways = [parts.option(SIGNED, gettext("当事人签字")), parts.option(REFUSED, gettext("当事人拒签"))]
        refused = {"code": PARTY, "is": [REFUSED]}
        items += [
            parts.item(PARTY, gettext("当事人"), "choice", options=ways),
            parts.item(NAME, gettext("当事人姓名")),
            parts.item(WITNESS, gettext("见证人姓名"), when=refused),
        ]
    return {"title": gettext("确认"), "items": items}


def _signatures(version: Version) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"role": "inspector", "text": gettext("检查人签字"), "required": True},
        {"role": "second", "text": gettext("同行检查人签字"), "required": False},
    ]
    if version.party_signs:
        signed, refused = ({"code": PARTY, "is": [way]} for way in (SIGNED, REFUSED))
        found += [
            {"role": "party", "text": gettext("当事人签字"), "required": True, "when": signed},
            {"role": "witness", "text": gettext("见证人签字"), "required": True, "when": refused},
        ]
    return found


def take(body: dict[str, Any], sender: Sender) -> str:
    """The visit with its findings and cards; its key. A second look at an object that somebody has seen is a conflict."""
    key = parts.subject(body, SUBJECT)
    assert sender.receipt is not None
    _refuse_seen(key, sender)
    try:
        visit = hand_in(
            _told(body, key, sender), actor=sender.user.username, now=sender.now, scope=sender.scope
        )
    except Altered as altered:
        raise Conflict(altered.sentence, altered.next_step) from altered
    except AnswersRefused as refused:
        raise _named(refused, body) from refused
    return str(visit.key)


def _refuse_seen(key: UUID, sender: Sender) -> None:
    assert sender.receipt is not None
    rows = Visit.objects.current().filter(object=key).exclude(submission=sender.receipt.item)
    other = rows.order_by("recorded_at").first()
    if other is not None:
        at = timezone.localtime(other.finished_at)
        raise Conflict(
            gettext("{who}已于{at}检查过这个对象，两份都已留存。").format(
                who="、".join(other.inspectors), at=f"{at:%Y-%m-%d %H:%M}"
            ),
            gettext("请核对两份内容；要以这一份为准，请在办公室从先前的检查另交更正。"),
        )


def _named(refused: AnswersRefused, body: dict[str, Any]) -> Refusal:
    """What is wrong, item by item, in the words of the checklist."""
    version = Version.objects.filter(pk=parts.key_of(body.get("version"))).first()
    texts = {item.code: item.words() for item in version.items} if version else {}
    faults = "；".join(f"{texts.get(code, code)}：{fault}" for code, fault in refused.faults.items())
    return Refusal(f"{refused.sentence}{faults}"[:300], gettext("请另存为新记录，补正后再提交。"))


def _told(body: dict[str, Any], key: UUID, sender: Sender) -> dict[str, Any]:
    """The body as ``take_visit`` wants it."""
    assert sender.receipt is not None
    made_at = parts.made_at(sender).isoformat()
    names = [name.strip() for name in parts.said(body, WITH).splitlines() if name.strip()]
    refused = parts.said(body, PARTY) == REFUSED
    return {
        "id": str(sender.receipt.item),
        "version": str(body.get("version") or ""),
        "object": str(key),
        "inspectors": list(dict.fromkeys([sender.user.name, *names])),
        "started_at": body.get("begun_at") or made_at,
        "finished_at": made_at,
        "sent_at": sender.sent_at.isoformat(),
        "device": sender.device.name,
        "position": parts.position(body),
        "position_reason": parts.said(body, REASON),
        "answers": {code: answer for code, answer in parts.answers(body).items() if code not in OWN},
        "remarks": body.get("remarks") or {},
        "photos": body.get("photos") or {},
        "pictures": [
            {"sha256": shot.sha256, "taken_at": shot.taken_at and shot.taken_at.isoformat(), "lon": shot.lon,
             "lat": shot.lat, "accuracy": shot.accuracy}
            for shot in sender.attachments
        ],
        "signatures": _drawn(body, sender, names),
        "refused": parts.said(body, NAME) if refused else "",
    }  # fmt: skip


def _drawn(body: dict[str, Any], sender: Sender, names: list[str]) -> list[dict[str, str]]:
    """The signatures with the names of those who signed."""
    beside = next((name for name in names if name != sender.user.name), "")
    signers = {
        "inspector": ("inspector", sender.user.name),
        "second": ("inspector", beside),
        "party": ("party", parts.said(body, NAME)),
        "witness": ("witness", parts.said(body, WITNESS)),
    }
    given = body.get("signatures")
    rows = [row for row in given if isinstance(row, dict)] if isinstance(given, list) else []
    return [
        {"role": signers[row["role"]][0], "name": signers[row["role"]][1], "sha256": row.get("sha256", "")}
        for row in rows
        if row.get("role") in signers and signers[row["role"]][1]
    ]


def asked(body: dict[str, Any]) -> dict[str, Any] | None:
    """The form of the version that was filled in."""
    version = Version.objects.select_related("checklist").filter(pk=parts.key_of(body.get("version"))).first()
    return form_of(version, 0) if version else None


def page(key: str) -> str:
    return f"/inspections/visits/{key}/"
