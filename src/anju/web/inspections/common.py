"""What the pages of inspections share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop

from anju.kernel.documents import DocumentError
from anju.kernel.files import FileRefused, open_original, store
from anju.kernel.files.models import StoredFile
from anju.kernel.inspections.items import SEVERITY_WORDS, VERDICT_WORDS, InspectionError, Item, ItemKind
from anju.kernel.inspections.models import Checklist
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import is_english
from anju.web.surveys.common import WRONG as WRONG
from anju.web.surveys.common import actor as actor
from anju.web.surveys.common import demand as demand
from anju.web.surveys.common import one_of as one_of

TROUBLES = (Refusal, DocumentError, FileRefused)
Trouble = Refusal | DocumentError | FileRefused
OUTCOME_SIGNS = {"pass": "ok", "fail": "warn", "grave": "crit"}
SEVERITY_SIGNS = {1: "info", 2: "warn", 3: "crit"}


def titled(checklist: Checklist) -> str:
    """The title of a checklist in the language of the page."""
    return (checklist.title_en if is_english() else "") or checklist.title


def uploaded(request: HttpRequest, name: str) -> StoredFile:
    """The upload of a field, kept. ``InspectionError`` without one, ``FileRefused``."""
    upload = request.FILES.get(name)
    if not isinstance(upload, UploadedFile):
        raise InspectionError(gettext("没有选择文件。"), gettext("请选择文件后再提交。"))
    return store(upload, upload.name or gettext_noop("未命名"), actor=actor(request))


@contextmanager
def plain_copy(stored: StoredFile) -> Iterator[Path]:
    """The original under its own name, for readers that want a path; gone afterwards."""
    with TemporaryDirectory() as folder:
        path = Path(folder, stored.name)
        path.write_bytes(open_original(stored).read())
        yield path


def asked(items: Sequence[Item], given: Mapping[str, Any], faults: Mapping[str, str]) -> list[dict[str, Any]]:
    """The items as ``web/inspections/visit_form.html`` asks them, with what was said and what is wrong."""
    rows = []
    for number, item in enumerate(items, 1):
        said = given.get("answers", {}).get(item.code, "")
        choices = [(o.code, o.text) for o in item.options] if item.kind == ItemKind.CHOICE else []
        if item.kind == ItemKind.PASS_FAIL:
            choices = [(code, str(words)) for code, words in VERDICT_WORDS.items()]
        rows.append(
            {
                "number": number,
                "item": item,
                "words": item.words(),
                "section": item.section,
                "severity": SEVERITY_WORDS[item.severity],
                "sign": SEVERITY_SIGNS[item.severity],
                "choices": [(code, words, code == said) for code, words in choices],
                "said": said,
                "remark": given.get("remarks", {}).get(item.code, ""),
                "photos": given.get("photos", {}).get(item.code, []),
                "fault": faults.get(item.code, ""),
            }
        )
    return rows
