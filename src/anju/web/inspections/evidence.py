"""现场检查: one visit as evidence, with its photos and signatures, and the bytes behind them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.files import FileRefused, headers, open_served
from anju.kernel.files.models import StoredFile
from anju.kernel.findings.models import Finding
from anju.kernel.inspections.figures import figures
from anju.kernel.inspections.items import SEVERITY_WORDS, VERDICT_WORDS, Verdict, answer_words, verdict
from anju.kernel.inspections.models import Photo, Signature, Visit
from anju.kernel.supervision.following import quality_subject, subject_of
from anju.web.inspections.common import OUTCOME_SIGNS, SEVERITY_SIGNS, actor, one_of, titled

GONE = 410


@requires("inspections.view")
def visit_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A visit as it stands, or ``?row=`` as it stood; made to be printed."""
    rows = Visit.objects.within(scope_of(request.user)).filter(key=key).order_by("recorded_at")
    every = list(
        rows.select_related(
            "version__checklist", "area", "organisation", "object__cell__plan", "object__cell__group"
        )
    )
    if not every:
        raise Http404(gettext("没有这次检查，或者不在您的管理范围内。"))
    visit = next((row for row in every if str(row.pk) == request.GET.get("row")), every[-1])
    told = figures(timezone.localdate(visit.recorded_at))
    findings = Finding.objects.filter(subject__in=[subject_of(visit), quality_subject(visit)])
    findings = findings.order_by("recorded_at").prefetch_related("cases")
    context = {
        "visit": visit,
        "every": every,
        "title": titled(visit.version.checklist),
        "sign": OUTCOME_SIGNS[visit.outcome],
        "place": _place(request, visit),
        "rows": _answers(visit),
        "signatures": list(visit.signatures.all()),
        "findings": [(finding, finding.cases.all()[:1]) for finding in findings],
        "far": visit.distance is not None and visit.distance > told.far_metres,
        "clock_off": visit.skew is not None and abs(visit.skew) > told.clock_seconds,
        "published": getattr(visit, "published", None),
        "may_correct": visit.superseded_at is None and may(request.user, "inspections.visit"),
    }
    return render(request, "web/inspections/visit.html", context)


def _place(request: HttpRequest, visit: Visit) -> str:
    """The address of the place that was inspected, for those who may see places; "" where it is none."""
    kind, _, key = visit.subject.partition(":")
    return f"/r/places/{key}/" if kind == "place" and may(request.user, "places.view") else ""


def _answers(visit: Visit) -> list[dict[str, object]]:
    """Each item with its answer in words, its sign, and its photos."""
    photos: dict[str, list[Photo]] = {}
    for photo in visit.photos.all():
        photos.setdefault(photo.item, []).append(photo)
    found = []
    for number, item in enumerate(visit.version.items, 1):
        answer = visit.answers.get(item.code, "")
        said = verdict(item, answer) if answer else Verdict.NONE
        failed = SEVERITY_SIGNS[item.severity] if item.severity > 1 else "warn"
        signs = {Verdict.PASS: "ok", Verdict.FAIL: failed, Verdict.NOT_APPLICABLE: "na"}
        found.append(
            {
                "number": number,
                "item": item,
                "words": item.words(),
                "answer": answer_words(item, answer) if answer else "—",
                "verdict": VERDICT_WORDS.get(said, ""),
                "sign": signs.get(said, ""),
                "fails": said == Verdict.FAIL,
                "severity": SEVERITY_WORDS[item.severity],
                "remark": visit.remarks.get(item.code, ""),
                "photos": photos.get(item.code, []),
            }
        )
    return found


@requires("cases.view")
def photo_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The bytes of a photo of a visit or card; a company sees those of its own."""
    return _sent(request, one_of(request, Photo.objects.select_related("file__content"), key).file)


@requires("inspections.view")
def signature_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The drawing of a signature; 404 for a refusal, which has none."""
    rows = Signature.objects.filter(file__isnull=False).select_related("file__content")
    return _sent(request, one_of(request, rows, key).file)


def _sent(request: HttpRequest, stored: StoredFile) -> HttpResponse:
    try:
        body = open_served(stored).read()
    except FileRefused as error:
        context = {"status": GONE, "sentence": error.sentence, "next_step": error.next_step}
        return render(request, "web/error.html", context, status=GONE)
    audit.record("files.read", stored, actor=actor(request), context=context_of(request))
    return HttpResponse(body, headers=headers(stored))
