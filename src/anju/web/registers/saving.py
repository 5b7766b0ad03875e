"""Saved views: kept, renamed and deleted by their owner."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.packs import Register
from anju.kernel.wording import joint
from anju.web.registers.asking import read
from anju.web.registers.models import SavedView

LONGEST_NAME = 40
MOST = 20


class ViewError(Exception):
    """A view that cannot be kept: one sentence with the next step."""


def views(request: HttpRequest, register: Register) -> list[SavedView]:
    return list(SavedView.objects.filter(owner=request.user.get_username(), register=register.code))


@transaction.atomic
def change(request: HttpRequest, register: Register) -> str:
    """Do what the form asks (``step`` save, rename or delete) and give the query to go on with."""
    step = request.POST.get("step", "")
    if step == "save":
        return _save(request, register)
    view = next((v for v in views(request, register) if str(v.pk) == request.POST.get("view")), None)
    if view is None:
        raise Http404(gettext("没有这个视图。"))
    if step == "delete":
        _record(request, "register.view.delete", view)
        view.delete()
        return ""
    if step != "rename":
        raise ViewError(gettext("没有选择要做什么。请用页面上的按钮。"))
    before = view.name
    view.name = _name(request)
    taken = SavedView.objects.filter(owner=view.owner, register=view.register, name=view.name)
    if taken.exclude(pk=view.pk).exists():
        raise ViewError(gettext("已经有名为“{name}”的视图。请另起一个名称。").format(name=view.name))
    view.save(update_fields=["name"])
    _record(request, "register.view.rename", view, before)
    return view.query


def _save(request: HttpRequest, register: Register) -> str:
    """A view under the name, in place of an older one of that name."""
    asked = read(register, QueryDict(request.POST.get("query", "")))
    if asked.troubles:
        raise ViewError(asked.troubles[0] + joint() + gettext("请改正条件后再保存。"))
    owner, name = request.user.get_username(), _name(request)
    mine = SavedView.objects.filter(owner=owner, register=register.code)
    view = mine.filter(name=name).first() or SavedView(owner=owner, register=register.code, name=name)
    if view._state.adding and mine.count() >= MOST:
        raise ViewError(gettext("每个台账最多保存{n}个视图。请先删除不用的。").format(n=MOST))
    before, view.query = view.query, asked.query()
    view.save()
    _record(request, "register.view.save", view, before)
    return view.query


def _name(request: HttpRequest) -> str:
    name = request.POST.get("name", "").replace("\0", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ViewError(gettext("视图名称应是1至{n}个字。请重写。").format(n=LONGEST_NAME))
    return name


def _record(request: HttpRequest, action: str, view: SavedView, before: str = "") -> None:
    audit.record(
        action,
        view,
        actor=view.owner,
        before={"was": before},
        after={"name": view.name, "query": view.query},
        context=context_of(request),
    )
