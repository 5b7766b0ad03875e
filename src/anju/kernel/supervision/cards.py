"""A supervision card from the answer of who must mend it to its acceptance by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from anju.kernel import loop
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, CaseStep, Outcome
from anju.kernel.files.models import StoredFile
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Photo
from anju.kernel.supervision import following

# How an accepting person saw that it is mended.
WAYS: dict[str, Promise] = {"on_site": gettext_lazy("现场验收"), "video": gettext_lazy("视频验收")}
_STORED = {"on_site": gettext_noop("现场验收"), "video": gettext_noop("视频验收")}


@transaction.atomic
def answer(case: Case, outcome: str, note: str, photos: Sequence[StoredFile], *, actor: str) -> CaseStep:
    """Say that it is mended, with photos of the same spot afterwards; or why nothing was to be mended.

    Raises ``CaseError`` for a step out of order, ``InspectionError`` for photos that are missing, no pictures, or used
    before.
    """
    if outcome == Outcome.CORRECTED and not photos:
        raise InspectionError(gettext("没有整改后的照片。"), gettext("请在同一位置拍照后提交。"))
    if any(photo.kind not in ("jpg", "png") for photo in photos):
        raise InspectionError(gettext("照片应是jpg或png。"), gettext("请重新选择照片。"))
    hashes = [photo.sha256 for photo in photos]
    if len(set(hashes)) < len(hashes) or Photo.objects.filter(sha256__in=hashes).exists():
        raise InspectionError(gettext("照片以前用过。"), gettext("请重新拍摄整改后的现场。"))
    step = flow.submit(case, outcome, note, actor=actor)
    Photo.objects.bulk_create(
        Photo(
            step=step,
            item=case.finding.part,
            file=photo,
            sha256=photo.sha256,
            area=case.owner.area,
            organisation=case.owner,
        )
        for photo in photos
    )
    return step


@transaction.atomic
def accept(case: Case, way: str, note: str, *, actor: str, now: datetime) -> Case:
    """Close a card after it was seen on site or by video; by another person than who mended it.

    Raises ``CaseError`` where the rules still find it, or for the same person; ``InspectionError`` without a way.
    """
    if way not in WAYS:
        raise InspectionError(gettext("没有选择验收方式。"), gettext("请选现场或视频。"))
    words = f"{_STORED[way]}。{note.strip()}"
    return loop.accept(case, following.standing, actor=actor, now=now, note=words)
