"""Automatic numbers of Word, from documents written as xml."""

import zipfile
from pathlib import Path

import pytest

from anju.kernel.documents import read

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def level(index: int, style: str, text: str, start: int = 1) -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'


def shown(folder: Path, definitions: str, *paragraphs: tuple[str, str], styles: str = "") -> list[str]:
    """The paragraphs' texts; each is given as (properties, text)."""
    body = "".join(
        f"<w:p><w:pPr>{shape}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>" for shape, text in paragraphs
    )
    with zipfile.ZipFile(folder / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/numbering.xml", f"<w:numbering {_W}>{definitions}</w:numbering>")
        archive.writestr("word/styles.xml", f"<w:styles {_W}>{styles}</w:styles>")
    return [paragraph.text for paragraph in read(folder / "a.docx").paragraphs()]


def one_list(*levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="4">{"".join(levels)}</w:abstractNum>' + number("7")


def number(key: str, override: str = "") -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="4"/>{override}</w:num>'


def at(index: int = 0, key: str = "7") -> str:
    return f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{key}"/></w:numPr>'


@pytest.mark.parametrize(
    ("style", "text", "start", "printed"),
    [
        ("chineseCounting", "（%1）", 9, ["（九）甲", "（十）乙", "（十一）丙"]),
        ("chineseCountingThousand", "%1、", 19, ["十九、甲", "二十、乙", "二十一、丙"]),
        ("japaneseCounting", "第%1部分", 1, ["第一部分 甲", "第二部分 乙", "第三部分 丙"]),
        ("decimal", "%1.", 1, ["1.甲", "2.乙", "3.丙"]),
        ("decimalEnclosedCircle", "%1", 1, ["① 甲", "② 乙", "③ 丙"]),
        ("upperLetter", "%1)", 25, ["Y)甲", "Z)乙", "AA)丙"]),
        ("bullet", "·", 1, ["甲", "乙", "丙"]),
    ],
)
def test_numbers_are_printed_in_their_format(
    tmp_path: Path, style: str, text: str, start: int, printed: list[str]
) -> None:
    definitions = one_list(level(0, style, text, start))
    assert shown(tmp_path, definitions, (at(), "甲"), (at(), "乙"), (at(), "丙")) == printed


def test_an_inner_level_begins_anew_under_each_outer_one(tmp_path: Path) -> None:
    definitions = one_list(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2."))
    order = [(at(0), "甲"), (at(1), "子"), (at(1), "丑"), ("", "文"), (at(0), "乙"), (at(1), "寅")]
    assert shown(tmp_path, definitions, *order) == ["一、甲", "1.子", "2.丑", "文", "二、乙", "1.寅"]


def test_a_level_prints_those_above_it(tmp_path: Path) -> None:
    definitions = one_list(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))
    assert shown(tmp_path, definitions, (at(0), "甲"), (at(1), "子"), (at(1), "丑")) == [
        "1.甲",
        "1.1 子",
        "1.2 丑",
    ]


def test_another_list_goes_on_unless_told_to_restart(tmp_path: Path) -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    definitions = one_list(level(0, "decimal", "%1.")) + number("8") + number("9", override)
    order = [(at(), "甲"), (at(key="8"), "乙"), (at(key="9"), "丙"), (at(key="9"), "丁")]
    assert shown(tmp_path, definitions, *order) == ["1.甲", "2.乙", "1.丙", "2.丁"]


def test_a_heading_style_may_hold_the_number_and_a_paragraph_refuse_it(tmp_path: Path) -> None:
    styles = f'<w:style w:styleId="Heading1"><w:pPr>{at()}</w:pPr></w:style>'
    named = '<w:pStyle w:val="Heading1"/>'
    definitions = one_list(level(0, "chineseCounting", "%1、"))
    order = [(named, "甲"), (named + at(key="0"), "无号"), (named, "乙")]
    assert shown(tmp_path, definitions, *order, styles=styles) == ["一、甲", "无号", "二、乙"]


def test_a_number_without_a_definition_prints_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path, one_list(), (at(key="70"), "甲"), (at(3), "乙")) == ["甲", "乙"]


def test_a_number_beyond_any_document_is_printed_in_digits(tmp_path: Path) -> None:
    definitions = one_list(level(0, "upperLetter", "%1)", 2_147_483_646))
    assert shown(tmp_path, definitions, (at(), "甲"), (at(), "乙")) == ["2147483646)甲", "2147483647)乙"]
