"""Fixtures every test may use. Rooms keep their own factories in ``<room>/tests/factories.py``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent

# Shared machines are slow at times; how long an example takes says nothing about whether it holds.
settings.register_profile("kiwanda", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiwanda")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Outside data beside the checkout; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("KIWANDA_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the outside data folder is absent (set KIWANDA_SHARED_DATA to its path)")
    return folder


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The clock stands still at Monday 23 November 2026, 12:00 in Nairobi (09:00 UTC)."""
    from kiwanda.core import clock

    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    with clock.at(moment):
        yield moment


@pytest.fixture(autouse=True)
def _loaded(request: pytest.FixtureRequest) -> None:
    """Commands and reactions are registered as they are in a running process."""
    if request.node.get_closest_marker("django_db") is not None:
        from kiwanda.core.commands import load_commands
        from kiwanda.core.reactions import load_reactions

        load_commands()
        load_reactions()


@pytest.fixture(autouse=True, scope="session")
def _liftable_triggers() -> Iterator[None]:
    """Transactional tests empty the tables afterwards; the append-only triggers are lifted for that moment only."""
    from django.db import connection
    from django.test import TransactionTestCase

    from kiwanda.core import append_only

    flush: Any = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def lifted(self: Any) -> None:
        with connection.schema_editor() as editor:
            for table in append_only.APPEND_ONLY_TABLES:
                append_only.remove(editor, table)
        try:
            flush(self)
        finally:
            with connection.schema_editor() as editor:
                for table in append_only.APPEND_ONLY_TABLES:
                    append_only.install(editor, table)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lifted)
    yield
    patch.undo()
