from __future__ import annotations

import pytest

from .names import fitting, sanitised


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("目标表.xlsx", "目标表.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\用户\\表.xls", "表.xls"),
        ("a\0b\n\r.txt", "ab.txt"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", "gpj.exe"),
        ('a<b>:"|?*.csv', "a_b______.csv"),
        ("  .隐藏. ", "隐藏"),
        ("", "未命名"),
        ("...", "未命名"),
        (".docx", "docx"),
        ("长" * 300 + ".docx", "长" * 120 + ".docx"),
        ("x." + "y" * 300, "x." + "y" * 118),
        ("e\N{COMBINING ACUTE ACCENT}.txt", "\N{LATIN SMALL LETTER E WITH ACUTE}.txt"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert sanitised(given) == kept


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("表.xlsx", "xlsx", "表.xlsx"),
        ("旧表.ET", "xls", "旧表.ET"),
        ("说明.wps", "doc", "说明.wps"),
        ("照片.png", "jpg", "照片.jpg"),
        ("照片.jpeg", "jpg", "照片.jpeg"),
        ("网页.docx", "html", "网页.html"),
        ("第1.2节", "txt", "第1.2节.txt"),
        ("程序.exe", "txt", "程序.exe.txt"),
        ("docx", "docx", "docx.docx"),
    ],
)
def test_the_extension_follows_the_content(name: str, kind: str, kept: str) -> None:
    assert fitting(name, kind) == kept
