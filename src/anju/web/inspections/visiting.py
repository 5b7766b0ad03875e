"""现场检查录入: the form of a visit at the desk, with the same fields as the phone's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from uuid6 import uuid7

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.files import FileRefused, store
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import PlanObject, Version, Visit
from anju.kernel.inspections.visiting.taking import AnswersRefused
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.supervision.handing_in import hand_in
from anju.kernel.values.refusal import Refusal
from anju.web.inspections.common import WRONG, actor, asked, one_of, titled

DESK = gettext_noop("桌面录入")
MOST_FILES = 9
ROLES = ("inspector", "party", "witness")


@requires("inspections.visit")
def planned_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A visit to a drawn object of a plan."""
    rows = PlanObject.objects.filter(drawn=True)
    one = one_of(
        request,
        rows.select_related("cell__kind__version__checklist", "cell__area", "cell__group", "organisation"),
        key,
    )
    return _page(request, one.cell.kind.version, one)


@requires("inspections.visit")
def unplanned_page(request: HttpRequest) -> HttpResponse:
    """A visit that no plan asked for; ``?version=`` names the checklist, ``?replaces=`` the visit it corrects."""
    before = _corrected(request)
    if before is not None:
        return _page(request, before.version, before.object, before)
    published = Version.objects.filter(published_at__isnull=False).select_related("checklist")
    versions = list(published.order_by("checklist__title", "-number")[:100])
    version = next((v for v in versions if str(v.pk) == request.GET.get("version")), None)
    if version is None:
        rows = [(v, titled(v.checklist)) for v in versions]
        return render(request, "web/inspections/visit_choose.html", {"rows": rows})
    return _page(request, version, None)


def _corrected(request: HttpRequest) -> Visit | None:
    """The visit that ``?replaces=`` names; 404 for one that is not there for the person."""
    wanted = request.GET.get("replaces")
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError:
        raise Http404(gettext("没有这次检查。")) from None
    rows = Visit.objects.current().within(scope_of(request.user)).filter(key=key)
    found: Visit | None = rows.select_related(
        "version__checklist", "object__cell__area", "organisation", "area"
    ).first()
    if found is None:
        raise Http404(gettext("没有这次检查，或者不在您的管理范围内。"))
    return found


def _page(
    request: HttpRequest, version: Version, one: PlanObject | None, before: Visit | None = None
) -> HttpResponse:
    given: dict[str, Any] = _empty(one, before)
    trouble: Refusal | FileRefused | None = None
    if request.method == "POST":
        # What was typed is shown again even where the first of it cannot be read.
        given |= _typed(request, version)
        try:
            sent = _given(request, version, one, before)
            given |= sent
            visit = hand_in(sent, actor=actor(request), now=timezone.now(), scope=scope_of(request.user))
            return redirect(f"/inspections/visits/{visit.key}/")
        except (Refusal, FileRefused) as error:
            trouble = error
    faults = trouble.faults if isinstance(trouble, AnswersRefused) else {}
    context = {
        "version": version,
        "title": titled(version.checklist),
        "object": one,
        "before": before,
        "name": one.name if one else before.name if before else "",
        "rows": asked(version.items, given, faults),
        "given": given,
        "typed": request.POST,
        "signed": {
            role: (
                request.POST.get(f"name-{role}", ""),
                next((one["sha256"] for one in given.get("signatures", ()) if one["role"] == role), ""),
            )
            for role in ROLES
        },
        "fields": {name: request.POST.get(name, value) for name, value in _fields(given).items()},
        "trouble": trouble,
        **({} if one or before else _choices(request)),
    }
    return render(request, "web/inspections/visit_form.html", context, status=WRONG if trouble else 200)


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    """What the plain fields begin with, before somebody types."""
    position = given.get("position") or {}
    return {
        "id": given["id"],
        "inspectors": "\n".join(given.get("inspectors", ())),
        "started": given.get("started_local", ""),
        "finished": given.get("finished_local", ""),
        "lon": "" if position.get("lon") is None else position["lon"],
        "lat": "" if position.get("lat") is None else position["lat"],
        "position_reason": given.get("position_reason", ""),
    }


def _typed(request: HttpRequest, version: Version) -> dict[str, Any]:
    """Answers and words as typed, and the photos kept from an earlier try."""
    codes = [item.code for item in version.items]
    return {
        "answers": {code: request.POST.get(f"a-{code}", "") for code in codes},
        "remarks": {code: request.POST.get(f"r-{code}", "") for code in codes},
        "photos": {code: request.POST.getlist(f"kept-{code}")[:MOST_FILES] for code in codes},
    }


