"""Descriptors that are badly written are refused, each with one sentence. Names no model: those come later."""

from __future__ import annotations

import re

from anju.kernel.packs.descriptors import (
    ATTRIBUTE_KINDS,
    COLUMN_KINDS,
    DIRECTIONS,
    FILTER_KINDS,
    SEVERITIES,
    AssetType,
    CaseType,
    Check,
    Command,
    Form,
    Indicator,
    Job,
    ObservedProperty,
    Pack,
    PackError,
    Page,
    Permission,
    Register,
    Rulebook,
    Subject,
)

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_COMMAND = re.compile(r"[a-z][a-z0-9-]*")
_URL = re.compile(r"(?:(?:[a-z0-9-]+|<uuid:key>)/)*")
_SOURCE = re.compile(r"[a-z_][a-z0-9_.]*/[a-z0-9_]+\.toml")
_EVERY = re.compile(r"minute|hour|day (?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DOTTED = re.compile(r"[a-z_][a-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")


def validate(pack: object) -> None:
    """``PackError`` unless ``pack`` is a ``Pack`` whose entries are of the closed kinds and well written."""
    if not isinstance(pack, Pack):
        raise PackError("业务包的PACK不是Pack。", "请在pack.py里写PACK = Pack(…)。")
    kinds = {
        "commands": Command,
        "permissions": Permission,
        "pages": Page,
        "registers": Register,
        "cases": CaseType,
        "checks": Check,
        "indicators": Indicator,
        "subjects": Subject,
        "rulebooks": Rulebook,
        "jobs": Job,
        "asset_types": AssetType,
        "properties": ObservedProperty,
    }
    for field, kind in kinds.items():
        for entry in getattr(pack, field):
            if not isinstance(entry, kind):
                raise PackError(
                    f"业务包{pack.code}的{field}里有未知种类{type(entry).__name__}。",
                    f"这里只能放{kind.__name__}。",
                )
    _match(_CODE, pack.code, "业务包编码")
    for required in ("name", "owner_office", "legal_basis"):
        if not getattr(pack, required):
            raise PackError(f"业务包{pack.code}没有写{required}。", "请在pack.py里补上。")
    for command in pack.commands:
        _match(_COMMAND, command.name, "命令名")
    _validate_pages(pack)
    for check in pack.checks:
        _match(_CODE, check.code, "规则编码")
        if check.severity not in SEVERITIES:
            raise PackError(
                f"规则{check.code}的等级{check.severity}不存在。", f"可用的等级是{'、'.join(SEVERITIES)}。"
            )
    _validate_work(pack)
    for asset_type in pack.asset_types:
        validate_asset_type(asset_type)
    for observed in pack.properties:
        validate_property(observed)
    for path in dotted_paths(pack):
        _match(_DOTTED, path, "路径")


def validate_asset_type(kind: AssetType) -> None:
    """``PackError`` unless its code and its attributes' keys are well written, of known kinds, none twice."""
    _match(_CODE, kind.code, "设备类型编码")
    for attribute in kind.attributes:
        _match(_CODE, attribute.key, "设备属性编码")
        if attribute.kind not in ATTRIBUTE_KINDS:
            raise PackError(
                f"设备类型{kind.code}的{attribute.name}写了未知种类{attribute.kind}。",
                f"可用的种类是{'、'.join(ATTRIBUTE_KINDS)}。",
            )
    refuse_repeats(f"设备类型{kind.code}的属性", [attribute.key for attribute in kind.attributes])
    refuse_repeats(f"设备类型{kind.code}的属性", [attribute.name for attribute in kind.attributes])


def validate_property(observed: ObservedProperty) -> None:
    """``PackError`` unless its code is well written and its range has an inside."""
    _match(_CODE, observed.code, "观测量编码")
    if observed.low is not None and observed.high is not None and observed.low >= observed.high:
        raise PackError(
            f"观测量{observed.code}的下限{observed.low}不低于上限{observed.high}。", "请改正量程。"
        )


def _validate_work(pack: Pack) -> None:
    own = re.compile(rf"{pack.code}\.[a-z][a-z0-9_]*")
    for indicator in pack.indicators:
        _match(own, indicator.code, "指标编码")
        if indicator.direction not in DIRECTIONS:
            raise PackError(
                f"指标{indicator.code}的方向{indicator.direction}不存在。",
                f"可用的方向是{'、'.join(DIRECTIONS)}。",
            )
        if indicator.compute and indicator.formula:
            raise PackError(f"指标{indicator.code}同时写了compute和formula。", "请删去一个。")
    for subject in pack.subjects:
        _match(own, subject.kind, "对象种类")
    for book in pack.rulebooks:
        _match(own, book.code, "规则表编码")
        _match(_SOURCE, book.source, "规则表的来源")
        # A reader of the form writes labels back, so a label stands for one key.
        refuse_repeats(f"规则表{book.code}的键", [key for key, _ in book.labels])
        refuse_repeats(f"规则表{book.code}的名称", [name for _, name in book.labels])
    for job in pack.jobs:
        _match(own, job.code, "定时任务编码")
        _match(_EVERY, job.every, "定时任务的周期")


def _validate_pages(pack: Pack) -> None:
    own = re.compile(rf"{pack.code}\.[a-z][a-z0-9_]*")
    for permission in pack.permissions:
        _match(own, permission.code, "权限编码")
    declared = {permission.code for permission in pack.permissions}
    for page in pack.pages:
        _match(_URL, page.path, "页面地址")
    for register in pack.registers:
        validate_register(register)
    named = [("页面", page.path, page.permission) for page in pack.pages]
    named += [("台账", register.path, register.permission) for register in pack.registers]
    named += [("表单", r.path, r.form.permission) for r in pack.registers if r.form]
    for what, path, wanted in named:
        if wanted not in declared:
            raise PackError(
                f"{what}{path}的权限{wanted!r}没有声明。", "请在业务包的permissions里写明谁可以看。"
            )


def validate_register(register: Register) -> None:
    """``PackError`` unless the kinds exist, nothing stands twice and the detail names columns.

    Whether the model has the fields is looked at where the model is loaded (``anju.web.registers``).
    """
    what = f"台账{register.code}"
    _match(_COMMAND, register.code, "台账编码")
    if not register.columns:
        raise PackError(f"{what}没有写columns。", "请至少写一栏。")
    for entries, kinds in ((register.columns, COLUMN_KINDS), (register.filters, FILTER_KINDS)):
        for entry in entries:
            if entry.kind not in kinds:
                raise PackError(
                    f"{what}的{entry.name}写了未知种类{entry.kind}。", f"可用的种类是{'、'.join(kinds)}。"
                )
        refuse_repeats(f"{what}的字段", [entry.field for entry in entries])
    known = {column.field for column in register.columns}
    for field in register.detail:
        if field not in known:
            raise PackError(f"{what}的详情里有{field}，但没有这一栏。", "请先把它写进columns。")
    narrowed = {entry.field for entry in register.filters if entry.kind == "choice"}
    for page, field in (("看板", register.board), ("地图", register.area and f"{register.area}__name")):
        if field and field not in narrowed:
            raise PackError(f"{what}的{page}要用{field}，但没有按它的筛选。", "请先把它写进filters。")
    if register.form:
        _validate_form(what, register.form, known)


def _validate_form(what: str, form: Form, known: set[str]) -> None:
    if not form.fields:
        raise PackError(f"{what}的表单没有写fields。", "请至少写一个字段。")
    refuse_repeats(f"{what}表单的字段", list(form.fields))
    for field in form.fields:
        # A column names the field for the reader; that of a relation stands under the path to its name.
        if not any(column == field or column.startswith(f"{field}__") for column in known):
            raise PackError(f"{what}的表单里有{field}，但没有这一栏。", "请先把它写进columns。")
    for field in form.fixed:
        if field not in form.fields:
            raise PackError(f"{what}的表单固定了{field}，但表单里没有它。", "请先把它写进fields。")


def dotted_paths(pack: Pack) -> list[str]:
    """Every dotted path that the descriptor names, in its order."""
    paths = [command.path for command in pack.commands]
    paths += [page.view for page in pack.pages]
    paths += [register.model for register in pack.registers]
    paths += [register.panels for register in pack.registers if register.panels]
    paths += [check.function for check in pack.checks]
    paths += [indicator.compute for indicator in pack.indicators if indicator.compute]
    paths += [subject.model for subject in pack.subjects]
    paths += [book.load for book in pack.rulebooks]
    paths += [job.path for job in pack.jobs]
    return paths + ([pack.demo.build] if pack.demo else [])


def _match(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise PackError(f"{what}{text!r}写法不对。", f"应符合{pattern.pattern}。")


def refuse_repeats(what: str, codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise PackError(f"{what}{code}重复。", "请改名，使每个只出现一次。")
