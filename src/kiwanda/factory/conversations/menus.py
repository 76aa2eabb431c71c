"""Sessions of the USSD menu, kept as web sessions are: what was shown for what was typed, so that a repeat gets the
same screen and never does a thing twice. What was typed may be a PIN: only a keyed hash of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kiwanda.core import clock, vault
from kiwanda.core.ids import derived_id
from kiwanda.core.models import VaultEntry
from kiwanda.factory.conversations.models import MenuHop, MenuSession
from kiwanda.ports.menus import MenuEnd, MenuScreen

SHOWN = "ussd_screen"
TYPED = "ussd_text"
#: Providers end a session after two or three minutes; a day covers any of their repeats.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the menu somebody is: a screen's name and what its numbers stand for (opaque ids, counts)."""

    screen: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen and the place it puts the reader in."""

    screen: MenuScreen
    place: Place


#: ``step(place, typed, hop_id)``: where she was (None: nowhere yet), what she typed since ("" for a fresh session).
Step = Callable[[Place | None, str, UUID], Shown]


def session_key(session_id: str) -> UUID:
    return derived_id("ussd", session_id)


def answer(session_id: str, text: str, artisan_id: UUID | None, step: Step) -> MenuScreen:
    """The screen for ``text`` in this session: the one shown before for the same text, or the next one by ``step``.

    Hops of one session are answered one after the other under its row's lock, effect and screen in one transaction.
    """
    key = session_key(session_id)
    with transaction.atomic():
        MenuSession.objects.get_or_create(id=key, defaults={"artisan_id": artisan_id, "begun_at": clock.now()})
        session = MenuSession.objects.select_for_update().get(pk=key)
        known = session.hop_rows.filter(pk=_hop_id(key, text)).first()
        if known is not None:
            return MenuScreen(vault.get(known.id, SHOWN) or "", known.ends)
        before, typed = _before(session, text)
        # A finished session says nothing more; somebody else's phone has no business in this one.
        if before is not None and (before.ends or session.artisan_id != artisan_id):
            before = None
            typed = ""
        place = Place(before.screen, before.data) if before is not None else None
        shown = step(place, typed, _hop_id(key, text))
        hop = MenuHop.objects.create(
            id=_hop_id(key, text),
            session=session,
            screen=shown.place.screen,
            data=shown.place.data,
            ends=shown.screen.ends,
            at=clock.now(),
        )
        vault.put(hop.id, SHOWN, shown.screen.text)
        MenuSession.objects.filter(pk=key).update(hops=session.hops + 1)
        return shown.screen


def record_end(end: MenuEnd) -> None:
    """The provider's word on how a session ended and what it cost; the first word stands."""
    key = session_key(end.session_id)
    row, _ = MenuSession.objects.get_or_create(id=key, defaults={"begun_at": clock.now()})
    MenuSession.objects.filter(pk=row.pk, state="open").update(
        state=end.state[:10], cost_micros=end.cost_micros, cost_currency=end.currency[:3]
    )


def forget_old() -> int:
    """Erase hops and their screens after a day; the session's row (how many hops, what it cost) stays."""
    ids = list(MenuHop.objects.filter(at__lt=clock.now() - KEPT).values_list("pk", flat=True)[:2000])
    VaultEntry.objects.filter(subject_id__in=ids, field=SHOWN).delete()
    return MenuHop.objects.filter(pk__in=ids).delete()[0]


def _hop_id(session: UUID, text: str) -> UUID:
    return derived_id("ussd-hop", session, vault.blind_index(TYPED, f"{session}\x1f{text}"))


def _before(session: MenuSession, text: str) -> tuple[MenuHop | None, str]:
    """The last hop whose text ``text`` goes on from, and what was typed since."""
    if not text:
        return None, ""
    cuts = [position for position, letter in enumerate(text) if letter == "*"]
    for cut in reversed(cuts):
        hop = session.hop_rows.filter(pk=_hop_id(session.pk, text[:cut])).first()
        if hop is not None:
            return hop, text[cut + 1 :]
    first = session.hop_rows.filter(pk=_hop_id(session.pk, "")).first()
    return first, text
