"""对应业务指标: which indicator of the platform answers a target, and for which subject."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from anju.kernel.access.scope import scope_of
from anju.kernel.indicators.models import Definition, Value
from anju.kernel.indicators.subjects import named
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.keeping import answers, bindings
from anju.packs.budget.models import Binding, LineTarget
from anju.packs.budget.pages.common import actor, lines, one

MOST = 200  # subjects on one page; more are narrowed by a word


def binding_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?indicator=`` chooses one and lists its subjects; a posted ``subject`` binds, ``release`` sets free."""
    allowed = LineTarget.objects.current().within(scope_of(request.user)).select_related("file__organisation")
    row = one(allowed, key=key, slot=False)
    line = one(lines(request), key=row.line_key)
    known = bindings.fitting(row)
    asked = request.POST.get("indicator") or request.GET.get("indicator", "")
    chosen = next((what for what in known if str(what.pk) == asked), None)
    trouble = None
    if request.method == "POST":
        try:
            _act(request, row, chosen)
            return redirect(f"/budget/targets/{row.key}/")
        except Refusal as error:
            trouble = error
    context = {
        "row": row,
        "line": line,
        "indicators": known,
        "chosen": chosen,
        "bound": Binding.objects.current().filter(target_key=row.key).first(),
        "trouble": trouble,
        "query": request.GET.get("q", ""),
    } | (_subjects(request, chosen) if chosen else {})
    return render(request, "budget/binding.html", context, status=422 if trouble else 200)


def _act(request: HttpRequest, row: LineTarget, chosen: Definition | None) -> None:
    if "release" in request.POST:
        bindings.release(row, actor=actor(request))
        return
    subject = request.POST.get("subject", "")
    if chosen is None or not subject:
        raise Refusal(gettext("没有选指标或对象。"), gettext("请先选指标，再选对象。"))
    if not _allowed(request, chosen).filter(subject=subject).exists():
        raise Refusal(gettext("这个指标没有所选对象的数。"), gettext("请从列出的对象里选。"))
    bindings.bind(row, chosen, subject, actor=actor(request))


def _allowed(request: HttpRequest, what: Definition) -> Any:
    return bindings.subjects_of(what).within(scope_of(request.user))


def _subjects(request: HttpRequest, what: Definition) -> dict[str, Any]:
    """The newest figure of each subject that the person may see, narrowed by ``?q=``."""
    newest: dict[str, Value] = {}
    for value in _allowed(request, what)[: MOST * 20]:
        newest.setdefault(value.subject, value)
    names = named(newest)
    query = request.GET.get("q", "").strip()
    found = [
        {"named": names[subject], "value": value, "words": answers.answer_of(value).words}
        for subject, value in newest.items()
        if query in names[subject].words
    ]
    found.sort(key=lambda each: each["named"].words)
    return {"subjects": found[:MOST], "left": max(0, len(found) - MOST)}
