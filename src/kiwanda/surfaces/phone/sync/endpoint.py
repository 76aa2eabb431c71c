"""``POST /m/v1/sync``: what she did goes in, what changed comes out. One round trip, safe to repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from kiwanda.core import clock, rows
from kiwanda.factory.conversations.commands import record_arrivals
from kiwanda.factory.devices import feed, inbox
from kiwanda.factory.devices.inbox import Answer, DeviceGone, Sent
from kiwanda.factory.devices.models import Device, Feed
from kiwanda.factory.devices.queries import EPOCH
from kiwanda.factory.network.models import Artisan
from kiwanda.surfaces.phone.sync import kinds
from kiwanda.surfaces.phone.sync.doorkeeping import SYNCS, Caller, caller_of
from kiwanda.surfaces.phone.sync.fields import MOST
from kiwanda.surfaces.phone.sync.http import OLD_APP, REVOKED, Refused, answer, body_of, door, malformed
from kiwanda.surfaces.phone.sync.table import guarding, performing
from kiwanda.surfaces.phone.sync.viewing import Viewer

#: Apps below are told to update. Raised no sooner than 180 days after the version that replaced them came out.
MIN_VERSION = 1
BODY = 256 * 1024
MOST_COMMANDS = 50
ROWS = 100
_TYPE = re.compile(r"[a-z_]{1,30}")
#: A phone's clock may be off by so much before it is worth a note.
SKEW = timedelta(minutes=10)
#: How exactly "last seen" is kept: an idle phone then costs no write.
SEEN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    device: UUID
    version: int
    cursor: int
    at_ms: int
    commands: list[Sent]


@door("POST")
def sync(request: HttpRequest) -> HttpResponse:
    """Carry out what she did, then tell what changed for her since ``cur``."""
    caller = caller_of(request)
    SYNCS.knock(str(caller.device.id))
    asked = _asked(body_of(request, BODY))
    if asked.device != caller.device.id:
        # Another account's token: nothing of this request may happen.
        raise malformed("dev")
    if asked.version < MIN_VERSION:
        raise Refused(426, "old_app", OLD_APP, min_ver=MIN_VERSION)
    now = clock.now()
    try:
        done = _carried_out(caller, asked, now)
    except DeviceGone:
        raise Refused(401, "device_revoked", REVOKED) from None
    if any(item.thing.kind == "me" for item in done):
        # She may have chosen another language.
        caller = Caller(caller.device, Artisan.objects.get(pk=caller.id), caller.actor)
    return answer(_told(caller, asked, done, now))


def _asked(data: dict[str, Any]) -> Asked:
    commands = data.get("cmds", [])
    if not isinstance(commands, list) or len(commands) > MOST_COMMANDS:
        raise malformed("cmds")
    return Asked(
        device=_id(data.get("dev"), "dev"),
        version=_whole(data.get("ver"), "ver", 0),
        cursor=_whole(data.get("cur"), "cur", 0),
        at_ms=_whole(data.get("at", 0), "at", -MOST),
        commands=[_command(item) for item in commands],
    )


def _command(item: object) -> Sent:
    if not isinstance(item, dict):
        raise malformed("cmds")
    kind, args = item.get("type"), item.get("args")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind) or not isinstance(args, dict):
        raise malformed("cmds.type, cmds.args")
    return Sent(
        id=_id(item.get("id"), "cmds.id"),
        seq=_whole(item.get("seq"), "cmds.seq", 1),
        type=kind,
        base=_whole(item.get("base") or 0, "cmds.base", 0),
        at_ms=_whole(item.get("at") or 0, "cmds.at", -MOST),
        args=args,
    )


def _id(value: object, what: str) -> UUID:
    if isinstance(value, str) and len(value) == 36:
        try:
            return UUID(value)
        except ValueError:
            pass
    raise malformed(what)


def _whole(value: object, what: str, low: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= MOST:
        raise malformed(what)
    return value


def _carried_out(caller: Caller, asked: Asked, now: datetime) -> list[Answer]:
    """The commands in the order of their count, answered in the order they came."""
    perform, guard = performing(caller.actor), guarding(caller.actor)
    answers: dict[int, Answer] = {}
    in_order = sorted(enumerate(asked.commands), key=lambda pair: pair[1].seq)
    for place, sent in in_order:
        answers[place] = inbox.carry_out(
            caller.device, sent, perform, guard=guard, language=caller.language, now=now, last=place == in_order[-1][0]
        )
    return [answers[place] for place in range(len(asked.commands))]


def _told(caller: Caller, asked: Asked, done: list[Answer], now: datetime) -> dict[str, Any]:
    viewer = Viewer(caller.actor, caller.artisan, now)
    found, waiting = _head(caller, now)
    epoch, version = divmod(asked.cursor, EPOCH)
    reset = epoch != found.epoch or version > found.version
    if reset or found.compare_at <= now:
        feed.compare(caller.id, kinds.everything(viewer), now)
        found, _ = _head(caller, now)
        reset = reset or epoch != found.epoch
    elif waiting:
        feed.settle(caller.id)
    _note(caller, asked, now, 0 if reset else version)
    page = feed.page(found, 0 if reset else version, ROWS)
    changes = _changes(viewer, page, reset=reset)
    asks_again = page.more or _awaits_proof(changes)
    versions = {(kind, thing): number for kind, thing, number in page.keys}
    # What she changed is mostly on the page that tells her so.
    asked_for = {(item.thing.kind, item.thing.object_id) for item in done if item.thing.kind} - versions.keys()
    if asked_for:
        versions |= feed.versions(caller.id, asked_for)
    return {
        "now": int(now.timestamp() * 1000),
        "cur": page.cursor,
        "more": asks_again,
        "min_ver": MIN_VERSION,
        "reset": reset,
        "res": [
            {"id": str(item.id), "s": item.status}
            | ({"code": item.code, "m": item.message} if item.code else {})
            | {"v": versions.get((item.thing.kind, item.thing.object_id), 0)}
            for item in done
        ],
        "ch": changes,
    }


def _head(caller: Caller, now: datetime) -> tuple[Feed, bool]:
    found = feed.head(caller.id)
    if found is None:
        # Her feed was dropped with an earlier phone while this one was being registered.
        feed.begin(caller.id, caller.artisan.workshop_id, caller.language, now)
        found = feed.head(caller.id)
        assert found is not None
    return found


def _changes(viewer: Viewer, page: feed.Page, *, reset: bool) -> list[dict[str, Any]]:
    """The rows of a page; a thing that is not hers (any more) is taken off, or never told of on a new copy."""
    keys = [(kind, thing) for kind, thing, _ in page.keys]
    rows_ = kinds.written(viewer, [key for key in keys if key not in page.gone])
    changes = []
    for kind, thing, version in page.keys:
        row = rows_.get((kind, thing))
        if row is None and reset:
            continue
        changes.append({"k": kind, "id": thing, "v": version, "d": row})
    return changes


def _awaits_proof(changes: list[dict[str, Any]]) -> bool:
    """Whether something came along that an SMS would say again unless the phone is known to have it: the phone asks
    once more at once, and by asking proves that it has heard.
    """
    return any(change["k"] == "msg" and change["d"] and not change["d"].get("read") for change in changes)


def _note(caller: Caller, asked: Asked, now: datetime, version: int) -> None:
    """Keep what the phone proved to have heard, when it was seen, and how wrong its clock is."""
    device = caller.device
    changed: dict[str, Any] = {}
    if asked.cursor != device.cursor:
        changed["cursor"] = asked.cursor
        before = device.cursor % EPOCH if device.cursor // EPOCH == asked.cursor // EPOCH else 0
        if version > before:
            _arrived(caller, before, version)
    if now - device.seen_at >= SEEN or now < device.seen_at or asked.version != device.app_version:
        changed["seen_at"], changed["app_version"] = now, min(asked.version, 1_000_000)
    # The demo's clock runs days ahead of everybody's; a phone is measured against the world's.
    wall = (now - clock._offset()).timestamp()
    skew = int(asked.at_ms / 1000 - wall) if asked.at_ms else 0
    noted = skew if abs(skew) > SKEW.total_seconds() else 0
    if abs(noted - device.skew_seconds) > SKEW.total_seconds():
        changed["skew_seconds"] = noted
    if changed:
        rows.update(Device, {"id": device.id}, changed)


def _arrived(caller: Caller, after: int, until: int) -> None:
    heard = feed.between(caller.id, ("msg", "offer"), after, until)
    if heard:
        record_arrivals(
            actor=caller.actor,
            message_ids=[UUID(thing) for kind, thing in heard if kind == "msg"],
            subject_ids=[UUID(thing) for kind, thing in heard if kind == "offer"],
        )
