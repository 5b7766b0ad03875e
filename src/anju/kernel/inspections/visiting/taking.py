"""Taking a visit in: everything is checked, then kept in one transaction, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.inspections import scoring
from anju.kernel.inspections.figures import figures
from anju.kernel.inspections.items import InspectionError, Item, Verdict, verdict
from anju.kernel.inspections.measuring import indicators
from anju.kernel.inspections.models import (
    Photo,
    PlanObject,
    PublishedVisit,
    Signature,
    SignatureRole,
    Version,
    Visit,
)
from anju.kernel.inspections.visiting import payload
from anju.kernel.inspections.visiting.payload import Submission
from anju.kernel.parties.models import Organisation
from anju.kernel.places import geo
from anju.kernel.places.models import Area
from anju.kernel.values.scope import Scope


class AnswersRefused(InspectionError):
    """Some answers are missing or wrong: item code → sentence."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            gettext("还有{n}项要补充或改正。").format(n=len(faults)), gettext("请看标红的检查项。")
        )
        self.faults = dict(faults)


class Altered(InspectionError):
    """The same submission came before with other content; that first one stands."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What is inspected, as it is copied into the visit."""

    subject: str
    name: str
    area: Area
    organisation: Organisation
    object: PlanObject | None
    longitude: float | None = None
    latitude: float | None = None


def take_visit(told: object, *, actor: str, now: datetime, scope: Scope) -> Visit:
    """Keep what a phone or desk sent as a visit; the same sent again gives the visit that is there.

    ``told`` is JSON: ``{id: UUIDv7 made on the device, form: "inspection.visit", version: key of the checklist version,
    object: key of the plan's object, or unplanned: {subject, name, area, organisation}, inspectors: [name],
    started_at, finished_at, sent_at (ISO 8601 with offset), device, position: {lon, lat, accuracy, at} or null,
    position_reason, answers: {code: answer}, remarks: {code: words}, photos: {code: [sha256]}, pictures: [{sha256,
    taken_at, lon, lat, accuracy}], signatures: [{role: inspector, party or witness, name, sha256 of a PNG}], refused:
    name of the party that would not sign or "", replaces: key of the visit that this corrects or null, reason}``.
    Photos and signatures were stored before (``files.store``), by the same actor. ``sent_at`` is the device's clock at
    the moment of sending: from it comes the skew that is kept. It may change from try to try, nothing else may.

    Raises ``PayloadRefused`` (with the field) for a wrong shape, ``AnswersRefused`` (by item), ``Altered`` for a known
    id with other content, ``InspectionError`` for everything else. Nothing is kept then.
    """
    given = payload.read(told)
    known = Visit.objects.filter(submission=given.id).first()
    if known is not None:
        return _same(known, given, actor)
    try:
        with transaction.atomic():
            return _take(given, actor, now, scope)
    except IntegrityError:
        # The same submission came twice at once, and the other one was kept.
        known = Visit.objects.filter(submission=given.id).first()
        if known is None:
            raise
        return _same(known, given, actor)


def _same(known: Visit, given: Submission, actor: str) -> Visit:
    if known.digest != given.digest or known.taken_by != actor:
        raise Altered(
            gettext("这份检查已经提交过，内容和上次不同。"),
            gettext("已提交的不能改；要更正，请在原来的检查上另交一份更正。"),
        )
    return known


def _take(given: Submission, actor: str, now: datetime, scope: Scope) -> Visit:
    version = _version(given.version, scope)
    place = _place(given, scope, version)
    before = _replaced(given, place, scope)
    _check_inspectors(given, version)
    _check_answers(version.items, given)
    distance = _distance(given, place, now)
    files = _files(given, actor)
    if before is not None:
        # The rows of the table hold one current row for each key.
        Visit.objects.filter(pk=before.pk).update(superseded_at=now)
    visit = _visit(given, place, version)
    visit.key, visit.taken_by, visit.recorded_at = before.key if before else given.id, actor, now
    visit.distance = distance
    visit.skew = None if given.sent_at is None else round((now - given.sent_at).total_seconds())
    visit.save(force_insert=True)
    _keep_photos(visit, given, files)
    _keep_signatures(visit, given, files)
    facts = {
        "object": place.name,
        "outcome": visit.outcome,
        "points": str(visit.points),
        "digest": given.digest,
    }
    audit.record("inspections.visit", visit, actor=actor, after=facts, reason=given.reason)
    indicators.ask_again(visit, now)
    return visit


