"""What every register keeps: it fits its model, opens for those who may and nobody else, exports what it lists."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from anju.kernel.access.permissions import table
from anju.kernel.access.roles import Role
from anju.kernel.access.testing import person, signed_in
from anju.kernel.packs import Column, Filter, Form, Indicator, PackError, Register, validate_register
from anju.kernel.places.models import Area
from anju.web.registers import catalogue, fields

REGISTERS = [pytest.param(r, id=r.code) for _, r in catalogue.registers().values()]
LINES = catalogue.registers()["budget-lines"][1]


@pytest.fixture
def sample(whole_city: Path, db: None, settings: Any) -> None:
    """The whole sample, with an indicator that is computed from others."""
    from anju.kernel.indicators import definitions

    settings.DATA = whole_city
    rate = Indicator("budget.sample_rate", "1", "样例率", "%", "up", "budget.line", formula="a/b")
    definitions.register((replace(rate, inputs=(("a", "budget.a"), ("b", "budget.b"))),))


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("register", REGISTERS)
def test_its_list_and_export_agree_and_every_head_sorts(
    register: Register, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(person(Role.FINANCE, "contract"))
    with django_assert_max_num_queries(20):
        html = client.get(f"/{register.path}").content.decode()
    n = int(re.search(r'<span class="muted sm">(\d+)条', html)[1])  # type: ignore[index]
    assert n > 0, register.code
    answer = client.get(f"/{register.path}?export=xlsx")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)), read_only=True)
    assert sum(1 for _ in book.worksheets[0].rows) == n + 1, register.code
    for column in register.columns:
        for way in ("", "-"):
            assert client.get(f"/{register.path}?sort={way}{column.field}").status_code == 200
    every = "&".join(f"columns={column.field}" for column in register.columns)
    assert client.get(f"/{register.path}?{every}&print=1").status_code == 200
    first = re.search(r'<td class="full"><a href="([^"]*)"', html)
    assert client.get(first[1]).status_code == 200, register.code  # type: ignore[index]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("register", REGISTERS)
def test_its_other_pages_open_with_few_queries(
    register: Register, django_assert_max_num_queries: Any
) -> None:
    pages = [*(["board/"] if register.board else []), *(["map/"] if register.area else [])]
    pages += ["points/"] if register.points else []
    reader = signed_in(person(sorted(table()[register.permission].roles)[0], "reader"))
    for page in pages:
        with django_assert_max_num_queries(25):
            html = reader.get(f"/{register.path}{page}").content.decode()
        assert re.search(r'<span class="muted sm">\d+条', html), page
        assert f'href="/{register.path}{page}"' in reader.get(f"/{register.path}").content.decode()
    if register.form:
        role = table()[register.form.permission].roles[0]
        # Who keeps a register of their area gets one; administrators have none.
        area = None if register.form.everywhere else Area.objects.get(level="city")
        editor = signed_in(person(role, "editor", area=area))
        with django_assert_max_num_queries(20):
            html = editor.get(f"/{register.path}new/").content.decode()
        assert re.findall(r'<label[^>]* for="row-(\w+)"', html) == list(register.form.fields)
        # A row leads to its page here, or to one of its own.
        leads = register.address.partition("{")[0] or f"/{register.path}"
        html = editor.get(f"/{register.path}").content.decode()
        key = re.search(rf'href="{leads}([0-9a-f-]{{36}})/"', html)
        with django_assert_max_num_queries(20):
            assert editor.get(f"/{register.path}{key[1]}/edit/").status_code == 200  # type: ignore[index]


@pytest.mark.django_db
@pytest.mark.parametrize("register", REGISTERS)
def test_it_opens_for_those_who_may_and_for_nobody_else(register: Register) -> None:
    allowed = set(table()[register.permission].roles)
    for role in Role.values:
        answer = signed_in(person(role)).get(f"/{register.path}")
        assert answer.status_code == (200 if role in allowed else 403), role
    assert allowed < set(Role.values)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": (Column("nothing", "无"),)}, "字段nothing在Line里没有"),
        ({"columns": (Column("file__nothing", "无"),)}, "字段file__nothing在BudgetFile里没有"),
        ({"columns": (Column("department", "单位"),)}, "不是可以列出的值"),
        ({"columns": (Column("name", "名", "money_fen"),)}, "字段name不能作money_fen"),
        ({"columns": (Column("recorded_at", "时", "date"),)}, "字段recorded_at不能作date"),
        ({"columns": (Column("name", "名", "link"),)}, "字段name不能作link"),
        ({"filters": (Filter("name", "名", "date_range"),)}, "字段name不能作date_range"),
        ({"order": "-nothing"}, "字段nothing在Line里没有"),
        ({"address": "/x/{nothing}/"}, "字段nothing在Line里没有"),
        ({"model": "anju.packs.budget.models.NO_SUCH"}, "没有NO_SUCH"),
        ({"board": "name"}, "name不能作看板的列"),
        ({"area": "department"}, "department不是区域"),
        ({"area": "department__area__name"}, "department__area__name不是区域"),
        ({"area": "nothing"}, "nothing不是区域"),
        ({"points": True}, "行没有位置"),
        ({"form": Form(("nothing",), "budget.import")}, "表单字段nothing在Line里没有"),
        ({"form": Form(("recorded_at",), "budget.import")}, "表单字段recorded_at不能填写"),
        ({"form": Form(("name",), "budget.import")}, "表单缺必填字段file"),
    ],
)
def test_a_field_that_does_not_fit_is_one_clear_error(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(PackError, match=words):
        fields.check(replace(LINES, **changes))


def test_encrypted_text_cannot_be_listed() -> None:
    people = replace(
        LINES,
        model="anju.kernel.parties.models.Person",
        columns=(Column("phone", "电话"),),
        address="",
        only=(),
    )
    with pytest.raises(PackError, match="phone不是可以列出的值"):
        fields.check(people)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "Lines"}, "台账编码'Lines'写法不对"),
        ({"columns": ()}, "没有写columns"),
        ({"columns": (Column("name", "名", "picture"),)}, "未知种类picture"),
        ({"filters": (Filter("name", "名", "guess"),)}, "未知种类guess"),
        ({"columns": (Column("name", "甲"), Column("name", "乙"))}, "的字段name重复"),
        ({"detail": ("nothing",)}, "详情里有nothing"),
        ({"board": "code"}, "看板要用code，但没有按它的筛选"),
        ({"area": "department__area"}, "地图要用department__area__name，但没有按它的筛选"),
        ({"form": Form((), "budget.import")}, "表单没有写fields"),
        ({"form": Form(("content",), "budget.import")}, "表单里有content，但没有这一栏"),
        ({"form": Form(("name", "name"), "budget.import")}, "表单的字段name重复"),
        ({"form": Form(("name",), "budget.import", fixed=("code",))}, "表单固定了code"),
    ],
)
def test_a_badly_written_register_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(PackError, match=words):
        validate_register(replace(LINES, **changes))
