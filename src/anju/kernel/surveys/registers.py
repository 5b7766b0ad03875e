"""Registers of surveys and their questionnaires."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

REGISTERS = (
    Register(
        code="surveys",
        name="调查台账",
        model="anju.kernel.surveys.models.Survey",
        permission="surveys.view",
        columns=(
            Column("title", "名称"),
            Column("state", "状态", "choice"),
            Column("owner__name", "主办单位"),
            Column("period", "期间", "code"),
            Column("version__questionnaire__title", "问卷"),
            Column("target", "样本量", "number"),
            Column("drawn_at", "抽样时间", "time"),
            Column("closed_at", "结束时间", "time"),
            Column("opened_at", "开始时间", "time", hidden=True),
            Column("seed", "种子", "code", hidden=True),
            Column("subject", "对象", "code", hidden=True),
        ),
        filters=(
            Filter("state", "状态"),
            Filter("owner__name", "主办单位"),
            Filter("period", "期间"),
            Filter("closed_at", "结束时间", "date_range"),
        ),
        search=("title", "subject"),
        address="/surveys/{id}/",
    ),
    Register(
        code="questionnaires",
        name="问卷台账",
        model="anju.kernel.surveys.models.Questionnaire",
        permission="surveys.view",
        columns=(
            Column("title", "名称"),
            Column("owner__name", "主办单位"),
            Column("made_by", "建立人"),
            Column("recorded_at", "建立时间", "time"),
        ),
        filters=(Filter("owner__name", "主办单位"), Filter("recorded_at", "建立时间", "date_range")),
        search=("title",),
        address="/questionnaires/{id}/",
    ),
)
