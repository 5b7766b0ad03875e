from __future__ import annotations

from django.utils.translation import override

from anju.kernel.wording import bracketed, joint, listed


def test_chinese_keeps_its_marks() -> None:
    with override("zh-hans"):
        assert (joint(), joint("："), listed(["甲", "乙"]), bracketed("甲")) == ("", "：", "甲、乙", "（甲）")


def test_english_has_narrow_marks_with_a_space() -> None:
    with override("en"):
        assert (joint(), joint("："), listed(["a", 2], "；"), bracketed(1)) == (" ", ": ", "a; 2", " (1)")


def test_without_a_language_it_is_chinese() -> None:
    with override(None, deactivate=True):
        assert listed(["甲", "乙"]) == "甲、乙"
