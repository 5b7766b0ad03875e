from __future__ import annotations

import string

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from anju.kernel.access import accounts
from anju.kernel.access.models import User
from anju.kernel.access.proof import passwords
from anju.kernel.access.proof.passwords import classes, faults

LENGTH, COMMON, NAME = "至少12位", "太常见", "用户名"


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("Vq7-Rm2=Kt9", LENGTH),  # 11 characters, four classes
        ("Vq7-Rm2=Kt9+", ""),  # 12, four classes
        ("vqwrmzktbnxd", LENGTH),  # 12, one class
        ("vqwrmzkt2958", LENGTH),  # 12, two classes
        ("Vqwrmzkt2958", ""),  # 12, three classes
        ("vqwrmzktbnxdhg", LENGTH),  # 14, one class
        ("vqwrmzktbnxdhgp", ""),  # 15, one class
        ("春眠不觉晓处处闻啼鸟夜来风雨声", ""),  # 15 Chinese characters
        ("Admin@123456", COMMON),
        ("Password@2021", COMMON),
        ("Tangshan@2021", COMMON),
        ("WoAiNi5201314!", COMMON),
        ("aaaaaaaaaaaaaaaa", COMMON),
        ("abcabcabcabcabcabc", COMMON),
        ("1234567890123456", COMMON),
        ("qwertyuiopasdfgh", COMMON),
        ("xZhangSan-82-kvb", NAME),
        ("xnasgnahz-82-kvb", NAME),
    ],
)
def test_what_is_wrong_with_a_password(password: str, wrong: str) -> None:
    found = faults(password, ("zhangsan",))
    assert [wrong in sentence for sentence in found] == ([True] if wrong else [])


@given(st.text(max_size=11))
def test_nothing_shorter_than_twelve_is_accepted(password: str) -> None:
    assert any(LENGTH in sentence for sentence in faults(password))


@given(st.text(string.ascii_lowercase + string.digits, max_size=14))
def test_two_classes_need_fifteen_characters(password: str) -> None:
    assert any(LENGTH in sentence for sentence in faults(password))


@given(st.text(string.printable, min_size=3, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_name_inside_is_found_in_any_case(name: str, before: str, after: str) -> None:
    assert any(NAME in sentence for sentence in faults(before + name.upper() + after, (name,)))


@given(st.text(min_size=15, max_size=128))
def test_fifteen_different_enough_characters_always_pass_the_length_rule(password: str) -> None:
    assert not any(LENGTH in sentence for sentence in faults(password))


@given(st.text(min_size=129, max_size=140))
def test_endless_passwords_are_refused(password: str) -> None:
    assert any("最多128" in sentence for sentence in faults(password))


@given(st.text(max_size=30))
def test_there_are_at_most_four_classes(password: str) -> None:
    assume(password)
    assert 1 <= classes(password) <= 4


def test_one_time_passwords_keep_the_rules_and_differ() -> None:
    made = {passwords.one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert [faults(password) for password in made] == [[]] * 50


@pytest.mark.django_db
def test_the_last_five_are_refused_and_the_sixth_back_is_free() -> None:
    used = [f"Kx{number}-vbRt-mwq-{number}" for number in range(6)]
    user = accounts.create(User(username="zhang", name="张"), actor="测试", password=used[0])
    for password in used[1:]:
        accounts.change_password(user, password)
    for password in used[1:]:
        with pytest.raises(ValidationError, match="最近5次"):
            validate_password(password, user)
    validate_password(used[0], user)


def test_the_list_of_django_is_asked_in_chinese() -> None:
    # In Django's list of the 20,000 most common; none of our own words.
    with pytest.raises(ValidationError) as caught:
        validate_password("jessica")
    assert any("太常见" in sentence for sentence in caught.value.messages)


@pytest.mark.django_db
@pytest.mark.usefixtures("deployed_hashers")
def test_hashes_are_argon2id() -> None:
    user = accounts.create(User(username="zhang", name="张"), actor="测试", password="Vq7-Rm2=Kt9+")
    assert user.password.startswith("argon2$argon2id$")
