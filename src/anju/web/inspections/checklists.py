"""检查清单: the items of each version, what changed between two, and the editor of the draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.inspections import checklists
from anju.kernel.inspections.items import (
    KIND_WORDS,
    MOST_ITEMS,
    SEVERITY_WORDS,
    InspectionError,
    Item,
    differences,
)
from anju.kernel.inspections.models import Checklist, Version
from anju.kernel.parties.models import Organisation
from anju.web.inspections.common import (
    SEVERITY_SIGNS,
    TROUBLES,
    WRONG,
    Trouble,
    actor,
    demand,
    one_of,
    plain_copy,
    titled,
    uploaded,
)
from anju.web.surveys.workbook import XLSX, book

_TEXTS = ("code", "section", "text", "text_en", "kind", "basis", "unit", "low", "high", "instruction")
_NUMBERS = {"severity": 1, "points": 1, "photos": 0}
FIELD_WORDS = {
    "text": gettext_lazy("检查内容"),
    "section": gettext_lazy("部分"),
    "text_en": gettext_lazy("英文"),
    "kind": gettext_lazy("填写方式"),
    "basis": gettext_lazy("依据"),
    "severity": gettext_lazy("严重程度"),
    "points": gettext_lazy("扣分"),
    "photos": gettext_lazy("照片数"),
    "unit": gettext_lazy("单位"),
    "low": gettext_lazy("下限"),
    "high": gettext_lazy("上限"),
    "options": gettext_lazy("选项"),
    "instruction": gettext_lazy("说明"),
    "required": gettext_lazy("必填"),
}
CHANGES = {"new": gettext_lazy("新增"), "gone": gettext_lazy("删去"), "changed": gettext_lazy("改动")}


@requires("inspections.plan")
def new_page(request: HttpRequest) -> HttpResponse:
    """A code, a name and an owner; the items are written on the next page."""
    owners = list(
        Organisation.objects.within(scope_of(request.user)).on(timezone.localdate()).order_by("name")[:500]
    )
    trouble = None
    if request.method == "POST":
        owner = next((one for one in owners if str(one.pk) == request.POST.get("owner")), None)
        try:
            if owner is None:
                raise InspectionError(gettext("没有选择主办单位。"), gettext("请从列表里选一个。"))
            told = (request.POST.get("code", ""), request.POST.get("title", ""))
            english = request.POST.get("title_en", "")[:120]
            made = checklists.create(*told, owner, actor=actor(request), title_en=english)
            return redirect(f"/inspections/checklists/{made.checklist_id}/")
        except InspectionError as error:
            trouble = error
    context = {"trouble": trouble, "typed": request.POST, "owners": owners}
    return render(request, "web/inspections/checklist_new.html", context, status=WRONG if trouble else 200)


@requires("inspections.view")
def checklist_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """``?version=`` chooses one, else the last, compared with the one before; ``step`` works on the draft."""
    checklist = one_of(request, Checklist.objects.select_related("owner"), key)
    versions = list(checklist.versions.order_by("-number"))
    version = next((v for v in versions if str(v.number) == request.GET.get("version")), versions[0])
    if request.GET.get("export") == "xlsx":
        name = f"{checklist.code}-{version.number}.xlsx"
        made = book([(gettext("清单"), checklists.rows_of(version.items))])
        return FileResponse(made, as_attachment=True, filename=name, content_type=XLSX)
    forms, trouble = _forms(version.items), None
    if request.method == "POST":
        demand(request, "inspections.plan")
        forms = posted(request.POST) if "1-text" in request.POST else forms
        try:
            if _taken(request, checklist, version, forms):
                return redirect(request.path)
        except TROUBLES as error:
            trouble = error
    context = {
        "checklist": checklist,
        "title": titled(checklist),
        "versions": versions,
        "version": version,
        "has_draft": versions[0].published_at is None,
        "may_plan": may(request.user, "inspections.plan"),
        "trouble": trouble,
        **_shown(version, versions),
        **_editor(request, version, forms, trouble),
    }
    return render(request, "web/inspections/checklist.html", context, status=WRONG if trouble else 200)


def _editor(
    request: HttpRequest, version: Version, forms: list[dict[str, Any]], trouble: Trouble | None
) -> dict[str, Any]:
    draft = version.published_at is None
    blank = {"kind": "pass_fail", "severity": 1, "points": 1, "photos": 0, "order": len(forms) + 1}
    return {
        "draft": draft,
        "editing": draft and may(request.user, "inspections.plan"),
        "forms": [*forms, blank] if len(forms) < MOST_ITEMS else forms,
        "kinds": list(KIND_WORDS.items()),
        "severities": list(SEVERITY_WORDS.items()),
        "least": request.POST.get("least_inspectors", str(version.least_inspectors)),
        "party_signs": "party_signs" in request.POST if trouble else version.party_signs,
        "errors": getattr(trouble, "errors", ())[:100],
    }


def _shown(version: Version, versions: list[Version]) -> dict[str, Any]:
    """The items for the reader, and what changed since the version before."""
    before = next((v for v in versions if v.number == version.number - 1), None)
    changes = differences(before.items, version.items) if before else ()
    return {
        "before": before,
        "changes": [
            {
                "change": change,
                "words": CHANGES[change.kind],
                "values": [(FIELD_WORDS.get(name, name), old, new) for name, old, new in change.values],
            }
            for change in changes
        ],
        "rows": [
            {
                "item": item,
                "words": item.words(),
                "kind": KIND_WORDS[item.kind],
                "severity": SEVERITY_WORDS[item.severity],
                "sign": SEVERITY_SIGNS[item.severity],
            }
            for item in version.items
        ],
    }


def _taken(request: HttpRequest, checklist: Checklist, version: Version, forms: list[dict[str, Any]]) -> bool:
    """Do what the button says; False for one more empty item, which keeps nothing yet."""
    step, who = request.POST.get("step", ""), actor(request)
    if step == "follow":
        checklists.follow(checklist, actor=who)
        return True
    if step == "more":
        return False
    least = request.POST.get("least_inspectors", "2")
    rules = {
        "least_inspectors": int(least) if least.isdecimal() and len(least) < 3 else 0,
        "party_signs": "party_signs" in request.POST,
    }
    if step == "import":
        with plain_copy(uploaded(request, "file")) as path:
            found = checklists.read(path)
        kept = {"least_inspectors": version.least_inspectors, "party_signs": version.party_signs}
        checklists.write(version, found, actor=who, **kept)
        return True
    checklists.write(version, items_of(forms), actor=who, **rules)  # type: ignore[arg-type]
    if step == "publish":
        checklists.publish(version, actor=who, now=timezone.now())
    return True


def _forms(items: list[Item]) -> list[dict[str, Any]]:
    """Each item as its form shows it; options are lines of ``words=code``, ``!`` before a failure."""
    return [
        {
            **{name: getattr(item, name) for name in (*_TEXTS, *_NUMBERS)},
            "options": "\n".join(f"{'!' if o.fails else ''}{o.text}={o.code}" for o in item.options),
            "optional": not item.required,
            "order": number,
        }
        for number, item in enumerate(items, 1)
    ]


def posted(given: QueryDict) -> list[dict[str, Any]]:
    """What was typed, in the order asked for; an item whose words were emptied is gone."""
    found = []
    for number in range(1, MOST_ITEMS + 1):
        if not given.get(f"{number}-text", "").strip():
            continue
        row: dict[str, Any] = {name: given.get(f"{number}-{name}", "").strip()[:500] for name in _TEXTS}
        row |= {name: _whole(given.get(f"{number}-{name}", ""), least) for name, least in _NUMBERS.items()}
        row["options"] = given.get(f"{number}-options", "")[:2000]
        row["optional"] = bool(given.get(f"{number}-optional"))
        row["order"] = _whole(given.get(f"{number}-order", ""), number)
        found.append(row)
    found.sort(key=lambda row: row["order"])
    codes = {row["code"] for row in found}
    for number, row in enumerate(found, 1):
        row["order"] = number
        if not row["code"]:
            row["code"] = next(f"i{n}" for n in range(number, 999) if f"i{n}" not in codes)
            codes.add(row["code"])
    return found


def _whole(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else default


def items_of(forms: list[dict[str, Any]]) -> list[Item]:
    """The items that were typed."""
    return [
        Item(
            **{name: row[name] for name in (*_TEXTS, *_NUMBERS)},
            options=checklists.options_of(row["options"].splitlines()) if row["kind"] == "choice" else (),
            required=not row["optional"],
        )
        for row in forms
    ]
