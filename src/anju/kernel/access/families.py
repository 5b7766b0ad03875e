"""Database triggers: an account keeps its family for life, and a grant's role is of its account's family.

No check constraint can look into another table, and SQLite cannot take a composite foreign key later, so both
databases get triggers. Migrations install them, so the statements are frozen. SQLite loses a table's triggers
when a migration rebuilds it; such a migration installs them again (a test breaks in by raw SQL and would see).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSAL = "角色与账号类别不符"
_ADMINISTRATORS = "('system_admin', 'security_admin', 'audit_admin')"
_FOREIGN = (
    "(SELECT family FROM access_user WHERE id = NEW.user_id)"
    # In brackets: PL/pgSQL takes the first bare THEN for the end of the condition.
    f" <> (CASE WHEN NEW.role IN {_ADMINISTRATORS} THEN NEW.role ELSE 'business' END)"
)
_CHANGED = "NEW.family <> OLD.family"

_GUARDS = (
    ("access_grant_insert", "INSERT", "access_grant", _FOREIGN),
    ("access_grant_update", "UPDATE", "access_grant", _FOREIGN),
    ("access_user_update", "UPDATE", "access_user", _CHANGED),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers; they must not exist yet."""
    statement = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for name, event, table, condition in _GUARDS:
            cursor.execute(statement(name, event, table, condition))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for the reverse migration."""
    with connection.cursor() as cursor:
        for name, *_ in _GUARDS:
            cursor.execute(
                f"DROP FUNCTION {name}() CASCADE"
                if connection.vendor == "postgresql"
                else f"DROP TRIGGER {name}"
            )


def _sqlite(name: str, event: str, table: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _postgresql(name: str, event: str, table: str, condition: str) -> str:
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
    """
