from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from anju.kernel.access.testing import person, signed_in
from anju.web import errors
from anju.web.security import POLICY


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def test_an_unknown_address_gets_a_sentence_and_a_next_step(client: Client) -> None:
    response = client.get("/nowhere/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "没有这个页面。" in html
    assert "请核对地址，或从左侧导航进入。" in html
    # The navigation names no page to somebody who has not signed in.
    assert 'href="/budget/' not in html


def test_a_fault_in_a_page_is_a_chinese_page() -> None:
    request: HttpRequest = RequestFactory().get("/")
    response = errors.server_error(request)
    assert response.status_code == 500
    assert "页面出错" in response.content.decode()


def test_a_foreign_host_is_refused_in_chinese(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "从首页重新进入" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "first"), [("finance", "/overview/"), ("resident", "/account/")])
def test_the_front_page_leads_to_the_first_page_that_one_may_see(
    client: Client, role: str, first: str
) -> None:
    assert client.get("/").headers["Location"] == "/login/?next=/"
    assert signed_in(person(role)).get("/").headers["Location"] == first


@pytest.mark.parametrize("address", ["/nowhere/", "/static/web/anju.css", "/static/web/theme.js"])
def test_every_answer_carries_the_security_headers(client: Client, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_cannot_be_framed(client: Client) -> None:
    assert client.get("/nowhere/").headers["X-Frame-Options"] == "DENY"
