"""From a failed item to its card, its acceptance, the second look, and the higher grade of a recurrence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.files import store
from anju.kernel.files.models import StoredFile
from anju.kernel.findings.models import Finding
from anju.kernel.inspections.figures import figures
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Photo, Plan, PlanObject, Recheck, Visit
from anju.kernel.inspections.testing import ACTOR, NOW, picture, told
from anju.kernel.supervision import cards, following, rechecks
from anju.kernel.supervision.handing_in import hand_in
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
COMPANY, ACCEPTOR = "company", "acceptor"


def visit(site: PlanObject, days: float = 0, **changes: object) -> Visit:
    moment = NOW + timedelta(days=days)
    day = f"{timezone.localdate(moment)}"
    times = {"started_at": f"{day}T09:00:00+08:00", "finished_at": f"{day}T09:30:00+08:00", "sent_at": f"{day}T10:00:00+08:00"}  # fmt: skip
    return hand_in(told(site, **times, **changes), actor=ACTOR, now=moment, scope=Scope.whole())


def finding(code: str) -> Finding:
    return Finding.objects.filter(rule=f"inspection.dust-site.{code}").latest("recorded_at")


def after(number: int) -> StoredFile:
    return store(picture(number), f"整改{number}.jpg", actor=COMPANY)


def mended(case: Case, days: float, number: int = 500) -> Case:
    cards.answer(case, "corrected", "", [after(number)], actor=COMPANY)
    moment = NOW + timedelta(days=days)
    return cards.accept(case, "on_site", "已覆盖。", actor=ACCEPTOR, now=moment)


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def test_failures_become_findings_by_severity_and_grave_ones_cards(site: PlanObject) -> None:
    visit(site, fails={"fence": "围挡破损。", "cover": "未覆盖。", "crane": "检验过期。"})
    assert {f.part: f.grade for f in Finding.objects.all()} == {
        "fence": "warn",
        "cover": "high",
        "crane": "crit",
    }
    cases = {case.finding.part: case for case in Case.objects.all()}
    assert set(cases) == {"cover", "crane"}
    # NOW is 5 July 2021 at ten: a week at 18:00, and 24 hours to the minute
    assert local(cases["cover"].deadline) == "2021-07-12 18:00"
    assert local(cases["crane"].deadline) == "2021-07-06 10:00"
    assert cases["crane"].title.startswith("立即停止作业")
    assert cases["cover"].owner == site.organisation
    # A general failure gets a card when somebody decides so: three days
    assert local(following.assign(finding("fence"), actor="甲", now=NOW).deadline) == "2021-07-08 18:00"


def test_working_days_are_counted_where_the_figures_say_so() -> None:
    from dataclasses import replace

    told_ = replace(figures(NOW.date()), working_days=True)
    # Seven working days after Monday 5 July 2021 end on Wednesday 14 July
    assert local(following.deadline("high", told_, NOW)) == "2021-07-14 18:00"


def test_handing_in_twice_follows_on_nothing(site: PlanObject) -> None:
    payload = told(site, fails={"cover": "未覆盖。"})
    first = hand_in(payload, actor=ACTOR, now=NOW, scope=Scope.whole())
    assert hand_in(payload, actor=ACTOR, now=NOW + timedelta(hours=1), scope=Scope.whole()) == first
    assert Case.objects.count() == Finding.objects.count() == 1


def test_who_mends_does_not_accept_and_new_photos_are_wanted(site: PlanObject) -> None:
    one = visit(site, fails={"cover": "未覆盖。"})
    case = Case.objects.get()
    with pytest.raises(InspectionError, match="没有整改后的照片"):
        cards.answer(case, "corrected", "", [], actor=COMPANY)
    before = one.photos.get().file
    with pytest.raises(InspectionError, match="照片以前用过"):
        cards.answer(case, "corrected", "", [before], actor=COMPANY)
    cards.answer(case, "corrected", "", [after(1)], actor=COMPANY)
    assert Photo.objects.get(step__case=case).organisation == site.organisation
    with pytest.raises(flow.CaseError, match="本人"):
        cards.accept(case, "on_site", "", actor=COMPANY, now=NOW)
    with pytest.raises(InspectionError, match="验收方式"):
        cards.accept(case, "", "", actor=ACCEPTOR, now=NOW)
    closed = cards.accept(case, "video", "已覆盖。", actor=ACCEPTOR, now=NOW + timedelta(days=1))
    assert closed.stage == Stage.CLOSED
    assert closed.steps.last().note == "视频验收。已覆盖。"
    assert finding("cover").state == "corrected"
    # Looking again at the same visit finds nothing new
    assert following.look_at(following.subject_of(one), actor=ACTOR, now=NOW + timedelta(days=1)) == []
    assert finding("cover").state == "corrected"


def test_a_recurrence_opens_again_one_grade_higher_with_a_shorter_term(site: PlanObject) -> None:
    visit(site, fails={"cover": "未覆盖。"})
    mended(Case.objects.get(), 2)
    visit(site, 10, fails={"cover": "又未覆盖。"})
    found = finding("cover")
    assert (found.grade, found.state) == ("crit", "in_case")
    case = Case.objects.exclude(stage=Stage.CLOSED).get()
    # 15 July at ten, grave now: 24 hours
    assert local(case.deadline) == "2021-07-16 10:00"
    assert Finding.objects.count() == 1


def test_after_the_window_it_is_no_recurrence(site: PlanObject) -> None:
    visit(site, fails={"cover": "未覆盖。"})
    mended(Case.objects.get(), 2)
    visit(site, 400, fails={"cover": "未覆盖。"})
    assert finding("cover").grade == "high"


def test_what_was_dismissed_stays_so_and_a_later_failure_is_another_finding(site: PlanObject) -> None:
    visit(site, fails={"cover": "未覆盖。"})
    case = Case.objects.get()
    cards.answer(case, "dismissed", "该处为绿化土，不需覆盖。", [], actor=COMPANY)
    cards.accept(case, "on_site", "", actor=ACCEPTOR, now=NOW + timedelta(days=1))
    visit(site, 5, fails={"cover": "新堆土未覆盖。"})
    assert sorted(Finding.objects.values_list("state", flat=True)) == ["dismissed", "in_case"]
    assert Case.objects.exclude(stage=Stage.CLOSED).count() == 1


def test_an_item_that_was_not_judged_stays_as_it_was_and_a_pass_mends_it(site: PlanObject) -> None:
    visit(site, fails={"fence": "围挡破损。"})
    answers = {"fence": "na", "cover": "pass", "crane": "pass"}
    visit(site, 1, answers=answers)
    assert finding("fence").state == "open"
    visit(site, 2)
    assert finding("fence").state == "corrected"


def test_an_older_visit_that_comes_late_undoes_nothing(site: PlanObject) -> None:
    visit(site, 2)
    late = {"started_at": "2021-07-05T09:00:00+08:00", "finished_at": "2021-07-05T09:30:00+08:00"}
    hand_in(
        told(site, fails={"fence": "围挡破损。"}, **late, sent_at="2021-07-08T10:00:00+08:00"),
        actor=ACTOR,
        now=NOW + timedelta(days=3),
        scope=Scope.whole(),
    )
    assert not Finding.objects.filter(part="fence").exists()


def test_a_tenth_of_the_accepted_is_drawn_and_the_draw_replays() -> None:
    told_ = figures(NOW.date())
    keys = [f"k{n}" for n in range(25)]
    drawn = rechecks.chosen(keys, "种子", told_)
    assert len(drawn) == 3  # a tenth of 25, rounded up
    assert rechecks.chosen(keys[::-1], "种子", told_) == drawn
    assert rechecks.chosen(keys, "别的", told_) != drawn
    days = {(rechecks.day_of(key, "种子", NOW.date(), told_) - NOW.date()).days for key in keys * 40}
    assert min(days) >= 7
    assert max(days) <= 30
    counts = dict.fromkeys(keys, 0)
    for seed in range(2000):
        for key in rechecks.chosen(keys, str(seed), told_):
            counts[key] += 1
    # Each is drawn with chance 3/25: 240 of 2,000, three standard errors are 44
    assert all(abs(n - 240) < 60 for n in counts.values())


def test_a_failed_second_look_opens_the_finding_again(made: Plan, site: PlanObject) -> None:
    visit(site, fails={"cover": "未覆盖。"})
    with pytest.raises(InspectionError, match="没有验收的督办卡"):
        rechecks.draw(made.owner, actor="甲", now=NOW)
    mended(Case.objects.get(), 2)
    made_ = rechecks.draw(made.owner, actor="甲", now=NOW + timedelta(days=3), seed="种子")
    again = made_.rechecks.get()
    assert 7 <= (again.day - timezone.localdate(NOW + timedelta(days=2))).days <= 30
    with pytest.raises(InspectionError, match="没有验收的督办卡"):
        rechecks.draw(made.owner, actor="甲", now=NOW + timedelta(days=4))
    later = NOW + timedelta(days=20)
    with pytest.raises(InspectionError, match="没有写复查"):
        rechecks.complete(again, False, "", actor=ACTOR, now=later)
    with pytest.raises(InspectionError, match="本人"):
        rechecks.complete(again, True, "", actor=COMPANY, now=later)
    rechecks.complete(again, False, "覆盖网又掀开。", actor=ACTOR, now=later)
    found = finding("cover")
    assert (found.grade, found.state) == ("crit", "in_case")
    assert "复查不符合。覆盖网又掀开。" in found.message
    case = Case.objects.exclude(stage=Stage.CLOSED).get()
    cards.answer(case, "corrected", "", [after(600)], actor=COMPANY)
    cards.accept(case, "on_site", "", actor=ACCEPTOR, now=later + timedelta(hours=5))
    assert finding("cover").state == "corrected"
    with pytest.raises(InspectionError, match="已经填过"):
        rechecks.complete(Recheck.objects.get(), True, "", actor=ACTOR, now=later)
