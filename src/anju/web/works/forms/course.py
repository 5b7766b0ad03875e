"""The plan of a project and its course: bodies, quantities, milestones, deliverables, states, carrying over."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from anju.kernel.access.scope import scope_of
from anju.kernel.works import planning, states
from anju.kernel.works.field import deliverables
from anju.kernel.works.field.deliverables import KIND_OF, Finish
from anju.kernel.works.models import (
    Deliverable,
    DeliverableKind,
    Measure,
    Milestone,
    Programme,
    State,
    TestCase,
)
from anju.kernel.works.planning import ItemTold
from anju.web.works.forms.base import Chosen, StepForm, day, lines_of, number, pick, text, whole
from anju.web.works.forms.setting import companies


class AppointForm(StepForm):
    step = "appoint"
    title = gettext_lazy("承包和监理")
    button = gettext_lazy("保存")

    contractor = Chosen(gettext_lazy("承包单位"), required=False)
    supervisor = Chosen(gettext_lazy("监理单位"), required=False)

    def prepare(self) -> None:
        for name in ("contractor", "supervisor"):
            self.choose(name, companies())
            self.fields[name].initial = str(getattr(self.project, f"{name}_id") or "")

    def take(self) -> None:
        given = self.cleaned_data
        planning.appoint(self.project, given["contractor"], given["supervisor"], actor=self.actor)


class ItemForm(StepForm):
    step = "item"
    title = gettext_lazy("加工程量")
    button = gettext_lazy("加上")
    hint = gettext_lazy("开工前列全；完成多少来自进度，不在这里填。")

    name = text(gettext_lazy("名称"), 80)
    measure = pick(gettext_lazy("计量单位"), Measure.choices)
    planned = number(gettext_lazy("计划量"))
    by_unit = forms.BooleanField(label=gettext_lazy("按单元清单计数"), required=False)

    def take(self) -> None:
        planning.new_item(self.project, ItemTold(**self.cleaned_data), actor=self.actor)


class MilestoneForm(StepForm):
    step = "milestone"
    title = gettext_lazy("加节点")
    button = gettext_lazy("加上")

    name = text(gettext_lazy("名称"), 80)
    planned_on = day(gettext_lazy("计划日期"))
    weight = whole(gettext_lazy("权重（%）"), most=100, required=False)

    def take(self) -> None:
        given = self.cleaned_data
        weight = given["weight"] or 0
        planning.new_milestone(self.project, given["name"], given["planned_on"], weight, actor=self.actor)


class ReachForm(StepForm):
    step = "reach"
    title = gettext_lazy("节点完成")
    button = gettext_lazy("登记")

    milestone = Chosen(gettext_lazy("节点"))
    on = day(gettext_lazy("实际日期"))
    file = forms.FileField(label=gettext_lazy("佐证"), required=False)

    def prepare(self) -> None:
        self.choose("milestone", Milestone.objects.current().filter(project=self.project))

    def take(self) -> None:
        given = self.cleaned_data
        row: Milestone = given["milestone"]
        planning.reach(row, given["on"], actor=self.actor, today=self.today, file=self.stored("file"))


class DeliverableForm(StepForm):
    step = "deliverable"
    title = gettext_lazy("加成果")
    button = gettext_lazy("加上")

    name = text(gettext_lazy("名称"))
    due_on = day(gettext_lazy("计划日期"))
    item = Chosen(gettext_lazy("计入工程量"), required=False)
    cases = text(
        gettext_lazy("验收用例"),
        4000,
        required=False,
        lines=3,
        help_text=gettext_lazy("功能模块必填，每行一条。"),
    )

    def prepare(self) -> None:
        self.choose("item", self.project.items.filter(by_unit=False))
        if KIND_OF.get(self.project.kind) != DeliverableKind.MODULE:
            del self.fields["cases"]

    def take(self) -> None:
        given = self.cleaned_data
        deliverables.add(
            self.project,
            given["name"],
            given["due_on"],
            actor=self.actor,
            item=given["item"],
            cases=lines_of(given.get("cases", "")),
        )


class RunForm(StepForm):
    step = "run"
    title = gettext_lazy("测试结果")
    button = gettext_lazy("登记")
    right = "may_test"

    case = Chosen(gettext_lazy("用例"))
    passed = pick(gettext_lazy("结果"), (("yes", gettext_lazy("通过")), ("no", gettext_lazy("不通过"))))
    on = day(gettext_lazy("测试日期"))

    def prepare(self) -> None:
        self.choose("case", TestCase.objects.current().filter(project=self.project).order_by("name"))

    def take(self) -> None:
        given = self.cleaned_data
        case: TestCase = given["case"]
        deliverables.run(
            case, given["passed"] == "yes", given["on"], self.body(), actor=self.actor, now=self.now
        )


class FinishForm(StepForm):
    step = "finish"
    title = gettext_lazy("成果完成")
    button = gettext_lazy("登记")
    right = "may_report"

    deliverable = Chosen(gettext_lazy("成果"))
    on = day(gettext_lazy("完成日期"))
    file = forms.FileField(label=gettext_lazy("文件"), required=False)
    approved_on = day(gettext_lazy("批准日期"), required=False)

    def prepare(self) -> None:
        rows = Deliverable.objects.current().filter(project=self.project, done_on__isnull=True)
        self.choose("deliverable", rows)
        if KIND_OF.get(self.project.kind) != DeliverableKind.DOCUMENT:
            del self.fields["file"], self.fields["approved_on"]

    def take(self) -> None:
        given = self.cleaned_data
        doer = self.project.contractor or self.project.owner
        how = Finish(given["on"], doer, self.stored("file"), given.get("approved_on"))
        deliverables.finish(given["deliverable"], how, actor=self.actor, now=self.now)


class StateForm(StepForm):
    step = "state"
    title = gettext_lazy("下一步")
    button = gettext_lazy("办理")

    state = pick(gettext_lazy("改为"), ())
    on = day(gettext_lazy("日期"))
    reason = text(gettext_lazy("原因"), 300, required=False, help_text=gettext_lazy("暂停、取消必须写原因。"))

    def prepare(self) -> None:
        ways = [way for way in states.WAYS[self.project.state] if way != State.CARRIED_OVER]
        self.fields["state"].choices = [(way, State(way).label) for way in ways]  # type: ignore[attr-defined]
        self.fields["on"].initial = self.today

    def take(self) -> None:
        given = self.cleaned_data
        states.move(
            self.project,
            given["state"],
            given["on"],
            actor=self.actor,
            today=self.today,
            reason=given["reason"],
        )


class CarryForm(StepForm):
    step = "carry"
    title = gettext_lazy("结转")
    button = gettext_lazy("结转到所选计划")
    hint = gettext_lazy("没做完的转到以后年度，另立项目；与取消分开统计。")

    into = Chosen(gettext_lazy("年度计划"))
    code = text(gettext_lazy("新编号"), 40)
    on = day(gettext_lazy("日期"))
    reason = text(gettext_lazy("原因"), 300)

    def prepare(self) -> None:
        rows = Programme.objects.within(scope_of(self.request.user))
        self.choose("into", rows.filter(year__gt=self.project.programme.year))
        self.fields["on"].initial = self.today

    def take(self) -> None:
        given = self.cleaned_data
        states.carry(
            self.project,
            (given["into"], given["code"]),
            given["on"],
            actor=self.actor,
            today=self.today,
            reason=given["reason"],
        )
