from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from anju.kernel.access import sample
from anju.kernel.access.models import Grant, User
from anju.kernel.access.roles import Role
from anju.kernel.parties import sample as parties

DEMO = {"user": "demo-finance"}


def browser(address: str = "127.0.0.1", **headers: str) -> Client:
    return Client(headers={"host": "localhost", **headers}, REMOTE_ADDR=address)


@pytest.fixture
def people(db: None, settings: Settings) -> None:
    settings.ANJU_DEMO = True
    parties.build()
    sample.build()


@pytest.mark.usefixtures("people")
def test_there_is_one_person_a_role_and_a_second_call_changes_nothing() -> None:
    sample.build()
    assert sorted(Grant.objects.values_list("role", flat=True)) == sorted(Role.values)
    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])
def test_one_click_lets_in_from_this_machine(address: str) -> None:
    client = browser(address)
    assert "演示·财务" in client.get("/login/").content.decode()
    assert client.post("/login/demo/", DEMO).status_code == 302
    assert client.get("/account/").status_code == 200


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "", "unix"])
def test_nobody_else_is_let_in(address: str) -> None:
    client = browser(address)
    assert "演示" not in client.get("/login/").content.decode()
    assert client.post("/login/demo/", DEMO).status_code == 404


@pytest.mark.usefixtures("people")
def test_a_proxy_on_this_machine_is_not_this_machine() -> None:
    assert browser(x_forwarded_for="10.0.0.1").post("/login/demo/", DEMO).status_code == 404


@pytest.mark.usefixtures("people")
def test_only_sample_people_and_only_while_the_switch_is_on(settings: Settings) -> None:
    client = browser()
    assert client.post("/login/demo/", {"user": "admin"}).status_code == 404
    client.post("/login/demo/", DEMO)
    settings.ANJU_DEMO = False
    assert client.get("/account/").status_code == 302
    assert browser().post("/login/demo/", DEMO).status_code == 404


def test_production_refuses_the_switch(settings: Settings) -> None:
    def ids() -> set[str | None]:
        return {found.id for found in run_checks(include_deployment_checks=True)}

    settings.ANJU_DEMO = False
    assert "access.E001" not in ids()
    settings.ANJU_DEMO = True
    assert "access.E001" in ids()
