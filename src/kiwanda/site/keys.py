"""Turning the vault's key over: a new key, everything sealed with it, the old one thrown away.

Once the old key is gone, backups made before hold personal data that nobody can read any more: that is how erasing
reaches them. The look-up index has a key of its own from the first rotation on, for it cannot change with the rest.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction

from kiwanda.core import vault
from kiwanda.core.models import VaultEntry, WorkerHeartbeat

#: A worker that beat within this time is alive.
ALIVE = timedelta(seconds=60)


class NotNow(Exception):
    """Keys cannot be turned over now; the message says what to do."""


def begin() -> bool:
    """Put a new key in front of the kept ones; False where a turn is already under way and only goes on.

    Raises :class:`NotNow` while the factory runs, because its processes know only the old keys, and where the keys
    come from the environment and there is one only.
    """
    heard = WorkerHeartbeat.objects.filter(beat_at__gt=datetime.now(UTC) - ALIVE)
    if heard.exists():
        raise NotNow("A worker is running. Stop the factory (every `serve` and `worker`), wait a minute, begin again.")
    keys = list(settings.KIWANDA_VAULT_KEYS)
    if len(keys) > 1:
        return False
    if settings.CONFIG.vault_keys:
        raise NotNow(
            "The keys are set by KIWANDA_VAULT_KEYS: put a new key in front there, set KIWANDA_INDEX_KEY to the old "
            "one, and run this again to seal everything with the new one."
        )
    _keep("index_key", settings.KIWANDA_INDEX_KEY)
    keys.insert(0, Fernet.generate_key().decode())
    _keep("vault_keys", ",".join(keys))
    settings.KIWANDA_VAULT_KEYS = keys
    return True


def seal_everything(progress: Callable[[int, int], None]) -> int:
    """Seal every entry with the newest key; may be stopped and run again. Returns how many were sealed anew."""
    total, done, changed = VaultEntry.objects.count(), 0, 0
    last: UUID | None = None
    while True:
        try:
            with transaction.atomic():
                last, sealed = vault.seal_anew(last)
        except InvalidToken:
            raise NotNow(
                "An entry opens with none of the keys, so no key is thrown away. Put the missing key behind the others "
                "in keys/vault_keys (or KIWANDA_VAULT_KEYS) and run this again."
            ) from None
        changed += sealed
        done = total if last is None else done + 500
        progress(done, total)
        if last is None:
            return changed


def drop_old() -> int:
    """Throw the older keys away; returns how many. Where they come from the environment, it is for the operator."""
    if settings.CONFIG.vault_keys:
        return 0
    newest, *old = settings.KIWANDA_VAULT_KEYS
    _keep("vault_keys", newest)
    settings.KIWANDA_VAULT_KEYS = [newest]
    return len(old)


def _keep(name: str, value: str) -> None:
    """Write a key file whole or not at all, readable by its owner only."""
    folder: Path = settings.CONFIG.home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w") as stream:
        stream.write(value)
        stream.flush()
        os.fsync(stream.fileno())
    Path(temporary).replace(folder / name)
