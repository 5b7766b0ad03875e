"""Registers of the kernel's own models, and where cases and findings are worked on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import resolve

from anju.kernel.access.permissions import required_by
from anju.kernel.assets import registers as assets
from anju.kernel.cases import registers as cases
from anju.kernel.cases.kinds import kinds
from anju.kernel.exchange import registers as exchange
from anju.kernel.field import registers as field
from anju.kernel.files import registers as files
from anju.kernel.findings import registers as findings
from anju.kernel.indicators import registers as indicators
from anju.kernel.inspections import registers as inspections
from anju.kernel.packs import Register
from anju.kernel.parties import registers as parties
from anju.kernel.places import registers as places
from anju.kernel.surveys import registers as surveys
from anju.kernel.telemetry.registering import registers as telemetry
from anju.kernel.works import registers as works

OFFICE = "台账"

REGISTERS = (
    *cases.REGISTERS,
    *findings.REGISTERS,
    *parties.REGISTERS,
    *indicators.REGISTERS,
    *surveys.REGISTERS,
    *inspections.REGISTERS,
    *works.REGISTERS,
    *exchange.REGISTERS,
    *places.REGISTERS,
    *assets.REGISTERS,
    *telemetry.REGISTERS,
    *files.REGISTERS,
    *field.REGISTERS,
)


# What ``work_address`` wants of a row beside what is shown.
WORK = {"cases": ("kind", "finding_id"), "findings": ("rule",)}


def work_address(register: Register, row: dict[str, Any], permissions: Iterable[str]) -> str:
    """The page where a case is worked on or a finding is assigned; "" where there is none for the person."""
    if register.code not in WORK:
        return ""
    types = kinds()
    if register.code == "cases":
        code, finding = row["kind"], row["finding_id"]
    else:
        pack, finding = row["rule"].partition(".")[0], row["id"]
        own = [kind for kind in types.values() if kind.code.startswith(f"{pack}.")]
        # The kind that names the rule; else the one that takes what no other names.
        fits = [kind for kind in own if row["rule"] in kind.rules] or [kind for kind in own if not kind.rules]
        code = fits[0].code if fits else ""
    address = types[code].address.format(finding=finding) if code in types else ""
    return address if address and required_by(resolve(address).func) in permissions else ""
