"""Watching the lines of a file: red lines become findings with cases; formal rounds are kept with their words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from anju.kernel import audit, loop
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding, State
from anju.kernel.values import working_days
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.indicators import ask_again
from anju.packs.budget.keeping.standing import LineStanding, TargetStanding, standings
from anju.packs.budget.models import BudgetFile, Round, RoundEntry
from anju.packs.budget.models.year import Likelihood

CASE = "budget.monitoring"
# Bias reasons of the monitoring form (section 4): code → words.
REASONS = {
    "funds": gettext_noop("经费保障"),
    "rules": gettext_noop("制度保障"),
    "staff": gettext_noop("人员保障"),
    "hardware": gettext_noop("硬件条件保障"),
    "other": gettext_noop("其他"),
}
TERM_DAYS = 10  # working days to answer a red line; the desk's habit, each case bears its own day
_GRADED = ("crit", "high")
# A miss that is 14 days ahead or more is a warning; a nearer one is graver.
_NOTICES: dict[str | None, str] = {"early": "warn", "soon": "high"}
METHODS = {
    "run_rate": "按平均速度推算",
    "plan_shaped": "按计划曲线推算",
    "milestone": "按里程碑推算",
    "none": "没有推算",
}


class RoundError(Refusal):
    """A step that cannot be taken: one sentence and a next step."""


def subject_of(file: BudgetFile) -> str:
    return f"budget.monitoring:{file.pk}"


def watch(file: BudgetFile, on: date, now: datetime, *, actor: str) -> list[LineStanding]:
    """Look at every line on the day ``on``: findings for red, orange and a predicted miss; red opens a case.

    A case has an owner, and a deadline in working days.
    """
    rows = standings(file, on)
    loop.observe(subject_of(file), _observed(file, rows), now)
    red = Finding.objects.filter(subject=subject_of(file), grade="crit", state=State.OPEN)
    for finding in red:
        assign(finding, actor=actor, now=now)
    return rows


def assign(finding: Finding, *, actor: str, now: datetime) -> Case:
    """A case for the unit that answers for the line; raises ``CaseError`` where there is one already."""
    task = flow.Assignment(CASE, finding.message, finding.organisation, _deadline(timezone.localdate(now)))
    return flow.open_case(finding, task, actor=actor)


def _deadline(today: date) -> datetime:
    day = working_days.after(today, TERM_DAYS)
    return timezone.make_aware(datetime.combine(day, time(18)), timezone.get_current_timezone())


def _observed(file: BudgetFile, rows: list[LineStanding]) -> list[Observed]:
    """Red and orange lines, anew in each quarter, and predicted misses: an explanation of spring is not for autumn."""
    return [*_off_track(file, rows), *_predicted(file, rows)]


def _predicted(file: BudgetFile, rows: list[LineStanding]) -> Iterator[Observed]:
    """Targets that will be missed if it goes on like this, while there is time to do something."""
    for stands in rows:
        for target in stands.targets:
            ahead = target.forecast
            notice = ahead.warning(stands.day)
            if notice in _NOTICES and ahead.attained is not None:
                words = f"{target.row.name}：照目前的进度，到期只能完成目标的{_text(ahead.attained)}%"
                yield Observed(
                    rule="budget.predicted_miss",
                    grade=_NOTICES[notice],
                    part=stands.line.code or stands.line.name,
                    label=f"{_quarter(stands.day)} {target.row.name}",
                    message=f"{words}，预计{ahead.miss_on}落空（{METHODS[ahead.method]}）。"[:300],
                    organisation=stands.line.department or file.organisation,
                )


def _quarter(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def _off_track(file: BudgetFile, rows: list[LineStanding]) -> list[Observed]:
    return [
        Observed(
            rule="budget.off_track",
            grade=stands.grade,
            part=stands.line.code or stands.line.name,
            label=_quarter(stands.day),
            message=f"{stands.line.name}：{''.join(stands.reasons)}"[:300],
            organisation=stands.line.department or file.organisation,
        )
        for stands in rows
        if stands.grade in _GRADED
    ]


def look_again(on: date) -> loop.Recheck:
    """For the loop: what is off track on the day ``on``, measured anew."""

    def recheck(subject: str) -> list[Observed]:
        file = BudgetFile.objects.select_related("organisation").get(
            pk=subject.removeprefix("budget.monitoring:")
        )
        return _observed(file, standings(file, on))

    return recheck


def accept(case: Case, on: date, *, actor: str, now: datetime, note: str = "") -> Case:
    """Accept what was done about a red line, and measure again; refused while it is still red."""
    with transaction.atomic():
        closed = loop.accept(case, look_again(on), actor=actor, now=now, note=note)
        file = BudgetFile.objects.get(pk=closed.finding.subject.removeprefix("budget.monitoring:"))
        lines = file.lines.filter(superseded_at__isnull=True, code=closed.finding.part)
        ask_again(file, now, lines=lines, correlation=closed.correlation)
    return closed


def daily(now: datetime) -> None:
    """The worker's job: watch every file of this year."""
    today = timezone.localdate(now)
    for file in BudgetFile.objects.filter(year=today.year).select_related("organisation"):
        watch(file, today, now, actor=settings.ANJU_WORKER)


