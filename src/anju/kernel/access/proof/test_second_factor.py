from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.db import connection

from anju.kernel.access.models import User
from anju.kernel.access.proof import second_factor
from anju.kernel.access.testing import person

pytestmark = pytest.mark.django_db
# The middle of a step: 1,800,000,000 is a multiple of 30.
NOW = datetime.fromtimestamp(1_800_000_015, UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def user() -> User:
    return person("finance")


@pytest.fixture
def authenticator(user: User) -> pyotp.TOTP:
    """Enrolled with the code of two steps ago."""
    authenticator = pyotp.TOTP(second_factor.start(user))
    assert second_factor.confirm(user, authenticator.at(NOW - 2 * STEP), NOW - 2 * STEP)
    return authenticator


def test_the_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B: at 59 s, SHA-1, eight digits 94287082, so six digits 287082.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" in base32
    moment = datetime.fromtimestamp(59, UTC)
    assert second_factor._matching_step(secret, "287 082", moment) == 1


def test_a_code_works_once(user: User, authenticator: pyotp.TOTP) -> None:
    code = authenticator.at(NOW)
    assert second_factor.verify(user, code, NOW)
    assert not second_factor.verify(user, code, NOW)
    assert not second_factor.verify(user, code, NOW + STEP)


def test_an_older_code_is_spent_with_a_newer_one(user: User, authenticator: pyotp.TOTP) -> None:
    assert second_factor.verify(user, authenticator.at(NOW + STEP), NOW)
    assert not second_factor.verify(user, authenticator.at(NOW), NOW)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_early_or_late_is_tolerated(
    user: User, authenticator: pyotp.TOTP, steps: int, right: bool
) -> None:
    assert second_factor.verify(user, authenticator.at(NOW + steps * STEP), NOW) is right


def test_the_enrolling_code_cannot_be_used_to_sign_in(user: User) -> None:
    authenticator = pyotp.TOTP(second_factor.start(user))
    code = authenticator.at(NOW)
    assert not second_factor.is_enrolled(user)
    assert not second_factor.verify(user, code, NOW)
    assert second_factor.confirm(user, code, NOW)
    assert second_factor.is_enrolled(user)
    assert not second_factor.verify(user, code, NOW)


def test_the_secret_stands_nowhere_in_the_database(user: User) -> None:
    secret = second_factor.start(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pending FROM access_secondfactor")
        stored = cursor.fetchone()[0]
    assert stored
    assert secret not in stored
    assert second_factor.pending_secret(user) == secret


def test_a_recovery_code_works_once_however_it_is_typed(user: User) -> None:
    codes = second_factor.new_recovery_codes(user)
    assert len(set(codes)) == 10
    assert second_factor.use_recovery_code(user, f" {codes[0].lower().replace('-', ' ')}", NOW)
    assert not second_factor.use_recovery_code(user, codes[0], NOW)
    assert second_factor.recovery_codes_left(user) == 9


def test_new_recovery_codes_void_the_old_and_are_of_one_person(user: User) -> None:
    old = second_factor.new_recovery_codes(user)
    new = second_factor.new_recovery_codes(user)
    assert not second_factor.use_recovery_code(user, old[0], NOW)
    assert not second_factor.use_recovery_code(person("leader"), new[0], NOW)
