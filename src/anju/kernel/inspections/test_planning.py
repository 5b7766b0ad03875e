from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.inspections import checklists, groups, objects, planning
from anju.kernel.inspections.figures import CODE, SOURCE, figures, load
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Group, Member, Plan, PlanObject
from anju.kernel.inspections.planning import Inspected
from anju.kernel.inspections.testing import ACTOR, ITEMS, NOW, told
from anju.kernel.inspections.visiting.taking import take_visit
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.values import rulebooks
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db


def test_a_recorded_draw_is_made_again_from_its_rows(made: Plan) -> None:
    assert planning.replay(made)
    assert made.cells.count() == 2
    assert PlanObject.objects.filter(cell__plan=made).count() == 4
    assert PlanObject.objects.filter(cell__plan=made, drawn=True).count() == 2
    one = PlanObject.objects.filter(cell__plan=made, drawn=False)[0]
    PlanObject.objects.filter(pk=one.pk).update(facts={**one.facts, "alarm_days": 30})
    assert not planning.replay(made)


def test_each_drawn_object_has_the_largest_key_of_its_cell(made: Plan) -> None:
    for cell in made.cells.all():
        rows = list(cell.candidates.order_by("-key"))
        assert [row.drawn for row in rows] == [True, False]
        assert [row.rank for row in rows] == [1, 2]


def test_a_plan_is_drawn_once(made: Plan) -> None:
    with pytest.raises(InspectionError, match="已经抽过"):
        planning.record(made, [], actor="甲", now=NOW)


def rows_of(made: Plan) -> list[Inspected]:
    cells = PlanObject.objects.filter(cell__plan=made).select_related("cell__area", "organisation")
    return [Inspected(o.subject, o.name, "工地", o.cell.area, o.organisation) for o in cells]


def second(made: Plan) -> Plan:
    version = made.kinds.all()[0].version
    return planning.create(
        "八月检查", made.owner, "2021-08", [("工地", version)], planning.Sampling(seed="别的"), actor="甲"
    )


def test_the_next_plan_rotates_and_knows_the_last_visit(made: Plan, site: PlanObject) -> None:
    take_visit(told(site), actor=ACTOR, now=NOW, scope=Scope.whole())
    later = NOW + timedelta(days=30)
    drawn = planning.plan_draw(second(made), rows_of(made), later)
    last = {str(cell.area_id): str(cell.group_id) for cell in made.cells.all()}
    assert drawn.setting.last == last
    for slot in drawn.slots:
        assert slot.group != last[drawn.setting.areas[slot.cell]]
    facts = {subject: f.days_since for (_, subject), f in drawn.facts.items()}
    # Finished on 5 July at 09:30, asked on 4 August at 10:00
    assert facts[site.subject] == 30
    assert [days for subject, days in facts.items() if subject != site.subject] == [None] * 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "没有写计划名称"),
        ({"period": "2021"}, "按月或按季"),
        ({"period": "七月"}, "写法不对"),
        ({"count": 0}, "1至20"),
    ],
)
def test_a_plan_that_cannot_be_made(made: Plan, changes: dict[str, object], words: str) -> None:
    version = made.kinds.all()[0].version
    facts: dict[str, object] = {"title": "计划", "period": "2021Q3", "count": 1} | changes
    with pytest.raises(InspectionError, match=words):
        planning.create(
            str(facts["title"]),
            made.owner,
            str(facts["period"]),
            [("工地", version)],
            planning.Sampling(facts["count"]),  # type: ignore[arg-type]
            actor="甲",
        )
    with pytest.raises(InspectionError, match="重复"):
        planning.create("计划", made.owner, "2021-07", [("工地", version)] * 2, actor="甲")


def test_objects_that_the_plan_does_not_know(made: Plan) -> None:
    rows = rows_of(made)
    with pytest.raises(InspectionError, match="没有“道路”这个类别"):
        planning.plan_draw(second(made), [replace(rows[0], kind="道路")], NOW)
    with pytest.raises(InspectionError, match="重复的行"):
        planning.plan_draw(second(made), [rows[0], rows[0]], NOW)
    with pytest.raises(InspectionError, match="编号太长"):
        planning.plan_draw(second(made), [replace(rows[0], subject="x" * 76)], NOW)


