"""The phone bench: a visitor of the demo plays one artisan on a feature phone, in WhatsApp and in the app, and watches
the factory react. What the phones do goes through the real webhooks (:mod:`kiwanda.twin.phones`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import actors, clock, vault
from kiwanda.core.models import Event
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.network.models import Artisan
from kiwanda.surfaces.tower.queries import activity
from kiwanda.twin.phones import Line, PhoneBench, bench

#: People offered to play.
OFFERED = 12
#: What was said before the visitor sat down.
EARLIER = 8
EVENTS = 14
LONGEST = 500
#: The feature phone's keys with their letters.
KEYS = (
    ("1", "○ ○"), ("2", "abc"), ("3", "def"), ("4", "ghi"), ("5", "jkl"), ("6", "mno"), ("7", "pqrs"), ("8", "tuv"),
    ("9", "wxyz"), ("*", "+"), ("0", "␣"), ("#", "⇧"),
)  # fmt: skip

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """There is no such page in a factory with real people."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.KIWANDA_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@demo_only
@ensure_csrf_cookie
def phones(request: HttpRequest) -> HttpResponse:
    """The bench with somebody who has an open offer, or whom ``?artisan=`` names."""
    people = _people()
    wanted = request.GET.get("artisan", "")
    person = _person(wanted) if wanted else (people[0] if people else None)
    if person is None:
        person = Artisan.objects.filter(state="active", role="owner").select_related("workshop__county").first()
    if person is not None and person.pk not in {row.pk for row in people}:
        people = [person, *people]
    names = vault.get_many([row.pk for row in people], vault.NAME)
    context = {
        "person": person,
        "name": names.get(person.pk, "") if person is not None else "",
        "phone": (vault.get(person.pk, vault.PHONE) or "") if person is not None else "",
        "people": [(row, names.get(row.pk, "")) for row in people],
        "code": "*384*1234#",
        "keys": KEYS,
    }
    return render(request, "bench/phones.html", context)


def _people() -> list[Artisan]:
    """Owners with an open offer, those who answer soonest first."""
    now = clock.now()
    live = Offer.objects.filter(state="sent", expires_at__gt=now).order_by("-sent_at")
    shops = list(live.values_list("workshop_id", flat=True)[: OFFERED * 4])
    found = {
        row.workshop_id: row
        for row in Artisan.objects.filter(workshop_id__in=shops, role="owner", state="active")
        .select_related("workshop__county")
    }  # fmt: skip
    return [found[shop] for shop in dict.fromkeys(shops) if shop in found][:OFFERED]


def _person(text: str) -> Artisan | None:
    try:
        return Artisan.objects.filter(pk=UUID(text), state="active").select_related("workshop__county").first()
    except ValueError:
        return None


def _seated(artisan_id: UUID) -> tuple[Artisan, str]:
    person = Artisan.objects.filter(pk=artisan_id, state="active").select_related("workshop").first()
    phone = vault.get(artisan_id, vault.PHONE) if person is not None else None
    if person is None or not phone:
        raise Http404
    return person, phone


