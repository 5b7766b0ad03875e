"""Registers of the kernel's own models, and where cases and findings are worked on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import resolve

from anju.kernel import packs
from anju.kernel.access.permissions import required_by
from anju.kernel.packs import Column, Filter, Form, Register

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


# What ``work_address`` wants of a row beside what is shown.
WORK = {"cases": ("kind", "finding_id"), "findings": ("rule",)}


def work_address(register: Register, row: dict[str, Any], permissions: Iterable[str]) -> str:
    """The page of a pack where a case is worked on or a finding is assigned; "" where there is none for the person."""
    if register.code not in WORK:
        return ""
    kinds = packs.load(settings.ANJU_PACKS).cases()
    if register.code == "cases":
        code, finding = row["kind"], row["finding_id"]
    else:
        pack, finding = row["rule"].partition(".")[0], row["id"]
        own = [kind for kind in kinds.values() if kind.code.startswith(f"{pack}.")]
        # The kind that names the rule; else the one that takes what no other names.
        fits = [kind for kind in own if row["rule"] in kind.rules] or [kind for kind in own if not kind.rules]
        code = fits[0].code if fits else ""
    address = kinds[code].address.format(finding=finding) if code in kinds else ""
    return address if address and required_by(resolve(address).func) in permissions else ""
