"""工程问题: one finding with its case from assignment to acceptance; and the photos behind the ledgers."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.files import FileRefused, headers, open_served
from anju.kernel.findings.models import Finding
from anju.kernel.watching import works as watching
from anju.kernel.works.judging.looking import SUBJECT
from anju.kernel.works.judging.rules import RULES
from anju.kernel.works.models import Photo, WorksProject
from anju.web.works.common import WRONG, actor, one_of, project_of, rights, titled

GONE = 410


@requires("works.view")
def finding_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A finding opens for whoever sees its project: the doer answers it, though it is the owner's."""
    finding = Finding.objects.filter(subject__startswith=f"{SUBJECT}:", pk=key).first()
    about = finding.subject.removeprefix(f"{SUBJECT}:") if finding else None
    project = project_of(request, about)
    assert finding is not None  # without one there is no project either
    case = finding.cases.order_by("-recorded_at").first()
    trouble = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _step(request, project, finding, case)
            return redirect(request.path)
        except flow.CaseError as error:
            trouble = error
            case = finding.cases.order_by("-recorded_at").first()
    context = {
        "finding": finding,
        "rule": gettext(RULES[finding.rule][0]) if finding.rule in RULES else finding.rule,
        "project": project,
        "title": titled(project),
        "case": case,
        "steps": case.steps.all() if case else [],
        "trouble": trouble,
        **_may(request, project, case),
    }
    return render(request, "web/works/finding.html", context, status=WRONG if trouble else 200)


def _may(request: HttpRequest, project: WorksProject, case: Case | None) -> dict[str, bool]:
    held = rights(request, project)
    stage = case.stage if case else ""
    waits = case is not None and stage == Stage.SUBMITTED
    own = case is not None and case.done_by == actor(request)
    return {
        "may_assign": (case is None or stage == Stage.CLOSED) and held["may_manage_or_accept"],
        "may_answer": stage in (Stage.ASSIGNED, Stage.RETURNED)
        and (held["may_report"] or held["may_manage"]),
        "may_accept": waits and not own and held["may_accept"],
        "waits_for_another": waits and own,
    }


def _step(request: HttpRequest, project: WorksProject, finding: Finding, case: Case | None) -> None:
    allowed, step = _may(request, project, case), request.POST.get("step", "")
    note, who, now = request.POST.get("note", ""), actor(request), timezone.now()
    if step == "assign" and allowed["may_assign"]:
        watching.assign(finding, actor=who, now=now)
    elif case and step in ("corrected", "explained") and allowed["may_answer"]:
        flow.submit(case, step, note, actor=who)
    elif case and step == "accept" and allowed["may_accept"]:
        watching.accept(case, actor=who, now=now, note=note)
    elif case and step == "return" and allowed["may_accept"]:
        flow.send_back(case, note, actor=who)
    else:
        raise flow.CaseError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))


@requires("works.view")
def photo_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """A photo or document, as the copy that is safe to open; each opening is written to the audit."""
    photo = one_of(request, Photo.objects.filter(file__isnull=False).select_related("file__content"), key)
    try:
        body = open_served(photo.file).read()
    except FileRefused as error:
        context = {"status": GONE, "sentence": error.sentence, "next_step": error.next_step}
        return render(request, "web/error.html", context, status=GONE)
    audit.record("files.read", photo.file, actor=actor(request), context=context_of(request))
    return HttpResponse(body, headers=headers(photo.file))
