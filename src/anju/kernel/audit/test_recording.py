from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils.functional import lazy
from django.utils.translation import get_language, override

from anju.kernel.records.fields import EncryptedTextField

from . import Context, Filter, record, rows
from .canonical import canonical, to_canonical
from .models import Anchor, AppendOnlyError, AuditRow

pytestmark = pytest.mark.django_db
# Ways around a trigger on deletion that only one database has.
OWN_WAYS = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit_auditrow SELECT * FROM audit_auditrow WHERE sequence IS NULL",
        "UPDATE OR REPLACE audit_auditrow SET sequence = 1, chain = 'y' WHERE sequence IS NULL",
        "INSERT OR REPLACE INTO audit_anchor SELECT * FROM audit_anchor",
    ],
    "postgresql": ["TRUNCATE audit_auditrow", "TRUNCATE audit_anchor"],
}


class Tenant(models.Model):
    """Never stored: the audit only asks what it is."""

    phone = EncryptedTextField("电话", purpose="test.phone")

    class Meta:
        app_label = "audit_test"

    def __str__(self) -> str:
        return "租户甲"


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_row_says_who_did_what_to_which_object_from_where() -> None:
    context = Context("10.0.0.7", "session-key", "r-1")
    record(
        "housing.assign", Tenant(pk=7), actor="王五", result="refused", reason="重复", context=context,
        before={"rent_fen": 100}, after={"due": date(2026, 1, 2), "rate": Decimal("0.50")},
    )  # fmt: skip
    row = AuditRow.objects.get()
    assert (row.actor, row.action, row.result, row.reason) == ("王五", "housing.assign", "refused", "重复")
    assert (row.object_type, row.object_id, row.object_label) == ("audit_test.tenant", "7", "租户甲")
    assert (row.address, row.request_id) == ("10.0.0.7", "r-1")
    assert row.session == hashlib.sha256(b"session-key").hexdigest()[:32]
    assert (row.before, row.after) == ('{"rent_fen":100}', '{"due":"2026-01-02","rate":"0.50"}')
    assert (row.sequence, row.chain) == (None, None)
    assert abs(row.recorded_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_row_is_in_chinese_whatever_the_language_of_the_page() -> None:
    with override("en"):
        record("housing.assign", "x", actor="王五", reason=lazy(get_language, str)())
    assert AuditRow.objects.get().reason == "zh-hans"


def test_an_object_without_a_row_is_named_in_words() -> None:
    record("access.login", "登录页", actor="匿名")
    row = AuditRow.objects.get()
    assert (row.object_type, row.object_id, row.object_label, row.result) == ("", "", "登录页", "ok")
    assert (row.before, row.session) == ("", "")


def test_values_of_encrypted_fields_become_digests_that_show_a_change() -> None:
    numbers = ["13012345678", "13012345678", "13087654321"]
    for number in numbers:
        record("housing.edit", Tenant(pk=7), actor="王五", after={"phone": number})
    first, second, third = AuditRow.objects.order_by("recorded_at", "id").values_list("after", flat=True)
    assert first == second != third
    assert not any(number in text for number in numbers for text in (first, third))
    record("housing.edit", Tenant(pk=8), actor="王五", after={"phone": None})
    assert AuditRow.objects.get(object_id="8").after == '{"phone":null}'


def test_what_a_database_refuses_is_mended_and_long_text_cut() -> None:
    record("web.read", "页" * 300, actor="甲\0\udcff", after={"q": "a\0b"}, reason="长" * 5000)
    row = AuditRow.objects.get()
    assert row.object_label == "页" * 200
    assert row.actor == "甲\N{REPLACEMENT CHARACTER}?"
    assert row.after == '{"q":"a\\u0000b"}'
    assert len(row.reason) == 5000


def test_a_rolled_back_operation_leaves_no_row() -> None:
    with transaction.atomic():
        record("budget.import", "文件", actor="李四")
        assert AuditRow.objects.count() == 1
        transaction.set_rollback(True)
    assert AuditRow.objects.count() == 0


def test_the_canonical_form_is_written_down() -> None:
    row = AuditRow(
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        recorded_at=datetime(2026, 3, 1, 16, 0, 0, 1500, tzinfo=UTC),
        actor="李四", action="budget.import", object_label='表"一"', result="ok", after='{"n":1}',
    )  # fmt: skip
    assert canonical(row, 12).decode() == (
        '{"action":"budget.import","actor":"李四","after":"{\\"n\\":1}",'
        '"at":"2026-03-02T00:00:00.001500+08:00","id":"01890a5d-ac96-774b-bcce-b302099a8057",'
        '"object_label":"表\\"一\\"","result":"ok","sequence":12}'
    )
    row.recorded_at = row.recorded_at.astimezone(timezone(timedelta(hours=-5)))
    assert '"at":"2026-03-02T00:00:00.001500+08:00"' in canonical(row, 12).decode()
    assert to_canonical({"b": True, "a": None, "c": [1, "二"]}) == '{"a":null,"b":true,"c":[1,"二"]}'


def test_models_refuse_change_and_deletion() -> None:
    record("budget.import", "文件", actor="李四")
    row = AuditRow.objects.get()
    anchor = Anchor.objects.create(sequence=1, chain="00", signed_at=row.recorded_at, signature="s")
    attempts = [
        row.save, row.delete, anchor.save, anchor.delete, AuditRow.objects.all().delete, Anchor.objects.all().delete,
        lambda: AuditRow.objects.update(actor="x"), lambda: Anchor.objects.update(sequence=2),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(AppendOnlyError, match="只能追加"):
            attempt()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditrow SET actor = 'x'",
        "UPDATE audit_auditrow SET sequence = NULL, chain = NULL WHERE sequence = 1",
        "UPDATE audit_auditrow SET sequence = 9, chain = 'x' WHERE sequence = 1",
        "UPDATE audit_auditrow SET sequence = 9 WHERE sequence IS NULL",
        "UPDATE audit_auditrow SET sequence = 9, chain = 'x', reason = 'x' WHERE sequence IS NULL",
        "DELETE FROM audit_auditrow",
        "DELETE FROM audit_auditrow WHERE sequence IS NULL",
        "UPDATE audit_anchor SET sequence = 2",
        "DELETE FROM audit_anchor",
        *OWN_WAYS[connection.vendor],
    ],
)
def test_the_database_refuses_change_and_deletion(sql: str) -> None:
    record("budget.import", "文件一", actor="李四")
    raw("UPDATE audit_auditrow SET sequence = 1, chain = 'x'")
    record("budget.import", "文件二", actor="李四")
    Anchor.objects.create(sequence=1, chain="x", signed_at=datetime.now(UTC), signature="s")
    with pytest.raises(DatabaseError, match="审计记录只能追加"):
        raw(sql)
    assert sorted(AuditRow.objects.values_list("actor", "sequence"), key=str) == [("李四", 1), ("李四", None)]
    assert Anchor.objects.get().sequence == 1


