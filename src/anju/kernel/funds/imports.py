"""Importing ledgers of allotments and payments: all rows, or none with the errors by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from anju.kernel import audit, documents
from anju.kernel.documents.ledgers import Head, ImportRefused, Ledger, Row, RowError, read_ledger, refuse
from anju.kernel.files.models import StoredFile
from anju.kernel.funds.models import Allotment, Content, Kind, LedgerImport, Payment, Source
from anju.kernel.parties.models import Organisation
from anju.kernel.values.dates import span
from anju.kernel.values.money import fen_of

_CODE = Head("line_code", "项目编码", ("项目代码", "预算项目编码"), required=True)
_AMOUNT = Head("amount", "金额", ("支付金额", "发生额", "预算金额", "调整金额"), required=True)
_SOURCE = Head("source", "资金来源", ("资金性质",))
PAYMENT_HEADS = (
    _CODE,
    Head("paid_on", "支付日期", ("日期", "付款日期"), required=True),
    Head("voucher", "凭证号", ("支付凭证号", "凭证编号"), required=True),
    _AMOUNT,
    _SOURCE,
    Head("payee", "收款人", ("收款人全称", "收款单位")),
    Head("summary", "摘要", ("用途",)),
)
ALLOTMENT_HEADS = (
    _CODE,
    Head("decided_on", "批复日期", ("日期", "下达日期"), required=True),
    Head("kind", "种类", ("类别", "指标类型"), required=True),
    _AMOUNT,
    _SOURCE,
    Head("basis", "依据", ("文号", "批复文号"), required=True),
)
_HEADS: dict[str, tuple[Head, ...]] = {Content.PAYMENTS: PAYMENT_HEADS, Content.ALLOTMENTS: ALLOTMENT_HEADS}


@dataclass(frozen=True, slots=True)
class Task:
    """What a file of money is imported as: for whom, which year, complete to which day, by whom."""

    organisation: Organisation
    year: int
    actor: str
    complete_to: date | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """``same`` rows were there already; ``ignored`` columns were not understood."""

    batch: LedgerImport
    new: int
    same: int
    ignored: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would bring. ``columns`` are (head in the file, column it is taken for, or "").

    With ``errors`` nothing would be imported; ``rows`` and ``total_fen`` are of the rows that were understood.
    """

    columns: list[tuple[str, str]]
    rows: int
    new: int
    total_fen: int
    codes: frozenset[str]
    days: tuple[date, date] | None
    errors: tuple[RowError, ...] = ()

    @property
    def same(self) -> int:
        return self.rows - self.new


def import_payments(path: Path, original: StoredFile, task: Task) -> Imported:
    """Payments of a workbook or csv. A voucher that is known with the same amount is left as it is.

    Raises ``ImportRefused`` with the errors of all rows, ``DocumentError`` for a file that cannot be read.
    """
    return _import(path, original, task, Content.PAYMENTS)


def import_allotments(path: Path, original: StoredFile, task: Task) -> Imported:
    """Initial budgets and adjustments of a workbook or csv; raises like ``import_payments``."""
    return _import(path, original, task, Content.ALLOTMENTS)


def preview(path: Path, original: StoredFile, task: Task, content: str) -> Preview:
    """What ``import_payments`` or ``import_allotments`` would do; nothing is kept.

    Raises ``ImportRefused`` where no row can be read at all; errors of single rows are told in the preview.
    """
    ledger, made = _read(path, original, task, content)
    entries = [entry for entry in made if entry]
    errors = [error for row in ledger.rows for error in row.errors]
    new: list[Payment | Allotment] = []
    if not errors:
        try:
            new = _unknown(list(zip(ledger.rows, entries, strict=True)))
        except ImportRefused as refused:
            errors = list(refused.errors)
    days = sorted(_day(entry) for entry in entries)
    names = {head.field: head.name for head in _HEADS[content]}
    return Preview(
        columns=[(written, names.get(field, "")) for written, field in ledger.columns],
        rows=len(entries),
        new=len(new),
        total_fen=sum(entry.amount_fen for entry in entries),
        codes=frozenset(entry.line_code for entry in entries),
        days=(days[0], days[-1]) if days else None,
        errors=tuple(errors),
    )


def _read(
    path: Path, original: StoredFile, task: Task, content: str
) -> tuple[Ledger, list[Payment | Allotment | None]]:
    """The rows with their faults, and the entry that each without one makes."""
    ledger = read_ledger(documents.read(path), _HEADS[content])
    if not ledger.rows:
        raise ImportRefused(f"「{original.name}」里没有数据行。", "请核对文件，表头下面每行一笔。")
    make: Callable[[Row, Task], Payment | Allotment | None]
    make = _payment if content == Content.PAYMENTS else _allotment
    return ledger, [make(row, task) for row in ledger.rows]