@require_GET
@demo_only
def state(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """Everything the page shows, anew."""
    person, phone = _seated(artisan_id)
    return JsonResponse(_state(person, phone, bench()))


@require_POST
@demo_only
def do(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """One thing done on a phone, or to the network."""
    person, phone = _seated(artisan_id)
    place = bench()
    what, text = request.POST.get("what", ""), request.POST.get("text", "").strip()[:LONGEST]
    if what == "dial":
        place.dial(phone)
    elif what == "send" and text:
        place.dial(phone, text)
    elif what == "hang_up":
        place.hang_up(phone)
    elif what == "sms" and text:
        place.text(phone, text)
    elif what == "whatsapp" and text:
        place.say(phone, text)
    elif what == "tap":
        if not place.tap(phone, request.POST.get("bubble", ""), request.POST.get("id", "")):
            return JsonResponse({"message": "This button is not there any more."}, status=409)
    elif what == "prefer" and text in ("2", "3", "4"):
        # She chooses the channel herself, in the menu.
        place.hang_up(phone)
        for key in ("", "6", text):
            place.dial(phone, key)
    elif what == "network":
        try:
            delay = float(request.POST.get("delay", "0"))
        except ValueError:
            delay = 0.0
        place.misbehave(
            doubled=request.POST.get("doubled") == "1",
            lost=request.POST.get("lost") == "1",
            delay=delay if delay == delay else 0.0,
        )
    else:
        return JsonResponse({"message": "There is nothing to do."}, status=400)
    return JsonResponse(_state(person, phone, place))


def _state(person: Artisan, phone: str, place: PhoneBench) -> dict[str, Any]:
    seat = place.seat(phone)
    person.refresh_from_db(fields=["channel", "language"])
    session = seat.session
    return {
        "sms": _earlier(person, "sms") + [_line(row) for row in seat.sms],
        "whatsapp": _earlier(person, "whatsapp") + [_line(row) for row in seat.whatsapp],
        "ussd": {"screen": session.screen if session else "", "open": bool(session and session.open)},
        "channel": person.channel,
        "clock": clock.now().astimezone(clock.FACTORY_ZONE).strftime("%a %d %b %H:%M"),
        "network": {
            "doubled": place.sms.callbacks.doubled > 0,
            "lost": place.lost,
            "delay": place.delay,
            "waiting": len(place.sms.callbacks.waiting) + len(place.whatsapp.callbacks.waiting),
        },
        "wire": list(place.wire)[:8],
        "events": _events(person),
        "offers": Offer.objects.filter(workshop_id=person.workshop_id, state="sent").count(),
        "work": WorkOrder.objects.filter(workshop_id=person.workshop_id, state__in=LIVE_WORK_ORDERS).count(),
        "queued": Message.objects.filter(artisan_id=person.pk, state="queued", direction="out").count(),
    }


def _line(row: Line) -> dict[str, Any]:
    return {
        "out": row.out,
        "text": row.text,
        "at": row.at,
        "bubble": row.bubble,
        "taps": [{"id": key, "title": title} for key, title in row.taps],
    }


def _earlier(person: Artisan, channel: str) -> list[dict[str, Any]]:
    """What she was told on this channel before she was played: those messages went to the sandbox."""
    rows = Message.objects.filter(
        artisan_id=person.pk,
        channel=channel,
        direction="out",
        state__in=["sent", "delivered", "read"],
        provider_ref__startswith="sandbox",
    ).order_by("-created_at")[:EARLIER]
    return [
        {
            "out": True, "text": row.body, "bubble": "", "taps": [], "earlier": True,
            "at": row.created_at.astimezone(clock.FACTORY_ZONE).strftime("%d/%m %H:%M"),
        }
        for row in reversed(rows)
    ]  # fmt: skip


def _events(person: Artisan) -> list[dict[str, Any]]:
    """The factory's log about this workshop, newest first, as the tower writes it."""
    orders = WorkOrder.objects.filter(workshop_id=person.workshop_id).order_by("-accepted_at")
    offers = Offer.objects.filter(workshop_id=person.workshop_id).order_by("-sent_at")
    ids = [
        person.workshop_id, person.pk, *orders.values_list("pk", flat=True)[:40],
        *offers.values_list("pk", flat=True)[:40],
        *Message.objects.filter(artisan_id=person.pk, direction="in").order_by("-created_at")
        .values_list("pk", flat=True)[:20],
    ]  # fmt: skip
    rows = Event.objects.filter(Q(subject_id__in=ids) | Q(actor_id=person.pk, actor_kind="artisan"))
    events = list(rows.order_by("-tx", "-position")[:EVENTS])
    return [
        {
            "key": entry["position"],
            "text": str(entry["title"]),
            "tone": entry["tone"],
            "channel": row.channel,
            "at": row.at.astimezone(clock.FACTORY_ZONE).strftime("%d/%m %H:%M"),
        }
        for row, entry in zip(events, activity.sentences(actors.system(), events), strict=True)
    ]
