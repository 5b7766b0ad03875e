"""表格回读: a filled form is given, compared with what is kept, and taken over when the person confirms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from anju.kernel import audit
from anju.kernel.access.permissions import may
from anju.kernel.files import FileRefused, store
from anju.kernel.files.models import StoredFile
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.pages.common import Refused, actor, files, lines, one, plain_copy
from anju.packs.budget.printing import forms
from anju.packs.budget.returned.fields import Verdict
from anju.packs.budget.returned.recognising import Mine, locate, recognise
from anju.packs.budget.returned.taking import PERMISSIONS, Compared, compared, take

# Verdict → sign and words, in the order of the preview's tally.
VERDICTS = {
    Verdict.TAKE: ("ok", gettext_lazy("可以存入")),
    Verdict.COMPUTED: ("warn", gettext_lazy("与平台不一致")),
    Verdict.ELSEWHERE: ("info", gettext_lazy("在别的表里改")),
    Verdict.UNKEPT: ("na", gettext_lazy("不存")),
    Verdict.BLANK: ("na", gettext_lazy("表内空着")),
}


def give_page(request: HttpRequest) -> HttpResponse:
    """Give a filled form. It is stored and recognised; nothing of the bureau's data changes yet."""
    asked = request.POST.get("asked", request.GET.get("file", ""))
    trouble = None
    if request.method == "POST":
        try:
            stored = _given(request)
            _compared(request, stored, asked)
            return redirect(f"/budget/forms/back/{stored.pk}/?{urlencode({'file': asked})}")
        except Refusal as error:
            trouble = error
    names = [gettext(form.name) for form in forms.FORMS.values()]
    context = {"trouble": trouble, "asked": asked, "names": names}
    return render(request, "budget/returned.html", context, status=422 if trouble else 200)


def _given(request: HttpRequest) -> StoredFile:
    upload = request.FILES.get("form")
    if not isinstance(upload, UploadedFile):
        raise Refused(gettext("没有选择文件。"), gettext("请选择填好的docx或xlsx表格。"))
    if upload.name and upload.name.lower().endswith(".zip"):
        raise FileRefused(gettext("这是压缩包，不是一张表。"), gettext("请先解压，一次上传一张表。"))
    stored = store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
    after = {"name": stored.name, "sha256": stored.sha256}
    audit.record("budget.form.give", stored, actor=actor(request), after=after)
    return stored


def _compared(request: HttpRequest, stored: StoredFile, asked: str) -> Compared:
    """The stored form beside the platform. Raises ``Refusal``."""
    with plain_copy(stored) as path:
        filled = recognise(path)
    place = locate(filled, Mine(files(request), lines(request)), timezone.localdate(), asked)
    return compared(filled, place)


def compare_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every difference and what becomes of it; POST takes over what can be, if nothing changed since it was shown."""
    stored = one(StoredFile.objects.filter(owner=actor(request)).select_related("content"), pk=key)
    asked, trouble = request.GET.get("file", ""), None
    try:
        found = _compared(request, stored, asked)
    except Refusal as error:
        return render(request, "budget/returned.html", {"trouble": error, "asked": asked}, status=422)
    if request.method == "POST":
        try:
            count = _take(request, found, stored)
            query = urlencode({"file": found.place.file.pk, "taken": count})
            return redirect(f"{request.path}?{query}")
        except Refusal as error:
            trouble = error
    context = _shown(request, found) | {"stored": stored, "trouble": trouble}
    return render(request, "budget/returned_preview.html", context, status=422 if trouble else 200)


def _take(request: HttpRequest, found: Compared, stored: StoredFile) -> int:
    if not may(request.user, PERMISSIONS[found.filled.form]):
        raise PermissionDenied
    if request.POST.get("digest") != found.digest:
        raise Refused(
            gettext("核对以后平台的数据又变了，这次没有存。"), gettext("请再看一遍差异，然后确认。")
        )
    return take(found, stored, actor=actor(request))


def _shown(request: HttpRequest, found: Compared) -> dict[str, Any]:
    form, place = found.filled.form, found.place
    rows = [(each, *VERDICTS[each.verdict]) for each in found.differences]
    counts = [
        (sign, words, sum(each.verdict == verdict for each in found.differences))
        for verdict, (sign, words) in VERDICTS.items()
    ]
    taken = request.GET.get("taken", "")
    return {
        "name": gettext(found.filled.name),
        "place": place,
        "rows": rows,
        "counts": [row for row in counts if row[2]],
        "taken": int(taken) if taken.isdecimal() else None,
        "wanted": len(found.taken),
        "may_take": may(request.user, PERMISSIONS[form]),
        "digest": found.digest,
        "home": _home(found),
    }


def _home(found: Compared) -> str:
    """The page on which what was taken over is seen."""
    place = found.place
    if found.filled.form in ("declaration", "review") or place.line is None:
        return f"/budget/files/{place.file.pk}/versions/"
    if found.filled.form == "monitoring":
        return f"/budget/monitoring/?file={place.file.pk}&day={place.day}"
    return f"/budget/evaluation/?file={place.file.pk}"
