"""Chapters, items and promises in the spellings of different offices; all texts are invented."""

from __future__ import annotations

import re

import pytest

from anju.kernel.documents import Quote, read_text
from anju.packs.budget.narrative.chapters import read_narrative
from anju.packs.budget.narrative.commitments import commitments
from anju.packs.budget.targetfile import TargetFile


def narrative(text: str) -> TargetFile:
    file = TargetFile("a.txt", "txt")
    prose = list(read_text(text, "a.txt").paragraphs())
    read_narrative(prose, file, lambda cell: cell in ("项目名称", "项目绩效目标表"))
    file.commitments = commitments(file.measures)
    return file


SPELLINGS = {
    "tangshan": ("一、部门总体绩效目标", "二、分项绩效目标", "三、工作保障措施", "（一）", "（二）"),
    "parts": ("第一部分 部门总体绩效目标", "第二部分 职责分类绩效目标", "第三部分　保障措施", "一、", "二、"),
    "bracketed": ("（一）总体目标", "（二）分项绩效目标", "（三）实现年度绩效目标的保障措施", "1.", "2."),
    "plain": ("部门总体绩效目标", "分项绩效目标：", "工作保障措施：", "1、", "2、"),
    "figures": ("1、总体绩效目标", "2、分类绩效目标", "3、保障措施", "（1）", "（2）"),
    "years": ("一、2024年度部门总体绩效目标", "二、具体绩效目标", "三、绩效保障措施", "1．", "2．"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_chapters_and_items_in_any_numbering(spelling: str) -> None:
    overall, sub_goals, measures, one, two = SPELLINGS[spelling]
    file = narrative(
        f"{overall}\n　　建设宜居县城。\n　　群众更满意。\n{sub_goals}\n　　{one}改善出行\n绩效目标：道路平整。\n绩效指标：修路3.2公里。\n"
        f"{two}美化公园\n目标：四季有花。\n{measures}\n　{one}加强组织领导\n　　6月底前修复道路12公里。\n{two}严格资金管理\n拨付0.3亿元。\n"
        "305007 云溪市园林中心\n项目名称\n1.不是措施"
    )
    assert file.overall_goal.text == "建设宜居县城。\n群众更满意。"
    assert [(s.title.text, s.goal.text, s.indicators.text) for s in file.sub_goals] == [
        ("改善出行", "道路平整。", "修路3.2公里。"),
        ("美化公园", "四季有花。", ""),
    ]
    assert [(m.title.text, [b.text for b in m.body]) for m in file.measures] == [
        ("加强组织领导", ["6月底前修复道路12公里。"]),
        ("严格资金管理", ["拨付0.3亿元。"]),
    ]
    assert [c.quote.text for c in file.commitments] == ["6月底前", "12公里", "0.3亿元"]


def test_other_chapters_hold_no_measures() -> None:
    file = narrative("三、保障措施\n（一）按月调度\n每月检查4次。\n四、其他事项\n（二）无")
    assert [m.title.text for m in file.measures] == ["按月调度"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "一是按月调度。每月检查4次；二是保障资金。拨付80万元。",
        "（一）按月调度。每月检查4次。（二）保障资金。拨付80万元。",
        "1.按月调度，每月检查4次。2.保障资金，拨付80万元。",
    ],
)
def test_measures_in_one_paragraph(paragraph: str) -> None:
    file = narrative(f"三、保障措施\n{paragraph}")
    assert [m.title.text[:4] for m in file.measures] == ["按月调度", "保障资金"]
    assert [c.quote.text[-4:] for c in file.commitments] == ["4次", "80万元"]


def test_parts_of_a_measure_stay_one_paragraph() -> None:
    text = "三、保障措施\n（一）燃气安全\n一是排查隐患；二是更换软管9万户。\n（二）供热\n无"
    assert [b.text for b in narrative(text).measures[0].body] == ["一是排查隐患；二是更换软管9万户。"]


def test_a_measure_in_a_title_alone_promises_too() -> None:
    file = narrative("三、保障措施\n1.新建公厕15座\n2.修订办法2项。")
    assert [c.quote.text for c in file.commitments] == ["15座", "2项"]


def test_every_commitment_tells_its_line_and_character() -> None:
    text = (
        "一、总体目标\n好。\n三、保障措施\n　　（一）补植\n　　设点380个、380个，投入1,234.5万元；2024年5月底前完成。设点380个。\n"
        "（二）新建公园2处。另建广场2处，面积3.5万平方米。"
    )
    lines = text.split("\n")
    file = narrative(text)
    assert len(file.commitments) >= 8
    for commitment in file.commitments:
        for quote in (commitment.quote, commitment.clause):
            place = re.fullmatch(r"第(\d+)行(?:第(\d+)字)?", quote.position)
            assert place
            assert lines[int(place[1]) - 1][int(place[2] or 1) - 1 :].startswith(quote.text)


def test_a_document_number_or_pipe_size_promises_nothing() -> None:
    file = narrative(
        "三、保障措施\n（一）依法\n按云政办〔2020〕88号和《三年（2021-2023年）方案》改造DN600管道7公里。"
    )
    assert [c.quote.text for c in file.commitments] == ["7公里"]


def test_a_cell_with_several_lines_is_read_line_by_line() -> None:
    file = TargetFile("a.xlsx", "xlsx")
    cell = Quote("一、总体目标\n整洁。\n三、保障措施\n（一）清扫\n清扫道路40公里。", "说明!A2")
    assert read_narrative([cell], file, lambda _: False) == {0}
    assert file.overall_goal.text == "整洁。"
    assert [c.quote for c in commitments(file.measures)] == [Quote("40公里", "说明!A2第29字")]
