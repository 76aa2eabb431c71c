"""What a phone sends, carried out at most once.

A command's answer is stored in the transaction of its effect, under the id the phone gave it and its place in the
device's own count. Played again it is the stored answer; with another body it is refused; with an earlier one missing
it waits. Commands of one device run one after the other (its row is the lock), those of others beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from kiwanda.core import rows
from kiwanda.core.errors import Rejected
from kiwanda.factory.devices import feed
from kiwanda.factory.devices.errors import DevicesError
from kiwanda.factory.devices.models import Device, PhoneCommand

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it came: ``seq`` counts on its device, ``base`` and ``at_ms`` are kept as they were told."""

    id: UUID
    seq: int
    type: str
    base: int
    at_ms: int
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a command changed, as the phone knows it."""

    kind: str = ""
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` is ok, rejected or held; ``code`` and ``message`` say why not."""

    id: UUID
    status: str
    code: str = ""
    message: str = ""
    thing: Thing = Thing()


class DeviceGone(Exception):
    """The device was revoked while its commands were on their way."""


#: Carries one command out and says what it changed; refuses with :class:`Rejected`.
Perform = Callable[[Sent], Thing]
#: Refuses before anything is carried out; what it writes (a wrong PIN counted) stays.
Guard = Callable[[Sent], None]


def carry_out(
    device: Device,
    sent: Sent,
    perform: Perform,
    *,
    guard: Guard,
    language: str,
    now: datetime,
    last: bool = True,
) -> Answer:
    """The answer to ``sent``: a stored one, a new one together with its effect, or ``held`` (nothing happened).

    With the ``last`` command of a request what it changed gets its numbers at once, in the same transaction.
    """
    body = _hash(device.artisan_id, sent)
    if sent.seq <= device.last_seq:
        # Answered before: no lock is needed to say it again.
        known = rows.fetch(PhoneCommand, id=sent.id)
        if known is not None and (known.device_id, known.seq) == (device.id, sent.seq):
            return _again(known, body, language)
    try:
        with transaction.atomic():
            last_seq = _locked(device.id)
            known = rows.fetch(PhoneCommand, id=sent.id)
            if known is not None:
                # Sent before from a log-in that is no more, or another's id: answered, and the count goes on.
                if sent.seq == last_seq + 1:
                    rows.update(Device, {"id": device.id}, {"last_seq": sent.seq})
                return _again(known, body, language)
            if sent.seq > last_seq + 1:
                return _answer(sent, "held", DevicesError.GAP, language)
            if sent.seq <= last_seq:
                return _answer(sent, "rejected", DevicesError.SEQ_REUSE, language)
            answer = _performed(sent, perform, guard, language)
            rows.insert(
                PhoneCommand(
                    id=sent.id,
                    device_id=device.id,
                    seq=sent.seq,
                    type=sent.type[:30],
                    body_hash=body,
                    base=sent.base,
                    done_at_ms=sent.at_ms,
                    received_at=now,
                    status=answer.status,
                    code=answer.code,
                    message=answer.message,
                    kind=answer.thing.kind,
                    object_id=answer.thing.object_id,
                )
            )
            rows.update(Device, {"id": device.id}, {"last_seq": sent.seq})
            if last:
                feed.settle(device.artisan_id)
            return answer
    except IntegrityError:
        # Another device used the same id a moment ago: nothing of this one happened. The next try gets its answer.
        return _answer(sent, "held", DevicesError.BUSY, language)
    except OperationalError as fault:
        log.warning("phone_command_busy", error=str(fault))
        return _answer(sent, "held", DevicesError.BUSY, language)


def _performed(sent: Sent, perform: Perform, guard: Guard, language: str) -> Answer:
    """Carry it out inside a savepoint: what is refused leaves nothing but its answer, and what the guard counted."""
    try:
        guard(sent)
        with transaction.atomic():
            return Answer(sent.id, "ok", thing=perform(sent))
    except Rejected as refusal:
        return Answer(sent.id, "rejected", refusal.code[:60], refusal.message(language)[:300])
    except OperationalError:
        raise
    except Exception:
        # A fault of ours must not stand for ever before everything she does next.
        log.exception("phone_command_failed", type=sent.type, command_id=str(sent.id))
        return _answer(sent, "rejected", DevicesError.FAULT, language)


def _locked(device_id: UUID) -> int:
    """Hold the device's row until the transaction ends; the newest of its commands that was carried out."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT state, last_seq FROM devices_device WHERE id = %s{lock}",
            [Device._meta.pk.get_db_prep_value(device_id, connection)],
        )
        row = cursor.fetchone()
    if row is None or row[0] != "active":
        raise DeviceGone
    return int(row[1])


def _again(known: PhoneCommand, body: str, language: str) -> Answer:
    if not hmac.compare_digest(known.body_hash, body):
        return Answer(known.id, "rejected", "id_reuse", DevicesError.ID_REUSE.sentence(language))
    return Answer(known.id, known.status, known.code, known.message, Thing(known.kind, known.object_id))


def _answer(sent: Sent, status: str, error: DevicesError, language: str) -> Answer:
    return Answer(sent.id, status, error.name.lower(), error.sentence(language))


def _hash(artisan_id: UUID, sent: Sent) -> str:
    """What was asked and by whom, whatever phone it comes from and in which place. Keyed, because a PIN is among what
    is sent: a copied database tells nobody one.
    """
    key = hashlib.sha256(b"kiwanda-phone-command" + settings.SECRET_KEY.encode()).digest()
    body = json.dumps([str(artisan_id), sent.type, sent.base, sent.at_ms, sent.args], sort_keys=True)
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
