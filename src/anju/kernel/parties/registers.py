"""The register of organisations."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Form, Register

REGISTERS = (
    Register(
        code="organisations",
        name="单位台账",
        model="anju.kernel.parties.models.Organisation",
        permission="parties.view",
        columns=(
            Column("name", "名称"),
            Column("short_name", "简称"),
            Column("kind", "类别", "choice"),
            Column("budget_code", "预算单位编码", "code"),
            Column("credit_code", "统一社会信用代码", "code"),
            Column("area__name", "所在区域", "link"),
            Column("parent__name", "上级单位", "link"),
            Column("valid_from", "生效日期", "date", hidden=True),
            Column("valid_to", "失效日期", "date"),
        ),
        filters=(
            Filter("kind", "类别"),
            Filter("area__name", "所在区域"),
            Filter("parent__name", "上级单位"),
        ),
        search=("budget_code", "credit_code", "name", "short_name"),
        order="name",
        area="area",
        form=Form(
            (
                "name",
                "short_name",
                "kind",
                "budget_code",
                "credit_code",
                "area",
                "parent",
                "valid_from",
                "valid_to",
            ),
            "parties.edit",
            note=True,
            everywhere=True,
        ),
    ),
)