def _choices(request: HttpRequest) -> dict[str, Any]:
    """Areas and bodies that an unplanned object may have."""
    scope, today = scope_of(request.user), timezone.localdate()
    areas = Area.objects.within(scope).on(today).filter(level__in=("county", "zone"))
    bodies = Organisation.objects.within(scope).on(today).order_by("name")
    return {"areas": list(areas.order_by("code")[:200]), "bodies": list(bodies[:500])}


def _empty(one: PlanObject | None, before: Visit | None) -> dict[str, Any]:
    """What the form begins with: the number of the submission, who is in the group, what is corrected."""
    now = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    found: dict[str, Any] = {"id": str(uuid7()), "started_local": now, "finished_local": now}
    if before is not None:
        photos: dict[str, list[str]] = {}
        for item, sha256 in before.photos.values_list("item", "sha256"):
            photos.setdefault(item, []).append(sha256)
        started, finished = timezone.localtime(before.started_at), timezone.localtime(before.finished_at)
        found |= {"answers": before.answers, "remarks": before.remarks, "photos": photos}
        found |= {
            "inspectors": before.inspectors,
            "position": {"lon": before.longitude, "lat": before.latitude},
        }
        found |= {
            "started_local": f"{started:%Y-%m-%dT%H:%M}",
            "finished_local": f"{finished:%Y-%m-%dT%H:%M}",
        }
        found["position_reason"] = before.position_reason
    elif one is not None:
        members = one.cell.group.members.on(timezone.localdate()).order_by("name")
        found["inspectors"] = list(members.values_list("name", flat=True))
    return found


def _given(
    request: HttpRequest, version: Version, one: PlanObject | None, before: Visit | None
) -> dict[str, Any]:
    """What was typed as the JSON that a phone would send; uploads are stored first and kept over a refusal."""
    post = request.POST
    told: dict[str, Any] = {
        "id": post.get("id", ""),
        "form": "inspection.visit",
        "version": str(version.pk),
        "object": str(one.pk) if one else None,
        "inspectors": [name.strip() for name in post.get("inspectors", "").splitlines() if name.strip()],
        "started_at": _moment(post.get("started", "")),
        "finished_at": _moment(post.get("finished", "")),
        "sent_at": timezone.now().isoformat(),
        "device": DESK,
        "position": _position(post.get("lon", ""), post.get("lat", "")),
        "position_reason": post.get("position_reason", ""),
        **_typed(request, version),
        "photos": {item.code: _photos(request, item.code) for item in version.items},
        "signatures": _signatures(request),
        "refused": post.get("refused", ""),
    }
    if before is not None:
        told |= {"replaces": str(before.key), "reason": post.get("reason", "")}
    if before is not None and one is None:
        told["unplanned"] = {
            "subject": before.subject,
            "name": before.name,
            "area": str(before.area_id),
            "organisation": str(before.organisation_id),
        }
    elif one is None:
        told["unplanned"] = {name: post.get(name, "") for name in ("name", "area", "organisation")}
    return told


def _moment(text: str) -> str:
    try:
        return timezone.make_aware(datetime.fromisoformat(text)).isoformat()
    except ValueError:
        raise InspectionError(gettext("没有写开始或完成时间。"), gettext("请补上时间。")) from None


def _position(longitude: str, latitude: str) -> dict[str, float] | None:
    if not longitude and not latitude:
        return None
    try:
        return {"lon": float(longitude), "lat": float(latitude)}
    except ValueError:
        raise InspectionError(gettext("经纬度不是数字。"), gettext("请写118.18这样的度数。")) from None


def _photos(request: HttpRequest, code: str) -> list[str]:
    """Hashes of what was kept from an earlier try and of what is uploaded now."""
    kept = request.POST.getlist(f"kept-{code}")[:MOST_FILES]
    return [*kept, *(_stored(request, one) for one in request.FILES.getlist(f"p-{code}")[:MOST_FILES])]


def _stored(request: HttpRequest, upload: UploadedFile) -> str:
    return store(upload, upload.name or gettext_noop("未命名"), actor=actor(request)).sha256


def _signatures(request: HttpRequest) -> list[dict[str, str]]:
    """A drawing for each role whose name was written."""
    found = []
    for role in ROLES:
        name, upload = request.POST.get(f"name-{role}", "").strip(), request.FILES.get(f"s-{role}")
        kept = request.POST.get(f"kept-{role}", "")
        sha256 = _stored(request, upload) if isinstance(upload, UploadedFile) else kept
        if name and sha256:
            found.append({"role": role, "name": name, "sha256": sha256})
    return found
