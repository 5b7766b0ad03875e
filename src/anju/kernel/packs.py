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

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_COMMAND = re.compile(r"[a-z][a-z0-9-]*")
_URL = re.compile(r"(?:[a-z0-9-]+/)+")
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
class Page:
    """A page at ``/<path>`` (``budget/check/``) with its Chinese name; ``view`` names a Django view."""

    path: str
    name: str
    view: str


@dataclass(frozen=True, slots=True)
class Check:
    """A rule on a target file: stable code, Chinese name, severity, and the function that applies it."""

    code: str
    name: str
    severity: str
    function: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What ``anju demo`` shows.

    ``variable`` is the environment variable that carries the file's path, ``sample`` names a function that
    gives the path of the sample file, ``start`` names one that reads the file before a page is served.
    """

    variable: str
    sample: str
    start: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All that a pack offers, and on whose behalf (``owner_office``) and by what right (``legal_basis``)."""

    code: str
    name: str
    owner_office: str
    legal_basis: tuple[str, ...]
    commands: tuple[Command, ...] = ()
    pages: tuple[Page, ...] = ()
    checks: tuple[Check, ...] = ()
    demo: Demo | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The loaded packs in their order."""

    packs: tuple[Pack, ...]

    def commands(self) -> dict[str, tuple[Pack, Command]]:
        return {command.name: (pack, command) for pack in self.packs for command in pack.commands}

    def pages(self) -> Iterator[tuple[Pack, Page]]:
        return ((pack, page) for pack in self.packs for page in pack.pages)

    def checks(self) -> Iterator[tuple[Pack, Check]]:
        return ((pack, check) for pack in self.packs for check in pack.checks)

    def demo(self) -> Demo:
        """The first pack's demonstration; ``PackError`` where no pack has one."""
        for pack in self.packs:
            if pack.demo:
                return pack.demo
        raise PackError("已启用的业务包都没有演示。", "请在enabled.py中启用带演示的业务包，例如budget。")


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
    _refuse_repeats("页面地址", [page.path for _, page in registry.pages()])
    _refuse_repeats("规则编码", [check.code for _, check in registry.checks()])
    return registry


def validate(pack: object) -> None:
    """``PackError`` unless ``pack`` is a ``Pack`` whose entries are of the closed kinds and well written."""
    if not isinstance(pack, Pack):
        raise PackError("业务包的PACK不是Pack。", "请在pack.py里写PACK = Pack(…)。")
    kinds = {"commands": Command, "pages": Page, "checks": Check}
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
    for page in pack.pages:
        _match(_URL, page.path, "页面地址")
    for check in pack.checks:
        _match(_CODE, check.code, "规则编码")
        if check.severity not in SEVERITIES:
            raise PackError(
                f"规则{check.code}的等级{check.severity}不存在。", f"可用的等级是{'、'.join(SEVERITIES)}。"
            )
    for path in dotted_paths(pack):
        _match(_DOTTED, path, "路径")


def dotted_paths(pack: Pack) -> list[str]:
    """Every dotted path that the descriptor names, in its order."""
    paths = [command.path for command in pack.commands]
    paths += [page.view for page in pack.pages]
    paths += [check.function for check in pack.checks]
    return paths + ([pack.demo.sample, pack.demo.start] if pack.demo else [])


def _match(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise PackError(f"{what}{text!r}写法不对。", f"应符合{pattern.pattern}。")


def _refuse_repeats(what: str, codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise PackError(f"{what}{code}重复。", "请改名，使每个只出现一次。")
