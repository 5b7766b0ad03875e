"""Files of works: what is read, which faults are told, and that nothing is kept twice or in part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.works.importing.keeping import keep, preview
from anju.kernel.works.models import Acceptance, Contract, Progress, Unit
from anju.kernel.works.planning import ItemTold
from anju.kernel.works.testing import TODAY, contract_of, project_of, site
from anju.kernel.works.units import counts

pytestmark = pytest.mark.django_db


def told(folder: Path, text: str) -> Path:
    path = folder / "台账.csv"
    path.write_text(text, "utf8")
    return path


def test_units_are_kept_once_however_often_the_file_comes(tmp_path: Path) -> None:
    project = project_of(site())
    path = told(tmp_path, "户编码,地址,经度,纬度,备考\n甲-10,一号楼,118.1,39.6,\n乙-01,二号楼,,,x\n")
    seen = preview(path, path.name, project, "units")
    assert [row["code"] for row in seen.new] == ["乙-01"]
    assert (seen.same, seen.read.columns[-1]) == (1, ("备考", ""))
    assert keep(path, path.name, project, "units", actor="甲", today=TODAY) == 1
    assert keep(path, path.name, project, "units", actor="甲", today=TODAY) == 0
    assert Unit.objects.current().filter(project=project).count() == 11


def test_one_wrong_row_keeps_all_of_them_out_and_each_fault_is_named(tmp_path: Path) -> None:
    project = project_of(site())
    path = told(tmp_path, "编码,数量,经度,纬度\n乙-01,0,,\n乙-01,若干,118,\n,1,500,39\n")
    errors = preview(path, path.name, project, "units").read.errors
    assert {(error.place[-3:], error.column, error.message) for error in errors} == {
        ("第2行", "数量", "数量要大于0。"),
        ("第3行", "编码", "“乙-01”在文件里出现了两次，请删去一行。"),
        ("第3行", "数量", "“若干”不是数，请只写数字。"),
        ("第3行", "经度", "经纬度应是度数，两样都要填，坐标系为CGCS2000。"),
        ("第4行", "编码", "没有填写，请补上。"),
        ("第4行", "经度", "经纬度应是度数，两样都要填，坐标系为CGCS2000。"),
    }
    with pytest.raises(ImportRefused, match="没有导入任何一行"):
        keep(path, path.name, project, "units", actor="甲", today=TODAY)
    assert Unit.objects.filter(project=project).count() == 10


def test_progress_of_units_is_kept_as_told_and_a_second_telling_stays_visible(tmp_path: Path) -> None:
    project = project_of(site())
    lines = "工程量,日期,单元编码,填报人\n户内改造,2021-06-01,甲-01,工\n户内改造,2021-06-02,甲-01,工\n"
    path = told(tmp_path, lines)
    assert keep(path, path.name, project, "progress", actor="甲", today=TODAY) == 2
    assert keep(path, path.name, project, "progress", actor="甲", today=TODAY) == 0
    assert counts(project)["done"] == 1
    assert Unit.objects.current().get(project=project, code="甲-01").done_on == date(2021, 6, 1)
    assert set(Progress.objects.values_list("reported_by", "origin")) == {("工", "import")}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("户内改造,2021-06-01,甲-99,", "没有导入任何一行"),
        ("户内改造,2021-11-01,甲-01,", "日期还没有到"),
    ],
)
def test_progress_that_cannot_be_is_refused(tmp_path: Path, line: str, words: str) -> None:
    project = project_of(site())
    path = told(tmp_path, f"工程量,日期,单元编码,填报人\n{line}\n")
    with pytest.raises(ImportRefused, match=words):
        keep(path, path.name, project, "progress", actor="甲", today=TODAY)
    assert not Progress.objects.exists()


def test_contracts_read_their_unit_of_money_from_the_head(tmp_path: Path) -> None:
    project = project_of(site())
    contract_of(project)
    head = "合同编号,对方单位,合同价（万元）,签订日期,期限自,期限至\n"
    path = told(
        tmp_path,
        f"{head}HT-W-1,东县施工公司,10,2021-02-20,2021-03-01,2021-12-31\n"
        "HT-2,东县施工公司,12.5,2021-02-20,2021-03-01,2021-12-31\n",
    )
    assert keep(path, path.name, project, "contracts", actor="甲", today=TODAY) == 1
    assert Contract.objects.get(number="HT-2").amount_fen == 12_500_000
    bare = told(tmp_path, f"{head.replace('（万元）', '')}HT-3,无名公司,1,2021-02-20,2021-03-01,2021-02-01\n")
    messages = [error.message for error in preview(bare, bare.name, project, "contracts").read.errors]
    assert messages == [
        "期限的止日早于起日。",
        "单位台账里没有“无名公司”，请先登记或改正名称。",
        "没有写明金额单位，请把表头写成“合同价（元）”或“合同价（万元）”。",
    ]


def test_acceptances_are_kept_with_whoever_the_file_names(tmp_path: Path) -> None:
    project = project_of(site(), items=(ItemTold("管网", "kilometre", Decimal("3.5")),))
    path = told(
        tmp_path,
        "种类,日期,验收单位,验收人,工程量,查验,合格\n阶段验收,2021-06-01,东县施工公司,工,管网,1.5,1.2\n",
    )
    assert keep(path, path.name, project, "acceptances", actor="甲", today=TODAY) == 1
    kept = Acceptance.objects.get()
    assert (kept.accepted_by, str(kept.organisation), kept.origin) == ("工", "东县施工公司", "import")
    assert [(q.checked, q.accepted) for q in kept.quantities.all()] == [(Decimal("1.5"), Decimal("1.2"))]
    assert keep(path, path.name, project, "acceptances", actor="甲", today=TODAY) == 0
