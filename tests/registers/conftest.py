"""A key ring of its own for each test, and rows of two counties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from anju.kernel.access.testing import person, signed_in
from anju.kernel.findings.models import Finding
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level
from anju.kernel.secrets import KeyRing
from anju.packs.budget.models import BudgetFile, Line

SEEN = datetime(2021, 3, 5, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)


@dataclass
class Town:
    """Two counties with an organisation and a finding each; a file of three lines."""

    east: Area
    west: Area
    bureau: Organisation
    file: BudgetFile


@pytest.fixture
def town(db: None) -> Town:
    east, west = (
        Area.objects.create(code=code, code_system=CodeSystem.LOCAL, name=name, level=Level.COUNTY)
        for code, name in (("E1", "东县"), ("W1", "西县"))
    )
    bureau = Organisation.objects.create(name="示例局", kind=Kind.BUREAU, budget_code="801002", area=east)
    rival = Organisation.objects.create(name="西县住建局", kind=Kind.COUNTY_BUREAU, area=west)
    for n, (body, grade) in enumerate(((bureau, "crit"), (rival, "warn"))):
        Finding.objects.create(
            rule="budget.example", grade=grade, subject=f"x:{n}", part=f"P{n}", message=f"{body}的发现",
            fingerprint="f", organisation=body, last_seen_at=SEEN, recorded_at=SEEN,
        )  # fmt: skip
    file = BudgetFile.objects.create(year=2021, name="目标.docx", kind="docx", organisation=bureau)
    for order, (code, name, fen, goal) in enumerate(
        (
            ("A-1", "老旧小区改造", 12_345_67, "改造"),
            ("A-2", "=cmd|'/c calc'!A1", 100, ""),
            ("B-3", "供热计量", None, "供热"),
        )
    ):
        Line.objects.create(
            file=file, order=order, code=code, name=name, department=bureau, budget_fen=fen, sub_goal=goal
        )
    return Town(east, west, bureau, file)


@pytest.fixture
def finance(town: Town) -> Client:
    return signed_in(person("finance", "test-finance"))


@pytest.fixture
def east_client(town: Town) -> Client:
    return signed_in(person("county", "test-east", area=town.east))
