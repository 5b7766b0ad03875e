"""导出表格: the official forms of a file, for one line or all, as Word, Excel or pdf."""

from __future__ import annotations

import io

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.documents.forms import FormError
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.pages.common import actor, day_asked, last_day, lines
from anju.packs.budget.pages.year.monitoring import MOST, shown_file
from anju.packs.budget.printing import forms
from anju.packs.budget.year.printing import is_of_line, printed

KINDS = (("docx", "Word"), ("xlsx", "Excel"), ("pdf", "PDF"))
BAD = 400


def forms_page(request: HttpRequest) -> HttpResponseBase:
    """Choose a form, a line and a format; with ``form`` in the address the file itself is sent."""
    file, known = shown_file(request)
    if file is None:
        return render(request, "budget/empty.html")
    trouble = None
    if request.GET.get("form"):
        try:
            return _sent(request, file)
        except FormError as error:
            trouble = error
    return _page(request, file, known, trouble)


def _page(
    request: HttpRequest, file: BudgetFile, known: list[BudgetFile], trouble: FormError | None
) -> HttpResponse:
    context = {
        "shown": file,
        "files": known,
        "lines": lines(request).filter(file=file).order_by("order")[:MOST],
        "forms": [(form.code, gettext(form.name), is_of_line(form.code)) for form in forms.FORMS.values()],
        "kinds": KINDS,
        "day": day_asked(request, file.year)[0],
        "last": last_day(file.year),
        "asked": request.GET,
        "trouble": trouble,
    }
    return render(request, "budget/forms.html", context, status=BAD if trouble else 200)


def _sent(request: HttpRequest, file: BudgetFile) -> FileResponse:
    """The form as a file to keep; sending it is written to the audit. Raises ``FormError``."""
    form, kind, code = (request.GET.get(name, "") for name in ("form", "kind", "line"))
    day, unfit = day_asked(request, file.year)
    if unfit:
        raise FormError(unfit.sentence, unfit.next_step)
    if code and not lines(request).filter(file=file, code=code).exists():
        raise FormError(gettext("没有这个项目，或者不在您的管理范围内。"), gettext("请从列表里选。"))
    whole = bool(code) or not is_of_line(form)
    if (
        not whole
        and lines(request).filter(file=file).count() != file.lines.filter(superseded_at=None).count()
    ):
        raise FormError(gettext("您只能看其中一部分项目。"), gettext("请选择一个项目再导出。"))
    body = printed(form, file, kind, on=day, code=code)
    name = f"{forms.FORMS[form].name}-{code or file.year or ''}.{kind}" + ("" if whole else ".zip")
    after = {"form": form, "kind": kind, "line": code}
    audit.record("budget.form.export", file, actor=actor(request), after=after, context=context_of(request))
    return FileResponse(io.BytesIO(body), as_attachment=True, filename=name)
