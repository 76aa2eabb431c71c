"""Messages: who got what by which channel, delivered or not, what it cost; who wants to be called."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.factory.conversations import behalf
from kiwanda.factory.conversations import queries as conversations
from kiwanda.factory.conversations.commands import close_call, link_staff_chat, mark_read, reset_pin, send_again
from kiwanda.factory.network.models import Workshop
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import may, staff_only
from kiwanda.surfaces.tower.giving import give
from kiwanda.surfaces.tower.queries import counties
from kiwanda.surfaces.tower.queries import messages as told
from kiwanda.surfaces.tower.views.shell import page

PER_PAGE = 50
SHOWS = {
    "all": gettext_lazy("All"),
    "new": gettext_lazy("To be read"),
    "calls": gettext_lazy("Calls to make"),
    "failed": gettext_lazy("Reached nobody"),
    "out": gettext_lazy("Sent"),
    "in": gettext_lazy("Received"),
    "contested": gettext_lazy("Contested"),
    "posts": gettext_lazy("Not understood"),
}


@require_GET
@staff_only
def message_list(request: HttpRequest) -> HttpResponse:
    """The figures of the week, then what a filter asks for."""
    actor, query = actor_of(request), request.GET
    show = query.get("show", "all") if query.get("show") in SHOWS else "all"
    channel, template = query.get("channel", ""), query.get("template", "")
    text = query.get("q", "").replace("\x00", "").strip()[:80]
    counts = told.counts(actor)
    figures = told.figures(clock.now())
    context = {
        "shows": [(key, label, counts.get(key)) for key, label in SHOWS.items()],
        "show": show,
        "channel": channel,
        "channels": told.CHANNEL_NAMES,
        "template": template,
        "templates": told.TEMPLATE_NAMES,
        "q": text,
        "figures": figures,
        "sent": sum(row.sent for row in figures),
        "arrived": sum(row.arrived for row in figures),
        "failed": sum(row.failed for row in figures),
        "total_cost": told.total_cost(figures),
        "counts": counts,
        "room": bool(settings.CONFIG.slack_webhook_url),
    }
    context["counties"] = counties.by_county(clock.now())
    if show == "calls":
        context["calls"] = told.calls(actor)
    elif show == "contested":
        contested = conversations.actions(actor).filter(state="contested").order_by("contested_at")[:PER_PAGE]
        deeds = behalf.deeds(list(contested), get_language() or "en")
        shops = Workshop.objects.in_bulk([deed.workshop_id for deed in deeds])
        context["deeds"] = [(deed, shops.get(deed.workshop_id), deed.acted_by == actor.id) for deed in deeds]
    elif show == "posts":
        rows = conversations.deliveries(actor).filter(state__in=["failed", "unreadable"]).order_by("-received_at")
        context["page"] = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    else:
        found = Paginator(told.messages(actor, show, channel, template, text), PER_PAGE).get_page(query.get("page"))
        context |= {"page": found, "entries": told.shown(actor, list(found.object_list))}
    if may(actor, "conversations.link_staff_chat"):
        context["staff"] = told.staff_links()
    return page(request, "tower/messages.html", "messages", context)


@require_GET
@staff_only
def contact(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """How one person is reached, what she was told and what she said, by which channel."""
    actor = actor_of(request)
    found = counties.contact(actor, artisan_id, clock.now())
    if found is None:
        raise Http404
    rows = conversations.messages(actor).filter(artisan_id=artisan_id).select_related("thread", "fallback")
    shown = Paginator(rows.order_by("-created_at", "-id"), PER_PAGE).get_page(request.GET.get("page"))
    deeds = conversations.actions(actor).filter(artisan_id=artisan_id)[:10]
    context = {
        "contact": found,
        "page": shown,
        "entries": told.shown(actor, list(shown.object_list)),
        "deeds": behalf.deeds(list(deeds), get_language() or "en"),
    }
    return page(request, "tower/contact.html", "messages", context)


@require_POST
@staff_only
def again(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Queue a failed message once more."""
    return give(
        request, send_again, key=f"message-{message_id.hex}", done=_("The message is sent again."),
        back=reverse("tower:messages"), message_id=message_id,
    )  # fmt: skip


@require_POST
@staff_only
def settled(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Somebody read what came in."""
    return give(
        request, mark_read, key=f"message-{message_id.hex}", done=_("Settled."), back=reverse("tower:messages"),
        message_id=message_id,
    )  # fmt: skip


@require_POST
@staff_only
def called(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Somebody called back."""
    return give(
        request, close_call, key=f"call-{call_id.hex}", done=_("Thank you. The call is off the list."),
        back=reverse("tower:messages") + "?show=calls", call_id=call_id, note=request.POST.get("note", "")[:300],
    )  # fmt: skip


@require_POST
@staff_only
def forget_pin(request: HttpRequest, artisan_id: UUID) -> HttpResponse:
    """Forget somebody's PIN; she chooses a new one."""
    return give(
        request, reset_pin, key=f"pin-{artisan_id.hex}",
        done=_("The PIN is forgotten. She chooses a new one when she next looks at her pay."),
        back=reverse("tower:messages") + "?show=calls", artisan_id=artisan_id,
    )  # fmt: skip


@require_POST
@staff_only
def link(request: HttpRequest) -> HttpResponse:
    """Say who a name in the chat room is."""
    back = reverse("tower:messages")
    try:
        user_id = UUID(request.POST.get("user_id", ""))
    except ValueError:
        keep(request, "link", _("Choose a member of staff."))
        return HttpResponseRedirect(back)
    return give(
        request, link_staff_chat, key="link", done=_("Linked."), back=back, user_id=user_id,
        chat_id=request.POST.get("chat_id", "").strip()[:60],
    )  # fmt: skip
