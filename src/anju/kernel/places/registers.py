"""Registers of places."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

REGISTERS = (
    Register(
        code="areas",
        name="区域台账",
        model="anju.kernel.places.models.Area",
        permission="cases.view",
        columns=(
            Column("name", "名称"),
            Column("code", "代码", "code"),
            Column("code_system", "代码体系", "choice"),
            Column("level", "级别", "choice"),
            Column("schematic", "示意轮廓", "flag"),
            Column("successor__name", "后继区域", "link"),
            Column("valid_from", "生效日期", "date"),
            Column("valid_to", "失效日期", "date"),
            Column("outline_source", "轮廓来源", hidden=True),
        ),
        filters=(
            Filter("level", "级别"),
            Filter("code_system", "代码体系"),
            Filter("schematic", "示意轮廓"),
        ),
        search=("code", "name", "name_en"),
        order="code",
    ),
)
