from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from anju.kernel.parties.models import Kind, Organisation, Person
from anju.kernel.parties.organisations import organisations_under
from anju.kernel.places.writing import write
from anju.kernel.secrets import KeyRing
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
DAY = date(2021, 7, 1)
# The worked example of python-stdnum: the weighted sum (3^i mod 31) is 11 mod 31, and 31 - 11 = 20 is written L.
GOOD = "91110000600037341L"


def organisation(name: str, **values: Any) -> Organisation:
    return Organisation(name=name, kind=Kind.COMPANY, **values)


@pytest.mark.parametrize("code", ["", GOOD, " 91110000600037341l ", "9111 0000 6000 3734 1L"])
def test_a_credit_code_may_be_empty_or_right(code: str) -> None:
    checked = organisation("甲公司", credit_code=code)
    checked.full_clean()
    assert checked.credit_code in ("", GOOD)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91110000600037341A", "最后一位校验码与前17位不符"),
        ("91110000600037314L", "最后一位校验码与前17位不符"),
        ("9111000060003734", "应为18位，这里是16位"),
        ("911100006000O7341L", "含有代码里不用的字符"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_to_do(code: str, fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        organisation("甲公司", credit_code=code).full_clean()
    sentence = f"统一社会信用代码{code}不对：{fault}。请对照营业执照或登记证书重新填写。"
    assert refused.value.message_dict["credit_code"] == [sentence]


@pytest.mark.parametrize("code", ["80100", "8010022", "80100A", "801002\n"])
def test_a_budget_code_has_six_digits(code: str) -> None:
    with pytest.raises(ValidationError, match="预算单位编码是6位数字"):
        organisation("甲局", budget_code=code).full_clean()


@pytest.mark.parametrize(("column", "code"), [("budget_code", "801002"), ("credit_code", GOOD)])
def test_a_code_belongs_to_one_organisation_at_a_time(column: str, code: str) -> None:
    first = organisation("甲", **{column: code})
    write(first, actor="测试")
    second = organisation("乙", **{column: code})
    with pytest.raises(ValidationError, match="已属于另一个单位。请核对，或先让那个单位失效。"):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    first.valid_to = second.valid_from = DAY
    write(first, actor="测试")
    write(second, actor="测试")


def test_organisations_without_codes_do_not_collide() -> None:
    for name in ("甲", "乙"):
        write(organisation(name), actor="测试")
    assert Organisation.objects.count() == 2


def test_under_goes_all_the_way_on_the_day() -> None:
    bureau, office, team, other = (organisation(name) for name in ("局", "科", "组", "他"))
    office.parent, team.parent = bureau, office
    team.valid_to = DAY
    for one in (bureau, office, team, other):
        one.save()
    assert organisations_under(bureau, date(2021, 6, 30)) == {office.pk, team.pk}
    assert organisations_under(bureau.pk, DAY) == {office.pk}
    assert organisations_under(other, DAY) == set()


def test_what_hangs_below_an_ended_office_is_out_of_reach() -> None:
    bureau, office, team = (organisation(name) for name in ("局", "科", "组"))
    office.parent, team.parent, office.valid_to = bureau, office, DAY
    for one in (bureau, office, team):
        one.save()
    assert organisations_under(bureau, DAY) == set()


def test_a_circle_is_refused_and_ends_the_walk() -> None:
    bureau, office = organisation("局"), organisation("科")
    office.parent = bureau
    bureau.save()
    office.save()
    bureau.parent = office
    with pytest.raises(ValidationError, match="科本身在局之下，不能作它的上级"):
        bureau.full_clean()
    bureau.save()  # past the model's own check
    assert organisations_under(bureau, DAY) == {office.pk}
    bureau.parent = bureau
    with pytest.raises(IntegrityError), transaction.atomic():
        bureau.save()


def test_scope_by_organisation() -> None:
    own, other = organisation("甲"), organisation("乙")
    own.save()
    other.save()
    scope = Scope(organisations=frozenset({own.pk}))
    assert list(Organisation.objects.all().within(scope)) == [own]


@pytest.fixture
def person(tmp_path: Path, settings: Any) -> Person:
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)
    employer = organisation("甲公司")
    write(employer, actor="测试")
    made = Person(display_name="张三", phone="130 0000-0000", organisation=employer)
    write(made, actor="测试")
    return made


def test_a_phone_is_sealed_and_found_by_its_index(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM parties_person")
        stored = cursor.fetchone()
    assert "1300000" not in str(stored)
    assert Person.objects.get().phone == "13000000000"
    assert list(Person.objects.with_phone("1300 000 0000")) == [person]
    assert not Person.objects.with_phone("13000000001").exists()


def test_a_phone_is_found_after_the_key_was_changed(person: Person, tmp_path: Path) -> None:
    KeyRing.rotate(tmp_path)
    assert list(Person.objects.with_phone("13000000000")) == [person]


def test_a_person_without_phone_has_no_index(person: Person) -> None:
    person.phone = ""
    write(person, actor="测试")
    assert Person.objects.get().phone_index == ""


def test_a_phone_is_digits(person: Person) -> None:
    person.phone = "请问前台"
    with pytest.raises(ValidationError, match="电话应是7至20位数字"):
        person.full_clean()
