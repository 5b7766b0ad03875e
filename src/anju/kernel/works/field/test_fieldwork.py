"""Progress, checks and acceptances: what counts, what is refused, and that nothing is overwritten."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from anju.kernel.audit.models import AuditRow
from anju.kernel.works import money, states
from anju.kernel.works.errors import WorksError
from anju.kernel.works.field import accepting, fieldwork
from anju.kernel.works.field.accepting import AcceptanceTold, CheckTold
from anju.kernel.works.field.fieldwork import Report
from anju.kernel.works.measuring.tallies import tallies
from anju.kernel.works.models import Acceptance, Progress, State, Unit
from anju.kernel.works.money import ChangeTold
from anju.kernel.works.planning import ItemTold, ProgrammeTold, new_programme
from anju.kernel.works.testing import NOW, TODAY, done, item_of, project_of, site
from anju.kernel.works.units import counts

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)
PIPES = (ItemTold("一次网", "kilometre", Decimal("0.9")), ItemTold("二次网", "kilometre", Decimal("2.6")))


def test_what_is_done_is_the_sum_of_the_reports_item_by_item() -> None:
    # 2021 safeguard of heating: 3.5 km of old network = 0.9 primary + 2.6 secondary.
    project = project_of(site(), items=PIPES)
    done(project, DAY, amount=Decimal("0.4"), name="一次网")
    done(project, DAY + timedelta(days=30), amount=Decimal("0.5"), name="一次网")
    done(project, DAY, amount=Decimal("2.6"), name="二次网")
    items = tallies([project])[project.pk].items
    assert [(t.item.name, t.planned, t.done) for t in items] == [
        ("一次网", Decimal("0.9"), Decimal("0.9")),
        ("二次网", Decimal("2.6"), Decimal("2.6")),
    ]
    assert sum(t.done for t in items) == Decimal("3.5")


def test_units_are_done_by_reports_and_their_versions_stay() -> None:
    project = project_of(site())
    made = done(project, DAY, "甲-01", "甲-02", "甲-03")
    assert made.amount == 3
    assert counts(project) == {"planned": 7, "done": 3, "accepted": 0, "rejected": 0, "cancelled": 0}
    one = Unit.objects.filter(project=project, code="甲-01").order_by("recorded_at")
    assert [(unit.state, unit.superseded_at is None) for unit in one] == [("planned", False), ("done", True)]
    assert len({unit.key for unit in one}) == 1
    assert one[1].source == made.key
    assert AuditRow.objects.filter(action="works.progress").count() == 1


@pytest.mark.parametrize(
    ("codes", "amount", "on", "words"),
    [
        (("甲-99",), 0, DAY, "清单里没有单元甲-99"),
        (("甲-01", "甲-01"), 0, DAY, "单元甲-01写了两次"),
        ((), 3, DAY, "按单元清单计数"),
        (("甲-01",), 0, TODAY + timedelta(days=1), "日期还没有到"),
    ],
)
def test_a_report_that_cannot_be_is_refused_whole(
    codes: tuple[str, ...], amount: int, on: date, words: str
) -> None:
    project = project_of(site())
    with pytest.raises(WorksError, match=words):
        done(project, on, *codes, amount=Decimal(amount))
    assert not Progress.objects.exists()
    assert counts(project)["planned"] == 10


def test_a_unit_that_is_done_is_not_reported_again() -> None:
    project = project_of(site())
    done(project, DAY, "甲-01")
    with pytest.raises(WorksError, match="甲-01现在是“已做”"):
        done(project, DAY, "甲-02", "甲-01")
    assert counts(project)["done"] == 1


def test_a_project_that_has_not_begun_takes_no_progress() -> None:
    project = project_of(site(), begun=False)
    with pytest.raises(WorksError, match="现在是“计划”"):
        done(project, DAY, "甲-01")


def test_a_phone_may_send_a_report_twice() -> None:
    project = project_of(site())
    told = Report(item_of(project), DAY, project.contractor, units=("甲-01",), key=uuid4(), device="D1")
    first = fieldwork.report(project, told, actor="工", now=NOW)
    assert fieldwork.report(project, told, actor="工", now=NOW) == first
    assert Progress.objects.count() == 1


def test_a_correction_replaces_and_a_withdrawal_gives_the_units_back() -> None:
    where = site()
    pipes, houses = project_of(where, "W-1", PIPES), project_of(where, "W-2")
    wrong = done(pipes, DAY, amount=Decimal("9.0"), name="一次网")
    fieldwork.correct(wrong, Decimal("0.9"), "小数点点错了", actor="工")
    assert tallies([pipes])[pipes.pk].items[0].done == Decimal("0.9")
    assert Progress.objects.filter(key=wrong.key).count() == 2
    made = done(houses, DAY, "甲-01", "甲-02")
    fieldwork.withdraw(made, "报错了单元编码", actor="工")
    assert counts(houses)["planned"] == 10
    assert not Progress.objects.current().filter(key=made.key).exists()
    with pytest.raises(WorksError, match="已经作废"):
        fieldwork.withdraw(made, "报错了单元编码", actor="工")
    with pytest.raises(WorksError, match="没有写原因"):
        fieldwork.correct(wrong, Decimal(1), "", actor="工")


def test_whoever_did_the_work_neither_checks_nor_accepts_it() -> None:
    where = site()
    project = project_of(where)
    done(project, DAY, "甲-01")
    told = AcceptanceTold("staged", DAY, where.contractor, accepted_units=("甲-01",))
    with pytest.raises(WorksError, match="东县施工公司是施工单位，不能自己验收"):
        accepting.accept(project, told, actor="乙", now=NOW)
    other = AcceptanceTold("staged", DAY, where.inspector, accepted_units=("甲-01",))
    with pytest.raises(WorksError, match="您填报过这个项目的进度，不能自己验收"):
        accepting.accept(project, other, actor="工", now=NOW)
    with pytest.raises(WorksError, match="不能自己检查"):
        accepting.check(project, CheckTold(DAY, "管道", True, where.contractor), actor="乙", now=NOW)
    assert not Acceptance.objects.exists()
    assert accepting.accept(project, other, actor="乙", now=NOW).passed


def test_the_owner_who_works_without_a_contractor_is_the_doer() -> None:
    where = site()
    project = project_of(where, contracted=False)
    done(project, DAY, "甲-01")
    told = AcceptanceTold("staged", DAY, where.owner, accepted_units=("甲-01",))
    with pytest.raises(WorksError, match="东县住建局是施工单位"):
        accepting.accept(project, told, actor="乙", now=NOW)


def test_an_acceptance_counts_what_passed_of_what_was_looked_at() -> None:
    where = site()
    project = project_of(where)
    done(project, DAY, "甲-01", "甲-02", "甲-03", "甲-04")
    told = AcceptanceTold(
        "staged", DAY, where.inspector, accepted_units=("甲-01", "甲-02", "甲-03"), rejected_units=("甲-04",)
    )
    made = accepting.accept(project, told, actor="乙", now=NOW)
    tally = tallies([project])[project.pk].items[0]
    # A rejected unit is not done any more: 3 of 4 looked at.
    assert (tally.done, tally.checked, tally.accepted) == (3, 4, 3)
    assert [(q.checked, q.accepted) for q in made.quantities.all()] == [(4, 3)]
    done(project, DAY, "甲-04")
    assert counts(project)["done"] == 1


def test_no_more_is_accepted_than_was_done() -> None:
    where = site()
    project = project_of(where, items=PIPES)
    done(project, DAY, amount=Decimal("0.5"), name="一次网")
    item = item_of(project, "一次网")

    def told(checked: str, accepted: str) -> AcceptanceTold:
        quantities = {item.pk: (Decimal(checked), Decimal(accepted))}
        return AcceptanceTold("staged", DAY, where.inspector, quantities=quantities)

    with pytest.raises(WorksError, match="一次网验收的比做的多"):
        accepting.accept(project, told("0.9", "0.9"), actor="乙", now=NOW)
    with pytest.raises(WorksError, match="合格数应在0和查验数之间"):
        accepting.accept(project, told("0.4", "0.5"), actor="乙", now=NOW)
    accepting.accept(project, told("0.5", "0.4"), actor="乙", now=NOW)
    assert tallies([project])[project.pk].items[0].accepted == Decimal("0.4")


def test_the_course_of_a_project_wants_everything_in_its_turn() -> None:
    where = site()
    project = project_of(where)
    move = {"actor": "甲", "today": TODAY}
    with pytest.raises(WorksError, match="户内改造还差10户，不能报完工"):
        states.move(project, State.COMPLETED, DAY, **move)
    done(project, DAY, *(f"甲-{n:02}" for n in range(1, 11)))
    with pytest.raises(WorksError, match="现在是“在建”，不能改为“已验收”"):
        states.move(project, State.ACCEPTED, DAY, **move)
    states.move(project, State.COMPLETED, DAY, **move)
    with pytest.raises(WorksError, match="没有合格的竣工验收"):
        states.move(project, State.ACCEPTED, DAY, **move)
    told = AcceptanceTold("final", DAY, where.inspector, all_done=True)
    accepting.accept(project, told, actor="乙", now=NOW)
    states.move(project, State.ACCEPTED, DAY, **move)
    assert project.state == State.ACCEPTED
    assert [step.state for step in project.steps.all()] == ["planned", "under_way", "completed", "accepted"]
    assert counts(project)["accepted"] == 10


def test_cancelling_wants_a_reason_and_is_not_carrying_over() -> None:
    project = project_of(site())
    with pytest.raises(WorksError, match="没有写原因"):
        states.move(project, State.CANCELLED, DAY, actor="甲", today=TODAY)
    with pytest.raises(WorksError, match="转到哪个年度计划"):
        states.move(project, State.CARRIED_OVER, DAY, actor="甲", today=TODAY, reason="冬季停工，明年续做")
    states.move(project, State.CANCELLED, DAY, actor="甲", today=TODAY, reason="居民不同意改造")
    assert (project.state, project.carried_to) == ("cancelled", None)


def test_what_is_carried_over_is_a_project_of_the_later_year_with_the_rest() -> None:
    where = site()
    project = project_of(where)
    done(project, DAY, "甲-01", "甲-02", "甲-03")
    later = new_programme(ProgrammeTold("P-2022", "2022年计划", 2022, where.owner), actor="甲")
    with pytest.raises(WorksError, match="只能结转到2021年以后"):
        states.carry(
            project, (where.programme, "W-1x"), DAY, actor="甲", today=TODAY, reason="冬季停工，明年续做"
        )
    rest = states.carry(
        project, (later, "W-1-2022"), DAY, actor="甲", today=TODAY, reason="冬季停工，明年续做"
    )
    assert (project.state, project.carried_to, rest.carried_from) == ("carried_over", 2022, 2021)
    assert rest.items.get().planned == 7
    assert counts(rest)["planned"] == 7
    assert counts(project) == {"planned": 0, "done": 3, "accepted": 0, "rejected": 0, "cancelled": 0}


def test_738_dwellings_less_48_are_690() -> None:
    # Line 801013B16DX0003: 738 dwellings, of which 48 were fitted out from the money of 2020.
    items = (ItemTold("装修", "dwelling", Decimal(738)),)
    project = project_of(site(), items=items)
    told = ChangeTold("荣华48套已在2020年装修", item=item_of(project), quantity=Decimal(-48))
    change = money.propose(project, told, actor="甲")
    assert tallies([project])[project.pk].items[0].planned == 738
    with pytest.raises(WorksError, match="提出人不能自己批准"):
        money.decide(change, True, actor="甲")
    money.decide(change, True, actor="乙")
    assert tallies([project])[project.pk].items[0].planned == 690
    done(project, DAY, amount=Decimal(690))
    states.move(project, State.COMPLETED, DAY, actor="甲", today=TODAY)


def test_standings_of_many_projects_take_the_same_queries(django_assert_max_num_queries: object) -> None:
    where = site()
    few = [project_of(where, f"W-{n}") for n in range(3)]
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        tallies(few)
