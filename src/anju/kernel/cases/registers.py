"""Registers of cases: what somebody has to do, and by when."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

REGISTERS = (
    Register(
        code="cases",
        name="办理台账",
        model="anju.kernel.cases.models.Case",
        permission="cases.view",
        columns=(
            Column("title", "事项"),
            Column("owner__name", "责任单位", "link"),
            Column("stage", "阶段", "choice"),
            Column("outcome", "结果", "choice"),
            Column("deadline", "期限", "deadline", done="closed_at"),
            Column("opened_by", "派单人"),
            Column("recorded_at", "派单时间", "time"),
            Column("done_by", "办理人", hidden=True),
            Column("accepted_by", "验收人", hidden=True),
            Column("closed_at", "销案时间", "time", hidden=True),
            Column("finding__message", "发现", "link", hidden=True),
            Column("finding__grade", "等级", "choice", hidden=True),
            Column("owner__area__name", "所在区域", hidden=True),
        ),
        filters=(
            Filter("stage", "阶段"),
            Filter("outcome", "结果"),
            Filter("owner__name", "责任单位"),
            Filter("owner__area__name", "所在区域"),
            Filter("deadline", "期限", "date_range"),
        ),
        search=("title", "owner__name"),
        order="deadline",
        board="stage",
        area="owner__area",
    ),
)
