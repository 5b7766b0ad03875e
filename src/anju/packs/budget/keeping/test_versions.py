from __future__ import annotations

import pytest
from django.utils import timezone

from anju.kernel.cases.flow import CaseError
from anju.kernel.findings.models import Finding
from anju.packs.budget.keeping import corrections, versions
from anju.packs.budget.models import BudgetFile, LineTarget, Version
from anju.packs.budget.models.year import VersionStage
from anju.packs.budget.testing import kept_file, line, target

pytestmark = pytest.mark.django_db
GAS = "801002B21DX0043"


@pytest.fixture
def file() -> BudgetFile:
    """The sample with its grave findings settled, so that it may be submitted."""
    kept = kept_file()
    Finding.objects.filter(subject=kept.subject, grade="crit").update(state="explained")
    return kept


def stages(file: BudgetFile) -> list[str]:
    key = line(file, GAS).key
    return list(Version.objects.filter(line_key=key).order_by("number").values_list("stage", flat=True))


def through(file: BudgetFile) -> None:
    versions.submit(file, actor="财务", now=timezone.now())
    versions.approve(file, actor="领导", now=timezone.now())


def test_a_file_is_declared_when_it_is_kept(file: BudgetFile) -> None:
    assert stages(file) == ["declared"]
    assert versions.waiting(file) == 24


def test_declared_reviewed_approved_then_adjusted(file: BudgetFile) -> None:
    through(file)
    assert stages(file) == ["declared", "reviewed", "approved"]
    assert (versions.waiting(file), versions.open_case(file)) == (0, None)
    corrections.correct_target(target(file, GAS, "安装户数"), "value", "20万户", actor="科室")
    assert versions.waiting(file) == 1
    through(file)
    assert stages(file) == ["declared", "reviewed", "approved", "reviewed", "adjusted"]
    other = line(file, "801002B21DX0031").key
    assert not Version.objects.filter(line_key=other, stage=VersionStage.ADJUSTED).exists()


def test_a_version_says_for_ever_what_it_said_and_two_can_be_compared(file: BudgetFile) -> None:
    through(file)
    approved = versions.latest([line(file, GAS).key], "approved")[line(file, GAS).key]
    corrections.correct_target(target(file, GAS, "安装户数"), "value", "20万户", actor="科室")
    through(file)
    adjusted = versions.latest([line(file, GAS).key], "adjusted")[line(file, GAS).key]
    assert [(d.target, d.field, d.before, d.after) for d in versions.differences(approved, adjusted)] == [
        ("安装户数", "指标值", "38万户", "20万户")
    ]
    assert "38万户" in [row.value for row in versions.contents(approved).targets]
    assert versions.is_intact(approved)


def test_tampering_with_a_version_behind_its_back_is_seen(file: BudgetFile) -> None:
    version = versions.latest([line(file, GAS).key])[line(file, GAS).key]
    LineTarget.objects.filter(key=target(file, GAS, "安装户数").key).update(value="1户")
    assert not versions.is_intact(version)


def test_the_person_who_submitted_does_not_approve(file: BudgetFile) -> None:
    versions.submit(file, actor="财务", now=timezone.now())
    with pytest.raises(CaseError, match="不能是办理人本人"):
        versions.approve(file, actor="财务", now=timezone.now())
    assert stages(file) == ["declared", "reviewed"]


def test_sent_back_with_a_reason_and_submitted_again(file: BudgetFile) -> None:
    versions.submit(file, actor="财务", now=timezone.now())
    versions.send_back(file, "满意度指标偏低。", actor="领导")
    corrections.correct_target(target(file, GAS, "城镇既有住宅燃气用户满意度"), "value", "90%", actor="科室")
    through(file)
    assert stages(file)[-1] == "approved"


def test_grave_findings_and_an_unchanged_file_are_not_submitted(file: BudgetFile) -> None:
    Finding.objects.filter(subject=file.subject, grade="crit").update(state="open")
    with pytest.raises(CaseError, match="必须退回的问题"):
        versions.submit(file, actor="财务", now=timezone.now())
    Finding.objects.filter(subject=file.subject, grade="crit").update(state="explained")
    through(file)
    with pytest.raises(CaseError, match="都已批复"):
        versions.submit(file, actor="财务", now=timezone.now())
    with pytest.raises(CaseError, match="没有提交批复"):
        versions.approve(file, actor="领导", now=timezone.now())
