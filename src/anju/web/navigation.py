"""The navigation: pages and registers of the enabled packs under the office that owns them, then the shared ones."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from anju.kernel import packs
from anju.kernel.access.permissions import OWN_ACCOUNT, requires
from anju.web.registers import catalogue

# Pages of the kernel itself, under the heading where a reader looks for them; their views stand in urls.py.
KERNEL_PAGES = (
    ("值守", packs.Page("cases/", "我的督办", "anju.web.cases.cases_page", "cases.view")),
    ("值守", packs.Page("telemetry/", "告警台", "anju.web.telemetry.alarms.board.board_page", "telemetry.view")),
    ("值守", packs.Page("inspections/cards/", "督办卡", "anju.web.inspections.supervising.cards.cards_page", "cases.view")),
    ("值守", packs.Page("map/", "区域图", "anju.web.map.map_page", "cases.view")),
    ("数据接入", packs.Page("telemetry/series/", "测点与趋势", "anju.web.telemetry.explorer.series_page", "telemetry.view")),
    ("数据接入", packs.Page("telemetry/sources/", "接口与数据质量", "anju.web.telemetry.sources.sources_page", "telemetry.view")),
    ("数据接入", packs.Page("telemetry/quarantine/", "隔离报文", "anju.web.telemetry.quarantine.list_page", "telemetry.view")),
    ("现场", packs.Page("surveys/", "抽样调查", "anju.web.surveys.progress.surveys_page", "surveys.view")),
    ("现场", packs.Page("inspections/", "巡查检查", "anju.web.inspections.plans.plans_page", "inspections.view")),
    ("现场", packs.Page("works/", "工程看板", "anju.web.works.board.board_page", "works.view")),
    ("现场", packs.Page("field/enrol/", "登记手机", "anju.kernel.field.pages.enrol.enrol_page", "field.use")),
    ("指标与规则", packs.Page("indicators/", "指标与趋势", "anju.web.indicators.indicators_page", "indicators.view")),
    ("指标与规则", packs.Page("rulebooks/", "规则表", "anju.web.rulebooks.pages.shelf_page", "rules.view")),
    ("场所与设备", packs.Page("places/import/", "导入场所", "anju.web.places.layers.places_page", "places.edit")),
    ("场所与设备", packs.Page("assets/import/", "导入设备", "anju.web.places.layers.assets_page", "assets.edit")),
    ("系统管理", packs.Page("access/users/", "用户管理", "anju.kernel.access.pages", "access.users")),
    ("系统管理", packs.Page("field/devices/", "现场设备", "anju.kernel.field.pages.office", "field.devices")),
    ("系统管理", packs.Page("worker/", "后台任务", "anju.web.worker.worker_page", "worker.manage")),
    ("安全管理", packs.Page("access/grants/", "授权审批", "anju.kernel.access.pages", "access.approve")),
    ("审计管理", packs.Page("audit/", "审计记录", "anju.web.audit.audit_page", "audit.view")),
)  # fmt: skip


@requires(OWN_ACCOUNT)
def front(request: HttpRequest) -> HttpResponse:
    """The front page leads to the first page that the person may see."""
    first = next((page for _, page in _pages() if page.permission in _permissions(request)), None)
    return redirect(f"/{first.path}" if first else "account")


def _pages() -> Iterator[tuple[str, packs.Page]]:
    """Pages of the menu with their heading: those of the packs first."""
    for pack, page in packs.load(settings.ANJU_PACKS).pages():
        if page.in_menu:
            yield f"{pack.owner_office} · {pack.name}", page
    yield from KERNEL_PAGES


def navigation(request: HttpRequest) -> dict[str, object]:
    """Template context: ``offices``, what each office has that the person may see, and ``page``, the one shown."""
    offices: dict[str, list[packs.Page | packs.Register]] = {}
    current: packs.Page | packs.Register | None = None
    permissions = _permissions(request)
    for office, page in _pages():
        if page.permission not in permissions:
            continue
        offices.setdefault(office, []).append(page)
        if request.path == f"/{page.path}" or (
            page.path.count("/") > 1 and request.path.startswith(f"/{page.path}")
        ):
            current = page
    for office, register in catalogue.opened(permissions):
        offices.setdefault(office, []).append(register)
        if request.path.startswith(f"/{register.path}"):
            current = register
    return {"offices": offices, "page": current}


def _permissions(request: HttpRequest) -> frozenset[str]:
    """What the person may do; an error page may be shown before anybody was looked at."""
    return getattr(request, "permissions", frozenset())
