"""A case goes from assignment to acceptance by another person; every step leaves an audit row."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from anju.kernel import loop
from anju.kernel.audit.models import AuditRow
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, CaseStep, Outcome, Stage
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding, State
from anju.kernel.parties.models import Kind, Organisation

NOW = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
SUBJECT = "test.file:1"
FOUND = Observed("r1", "warn", "A1", "指标", "不符。", [{"text": "甲", "position": "第1行"}])

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    owner = Organisation.objects.create(name="安居市住房和城乡建设局", kind=Kind.BUREAU)
    finding = loop.observe(SUBJECT, [FOUND], NOW).new[0]
    assignment = flow.Assignment("test.review", finding.message, owner, NOW + timedelta(days=7))
    return flow.open_case(finding, assignment, actor="finance", note="请核对")


def corrected(_: str) -> list[Observed]:
    return []


def still_there(_: str) -> list[Observed]:
    return [FOUND]


def stages() -> list[str]:
    return list(CaseStep.objects.values_list("stage", flat=True))


def test_corrected_accepted_and_measured_again(case: Case) -> None:
    flow.submit(
        case, Outcome.CORRECTED, "已改为20万户", actor="office", change=({"值": "38万户"}, {"值": "20万户"})
    )
    closed = loop.accept(case, corrected, actor="finance", now=NOW)
    assert (closed.stage, closed.done_by, closed.accepted_by) == (Stage.CLOSED, "office", "finance")
    assert Finding.objects.get().state == State.CORRECTED
    assert stages() == [Stage.ASSIGNED, Stage.SUBMITTED, Stage.CLOSED]
    actions = list(AuditRow.objects.order_by("recorded_at", "id").values_list("action", "actor"))
    assert actions == [("case.assigned", "finance"), ("case.submitted", "office"), ("case.closed", "finance")]
    assert len({CaseStep.objects.first().case.correlation, Finding.objects.get().correlation}) == 1


def test_a_correction_that_the_rules_still_find_is_not_accepted(case: Case) -> None:
    flow.submit(case, Outcome.CORRECTED, "", actor="office")
    with pytest.raises(flow.CaseError, match="仍然发现"):
        loop.accept(case, still_there, actor="finance", now=NOW)
    case.refresh_from_db()
    assert (case.stage, Finding.objects.get().state) == (Stage.SUBMITTED, State.IN_CASE)


def test_an_explanation_settles_what_the_rules_still_find(case: Case) -> None:
    flow.submit(case, Outcome.EXPLAINED, "合同按两年累计签订。", actor="office")
    loop.accept(case, still_there, actor="finance", now=NOW)
    assert Finding.objects.get().state == State.EXPLAINED


def test_the_doer_may_not_accept(case: Case) -> None:
    flow.submit(case, Outcome.EXPLAINED, "合同按两年累计签订。", actor="office")
    with pytest.raises(flow.CaseError, match="不能是办理人本人"):
        flow.accept(case, actor="office", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(accepted_by="office")


def test_a_return_adds_a_step_and_opens_the_work_again(case: Case) -> None:
    flow.submit(case, Outcome.EXPLAINED, "合同按两年累计签订。", actor="office")
    with pytest.raises(flow.CaseError, match="没有写退回理由"):
        flow.send_back(case, " ", actor="finance")
    flow.send_back(case, "请附合同", actor="finance")
    flow.submit(case, Outcome.EXPLAINED, "已附合同第3页。", actor="office")
    assert stages() == [Stage.ASSIGNED, Stage.SUBMITTED, Stage.RETURNED, Stage.SUBMITTED]


def test_steps_out_of_order_are_refused_in_one_sentence(case: Case) -> None:
    with pytest.raises(flow.CaseError, match="不能验收"):
        flow.accept(case, actor="finance", now=NOW)
    with pytest.raises(flow.CaseError, match="已经派单"):
        flow.open_case(case.finding, flow.Assignment("t", "标题", case.owner, NOW), actor="finance")
    with pytest.raises(flow.CaseError, match="没有写说明"):
        flow.submit(case, Outcome.EXPLAINED, "好", actor="office")
    flow.submit(case, Outcome.DISMISSED, "两处口径本来不同。", actor="office")
    with pytest.raises(flow.CaseError, match="不能提交"):
        flow.submit(case, Outcome.DISMISSED, "两处口径本来不同。", actor="office")


def test_a_settled_finding_is_not_assigned(case: Case) -> None:
    flow.submit(case, Outcome.DISMISSED, "两处口径本来不同。", actor="office")
    closed = loop.accept(case, still_there, actor="finance", now=NOW)
    with pytest.raises(flow.CaseError, match="已经办结"):
        flow.open_case(closed.finding, flow.Assignment("t", "标题", case.owner, NOW), actor="finance")