# -- formal rounds -----------------------------------------------------------------------------------------


@transaction.atomic
def open_round(file: BudgetFile, day: date, *, actor: str, now: datetime) -> Round:
    """A formal round on the data up to ``day``; raises ``RoundError`` for a second one and for another year."""
    if file.year and day.year != file.year:
        raise RoundError(f"{day}不在{file.year}年度内。", "请选择本年度的日期，例如7月31日。")
    if day > timezone.localdate(now):
        raise RoundError("数据截至日还没有到。", "请选择今天或更早的日期。")
    if Round.objects.filter(file=file, day=day).exists():
        raise RoundError(f"{day}的监控已经发起。", "请打开已有的那一轮。")
    found = Round.objects.create(file=file, day=day, opened_by=actor, recorded_at=now)
    rows = watch(file, day, now, actor=actor)
    RoundEntry.objects.bulk_create(
        [
            RoundEntry(
                round=found,
                line=stands.line,
                line_key=stands.line.key,
                grade=stands.grade,
                figures=figures(stands),
                recorded_at=now,
            )
            for stands in rows
        ],
        batch_size=200,
    )
    audit.record("budget.round.open", found, actor=actor, after={"day": str(day), "lines": len(rows)})
    return found


def figures(stands: LineStanding) -> dict[str, Any]:
    """The figures of a line on its day, as text that can be printed and compared."""
    return {
        "planned": _text(stands.planned),
        "adjusted_fen": stands.adjusted,
        "paid_fen": stands.paid,
        "paid_to": str(stands.position.paid_to or ""),
        "rate": _text(stands.rate),
        "money_deviation": _text(stands.money_deviation),
        "attained": _text(stands.attained),
        "reasons": list(stands.reasons),
        "targets": [_target(target) for target in stands.targets],
    }


def _target(target: TargetStanding) -> dict[str, Any]:
    ahead = target.forecast
    return {
        "key": str(target.row.key),
        "name": target.row.name,
        "class1": target.row.class1,
        "class2": target.row.class2,
        "value": target.row.value,
        "actual": target.answer.words,
        "evidence": target.answer.evidence,
        "attained": _text(target.standing.attained),
        "expected": _text(target.standing.expected),
        "forecast": _text(ahead.attained),
        "method": ahead.method,
        "miss_on": str(ahead.miss_on or ""),
        "grade": target.judgement.grade,
    }


def _text(number: Any) -> str | None:
    return None if number is None else f"{number:.2f}"


def needs_words(entry: RoundEntry) -> bool:
    """Whether the business office must say why: anything but green and not assessable."""
    return entry.grade in ("warn", "high", "crit")


@transaction.atomic
def fill(entry: RoundEntry, reasons: list[str], likelihood: str, note: str, *, actor: str) -> RoundEntry:
    """The words of the business office on a line: bias reasons, likelihood, note; a new row for each change."""
    row = RoundEntry.objects.select_for_update().current().get(round=entry.round_id, line_key=entry.line_key)
    if row.round.closed_at:
        raise RoundError("这一轮监控已经结束。", "请在下一轮填写。")
    if not set(reasons) <= set(REASONS) or likelihood not in Likelihood.values:
        raise RoundError("没有选择完成可能性，或偏差原因不在所列之内。", "请按表中所列选择。")
    if needs_words(row) and not reasons:
        raise RoundError("没有选择偏差原因。", "这个项目有偏差，请至少选一项原因。")
    if "other" in reasons and len(note.strip()) < 5:
        raise RoundError("选了“其他”，没有写说明。", "请用一两句话写明原因。")
    new = row.replaced(reasons=sorted(reasons), likelihood=likelihood, note=note.strip(), entered_by=actor)
    audit.record("budget.round.fill", new, actor=actor, after={"reasons": reasons, "likelihood": likelihood})
    return new


@transaction.atomic
def close(found: Round, *, actor: str, now: datetime) -> Round:
    """End a round; raises ``RoundError`` while a line that is off track has no words, naming how many."""
    entries = RoundEntry.objects.current().filter(round=found)
    silent = sum(needs_words(entry) and not entry.likelihood for entry in entries)
    if silent:
        raise RoundError(f"还有{silent}个有偏差的项目没有填写原因。", "请先由业务科室填写。")
    found.closed_by, found.closed_at = actor, now
    found.save(update_fields=["closed_by", "closed_at"])
    audit.record("budget.round.close", found, actor=actor)
    return found


def open_cases(file: BudgetFile) -> Any:
    """Cases of red lines that are under way."""
    return Case.objects.filter(kind=CASE, finding__subject=subject_of(file)).exclude(stage=Stage.CLOSED)
