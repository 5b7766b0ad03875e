"""Registers of the kernel's own models, and where cases and findings are worked on."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from anju.kernel import packs
from anju.kernel.cases.models import Case
from anju.kernel.packs import Column, Filter, Register

OFFICE = "共用"

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
            Column("deadline", "期限", "time"),
            Column("opened_by", "派单人"),
            Column("recorded_at", "派单时间", "time"),
            Column("done_by", "办理人", hidden=True),
            Column("accepted_by", "验收人", hidden=True),
            Column("closed_at", "销案时间", "time", hidden=True),
            Column("finding__message", "发现", "link", hidden=True),
        ),
        filters=(
            Filter("stage", "阶段"),
            Filter("outcome", "结果"),
            Filter("owner__name", "责任单位"),
            Filter("deadline", "期限", "date_range"),
        ),
        search=("title", "owner__name"),
        order="deadline",
    ),
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
        ),
        filters=(
            Filter("grade", "等级"),
            Filter("state", "状态"),
            Filter("rule", "规则"),
            Filter("organisation__name", "责任单位"),
            Filter("recorded_at", "发现时间", "date_range"),
        ),
        search=("part", "message", "label"),
    ),
    Register(
        code="organisations",
        name="单位台账",
        model="anju.kernel.parties.models.Organisation",
        permission="cases.view",
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
    ),
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


def work_address(register: Register, row: dict[str, Any]) -> str:
    """The page of a pack where a case is worked on or a finding is assigned; "" where there is none."""
    kinds = packs.load(settings.ANJU_PACKS).cases()
    if register.code == "cases":
        code, finding = Case.objects.values_list("kind", "finding_id").get(pk=row["id"])
    elif register.code == "findings":
        pack, finding = row["rule"].partition(".")[0], row["id"]
        code = next((code for code in kinds if code.startswith(f"{pack}.")), "")
    else:
        return ""
    return kinds[code].address.format(finding=finding) if code in kinds else ""
