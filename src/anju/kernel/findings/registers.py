"""Registers of findings: what is wrong, and how grave."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

REGISTERS = (
    Register(
        code="findings",
        name="发现台账",
        model="anju.kernel.findings.models.Finding",
        permission="cases.view",
        columns=(
            Column("message", "说明"),
            Column("grade", "等级", "choice"),
            Column("state", "状态", "choice"),
            Column("part", "部位", "code"),
            Column("label", "名称"),
            Column("organisation__name", "责任单位", "link"),
            Column("recorded_at", "发现时间", "time"),
            Column("rule", "规则", "code", hidden=True),
            Column("last_seen_at", "最近发现", "time", hidden=True),
            Column("settled_at", "办结时间", "time", hidden=True),
            Column("organisation__area__name", "所在区域", hidden=True),
        ),
        filters=(
            Filter("grade", "等级"),
            Filter("state", "状态"),
            Filter("rule", "规则"),
            Filter("organisation__name", "责任单位"),
            Filter("organisation__area__name", "所在区域"),
            Filter("recorded_at", "发现时间", "date_range"),
        ),
        search=("part", "message", "label"),
        board="state",
        area="organisation__area",
    ),
)
