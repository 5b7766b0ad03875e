from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from anju.kernel import audit
from anju.kernel.access import middleware
from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.flow import Assignment, open_case
from anju.kernel.files.models import Content, StoredFile
from anju.kernel.findings.models import Finding
from anju.kernel.parties.models import Organisation
from anju.packs.budget.models import Line
from registers.conftest import Town


def test_facts_and_lists_that_belong_to_the_row(finance: Client, town: Town) -> None:
    html = finance.get(f"/r/organisations/{town.bureau.pk}/").content.decode()
    assert "<h1>示例局</h1>" in html
    assert '<dt>预算单位编码</dt><dd class="mono nowrap">801002</dd>' in html
    assert "主管局" in html
    assert "/r/budget-lines/?department__name=%E7%A4%BA%E4%BE%8B%E5%B1%80" in html
    assert "审计记录" not in html


def test_out_of_scope_does_not_exist(east_client: Client) -> None:
    rival = Organisation.objects.get(name="西县住建局")
    assert east_client.get(f"/r/organisations/{rival.pk}/").status_code == 404


def test_a_register_with_pages_of_its_own_leads_there(finance: Client) -> None:
    line = Line.objects.get(code="A-1")
    answer = finance.get(f"/r/budget-lines/{line.pk}/")
    assert answer.headers["Location"] == f"/budget/lines/{line.key}/"


def test_a_finding_and_its_case_lead_to_the_work_only_where_the_person_may_go(
    finance: Client, east_client: Client, town: Town
) -> None:
    finding = Finding.objects.get(organisation=town.bureau)
    task = Assignment("budget.review", "改", town.bureau, timezone.now() + timedelta(days=3))
    case = open_case(finding, task, actor="测试")
    work = f'<a class="btn primary" href="/budget/findings/{finding.pk}/">去办理</a>'
    for place in (f"/r/findings/{finding.pk}/", f"/r/cases/{case.pk}/"):
        assert work in finance.get(place).content.decode()
        assert "去办理" not in east_client.get(place).content.decode()


def test_a_finding_of_no_pack_has_nowhere_to_go(finance: Client, town: Town) -> None:
    Finding.objects.update(rule="gone.rule")
    finding = Finding.objects.get(organisation=town.bureau)
    assert "去办理" not in finance.get(f"/r/findings/{finding.pk}/").content.decode()


def test_opening_a_sensitive_row_is_audited(finance: Client, town: Town) -> None:
    content = Content.objects.create(
        sha256="a" * 64, size=5, kind="pdf", sealed_key="k", served_sha256="a" * 64
    )
    stored = StoredFile.objects.create(content=content, name="证.pdf", owner="x")
    assert finance.get(f"/r/files/{stored.pk}/").status_code == 200
    row = AuditRow.objects.get(action="register.read")
    assert (row.actor, row.object_id) == ("test-finance", str(stored.pk))
    finance.get(f"/r/organisations/{town.bureau.pk}/")
    assert AuditRow.objects.filter(action="register.read").count() == 1


def test_the_history_is_for_those_who_may_see_the_audit(
    finance: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit.record("parties.rename", town.bureau, actor="甲", reason="改制")
    monkeypatch.setattr(middleware, "permissions_of", lambda user: {"parties.view", "audit.view"})
    html = finance.get(f"/r/organisations/{town.bureau.pk}/").content.decode()
    assert "parties.rename" in html
    assert "改制" in html
