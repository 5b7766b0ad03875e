"""Every kind of tampering is done behind the triggers with plain SQL, and must be named with its row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from anju.kernel.secrets import KeyRing

from . import anchors, guard, record, sealer
from .canonical import canonical
from .commands import AuditError, audit
from .models import Anchor, AuditRow
from .verification import Fault, verify

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(*labels: str) -> None:
    for label in labels:
        record("budget.edit", label, actor="李四", after={"value": label})


def sealed_rows(count: int = 6) -> dict[int, str]:
    """That many rows, sealed and anchored; their keys by sequence."""
    write(*map(str, range(1, count + 1)))
    sealer.seal()
    anchors.sign(NOW)
    return {row.sequence: str(row.id) for row in AuditRow.objects.all()}


def tamper(*statements: str) -> None:
    """What somebody with full access to the database would do."""
    guard.remove(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    guard.install(connection)


def test_rows_are_linked_in_order_and_sealing_again_changes_nothing() -> None:
    write("甲", "乙", "丙")
    assert verify().unsealed == 3
    assert sealer.seal() == 3
    before = list(AuditRow.objects.order_by("sequence").values_list("sequence", "object_label", "chain"))
    assert [row[:2] for row in before] == [(1, "甲"), (2, "乙"), (3, "丙")]
    assert sealer.seal() == 0
    assert (
        list(AuditRow.objects.order_by("sequence").values_list("sequence", "object_label", "chain")) == before
    )
    write("丁")
    report = verify()
    assert (report.sealed, report.unsealed, report.fault) == (3, 1, None)
    assert report.oldest_unsealed == AuditRow.objects.get(object_label="丁").recorded_at


def test_the_chain_is_the_keyed_hash_of_the_one_before_and_the_row(data_folder: Path) -> None:
    write("甲", "乙")
    sealer.seal()
    first, second = AuditRow.objects.order_by("sequence")
    ring = KeyRing.load(data_folder)
    assert ring.is_mac(bytes.fromhex(first.chain), canonical(first, 1), "audit.chain")
    assert ring.is_mac(
        bytes.fromhex(second.chain), first.chain.encode() + canonical(second, 2), "audit.chain"
    )


def test_batches_join_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "_BATCH", 2)
    write(*"12345")
    assert sealer.seal() == 5
    assert verify().sealed == 5


def test_an_empty_audit_is_whole() -> None:
    report = verify()
    assert (report.sealed, report.unsealed, report.oldest_unsealed, report.anchors, report.fault) == (
        0,
        0,
        None,
        0,
        None,
    )


def test_a_rotated_key_continues_the_chain(data_folder: Path) -> None:
    sealed_rows(2)
    KeyRing.rotate(data_folder, "national")
    write("丙")
    sealer.seal()
    anchors.sign(NOW)
    assert (verify().sealed, verify().anchors, verify().fault) == (3, 2, None)
    assert AuditRow.objects.get(sequence=3).chain.startswith("020002")  # HMAC-SM3, key 2


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'x'",
        "after = '{}'",
        "reason = 'x'",
        "result = 'refused'",
        "recorded_at = '2026-01-01 00:00:00'",
        "chain = 'no hexadecimal'",
        "object_id = '9'",
    ],
)
@pytest.mark.parametrize("place", [1, 3, 6])
def test_a_changed_row_is_named(change: str, place: int) -> None:
    keys = sealed_rows()
    tamper(f"UPDATE audit_auditrow SET {change} WHERE sequence = {place}")
    assert verify().fault == Fault("changed", place, keys[place])


def test_a_deleted_row_is_named() -> None:
    sealed_rows()
    tamper("DELETE FROM audit_auditrow WHERE sequence = 3")
    fault = verify().fault
    assert fault == Fault("deleted", 3)
    assert fault.sentence == "第3条审计记录已被删除。"
    assert verify().sealed == 2


def test_the_first_row_deleted_is_named() -> None:
    sealed_rows()
    tamper("DELETE FROM audit_auditrow WHERE sequence = 1")
    assert verify().fault == Fault("deleted", 1)


@pytest.mark.parametrize("removed", [1, 2])
def test_deletion_shows_when_the_rest_is_renumbered(removed: int) -> None:
    sealed_rows()
    tamper(
        f"DELETE FROM audit_auditrow WHERE sequence BETWEEN 3 AND {2 + removed}",
        "UPDATE audit_auditrow SET sequence = -sequence WHERE sequence > 3",
        f"UPDATE audit_auditrow SET sequence = -sequence - {removed} WHERE sequence < 0",
    )
    assert verify().fault == Fault("deleted", 3)


def test_an_inserted_row_is_named() -> None:
    sealed_rows()
    write("伪造")
    tamper(
        "UPDATE audit_auditrow SET sequence = -sequence WHERE sequence >= 3",
        "UPDATE audit_auditrow SET sequence = 3, chain = (SELECT chain FROM audit_auditrow WHERE sequence = 2)"
        " WHERE sequence IS NULL",
        "UPDATE audit_auditrow SET sequence = -sequence + 1 WHERE sequence < 0",
    )
    assert verify().fault == Fault("inserted", 3, str(AuditRow.objects.get(object_label="伪造").id))


def test_a_row_inserted_before_the_first_is_named() -> None:
    sealed_rows()
    write("伪造")
    tamper("UPDATE audit_auditrow SET sequence = 0, chain = 'ff' WHERE sequence IS NULL")
    assert verify().fault == Fault("inserted", 0, str(AuditRow.objects.get(object_label="伪造").id))


@pytest.mark.parametrize(("one", "other"), [(2, 3), (2, 5), (1, 6), (5, 6)])
def test_swapped_rows_are_named(one: int, other: int) -> None:
    keys = sealed_rows()
    tamper(
        f"UPDATE audit_auditrow SET sequence = -1 WHERE sequence = {one}",
        f"UPDATE audit_auditrow SET sequence = {one} WHERE sequence = {other}",
        f"UPDATE audit_auditrow SET sequence = {other} WHERE sequence = -1",
    )
    assert verify().fault == Fault("reordered", one, keys[other])


@pytest.mark.parametrize(("one", "other"), [(2, 3), (2, 5)])
def test_swapped_rows_are_named_when_the_chain_stayed_in_place(one: int, other: int) -> None:
    keys = sealed_rows()
    chains = dict(AuditRow.objects.values_list("sequence", "chain"))
    tamper(
        f"UPDATE audit_auditrow SET sequence = -1 WHERE sequence = {one}",
        f"UPDATE audit_auditrow SET sequence = {one}, chain = '{chains[one]}' WHERE sequence = {other}",
        f"UPDATE audit_auditrow SET sequence = {other}, chain = '{chains[other]}' WHERE sequence = -1",
    )
    assert verify().fault == Fault("reordered", one, keys[other])


def test_a_row_moved_back_is_named() -> None:
    keys = sealed_rows()
    tamper(
        "UPDATE audit_auditrow SET sequence = -2 WHERE sequence = 2",
        "UPDATE audit_auditrow SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_auditrow SET sequence = 3 WHERE sequence = 4",
        "UPDATE audit_auditrow SET sequence = 4 WHERE sequence = -2",
    )
    assert verify().fault == Fault("reordered", 2, keys[3])


def test_a_cut_tail_shows_by_the_anchor() -> None:
    sealed_rows()
    tamper("DELETE FROM audit_auditrow WHERE sequence > 4")
    assert verify().fault == Fault("tail_cut", 5)
    tamper("DELETE FROM audit_auditrow", "DELETE FROM audit_anchor")
    assert verify().fault == Fault("tail_cut", 1), "the file outside the database knows what there was"


def test_a_chain_computed_anew_shows_by_the_anchor() -> None:
    """Whoever has the keys and the database can make a new chain, but not the old anchors."""
    keys = sealed_rows()
    tamper(
        "UPDATE audit_auditrow SET actor = 'x' WHERE sequence = 2",
        "UPDATE audit_auditrow SET sequence = NULL, chain = NULL",
    )
    sealer.seal()
    assert verify().fault == Fault("changed", 6, keys[6])


def test_a_forged_anchor_is_named_and_proves_nothing() -> None:
    sealed_rows()
    Anchor.objects.create(sequence=9, chain="00", signed_at=NOW, signature="v1.ed25519.1.AAAA")
    assert verify().fault == Fault("bad_signature", 9)


@pytest.mark.parametrize(
    "change", ["sequence = 5", "chain = 'ff'", "signed_at = '2020-01-01 00:00:00'", "signature = 'x'"]
)
def test_a_changed_anchor_is_named(change: str) -> None:
    sealed_rows()
    tamper(f"UPDATE audit_anchor SET {change}")
    fault = verify().fault
    # An anchor with another time has the key of the genuine one in the file: that copy still counts.
    expected = {
        "sequence = 5": 5,
        "chain = 'ff'": 6,
        "signature = 'x'": 6,
        "signed_at = '2020-01-01 00:00:00'": 6,
    }
    assert fault == Fault("bad_signature", expected[change])


def test_the_file_may_not_lose_an_anchor_or_hold_nonsense() -> None:
    sealed_rows()
    whole = anchors.path().read_text(encoding="utf-8")
    anchors.path().write_text("")
    assert verify().fault == Fault("anchor_removed", 6)
    anchors.path().unlink()
    assert verify().fault == Fault("anchor_removed", 6)
    anchors.path().write_text(whole + '{"sequence": 7')
    assert verify().fault == Fault("bad_line", 2)
    anchors.path().write_text(whole.replace('"sequence":6', '"sequence":7'))
    assert verify().fault == Fault("bad_signature", 7)


def test_an_anchor_stands_in_both_places_once(data_folder: Path) -> None:
    sealed_rows(3)
    line = json.loads((data_folder / "audit-anchors.jsonl").read_text(encoding="utf-8"))
    stored = Anchor.objects.get()
    assert (line["sequence"], line["at"]) == (3, "2026-03-01T16:00:00.000000+08:00")
    assert (line["chain"], line["signature"]) == (stored.chain, stored.signature)
    assert stored.chain == AuditRow.objects.get(sequence=3).chain
    assert anchors.sign(NOW) is None, "nothing new to sign"
    assert anchors.path().stat().st_mode & 0o777 == 0o600
    assert verify().anchors == 1


def test_an_anchor_whose_transaction_failed_still_counts() -> None:
    write("甲")
    sealer.seal()
    with transaction.atomic():
        anchors.sign(NOW)
        transaction.set_rollback(True)
    assert Anchor.objects.count() == 0
    assert (verify().anchors, verify().fault) == (1, None)


def test_the_command_names_the_first_bad_row_and_fails() -> None:
    keys = sealed_rows(2)
    whole = CliRunner().invoke(audit, ["verify", "--json"])
    assert (whole.exit_code, json.loads(whole.stdout)["whole"], json.loads(whole.stdout)["sealed"]) == (
        0,
        True,
        2,
    )
    said = CliRunner().invoke(audit, ["verify"])
    assert "审计记录完整：已封存2条，锚点1个。" in said.stderr
    tamper("UPDATE audit_auditrow SET actor = 'x' WHERE sequence = 2")
    broken = CliRunner().invoke(audit, ["verify", "--json"])
    assert isinstance(broken.exception, AuditError)
    assert broken.exception.sentence == f"第2条审计记录（{keys[2]}）与封存时不一致，已被修改。"
    assert broken.exception.next_step
    fault = json.loads(broken.stdout)["fault"]
    assert (fault["reason"], fault["sequence"], fault["row"]) == ("changed", 2, keys[2])