def test_a_list_of_objects_is_read_and_its_errors_are_told_by_row(made: Plan, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    rows = [
        ["类别", "区县", "名称", "责任单位", "经度", "纬度", "报警天数", "投诉数"],
        ["工地", "东县", "一号", "某建筑公司", "118.1", "39.1", "3", "1"],
        ["工地", "南县", "二号", "某公司", "200", "39", "多", ""],
    ]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "清单.xlsx")
    Area.objects.update(level="county")
    with pytest.raises(ImportRefused) as caught:
        objects.read(tmp_path / "清单.xlsx", {"工地"}, Scope.whole())
    words = [f"{error.place}{error.message}" for error in caught.value.errors]
    assert len(words) == 4
    assert all("第3行" in one for one in words)
    book.active.delete_rows(3)
    book.save(tmp_path / "清单.xlsx")
    (one,) = objects.read(tmp_path / "清单.xlsx", {"工地"}, Scope.whole())
    body = Organisation.objects.get(name="某建筑公司")
    assert (one.subject, one.alarm_days, one.complaints) == (f"organisation:{body.pk}#一号", 3, 1)
    assert (one.longitude, one.latitude) == (118.1, 39.1)
    with pytest.raises(ImportRefused):
        objects.read(tmp_path / "清单.xlsx", {"工地"}, Scope.none())


def test_a_checklist_goes_out_as_a_workbook_and_comes_back(made: Plan, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in checklists.rows_of(ITEMS):
        book.active.append(row)
    book.save(tmp_path / "清单.xlsx")
    found = checklists.read(tmp_path / "清单.xlsx")
    assert [replace(item, required=True) for item in found] == [
        replace(item, required=True) for item in ITEMS
    ]
    sheet = load_workbook(tmp_path / "清单.xlsx")
    sheet.active["F2"], sheet.active["G3"] = "极重", "三"  # type: ignore[index]
    sheet.save(tmp_path / "清单.xlsx")
    with pytest.raises(ImportRefused) as caught:
        checklists.read(tmp_path / "清单.xlsx")
    assert len(caught.value.errors) == 2


def test_a_published_version_stands_and_the_next_begins_as_its_copy(made: Plan) -> None:
    version = made.kinds.all()[0].version
    with pytest.raises(InspectionError, match="不能改"):
        checklists.write(version, ITEMS[:1], actor="甲")
    draft = checklists.follow(version.checklist, actor="甲")
    assert (draft.number, draft.items) == (2, list(ITEMS))
    assert checklists.follow(version.checklist, actor="甲") == draft
    with pytest.raises(InspectionError, match="编码不能用"):
        checklists.create(version.checklist.code, "另一份", made.owner, actor="甲")


def test_members_come_and_go(made: Plan) -> None:
    group = Group.objects.all()[0]
    with pytest.raises(InspectionError, match="已在组里"):
        groups.join(group, ACTOR, "检查员甲", date(2021, 5, 1), actor="甲")
    member = Member.objects.get(group=group)
    groups.leave(member, date(2021, 8, 1), actor="甲")
    assert list(group.members.on(date(2021, 7, 31))) == [member]
    assert not group.members.on(date(2021, 8, 1)).exists()
    with pytest.raises(InspectionError, match="同名"):
        groups.create(group.name, group.owner, actor="甲")


def test_the_figures_are_dated_rows() -> None:
    assert CODE == "inspections.figures"
    text = rulebooks.packaged(SOURCE)
    weights = figures(date(2021, 7, 1)).weights
    assert (weights.base, weights.overdue_case, weights.never) == (1, 3, 12)
    for wrong, words in (
        (text.replace('base = "1"', 'base = "0"'), "权重"),
        (text.replace("far_metres = 200", "far_metres = 0"), "正整数"),
        (text.replace("recheck_percent = 10", "recheck_percent = 101"), "复查比例"),
        (text + text.partition("\n\n")[2], "重叠"),
        ("x", "写法不对"),
    ):
        with pytest.raises(InspectionError, match=words):
            load(wrong)