def _visit(given: Submission, place: _Place, version: Version) -> Visit:
    """The row of what was sent, with its score; not yet saved."""
    told = scoring.score(version.items, given.answers)
    return Visit(
        submission=given.id,
        digest=given.digest,
        version=version,
        object=place.object,
        subject=place.subject,
        name=place.name,
        area=place.area,
        organisation=place.organisation,
        inspectors=list(given.inspectors),
        started_at=given.started_at,
        finished_at=given.finished_at,
        longitude=given.position.longitude if given.position else None,
        latitude=given.position.latitude if given.position else None,
        accuracy=given.position.accuracy if given.position else None,
        position_reason=given.position_reason,
        device=given.device,
        answers=dict(given.answers),
        remarks=dict(given.remarks),
        outcome=told.outcome.value,
        points=told.points,
        kept=told.kept,
        applicable=told.applicable,
        passed=told.passed,
        judged=told.judged,
        reason=given.reason,
    )


def _version(key: UUID, scope: Scope) -> Version:
    found = Version.objects.select_related("checklist").filter(pk=key, published_at__isnull=False).first()
    if found is None:
        raise InspectionError(gettext("没有这一版清单，或者还没有发布。"), gettext("请重新下载任务。"))
    return found


def _place(given: Submission, scope: Scope, version: Version) -> _Place:
    if given.object is not None:
        rows = PlanObject.objects.within(scope).filter(drawn=True)
        one = rows.select_related("cell__area", "cell__kind", "organisation").filter(pk=given.object).first()
        if one is None:
            raise InspectionError(
                gettext("计划里没有这个对象，或者不在您的管理范围内。"), gettext("请重新下载任务。")
            )
        if one.cell.kind.version_id != version.pk:
            raise InspectionError(gettext("计划用的不是这一版清单。"), gettext("请重新下载任务。"))
        return _Place(
            one.subject, one.name, one.cell.area, one.organisation, one, one.longitude, one.latitude
        )
    named = given.unplanned
    assert named is not None  # ``payload.read`` saw to it
    area = Area.objects.within(scope).filter(pk=named.area).first()
    body = Organisation.objects.within(scope).filter(pk=named.organisation).first()
    if area is None or body is None:
        raise InspectionError(gettext("区县或责任单位不在您的管理范围内。"), gettext("请重新选择。"))
    return _Place(named.subject, named.name, area, body, None)


def _replaced(given: Submission, place: _Place, scope: Scope) -> Visit | None:
    if given.replaces is None:
        return None
    rows = Visit.objects.current().within(scope).select_for_update()
    before: Visit | None = rows.filter(key=given.replaces).first()
    if before is None or before.subject != place.subject:
        raise InspectionError(gettext("没有要更正的这次检查。"), gettext("请从原来的检查页面进入。"))
    if PublishedVisit.objects.filter(visit=before).exists():
        raise InspectionError(gettext("结果已经公布，不能更正。"), gettext("请另做一次检查。"))
    if len(given.reason) < 2:
        raise InspectionError(gettext("没有写更正的原因。"), gettext("请写明哪里不对。"))
    return before


def _check_inspectors(given: Submission, version: Version) -> None:
    if len(given.inspectors) < version.least_inspectors:
        raise InspectionError(
            gettext("检查人不足{n}人。").format(n=version.least_inspectors), gettext("请补上同行的检查人。")
        )
    by_role = {role: {s.name for s in given.signatures if s.role == role} for role in SignatureRole.values}
    if not by_role[SignatureRole.INSPECTOR] or not by_role[SignatureRole.INSPECTOR] <= set(given.inspectors):
        raise InspectionError(gettext("没有检查人的签字。"), gettext("请由检查人本人签字。"))
    if not version.party_signs:
        return
    signed, witnessed = by_role[SignatureRole.PARTY], by_role[SignatureRole.WITNESS]
    if not signed and not given.refused:
        raise InspectionError(gettext("没有当事人的签字。"), gettext("请当事人签字；拒签的，由见证人签字。"))
    if given.refused and (signed or not witnessed):
        raise InspectionError(
            gettext("写了拒签，却没有见证人签字，或者当事人已经签字。"),
            gettext("请由见证人签字，或去掉拒签。"),
        )


