"""The score sheet of one budget line: weights, points, evidence, reasons, grade and integrity flags (section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from anju.packs.budget.scoring import rules
from anju.packs.budget.scoring.entries import EVIDENCE, Entry, Evidence, Execution
from anju.packs.budget.scoring.flags import Flag, integrity
from anju.packs.budget.scoring.judging import Setting, Verdict, judge, rule_of, shown
from anju.packs.budget.scoring.schemes import Pool, Scheme
from anju.packs.budget.scoring.weights import Weights, distribute

EXECUTION = "execution"
_GRADES = ("优", "良", "中")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet; ``points`` ``None`` is "not assessable".

    ``reached`` is actual over target as a share where they divide. ``reason_required``: points lost, actual over
    130 %, or execution under 90 %.
    """

    key: str
    name: str
    rule: str
    weight: Decimal
    target_words: str
    actual_words: str
    points: Decimal | None
    why: str
    reason_required: bool
    reason: str
    evidence: Evidence
    reached: Decimal | None = None

    @property
    def reason_missing(self) -> bool:
        return self.reason_required and not self.reason.strip()


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """All rows, execution first. ``total`` is the sum of what could be assessed, ``None`` when nothing could.

    ``evidence`` gives points of weight by kind, 100 together. ``grade`` is ``None`` until every row that counts
    is assessed: no grade is guessed from a part.
    """

    scheme: str
    rows: tuple[Row, ...]
    total: Decimal | None
    assessable_weight: Decimal
    evidence: Mapping[Evidence, Decimal]
    grade: str | None
    flags: tuple[Flag, ...]
    own_weights: bool


def score(entries: Sequence[Entry], execution: Execution, scheme: Scheme) -> ScoreSheet:
    """Score one line under a scheme. Weights total exactly 100; points are rounded by row, then summed."""
    weights = distribute(entries, execution, scheme)
    rows = (
        _execution_row(execution, weights.execution, scheme),
        *_rows(entries, weights, Setting(scheme, execution.year)),
        *(_unfilled(pool) for pool in weights.unfilled),
    )
    scored = [row for row in rows if row.points is not None]
    assessable = sum((row.weight for row in scored), Decimal(0))
    total = sum((row.points or Decimal(0) for row in scored), Decimal(0)) if assessable else None
    # A row of weight 0 that has no value yet changes nothing; one of unknown class might change everything.
    complete = all(row.points is not None or not (row.weight or row.rule == "unclassified") for row in rows)
    return ScoreSheet(
        scheme=scheme.code,
        rows=rows,
        total=total,
        assessable_weight=assessable,
        evidence=_evidence(rows),
        grade=grade_word(total, scheme) if total is not None and complete else None,
        flags=integrity(entries, execution, rows, weights.explicit),
        own_weights=weights.explicit,
    )


def grade_word(total: Decimal, scheme: Scheme) -> str:
    """优, 良, 中 or 差 by the scheme's thresholds (≥90, ≥80, ≥60; 财预〔2020〕10号, from memory)."""
    for word, lowest in zip(_GRADES, scheme.grades, strict=True):
        if total >= lowest:
            return word
    return "差"


def _execution_row(execution: Execution, weight: Decimal, scheme: Scheme) -> Row:
    """Reason compulsory under 90 % even where a scheme gives execution no points (Sichuan form)."""
    rate = execution.rate
    points = rules.execution(weight, execution.executed, execution.adjusted)
    low = rate is not None and rate < scheme.execution_reason_below
    lost = points is not None and points < rules.full(weight)
    why = "缺少全年预算数或执行数，不能评。" if points is None else ""
    if lost:
        why = f"执行{execution.executed}，全年预算{execution.adjusted}，没有用完。"
    shown_rate = "" if rate is None else f"{(rate * 100).quantize(rules.CENT, ROUND_HALF_UP)}%"
    return Row(
        key=EXECUTION,
        name="预算执行率",
        rule=EXECUTION,
        weight=weight,
        target_words="100%",
        actual_words=shown_rate,
        points=points,
        why=why,
        reason_required=lost or low,
        reason=execution.reason,
        evidence=execution.evidence if points is not None else "none",
        reached=rate,
    )


def _rows(entries: Sequence[Entry], weights: Weights, setting: Setting) -> list[Row]:
    """Cost rows last to be judged, since a saving hangs on quality; the order of the sheet stays."""
    judged: dict[int, Row] = {}
    for late in (False, True):
        if late:
            setting = Setting(setting.scheme, setting.year, _quality_failed(entries, judged))
        for i, entry in enumerate(entries):
            if (rule_of(entry) == "cost") is late:
                judged[i] = _row(entry, weights.entries.get(i), setting)
    return [judged[i] for i in range(len(entries))]


def _quality_failed(entries: Sequence[Entry], judged: Mapping[int, Row]) -> bool | None:
    """Whether a quality row lost points; ``None`` while one is not assessable, False without such rows."""
    quality = [row for i, row in judged.items() if entries[i].class2 == "quality" and row.weight]
    if any(row.points is not None and row.points < rules.full(row.weight) for row in quality):
        return True
    return None if any(row.points is None for row in quality) else False


def _row(entry: Entry, weight: Decimal | None, setting: Setting) -> Row:
    verdict = _unplaced(entry) if weight is None else judge(entry, weight, setting)
    worth = weight or Decimal(0)
    lost = verdict.points is not None and verdict.points < rules.full(worth)
    far = entry.reached is not None and entry.reached > setting.scheme.reason_above
    return Row(
        key=entry.key,
        name=entry.name,
        rule=verdict.rule,
        weight=worth,
        target_words=entry.value.text,
        actual_words=shown(entry),
        points=verdict.points,
        why=verdict.why,
        reason_required=lost or far,
        reason=entry.reason,
        evidence=entry.evidence if entry.actual is not None else "none",
        reached=entry.reached,
    )


def _unplaced(entry: Entry) -> Verdict:
    """A row without points in the scheme: of unknown class, or of a class that the scheme leaves out."""
    if not (entry.class1 or entry.class2):
        return Verdict("unclassified", None, "没有分清属于哪类指标，不能分配分值。")
    return Verdict("left_out", None, "本方案没有这一类指标，不计分。")


def _unfilled(pool: Pool) -> Row:
    """A class that has points and no indicator: the points stay visible and unearned by guesswork."""
    return Row(
        key="empty:" + "+".join(pool.classes),
        name="",
        rule="empty_class",
        weight=pool.weight,
        target_words="",
        actual_words="",
        points=None,
        why="方案给这一类分配了分值，但没有指标，不能评。",
        reason_required=False,
        reason="",
        evidence="none",
    )


def _evidence(rows: Sequence[Row]) -> dict[Evidence, Decimal]:
    """Evidence share: what part of the weight rests on what (section 5)."""
    return {kind: sum((row.weight for row in rows if row.evidence == kind), Decimal(0)) for kind in EVIDENCE}