def test_the_database_refuses_rows_that_claim_to_be_sealed() -> None:
    row = AuditRow(actor="李四", action="a", result="ok", sequence=1, chain="x")
    with pytest.raises(DatabaseError, match="审计记录只能追加"), transaction.atomic():
        row.save()


def test_rows_are_found_by_time_actor_action_object_and_result() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    facts = [
        ("李四", "budget.import", "甲表", "ok"),
        ("王五", "budget.edit", "乙表", "refused"),
        ("李四", "budgets", "丙", "ok"),
    ]
    for hour, (actor, action, label, result) in enumerate(facts):
        AuditRow(
            actor=actor, action=action, object_label=label, object_id=f"k{hour}", object_type=f"t{hour}", result=result,
            recorded_at=start + timedelta(hours=hour),
        ).save()  # fmt: skip

    def found(**conditions: object) -> str:
        return "".join(row.object_label[0] for row in rows(Filter(**conditions)))  # type: ignore[arg-type]

    assert found() == "丙乙甲"
    assert found(since=start + timedelta(hours=1)) == "丙乙"
    assert found(until=start + timedelta(hours=1)) == "甲"
    assert found(actor="李四") == "丙甲"
    assert found(action="budget") == "乙甲"
    assert found(action="budget.edit") == "乙"
    assert found(what="表") == "乙甲"
    assert found(what="k2") == "丙"
    assert found(object_type="t1") == "乙"
    assert found(result="refused") == "乙"
