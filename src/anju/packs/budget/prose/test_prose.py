"""Figures, repeats, damage, citations and likeness in running text."""

from decimal import Decimal

import pytest

from anju.kernel.documents import Quote
from anju.packs.budget.prose.citations import citations
from anju.packs.budget.prose.defects import defects, repeated
from anju.packs.budget.prose.quantities import amounts, clauses, dates, quantities, years
from anju.packs.budget.prose.similarity import Idf, core, longest_common, shared


@pytest.mark.parametrize(
    ("text", "wan"),
    [
        ("预算数4980.12万，全部为财政资金", ["4980.12"]),
        ("计划投资0.4亿元，改造20万户", ["4000"]),
        ("总投资0.072亿元", ["720"]),
        ("每户36000元", ["3.6"]),
        ("单价7元/平方米", []),
        ("供热5013万平方米", []),
        ("约54.5万户", []),
        ("1,234.5万元和2亿", ["1234.5", "20000"]),
    ],
)
def test_amounts_in_wan_yuan(text: str, wan: list[str]) -> None:
    assert [a.wan for a in amounts(text)] == [Decimal(w) for w in wan]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("新开工11219套，基本建成20044套", ["11219套", "20044套"]),
        ("涉及49850户、388.98万平方米", ["49850户", "388.98万平方米"]),
        ("改造管道3.7公里", ["3.7公里"]),
        ("同时满足80%居民同意、出资20%以上", ["80%", "20%以上"]),
        ("确保3-4个县进入前列", ["3-4个"]),
        ("2021年改造", []),
        ("3月底前完成", []),
        ("使用4年", ["4年"]),
        ("投资900万元", []),
        ("（冀建房保函〔2020〕88号）", []),
    ],
)
def test_quantities(text: str, found: list[str]) -> None:
    assert [text[q.start : q.end] for q in quantities(text)] == found


def test_dates_and_years() -> None:
    text = "预计2021年10月前完成，项目于11月底前开工，2020-2021年安装"
    assert [text[d.start : d.end] for d in dates(text)] == ["2021年10月前", "11月底前"]
    assert [y for y, _ in years(text)] == [2021, 2020, 2021]


def test_clauses_know_their_place() -> None:
    found = list(clauses(Quote("甲。乙乙；丙", "第5行")))
    assert [(c.text, c.position) for c in found] == [
        ("甲", "第5行第1字"),
        ("乙乙", "第5行第3字"),
        ("丙", "第5行第6字"),
    ]


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("用于屋面改造项目的结算尾款、屋面改造项目的结算尾款及其他", "屋面改造项目的结算尾款"),
        ("正在办理居民不动产证。正在办理居民不动产证。", "正在办理居民不动产证"),
        ("对工地、道路、渣土运输进行检查，每月对工地、道路、渣土运输进行检查评比", None),
        ("1.甲园已竣工，审计完成后拨付剩余工程款并办证\n2.乙园已竣工，审计完成后拨付剩余工程款并办证", None),
        ("………………………………………………", None),
    ],
)
def test_repeated(text: str, twice: str | None) -> None:
    found = repeated(text)
    assert (found is None) == (twice is None)
    if found and twice:
        (a, b), (c, d) = found
        assert text[a:b] == text[c:d] == twice


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("依据《办法》（冀建〔2019〕178号", 1),
        ("[bookmark: _GoBack]满意度", 1),
        ("完成工程，，办理结算", 1),
        ('已竣工。"目前交付使用', 1),
        ("依据《办法》（冀建〔2019〕178号）", 0),
        ("（1）甲；（2）乙；3）丙", 0),
        ("做到“应改尽改”，不留死角……", 0),
    ],
)
def test_defects(text: str, count: int) -> None:
    assert len(list(defects(Quote(text, "第1行")))) == count


def test_citations_in_either_order_and_any_brackets() -> None:
    text = "依据冀建保[2014]2号《关于统筹建设并轨运行的意见》；《关于规范小区管理的通知》（冀保安居办函【2019】23号）"
    found = [(title, number) for title, number, _ in citations(Quote(text, "第1行"))]
    assert found == [
        ("关于统筹建设并轨运行的意见", "冀建保2014-2"),
        ("关于规范小区管理的通知", "冀保安居办函2019-23"),
    ]


def test_likeness() -> None:
    assert core("2021年供热面积，完成情况") == "供热面积"
    assert shared("供热面积", "实际供热建筑面积") == pytest.approx(2 / 3)  # 供热, 面积 of 供热, 热面, 面积
    assert shared("供", "供热") == 0
    assert longest_common("住宅燃气用户加装装置", "对既有住宅燃气用户加装阀门") == 8
    idf = Idf(["供热补贴", "燃气管网", "供热管网"])
    assert idf.share("供热管网", "燃气管网") > idf.share("供热管网", "道路照明") == 0
