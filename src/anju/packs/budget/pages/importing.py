"""导入: upload, look at what was understood, correct it, keep it in one transaction."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop

from anju.kernel import audit
from anju.kernel.access.scope import scope_of
from anju.kernel.documents import DocumentError
from anju.kernel.files import FileRefused, store
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.packs.budget import presentation, service
from anju.packs.budget.keeping import drafts
from anju.packs.budget.keeping import files as kept_files
from anju.packs.budget.models import ImportDraft
from anju.packs.budget.pages.common import actor, files, one, plain_copy
from anju.packs.budget.reading.budgets import total_budget
from anju.packs.budget.targetfile import TargetFile


def import_page(request: HttpRequest) -> HttpResponse:
    """Give a file. It is stored and read; nothing of the bureau's data changes yet."""
    context: dict[str, Any] = {"organisations": budget_units(request), "files": files(request)[:20]}
    if request.method == "POST":
        try:
            draft = _draft(request)
        except (DocumentError, FileRefused) as error:
            return render(request, "budget/import.html", context | {"trouble": error}, status=422)
        return redirect(f"/budget/import/{draft.pk}/")
    return render(request, "budget/import.html", context)


def budget_units(request: HttpRequest) -> Any:
    """Budget units first: those are the ones that declare."""
    return Organisation.objects.within(scope_of(request.user)).exclude(budget_code="").order_by("budget_code")


def _draft(request: HttpRequest) -> ImportDraft:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise DocumentError(gettext("没有选择文件。"), gettext("请选择一个docx、xlsx、html、csv或txt文件。"))
    organisation = one(budget_units(request), pk=request.POST.get("organisation"))
    stored = store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))
    _read(stored)  # a file that holds no budget line is refused here, before a draft exists
    draft = ImportDraft.objects.create(original=stored, organisation=organisation, uploaded_by=actor(request))
    audit.record(
        "budget.upload", draft, actor=actor(request), after={"name": stored.name, "sha256": stored.sha256}
    )
    return draft


def _read(stored: StoredFile) -> TargetFile:
    with plain_copy(stored) as path:
        return service.read_file(path)


def preview_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was understood; corrections are kept with the draft, ``keep`` saves the whole file."""
    draft = one(
        ImportDraft.objects.within(scope_of(request.user)).select_related("original", "organisation"), pk=key
    )
    if draft.kept_id:
        return redirect(f"/budget/files/{draft.kept_id}/")
    if request.method == "POST":
        _correct(request, draft)
        if request.POST.get("step") == "keep":
            return redirect(f"/budget/files/{_keep(request, draft).pk}/")
        return redirect(request.get_full_path())
    file = drafts.apply(_read(draft.original), draft.corrections)
    return render(request, "budget/preview.html", _preview(request, draft, file))


def _correct(request: HttpRequest, draft: ImportDraft) -> None:
    """Texts that differ from what was read become corrections."""
    cells = {cell.key: cell.text for cell in drafts.understood(_read(draft.original), {})}
    given = {k.removeprefix("cell."): v.strip() for k, v in request.POST.items() if k.startswith("cell.")}
    changed = dict(draft.corrections)
    for key, text in given.items():
        if key in cells and text and text != cells[key]:
            changed[key] = text
        elif key in changed:
            del changed[key]
    if changed != draft.corrections:
        audit.record("budget.preview", draft, actor=actor(request), before=draft.corrections, after=changed)
        draft.corrections = changed
        draft.save(update_fields=["corrections"])


def _keep(request: HttpRequest, draft: ImportDraft) -> Any:
    file = drafts.apply(_read(draft.original), draft.corrections)
    kept = kept_files.save(file, draft.organisation, actor=actor(request), original=draft.original)
    draft.kept = kept
    draft.save(update_fields=["kept"])
    return kept


def _preview(request: HttpRequest, draft: ImportDraft, file: TargetFile) -> dict[str, Any]:
    cells = list(drafts.understood(file, draft.corrections))
    unresolved = [cell for cell in cells if cell.certainty == drafts.UNRESOLVED]
    edited = request.GET.get("line", "")
    groups = []
    for number, (label, rows) in enumerate(groupby(cells, key=lambda cell: cell.key.split(".")[0])):
        line = file.lines[int(label)]
        listed = list(rows)
        doubtful = sum(1 for cell in listed if cell.certainty == drafts.UNRESOLVED)
        groups.append(
            {
                "number": number,
                "line": line,
                "cells": listed,
                "doubtful": doubtful,
                "edit": edited == str(number),
            }
        )
    return {
        "draft": draft,
        "file": file,
        "groups": groups,
        "unresolved": unresolved,
        "corrected": len(draft.corrections),
        "total": presentation.money(total_budget(file.lines)),
        "target_count": sum(len(line.targets) for line in file.lines),
    }
