"""原始报文: the bytes as they came, their digest, and the points that they gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.telemetry import history
from anju.kernel.telemetry.frames import Frame, Status
from anju.kernel.telemetry.models import Quarantined, Series, Source
from anju.kernel.telemetry.wording import figure
from anju.kernel.values.scope import Scope
from anju.web.telemetry import words
from anju.web.telemetry.common import actor
from anju.web.telemetry.points import whole

MOST_BYTES, PER_LINE = 16_384, 16
MOST_POINTS = 500
_STATUS = {Status.ACCEPTED: "ok", Status.REPEAT: "info", Status.REJECTED: "high"}


@dataclass(frozen=True, slots=True)
class Readable:
    """Bytes in three ways; ``text`` is empty where they are no text."""

    size: int
    digest: str
    hex: str
    text: str
    cut: bool


def readable(raw: Frame) -> Readable:
    shown = raw.raw[:MOST_BYTES]
    return Readable(
        len(raw.raw), sha256(raw.raw).hexdigest(), hex_lines(shown), text_of(shown), len(raw.raw) > MOST_BYTES
    )


def hex_lines(data: bytes) -> str:
    """Sixteen bytes a line: offset, bytes, and what of them can be printed."""
    lines = []
    for start in range(0, len(data), PER_LINE):
        part = data[start : start + PER_LINE]
        printed = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:06x}  {part.hex(' '):<47}  {printed}")
    return "\n".join(lines)


def text_of(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(data) - 3:
            return ""
        text = data[: error.start].decode("utf-8")
    return text if all(char.isprintable() or char in "\r\n\t" for char in text) else ""


@requires("telemetry.view")
def frame_page(request: HttpRequest, number: str) -> HttpResponse:
    """A frame of a source of the person's scope; looking at bytes is written to the audit."""
    wanted = whole(number, 0, 0, (1 << 63) - 1)
    raw = history.frame(wanted) if wanted else None
    scope = scope_of(request.user)
    source = Source.objects.within(scope).filter(number=raw.source).first() if raw else None
    # What a stranger sent belongs to nobody: only those who see everything see it.
    if raw is None or (source is None and not (raw.source == 0 and scope.everything)):
        raise Http404(gettext("没有这份报文，或者不在您的管理范围内，或者已超过保存期限。"))
    kept = Quarantined.objects.within(scope).filter(frame=raw.number).first()
    audit.record(
        "telemetry.frame.read",
        gettext("报文{n}").format(n=raw.number),
        actor=actor(request),
        context=context_of(request),
    )
    context = {
        "frame": raw,
        "source": source,
        "raw": readable(raw),
        "received": datetime.fromtimestamp(raw.received / 1000, UTC),
        "sign": _STATUS[raw.status],
        "status": _word(raw.status),
        "reason": words.of_reason(raw.reason),
        "kept": kept,
        "points": _points(raw, scope),
    }
    return render(request, "web/telemetry/frame.html", context)


def _word(status: Status) -> str:
    names = {
        Status.ACCEPTED: gettext("已收下"),
        Status.REPEAT: gettext("重复"),
        Status.REJECTED: gettext("已拒收"),
    }
    return names[status]


def _points(raw: Frame, scope: Scope) -> list[dict[str, Any]]:
    """What the frame gave, by series."""
    if not raw.points:
        return []
    found = history.points_of(raw)
    numbers = set(found.series.tolist()[:MOST_POINTS])
    series = Series.objects.within(scope).filter(number__in=numbers).select_related("asset")
    known = {one.number: one for one in series}
    rows = []
    for at in range(min(len(found), MOST_POINTS)):
        one = known.get(int(found.series[at]))
        if one is None:
            continue
        quality = history.quality_of(found.quality[at])
        rows.append(
            {
                "series": one,
                "at": history.moment(found.time[at]),
                "value": figure(float(found.value[at]), one.unit),
                "sign": {"good": "ok", "uncertain": "warn", "bad": "high"}[quality.status],
                "words": words.of_quality(quality),
            }
        )
    return rows
