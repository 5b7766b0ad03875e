"""抽样: a frame from a file or from a register, what would be drawn from it, and the draw that is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from anju.kernel.access.permissions import requires
from anju.kernel.documents import DocumentError
from anju.kernel.files import FileRefused, open_original, store
from anju.kernel.files.models import StoredFile
from anju.kernel.packs import Filter, Register
from anju.kernel.surveys import drawing
from anju.kernel.surveys.drawing import Frame, Member, Plan
from anju.kernel.surveys.models import Survey
from anju.kernel.surveys.questions import SurveyError
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import bracketed
from anju.web.registers import catalogue, fields, rows
from anju.web.surveys.common import WRONG, actor, survey_of, titled

MOST = 200
Trouble = Refusal | DocumentError | FileRefused


@requires("surveys.manage")
def draw_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?file=`` or ``?register=&stratum=`` names the frame; a posted ``record`` keeps the draw that is shown."""
    survey = survey_of(request, key)
    trouble: Trouble | None = None
    shown: Plan | None = None
    frame: Frame | None = None
    try:
        if request.method == "POST" and "record" not in request.POST:
            return redirect(f"{request.path}?file={_stored(request).pk}")
        frame = _frame(request)
        if frame and request.method == "POST":
            drawing.record(survey, frame, actor=actor(request), now=timezone.now())
            return redirect(request.path)
        shown = drawing.plan(survey, frame) if frame and survey.drawn_at is None else None
    except (Refusal, DocumentError, FileRefused) as error:
        trouble = error
    errors = getattr(trouble, "errors", ())
    context = {
        "survey": survey,
        "title": titled(survey),
        "frame": frame,
        "plan": shown,
        "strata": _strata(survey, shown),
        "firsts": _firsts(survey, shown),
        "trouble": trouble,
        "errors": errors[:MOST],
        "error_count": len(errors),
        "registers": _registers(request),
        "heads": drawing.HEADS,
    }
    return render(request, "web/surveys/draw.html", context, status=WRONG if trouble else 200)


def _stored(request: HttpRequest) -> StoredFile:
    """The upload, kept, with its rows understood; raises what is wrong with it."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise SurveyError(gettext("没有选择文件。"), gettext("请选择xlsx、csv等表格文件。"))
    stored = store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
    _read(stored)
    return stored


def _frame(request: HttpRequest) -> Frame | None:
    if request.GET.get("register"):
        return _from_register(request)
    try:
        wanted = UUID(request.GET.get("file", ""))
    except ValueError:
        return None
    stored = StoredFile.objects.filter(owner=actor(request), pk=wanted).first()
    return _read(stored) if stored else None


def _read(stored: StoredFile) -> Frame:
    with _plain_copy(stored) as path:
        return drawing.read_frame(path, stored)


@contextmanager
def _plain_copy(stored: StoredFile) -> Iterator[Path]:
    """The original under its own name, for readers that want a path; gone afterwards."""
    with TemporaryDirectory() as folder:
        path = Path(folder, stored.name)
        path.write_bytes(open_original(stored).read())
        yield path


def _registers(request: HttpRequest) -> list[dict[str, Any]]:
    """The registers that may be drawn from, each with the fields that can be its strata."""
    return [
        {
            "code": register.code,
            "name": gettext(register.name),
            "strata": [(f.field, gettext(f.name)) for f in register.filters if f.kind == "choice"],
        }
        for _, register in catalogue.opened(request.permissions)
        if any(f.kind == "choice" for f in register.filters)
    ]


def _from_register(request: HttpRequest) -> Frame:
    """The rows of a register in the person's scope; the key is that of the row, the stratum what the field says."""
    known = {register.code: register for _, register in catalogue.opened(request.permissions)}
    register = known.get(request.GET["register"])
    by = next(
        (f for f in (register.filters if register else ()) if f.field == request.GET.get("stratum")), None
    )
    if register is None or by is None or by.kind != "choice":
        raise SurveyError(gettext("没有选择台账或分层的栏目。"), gettext("请从列表里选。"))
    with translation.override(settings.LANGUAGE_CODE):  # what is stored is Chinese, whatever the page is in
        return _members(request, register, by)


def _members(request: HttpRequest, register: Register, by: Filter) -> Frame:
    words = fields.choices(register, by.field)
    found = rows.everything(register, catalogue.scope_for(request, register)).values_list("pk", by.field)
    members = [
        Member(str(pk), words.get(str(value), str(value)) if value not in (None, "") else gettext("未填"))
        for pk, value in found.iterator(chunk_size=2000)
    ]
    return Frame(f"{gettext(register.name)}{bracketed(gettext(by.name))}", members)


def _strata(survey: Survey, shown: Plan | None) -> list[dict[str, Any]]:
    if shown:
        pairs = [(name, *sizes) for name, sizes in shown.strata.items()]
    else:
        pairs = list(survey.strata.order_by("name").values_list("name", "population", "sampled"))
    return [
        {"name": name, "population": population, "sampled": sampled, "share": 100 * sampled / population}
        for name, population, sampled in pairs
        if population
    ]


def _firsts(survey: Survey, shown: Plan | None) -> list[tuple[str, str]]:
    """The first household of each stratum, so that the draw can be compared with one made by hand."""
    if shown:
        return [(name, keys[0]) for name, keys in shown.drawn.items() if keys]
    found = survey.invitations.filter(position=1).order_by("stratum__name")
    return list(found.values_list("stratum__name", "key"))
