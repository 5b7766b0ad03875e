"""What a file of works says: columns checked, each row made into what it would keep, or its faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from anju.kernel import documents
from anju.kernel.documents import typed
from anju.kernel.documents.ledgers import Head, ImportRefused, Row, RowError, read_ledger
from anju.kernel.parties.models import Organisation
from anju.kernel.values.money import fen_of
from anju.kernel.works.models import AcceptanceKind, QuantityItem, WorksProject


class Content(models.TextChoices):
    UNITS = "units", gettext_lazy("单元清单")
    PROGRESS = "progress", gettext_lazy("进度")
    CONTRACTS = "contracts", gettext_lazy("合同")
    ACCEPTANCES = "acceptances", gettext_lazy("验收")


HEADS: dict[str, tuple[Head, ...]] = {
    Content.UNITS: (
        Head("code", "编码", ("户编码", "单元编码", "编号"), required=True),
        Head("name", "名称或地址", ("名称", "地址", "户主")),
        Head("quantity", "数量", ("面积",)),
        Head("longitude", "经度"),
        Head("latitude", "纬度"),
        Head("place", "地点标识"),
    ),
    Content.PROGRESS: (
        Head("item", "工程量", ("内容", "项目内容"), required=True),
        Head("on", "日期", ("完成日期", "施工日期"), required=True),
        Head("amount", "本次完成", ("数量", "完成量")),
        Head("unit", "单元编码", ("户编码", "编码")),
        Head("by", "填报人", ("施工员",)),
        Head("note", "说明", ("备注",)),
    ),
    Content.CONTRACTS: (
        Head("number", "合同编号", ("编号",), required=True),
        Head("party", "对方单位", ("承包单位", "乙方"), required=True),
        Head("amount", "合同价", ("金额", "合同金额"), required=True),
        Head("signed_on", "签订日期", required=True),
        Head("start_on", "期限自", ("开始日期",), required=True),
        Head("end_on", "期限至", ("结束日期", "截止日期"), required=True),
    ),
    Content.ACCEPTANCES: (
        Head("kind", "种类", ("验收种类",), required=True),
        Head("on", "日期", ("验收日期",), required=True),
        Head("organisation", "验收单位", required=True),
        Head("by", "验收人", required=True),
        Head("item", "工程量", ("内容",), required=True),
        Head("checked", "查验", ("查验数量",), required=True),
        Head("accepted", "合格", ("合格数量",), required=True),
        Head("note", "意见", ("说明", "备注")),
    ),
}


@dataclass(frozen=True, slots=True)
class Read:
    """The rows that were understood, the columns of the file with what they are taken for, and the faults."""

    content: str
    rows: list[dict[str, Any]]
    columns: list[tuple[str, str]]
    errors: list[RowError]


def read(path: Path, name: str, project: WorksProject, content: str) -> Read:
    """Raises ``ImportRefused`` or ``DocumentError`` where no row can be read at all."""
    heads = HEADS[content]
    ledger = read_ledger(documents.read(path), heads)
    if not ledger.rows:
        raise ImportRefused(f"「{name}」里没有数据行。", "请核对文件，表头下面每行一条。")
    make = _Rows(project).by(content)
    made = [make(row) for row in ledger.rows]
    names = {head.field: head.name for head in heads}
    return Read(
        content,
        [values for row, values in zip(ledger.rows, made, strict=True) if not row.errors],
        [(written, names.get(field, "")) for written, field in ledger.columns],
        [error for row in ledger.rows for error in row.errors],
    )


class _Rows:
    """Rows of one project's file: names are looked up once, and what may stand once is counted."""

    def __init__(self, project: WorksProject) -> None:
        self.items: dict[str, QuantityItem] = {item.name: item for item in project.items.all()}
        self.bodies: dict[str, Organisation] | None = None
        self.seen: set[str] = set()

    def by(self, content: str) -> Callable[[Row], dict[str, Any]]:
        made: dict[str, Callable[[Row], dict[str, Any]]] = {
            Content.UNITS: self.unit,
            Content.PROGRESS: self.progress,
            Content.CONTRACTS: self.contract,
            Content.ACCEPTANCES: self.acceptance,
        }
        return made[content]

    def unit(self, row: Row) -> dict[str, Any]:
        code = row.values.get("code", "")[:60]
        self._once(row, "code", code)
        longitude, latitude = typed.degrees(row) or (None, None)
        quantity = typed.number(row, "quantity")
        if quantity is not None and quantity <= 0:
            row.fault("quantity", "数量要大于0。")
        return {
            "code": code,
            "name": row.values.get("name", "")[:120],
            "quantity": quantity if quantity is not None else Decimal(1),
            "longitude": longitude,
            "latitude": latitude,
            "place": typed.key(row, "place", "地点标识"),
        }

    def progress(self, row: Row) -> dict[str, Any]:
        item, amount = self._item(row), typed.number(row, "amount")
        unit = row.values.get("unit", "")[:60]
        if item and item.by_unit != bool(unit):
            row.fault("unit", "按单元清单计数的要填单元编码，其他的不填。")
        if item and not item.by_unit and (amount is None or amount <= 0):
            row.fault("amount", "本次完成要大于0。")
        return {
            "item": item,
            "on": typed.day(row, "on"),
            "amount": amount or Decimal(0),
            "unit": unit,
            "by": row.values.get("by", "")[:150],
            "note": row.values.get("note", "")[:300],
        }

    def contract(self, row: Row) -> dict[str, Any]:
        number_ = row.values.get("number", "")[:60]
        self._once(row, "number", number_)
        start, end = typed.day(row, "start_on"), typed.day(row, "end_on")
        if start and end and end < start:
            row.fault("end_on", "期限的止日早于起日。")
        return {
            "number": number_,
            "party": self._body(row, "party"),
            "amount_fen": _fen(row),
            "signed_on": typed.day(row, "signed_on"),
            "start_on": start,
            "end_on": end,
        }

    def acceptance(self, row: Row) -> dict[str, Any]:
        checked, accepted = typed.number(row, "checked"), typed.number(row, "accepted")
        if checked is not None and accepted is not None and not 0 <= accepted <= checked:
            row.fault("accepted", "合格应在0和查验之间。")
        kind = row.values.get("kind", "")
        item = self._item(row)
        if item and item.by_unit:
            row.fault("item", "按单元清单计数的请在验收页面办理。")
        return {
            "kind": row.chosen("kind", dict(AcceptanceKind.choices)) if kind else "",
            "on": typed.day(row, "on"),
            "organisation": self._body(row, "organisation"),
            "by": row.values.get("by", "")[:150],
            "item": item,
            "checked": checked or Decimal(0),
            "accepted": accepted or Decimal(0),
            "note": row.values.get("note", "")[:300],
        }

    def _once(self, row: Row, field: str, value: str) -> None:
        if value and value in self.seen:
            row.fault(field, f"“{value}”在文件里出现了两次，请删去一行。")
        self.seen.add(value)

    def _item(self, row: Row) -> QuantityItem | None:
        name = row.values.get("item", "")
        found = self.items.get(name)
        if name and found is None:
            row.fault("item", f"项目里没有工程量“{name}”，请填{'、'.join(self.items)}之一。")
        return found

    def _body(self, row: Row, field: str) -> Organisation | None:
        name = row.values.get(field, "")
        if self.bodies is None:
            rows = Organisation.objects.filter(valid_to__isnull=True)
            self.bodies = {words: body for body in rows for words in (body.short_name, body.name) if words}
        found = self.bodies.get(name)
        if name and found is None:
            row.fault(field, f"单位台账里没有“{name}”，请先登记或改正名称。")
        return found


def _fen(row: Row) -> int:
    text, unit = row.values.get("amount", ""), row.units.get("amount", "")
    if not text:
        return 0
    if not unit:
        row.fault("amount", "没有写明金额单位，请把表头写成“合同价（元）”或“合同价（万元）”。")
        return 0
    try:
        fen = fen_of(text, unit)
    except ValueError as error:
        row.fault("amount", str(error))
        return 0
    if fen <= 0:
        row.fault("amount", "合同价要大于0。")
    return fen
