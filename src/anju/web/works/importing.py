"""导入: a file of units, progress, contracts or acceptances; how it is understood, and all of it kept or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from anju.kernel.access.permissions import requires
from anju.kernel.documents import DocumentError
from anju.kernel.files import FileRefused, open_original, store
from anju.kernel.files.models import StoredFile
from anju.kernel.values.refusal import Refusal
from anju.kernel.watching import works as watching
from anju.kernel.wording import listed
from anju.kernel.works.errors import WorksError
from anju.kernel.works.importing import keeping
from anju.kernel.works.importing.keeping import Preview
from anju.kernel.works.importing.reading import HEADS, Content
from anju.kernel.works.models import WorksProject
from anju.web.works.common import WRONG, actor, project_of, rights, titled

MOST, SHOWN = 200, 20
Trouble = Refusal | DocumentError | FileRefused


@requires("works.manage")
def import_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?file=&content=`` shows how a given file is understood; a posted ``keep`` keeps what is shown."""
    project = project_of(request, key)
    if not rights(request, project)["may_manage"]:
        raise PermissionDenied
    trouble: Trouble | None = None
    seen: Preview | None = None
    stored = _given(request)
    content = request.GET.get("content", "")
    try:
        if request.method == "POST" and "keep" not in request.POST:
            return redirect(f"{request.path}?{_uploaded(request)}")
        if stored and content in Content.values:
            if request.method == "POST":
                return redirect(f"/works/{project.pk}/?imported={_kept(request, project, stored, content)}")
            with _plain_copy(stored) as path:
                seen = keeping.preview(path, stored.name, project, content)
    except (Refusal, DocumentError, FileRefused) as error:
        trouble = error
    errors = seen.read.errors if seen else getattr(trouble, "errors", ())
    context = {
        "project": project,
        "title": titled(project),
        "contents": _contents(),
        "content": content,
        "stored": stored,
        "seen": seen,
        "trouble": trouble,
        "errors": errors[:MOST],
        "error_count": len(errors),
        **(_shown(seen) if seen else {}),
    }
    return render(request, "web/works/import.html", context, status=WRONG if trouble else 200)


def _contents() -> list[dict[str, Any]]:
    return [
        {
            "code": content.value,
            "name": content.label,
            "must": listed(gettext(head.name) for head in HEADS[content] if head.required),
            "may": listed(gettext(head.name) for head in HEADS[content] if not head.required),
        }
        for content in Content
    ]


def _given(request: HttpRequest) -> StoredFile | None:
    try:
        wanted = UUID(request.GET.get("file", ""))
    except ValueError:
        return None
    return StoredFile.objects.filter(owner=actor(request), pk=wanted).first()


def _uploaded(request: HttpRequest) -> str:
    content, upload = request.POST.get("content", ""), request.FILES.get("file")
    if content not in Content.values:
        raise WorksError(gettext("没有选择台账种类。"), gettext("请从列表里选。"))
    if not isinstance(upload, UploadedFile):
        raise WorksError(gettext("没有选择文件。"), gettext("请选择xlsx、csv等表格文件。"))
    stored = store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
    return f"file={stored.pk}&content={content}"


@contextmanager
def _plain_copy(stored: StoredFile) -> Iterator[Path]:
    """The original under its own name, for readers that want a path; gone afterwards."""
    with TemporaryDirectory() as folder:
        path = Path(folder, stored.name)
        path.write_bytes(open_original(stored).read())
        yield path


def _kept(request: HttpRequest, project: WorksProject, stored: StoredFile, content: str) -> int:
    with _plain_copy(stored) as path:
        today = timezone.localdate()
        kept = keeping.keep(path, stored.name, project, content, actor=actor(request), today=today)
    watching.watch(project, timezone.now())
    return kept


def _shown(seen: Preview) -> dict[str, Any]:
    used = [(head, gettext(name) if name else "") for head, name in seen.read.columns]
    names = {head.field: head.name for head in HEADS[seen.read.content]}
    fields = [field for field in (seen.new[0] if seen.new else {}) if field in names or field == "amount_fen"]
    return {
        "columns": used,
        "ignored": listed(head for head, name in used if not name),
        "heads": [gettext(names.get(field, names.get("amount", field))) for field in fields],
        "firsts": [[_cell(row, field) for field in fields] for row in seen.new[:SHOWN]],
    }


def _cell(row: dict[str, Any], field: str) -> str:
    value = row[field]
    if field == "amount_fen":
        return f"{value / 100:,.2f}"
    return "—" if value in (None, "") else f"{value}"
