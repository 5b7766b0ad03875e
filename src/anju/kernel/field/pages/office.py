"""What the office sees of the field: devices, receipts with all that came, photos, notes and their cases."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from anju.kernel import audit, files, loop
from anju.kernel.access.login import context_of
from anju.kernel.access.pages.account import user_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome, Stage
from anju.kernel.field import enrolment, notes
from anju.kernel.field.kinds import KINDS
from anju.kernel.field.models import Attachment, Device, Note, Receipt, Status
from anju.kernel.findings.models import Finding, Grade
from anju.kernel.parties.models import Organisation
from anju.kernel.values.refusal import Refusal

PER_PAGE = 100
NOT_YET = 409
TERM = timedelta(days=7)  # the desk's habit; each case names its own day
SIGNS = {Status.WAITING: "info", Status.ACCEPTED: "ok", Status.REFUSED: "high", Status.CONFLICT: "warn"}
FARTHEST = 120  # seconds: a clock further off is worth a word
form_page = require_http_methods(["GET", "HEAD", "POST"])


# -- devices ----------------------------------------------------------------------------------------------------


@requires("field.devices")
@require_safe
def devices_page(request: HttpRequest) -> HttpResponse:
    """All devices, the live ones first; with whom each is and when it was last heard."""
    everything = Device.objects.select_related("user__organisation").annotate(
        waiting=Count("receipts", filter=Q(receipts__status=Status.WAITING))
    )
    view, words = request.GET.get("view", "live"), request.GET.get("q", "").strip()
    rows = everything if view == "all" else everything.filter(revoked_at=None)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(user__name__icontains=words))
    page = Paginator(rows.order_by("revoked_at", "-last_seen", "id"), PER_PAGE)
    context = {"rows": page.get_page(request.GET.get("page")), "view": view, "words": words, "far": FARTHEST}
    return render(request, "field/devices.html", context)


@requires("field.devices")
@form_page
def device_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One device; POST ends it."""
    device = get_object_or_404(Device.objects.select_related("user__organisation"), pk=key)
    trouble = None
    if request.method == "POST":
        try:
            enrolment.revoke(
                device,
                actor=user_of(request).username,
                reason=request.POST.get("reason", ""),
                now=timezone.now(),
                context=context_of(request),
            )
            return redirect(request.path)
        except Refusal as refusal:
            trouble = refusal
    counted = dict(device.receipts.values_list("status").annotate(n=Count("pk")))
    context = {
        "device": device,
        "trouble": trouble,
        "reason": request.POST.get("reason", ""),
        "counted": [(Status(code).label, n) for code, n in counted.items()],
        "latest": device.receipts.aggregate(at=Max("recorded_at"))["at"],
        "far": FARTHEST,
    }
    return render(request, "field/device.html", context, status=422 if trouble else 200)


# -- receipts and photos ----------------------------------------------------------------------------------------


@requires("field.view")
@require_safe
def receipt_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """All that was sent under one id, with the other contents of the same id beside it."""
    allowed = Receipt.objects.within(scope_of(request.user)).select_related("device__user", "organisation")
    receipt = get_object_or_404(allowed, pk=key)
    others = allowed.filter(item=receipt.item).exclude(pk=receipt.pk).order_by("recorded_at")
    note = receipt.notes.filter(superseded_at=None).first()
    audit.record("field.receipt.read", receipt, actor=user_of(request).username, context=context_of(request))
    context = {
        "receipt": receipt,
        "sign": SIGNS[Status(receipt.status)],
        "skew": skew_words(receipt.skew_seconds),
        "answers": answers_of(receipt),
        "attachments": receipt.attachments.select_related("photo__file__content"),
        "others": [(other, answers_of(other), SIGNS[Status(other.status)]) for other in others],
        "note": note,
        "became": _page_of(receipt),
        "position": receipt.body.get("position") or {},
    }
    return render(request, "field/receipt.html", context)


def _page_of(receipt: Receipt) -> str:
    """The address of what the receipt's item became; "" for nothing, and for a note, which has its own link."""
    kind = KINDS.get(receipt.kind)
    return str(import_string(kind.page)(receipt.became)) if kind and kind.page and receipt.became else ""


@requires("field.view")
@require_safe
def picture(request: HttpRequest, key: UUID) -> HttpResponse:
    """The safe copy of a photo; until the worker has made it, a sentence."""
    allowed = Attachment.objects.within(scope_of(request.user)).exclude(photo=None)
    found = get_object_or_404(allowed.select_related("photo__file__content"), pk=key)
    assert found.photo is not None
    stored = found.photo.file
    try:
        body = files.open_served(stored).read()
    except files.FileRefused as refused:
        context = {"status": NOT_YET, "sentence": refused.sentence, "next_step": refused.next_step}
        return render(request, "web/error.html", context, status=NOT_YET)
    audit.record("files.read", stored, actor=user_of(request).username, context=context_of(request))
    return HttpResponse(body, headers=files.headers(stored))


def answers_of(receipt: Receipt) -> list[tuple[str, str]]:
    """(question, answer) in the words of its form; a code where that has gone on without it."""
    form = _form_of(receipt)
    asked = {item["code"]: item for section in form["sections"] for item in section["items"]}
    given = receipt.body.get("answers")
    given = given if isinstance(given, dict) else {}
    order = [*(code for code in asked if code in given), *(code for code in given if code not in asked)]
    return [
        (asked.get(code, {}).get("text", code), _words(given[code], asked.get(code, {}))) for code in order
    ]


