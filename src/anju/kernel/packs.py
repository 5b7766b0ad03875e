"""The pack descriptor and the registry of packs.

A pack says in its ``pack.py`` what it offers, as data; behaviour is named by dotted path and imported only
when it is used. The kinds are a closed set: nothing can be registered that is not a field of ``Pack``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

SEVERITIES = ("block", "warn", "ask")
COLUMN_KINDS = ("text", "code", "money_fen", "number", "date", "time", "choice", "flag", "link")
DIRECTIONS = ("up", "down", "range", "zero", "watch")
FILTER_KINDS = ("choice", "date_range", "number_range", "text")

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_COMMAND = re.compile(r"[a-z][a-z0-9-]*")
_URL = re.compile(r"(?:(?:[a-z0-9-]+|<uuid:key>)/)*")
_EVERY = re.compile(r"minute|hour|day (?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DOTTED = re.compile(r"[a-z_][a-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+")


class PackError(Exception):
    """A descriptor that cannot be used: one sentence for the person who wrote it, and what to do next."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Command:
    """``anju <name>``: ``path`` names a click command or group."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be done, as a code (``budget.import``) with its Chinese name, and the roles that may do it."""

    code: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page at ``/<path>`` (``budget/check/``) with its Chinese name; ``view`` names a Django view.

    ``permission`` is one that the pack declares: a page without it opens for nobody and is refused. A page that
    is reached only from another one (``<uuid:key>`` in its path) stands in no menu.
    """

    path: str
    name: str
    view: str
    permission: str

    @property
    def in_menu(self) -> bool:
        return "<" not in self.path


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register: ``field`` is a path of the model to a plain value (``owner__name``).

    ``money_fen`` is shown in yuan; ``link`` leads to the row that the path goes through; ``number`` and
    ``money_fen`` are summed in the foot, so a year is a ``code``. A hidden column is shown on request.
    ``words`` are (value, Chinese) of a ``choice`` whose field has no choices itself.
    """

    field: str
    name: str
    kind: str = "text"
    hidden: bool = False
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a register may be narrowed by; ``choice`` without choices of the field offers the values that occur."""

    field: str
    name: str
    kind: str = "choice"


@dataclass(frozen=True, slots=True)
class Register:
    """A ledger (台账) with generic pages at ``/r/<code>/``: list, detail, export, global search.

    ``search`` are the fields looked through; ``order`` is a field, with ``-`` for descending; ``detail`` are
    the columns on the detail page, all if empty. ``address`` is a page of its own for a row, with fields in
    braces (``/budget/lines/{key}/``). ``only`` are conditions that hold for every row. Opening a row of a
    ``sensitive`` register is written to the audit.
    """

    code: str
    name: str
    model: str
    permission: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    order: str = "-recorded_at"
    detail: tuple[str, ...] = ()
    address: str = ""
    only: tuple[tuple[str, bool | str], ...] = ()
    sensitive: bool = False

    @property
    def path(self) -> str:
        return f"r/{self.code}/"


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case (``budget.review``): its name, and the address of its page with ``{finding}`` in it."""

    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Check:
    """A rule on a target file: stable code, Chinese name, severity, and the function that applies it."""

    code: str
    name: str
    severity: str
    function: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that the pack measures: what of (``subject`` is a kind such as ``budget.line``), in which unit.

    ``compute`` names a function of ``indicators.measurement.Compute``; or ``formula`` is arithmetic over
    ``inputs``, (name in the formula, indicator code).
    """

    code: str
    version: str
    name: str
    unit: str
    direction: str
    subject: str
    compute: str = ""
    formula: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that the worker does by itself: ``path`` names a function of the current time.

    ``every`` is ``minute``, ``hour`` or ``day HH:MM`` in the time of the installation.
    """

    code: str
    name: str
    every: str
    path: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What ``anju demo`` shows: ``build`` names a function that fills the sample city with the pack's sample.

    It is called with the path of a file that the user wants to see in place of the sample, or None.
    """

    build: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All that a pack offers, and on whose behalf (``owner_office``) and by what right (``legal_basis``)."""

    code: str
    name: str
    owner_office: str
    legal_basis: tuple[str, ...]
    commands: tuple[Command, ...] = ()
    permissions: tuple[Permission, ...] = ()
    pages: tuple[Page, ...] = ()
    registers: tuple[Register, ...] = ()
    cases: tuple[CaseType, ...] = ()
    checks: tuple[Check, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    jobs: tuple[Job, ...] = ()
    demo: Demo | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The loaded packs in their order."""

    packs: tuple[Pack, ...]

    def commands(self) -> dict[str, tuple[Pack, Command]]:
        return {command.name: (pack, command) for pack in self.packs for command in pack.commands}

    def pages(self) -> Iterator[tuple[Pack, Page]]:
        return ((pack, page) for pack in self.packs for page in pack.pages)

    def registers(self) -> Iterator[tuple[Pack, Register]]:
        return ((pack, register) for pack in self.packs for register in pack.registers)

    def permissions(self) -> Iterator[Permission]:
        return (permission for pack in self.packs for permission in pack.permissions)

    def checks(self) -> Iterator[tuple[Pack, Check]]:
        return ((pack, check) for pack in self.packs for check in pack.checks)

    def cases(self) -> dict[str, CaseType]:
        return {case.code: case for pack in self.packs for case in pack.cases}

    def indicators(self) -> Iterator[Indicator]:
        return (indicator for pack in self.packs for indicator in pack.indicators)

    def jobs(self) -> dict[str, Job]:
        return {job.code: job for pack in self.packs for job in pack.jobs}

    def demos(self) -> list[Demo]:
        return [pack.demo for pack in self.packs if pack.demo]


def resolve(dotted: str) -> Any:
    """What ``package.module.name`` names; ``PackError`` when the module or the name is not there."""
    module, _, name = dotted.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise PackError(f"找不到模块{error.name}。", f"请检查业务包里写的路径{dotted}。") from error
    except AttributeError as error:
        raise PackError(f"模块{module}里没有{name}。", f"请检查业务包里写的路径{dotted}。") from error


def load(names: Iterable[str]) -> Registry:
    """Import and validate the ``PACK`` of ``anju.packs.<name>.pack``; ``PackError`` at the first fault."""
    packs = tuple(resolve(f"anju.packs.{name}.pack.PACK") for name in names)
    for pack in packs:
        validate(pack)
    registry = Registry(packs)
    _refuse_repeats("业务包编码", [pack.code for pack in packs])
    _refuse_repeats("命令", [command.name for pack in packs for command in pack.commands])
    _refuse_repeats("权限编码", [permission.code for permission in registry.permissions()])
    _refuse_repeats("页面地址", [page.path for _, page in registry.pages()])
    _refuse_repeats("台账编码", [register.code for _, register in registry.registers()])
    _refuse_repeats("办理类型", [case.code for pack in packs for case in pack.cases])
    _refuse_repeats("规则编码", [check.code for _, check in registry.checks()])
    _refuse_repeats("指标", [f"{i.code} {i.version}" for i in registry.indicators()])
    _refuse_repeats("定时任务", [job.code for pack in packs for job in pack.jobs])
    return registry


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
        "jobs": Job,
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
    for path in dotted_paths(pack):
        _match(_DOTTED, path, "路径")


def _validate_work(pack: Pack) -> None:
    own = re.compile(rf"{pack.code}\.[a-z][a-z0-9_]*")
    for indicator in pack.indicators:
        _match(own, indicator.code, "指标编码")
        if indicator.direction not in DIRECTIONS:
            raise PackError(
                f"指标{indicator.code}的方向{indicator.direction}不存在。",
                f"可用的方向是{'、'.join(DIRECTIONS)}。",
            )
        if bool(indicator.compute) == bool(indicator.formula):
            raise PackError(f"指标{indicator.code}应写compute或formula中的一个。", "请补上或删去一个。")
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
    for what, entry in [("页面", page) for page in pack.pages] + [("台账", r) for r in pack.registers]:
        if entry.permission not in declared:
            raise PackError(
                f"{what}{entry.path}的权限{entry.permission!r}没有声明。",
                "请在业务包的permissions里写明谁可以看。",
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
        _refuse_repeats(f"{what}的字段", [entry.field for entry in entries])
    known = {column.field for column in register.columns}
    for field in register.detail:
        if field not in known:
            raise PackError(f"{what}的详情里有{field}，但没有这一栏。", "请先把它写进columns。")


def dotted_paths(pack: Pack) -> list[str]:
    """Every dotted path that the descriptor names, in its order."""
    paths = [command.path for command in pack.commands]
    paths += [page.view for page in pack.pages]
    paths += [register.model for register in pack.registers]
    paths += [check.function for check in pack.checks]
    paths += [indicator.compute for indicator in pack.indicators if indicator.compute]
    paths += [job.path for job in pack.jobs]
    return paths + ([pack.demo.build] if pack.demo else [])


def _match(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise PackError(f"{what}{text!r}写法不对。", f"应符合{pattern.pattern}。")


def _refuse_repeats(what: str, codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise PackError(f"{what}{code}重复。", "请改名，使每个只出现一次。")
