"""Checklists through their versions: a draft is written, published once, and then only followed by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit, documents
from anju.kernel.documents import typed
from anju.kernel.documents.ledgers import Head, ImportRefused, Row, read_ledger, refuse
from anju.kernel.inspections.items import (
    KIND_WORDS,
    SEVERITY_WORDS,
    InspectionError,
    Item,
    ItemKind,
    Option,
    check_items,
)
from anju.kernel.inspections.models import Checklist, Version
from anju.kernel.parties.models import Organisation

MOST_INSPECTORS = 9
HEADS = (
    Head("code", "编码", ("编号", "序号")),
    Head("section", "部分", ("类别", "分项")),
    Head("text", "检查内容", ("内容", "检查项", "检查项目"), required=True),
    Head("kind", "填写方式", ("方式",)),
    Head("basis", "依据", ("检查依据", "条款")),
    Head("severity", "严重程度", ("程度", "等级")),
    Head("points", "扣分", ("分值",)),
    Head("photos", "照片数", ("照片",)),
    Head("unit", "单位"),
    Head("low", "下限"),
    Head("high", "上限"),
    Head("options", "选项"),
    Head("instruction", "说明", ("检查方法", "要求")),
    Head("text_en", "英文"),
)


@transaction.atomic
def create(code: str, title: str, owner: Organisation, *, actor: str, title_en: str = "") -> Version:
    """A checklist with an empty draft as its first version. ``InspectionError`` for a bad or taken code."""
    title = title.strip()
    if len(title) < 2:
        raise InspectionError(gettext("没有写清单名称。"), gettext("请写2个字以上的名称。"))
    made = Checklist(code=code.strip(), title=title[:120], title_en=title_en, owner=owner, made_by=actor)
    try:
        made.full_clean()
    except ValidationError as error:
        raise InspectionError(
            gettext("编码不能用：应是没有用过的小写字母、数字和连字符。"), gettext("请换一个编码。")
        ) from error
    made.save()
    audit.record("inspections.checklist", made, actor=actor, after={"code": made.code, "title": title})
    return Version.objects.create(checklist=made, number=1)


@transaction.atomic
def write(
    version: Version,
    items: Sequence[Item],
    *,
    actor: str,
    least_inspectors: int = 2,
    party_signs: bool = True,
) -> Version:
    """Put items into a draft. ``InspectionError`` for a published one, or for items that cannot be asked."""
    _refuse_published(version)
    check_items(items)
    if not 1 <= least_inspectors <= MOST_INSPECTORS:
        raise InspectionError(gettext("最少检查人数应为1至9。"), gettext("执法检查不少于2人。"))
    version.content = [item.to_json() for item in items]
    version.least_inspectors, version.party_signs = least_inspectors, party_signs
    version.save()
    audit.record("inspections.write", version, actor=actor, after={"items": len(items)})
    return version


@transaction.atomic
def publish(version: Version, *, actor: str, now: datetime) -> Version:
    """From now on the items stand as they are. ``InspectionError`` like ``write``."""
    _refuse_published(version)
    check_items(version.items)
    version.published_at, version.published_by = now, actor
    version.save()
    audit.record("inspections.publish_version", version, actor=actor, after={"number": version.number})
    return version


@transaction.atomic
def follow(checklist: Checklist, *, actor: str) -> Version:
    """The draft of a checklist; where there is none, a next version that begins as a copy of the last."""
    last: Version = checklist.versions.order_by("-number")[0]
    if last.published_at is None:
        return last
    audit.record("inspections.follow", checklist, actor=actor, after={"number": last.number + 1})
    return Version.objects.create(
        checklist=checklist,
        number=last.number + 1,
        content=last.content,
        least_inspectors=last.least_inspectors,
        party_signs=last.party_signs,
    )


def _refuse_published(version: Version) -> None:
    if version.published_at is not None:
        raise InspectionError(gettext("已发布的版本不能改。"), gettext("请另建一版，在新版上改。"))


# -- as a workbook -----------------------------------------------------------------------------------------


def rows_of(items: Sequence[Item]) -> list[list[str]]:
    """The items as a table with its head, which ``read`` reads back. Words are Chinese, as in the offices' files."""
    return [[head.name for head in HEADS], *([_cell(item, head.field) for head in HEADS] for item in items)]


def _cell(item: Item, name: str) -> str:
    if name == "options":
        return "；".join(f"{'!' if o.fails else ''}{o.text}={o.code}" for o in item.options)
    if name == "severity":
        return _severities()[str(item.severity)]
    return _kinds()[item.kind] if name == "kind" else str(getattr(item, name))


def _kinds() -> dict[str, str]:
    return {code: str(words) for code, words in KIND_WORDS.items()}


def _severities() -> dict[str, str]:
    return {str(number): str(words) for number, words in SEVERITY_WORDS.items()}


def read(path: Path) -> list[Item]:
    """Items from a workbook or csv. Raises ``ImportRefused`` with the errors of all rows, ``DocumentError``.

    Options are ``words=code`` with ``；`` between them, a ``!`` before those that mean a failure. A row without a
    code is called after its place.
    """
    ledger = read_ledger(documents.read(path), HEADS)
    if not ledger.rows:
        raise ImportRefused("文件里没有检查项。", "请核对文件，表头下面每行一项。")
    items = [_item(row, number) for number, row in enumerate(ledger.rows, 1)]
    refuse([error for row in ledger.rows for error in row.errors])
    check_items(items)
    return items


def _item(row: Row, number: int) -> Item:
    told = {head.field: row.values.get(head.field, "") for head in HEADS}
    kind = row.chosen("kind", _kinds()) if told["kind"] else ItemKind.PASS_FAIL.value
    severity = row.chosen("severity", _severities()) if told["severity"] else "1"
    plain = ("section", "text", "text_en", "basis", "unit", "low", "high", "instruction")
    return Item(
        code=told["code"].lower() or f"i{number}",
        kind=kind,
        severity=int(severity or 1),
        points=typed.whole(row, "points", 1),
        photos=typed.whole(row, "photos"),
        options=options_of(told["options"].replace(";", "；").split("；")),
        **{name: told[name] for name in plain},
    )


def options_of(lines: Sequence[str]) -> tuple[Option, ...]:
    """Options of ``words=code``, ``!`` before those that mean a failure; without a code called after their place."""
    found = []
    for number, line in enumerate(filter(None, (line.strip() for line in lines)), 1):
        fails = line[0] in "!！"
        text, _, code = line.lstrip("!！").partition("=")
        found.append(Option(code.strip() or f"o{number}", text.strip(), fails))
    return tuple(found)
