"""督办卡: what was found, who must mend it by when, and the whole way of one card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome, Stage
from anju.kernel.files import FileRefused, store
from anju.kernel.findings.models import Finding, State
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import CardEvent, CardEventKind, Photo, Plan, Recheck, Visit
from anju.kernel.supervision import cards, following, rechecks
from anju.kernel.values.refusal import Refusal
from anju.web.inspections.common import WRONG, actor, one_of
from anju.web.inspections.supervising import course as card_course

PER_PAGE, MOST_RECHECKS = 100, 20
RULES = "inspection."
VIEWS = {
    "open": gettext_lazy("在办"),
    "new": gettext_lazy("未签收"),
    "asked": gettext_lazy("申请延期"),
    "waiting": gettext_lazy("待验收"),
    "late": gettext_lazy("逾期"),
    "closed": gettext_lazy("已销案"),
    "without": gettext_lazy("未开卡"),
}


@requires("cases.view")
def cards_page(request: HttpRequest) -> HttpResponse:
    """Cards in the person's scope by stage, findings without one, and what is looked at again."""
    scope, now, trouble = scope_of(request.user), timezone.now(), None
    if request.method == "POST":
        try:
            _draw_again(request, now)
            return redirect(request.path)
        except InspectionError as error:
            trouble = error
    every = Case.objects.within(scope).filter(kind=following.CARD).select_related("owner", "finding")
    loose = Finding.objects.within(scope).filter(rule__startswith=RULES, state=State.OPEN)
    chosen = {
        "open": every.exclude(stage=Stage.CLOSED).order_by("deadline", "id"),
        "new": _open(every).exclude(card_events__kind=CardEventKind.RECEIVED).order_by("deadline", "id"),
        "asked": _open(every).filter(Exists(_undecided())).order_by("deadline", "id"),
        "waiting": every.filter(stage=Stage.SUBMITTED).order_by("deadline", "id"),
        "late": every.exclude(stage=Stage.CLOSED).filter(deadline__lt=now).order_by("deadline", "id"),
        "closed": every.filter(stage=Stage.CLOSED).order_by("-closed_at", "id"),
        "without": loose.select_related("organisation").order_by("-last_seen_at", "id"),
    }
    view = request.GET.get("view", "open")
    view = view if view in chosen else "open"
    page = Paginator(chosen[view], PER_PAGE).get_page(request.GET.get("page"))
    again = Recheck.objects.within(scope).filter(passed=None).select_related("case__owner")
    context = {
        "rows": page,
        "view": view,
        "views": [(code, name, chosen[code].count()) for code, name in VIEWS.items()],
        "rechecks": list(again[:MOST_RECHECKS]),
        "may_draw": may(request.user, "inspections.plan"),
        "may_accept": may(request.user, "inspections.accept"),
        "today": timezone.localdate(),
        "trouble": trouble,
    }
    return render(request, "web/inspections/cards.html", context, status=WRONG if trouble else 200)


def _open(cards: QuerySet[Case]) -> QuerySet[Case]:
    return cards.filter(stage__in=(Stage.ASSIGNED, Stage.RETURNED))


def _undecided() -> QuerySet[CardEvent]:
    """Extensions that nobody has decided after they were asked for."""
    kinds = (CardEventKind.GRANTED, CardEventKind.REFUSED)
    later = CardEvent.objects.filter(
        case=OuterRef("case"), kind__in=kinds, recorded_at__gte=OuterRef("recorded_at")
    )
    return CardEvent.objects.filter(~Exists(later), case=OuterRef("pk"), kind=CardEventKind.ASKED)


def _draw_again(request: HttpRequest, now: datetime) -> None:
    """Draw the second looks for the body of the newest plan that the person may work on."""
    if not may(request.user, "inspections.plan"):
        raise InspectionError(gettext("您的角色不能抽取复查。"), gettext("请联系调度员。"))
    plan = (
        Plan.objects.within(scope_of(request.user)).select_related("owner").order_by("-recorded_at").first()
    )
    if plan is None:
        raise InspectionError(gettext("还没有检查计划。"), gettext("请先建计划。"))
    rechecks.draw(plan.owner, actor=actor(request), now=now)


