"""The ledger of findings follows what the rules find now."""

from datetime import UTC, datetime, timedelta

import pytest

from anju.kernel.findings.ledger import Observed, reconcile
from anju.kernel.findings.models import Finding, State

NOW = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SUBJECT = "test.file:1"

pytestmark = pytest.mark.django_db


def seen(rule: str, part: str = "A1", message: str = "不符。") -> Observed:
    return Observed(rule, "warn", part, "指标", message, [{"text": "甲", "position": "第1行"}])


def states() -> dict[str, str]:
    return {f"{f.rule}/{f.part}": f.state for f in Finding.objects.filter(subject=SUBJECT)}


def test_found_again_is_the_same_row_with_the_new_words() -> None:
    assert len(reconcile(SUBJECT, [seen("r1")], NOW).new) == 1
    again = reconcile(SUBJECT, [seen("r1", message="仍不符。")], LATER)
    assert (again.new, again.gone) == ([], [])
    row = Finding.objects.get(subject=SUBJECT)
    assert (row.message, row.last_seen_at, row.state) == ("仍不符。", LATER, State.OPEN)


def test_gone_is_corrected_and_back_is_open_again() -> None:
    reconcile(SUBJECT, [seen("r1"), seen("r2")], NOW)
    gone = reconcile(SUBJECT, [seen("r2")], LATER).gone
    assert [f.rule for f in gone] == ["r1"]
    assert states() == {"r1/A1": State.CORRECTED, "r2/A1": State.OPEN}
    assert [f.rule for f in reconcile(SUBJECT, [seen("r1"), seen("r2")], LATER).back] == ["r1"]
    assert Finding.objects.get(rule="r1").settled_at is None


@pytest.mark.parametrize("state", [State.EXPLAINED, State.DISMISSED])
def test_what_a_person_settled_stays_settled(state: str) -> None:
    reconcile(SUBJECT, [seen("r1")], NOW)
    Finding.objects.update(state=state)
    reconcile(SUBJECT, [seen("r1")], LATER)
    assert states() == {"r1/A1": state}


def test_a_finding_in_a_case_waits_for_acceptance() -> None:
    reconcile(SUBJECT, [seen("r1")], NOW)
    Finding.objects.update(state=State.IN_CASE)
    reconcile(SUBJECT, [], LATER)
    assert states() == {"r1/A1": State.IN_CASE}


def test_the_same_rule_twice_on_one_part_gives_two_rows() -> None:
    reconcile(SUBJECT, [seen("r1", message="甲。"), seen("r1", message="乙。")], NOW)
    assert sorted(Finding.objects.values_list("message", flat=True)) == ["乙。", "甲。"]
    reconcile(SUBJECT, [seen("r1", message="甲。"), seen("r1", message="乙。")], LATER)
    assert Finding.objects.count() == 2


def test_subjects_do_not_meet() -> None:
    reconcile(SUBJECT, [seen("r1")], NOW)
    reconcile("test.file:2", [], NOW)
    assert states() == {"r1/A1": State.OPEN}
