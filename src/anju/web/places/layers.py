"""导入场所、导入设备: give a file, see how it was understood, keep all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.assets import imports as assets
from anju.kernel.assets.types import choices
from anju.kernel.documents.ledgers import Head
from anju.kernel.files import open_original, store
from anju.kernel.files.models import StoredFile
from anju.kernel.places import systems
from anju.kernel.places.importing import places
from anju.kernel.places.importing.batches import Plan, Task
from anju.kernel.places.kinds import Kind
from anju.kernel.places.models import Batch, Content
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import listed

PER_PAGE, MOST, SHOWN = 20, 200, 10
WRONG = 422
# Words for the systems that a person may choose; any other zone is written by its code.
SYSTEMS = (
    ("CGCS2000", gettext_noop("CGCS2000（国家2000，经纬度）")),
    ("WGS84", gettext_noop("WGS84（卫星定位，经纬度）")),
    ("GCJ-02", gettext_noop("GCJ-02（高德、腾讯地图）")),
    ("BD-09", gettext_noop("BD-09（百度地图）")),
    ("EPSG:4548", gettext_noop("CGCS2000三度带，中央经线117°（EPSG:4548）")),
    ("EPSG:4549", gettext_noop("CGCS2000三度带，中央经线120°（EPSG:4549）")),
)


class LayerRefused(Refusal):
    """What a person chose cannot be taken: one sentence and a next step."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two imports: its words, its columns, its functions."""

    content: str
    title: str
    address: str
    register: str
    heads: Callable[[], Sequence[Head]]
    kinds: Callable[[], list[tuple[str, str]]]
    plan: Callable[[Path, Task], Plan]
    bring: Callable[[Path, StoredFile, Task], Batch]


PLACES = Side(
    Content.PLACES,
    gettext_noop("导入场所"),
    "/places/import/",
    "/r/places/",
    lambda: places.HEADS,
    lambda: [(code, str(label)) for code, label in Kind.choices],
    places.plan,
    places.bring,
)
ASSETS = Side(
    Content.ASSETS,
    gettext_noop("导入设备"),
    "/assets/import/",
    "/r/assets/",
    assets.heads,
    choices,
    assets.plan,
    assets.bring,
)


@requires("places.edit")
def places_page(request: HttpRequest) -> HttpResponse:
    return _page(request, PLACES)


@requires("places.edit")
def places_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    return _preview(request, PLACES, key)


@requires("assets.edit")
def assets_page(request: HttpRequest) -> HttpResponse:
    return _page(request, ASSETS)


@requires("assets.edit")
def assets_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    return _preview(request, ASSETS, key)


def _page(request: HttpRequest, side: Side) -> HttpResponse:
    """The files imported so far, and the form that gives another. It is stored; nothing else is kept yet."""
    trouble: Refusal | None = None
    if request.method == "POST":
        try:
            task = _task(request, side, request.POST)
            stored = _stored(request)
            query = urlencode({"system": str(task.system or ""), "kind": task.kind})
            return redirect(f"{side.address}{stored.pk}/?{query}")
        except Refusal as refused:
            trouble = refused
    mine = Q(imported_by=request.user.get_username())
    if scope_of(request.user).everything:
        mine = Q()
    known = Batch.objects.filter(mine, content=side.content).select_related("original")
    page = Paginator(known, PER_PAGE).get_page(request.GET.get("page"))
    heads = side.heads()
    context = {
        "side": side,
        "trouble": trouble,
        "typed": request.POST,
        "systems": [(code, gettext(words)) for code, words in SYSTEMS],
        "kinds": side.kinds(),
        "must": listed(gettext(head.name) for head in heads if head.required),
        "may": listed(gettext(head.name) for head in heads if not head.required),
        "imports": page,
        "kept": next((batch for batch in page if str(batch.pk) == request.GET.get("kept")), None),
    }
    return render(request, "web/layer_import.html", context, status=WRONG if trouble else 200)


def _stored(request: HttpRequest) -> StoredFile:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise LayerRefused(
            gettext("没有选择文件。"), gettext("请选择xlsx、csv、geojson文件，或shapefile的zip。")
        )
    return store(upload, upload.name or gettext_noop("未命名"), actor=request.user.get_username())


def _task(request: HttpRequest, side: Side, given: QueryDict) -> Task:
    kind = given.get("kind", "")
    if kind and kind not in dict(side.kinds()):
        raise LayerRefused(gettext("没有这个类别。"), gettext("请从列表里选，或留空、由文件里的一列写明。"))
    text = given.get("zone", "").strip() or given.get("system", "")
    system = systems.named(text) if text else None
    return Task(request.user.get_username(), scope_of(request.user), system, kind)


def _preview(request: HttpRequest, side: Side, key: UUID) -> HttpResponse:
    """How the stored original was understood; it is read again, and all of it kept, when the person confirms.

    What was chosen stands in the address, so nothing has to be kept between the two steps.
    """
    stored = StoredFile.objects.filter(owner=request.user.get_username(), pk=key).first()
    if stored is None:
        raise Http404(gettext("没有这个文件，或者不是您上传的。"))
    context: dict[str, Any] = {"side": side, "stored": stored}
    try:
        task = _task(request, side, request.GET)
        with TemporaryDirectory() as folder:
            path = Path(folder, stored.name)
            path.write_bytes(open_original(stored).read())
            if request.method == "POST":
                return redirect(f"{side.address}?kept={side.bring(path, stored, task).pk}")
            plan = side.plan(path, task)
    except Refusal as refused:
        errors = getattr(refused, "errors", ())
        context |= {"trouble": refused, "errors": errors[:MOST], "error_count": len(errors)}
        return render(request, "web/layer_preview.html", context, status=WRONG)
    return render(request, "web/layer_preview.html", context | _shown(side, plan, task))


def _shown(side: Side, plan: Plan, task: Task) -> dict[str, Any]:
    words = dict(side.kinds())
    return {
        "plan": plan,
        "system": str(task.system or ""),
        "box": [f"{value:.4f}" for value in plan.box] if plan.box else [],
        "kinds": [(words.get(kind, kind), n) for kind, n in plan.kinds.most_common()],
        "columns": [(head, gettext(name) if name else "") for head, name in plan.columns],
        "ignored": listed(head for head, name in plan.columns if not name),
        "first": plan.new[:SHOWN],
        "errors": plan.errors[:MOST],
        "error_count": len(plan.errors),
    }
