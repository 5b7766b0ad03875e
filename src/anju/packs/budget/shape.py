"""Target files and findings as JSON: the shapes that ``anju budget read`` and ``check`` promise."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from anju.kernel.documents import Quote
from anju.kernel.values.target_model import to_json as value_json
from anju.packs.budget.checks import Finding
from anju.packs.budget.reading.facts import number
from anju.packs.budget.targetfile import BudgetLine, Commitment, Funds, Measure, SubGoal, Target, TargetFile

Json = dict[str, object]


def file_json(file: TargetFile) -> Json:
    """A target file; what a form lacks is None."""
    return {
        "file": file.name,
        "file_year": file.year,
        "departments": [{"code": d.code, "name": d.name} for d in file.departments],
        "lines": [line_json(line) for line in file.lines],
        "overall_goal": _text(file.overall_goal),
        "sub_goals": [_sub_goal(sub_goal) for sub_goal in file.sub_goals],
        "safeguard_measures": [_measure(measure) for measure in file.measures],
        "commitments": [_commitment(commitment) for commitment in file.commitments],
        "notes": file.notes,
    }


def line_json(line: BudgetLine) -> Json:
    return {
        "code": _text(line.code),
        "name": _text(line.name),
        "department_code": line.department.code,
        "department_name": line.department.name,
        "budget_wan_yuan": _plain(line.budget),
        "project_total_wan_yuan": _plain(line.project_total),
        "payment_plan": None if line.plan is None else [_plain(figure) for figure in line.plan],
        "purpose": _text(line.purpose),
        "goal": _text(line.goal),
        "achieved": _text(line.achieved),
        "funds": _funds(line.funds),
        "targets": [_target(target) for target in line.targets],
        "position": line.code.position or line.name.position,
    }


def finding_json(finding: Finding) -> Json:
    return {
        "line": finding.line,
        "target": finding.target,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "cites": [{"text": quote.text, "position": quote.position} for quote in finding.cites],
    }


def findings_json(findings: Iterable[Finding]) -> list[Json]:
    return [finding_json(finding) for finding in findings]


def _target(target: Target) -> Json:
    texts = ("level1", "level2", "name", "description", "value", "basis")
    shape: Json = {name: _text(getattr(target, name)) for name in texts}
    shape["weight"] = _figure(target.weight)
    shape["actual"] = _text(target.actual)
    shape["score"] = _figure(target.score)
    shape["position"] = target.value.position or target.name.position
    return shape


def _funds(funds: Funds) -> Json:
    kinds = ("initial", "adjusted", "executed", "rate", "weight", "score")
    return {kind: _figure(getattr(funds, kind)) for kind in kinds}


def _sub_goal(sub_goal: SubGoal) -> Json:
    return {
        "number": sub_goal.number,
        "title": sub_goal.title.text,
        "goal": _text(sub_goal.goal),
        "indicators": _text(sub_goal.indicators),
        "position": sub_goal.title.position,
    }


def _measure(measure: Measure) -> Json:
    return {
        "number": measure.number,
        "title": measure.title.text,
        "text": "\n".join(body.text for body in measure.body) or None,
        "position": measure.title.position,
    }


def _commitment(commitment: Commitment) -> Json:
    return {
        "measure": commitment.measure,
        "clause": commitment.clause.text,
        "position": commitment.quote.position,
        **value_json(commitment.value),
    }


def _text(quote: Quote) -> str | None:
    return quote.text or None


def _plain(figure: Decimal | None) -> Decimal | int | None:
    """100.00 as 100: the figure, not the way it was typed."""
    if figure is None:
        return None
    return int(figure) if figure == figure.to_integral_value() else figure.normalize()


def _figure(quote: Quote) -> Decimal | int | str | None:
    """A cell that should hold a figure: the figure, or the text where it holds none."""
    figure = number(quote.text) if quote.text else None
    if figure is None:
        return quote.text or None
    return quote.text if quote.text.rstrip().endswith(("%", "％")) else _plain(figure)