def _import(path: Path, original: StoredFile, task: Task, content: str) -> Imported:
    ledger, made = _read(path, original, task, content)
    refuse([error for row in ledger.rows for error in row.errors])
    entries = [entry for entry in made if entry]
    _give_owners(entries)
    with transaction.atomic():
        new = _unknown(list(zip(ledger.rows, entries, strict=True)))
        batch = LedgerImport.objects.create(
            original=original,
            organisation=task.organisation,
            content=content,
            year=task.year,
            rows=len(new),
            total_fen=sum(entry.amount_fen for entry in new),
            complete_to=task.complete_to or max(_day(entry) for entry in entries),
            imported_by=task.actor,
        )
        for entry in new:
            entry.batch = batch
        if new:
            type(new[0]).objects.bulk_create(new, batch_size=500)
        facts = {"rows": len(new), "fen": batch.total_fen, "file": original.name}
        audit.record("funds.import", batch, actor=task.actor, after=facts)
    return Imported(batch, len(new), len(entries) - len(new), ledger.ignored)


def _give_owners(entries: list[Payment | Allotment]) -> None:
    """A code that begins with the code of a budget unit is that unit's, so that its people see the row."""
    units = {unit.budget_code: unit for unit in Organisation.objects.exclude(budget_code="")}
    for entry in entries:
        entry.organisation = units.get(entry.line_code[:6], entry.organisation)


def _day(entry: Payment | Allotment) -> date:
    return entry.paid_on if isinstance(entry, Payment) else entry.decided_on


def _common(row: Row, task: Task) -> dict[str, Any]:
    source = row.values.get("source", "")
    return {
        "line_code": row.values.get("line_code", "")[:40],
        "year": task.year,
        "source": row.chosen("source", dict(Source.choices)) if source else Source.FISCAL,
        "amount_fen": _fen(row),
        "organisation": task.organisation,
        "entered_by": task.actor,
    }


def _payment(row: Row, task: Task) -> Payment | None:
    values = _common(row, task) | {
        "paid_on": _date(row, "paid_on", task),
        "voucher": row.values.get("voucher", "")[:60],
        "payee": row.values.get("payee", "")[:200],
        "summary": row.values.get("summary", "")[:300],
    }
    return None if row.errors else Payment(**values)


def _allotment(row: Row, task: Task) -> Allotment | None:
    values = _common(row, task) | {
        "decided_on": _date(row, "decided_on", task),
        "kind": row.chosen("kind", dict(Kind.choices)) if row.values.get("kind") else "",
        "basis": row.values.get("basis", "")[:300],
    }
    return None if row.errors else Allotment(**values)


def _fen(row: Row) -> int:
    text, unit = row.values.get("amount", ""), row.units.get("amount", "")
    if not text:
        return 0
    if not unit:
        row.fault("amount", "没有写明金额单位，请把表头写成“金额（元）”或“金额（万元）”。")
        return 0
    try:
        return fen_of(text, unit)
    except ValueError as error:
        row.fault("amount", str(error))
        return 0


def _date(row: Row, name: str, task: Task) -> date | None:
    text = row.values.get(name, "")
    if not text:
        return None
    days = span(text)
    if days is None or days[0] != days[1] or days[0].year is None:
        row.fault(name, f"“{text}”不是日期，请写成2021-09-20的样子。")
        return None
    found = days[0].on(task.year)
    if name == "paid_on" and found.year != task.year:
        row.fault(name, f"{found}不在{task.year}年度内，请核对日期或改选年度。")
    return found


def _unknown(entries: list[tuple[Row, Payment | Allotment]]) -> list[Payment | Allotment]:
    """The entries that the ledger does not hold yet; ``ImportRefused`` where it holds them otherwise."""
    if not isinstance(entries[0][1], Payment):
        return _unknown_allotments([entry for _, entry in entries if isinstance(entry, Allotment)])
    year = entries[0][1].year
    known = {
        (p.voucher, p.line_code, p.source): p
        for p in Payment.objects.current().filter(year=year, voucher__in={e.voucher for _, e in entries})
    }
    new = []
    for row, entry in entries:
        key = (entry.voucher, entry.line_code, entry.source)
        before = known.get(key)
        if before is None:
            known[key] = entry
            new.append(entry)
        elif (before.amount_fen, before.paid_on) != (entry.amount_fen, entry.paid_on):
            row.fault(
                "voucher",
                f"凭证{entry.voucher}已按{before.paid_on}、{before.amount_fen / 100:,.2f}元登记，与本行不符。"
                "请核对；确要更正的先冲销原凭证。",
            )
    refuse([error for row, _ in entries for error in row.errors])
    return new


def _unknown_allotments(entries: list[Allotment]) -> list[Payment | Allotment]:
    def key(a: Allotment) -> tuple[Any, ...]:
        return (a.line_code, a.source, a.kind, a.decided_on, a.basis, a.amount_fen)

    known = {key(a) for a in Allotment.objects.current().filter(year=entries[0].year)}
    return [entry for entry in entries if key(entry) not in known]
