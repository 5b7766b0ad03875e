from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models

from anju.kernel.secrets import KeyRing, SecretError

from .fields import EncryptedTextField

PLAIN = "唐山市示例路一号"


class Sealed(models.Model):
    address = EncryptedTextField("地址", purpose="test.address", null=True)
    phone = EncryptedTextField("电话", purpose="test.phone", null=True)

    class Meta:
        app_label = "records_test"
        managed = False
        db_table = "records_test_sealed"


@pytest.fixture
def table(db: None, tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE records_test_sealed (id bigint PRIMARY KEY, address text, phone text)")


def raw(column: str) -> list[str | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM records_test_sealed ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.usefixtures("table")
def test_the_database_holds_a_token_and_the_model_the_text() -> None:
    Sealed.objects.create(id=1, address=PLAIN)
    Sealed.objects.filter(id=1).update(phone="13012345678")
    stored = Sealed.objects.get(phone__isnull=False)
    assert (stored.address, stored.phone) == (PLAIN, "13012345678")
    dump = f"{raw('address')} {raw('phone')}"
    assert dump.count("v1.aes256gcm.1.") == 2
    assert PLAIN not in dump
    assert "13012345678" not in dump


@pytest.mark.usefixtures("table")
def test_null_stays_null_and_empty_text_is_sealed() -> None:
    Sealed.objects.create(id=1, address=None, phone="")
    assert raw("address") == [None]
    assert raw("phone") != [""]
    assert Sealed.objects.get().phone == ""


@pytest.mark.usefixtures("table")
def test_a_token_moved_to_another_column_is_refused() -> None:
    Sealed.objects.create(id=1, address=PLAIN)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_test_sealed SET phone = address")
    with pytest.raises(SecretError, match="不属于这一用途"):
        Sealed.objects.get()


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("lookup", ["address", "address__in", "address__contains"])
def test_searching_sealed_text_is_an_error_not_an_empty_answer(lookup: str) -> None:
    with pytest.raises(FieldError):
        Sealed.objects.filter(**{lookup: PLAIN}).exists()


@pytest.mark.usefixtures("table")
def test_a_serialised_dump_is_refused() -> None:
    Sealed.objects.create(id=1, address=PLAIN)
    with pytest.raises(SecretError, match="不能导出为明文"):
        serializers.serialize("json", Sealed.objects.all())


def test_migrations_keep_the_purpose() -> None:
    _, _, args, options = EncryptedTextField("地址", purpose="test.address").deconstruct()
    assert options == {"verbose_name": "地址", "purpose": "test.address"}
    assert EncryptedTextField(*args, **options).purpose == "test.address"