def _check_answers(items: list[Item], given: Submission) -> None:
    known = {item.code: item for item in items}
    strange = sorted({*given.answers, *given.remarks, *given.photos} - set(known))
    if strange:
        raise payload.PayloadRefused(
            "answers",
            gettext("清单里没有“{code}”这一项。").format(code=strange[0][:40]),
            gettext("请重新下载任务。"),
        )
    faults = {item.code: fault for item in items if (fault := _fault(item, given))}
    if faults:
        raise AnswersRefused(faults)


def _fault(item: Item, given: Submission) -> str:
    """What is wrong with the answer to one item; "" where nothing is."""
    answer = given.answers.get(item.code, "")
    if not answer:
        return gettext("还没有填。") if item.required else ""
    try:
        said = verdict(item, answer)
    except ValueError as error:
        return str(error)
    if said == Verdict.FAIL and len(given.remarks.get(item.code, "")) < 2:
        return gettext("不符合的要写明问题。")
    n = len(given.photos.get(item.code, ()))
    if said != Verdict.NOT_APPLICABLE and n < item.photos:
        return gettext("要{wanted}张照片，现有{n}张。").format(wanted=item.photos, n=n)
    return ""


def _distance(given: Submission, place: _Place, now: datetime) -> float | None:
    """Metres to the object; None where one of the two positions is not known."""
    if given.position is None:
        if len(given.position_reason) < 2:
            raise InspectionError(gettext("没有现场位置。"), gettext("请打开定位，或写明没有位置的原因。"))
        return None
    if place.longitude is None or place.latitude is None:
        return None
    metres = geo.distance(
        (given.position.longitude, given.position.latitude), (place.longitude, place.latitude)
    )
    limit = figures(timezone.localdate(now)).far_metres
    if metres > limit and len(given.position_reason) < 2:
        raise InspectionError(
            gettext("现场位置离对象{metres}米，超过{limit}米。").format(metres=round(metres), limit=limit),
            gettext("请到现场提交，或写明原因。"),
        )
    return round(metres, 1)


def _files(given: Submission, actor: str) -> dict[str, StoredFile]:
    """The stored files by hash; only what the same actor gave, so that nobody files what others took."""
    pictures = {one for hashes in given.photos.values() for one in hashes}
    drawings = {one.sha256 for one in given.signatures}
    rows = StoredFile.objects.filter(owner=actor, content__sha256__in=pictures | drawings)
    found = {row.sha256: row for row in rows.select_related("content").order_by("-recorded_at")}
    missing = sorted((pictures | drawings) - set(found))
    if missing:
        raise InspectionError(
            gettext("有{n}个照片或签字还没有上传。").format(n=len(missing)), gettext("请先上传，再提交检查。")
        )
    wrong = [h for h in pictures if found[h].kind not in ("jpg", "png")]
    if wrong or any(found[h].kind != "png" for h in drawings):
        raise InspectionError(gettext("照片应是jpg或png，签字应是png。"), gettext("请重新拍照或签字。"))
    return found


def _keep_photos(visit: Visit, given: Submission, files: Mapping[str, StoredFile]) -> None:
    rows = []
    for code, hashes in given.photos.items():
        for sha256 in hashes:
            picture = given.pictures.get(sha256)
            place: dict[str, Any] = {}
            if picture and picture.fix:
                fix = picture.fix
                place = {"longitude": fix.longitude, "latitude": fix.latitude, "accuracy": fix.accuracy}
            rows.append(
                Photo(
                    visit=visit,
                    item=code,
                    file=files[sha256],
                    sha256=sha256,
                    taken_at=picture.taken_at if picture else None,
                    area=visit.area,
                    organisation=visit.organisation,
                    recorded_at=visit.recorded_at,
                    **place,
                )
            )
    Photo.objects.bulk_create(rows)


def _keep_signatures(visit: Visit, given: Submission, files: Mapping[str, StoredFile]) -> None:
    rows = [
        Signature(visit=visit, role=one.role, name=one.name, file=files[one.sha256], sha256=one.sha256)
        for one in given.signatures
    ]
    if given.refused:
        rows.append(Signature(visit=visit, role=SignatureRole.PARTY, name=given.refused, refused=True))
    Signature.objects.bulk_create(rows)
