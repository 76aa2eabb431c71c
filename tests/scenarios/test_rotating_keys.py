"""An operator turns the vault's key over, as the command does it; a crash on the way costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

from kiwanda.core import vault
from kiwanda.core.ids import new_id
from kiwanda.core.models import WorkerHeartbeat
from kiwanda.site import keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    """A data folder whose key was made once, as on a first start."""
    old = Fernet.generate_key().decode()
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "vault_keys").write_text(old)
    settings.CONFIG = SimpleNamespace(home=tmp_path, vault_keys="")
    settings.KIWANDA_VAULT_KEYS, settings.KIWANDA_INDEX_KEY = [old], old
    return tmp_path


def kept(home: Path) -> list[str]:
    return (home / "keys" / "vault_keys").read_text().split(",")


def no_progress(done: int, total: int) -> None:
    assert 0 <= done <= total


def test_a_whole_turn(home: Path) -> None:
    person, old = new_id(), settings.KIWANDA_VAULT_KEYS[0]
    vault.put(person, vault.PHONE, "+254700000001")
    assert keys.begin()
    assert keys.seal_everything(no_progress) == 1
    assert keys.drop_old() == 1
    assert len(kept(home)) == 1 and kept(home) != [old] and kept(home) == settings.KIWANDA_VAULT_KEYS
    assert vault.get(person, vault.PHONE) == "+254700000001"
    assert (home / "keys" / "index_key").read_text() == old
    assert vault.find(vault.PHONE, "+254700000001") == person
    assert (home / "keys" / "vault_keys").stat().st_mode & 0o077 == 0


def test_a_turn_cut_off_goes_on_with_the_same_key(home: Path) -> None:
    vault.put(new_id(), vault.NAME, "Achieng")
    keys.begin()
    begun = kept(home)
    assert not keys.begin()
    assert kept(home) == begun
    assert keys.seal_everything(no_progress) == 1
    keys.drop_old()
    assert kept(home) == begun[:1]


def test_not_while_a_worker_lives(home: Path) -> None:
    WorkerHeartbeat.objects.create(worker_id="w", beat_at=datetime.now(UTC))
    with pytest.raises(keys.NotNow, match="Stop the factory"):
        keys.begin()
    WorkerHeartbeat.objects.update(beat_at=datetime.now(UTC) - timedelta(hours=1))
    assert keys.begin()


def test_no_key_is_thrown_away_while_something_does_not_open(home: Path, settings) -> None:
    lost = Fernet.generate_key().decode()
    settings.KIWANDA_VAULT_KEYS = [lost]
    vault.put(new_id(), vault.NAME, "Achieng")
    settings.KIWANDA_VAULT_KEYS = kept(home)
    keys.begin()
    with pytest.raises(keys.NotNow, match="none of the keys"):
        keys.seal_everything(no_progress)
    assert len(kept(home)) == 2


def test_keys_of_the_environment_are_the_operators(home: Path, settings) -> None:
    settings.CONFIG.vault_keys = settings.KIWANDA_VAULT_KEYS[0]
    with pytest.raises(keys.NotNow, match="KIWANDA_INDEX_KEY"):
        keys.begin()
    settings.KIWANDA_VAULT_KEYS = [Fernet.generate_key().decode(), settings.CONFIG.vault_keys]
    assert not keys.begin()
    assert keys.drop_old() == 0
