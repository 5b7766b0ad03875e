"""Database triggers: rows are inserted unsealed, sealed once, and never changed or removed.

Migrations install them, so the statements are frozen: a later change is a new function beside these.
SQLite loses a table's triggers when a migration rebuilds it; such a migration installs them again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

ROWS = "audit_auditrow"
ANCHORS = "audit_anchor"
_COLUMNS = (
    *("id", "recorded_at", "actor", "address", "session", "request_id", "action"),
    *("object_type", "object_id", "object_label", "result", "reason", "before", "after"),
)
_REFUSAL = "审计记录只能追加"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; they must not exist yet."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for the reverse migration, and for tests that empty all tables."""
    _run(connection, _POSTGRESQL_DROP if connection.vendor == "postgresql" else _SQLITE_DROP)


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(name: str, event: str, table: str, condition: str = "1") -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


_SAME = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in _COLUMNS)
_SEALING = "OLD.sequence IS NULL AND OLD.chain IS NULL AND NEW.sequence IS NOT NULL AND NEW.chain IS NOT NULL"
# OR REPLACE removes the row in the way without firing a delete trigger, hence the looks at existing keys.
_FREE_PLACE = f"NOT EXISTS (SELECT 1 FROM {ROWS} WHERE sequence = NEW.sequence)"
_SQLITE = (
    _sqlite(
        "audit_row_insert",
        "INSERT",
        ROWS,
        "NEW.sequence IS NOT NULL OR NEW.chain IS NOT NULL"
        f" OR EXISTS (SELECT 1 FROM {ROWS} WHERE id = NEW.id OR rowid = NEW.rowid)",
    ),
    _sqlite("audit_row_update", "UPDATE", ROWS, f"NOT ({_SEALING} AND {_SAME} AND {_FREE_PLACE})"),
    _sqlite("audit_row_delete", "DELETE", ROWS),
    _sqlite(
        "audit_anchor_insert",
        "INSERT",
        ANCHORS,
        f"EXISTS (SELECT 1 FROM {ANCHORS} WHERE id = NEW.id OR rowid = NEW.rowid)",
    ),
    _sqlite("audit_anchor_update", "UPDATE", ANCHORS),
    _sqlite("audit_anchor_delete", "DELETE", ANCHORS),
)
_SQLITE_DROP = tuple(
    f"DROP TRIGGER audit_{what}_{event}"
    for what in ("row", "anchor")
    for event in ("insert", "update", "delete")
)

_POSTGRESQL = (
    f"""
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$
    """,
    f"""
    CREATE FUNCTION audit_row_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.sequence IS NULL AND NEW.chain IS NULL THEN RETURN NEW; END IF;
        ELSIF {_SEALING}
            AND to_jsonb(NEW) - 'sequence' - 'chain' = to_jsonb(OLD) - 'sequence' - 'chain'
        THEN RETURN NEW;
        END IF;
        RAISE EXCEPTION '{_REFUSAL}';
    END $$
    """,
    f"""
    CREATE TRIGGER audit_row_write BEFORE INSERT OR UPDATE ON {ROWS}
    FOR EACH ROW EXECUTE FUNCTION audit_row_guard()
    """,
    f"""
    CREATE TRIGGER audit_row_remove BEFORE DELETE OR TRUNCATE ON {ROWS}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
    f"""
    CREATE TRIGGER audit_anchor_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {ANCHORS}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)
_POSTGRESQL_DROP = (
    f"DROP TRIGGER audit_row_write ON {ROWS}",
    f"DROP TRIGGER audit_row_remove ON {ROWS}",
    f"DROP TRIGGER audit_anchor_change ON {ANCHORS}",
    "DROP FUNCTION audit_row_guard()",
    "DROP FUNCTION audit_refuse()",
)
