"""What a person says about a target: reported with documents, confirmed or sent back by another, adopted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from anju.kernel.access.permissions import may
from anju.kernel.files import FileRefused, store
from anju.kernel.files.models import StoredFile
from anju.kernel.indicators import reporting
from anju.kernel.indicators.computing import IndicatorError
from anju.kernel.indicators.models import Source, Value
from anju.kernel.indicators.reporting import Document, Signed
from anju.packs.budget.indicators import ask_again
from anju.packs.budget.keeping import answers
from anju.packs.budget.keeping.answers import Promise
from anju.packs.budget.models import Binding, Line
from anju.packs.budget.pages.common import Refused, actor, day_of, last_day, one

PAPERS = 5
# Whose figure a person may enter; the platform's own are computed.
SOURCES = (Source.SELF_REPORTED, Source.THIRD_PARTY)
JUDGEMENT_WORDS = {
    "full": gettext_lazy("达成预期"),
    "partly": gettext_lazy("部分达成，有一定效果"),
    "hardly": gettext_lazy("未达成，效果较差"),
    "none": gettext_lazy("没有做"),
}
Trouble = IndicatorError | FileRefused | Refused


@dataclass(slots=True)
class Paper:
    """One document of the form. A file that was stored once need not be chosen again after an error."""

    number: int
    stored: StoredFile | None = None
    kind: str = ""
    dated: str = ""
    trouble: FileRefused | None = None


def about(row: Promise) -> QuerySet[Value]:
    """All figures in force that answer a target: those reported for it, those of the indicator bound to it."""
    named = Q(code=answers.code_of(row), version=answers.VERSION, subject=answers.subject_of(row))
    for bound in Binding.objects.current().filter(target_key=row.key):
        named |= Q(code=bound.code, version=bound.version, subject=bound.subject)
    return Value.objects.current().filter(named)


def act(request: HttpRequest, row: Promise, papers: list[Paper]) -> Trouble | None:
    """Take the posted step; the reason it was refused, or None when it was taken."""
    steps: dict[str, tuple[str, Callable[[], object]]] = {
        "report": ("budget.report", lambda: _report(request, row, papers)),
        "check": ("budget.check", lambda: reporting.check(_value(request, row), _signed(request))),
        "confirm": ("budget.confirm", lambda: reporting.confirm(_value(request, row), _signed(request))),
        "return": ("budget.confirm", lambda: reporting.send_back(_value(request, row), _signed(request))),
        "adopt": ("budget.confirm", lambda: reporting.adopt(_value(request, row), _signed(request))),
    }
    permission, step = steps.get(request.POST.get("step", ""), ("", None))
    if step is None or not may(request.user, permission):
        return Refused(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    try:
        with transaction.atomic():
            step()
            ask_again(row.file, timezone.now(), lines=_supported(row))
    except (IndicatorError, Refused, FileRefused) as error:
        return error
    return None


def _supported(row: answers.Promise) -> QuerySet[Line]:
    """The line whose indicators this answer may move."""
    return (
        Line.objects.current().filter(file=row.file_id, key=row.line_key)
        if row.line_key
        else Line.objects.none()
    )


def _value(request: HttpRequest, row: Promise) -> Value:
    wanted = request.POST.get("value", "")
    known = {str(pk): pk for pk in about(row).values_list("pk", flat=True)}
    if wanted not in known:
        raise Refused(gettext("这个数已经处理过或已被新数取代。"), gettext("请刷新后再看。"))
    return one(about(row), pk=known[wanted])


def _signed(request: HttpRequest, *documents: Document) -> Signed:
    return Signed(actor(request), timezone.now(), request.POST.get("note", ""), documents)


def _report(request: HttpRequest, row: Promise, papers: list[Paper]) -> Value:
    posted = request.POST
    on = _day_within(posted.get("on", ""), row)
    source = posted.get("source", "")
    if source not in SOURCES:
        raise Refused(gettext("没有选择数据来源。"), gettext("请选择自行填报或第三方。"))
    done = posted.get("day", "").strip()
    said = answers.Said(
        number=posted.get("number", "").strip(),
        numerator=posted.get("numerator", "").strip(),
        denominator=posted.get("denominator", "").strip(),
        day=_done_on(done) if done else None,
        judgement=posted.get("judgement", ""),
    )
    return answers.say(row, on, said, _signed(request, *_documents(papers)), source)


def _day_within(text: str, row: Promise) -> date:
    """The day that a report is about: in the year of the file, and not after today."""
    last, day = last_day(row.file.year), day_of(text)
    if day is None or not date(last.year, 1, 1) <= day <= last:
        raise Refused(
            gettext("“数据截至”不在{year}年已经过去的日子里。").format(year=last.year),
            gettext("请填{first}至{last}之间的一天。").format(first=date(last.year, 1, 1), last=last),
        )
    return day


def _done_on(text: str) -> date:
    day = day_of(text)
    if day is None or day > timezone.localdate():
        raise Refused(
            gettext("完成日期不对，或在今天之后。"), gettext("请填验收记录上的日期；还没有完成的先不填报。")
        )
    return day


def _documents(papers: list[Paper]) -> list[Document]:
    found: list[Document] = []
    for paper in papers:
        if paper.trouble:
            raise paper.trouble
        if paper.stored is None:
            continue
        dated = day_of(paper.dated)
        if dated is None:
            raise Refused(
                gettext("材料“{name}”没有填日期。").format(name=paper.stored.name),
                gettext("请填写材料上的日期。"),
            )
        if any(paper.stored == known.file for known in found):
            raise Refused(
                gettext("材料“{name}”选了两次。").format(name=paper.stored.name), gettext("请去掉一份。")
            )
        found.append(Document(paper.stored, paper.kind, dated))
    return found


def papers_of(request: HttpRequest) -> list[Paper]:
    """The documents of a posted form, stored at once: a browser cannot keep a chosen file over an error."""
    return [_paper(request, number) for number in range(1, PAPERS + 1)]


def _paper(request: HttpRequest, number: int) -> Paper:
    posted = request.POST
    paper = Paper(number, kind=posted.get(f"kind-{number}", ""), dated=posted.get(f"dated-{number}", ""))
    upload = request.FILES.get(f"file-{number}")
    if isinstance(upload, UploadedFile):
        try:
            paper.stored = store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
        except FileRefused as error:
            paper.trouble = error
    elif posted.get(f"stored-{number}"):
        mine = StoredFile.objects.filter(owner=actor(request))
        paper.stored = next((f for f in mine.filter(content__sha256=posted[f"stored-{number}"])), None)
    return paper
