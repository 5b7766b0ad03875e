"""A target: where its score comes from, what each source says, what has to be done about it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.findings.models import Finding
from anju.kernel.indicators.models import Proof, ProofKind, Source, Status, Value
from anju.kernel.values import periods
from anju.kernel.values.datarows import RowError
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.target_value import inferred_op, parse
from anju.kernel.wording import listed
from anju.packs.budget import wording
from anju.packs.budget.checks.figures.plan import is_payment_rate
from anju.packs.budget.keeping import answers, codec, milestones
from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import Evaluation, Line, LineTarget
from anju.packs.budget.monitoring.curve import DatedCurve
from anju.packs.budget.pages.common import GRADES, actor, day_asked, gravest_first, last_day, lines, one, wan
from anju.packs.budget.pages.targets import answering
from anju.packs.budget.scoring.schemes import scheme_for
from anju.packs.budget.year.evaluations import DEFAULT_SCHEME, sheet_of

MOST = 50  # earlier figures and versions on one page
_PROOFS = Prefetch("proofs", Proof.objects.select_related("file__content"))
_ORDER = (Source.ADOPTED, Source.PLATFORM, Source.THIRD_PARTY, Source.SELF_REPORTED)


def target_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?day=`` shows how it stood; a posted step reports, confirms, sends back or adopts a figure, or plans it."""
    allowed = LineTarget.objects.current().within(scope_of(request.user)).select_related("file__organisation")
    row = one(allowed, key=key, slot=False)
    line = one(lines(request), key=row.line_key)
    trouble = None
    papers = [answering.Paper(number) for number in range(1, answering.PAPERS + 1)]
    if request.method == "POST":
        if request.POST.get("step") == "report" and may(request.user, "budget.report"):
            papers = answering.papers_of(request)
        plans = request.POST.get("step") == "milestones"
        trouble = _plan(request, row) if plans else answering.act(request, row, papers)
        if trouble is None:
            return redirect(request.path)
    context = _described(row, line) | _answered(request, row, line)
    context |= form_of(request, row, papers) | {"trouble": trouble}
    context["may_bind"] = may(request.user, "budget.bind")
    context["milestones"] = _milestones(request, context["stands"].calendar)
    return render(request, "budget/target.html", context, status=422 if trouble else 200)


