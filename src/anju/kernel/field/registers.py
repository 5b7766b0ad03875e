"""Registers of what phones sent."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

NOTE, VISIT, INTERVIEW, PROGRESS = "field.note", "inspection.visit", "survey.response", "works.progress"
# The words of kinds: a further kind is one more line.
KINDS = ((VISIT, "现场检查"), (INTERVIEW, "入户访问"), (PROGRESS, "工程进度"), (NOTE, "现场记录"))

REGISTERS = (
    Register(
        code="field-receipts",
        name="现场上报台账",
        model="anju.kernel.field.models.Receipt",
        permission="field.view",
        columns=(
            Column("kind", "种类", "choice", words=KINDS),
            Column("status", "状态", "choice"),
            Column("device__user__name", "上报人"),
            Column("device__name", "设备"),
            Column("made_at", "现场时间", "time"),
            Column("recorded_at", "收到时间", "time"),
            Column("skew_seconds", "时钟偏差（秒）", "code"),
            Column("sentence", "说明"),
            Column("organisation__name", "单位", "link", hidden=True),
            Column("item", "条目编号", "code", hidden=True),
            Column("digest", "内容摘要", "code", hidden=True),
        ),
        filters=(
            Filter("status", "状态"),
            Filter("kind", "种类"),
            Filter("device__name", "设备"),
            Filter("organisation__name", "单位"),
            Filter("recorded_at", "收到时间", "date_range"),
        ),
        search=("device__name", "device__user__name", "sentence"),
        address="/field/receipts/{id}/",
        board="status",
    ),
    Register(
        code="field-notes",
        name="现场记录台账",
        model="anju.kernel.field.models.Note",
        permission="field.view",
        columns=(
            Column("text", "情况"),
            Column("category", "类别", "choice"),
            Column("area__name", "区域", "link"),
            Column("made_by", "记录人"),
            Column("made_at", "现场时间", "time"),
            Column("finding__state", "问题状态", "choice"),
            Column("organisation__name", "记录单位", "link", hidden=True),
        ),
        filters=(
            Filter("category", "类别"),
            Filter("area__name", "区域"),
            Filter("made_by", "记录人"),
            Filter("made_at", "现场时间", "date_range"),
        ),
        search=("text", "made_by"),
        address="/field/notes/{key}/",
        area="area",
    ),
)
