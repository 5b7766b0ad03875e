"""The sample city's year: a file from declaration to decision, with lines green, yellow, orange, red and paid ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone

from anju.kernel import loop
from anju.kernel.access.roles import Role
from anju.kernel.access.sample import username_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Outcome
from anju.kernel.files import store
from anju.kernel.findings.models import Finding
from anju.kernel.funds.imports import Task, import_allotments, import_payments
from anju.kernel.indicators import reporting
from anju.kernel.indicators.reporting import Document, Signed
from anju.kernel.parties.models import Organisation
from anju.packs.budget import service
from anju.packs.budget.indicators import ask_again
from anju.packs.budget.keeping import answers, files, versions
from anju.packs.budget.keeping.answers import JUDGEMENTS, Said
from anju.packs.budget.models import BudgetFile, Evaluation, LineTarget, RoundEntry
from anju.packs.budget.sample import sample_path
from anju.packs.budget.sample.year import FILE_NAME, Answered, allotments, year
from anju.packs.budget.targetfile import BudgetLine
from anju.packs.budget.year import evaluations, rounds

FINANCE, OFFICE, LEADER = (username_of(role) for role in (Role.FINANCE, Role.OFFICE, Role.LEADER))
_GREEN = "801002B21DX0043"


@transaction.atomic
def build(organisation: Organisation) -> BudgetFile | None:
    """One file through its whole year; nothing when it is there already."""
    if BudgetFile.objects.filter(name=FILE_NAME).exists():
        return None
    now = timezone.now()
    kept = _declared(organisation)
    _explain_grave(kept, now)
    versions.submit(kept, actor=FINANCE, now=now, note="已逐项审核。")
    versions.approve(kept, actor=LEADER, now=timezone.now(), note="同意批复。")
    _pay(organisation, files.load(kept).lines)
    for answered_by in sorted({a.day for line in year().lines for a in line.answers}):
        _answer(kept, answered_by)
        if answered_by == year().round:
            _monitor(kept)
    _evaluate(kept)
    ask_again(kept, timezone.now())
    return kept


def _declared(organisation: Organisation) -> BudgetFile:
    file = service.read_file(sample_path())
    file.name = FILE_NAME
    with sample_path().open("rb") as content:
        original = store(content, FILE_NAME, actor=FINANCE)
    return files.save(file, organisation, actor=FINANCE, original=original)


def _explain_grave(kept: BudgetFile, now: datetime) -> None:
    """What would stop the approval is explained by the office and accepted by the leader."""
    for finding in Finding.objects.filter(subject=kept.subject, grade="crit"):
        task = flow.Assignment("budget.review", finding.message, kept.organisation, now + timedelta(days=7))
        case = flow.open_case(finding, task, actor=FINANCE)
        flow.submit(case, Outcome.EXPLAINED, "已与业务科室核实，口径说明附后，按批复执行。", actor=OFFICE)
        loop.accept(case, files.look_again, actor=LEADER, now=now, note="同意说明。")


def _pay(organisation: Organisation, lines: Sequence[BudgetLine]) -> None:
    """The treasury's two ledgers of the year, imported as files."""
    task = Task(organisation, 2021, FINANCE, year().complete_to)
    for name, text, take in (
        ("2021年预算指标样例.csv", allotments(lines), import_allotments),
        ("2021年支付台账样例.csv", year().ledger(lines), import_payments),
    ):
        with TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_text(text, "utf8")
            take(path, store(BytesIO(text.encode()), name, actor=FINANCE), task)


def _answer(kept: BudgetFile, day: date) -> None:
    """The answers about one day, reported by the office and mostly confirmed by the finance officer."""
    lines = dict(kept.lines.filter(superseded_at__isnull=True).values_list("code", "key"))
    rows = kept.targets.filter(superseded_at__isnull=True, slot=False).select_related("file")
    targets = {(row.line_key, row.name): row for row in rows}
    for line in year().lines:
        for answered in line.answers:
            if answered.day == day:
                _say(targets[(lines[line.code], answered.target)], answered)


def _say(target: LineTarget, answered: Answered) -> None:
    documents = [_document(answered)] if answered.document else []
    signed = Signed(OFFICE, timezone.now(), "", documents)
    value = answers.say(target, answered.day, said(answered.said), signed)
    if answered.confirmed:
        reporting.confirm(value, Signed(FINANCE, timezone.now()))


def said(text: str) -> Said:
    """What the sample writes in one cell, by its look."""
    if text in JUDGEMENTS:
        return Said(judgement=text)
    if "/" in text:
        part, _, whole = text.partition("/")
        return Said(numerator=part, denominator=whole)
    if text.count("-") == 2:
        return Said(day=date.fromisoformat(text))
    return Said(number=text)


def _document(answered: Answered) -> Document:
    words = f"样例材料：{answered.target}，截至{answered.day}，完成{answered.said}。"
    name = f"{answered.target[:20]}-{answered.day}.txt"
    return Document(store(BytesIO(words.encode()), name, actor=OFFICE), answered.document, answered.day)


def _monitor(kept: BudgetFile) -> None:
    """The formal round: figures of the day, and the words of the office on lines that are off track."""
    found = rounds.open_round(kept, year().round, actor=FINANCE, now=timezone.now())
    for entry in RoundEntry.objects.current().filter(
        round=found, line__code__in=[n.code for n in year().lines]
    ):
        if rounds.needs_words(entry):
            reasons = ["funds"] if entry.grade != "crit" else ["staff", "other"]
            rounds.fill(entry, reasons, "possible", "招标流标一次，已重新组织。", actor=OFFICE)


def _evaluate(kept: BudgetFile) -> None:
    """Everything scored; the green line confirmed and decided upon."""
    end, now = year().complete_to, timezone.now()
    evaluations.evaluate(kept, end, evaluations.DEFAULT_SCHEME, actor=OFFICE, now=now)
    green = Evaluation.objects.current().select_related("file").get(version__line__code=_GREEN, file=kept)
    told = {row["key"]: "按合同约定执行，超额部分为自愿加装。" for row in green.sheet["rows"]}
    sent = evaluations.submit(green, told, actor=OFFICE, on=end, now=timezone.now())
    done = evaluations.confirm(sent, actor=FINANCE, now=timezone.now())
    evaluations.decide(done, "keep", 0, "目标完成，下一年度继续安排。", actor=LEADER)
