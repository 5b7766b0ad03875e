"""版本与批复: what is approved, what was changed since, which words two versions of a line say differently."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.models import Finding
from anju.packs.budget.citation import Citation, cite
from anju.packs.budget.keeping import versions
from anju.packs.budget.models import BudgetFile, Opinion, Version
from anju.packs.budget.models.year import VersionStage
from anju.packs.budget.pages.common import OPEN, actor, files, lines, one

PER_PAGE, MOST = 50, 200


def approval_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """From the finding that a file waits for approval to the file's versions."""
    finding = one(Finding.objects.within(scope_of(request.user)), pk=key)
    kind, _, file = finding.subject.partition(":")
    if kind != "budget.approval":
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    return redirect(f"/budget/files/{file}/versions/")


def file_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The stages of a file's lines, the way to approval, and the lines changed since."""
    kept = one(files(request), pk=key)
    trouble = _act(request, kept) if request.method == "POST" else None
    if request.method == "POST" and trouble is None:
        return redirect(request.path)
    context = _stages(kept) | _case(request, kept) | _changed(request, kept)
    context |= {"kept": kept, "trouble": trouble, "typed": request.POST}
    return render(request, "budget/versions.html", context, status=422 if trouble else 200)


def _stages(kept: BudgetFile) -> dict[str, Any]:
    """How many lines have a version of each stage."""
    counted = kept.versions.order_by().values_list("stage").annotate(n=Count("line_key", distinct=True))
    counts = dict(counted)
    return {
        "stages": [(stage.label, counts.get(stage.value, 0)) for stage in VersionStage],
        "line_count": kept.lines.filter(superseded_at__isnull=True).count(),
        "is_approved": bool(counts.get(VersionStage.APPROVED)),
        "grave": Finding.objects.filter(subject=kept.subject, grade="crit", state__in=OPEN).count(),
    }


def _case(request: HttpRequest, kept: BudgetFile) -> dict[str, Any]:
    """The approval under way, or the last one, and which step the person may take."""
    cases = Case.objects.filter(kind=versions.CASE, finding__subject=versions.subject_of(kept))
    case = versions.open_case(kept) or cases.order_by("-recorded_at").first()
    submitted = case is not None and case.stage == Stage.SUBMITTED
    mine = case is not None and case.done_by == actor(request)
    return {
        "case": case,
        "steps": case.steps.all() if case else [],
        "submitted": submitted,
        "returned": case.steps.last() if case is not None and case.stage == Stage.RETURNED else None,
        "may_submit": may(request.user, "budget.submit") and not submitted,
        "may_approve": may(request.user, "budget.approve") and submitted and not mine,
    }


def _changed(request: HttpRequest, kept: BudgetFile) -> dict[str, Any]:
    """The lines whose words are not approved as they stand, each with its newest version."""
    changed = versions.unapproved(kept)
    page = Paginator(changed, PER_PAGE).get_page(request.GET.get("page"))
    newest = versions.latest([line.key for line in page])
    opinions = Opinion.objects.current().filter(about__in=[line.key for line in page], section="review")
    said = {opinion.about: opinion for opinion in opinions}
    approved = versions.latest([line.key for line in page], VersionStage.APPROVED, VersionStage.ADJUSTED)
    return {
        "changed": page,
        "changed_count": len(changed),
        "rows": [(line, newest.get(line.key), approved.get(line.key), said.get(line.key)) for line in page],
    }


def _act(request: HttpRequest, kept: BudgetFile) -> flow.CaseError | None:
    """Take the posted step; the reason it was refused, or None when it was taken."""
    who, note, now = actor(request), request.POST.get("note", ""), timezone.now()
    steps: dict[str, tuple[str, Callable[[], object]]] = {
        "submit": ("budget.submit", lambda: versions.submit(kept, actor=who, now=now, note=note)),
        "approve": ("budget.approve", lambda: versions.approve(kept, actor=who, now=now, note=note)),
        "return": ("budget.approve", lambda: versions.send_back(kept, note, actor=who)),
    }
    permission, step = steps.get(request.POST.get("step", ""), ("", None))
    if step is None or not may(request.user, permission):
        return flow.CaseError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    try:
        with transaction.atomic():
            step()
    except flow.CaseError as error:
        return error
    return None


# -- two versions side by side ----------------------------------------------------------------------------


def version_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A version against the one before it; ``?with=now`` against the words of today."""
    version = one(Version.objects.within(scope_of(request.user)).select_related("line", "file"), pk=key)
    siblings = Version.objects.filter(line_key=version.line_key).select_related("line").order_by("-number")
    present = lines(request).select_related("file").filter(key=version.line_key).first()
    before = siblings.filter(number__lt=version.number).first()
    with_now = request.GET.get("with") == "now" and present is not None
    left, right = (version, versions.as_it_stands(present)) if with_now else (before, version)
    found = versions.differences(left, right) if left else []
    context = {
        "version": version,
        "before": before,
        "with_now": with_now,
        "present": present,
        "intact": versions.is_intact(version),
        "siblings": siblings[:MOST],
        "count": len(found),
        "groups": [
            (target, [(d.field, _citation(d, left, right)) for d in same])
            for target, same in groupby(found[:MOST], key=lambda d: d.target)
        ],
    }
    return render(request, "budget/version.html", context)


def _citation(difference: versions.Difference, left: Version, right: Version) -> Citation:
    """Both texts whole, with the words that changed marked."""
    nothing = gettext("（空）")
    sides = ((difference.before, left), (difference.after, right))
    return cite([{"text": text or nothing, "position": _name(version)} for text, version in sides], "")


def _name(version: Version) -> str:
    if not version.number:
        return gettext("现行文字")
    return gettext("第{n}版　{stage}").format(n=version.number, stage=version.get_stage_display())
