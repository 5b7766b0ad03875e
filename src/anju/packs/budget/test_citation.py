from __future__ import annotations

import pytest

from anju.packs.budget.citation import Citation, cite


def quotes(*texts: str) -> list[dict[str, str]]:
    return [{"text": text, "position": f"第{number}段"} for number, text in enumerate(texts, 1)]


def underlined(citation: Citation) -> list[list[str]]:
    return [[piece.text for piece in pieces if piece.differs] for pieces, _ in citation.quotes]


def test_figures_that_the_message_names_are_underlined_and_subtracted() -> None:
    citation = cite(
        quotes("2020-2021完成安装数 38万户", "2021年计划投资0.4亿元，改造20万户。"), "38万户与20万户不一致"
    )
    assert underlined(citation) == [["38万户"], ["20万户"]]
    assert (citation.sign, citation.difference) == ("≠", "差18万户")


def test_both_quotes_stay_whole_with_their_places() -> None:
    citation = cite(quotes("改造38户。", "完成20户，余下明年。"), "")
    assert ["".join(piece.text for piece in pieces) for pieces, _ in citation.quotes] == [
        "改造38户。",
        "完成20户，余下明年。",
    ]
    assert [position for _, position in citation.quotes] == ["第1段", "第2段"]


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        ("5820万元", "0.4亿元", "差1,820万元"),
        ("549套", "690套", "差141套"),
        ("107,163", "101,690", "差5,473"),
        ("38万户", "20个", ""),
        ("85.5%", "100%", "差14.5%"),
    ],
)
def test_difference_needs_the_same_unit(left: str, right: str, difference: str) -> None:
    assert cite(quotes(left, right), f"{left}与{right}").difference == difference


def test_texts_without_figures_show_the_letters_that_changed() -> None:
    citation = cite(quotes("完成市区供热管网改造", "完成城区供热管网改造"), "文字不一致")
    assert underlined(citation) == [["市"], ["城"]]
    assert citation.difference == ""


def test_a_word_that_only_one_text_has_is_a_difference() -> None:
    citation = cite(quotes("完成市区供热管网改造", "完成供热管网改造"), "")
    assert (citation.sign, underlined(citation)) == ("≠", [["市区"], []])


def test_texts_with_nothing_in_common_are_not_underlined() -> None:
    assert underlined(cite(quotes("物业服务", "供水管网改造完成"), "")) == [[], []]


def test_the_same_text_twice_is_called_the_same() -> None:
    citation = cite(quotes("提升 居住环境", "提升居住环境"), "目标照抄")
    assert (citation.sign, citation.difference) == ("＝", "相同")


def test_one_quote_has_no_sign() -> None:
    citation = cite(quotes("数量7"), "7没有单位")
    assert (citation.sign, underlined(citation)) == ("", [["7"]])


def test_figures_of_different_units_are_not_set_against_each_other() -> None:
    citation = cite(quotes("预算资金6033万元", "2019-2020采暖季延长天数"), "用途与指标不符")
    assert (citation.sign, underlined(citation)) == ("and", [[], []])


def test_a_name_and_its_value_belong_together() -> None:
    citation = cite(quotes("历史建筑数量", "6"), "指标值6没有单位")
    assert (citation.sign, underlined(citation)) == ("and", [[], ["6"]])


def test_a_sum_and_its_parts_have_no_single_difference() -> None:
    citation = cite(quotes("107163万元", "4677万元", "289万元"), "相加不等于107163万元")
    assert (citation.sign, citation.difference) == ("", "")
