"""The register of attachments."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

REGISTERS = (
    Register(
        code="files",
        name="附件台账",
        model="anju.kernel.files.models.StoredFile",
        permission="cases.view",
        columns=(
            Column("name", "文件名"),
            Column("content__kind", "类型", "code"),
            Column("content__size", "大小（字节）", "number"),
            Column("owner", "上传人"),
            Column("recorded_at", "上传时间", "time"),
            Column("content__sha256", "摘要", "code", hidden=True),
        ),
        filters=(
            Filter("content__kind", "类型"),
            Filter("owner", "上传人"),
            Filter("recorded_at", "上传时间", "date_range"),
            Filter("content__size", "大小（字节）", "number_range"),
        ),
        search=("content__sha256", "name"),
        sensitive=True,
    ),
)
