"""The pages where steps are taken: setting up, the plan and course, field work, money."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.values.refusal import Refusal
from anju.kernel.works.field.deliverables import KIND_OF
from anju.kernel.works.measuring.tallies import money, paid_links
from anju.kernel.works.models import (
    ChangeOrder,
    ChangeState,
    Contract,
    DeliverableKind,
    FinalAccount,
    PaymentLink,
    Retention,
    State,
    WorksProject,
)
from anju.web.works.common import STATE_SIGNS, WRONG, project_of, rights, stepped, titled
from anju.web.works.forms import course, field, setting
from anju.web.works.forms import money as money_forms
from anju.web.works.forms.base import StepForm


@requires("works.manage")
def new_programme_page(request: HttpRequest) -> HttpResponse:
    form = setting.ProgrammeForm(request)
    made = _made(form)
    return redirect(f"/works/?programme={made.pk}") if made else _setup(request, form)


@requires("works.manage")
def new_project_page(request: HttpRequest) -> HttpResponse:
    form = setting.ProjectForm(request)
    made = _made(form)
    return redirect(f"/works/{made.pk}/plan/") if made else _setup(request, form)


def _made(form: setting.ProgrammeForm | setting.ProjectForm) -> Any:
    if form.is_bound and form.is_valid():
        try:
            form.take()
        except Refusal as error:
            form.refuse(error)
    return form.made


def _setup(request: HttpRequest, form: StepForm) -> HttpResponse:
    context = {"form": form, "title": form.title}
    return render(request, "web/works/new.html", context, status=WRONG if form.errors else 200)


@requires("works.manage")
def plan_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bodies, quantities, milestones, deliverables, and the next state."""
    project = project_of(request, key)
    hands_over = project.kind in KIND_OF
    kinds: list[type[StepForm]] = [course.StateForm]
    if project.state == State.PLANNED:
        kinds += [course.ItemForm, course.AppointForm]
    if project.state in (State.PLANNED, State.UNDER_WAY, State.SUSPENDED):
        kinds += [course.MilestoneForm, course.ReachForm]
        kinds += [course.DeliverableForm] if hands_over else []
        kinds += [course.CarryForm]
    if project.state == State.UNDER_WAY:
        kinds += [course.AppointForm]
    return _steps(request, project, kinds, gettext("计划和进程"), "plan")


@requires("works.report")
def report_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Progress; for systems and documents also what was handed over."""
    project = project_of(request, key)
    kinds: list[type[StepForm]] = [field.ReportForm, field.CorrectForm]
    if project.kind in KIND_OF:
        kinds.insert(0, course.FinishForm)
    return _steps(request, project, kinds, gettext("报进度"), "report")


@requires("works.check")
def check_page(request: HttpRequest, key: UUID) -> HttpResponse:
    project = project_of(request, key)
    return _steps(request, project, [field.CheckForm, *_tests(project)], gettext("质量检查"), "check")


@requires("works.accept")
def accept_page(request: HttpRequest, key: UUID) -> HttpResponse:
    project = project_of(request, key)
    return _steps(request, project, [field.AcceptForm, *_tests(project)], gettext("验收"), "accept")


def _tests(project: WorksProject) -> list[type[StepForm]]:
    return [course.RunForm] if KIND_OF.get(project.kind) == DeliverableKind.MODULE else []


def _steps(
    request: HttpRequest,
    project: WorksProject,
    kinds: list[type[StepForm]],
    words: str,
    page: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A page of forms. Whoever has the page's permission but no right on this project is refused."""
    held = rights(request, project)
    mine = [kind for kind in kinds if held[kind.right]]
    if kinds and not mine and page != "money":
        raise PermissionDenied
    made = [kind(request, project) for kind in mine]
    answer = stepped(request, project, made, held)
    if answer:
        return answer
    if request.method == "POST" and not any(form.is_bound for form in made):
        raise PermissionDenied
    context = {
        "project": project,
        "title": titled(project),
        "sign": STATE_SIGNS[project.state],
        "words": words,
        "page": page,
        "forms": made,
        "saved": request.GET.get("saved", ""),
        "items": project.items.all() if page == "plan" else (),
        **(more or {}),
    }
    wrong = any(form.is_bound and form.errors for form in made)
    return render(request, "web/works/steps.html", context, status=WRONG if wrong else 200)


@requires("works.view")
def money_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Contracts with changes, payments, retention money and accounts; the forms of who may."""
    project = project_of(request, key)
    rows = (
        Contract.objects.current()
        .filter(project=project)
        .select_related("party", "file")
        .order_by("signed_on")
    )
    kinds: list[type[StepForm]] = [money_forms.ContractForm, money_forms.ChangeForm, money_forms.DecideForm]
    if rows:
        kinds += [
            money_forms.LinkForm,
            money_forms.RetainForm,
            money_forms.ReleaseForm,
            money_forms.SettleForm,
            money_forms.AuditForm,
        ]
    more = {
        "contracts": _contracts(list(rows)),
        "changes": ChangeOrder.objects.current()
        .filter(project=project)
        .select_related("contract", "item")
        .order_by("-recorded_at"),
        "sum": money([project])[project.pk],
    }
    return _steps(request, project, kinds, gettext("合同和资金"), "money", more)


def _contracts(rows: list[Contract]) -> list[dict[str, Any]]:
    paid: dict[UUID, int] = {}
    links = list(PaymentLink.objects.current().filter(contract__in=rows).order_by("recorded_at"))
    for link in paid_links(PaymentLink.objects.current().filter(contract__in=rows)):
        paid[link["contract"]] = paid.get(link["contract"], 0) + link["amount_fen"]
    held = {row.contract_id: row for row in Retention.objects.current().filter(contract__in=rows)}
    accounts = {row.contract_id: row for row in FinalAccount.objects.current().filter(contract__in=rows)}
    approved = ChangeOrder.objects.current().filter(contract__in=rows, state=ChangeState.APPROVED)
    changed = dict(approved.order_by().values_list("contract").annotate(fen=Sum("amount_fen")))
    return [
        {
            "row": row,
            "total": row.amount_fen + changed.get(row.pk, 0),
            "paid": paid.get(row.pk, 0),
            "links": [link for link in links if link.contract_id == row.pk],
            "retention": held.get(row.pk),
            "account": accounts.get(row.pk),
        }
        for row in rows
    ]
