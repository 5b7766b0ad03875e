"""The review page of a target file (目标审核)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from anju.kernel.documents import DocumentError
from anju.packs.budget import presentation, service
from anju.packs.budget.pack import PACK

LINES_A_PAGE = 50


def check_page(request: HttpRequest) -> HttpResponse:
    """Findings by budget line, or with ``?show=lines`` what was read.

    ``severity`` and ``rule`` filter the findings, ``open=1`` unfolds all, ``page`` turns pages.
    """
    try:
        review = service.current()
    except DocumentError as error:
        trouble = {"status": "读不了", "sentence": error.sentence, "next_step": error.next_step}
        return render(request, "web/error.html", trouble, status=503)
    context = _summary(review)
    if request.GET.get("show") == "lines":
        context["lines"] = _paged(review.file["lines"], request.GET)
    else:
        context |= _findings(review, request.GET)
    context["open"] = request.GET.get("open") == "1"
    return render(request, "budget/check.html", context)


def _summary(review: service.Review) -> dict[str, Any]:
    lines = review.file["lines"]
    return {
        "pack": PACK,
        "file": review.file,
        "total": presentation.money(presentation.total(lines)),
        "target_count": sum(len(line["targets"]) for line in lines),
        "finding_count": len(review.findings),
        "severities": presentation.severity_counts(review.findings),
    }


def _findings(review: service.Review, asked: QueryDict) -> dict[str, Any]:
    names = {check.code: check.name for check in PACK.checks}
    wanted = presentation.Filter(asked.get("severity", ""), asked.get("rule", ""))
    found = [finding for finding in review.findings if wanted.accepts(finding)]
    groups = presentation.by_line(found, review.file["lines"], names)
    return {
        "wanted": wanted,
        "groups": _paged(groups, asked),
        "rules": presentation.rule_counts(review.findings, names),
        "found_count": len(found),
    }


def _paged(entries: list[Any], asked: QueryDict) -> Page[Any]:
    return Paginator(entries, LINES_A_PAGE).get_page(asked.get("page"))
