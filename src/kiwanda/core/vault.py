"""The vault: the only place where names, phone numbers, national ids and exact places are kept.

Values are encrypted (MultiFernet, first key writes, every key reads, so keys rotate). A keyed blind index allows exact
look-up (a phone number at log-in) without storing the value. Erasing a subject deletes its facts; events and ledger
hold only the opaque id and stay whole.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from kiwanda.core import looks
from kiwanda.core.models import VaultEntry

NAME = "name"
PHONE = "phone"
NATIONAL_ID = "national_id"
PLACE = "place"
CONTACT = "contact"

#: Fields that can be looked up by exact value.
INDEXED = frozenset({PHONE, NATIONAL_ID})


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def _fernet() -> MultiFernet:
    return _cipher(tuple(settings.KIWANDA_VAULT_KEYS))


def blind_index(field: str, value: str) -> str:
    """Keyed hash of ``value`` for exact look-up in ``field``."""
    key = hashlib.sha256(b"kiwanda-blind-index" + settings.KIWANDA_INDEX_KEY.encode()).digest()
    return hmac.new(key, f"{field}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def put(subject_id: UUID, field: str, value: str) -> None:
    """Store or replace one fact about ``subject_id``."""
    VaultEntry.objects.update_or_create(
        subject_id=subject_id, field=field, defaults={"ciphertext": _seal(value), "blind_index": _index(field, value)}
    )


def put_many(facts: Iterable[tuple[UUID, str, str]]) -> None:
    """Store many new facts ``(subject_id, field, value)`` at once."""
    VaultEntry.objects.bulk_create(
        [
            VaultEntry(subject_id=subject, field=field, ciphertext=_seal(value), blind_index=_index(field, value))
            for subject, field, value in facts
        ],
        batch_size=500,
    )


def get(subject_id: UUID, field: str) -> str | None:
    """One fact, or None when it is unknown or erased."""
    return get_many([subject_id], field).get(subject_id)


def get_many(subject_ids: Iterable[UUID], field: str) -> dict[UUID, str]:
    """One field of many subjects; those without it are left out."""
    rows = VaultEntry.objects.filter(subject_id__in=list(subject_ids), field=field)
    fernet = _fernet()
    facts = {
        subject: fernet.decrypt(bytes(ciphertext)).decode()
        for subject, ciphertext in rows.values_list("subject_id", "ciphertext")
    }
    looks.seen(field, facts)
    return facts


def facts_of(subject_id: UUID) -> dict[str, str]:
    """Everything the vault holds under ``subject_id``, field by field: for her who asks what is known of her."""
    rows = VaultEntry.objects.filter(subject_id=subject_id).order_by("field")
    fernet = _fernet()
    facts = {field: fernet.decrypt(bytes(sealed)).decode() for field, sealed in rows.values_list("field", "ciphertext")}
    for field in facts:
        looks.seen(field, [subject_id])
    return facts


def seal_anew(after: UUID | None, *, most: int = 500) -> tuple[UUID | None, int]:
    """Seal up to ``most`` entries behind ``after`` with the newest key.

    Returns the last entry's id (None: that was the end) and how many were sealed anew. Entries the newest key wrote
    are left as they are, so that it may be stopped and begun again. An entry no key opens raises
    :class:`cryptography.fernet.InvalidToken`.
    """
    rows = VaultEntry.objects.order_by("pk")
    found = list((rows.filter(pk__gt=after) if after else rows)[:most])
    newest, fernet = Fernet(settings.KIWANDA_VAULT_KEYS[0].encode()), _fernet()
    changed = 0
    for row in found:
        sealed = bytes(row.ciphertext)
        try:
            newest.decrypt(sealed)
        except InvalidToken:
            # A fact replaced meanwhile stays as it was replaced.
            same = VaultEntry.objects.filter(pk=row.pk, ciphertext=row.ciphertext)
            changed += same.update(ciphertext=fernet.rotate(sealed))
    return (found[-1].pk if len(found) == most else None), changed


def find(field: str, value: str) -> UUID | None:
    """The subject whose ``field`` is exactly ``value``, or None."""
    if field not in INDEXED:
        raise ValueError(f"{field} has no index in the vault")
    facts = VaultEntry.objects.filter(blind_index=blind_index(field, value), field=field)
    return facts.values_list("subject_id", flat=True).first()


def erase(subject_id: UUID) -> int:
    """Forget everything about ``subject_id``; returns how many facts were erased."""
    return VaultEntry.objects.filter(subject_id=subject_id).delete()[0]


def _seal(value: str) -> bytes:
    return _fernet().encrypt(value.encode())


def _index(field: str, value: str) -> str:
    return blind_index(field, value) if field in INDEXED else ""
