"""Each rule on facts where it must fire, and on the facts beside them where it must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from anju.kernel.values import rulebooks
from anju.kernel.works.errors import WorksError
from anju.kernel.works.judging.figures import SOURCE, figures, load
from anju.kernel.works.judging.rules import (
    RULES,
    AcceptanceFact,
    CheckFact,
    Facts,
    ProgressFact,
    ShotFact,
    TermFact,
    hits,
)

DAY = date(2021, 6, 1)
UNIT = UUID(int=5)
REPORT = ProgressFact(UUID(int=1), DAY, "户内改造", "household", "户", Decimal(300), UNIT, "甲-01", 20.0)
TERM = TermFact("HT-1", date(2021, 3, 1), date(2021, 12, 31), 1_000_000, 300_000)
CLEAN = Facts(
    code="W-1",
    kind="construction",
    year=2021,
    carried_from=None,
    carried_to=None,
    contracted=True,
    completed_on=date(2021, 9, 1),
    accepted_share=Decimal("0.2"),
    figures=figures(DAY),
    progress=(REPORT,),
    shots=(ShotFact("ab" * 32, DAY, "单元甲-01"),),
    terms=(TERM,),
    acceptances=(AcceptanceFact("阶段验收", DAY, "质监站", "乙", False, False),),
    checks=(CheckFact(DAY, "管道", False, "漏水"), CheckFact(DAY + timedelta(days=3), "管道", True, "")),
)
ANOTHER = replace(REPORT, key=UUID(int=2), unit=UUID(int=6), unit_code="甲-02")
LATE = replace(ANOTHER, on=date(2021, 9, 2))
FAULTS = {
    "works.same_photo": replace(CLEAN, shots=(ShotFact("ab" * 32, DAY, "单元甲-01", "2021-05-30"),)),
    # 300 + 300 in a day, where 400 are possible
    "works.impossible_pace": replace(CLEAN, progress=(REPORT, ANOTHER)),
    "works.accepted_by_doer": replace(
        CLEAN, acceptances=(AcceptanceFact("竣工验收", DAY, "施工公司", "丙", True, False),)
    ),
    "works.contract_gap": replace(CLEAN, terms=(replace(TERM, end=date(2021, 5, 31)),)),
    # 20 % accepted and 30 % of the other 80 % ahead: at most 44 %
    "works.paid_ahead": replace(CLEAN, terms=(replace(TERM, paid_fen=450_000),)),
    "works.after_completion": replace(CLEAN, progress=(REPORT, LATE)),
    "works.unit_twice": replace(
        CLEAN, progress=(REPORT, replace(REPORT, key=UUID(int=3), on=DAY + timedelta(days=1)))
    ),
    "works.far_position": replace(CLEAN, progress=(replace(REPORT, metres=201.0),)),
    "works.carried_counted": replace(
        CLEAN,
        progress=(replace(REPORT, on=date(2020, 12, 1)),),
        terms=(replace(TERM, start=date(2020, 1, 1)),),
    ),
    "works.check_failed": replace(CLEAN, checks=CLEAN.checks[:1]),
}


def test_nothing_fires_on_clean_facts() -> None:
    assert hits(CLEAN) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fires_on_its_fault_and_nothing_else_does(rule: str) -> None:
    found = hits(FAULTS[rule])
    assert [hit.rule for hit in found] == [rule]
    assert found[0].message.endswith(("。", "漏水"))


def test_the_words_name_what_was_found() -> None:
    words = {rule: hits(facts)[0].message for rule, facts in FAULTS.items()}
    assert words["works.impossible_pace"] == "2021-06-01一天报了600户，超过每天400户（按分片施工估算）。"
    assert words["works.paid_ahead"] == "合同HT-1已付45.0%，验收只到20.0%，加预付款最多付44.0%。"
    assert words["works.contract_gap"] == "合同2021-05-31到期后，2021-06-01仍在报进度，没有续签或顺延。"


@pytest.mark.parametrize(
    "facts",
    [
        # at the limit, not over it
        replace(CLEAN, terms=(replace(TERM, paid_fen=440_000),)),
        replace(CLEAN, progress=(replace(REPORT, amount=Decimal(400)),)),
        replace(CLEAN, progress=(replace(REPORT, metres=200.0),)),
        # a reason was given; the place is not known; nobody is contracted; nothing can be assessed
        replace(CLEAN, progress=(replace(REPORT, metres=900.0, far_reason="进小区前在门口填报"),)),
        replace(CLEAN, progress=(replace(REPORT, metres=None),)),
        replace(CLEAN, contracted=False, terms=()),
        replace(CLEAN, accepted_share=None, terms=(replace(TERM, paid_fen=999_999),)),
        # work of the year before, in a project that says so
        replace(FAULTS["works.carried_counted"], carried_from=2020),
    ],
)
def test_at_the_limit_and_with_a_reason_nothing_fires(facts: Facts) -> None:
    assert hits(facts) == []


def test_work_after_carrying_over_belongs_to_the_later_year() -> None:
    later = replace(ANOTHER, on=date(2022, 2, 1))
    facts = replace(
        CLEAN,
        carried_to=2022,
        completed_on=None,
        progress=(REPORT, later),
        terms=(replace(TERM, end=date(2022, 12, 31)),),
    )
    assert [hit.rule for hit in hits(facts)] == ["works.carried_counted"]


def test_more_than_the_contract_is_graver_than_too_early() -> None:
    facts = replace(CLEAN, terms=(replace(TERM, paid_fen=1_000_001),))
    assert [hit.grade for hit in hits(facts)] == ["crit"]
    assert [hit.grade for hit in hits(FAULTS["works.paid_ahead"])] == ["high"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('prepayment = "0.30"', 'prepayment = "1.30"', "在0和1之间"),
        ('prepayment = "0.30"', 'prepayment = "三成"', "写法不对"),
        ("most_a_day = 24", "most_a_day = 0", "不是正数"),
        ("[[figures]]", "[[other]]", "写法不对"),
    ],
)
def test_figures_that_cannot_hold_are_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(WorksError, match=words):
        load(rulebooks.packaged(SOURCE).replace(old, new))


def test_a_day_without_figures_is_refused() -> None:
    with pytest.raises(WorksError, match="没有有效的工程参数"):
        figures(date(1999, 12, 31))
