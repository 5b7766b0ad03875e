"""The register of indicator definitions."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Form, Register

REGISTERS = (
    Register(
        code="indicator-definitions",
        name="指标定义台账",
        model="anju.kernel.indicators.models.Definition",
        permission="indicators.view",
        columns=(
            Column("name", "名称"),
            Column("code", "编码", "code"),
            Column("version", "版本", "code"),
            Column("unit", "计量单位"),
            Column("direction", "方向", "choice"),
            Column("kind", "性质", "choice"),
            Column("formula", "公式", "code"),
            Column("legal_basis", "依据"),
            Column("valid_from", "生效日期", "date"),
            Column("valid_to", "失效日期", "date"),
            Column("name_en", "英文名称", hidden=True),
            Column("subject_kind", "对象种类", "code", hidden=True),
            Column("inputs", "输入", "code", hidden=True),
            Column("compute", "算法", "code", hidden=True),
            Column("standard", "标准", hidden=True),
        ),
        filters=(
            Filter("direction", "方向"),
            Filter("kind", "性质"),
            Filter("version", "版本"),
            Filter("valid_from", "生效日期", "date_range"),
        ),
        search=("code", "name", "legal_basis"),
        order="code",
        # What computes an indicator is code of a pack, named by a path: nobody types one.
        form=Form(
            (
                "code",
                "version",
                "name",
                "name_en",
                "unit",
                "direction",
                "kind",
                "subject_kind",
                "formula",
                "inputs",
                "standard",
                "legal_basis",
                "valid_from",
                "valid_to",
            ),
            "indicators.edit",
            note=True,
            fixed=("code", "version"),
        ),
    ),
)
