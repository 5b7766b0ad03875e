"""Self-evaluation of lines: scored on an approved version, submitted with reasons, objected to or confirmed, applied.

A score sheet is computed and never typed; what a person adds are reasons, an objection and a confirmation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from uuid6 import uuid7

from anju.kernel import audit
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.keeping import versions
from anju.packs.budget.keeping.standing import LineStanding, TargetStanding, entry_of, standings
from anju.packs.budget.models import BudgetFile, Decision, Evaluation, Version
from anju.packs.budget.models.year import DecisionKind, EvaluationStatus, VersionStage
from anju.packs.budget.scoring.entries import Execution
from anju.packs.budget.scoring.rollup import LineScore, Rollup, roll_up
from anju.packs.budget.scoring.schemes import Scheme, scheme_for
from anju.packs.budget.scoring.sheet import EXECUTION, ScoreSheet, score

DEFAULT_SCHEME = "general-50-30-10"
APPROVED = (VersionStage.APPROVED, VersionStage.ADJUSTED)


class EvaluationError(Refusal):
    """A step that cannot be taken: one sentence and a next step."""


def sheet_of(stands: LineStanding, scheme: Scheme, reasons: Mapping[str, str] | None = None) -> ScoreSheet:
    """The score sheet of a line as it stands, with the reasons given by row key."""
    told = reasons or {}
    entries = [_entry(target, told) for target in stands.targets]
    known = stands.paid is not None
    execution = Execution(
        executed=Decimal(stands.paid) / 1_000_000 if stands.paid is not None else None,
        adjusted=None if stands.adjusted is None else Decimal(stands.adjusted) / 1_000_000,
        year=stands.day.year,
        evidence="measured" if known else "none",
        reason=told.get(EXECUTION, ""),
    )
    return score(entries, execution, scheme)


def _entry(target: TargetStanding, reasons: Mapping[str, str]) -> Any:
    reason = reasons.get(str(target.row.key), "")
    return entry_of(target.row, target.answer, reason) if reason else target.entry


def scored(
    file: BudgetFile, on: date, scheme: Scheme, *, moment: datetime | None = None
) -> list[tuple[LineStanding, ScoreSheet]]:
    """Every line of a file with its score sheet on the day ``on``; nothing is kept."""
    kept = {
        evaluation.line_key: evaluation.reasons
        for evaluation in Evaluation.objects.current().filter(file=file)
    }
    return [
        (stands, sheet_of(stands, scheme, kept.get(stands.line.key)))
        for stands in standings(file, on, moment=moment)
    ]


@transaction.atomic
def evaluate(file: BudgetFile, on: date, scheme_code: str, *, actor: str, now: datetime) -> list[Evaluation]:
    """Draft an evaluation of every line, on its newest approved version; what was submitted is left as it is.

    Raises ``EvaluationError`` where a line is not approved as it stands, ``RowError`` for an unknown scheme.
    """
    if versions.waiting(file):
        raise EvaluationError(
            f"有{versions.waiting(file)}个项目的目标还没有批复。", "请先在“版本与批复”里提交批复，再自评。"
        )
    scheme = scheme_for(scheme_code, on)
    before = {e.line_key: e for e in Evaluation.objects.current().filter(file=file)}
    made = []
    rows = scored(file, on, scheme, moment=None)
    approved = versions.latest([stands.line.key for stands, _ in rows], *APPROVED)
    for stands, sheet in rows:
        old = before.get(stands.line.key)
        if old is None or old.status in (EvaluationStatus.DRAFT, EvaluationStatus.OBJECTED):
            made.append(_draft(file, approved[stands.line.key], sheet, actor, old))
    gone = [before[e.line_key].pk for e in made if e.line_key in before]
    Evaluation.objects.filter(pk__in=gone).update(superseded_at=now)
    for evaluation in made:
        evaluation.recorded_at = now
    Evaluation.objects.bulk_create(made, batch_size=200)
    audit.record("budget.evaluate", file, actor=actor, after={"scheme": scheme.code, "lines": len(made)})
    return made


def _draft(
    file: BudgetFile, version: Version, sheet: ScoreSheet, actor: str, old: Evaluation | None
) -> Evaluation:
    return Evaluation(
        key=old.key if old else uuid7(),
        file=file,
        version=version,
        line_key=version.line_key,
        scheme=sheet.scheme,
        status=EvaluationStatus.DRAFT,
        **_figures(sheet),
        reasons=old.reasons if old else {},
        made_by=actor,
    )


def packed(sheet: ScoreSheet) -> dict[str, Any]:
    """The sheet as JSON: figures as text, rows in their order."""
    return {
        "scheme": sheet.scheme,
        "total": _text(sheet.total),
        "assessable": _text(sheet.assessable_weight),
        "grade": sheet.grade,
        "own_weights": sheet.own_weights,
        "evidence": {kind: _text(weight) for kind, weight in sheet.evidence.items()},
        "rows": [
            {name: _text(v) if isinstance(v, Decimal) else v for name, v in asdict(row).items()}
            | {"reason_missing": row.reason_missing}
            for row in sheet.rows
        ],
        "flags": [asdict(flag) for flag in sheet.flags],
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _next(evaluation: Evaluation, **changes: Any) -> Evaluation:
    """A new row with these changes in place of the current one."""
    return Evaluation.objects.select_for_update().current().get(key=evaluation.key).replaced(**changes)


@transaction.atomic
def submit(
    evaluation: Evaluation, reasons: Mapping[str, str], *, actor: str, on: date, now: datetime
) -> Evaluation:
    """Submit a draft with its reasons, scored anew on the day ``on``; raises where a compulsory reason is missing."""
    told, sheet = _explained(evaluation, reasons, on)
    missing = [row.name for row in sheet.rows if row.reason_missing]
    if missing:
        raise EvaluationError(
            f"{'、'.join(missing)}没有写偏差原因。", "失分、超过130%和执行率低于90%的都要写明原因。"
        )
    status = EvaluationStatus.SUBMITTED
    new = _next(evaluation, status=status, reasons=told, made_by=actor, objection="", **_figures(sheet))
    audit.record("budget.evaluation.submit", new, actor=actor, after={"total": str(new.total)})
    return new


@transaction.atomic
def explain(evaluation: Evaluation, reasons: Mapping[str, str], *, actor: str, on: date) -> Evaluation:
    """Keep reasons without submitting, scored anew on the day ``on``; raises for a sheet that is submitted."""
    told, sheet = _explained(evaluation, reasons, on)
    new = _next(evaluation, reasons=told, made_by=actor, **_figures(sheet))
    names = {row.key: row.name for row in sheet.rows}
    after = {names.get(key, key): text for key, text in reasons.items()}
    audit.record("budget.evaluation.explain", new, actor=actor, after=after)
    return new


def is_open(evaluation: Evaluation) -> bool:
    """Whether its reasons may still be written."""
    return evaluation.status in (EvaluationStatus.DRAFT, EvaluationStatus.OBJECTED)


def _explained(
    evaluation: Evaluation, reasons: Mapping[str, str], on: date
) -> tuple[dict[str, str], ScoreSheet]:
    """All reasons, new ones before old ones, and the sheet with them."""
    if not is_open(evaluation):
        raise EvaluationError("这份自评已经提交。", "请等待确认。")
    told = {key: text.strip() for key, text in {**evaluation.reasons, **reasons}.items() if text.strip()}
    line = evaluation.file.lines.get(key=evaluation.line_key, superseded_at__isnull=True)
    stands = standings(evaluation.file, on, lines=[line])[0]
    return told, sheet_of(stands, scheme_for(evaluation.scheme, on), told)


def _figures(sheet: ScoreSheet) -> dict[str, Any]:
    """The columns of an evaluation that a score sheet fills."""
    return {
        "sheet": packed(sheet),
        "total": sheet.total or 0,
        "assessable": sheet.assessable_weight,
        "grade": sheet.grade or "",
    }


@transaction.atomic
def raise_objection(evaluation: Evaluation, words: str, *, actor: str, now: datetime) -> Evaluation:
    """Somebody else than its maker disagrees, with reasons; it becomes open for correction."""
    _must_be_submitted(evaluation, actor)
    if len(words.strip()) < 5:
        raise EvaluationError("没有写异议。", "请写明哪一项、为什么。")
    new = _next(evaluation, status=EvaluationStatus.OBJECTED, objection=words.strip())
    audit.record("budget.evaluation.object", new, actor=actor, reason=words.strip())
    return new


@transaction.atomic
def confirm(evaluation: Evaluation, *, actor: str, now: datetime) -> Evaluation:
    """Somebody else than its maker confirms; the score stands from now on."""
    _must_be_submitted(evaluation, actor)
    new = _next(evaluation, status=EvaluationStatus.CONFIRMED, confirmed_by=actor)
    audit.record("budget.evaluation.confirm", new, actor=actor, after={"total": str(new.total)})
    return new


def _must_be_submitted(evaluation: Evaluation, actor: str) -> None:
    if evaluation.status != EvaluationStatus.SUBMITTED:
        raise EvaluationError("这份自评现在不能确认。", "请先由自评人提交。")
    if actor == evaluation.made_by:
        raise EvaluationError("确认人不能是自评人本人。", "请由另一位同事确认。")


@transaction.atomic
def decide(evaluation: Evaluation, kind: str, amount_fen: int, reason: str, *, actor: str) -> Decision:
    """Record what follows from a confirmed evaluation; its amount appears in next year's line of the same code."""
    if evaluation.status != EvaluationStatus.CONFIRMED:
        raise EvaluationError("自评还没有确认。", "请先确认，再作决定。")
    if kind not in DecisionKind.values:
        raise EvaluationError("没有选择决定。", "请选择保持、整改、压减、收回或上缴。")
    needs_amount = kind in (DecisionKind.CUT, DecisionKind.RECOVER, DecisionKind.RETURN)
    line = evaluation.version.line
    if needs_amount and not 0 < amount_fen <= (line.budget_fen or amount_fen):
        raise EvaluationError("金额应大于零，不超过本年预算。", "请填写压减、收回或上缴的金额。")
    if len(reason.strip()) < 5:
        raise EvaluationError("没有写理由。", "请用一两句话写明理由。")
    decision = Decision.objects.create(
        evaluation=evaluation,
        line_code=line.code,
        kind=kind,
        amount_fen=amount_fen if needs_amount else 0,
        for_year=(evaluation.file.year or 0) + 1,
        reason=reason.strip()[:300],
        decided_by=actor,
    )
    audit.record(
        "budget.decide",
        decision,
        actor=actor,
        after={"kind": kind, "fen": decision.amount_fen},
        reason=reason,
    )
    return decision


def decisions_for(codes: Iterable[str], year: int | None) -> dict[str, list[Decision]]:
    """What was decided on the lines of these codes for a year."""
    found: dict[str, list[Decision]] = {}
    for decision in Decision.objects.filter(for_year=year, line_code__in=list(codes)).order_by("recorded_at"):
        found.setdefault(decision.line_code, []).append(decision)
    return found


def department(file: BudgetFile, evaluations: Iterable[Evaluation]) -> Rollup:
    """The file's department overall: by sub-goal, weighted by budget and unweighted; the unscored counted apart."""
    scores: dict[UUID, Evaluation] = {e.line_key: e for e in evaluations}
    rows = []
    for line in file.lines.filter(superseded_at__isnull=True).order_by("order"):
        found = scores.get(line.key)
        whole = found is not None and bool(found.grade)
        budget = None if line.budget_fen is None else Decimal(line.budget_fen) / 1_000_000
        rows.append(LineScore(line.code, line.sub_goal, budget, found.total if found and whole else None))
    return roll_up(rows)
