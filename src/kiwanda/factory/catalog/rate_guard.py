"""Triggers that keep released rates as they are and at or above their floor, on SQLite and PostgreSQL alike.

No tech pack becomes ``released`` while an operation of it has no floor or pays less; no operation is added to a
released one, and none changes its rate, minutes, costs, currency or floor afterwards. SQLite rebuilds a table to change
a column and drops its triggers: a migration that alters ``Operation`` or ``TechPack`` ends with :func:`install` again.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

FROZEN = (
    "piece_rate_minor",
    "standard_minutes",
    "costs_minor",
    "material_costs_minor",
    "tools_minor",
    "floor_minor",
    "currency",
    "tech_pack_id",
)
_RELEASED = "SELECT 1 FROM catalog_techpack p WHERE p.id = {row}.tech_pack_id AND p.state IN ('released', 'superseded')"
_UNPAID = (
    "SELECT 1 FROM catalog_operation o WHERE o.tech_pack_id = NEW.id "
    "AND (o.floor_minor IS NULL OR o.piece_rate_minor < o.floor_minor)"
)
_CHANGED = "a released operation keeps its rate"
_BELOW = "a released operation pays at least its floor"


def install(editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers on; those there already are replaced."""
    remove(editor)
    if editor.connection.vendor == "sqlite":
        differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FROZEN)
        editor.execute(
            f"CREATE TRIGGER catalog_operation_frozen BEFORE UPDATE ON catalog_operation "
            f"WHEN ({differs}) AND EXISTS ({_RELEASED.format(row='OLD')}) "
            f"BEGIN SELECT RAISE(ABORT, '{_CHANGED}'); END"
        )
        editor.execute(
            f"CREATE TRIGGER catalog_operation_no_late_one BEFORE INSERT ON catalog_operation "
            f"WHEN EXISTS ({_RELEASED.format(row='NEW')}) BEGIN SELECT RAISE(ABORT, '{_CHANGED}'); END"
        )
        editor.execute(
            f"CREATE TRIGGER catalog_techpack_floor BEFORE UPDATE ON catalog_techpack "
            f"WHEN NEW.state = 'released' AND OLD.state <> 'released' AND EXISTS ({_UNPAID}) "
            f"BEGIN SELECT RAISE(ABORT, '{_BELOW}'); END"
        )
        return
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FROZEN)
    _function(
        editor,
        "kiwanda_operation_frozen",
        f"IF TG_OP = 'INSERT' THEN IF EXISTS ({_RELEASED.format(row='NEW')}) THEN {_raised(_CHANGED)} END IF; "
        f"ELSIF ({differs}) AND EXISTS ({_RELEASED.format(row='OLD')}) THEN {_raised(_CHANGED)} END IF; RETURN NEW;",
    )
    _function(
        editor,
        "kiwanda_techpack_floor",
        f"IF NEW.state = 'released' AND OLD.state <> 'released' AND EXISTS ({_UNPAID}) THEN {_raised(_BELOW)} END IF; "
        "RETURN NEW;",
    )
    editor.execute(
        "CREATE TRIGGER catalog_operation_frozen BEFORE INSERT OR UPDATE ON catalog_operation "
        "FOR EACH ROW EXECUTE FUNCTION kiwanda_operation_frozen()"
    )
    editor.execute(
        "CREATE TRIGGER catalog_techpack_floor BEFORE UPDATE ON catalog_techpack "
        "FOR EACH ROW EXECUTE FUNCTION kiwanda_techpack_floor()"
    )


def remove(editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers off."""
    if editor.connection.vendor == "sqlite":
        for name in ("catalog_operation_frozen", "catalog_operation_no_late_one", "catalog_techpack_floor"):
            editor.execute(f"DROP TRIGGER IF EXISTS {name}")
    else:
        editor.execute("DROP TRIGGER IF EXISTS catalog_operation_frozen ON catalog_operation")
        editor.execute("DROP TRIGGER IF EXISTS catalog_techpack_floor ON catalog_techpack")


def guard() -> RunPython:
    """Migration operation: put the triggers on (reversible)."""

    def forwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        install(editor)

    def backwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        remove(editor)

    return RunPython(forwards, backwards)


def _function(editor: BaseDatabaseSchemaEditor, name: str, body: str) -> None:
    editor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$", params=None
    )


def _raised(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
