"""What is odd about a visit, each with its words: a photo used before, a place far off, a clock that is wrong.

Our design, after section 5 of the dust specification: photos carry hash, position and time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from anju.kernel.inspections.figures import Figures
from anju.kernel.inspections.models import Photo, Visit

REUSED, FAR, CLOCK = "inspection.quality.photo_reused", "inspection.quality.far", "inspection.quality.clock"


@dataclass(frozen=True, slots=True)
class Mark:
    """A rule that fired, its grade, what tells it from another of the same rule, and its words in Chinese."""

    rule: str
    grade: str
    part: str
    message: str


def marks(visit: Visit, told: Figures) -> Iterator[Mark]:
    """What is odd about a visit as it was submitted."""
    yield from _photos(visit)
    if visit.distance is not None and visit.distance > told.far_metres:
        words = (
            f"现场位置离对象{visit.distance:.0f}米，超过{told.far_metres}米；说明：{visit.position_reason}"
        )
        yield Mark(FAR, "info", "位置", f"{visit.name}：{words}")
    if visit.skew is not None and abs(visit.skew) > told.clock_seconds:
        way = "慢" if visit.skew > 0 else "快"
        yield Mark(
            CLOCK, "warn", "时钟", f"{visit.name}：设备时钟{way}{abs(visit.skew)}秒，时间仍按设备所报保存"
        )


def _photos(visit: Visit) -> Iterator[Mark]:
    """A content that was filed before, with another visit or card, or for two items of this one."""
    own = list(visit.photos.values_list("sha256", "item"))
    times = Counter(sha256 for sha256, _ in own)
    # A correction shows photos again: what counts is when this visit had them first.
    mine = Photo.objects.filter(sha256__in=times, visit__key=visit.key)
    since = dict(mine.values_list("sha256").annotate(first=Min("recorded_at")).order_by())
    others = Photo.objects.filter(sha256__in=times).exclude(visit__key=visit.key)
    first: dict[str, Photo] = {}
    for photo in others.select_related("visit", "step__case").order_by("recorded_at"):
        if photo.recorded_at <= since[photo.sha256]:
            first.setdefault(photo.sha256, photo)
    for sha256, item in sorted(own, key=lambda pair: pair[1]):
        if sha256 in first:
            used = first[sha256]
            where = used.visit.name if used.visit else used.step.case.title  # type: ignore[union-attr]
            day = timezone.localdate(used.recorded_at)
            yield Mark(REUSED, "high", item, f"{visit.name}：照片{sha256[:8]}在{day}已用于“{where}”")
        elif times[sha256] > 1:
            yield Mark(REUSED, "high", item, f"{visit.name}：同一张照片{sha256[:8]}用于{times[sha256]}项")
