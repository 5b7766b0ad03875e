"""Steps in the field: progress with photos, its correction, checks and acceptances."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.works.errors import WorksError
from anju.kernel.works.field import accepting, fieldwork
from anju.kernel.works.field.accepting import AcceptanceTold, CheckTold
from anju.kernel.works.field.fieldwork import Report
from anju.kernel.works.models import AcceptanceKind, Progress, QuantityItem
from anju.web.works.forms.base import Chosen, Photos, StepForm, day, number, pick, text

_BETWEEN = re.compile(r"[\s,，;；、]+")
_YES_NO = (("yes", gettext_lazy("合格")), ("no", gettext_lazy("不合格")))
_CODES = gettext_lazy("单元编码，每行一个，也可用逗号隔开。")


def codes_of(given: str) -> list[str]:
    return [code for code in _BETWEEN.split(given) if code]


class ReportForm(StepForm):
    step = "report"
    title = gettext_lazy("报进度")
    button = gettext_lazy("提交")
    right = "may_report"
    hint = gettext_lazy("只填上次以后新做的；累计数由平台加。")

    item = Chosen(gettext_lazy("工程量"))
    on = day(gettext_lazy("日期"))
    amount = number(
        gettext_lazy("本次完成"), required=False, help_text=gettext_lazy("按单元清单计数的不填，由单元相加。")
    )
    units = text(gettext_lazy("做完的单元"), 200_000, required=False, lines=4, help_text=_CODES)
    photos = Photos(
        gettext_lazy("照片"), gettext_lazy("jpg或png；拍摄时间和位置从照片里读。一张照片只能证明一处。")
    )
    note = text(gettext_lazy("说明"), 300, required=False)
    far_reason = text(gettext_lazy("不在现场的原因"), 300, required=False)

    def prepare(self) -> None:
        self.choose("item", self.project.items.all(), empty=False)
        self.fields["on"].initial = self.today
        if not self.project.items.filter(by_unit=True).exists():
            del self.fields["units"]

    def take(self) -> None:
        given = self.cleaned_data
        shots = self.shots()
        place = next((shot.position for shot in shots if shot.position), None)
        told = Report(
            given["item"],
            given["on"],
            self.project.contractor or self.project.owner,
            given["amount"] or Decimal(0),
            codes_of(given.get("units", "")),
            given["note"],
            position=place,
            far_reason=given["far_reason"],
            shots=shots,
        )
        fieldwork.report(self.project, told, actor=self.actor, now=self.now)


class CorrectForm(StepForm):
    step = "correct"
    title = gettext_lazy("更正进度")
    button = gettext_lazy("更正或作废")
    right = "may_report"
    hint = gettext_lazy("原来那条保留，只是不再计数。")

    progress = Chosen(gettext_lazy("进度"))
    amount = number(gettext_lazy("应为"), required=False, help_text=gettext_lazy("作废的不填。"))
    reason = text(gettext_lazy("原因"), 300)

    def prepare(self) -> None:
        rows = Progress.objects.current().filter(project=self.project).select_related("item")
        newest = list(rows.order_by("-on", "-recorded_at")[:100])
        field: Any = self.fields["progress"]
        field.offer({str(row.key): row for row in newest}, empty=False)
        field.choices = [(str(row.key), _words(row)) for row in newest]

    def take(self) -> None:
        given = self.cleaned_data
        row: Progress = given["progress"]
        if given["amount"] is None:
            fieldwork.withdraw(row, given["reason"], actor=self.actor)
        else:
            fieldwork.correct(row, given["amount"], given["reason"], actor=self.actor)


def _words(row: Progress) -> str:
    return f"{row.on}　{row.item}　{row.amount.normalize():f}{row.item.get_measure_display()}"


class CheckForm(StepForm):
    step = "check"
    title = gettext_lazy("质量检查")
    button = gettext_lazy("提交")
    right = "may_check"
    hint = gettext_lazy("不合格的成为发现，整改后对同一部位再查。")

    part = text(gettext_lazy("检查部位"))
    on = day(gettext_lazy("日期"))
    passed = pick(gettext_lazy("结果"), _YES_NO)
    points = number(gettext_lazy("得分"), required=False)
    note = text(gettext_lazy("问题"), 300, required=False, lines=2)
    photos = Photos(gettext_lazy("照片"))

    def prepare(self) -> None:
        self.fields["on"].initial = self.today

    def take(self) -> None:
        given = self.cleaned_data
        told = CheckTold(
            given["on"],
            given["part"],
            given["passed"] == "yes",
            self.body(),
            given["points"],
            given["note"],
            self.shots(),
        )
        accepting.check(self.project, told, actor=self.actor, now=self.now)


class AcceptForm(StepForm):
    step = "accept"
    title = gettext_lazy("验收")
    button = gettext_lazy("提交")
    right = "may_accept"
    hint = gettext_lazy("由另一个单位、另一个人验收；做过或填报过的不能验收。")

    kind = pick(gettext_lazy("种类"), AcceptanceKind.choices)
    on = day(gettext_lazy("日期"))
    passed = pick(gettext_lazy("结论"), _YES_NO)
    all_done = forms.BooleanField(label=gettext_lazy("已做的单元全部合格"), required=False)
    accepted_units = text(gettext_lazy("合格的单元"), 200_000, required=False, lines=3, help_text=_CODES)
    rejected_units = text(gettext_lazy("不合格的单元"), 200_000, required=False, lines=2, help_text=_CODES)
    note = text(gettext_lazy("意见"), 300, required=False, lines=2)
    photos = Photos(gettext_lazy("照片"))
    document = forms.FileField(label=gettext_lazy("验收文件"), required=False)

    def prepare(self) -> None:
        self.fields["on"].initial = self.today
        self.items: list[QuantityItem] = list(self.project.items.filter(by_unit=False))
        for item in self.items:
            unit = item.get_measure_display()
            for word, name in (("checked", gettext("查验")), ("accepted", gettext("合格"))):
                field = number(f"{item.name}{name}（{unit}）", required=False)  # type: ignore[arg-type]
                self.fields[f"{word}-{item.pk}"] = field
        if not self.project.items.filter(by_unit=True).exists():
            for name in ("all_done", "accepted_units", "rejected_units"):
                del self.fields[name]
        ends = ["note", "photos", "document"]
        self.order_fields([*(name for name in self.fields if name not in ends), *ends])

    def take(self) -> None:
        given = self.cleaned_data
        quantities = {
            item.pk: (given[f"checked-{item.pk}"] or Decimal(0), given[f"accepted-{item.pk}"] or Decimal(0))
            for item in self.items
        }
        document = self.stored("document")
        told = AcceptanceTold(
            given["kind"],
            given["on"],
            self.body(),
            given["passed"] == "yes",
            quantities,
            codes_of(given.get("accepted_units", "")),
            codes_of(given.get("rejected_units", "")),
            bool(given.get("all_done")),
            given["note"],
            [*self.shots(), *([fieldwork.Shot.of(document, kind="document")] if document else [])],
        )
        try:
            accepting.accept(self.project, told, actor=self.actor, now=self.now)
        except WorksError as error:
            # The form has a field for each item and two for units; the first of them shows what is wrong.
            names = {"units": "accepted_units"}
            first = f"checked-{self.items[0].pk}" if self.items else "kind"
            field = names.get(error.field, first if error.field == "quantities" else error.field)
            raise WorksError(error.sentence, error.next_step, field) from error
