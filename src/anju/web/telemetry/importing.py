"""导入测点、导入气象: give a file, see how it was understood, keep all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.documents import DocumentError
from anju.kernel.documents.ledgers import Head
from anju.kernel.files import FileRefused, store
from anju.kernel.files.models import StoredFile
from anju.kernel.telemetry.registering import importing
from anju.kernel.telemetry.weather import delivering, reading
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import listed
from anju.web.inspections.common import plain_copy
from anju.web.telemetry.common import WRONG, actor

MOST = 200
Trouble = Refusal | DocumentError | FileRefused


class FileMissing(Refusal):
    """Nothing was chosen."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two imports: its words, its columns, how a file is read and kept. ``keep`` says what was done."""

    title: str
    note: str
    back: str
    heads: Callable[[], Sequence[Head]]
    read: Callable[[HttpRequest, Path], Any]
    keep: Callable[[HttpRequest, Any, Path], str]


def _keep_series(request: HttpRequest, plan: importing.Plan, path: Path) -> str:
    importing.bring(plan, actor=actor(request), file=path.name, context=context_of(request))
    return gettext("新登记{a}个测点，修改{b}个，原样{c}个。").format(
        a=len(plan.new), b=len(plan.changed), c=plan.same
    )


def _keep_weather(request: HttpRequest, sheet: reading.Sheet, path: Path) -> str:
    done = delivering.deliver(sheet, path.read_bytes(), settings.DATA)
    words = gettext("收下{a}个值，拒收{b}个，{c}批此前已收下。").format(
        a=done.kept, b=done.refused, c=done.repeats
    )
    audit.record(
        "telemetry.weather.import",
        path.name,
        actor=actor(request),
        after={"rows": done.rows, "kept": done.kept, "refused": done.refused, "repeats": done.repeats},
        context=context_of(request),
    )
    return words


SERIES = Side(
    gettext_noop("导入测点"),
    gettext_noop("一行一个测点：哪台设备的哪个观测量，来自哪个来源的哪个标识。"),
    "/telemetry/series/",
    lambda: importing.HEADS,
    lambda request, path: importing.plan(path, scope_of(request.user)),
    _keep_series,
)
WEATHER = Side(
    gettext_noop("导入气象观测"),
    gettext_noop("一行一个站一个时刻；值经网关入库，与在线上报的一样有报文可查。"),
    "/telemetry/series/?property=outdoor_temperature",
    reading.heads,
    lambda request, path: reading.sheet(path, scope_of(request.user)),
    _keep_weather,
)


@requires("telemetry.keep")
def series_import(request: HttpRequest) -> HttpResponse:
    return _page(request, SERIES)


@requires("telemetry.keep")
def weather_import(request: HttpRequest) -> HttpResponse:
    return _page(request, WEATHER)


def _page(request: HttpRequest, side: Side) -> HttpResponse:
    """``?file=`` shows how a given file is understood; a posted ``keep`` keeps what is shown."""
    trouble: Trouble | None = None
    seen, done = None, ""
    stored = _given(request)
    try:
        if request.method == "POST" and "keep" not in request.POST:
            return redirect(f"{request.path}?file={_uploaded(request).pk}")
        if stored:
            with plain_copy(stored) as path:
                seen = side.read(request, path)
                if request.method == "POST":
                    done = side.keep(request, seen, path)
    except (Refusal, DocumentError, FileRefused) as error:
        trouble = error
    errors = seen.errors if seen else getattr(trouble, "errors", ())
    context = {
        "side": side,
        "stored": stored,
        "seen": seen,
        "done": done,
        "trouble": trouble,
        "errors": errors[:MOST],
        "error_count": len(errors),
        "columns": [(head, gettext(name) if name else "") for head, name in seen.columns] if seen else [],
        "ignored": listed(head for head, name in seen.columns if not name) if seen else "",
        "must": listed(gettext(head.name) for head in side.heads() if head.required),
        "may": listed(gettext(head.name) for head in side.heads() if not head.required),
    }
    return render(request, "web/telemetry/import.html", context, status=WRONG if trouble else 200)


def _given(request: HttpRequest) -> StoredFile | None:
    try:
        wanted = UUID(request.GET.get("file", ""))
    except ValueError:
        return None
    return StoredFile.objects.filter(owner=actor(request), pk=wanted).first()


def _uploaded(request: HttpRequest) -> StoredFile:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise FileMissing(gettext("没有选择文件。"), gettext("请选择xlsx、csv等表格文件。"))
    return store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
