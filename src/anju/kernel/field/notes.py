"""现场记录: the form, what a phone sends of it, and the finding and case that an office makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from uuid6 import uuid7

from anju.kernel import audit, loop
from anju.kernel.access.models import User
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.field import registers
from anju.kernel.field.models import Category, Note
from anju.kernel.field.receiving.items import number
from anju.kernel.field.sender import Sender
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding, Grade
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.scope import Scope

KIND = registers.NOTE
MOST_TEXT, MOST_TASKS = 2000, 200


def form() -> dict[str, Any]:
    """What the phone shows for a note; described in ``kinds``."""
    options = [{"value": value, "label": str(label)} for value, label in Category.choices]
    return {
        "kind": KIND,
        "version": "1",
        "title": gettext("现场记录"),
        "sections": [
            {
                "title": gettext("看到了什么"),
                "items": [
                    {
                        "code": "category",
                        "text": gettext("类别"),
                        "kind": "choice",
                        "options": options,
                        "required": True,
                    },
                    {
                        "code": "text",
                        "text": gettext("情况"),
                        "kind": "text",
                        "required": True,
                        "hint": gettext("写明部位、数量和要谁处理"),
                        "photos": 0,
                    },
                ],
            }
        ],
        "asks_subject": True,
        "needs_position": True,
        "needs_signature": False,
    }


def tasks(user: User, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """Open cases in the user's scope, the nearest deadline first, each to be noted on at its place."""
    cases = Case.objects.within(scope).exclude(stage=Stage.CLOSED).select_related("owner")
    return [
        {
            "id": f"case:{case.pk}",
            "title": case.title,
            "place": str(case.owner),
            "deadline": case.deadline.isoformat(),
            "subject": f"case:{case.pk}",
            "form": KIND,
        }
        for case in cases.order_by("deadline", "id")[:MOST_TASKS]
    ]


def take(body: dict[str, Any], sender: Sender) -> str:
    """Write the note; its key. Raises ``Refusal``: no category, no text, or a subject outside the user's scope."""
    assert sender.receipt is not None
    assert sender.receipt.made_at is not None
    answers = body.get("answers")
    answers = answers if isinstance(answers, dict) else {}
    text, category = str(answers.get("text") or "").strip(), answers.get("category")
    if category not in Category.values:
        raise Refusal(gettext("没有选择类别。"), gettext("请选择类别后重新上报。"))
    if not 1 <= len(text) <= MOST_TEXT:
        raise Refusal(gettext("没有写情况，或超过2000字。"), gettext("请用一两句话写明情况。"))
    subject = str(body.get("subject") or "")
    at = body.get("position")
    at = at if isinstance(at, dict) else {}
    note = Note.objects.create(
        receipt=sender.receipt,
        category=category,
        text=text,
        subject=subject,
        area=_area(subject, sender),
        organisation=sender.user.organisation,
        made_by=sender.user.username,
        made_at=sender.receipt.made_at,
        lon=number(at.get("lon"), 180),
        lat=number(at.get("lat"), 90),
        accuracy=number(at.get("accuracy"), 1e7),
    )
    return str(note.key)


def _area(subject: str, sender: Sender) -> Area | None:
    """Where a note belongs: the area or case that it names, if that lies in the user's scope; else the own office."""
    if not subject:
        return sender.user.organisation.area if sender.user.organisation else None
    kind, _, key = subject.partition(":")
    try:
        rows = {"area": Area, "case": Case}[kind].objects.within(sender.scope)  # type: ignore[attr-defined]
        found = rows.filter(pk=UUID(key)).first()
    except (KeyError, ValueError):
        found = None
    if found is None:
        raise Refusal(
            gettext("记录的对象不在您的管理范围内。"), gettext("请另选对象，或由管理该对象的单位填报。")
        )
    return found if isinstance(found, Area) else found.owner.area


# -- in the office ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handed:
    """What an office decides about a note: how grave, who shall mend it, by when."""

    grade: str
    owner: Organisation
    deadline: datetime
    words: str = ""


@transaction.atomic
def make_finding(note: Note, handed: Handed, *, actor: str, now: datetime) -> Case:
    """A finding with a case of a note, once. Raises ``Refusal`` and ``flow.CaseError``."""
    note = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if note.superseded_at or note.finding_id:
        raise Refusal(gettext("这条记录已经立为问题。"), gettext("请在原来的办理单里继续。"))
    if handed.grade not in Grade.values:
        raise Refusal(gettext("没有选择等级。"), gettext("请选择问题的等级。"))
    if handed.deadline <= now:
        raise Refusal(gettext("期限已经过去。"), gettext("请选择今天以后的日期。"))
    subject, correlation = f"{KIND}:{note.key}", uuid7()
    with translation.override(settings.LANGUAGE_CODE):  # records are Chinese
        label = str(Category(note.category).label)
    observed = Observed(KIND, handed.grade, str(note.area or ""), label, note.text, organisation=handed.owner)
    loop.observe(subject, [observed], now, correlation)
    finding = Finding.objects.get(subject=subject)
    task = flow.Assignment(KIND, note.text, handed.owner, handed.deadline)
    case = flow.open_case(finding, task, actor=actor, note=handed.words)
    note.replaced(finding_id=finding.pk)
    audit.record("field.note.finding", note, actor=actor, after={"finding": finding.pk, "case": case.pk})
    return case


def look_again(subject: str) -> list[Observed]:
    """A note was seen once: nothing but the person who accepts can say whether it is still so."""
    return []
