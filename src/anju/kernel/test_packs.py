from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType

import pytest

from anju.kernel.packs import (
    Check,
    Command,
    Demo,
    Pack,
    PackError,
    Page,
    Permission,
    Registry,
    Rulebook,
    load,
    resolve,
    validate,
)

VIEW = Permission("gas.view", "看燃气", ("leader",))
PAGE = Page("dust/board/", "扬尘看板", "anju.packs.dust.views.board", "dust.view")
CHECK = Check("over_limit", "超标", "warn", "anju.packs.dust.checks.over_limit")
BOOK = Rulebook("dust.fees", "收费", "收费标准", "anju.packs.dust/fees.toml", "a.b", (("a", "甲"),))


def pack(**changes: object) -> Pack:
    facts: dict[str, object] = {
        "code": "dust",
        "name": "扬尘",
        "owner_office": "建筑管理科",
        "legal_basis": ("办法",),
        "permissions": (Permission(f"{changes.get('code', 'dust')}.view", "看", ("leader",)),),
    }
    return Pack(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch):
    """Put packs where ``load`` looks for them."""

    def put(*packs: Pack) -> list[str]:
        for number, entry in enumerate(packs):
            module = ModuleType(f"anju.packs.fake{number}.pack")
            module.PACK = entry  # type: ignore[attr-defined]
            monkeypatch.setitem(sys.modules, module.__name__, module)
        return [f"fake{number}" for number in range(len(packs))]

    return put


def test_a_good_pack_loads_with_its_entries(install) -> None:
    registry = load(install(pack(commands=(Command("dust", "a.b"),), pages=(PAGE,), checks=(CHECK,))))
    assert list(registry.commands()) == ["dust"]
    assert [(owner.code, page.path) for owner, page in registry.pages()] == [("dust", "dust/board/")]
    assert [check.code for _, check in registry.checks()] == ["over_limit"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "Dust"}, "业务包编码'Dust'写法不对"),
        ({"legal_basis": ()}, "没有写legal_basis"),
        ({"pages": (CHECK,)}, "pages里有未知种类Check"),
        ({"pages": (Page("/dust", "扬尘", "a.b", "dust.view"),)}, "页面地址'/dust'写法不对"),
        ({"pages": (Page("dust/", "扬尘", "a.b", ""),)}, "页面dust/的权限''没有声明"),
        ({"pages": (Page("dust/", "扬尘", "a.b", "gas.view"),)}, "页面dust/的权限'gas.view'没有声明"),
        ({"permissions": (VIEW,)}, "权限编码'gas.view'写法不对"),
        ({"commands": (Command("dust board", "a.b"),)}, "命令名'dust board'写法不对"),
        ({"checks": (Check("over-limit", "超标", "warn", "a.b"),)}, "规则编码'over-limit'写法不对"),
        ({"checks": (Check("over", "超标", "fatal", "a.b"),)}, "等级fatal不存在"),
        ({"rulebooks": (replace(BOOK, code="gas.fees"),)}, "规则表编码'gas.fees'写法不对"),
        ({"rulebooks": (replace(BOOK, source="fees.toml"),)}, "规则表的来源'fees.toml'写法不对"),
        ({"rulebooks": (replace(BOOK, labels=(("a", "甲"), ("b", "甲"))),)}, "规则表dust.fees的名称甲重复"),
        ({"demo": Demo("no_dot")}, "路径'no_dot'写法不对"),
    ],
)
def test_a_bad_descriptor_is_refused_in_one_sentence(changes: dict[str, object], words: str) -> None:
    with pytest.raises(PackError) as caught:
        validate(pack(**changes))
    assert words in caught.value.sentence
    assert caught.value.sentence.count("。") == 1
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (pack(), "业务包编码dust重复"),
        (pack(code="gas", commands=(Command("dust", "c.d"),)), "命令dust重复"),
        (pack(code="gas", permissions=(VIEW, VIEW)), "权限编码gas.view重复"),
        (pack(code="gas", pages=(replace(PAGE, permission="gas.view"),)), "页面地址dust/board/重复"),
        (pack(code="gas", checks=(CHECK,)), "规则编码over_limit重复"),
    ],
)
def test_two_packs_may_not_claim_the_same(install, second: Pack, words: str) -> None:
    first = pack(commands=(Command("dust", "a.b"),), pages=(PAGE,), checks=(CHECK,))
    with pytest.raises(PackError, match=words):
        load(install(first, second))


def test_what_is_not_a_pack_is_refused(install) -> None:
    with pytest.raises(PackError, match="不是Pack"):
        load(install("dust"))


def test_resolve_finds_or_says_what_is_missing() -> None:
    assert resolve("anju.kernel.packs.load") is load
    with pytest.raises(PackError, match=r"找不到模块anju\.packs\.nowhere"):
        resolve("anju.packs.nowhere.pack.PACK")
    with pytest.raises(PackError, match=r"anju\.kernel\.packs里没有nothing"):
        resolve("anju.kernel.packs.nothing")


def test_a_fault_inside_a_module_is_not_taken_for_a_wrong_path(tmp_path, monkeypatch) -> None:
    (tmp_path / "broken_part.py").write_text("import a_library_that_is_missing\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_library_that_is_missing"):
        resolve("broken_part.thing")


def test_a_pack_without_a_demonstration_is_passed_over() -> None:
    shown = pack(code="gas", demo=Demo("a.b"))
    assert Registry((pack(), shown)).demos() == [Demo("a.b")]
