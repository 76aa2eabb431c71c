"""Database triggers that make a table append-only, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

#: Tables that carry the triggers; the test suite lifts them to empty the database between transactional tests.
APPEND_ONLY_TABLES = (
    "core_event", "settlement_transfer", "settlement_ledgerentry", "settlement_ledgerlink", "supply_stockmovement",
)  # fmt: skip


def install(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Refuse UPDATE and DELETE on ``table`` from now on."""
    message = f"{table} is append-only"
    if editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
    else:
        editor.execute(
            "CREATE OR REPLACE FUNCTION kiwanda_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION kiwanda_append_only()"
        )


def remove(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the triggers off ``table``."""
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
    else:
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")


def append_only(table: str) -> RunPython:
    """Migration operation: make ``table`` append-only (reversible)."""

    def forwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        install(editor, table)

    def backwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        remove(editor, table)

    return RunPython(forwards, backwards)
