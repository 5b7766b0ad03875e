"""All registers there are, and those that a person may open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from anju.kernel import packs
from anju.kernel.access.scope import scope_of
from anju.kernel.packs import PackError, Register
from anju.kernel.values.scope import Scope
from anju.web.registers import fields, kernel


@cache
def registers() -> dict[str, tuple[str, Register]]:
    """Code → (office in the menu, register), the packs' first; ``PackError`` for one that fits no model."""
    found: dict[str, tuple[str, Register]] = {}
    entries = [
        (f"{pack.owner_office} · {pack.name}", r) for pack, r in packs.load(settings.ANJU_PACKS).registers()
    ]
    for office, register in [*entries, *((kernel.OFFICE, register) for register in kernel.REGISTERS)]:
        if register.code in found:
            raise PackError(f"台账编码{register.code}重复。", "请改名，使每个只出现一次。")
        packs.validate_register(register)
        fields.check(register)
        found[register.code] = (office, register)
    return found


def opened(permissions: Iterable[str]) -> list[tuple[str, Register]]:
    """Those that a person with these permissions may open."""
    return [entry for entry in registers().values() if entry[1].permission in permissions]


def of_model(model: object, permissions: Iterable[str]) -> Register | None:
    """The register of a model's rows that the person may open."""
    return next((r for _, r in opened(permissions) if fields.model_of(r) is model), None)


def may_edit(register: Register, permissions: Iterable[str]) -> bool:
    return register.form is not None and register.form.permission in permissions


def scope_for(request: HttpRequest, register: Register) -> Scope:
    """The rows of a register that a person sees; all for who keeps it for the whole installation."""
    if register.form and register.form.everywhere and may_edit(register, request.permissions):
        return Scope.whole()
    # Found once a request by ``memory``; ``request.scope`` is not ours, an ASGI server keeps its own there.
    return scope_of(request.user)


def address_of(register: Register, row: dict[str, Any]) -> str:
    """The page of one row; ``row`` holds what ``fields.needed`` names."""
    return register.address.format(**row) if register.address else f"/{register.path}{row['id']}/"
