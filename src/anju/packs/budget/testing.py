"""The sample file kept in the database, for tests: a bureau, its file, its lines by code."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from anju.kernel.files import store
from anju.kernel.funds.imports import Imported, Task, import_payments
from anju.kernel.parties.models import Kind, Organisation
from anju.packs.budget import sample, service
from anju.packs.budget.keeping import files
from anju.packs.budget.models import BudgetFile, Line, LineTarget
from anju.packs.budget.targetfile import TargetFile

PAYMENT_HEAD = "项目编码,支付日期,凭证号,支付金额（万元）"


@cache
def read_sample() -> TargetFile:
    return service.read_file(sample.sample_path())


def bureau() -> Organisation:
    """The bureau whose units the sample's codes name."""
    found = Organisation.objects.create(name="样例局", kind=Kind.BUREAU, budget_code="801002")
    Organisation.objects.create(name="样例中心", kind=Kind.DEPARTMENT, budget_code="801013", parent=found)
    return found


def kept_file() -> BudgetFile:
    return files.save(read_sample(), bureau(), actor="财务")


def line(file: BudgetFile, code: str) -> Line:
    return file.lines.get(code=code, superseded_at__isnull=True)


def target(file: BudgetFile, code: str, name: str) -> LineTarget:
    return file.targets.get(line_key=line(file, code).key, name=name, superseded_at__isnull=True)


def pay(folder: Path, file: BudgetFile, *rows: str, complete_to: date | None = None) -> Imported:
    """Import payments ``code,day,voucher,万元``."""
    text = "\n".join((PAYMENT_HEAD, *rows))
    path = folder / "支付台账.csv"
    path.write_text(text, "utf8")
    original = store(BytesIO(text.encode()), path.name, actor="财务")
    return import_payments(path, original, Task(file.organisation, file.year or 0, "财务", complete_to))
