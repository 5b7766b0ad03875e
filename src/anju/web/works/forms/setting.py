"""Programmes and projects set up: not yet steps of a project, so these forms stand alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.scope import scope_of
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places import geo
from anju.kernel.places.models import Area, Level
from anju.kernel.works import planning
from anju.kernel.works.models import Measure, Programme, WorkKind, WorksProject
from anju.kernel.works.planning import ProgrammeTold, ProjectTold
from anju.web.works.forms.base import Chosen, StepForm, day, pick, text, whole
from anju.web.works.forms.base import number as amount

MOST = 500


def owners(request: HttpRequest) -> Any:
    """The organisations of the person's scope that order works."""
    rows = Organisation.objects.within(scope_of(request.user)).on(timezone.localdate())
    return rows.exclude(kind=Kind.COMPANY).order_by("name")[:MOST]


def companies() -> Any:
    """Whoever may be contracted or supervise: companies and institutions of anywhere."""
    rows = Organisation.objects.on(timezone.localdate()).filter(kind__in=(Kind.COMPANY, Kind.INSTITUTION))
    return rows.order_by("name")[:MOST]


class _Setup(StepForm):
    """There is no project yet, so the form knows only who asks."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, WorksProject())

    made: Any = None


class ProgrammeForm(_Setup):
    step = "programme"
    title = gettext_lazy("新建年度计划")
    button = gettext_lazy("建立")

    code = text(gettext_lazy("编号"), 40)
    name = text(gettext_lazy("名称"))
    name_en = text(gettext_lazy("英文名称"), required=False)
    year = whole(gettext_lazy("年度"), least=2000, most=2100)
    owner = Chosen(gettext_lazy("责任单位"))
    line_code = text(gettext_lazy("预算项目编码"), 40, required=False)
    quota = amount(gettext_lazy("任务数"), required=False)
    quota_measure = pick(gettext_lazy("任务计量单位"), Measure.choices, required=False)

    def prepare(self) -> None:
        self.choose("owner", owners(self.request))
        self.initial = {"year": self.today.year}

    def take(self) -> None:
        self.made = planning.new_programme(ProgrammeTold(**self.cleaned_data), actor=self.actor)


class ProjectForm(_Setup):
    step = "project"
    title = gettext_lazy("新建工程项目")
    button = gettext_lazy("建立")

    code = text(gettext_lazy("编号"), 40)
    name = text(gettext_lazy("名称"), 160)
    name_en = text(gettext_lazy("英文名称"), 160, required=False)
    programme = Chosen(gettext_lazy("年度计划"))
    kind = pick(gettext_lazy("种类"), WorkKind.choices)
    area = Chosen(gettext_lazy("区域"))
    owner = Chosen(gettext_lazy("建设单位"))
    contractor = Chosen(
        gettext_lazy("承包单位"), required=False, help_text=gettext_lazy("自己做的留空，由建设单位填报。")
    )
    supervisor = Chosen(gettext_lazy("监理单位"), required=False)
    planned_start = day(gettext_lazy("计划开工"))
    planned_end = day(gettext_lazy("计划完工"))
    place = text(gettext_lazy("地点"), 200, required=False)
    longitude = forms.FloatField(
        label=gettext_lazy("经度"), required=False, min_value=-180, max_value=180, widget=forms.TextInput
    )
    latitude = forms.FloatField(
        label=gettext_lazy("纬度"), required=False, min_value=-90, max_value=90, widget=forms.TextInput
    )
    system = pick(gettext_lazy("坐标系"), [(each.value, each.value) for each in geo.System])
    carried_from = whole(
        gettext_lazy("结转自"),
        required=False,
        least=2000,
        most=2100,
        help_text=gettext_lazy("上年没做完转来的，填原来的年度；不计入本年任务。"),
    )

    def prepare(self) -> None:
        scope = scope_of(self.request.user)
        self.choose("programme", Programme.objects.within(scope)[:MOST])
        units = Area.objects.on(self.today).within(scope).exclude(level=Level.GROUP)
        self.choose("area", units.order_by("code")[:MOST])
        self.choose("owner", owners(self.request))
        for name in ("contractor", "supervisor"):
            self.choose(name, companies())
        programme = self.request.GET.get("programme")
        self.initial = {"programme": programme} if programme else {}

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if (given.get("longitude") is None) != (given.get("latitude") is None):
            self.add_error("longitude", gettext("经度和纬度要一起填。"))
        return given

    def take(self) -> None:
        given = dict(self.cleaned_data)
        longitude, latitude = given.pop("longitude"), given.pop("latitude")
        system = geo.System(given.pop("system"))
        known = longitude is not None
        position = geo.to_cgcs2000(longitude, latitude, system) if known else None
        self.made = planning.new_project(ProjectTold(**given, position=position), actor=self.actor)