def _form_of(receipt: Receipt) -> dict[str, Any]:
    """The form that was filled in, or the one of its kind that stands now; one without questions for neither."""
    kind = KINDS.get(receipt.kind)
    found: dict[str, Any] | None = None
    if kind and kind.asked:
        found = import_string(kind.asked)(receipt.body)
    elif kind and kind.form:
        found = import_string(kind.form)()
    return found or {"sections": []}


_FIXED = {
    "pass": gettext_lazy("符合"),
    "fail": gettext_lazy("不符合"),
    "na": gettext_lazy("不适用"),
    "yes": gettext_lazy("是"),
    "no": gettext_lazy("否"),
}


def _words(answer: Any, item: dict[str, Any]) -> str:
    labels = {option["value"]: option["label"] for option in item.get("options", [])} | _FIXED
    each = answer if isinstance(answer, list) else [answer]
    said = "、".join(str(labels.get(one, one)) if isinstance(one, str) else str(one) for one in each)
    return f"{said}{item.get('unit', '')}"


def skew_words(seconds: int) -> str:
    """How far the phone's clock was off, in words; nothing for two minutes and less."""
    if abs(seconds) <= FARTHEST:
        return ""
    hours, minutes = divmod(abs(seconds) // 60, 60)
    words = gettext("快{h}小时{m}分") if seconds > 0 else gettext("慢{h}小时{m}分")
    return words.format(h=hours, m=minutes)


# -- notes and their cases --------------------------------------------------------------------------------------


@requires("field.view")
@form_page
def note_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One note; POST makes a finding of it, with a case."""
    allowed = Note.objects.within(scope_of(request.user)).filter(superseded_at=None)
    found = allowed.select_related("receipt__device", "area", "organisation", "finding")
    note = get_object_or_404(found, key=key)
    may_hand = may(request.user, "field.case") and note.finding_id is None
    trouble = None
    if request.method == "POST":
        if not may(request.user, "field.case"):
            trouble = Refusal(gettext("您不能立为问题。"), gettext("请由业务科室或调度员办理。"))
        else:
            trouble = _hand(request, note)
        if trouble is None:
            return redirect(request.path)
    context = {
        "note": note,
        "attachments": note.receipt.attachments.select_related("photo__file__content"),
        "skew": skew_words(note.receipt.skew_seconds),
        "may_hand": may_hand,
        "owners": Organisation.objects.within(scope_of(request.user)).filter(valid_to=None)
        if may_hand
        else [],
        "grades": Grade.choices,
        "due": request.POST.get("deadline") or str(timezone.localdate() + TERM),
        "given": request.POST,
        "trouble": trouble,
    }
    return render(request, "field/note.html", context, status=422 if trouble else 200)


def _hand(request: HttpRequest, note: Note) -> Refusal | flow.CaseError | None:
    given = request.POST
    try:
        owner = Organisation.objects.within(scope_of(request.user)).filter(pk=UUID(given["owner"])).first()
    except (KeyError, ValueError):
        owner = None
    try:
        day = parse_date(given.get("deadline", ""))
    except ValueError:
        day = None
    if owner is None or day is None:
        return Refusal(gettext("没有选择责任单位或期限。"), gettext("请选择责任单位和期限。"))
    deadline = timezone.make_aware(datetime.combine(day, time(18)))
    handed = notes.Handed(given.get("grade", ""), owner, deadline, given.get("words", ""))
    try:
        notes.make_finding(note, handed, actor=user_of(request).username, now=timezone.now())
    except (Refusal, flow.CaseError) as error:
        return error
    return None


@requires("field.view")
@form_page
def finding_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The case of a note: who answers says what was done, another person accepts or returns it."""
    finding = get_object_or_404(
        Finding.objects.within(scope_of(request.user)).filter(rule=notes.KIND), pk=key
    )
    trouble = _step(request, finding) if request.method == "POST" else None
    if request.method == "POST" and trouble is None:
        return redirect(request.path)
    case = finding.cases.order_by("-recorded_at").select_related("owner").first()
    note = Note.objects.filter(finding=finding, superseded_at=None).select_related("receipt").first()
    stage = case.stage if case else ""
    context = {
        "finding": finding,
        "case": case,
        "note": note,
        "attachments": note.receipt.attachments.select_related("photo__file__content") if note else [],
        "steps": case.steps.all() if case else [],
        "outcomes": Outcome.choices,
        "may_answer": may(request.user, "field.answer") and stage in (Stage.ASSIGNED, Stage.RETURNED),
        "may_accept": may(request.user, "field.case") and stage == Stage.SUBMITTED,
        "given": request.POST,
        "trouble": trouble,
    }
    return render(request, "field/finding.html", context, status=422 if trouble else 200)


def _step(request: HttpRequest, finding: Finding) -> Refusal | flow.CaseError | None:
    """Take the step that was pressed."""
    given, actor = request.POST, user_of(request).username
    case: Case | None = finding.cases.order_by("-recorded_at").first()
    step = given.get("step", "")
    needed = "field.answer" if step == "submit" else "field.case"
    if case is None or not may(request.user, needed):
        return Refusal(gettext("您不能办这一步。"), gettext("请由有权限的同事办理。"))
    note = given.get("note", "")
    try:
        if step == "submit":
            flow.submit(case, given.get("outcome", ""), note, actor=actor)
        elif step == "accept":
            loop.accept(case, notes.look_again, actor=actor, now=timezone.now(), note=note)
        else:
            flow.send_back(case, note, actor=actor)
    except flow.CaseError as error:
        return error
    return None
