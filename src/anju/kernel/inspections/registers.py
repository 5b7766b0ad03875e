"""Registers of inspections."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

REGISTERS = (
    Register(
        code="inspection-plans",
        name="检查计划台账",
        model="anju.kernel.inspections.models.Plan",
        permission="inspections.view",
        columns=(
            Column("title", "名称"),
            Column("owner__name", "主办单位"),
            Column("period", "期间", "code"),
            Column("count", "每格对象数", "code"),
            Column("drawn_at", "抽取时间", "time"),
            Column("drawn_by", "抽取人"),
            Column("seed", "种子", "code", hidden=True),
        ),
        filters=(Filter("owner__name", "主办单位"), Filter("period", "期间")),
        search=("title",),
        order="-period",
        address="/inspections/plans/{id}/",
    ),
    Register(
        code="inspection-visits",
        name="现场检查台账",
        model="anju.kernel.inspections.models.Visit",
        permission="inspections.view",
        columns=(
            Column("name", "对象"),
            Column("outcome", "结论", "choice"),
            Column("points", "得分", "code"),
            Column("area__name", "区域", "link"),
            Column("organisation__name", "责任单位", "link"),
            Column("version__checklist__title", "检查清单"),
            Column("finished_at", "完成时间", "time"),
            Column("taken_by", "提交人"),
            Column("distance", "离对象（米）", "code", hidden=True),
            Column("skew", "时钟误差（秒）", "code", hidden=True),
            Column("device", "设备", hidden=True),
            Column("subject", "对象编号", "code", hidden=True),
        ),
        filters=(
            Filter("outcome", "结论"),
            Filter("area__name", "区域"),
            Filter("organisation__name", "责任单位"),
            Filter("version__checklist__title", "检查清单"),
            Filter("finished_at", "完成时间", "date_range"),
        ),
        search=("name", "subject"),
        order="-finished_at",
        address="/inspections/visits/{key}/",
    ),
    Register(
        code="checklists",
        name="检查清单台账",
        model="anju.kernel.inspections.models.Checklist",
        permission="inspections.view",
        columns=(
            Column("title", "名称"),
            Column("code", "编码", "code"),
            Column("owner__name", "主办单位"),
            Column("made_by", "建立人"),
            Column("recorded_at", "建立时间", "time"),
        ),
        filters=(Filter("owner__name", "主办单位"), Filter("recorded_at", "建立时间", "date_range")),
        search=("title", "code"),
        order="code",
        address="/inspections/checklists/{id}/",
    ),
)