def _plan(request: HttpRequest, row: LineTarget) -> Refusal | None:
    """Milestones in place of the payment plan; the reason they were refused, or None."""
    if not may(request.user, "budget.report"):
        return Refusal(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    try:
        points = milestones.read(request.POST.get("milestones", ""), row.file.year)
    except Refusal as error:
        return error
    milestones.put(row, points, actor=actor(request))
    return None


def _milestones(request: HttpRequest, calendar: DatedCurve | None) -> str:
    """The milestones as they are typed, or as they were typed before an error."""
    if "milestones" in request.POST:
        return request.POST["milestones"]
    return "\n".join(f"{day} {percent.normalize():f}" for day, percent in calendar.points) if calendar else ""


def _described(row: LineTarget, line: Line) -> dict[str, Any]:
    """What the file says: the words, how they are read, what was found wrong, what they were before."""
    target = codec.target_of(row.content, row.class1, row.class2)
    value = parse(row.value)
    inferred = inferred_op(target.level2.text, target.name.text, value)
    findings = Finding.objects.filter(subject=row.file.subject, part=line.code or line.name, label=row.name)
    return {
        "row": row,
        "line": line,
        "target": target,
        "reads": wording.value_words(value, inferred) if row.value else "—",
        "inferred": inferred if inferred and not value.op else "",
        "findings": gravest_first(findings)[:MOST],
        "history": LineTarget.objects.filter(key=row.key).order_by("-recorded_at")[:MOST],
    }


def _answered(request: HttpRequest, row: LineTarget, line: Line) -> dict[str, Any]:
    """Where it stands on the day: score, actual value, evidence, the figures of each source."""
    day, unfit = day_asked(request, row.file.year)
    stands = standings(row.file, day, lines=[line])[0]
    mine = next(t for t in stands.targets if t.row.key == row.key)
    shown, older = sources_of(request, row, day, mine.answer.value)
    paid_rate = is_payment_rate(codec.target_of(row.content, row.class1, row.class2))
    return {
        "day": day,
        "unfit": unfit,
        "last": last_day(row.file.year),
        "stands": mine,
        "grade_word": GRADES[mine.judgement.grade],
        "reasons": listed(mine.judgement.reasons, ""),
        "actual": words_of(mine.answer),
        "score": _score(line, stands, row.key),
        "sources": shown,
        "older": older,
        "proof_count": len(next((s["proofs"] for s in shown if s["counts"]), ())),
        "ledger": _ledger(stands) if paid_rate else None,
    }


def _ledger(stands: LineStanding) -> dict[str, Any] | None:
    """The payments behind a rate of money paid."""
    if stands.paid is None or not stands.adjusted:
        return None
    to = stands.position.paid_to
    return {"paid": wan(stands.paid), "adjusted": wan(stands.adjusted), "rate": stands.rate, "to": to}


def _score(line: Line, stands: LineStanding, key: UUID) -> dict[str, Any] | None:
    """The points of the evaluation; before there is one, what the default scheme would give."""
    kept = Evaluation.objects.current().filter(line_key=line.key).first()
    if kept:
        rows, said = kept.sheet["rows"], gettext("自评，{status}").format(status=kept.get_status_display())
    else:
        try:
            sheet = sheet_of(stands, scheme_for(DEFAULT_SCHEME, stands.day))
        except RowError:
            return None
        rows, said = [asdict(each) for each in sheet.rows], gettext("按默认方案试算")
    return next((each | {"said": said} for each in rows if each["key"] == str(key)), None)


def sources_of(
    request: HttpRequest, row: answers.Promise, day: date, counted: Value | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The newest figure of each source up to the day, and the ones before them."""
    values = answering.about(row).prefetch_related(_PROOFS).order_by("-recorded_at")
    known = [(periods.parse(value.period), value) for value in values[:200]]
    within = [(p, v) for p, v in known if p.start.year == day.year and p.end <= day]
    within.sort(key=lambda each: each[0].end, reverse=True)
    newest: dict[str, dict[str, Any]] = {}
    older = []
    for period, value in within:
        said = _source(request, value, period.end) | {"counts": value == counted}
        if newest.setdefault(value.source, said) is not said:
            older.append(said)
    return [newest[source] for source in _ORDER if source in newest], older[:MOST]


def _source(request: HttpRequest, value: Value, to: date) -> dict[str, Any]:
    answer = answers.answer_of(value)
    judges = may(request.user, "budget.confirm")
    waits = value.status in (Status.SUBMITTED, Status.CHECKED)
    return {
        "value": value,
        "to": to,
        "words": words_of(answer),
        "evidence": answer.evidence,
        "proofs": list(value.proofs.all()),
        "sign": {Status.ACCEPTED: "ok", Status.RETURNED: "warn"}.get(Status(value.status), "info"),
        "may_check": may(request.user, "budget.check")
        and value.status == Status.SUBMITTED
        and value.signed_by != actor(request),
        "may_judge": judges and waits and actor(request) not in (value.signed_by, value.checked_by),
        "waits_for_another": waits and actor(request) in (value.signed_by, value.checked_by),
        "may_adopt": judges and value.status == Status.ACCEPTED and value.source != Source.ADOPTED,
    }


def words_of(answer: answers.Answer) -> str:
    """The actual value; a judgement in the words in which it was chosen."""
    share = answer.value.share if answer.value else None
    chosen = next((code for code, each in answers.JUDGEMENTS.items() if each == share), "")
    return str(answering.JUDGEMENT_WORDS[chosen]) if chosen else answer.words


def form_of(request: HttpRequest, row: answers.Promise, papers: list[answering.Paper]) -> dict[str, Any]:
    """The form for the business office, with what was typed before an error."""
    return {
        "may_report": may(request.user, "budget.report"),
        "asks": answers.kind_of(row),
        "unit": parse(row.value).unit or "",
        "typed": request.POST,
        "on": request.POST.get("on") or last_day(row.file.year).isoformat(),
        "judgements": answering.JUDGEMENT_WORDS.items(),
        "reporters": [(source.value, source.label) for source in answering.SOURCES],
        "papers": papers,
        "kinds": ProofKind.choices,
    }
