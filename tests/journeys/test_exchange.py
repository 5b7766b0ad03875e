"""An office records what went to another platform, what came back, and sends it again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anju.kernel.exchange import ledger
from anju.kernel.exchange.models import Delivery, Interface, State
from anju.kernel.parties.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(sign_in: Any) -> Delivery:
    bureau = Organisation.objects.get(budget_code="801002")
    facts = {"name": "月报", "direction": "out", "partner": "省平台", "organisation": bureau}
    return ledger.expect(Interface.objects.create(code="month", **facts), "2021-07")


def paper(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("七月.csv", text.encode())


def test_a_report_is_sent_returned_and_sent_again(sign_in: Any, row: Delivery) -> None:
    office, address = sign_in("office"), f"/exchange/{row.pk}/"
    nothing = office.post(address, {"step": "send"})
    assert nothing.status_code == 422
    assert "没有选择文件" in nothing.content.decode()
    wrong = office.post(address, {"step": "send", "file": paper("县,分\n"), "rows": "十九"})
    assert "不是整数" in wrong.content.decode()
    office.post(address, {"step": "send", "file": paper("县,分\n甲,1\n"), "rows": "1"})
    office.post(address, {"step": "reject", "reason": "缺一个县。"})
    same = office.post(address, {"step": "send", "file": paper("县,分\n甲,1\n")})
    assert "与被退回的那一份相同" in same.content.decode()
    office.post(address, {"step": "send", "file": paper("县,分\n甲,1\n乙,2\n"), "rows": "2"})
    page = office.post(address, {"step": "acknowledge", "receipt": "省报1号"}, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.state, row.rows, row.attempts) == (State.ACKNOWLEDGED, 2, 2)
    assert "缺一个县。" in page
    assert "省报1号" in page


def test_a_reader_sees_it_and_moves_nothing(
    sign_in: Any, row: Delivery, django_assert_max_num_queries: Any
) -> None:
    leader = sign_in("leader")
    with django_assert_max_num_queries(20):
        assert "记录发出" not in leader.get(f"/exchange/{row.pk}/").content.decode()
    refused = leader.post(f"/exchange/{row.pk}/", {"step": "send", "file": paper("x")})
    assert "您的角色不能办这一步" in refused.content.decode()
    row.refresh_from_db()
    assert row.state == State.EXPECTED
