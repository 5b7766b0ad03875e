"""Modules, documents and drafting steps: none is done before its proof is there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from anju.kernel.files import store
from anju.kernel.works.errors import WorksError
from anju.kernel.works.field import deliverables
from anju.kernel.works.field.deliverables import Finish
from anju.kernel.works.measuring.tallies import tallies
from anju.kernel.works.models import Deliverable, TestCase
from anju.kernel.works.planning import ItemTold
from anju.kernel.works.testing import NOW, item_of, project_of, site

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)


def test_a_module_is_done_when_every_test_of_it_passed_and_not_by_its_developer() -> None:
    where = site()
    items = (ItemTold("功能模块", "module", Decimal(2)),)
    project = project_of(where, items=items, kind="system")
    made = deliverables.add(
        project, "小区室温", DAY, actor="甲", item=item_of(project), cases=("上传", "统计", "上传")
    )
    cases = list(TestCase.objects.current().filter(deliverable=made.key).order_by("name"))
    assert [case.name for case in cases] == ["上传", "统计"]
    with pytest.raises(WorksError, match="还有2条验收用例没有通过"):
        deliverables.finish(made, Finish(DAY, where.contractor), actor="工", now=NOW)
    with pytest.raises(WorksError, match="不能自己测试"):
        deliverables.run(cases[0], True, DAY, where.contractor, actor="乙", now=NOW)
    failed = deliverables.run(cases[0], False, DAY, where.inspector, actor="乙", now=NOW)
    deliverables.run(cases[1], True, DAY, where.inspector, actor="乙", now=NOW)
    with pytest.raises(WorksError, match="还有1条"):
        deliverables.finish(made, Finish(DAY, where.contractor), actor="工", now=NOW)
    deliverables.run(failed, True, DAY, where.inspector, actor="乙", now=NOW)
    deliverables.finish(made, Finish(DAY, where.contractor), actor="工", now=NOW)
    assert tallies([project])[project.pk].items[0].done == 1
    with pytest.raises(WorksError, match="已经完成"):
        deliverables.finish(made, Finish(DAY, where.contractor), actor="工", now=NOW)


def test_a_document_is_done_with_its_file_and_its_approval() -> None:
    where = site()
    # Line 801002B21DX0048: files of six historic buildings.
    items = (ItemTold("测绘档案", "document", Decimal(6)),)
    project = project_of(where, items=items, kind="survey")
    made = deliverables.add(project, "老县衙档案", DAY, actor="甲", item=item_of(project))
    file = store(BytesIO("档案".encode()), "档案.txt", actor="工")
    with pytest.raises(WorksError, match="要有文件和批准日期"):
        deliverables.finish(made, Finish(DAY, where.contractor, file), actor="工", now=NOW)
    with pytest.raises(WorksError, match="批准日期晚于完成日期"):
        deliverables.finish(made, Finish(DAY, where.contractor, file, date(2021, 6, 2)), actor="工", now=NOW)
    kept = deliverables.finish(made, Finish(DAY, where.contractor, file, DAY), actor="工", now=NOW)
    assert kept.file is not None
    assert len(kept.file.sha256) == 64
    assert tallies([project])[project.pk].items[0].done == 1


def test_a_regulation_goes_step_by_step() -> None:
    where = site()
    items = (ItemTold("管理办法", "document", Decimal(1)),)
    project = project_of(where, items=items, kind="regulation", contracted=False)
    draft = deliverables.add(project, "起草", date(2021, 4, 1), actor="甲")
    hearing = deliverables.add(project, "征求意见", date(2021, 6, 1), actor="甲", item=item_of(project))
    how = Finish(DAY, where.owner)
    with pytest.raises(WorksError, match="前一步“起草”还没有完成"):
        deliverables.finish(hearing, how, actor="工", now=NOW)
    deliverables.finish(draft, how, actor="工", now=NOW)
    deliverables.finish(hearing, how, actor="工", now=NOW)
    assert Deliverable.objects.current().filter(project=project, done_on=DAY).count() == 2


def test_a_repair_hands_nothing_over() -> None:
    with pytest.raises(WorksError, match="这类工程不列成果"):
        deliverables.add(project_of(site(), kind="repair"), "模块", DAY, actor="甲")