@requires("cases.view")
def card_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One finding with its card: before and after, who says what, and the next step."""
    rows = Finding.objects.filter(rule__startswith=RULES).select_related("organisation")
    finding = one_of(request, rows, key)
    case = finding.cases.select_related("owner").order_by("-recorded_at").first()
    trouble = None
    if request.method == "POST":
        try:
            _step(request, finding, case)
            return redirect(request.path)
        except (Refusal, flow.CaseError, FileRefused) as error:
            trouble = error
            case = finding.cases.select_related("owner").order_by("-recorded_at").first()
    visit, before = _before(finding)
    earlier = finding.cases.exclude(pk=case.pk) if case else finding.cases.none()
    context = {
        "finding": finding,
        "case": case,
        "visit": visit,
        "may_view": may(request.user, "inspections.view"),
        "before": before,
        "earlier": list(earlier.order_by("-recorded_at")),
        "recheck": getattr(case, "recheck", None) if case else None,
        "ways": list(cards.WAYS.items()),
        "typed": request.POST,
        "trouble": trouble,
        **_may(request, finding, case),
        **card_course.shown(request, case),
    }
    return render(request, "web/inspections/card.html", context, status=WRONG if trouble else 200)


def _before(finding: Finding) -> tuple[Visit | None, list[Photo]]:
    """The visit that found it last, and its photos of the item; none for what is odd about a visit itself."""
    code, _, subject = finding.subject.removeprefix(RULES).partition("@")
    rows = Visit.objects.current().order_by("-finished_at")
    if not subject:
        visit = rows.filter(key=finding.subject.partition(":")[2]).first()
        return visit, list(visit.photos.filter(item=finding.part)) if visit else []
    for visit in rows.filter(subject=subject, version__checklist__code=code)[:10]:
        if finding.part in visit.remarks:
            return visit, list(visit.photos.filter(item=finding.part))
    return None, []


def _may(request: HttpRequest, finding: Finding, case: Case | None) -> dict[str, bool]:
    stage = case.stage if case else ""
    own = case is not None and case.done_by == actor(request)
    waits = stage == Stage.SUBMITTED
    return {
        "may_assign": stage in ("", Stage.CLOSED)
        and not finding.settled
        and finding.organisation is not None
        and may(request.user, "inspections.plan"),
        "may_answer": stage in (Stage.ASSIGNED, Stage.RETURNED) and may(request.user, "inspections.answer"),
        "may_accept": waits and not own and may(request.user, "inspections.accept"),
        "waits_for_another": waits and own,
    }


def _step(request: HttpRequest, finding: Finding, case: Case | None) -> None:
    allowed, step = _may(request, finding, case), request.POST.get("step", "")
    who, now, note = actor(request), timezone.now(), request.POST.get("note", "")
    if step == "assign" and allowed["may_assign"]:
        following.assign(finding, actor=who, now=now)
    elif case and step in Outcome.values and allowed["may_answer"]:
        files = [one for one in request.FILES.getlist("photos") if isinstance(one, UploadedFile)]
        stored = [store(one, one.name or gettext_noop("未命名"), actor=who) for one in files[:9]]
        cards.answer(case, step, note, stored, actor=who)
    elif case and step == "accept" and allowed["may_accept"]:
        cards.accept(case, request.POST.get("way", ""), note, actor=who, now=now)
    elif case and step == "return" and allowed["may_accept"]:
        flow.send_back(case, note, actor=who)
    elif case is None or not card_course.take(request, case, step):
        raise InspectionError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))


@requires("inspections.accept")
def recheck_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The second look at an accepted card: still as it should be, or not."""
    recheck = one_of(request, Recheck.objects.select_related("case__finding", "case__owner", "draw"), key)
    trouble = None
    if request.method == "POST":
        try:
            passed, note = request.POST.get("step") == "passed", request.POST.get("note", "")
            rechecks.complete(recheck, passed, note, actor=actor(request), now=timezone.now())
            return redirect(f"/inspections/cards/{recheck.case.finding_id}/")
        except InspectionError as error:
            trouble = error
    context = {"recheck": recheck, "trouble": trouble, "typed": request.POST}
    return render(request, "web/inspections/recheck.html", context, status=WRONG if trouble else 200)
