"""承诺与任务: numbers promised in the safeguard measures, and quotas split over the counties."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.files import FileRefused, store
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area, Level
from anju.packs.budget import wording
from anju.packs.budget.models import BudgetFile, Commitment, Quota, QuotaShare
from anju.packs.budget.pages.common import (
    GRADES,
    Refused,
    actor,
    day_asked,
    day_of,
    last_day,
    lines,
    one,
)
from anju.packs.budget.pages.targets import answering
from anju.packs.budget.pages.targets.target import form_of, sources_of, words_of
from anju.packs.budget.pages.year.monitoring import shown_file
from anju.packs.budget.year import commitments, quotas

BAD = 422


def commitments_page(request: HttpRequest) -> HttpResponse:
    """Every commitment of a file on a day, and the quotas; POST enters a quota."""
    file, known = shown_file(request)
    if file is None:
        return render(request, "budget/empty.html")
    trouble = None
    if request.method == "POST":
        try:
            return redirect(f"/budget/quotas/{_enter(request, file).pk}/")
        except (Refused, quotas.QuotaError) as error:
            trouble = error
    day, unfit = day_asked(request, file.year)
    found = commitments.standings(file, day)
    context = {
        "shown": file,
        "files": known,
        "day": day,
        "last": last_day(file.year),
        "trouble": trouble or unfit,
        "typed": request.POST,
        "rows": [_row(stands) for stands in found],
        "bound": sum(stands.line is not None for stands in found),
        "quotas": [quotas.summed(quota) for quota in Quota.objects.filter(file=file).order_by("recorded_at")],
        "may_bind": may(request.user, "budget.import"),
    }
    return render(request, "budget/commitments.html", context, status=BAD if trouble else 200)


def _row(stands: commitments.CommitmentStanding) -> dict[str, Any]:
    return {
        "row": stands.row,
        "line": stands.line,
        "actual": words_of(stands.answer),
        "evidence": stands.answer.evidence,
        "attained": stands.standing.attained,
        "grade": stands.judgement.grade,
        "word": GRADES[stands.judgement.grade],
    }


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation as error:
        raise Refused(gettext("“{text}”不是数。").format(text=text), gettext("请只写数字。")) from error
    return number


def _enter(request: HttpRequest, file: BudgetFile) -> Quota:
    if not may(request.user, "budget.import"):
        raise Refused(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    posted = request.POST
    told = quotas.Told(
        name=posted.get("name", ""),
        issuer=posted.get("issuer", ""),
        basis=posted.get("basis", ""),
        amount=_number(posted.get("amount", "")),
        unit=posted.get("unit", ""),
    )
    return quotas.enter(file, told, actor=actor(request))


# -- one commitment ----------------------------------------------------------------------------------------


def commitment_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One commitment: the words, the line that it supports, what each source says; answered like a target."""
    mine = (
        Commitment.objects.current()
        .within(scope_of(request.user))
        .select_related("file__organisation", "owner")
    )
    row = one(mine, key=key)
    papers = [answering.Paper(number) for number in range(1, answering.PAPERS + 1)]
    trouble: Any = None
    if request.method == "POST":
        if request.POST.get("step") == "bind":
            trouble = _bind(request, row)
        else:
            if request.POST.get("step") == "report" and may(request.user, "budget.report"):
                papers = answering.papers_of(request)
            trouble = answering.act(request, row, papers)
        if trouble is None:
            return redirect(request.path)
    day, unfit = day_asked(request, row.file.year)
    stands = commitments.standings(row.file, day, rows=[row])[0]
    shown, older = sources_of(request, row, day, stands.answer.value)
    own_lines = list(lines(request).filter(file=row.file).order_by("order"))
    context = {
        "row": row,
        "stands": stands,
        "word": GRADES[stands.judgement.grade],
        "reads": wording.value_words(stands.entry.value, stands.entry.op),
        "actual": words_of(stands.answer),
        "sources": shown,
        "older": older,
        "lines": own_lines,
        "proposal": None if row.line_key else commitments.proposal(row, own_lines),
        "owners": Organisation.objects.within(scope_of(request.user)).order_by("name"),
        "may_bind": may(request.user, "budget.import"),
        "trouble": trouble,
        "unfit": unfit,
        **form_of(request, row, papers),
        "last": last_day(row.file.year),
        "history": Commitment.objects.filter(key=key).order_by("-recorded_at"),
    }
    return render(request, "budget/commitment.html", context, status=BAD if trouble else 200)


def _bind(request: HttpRequest, row: Commitment) -> Refused | None:
    if not may(request.user, "budget.import"):
        return Refused(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    allowed = Organisation.objects.within(scope_of(request.user))
    own_lines = {str(line.key): line for line in lines(request).filter(file=row.file)}
    owners = {str(owner.pk): owner for owner in allowed}
    line, owner = request.POST.get("line", ""), request.POST.get("owner", "")
    if (line and line not in own_lines) or (owner and owner not in owners):
        return Refused(gettext("没有这个项目或单位，或者不在您的管理范围内。"), gettext("请从列表里选。"))
    commitments.bind(row, own_lines.get(line), owners.get(owner), actor=actor(request))
    return None


# -- one quota ---------------------------------------------------------------------------------------------


def quota_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One quota: the part of each county with its responsibility letter, summed back, the difference shown."""
    quota = one(Quota.objects.within(scope_of(request.user)).select_related("file"), pk=key)
    trouble = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _steps(request)(request, quota)
            return redirect(request.path)
        except (Refused, FileRefused, quotas.QuotaError) as error:
            trouble = error
    shares = {share.area_id: share for share in QuotaShare.objects.current().filter(quota=quota)}
    areas = _counties(request).order_by("code")
    context = {
        "quota": quota,
        "sum": quotas.summed(quota),
        "rows": [(area, shares.get(area.pk)) for area in areas],
        "may_edit": may(request.user, "budget.import"),
        "trouble": trouble,
        "typed": request.POST,
    }
    return render(request, "budget/quota.html", context, status=BAD if trouble else 200)


def _counties(request: HttpRequest) -> QuerySet[Area]:
    return Area.objects.within(scope_of(request.user)).filter(level=Level.COUNTY, valid_to__isnull=True)


def _steps(request: HttpRequest) -> Callable[[HttpRequest, Quota], None]:
    if not may(request.user, "budget.import"):
        raise Refused(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    return _share


def _share(request: HttpRequest, quota: Quota) -> None:
    areas = {str(a.pk): a for a in _counties(request)}
    area = areas.get(request.POST.get("area", ""))
    if area is None:
        raise Refused(gettext("没有选择县（市）、区。"), gettext("请从列表里选。"))
    upload = request.FILES.get("letter")
    letter = store(upload, upload.name or gettext("责任书"), actor=actor(request)) if upload else None
    amount = _number(request.POST.get("amount", ""))
    signed_on = day_of(request.POST.get("signed_on", ""))
    quotas.share(quota, area, amount, quotas.Letter(letter, signed_on), actor=actor(request))
