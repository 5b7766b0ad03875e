from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from anju.kernel.access.proof import lockout
from anju.kernel.access.proof.lockout import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    begin,
    lock_end,
    locked_until,
    succeed,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.get_default_timezone())


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "end"),
    [
        ([0, 1, 2, 3], None),
        ([0, 1, 2, 3, 4], 34),
        ([0, 1, 2, 3, 15], 45),
        ([0, 1, 2, 3, 15.1], None),
        ([0, 5, 10, 14, 16, 17], 47),
    ],
)
def test_five_failures_within_fifteen_minutes_lock_for_thirty(
    minutes: list[float], end: float | None
) -> None:
    assert lock_end([at(minute) for minute in minutes], ACCOUNT_LIMIT) == (end and at(end))


@pytest.mark.django_db
def test_the_account_is_locked_from_every_address() -> None:
    for number in range(5):
        assert begin("zhang", f"10.0.0.{number}", at(number))
    assert begin("zhang", "10.9.9.9", at(5)) is None
    assert begin("ZHANG ", "10.9.9.9", at(33.9)) is None
    assert begin("li", "10.9.9.9", at(5))
    # Five failures at 0 to 4 minutes: free again half an hour after the fifth.
    assert begin("zhang", "10.9.9.9", at(34))


@pytest.mark.django_db
def test_the_address_is_locked_for_every_account_and_the_accounts_are_not() -> None:
    for number in range(ADDRESS_LIMIT):
        assert begin(f"user{number}", "10.0.0.1", at(number / 10))
    assert begin("zhang", "10.0.0.1", at(3)) is None
    assert begin("user1", "10.0.0.2", at(3))


@pytest.mark.django_db
def test_attempts_during_a_lock_do_not_lengthen_it() -> None:
    for _ in range(5):
        begin("zhang", "10.0.0.1", at(0))
    for minute in range(1, 30):
        assert begin("zhang", "10.0.0.1", at(minute)) is None
    assert locked_until("zhang", "10.0.0.1", at(30)) is None


@pytest.mark.django_db
def test_success_forgives_the_account_and_not_the_address() -> None:
    for _ in range(4):
        begin("zhang", "10.0.0.1", at(0))
    right = begin("zhang", "10.0.0.1", at(1))
    assert right
    succeed(right)
    for _ in range(4):
        assert begin("zhang", "10.0.0.1", at(2))
    for number in range(ADDRESS_LIMIT - 8):
        assert begin(f"user{number}", "10.0.0.1", at(3))
    assert begin("wang", "10.0.0.1", at(4)) is None


@pytest.mark.django_db
def test_guesses_in_flight_count_against_each_other() -> None:
    flying = [begin("zhang", "10.0.0.1", at(0)) for _ in range(9)]
    assert sum(attempt is not None for attempt in flying) == lockout.ACCOUNT_LIMIT
