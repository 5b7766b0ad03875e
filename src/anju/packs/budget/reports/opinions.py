"""Opinions in official forms: written by people, superseded and never overwritten, printed beside the figures."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from anju.kernel import audit
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.models import BudgetFile, Line, Opinion

LONGEST = 5000  # characters of one section
# The evaluation report's outline (section 5), in its order.
REPORT = {
    "overview": gettext_noop("项目基本情况"),
    "organisation": gettext_noop("绩效评价组织实施情况"),
    "method": gettext_noop("评价指标体系、评价标准和评价方法"),
    "results": gettext_noop("绩效目标完成程度及资金使用管理情况"),
    "problems": gettext_noop("存在的问题及原因分析"),
    "conclusions": gettext_noop("评价结论和有关建议"),
    "other": gettext_noop("其他需要说明的问题"),
}
SECTIONS = REPORT | {
    "review": gettext_noop("审核意见"),
    "achieved": gettext_noop("实际完成情况"),
    "reason": gettext_noop("偏差原因及改进措施"),
}
Subject = Line | BudgetFile


class OpinionError(Refusal):
    """An opinion that cannot be kept: one sentence and a next step."""


def of(subject: Subject) -> dict[tuple[str, str], str]:
    """What people wrote on a line, or on the department of a file: (section, topic) → text."""
    rows = Opinion.objects.current().filter(about=_about(subject)).exclude(text="")
    return {(row.section, row.topic): row.text for row in rows}


@transaction.atomic
def write(subject: Subject, section: str, text: str, *, actor: str, topic: str = "") -> Opinion | None:
    """The words of a section from now on; None where they are the same as before. Raises ``OpinionError``."""
    text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if section not in SECTIONS:
        raise OpinionError("表里没有这个栏目。", "请刷新后再填。")
    if len(text) > LONGEST:
        raise OpinionError(f"“{SECTIONS[section]}”超过{LONGEST}字。", "请精简后再存。")
    key = {"about": _about(subject), "section": section, "topic": topic[:200]}
    old = Opinion.objects.select_for_update().current().filter(**key).first()
    before = old.text if old else ""
    if text == before:
        return None
    said = {"text": text, "written_by": actor}
    new = old.replaced(**said) if old else Opinion.objects.create(**key, **_home(subject), **said)
    name = SECTIONS[section]
    audit.record("budget.opinion", new, actor=actor, before={name: before}, after={name: text})
    return new


def _about(subject: Subject) -> object:
    return subject.key if isinstance(subject, Line) else subject.pk


def _home(subject: Subject) -> dict[str, object]:
    if isinstance(subject, Line):
        return {"file": subject.file, "organisation": subject.department or subject.file.organisation}
    return {"file": subject, "organisation": subject.organisation}
