"""The registry of packs: found by name, validated, asked for what they offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from anju.kernel.packs.descriptors import (
    AssetType,
    CaseType,
    Check,
    Command,
    Demo,
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
from anju.kernel.packs.validation import refuse_repeats, validate


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

    def subjects(self) -> Iterator[Subject]:
        return (subject for pack in self.packs for subject in pack.subjects)

    def rulebooks(self) -> dict[str, tuple[Pack, Rulebook]]:
        return {book.code: (pack, book) for pack in self.packs for book in pack.rulebooks}

    def jobs(self) -> dict[str, Job]:
        return {job.code: job for pack in self.packs for job in pack.jobs}

    def asset_types(self) -> Iterator[AssetType]:
        return (kind for pack in self.packs for kind in pack.asset_types)

    def properties(self) -> Iterator[ObservedProperty]:
        return (one for pack in self.packs for one in pack.properties)

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
    refuse_repeats("业务包编码", [pack.code for pack in packs])
    refuse_repeats("命令", [command.name for pack in packs for command in pack.commands])
    refuse_repeats("权限编码", [permission.code for permission in registry.permissions()])
    refuse_repeats("页面地址", [page.path for _, page in registry.pages()])
    refuse_repeats("台账编码", [register.code for _, register in registry.registers()])
    refuse_repeats("办理类型", [case.code for pack in packs for case in pack.cases])
    refuse_repeats("规则编码", [check.code for _, check in registry.checks()])
    refuse_repeats("指标", [f"{i.code} {i.version}" for i in registry.indicators()])
    refuse_repeats("对象种类", [subject.kind for subject in registry.subjects()])
    refuse_repeats("规则表编码", [book.code for pack in packs for book in pack.rulebooks])
    refuse_repeats("定时任务", [job.code for pack in packs for job in pack.jobs])
    refuse_repeats("设备类型", [kind.code for kind in registry.asset_types()])
    refuse_repeats("观测量", [one.code for one in registry.properties()])
    return registry
