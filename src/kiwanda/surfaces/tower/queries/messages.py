"""Who got what by which channel, delivered or not, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from kiwanda.core import vault
from kiwanda.core.actors import Actor
from kiwanda.core.models import User
from kiwanda.core.money import format_money
from kiwanda.factory.conversations import queries as conversations
from kiwanda.factory.conversations.models import CallRequest, MenuSession, Message, StaffContact
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.queries import PHONE_READERS

PERIOD = timedelta(days=7)

CHANNEL_NAMES: dict[str, Any] = {
    "sms": "SMS", "whatsapp": "WhatsApp", "app": _("In the app"), "ussd": _("USSD menu"),
}
#: State → (word, tone, icon).
STATES: dict[str, tuple[Any, str, str]] = {
    "queued": (_("Waiting to be sent"), "info", "clock"),
    "sent": (_("Sent"), "info", "send"),
    "delivered": (_("Delivered"), "good", "check"),
    "read": (_("Read"), "good", "circle-check"),
    "failed": (_("Failed"), "bad", "triangle-alert"),
    "withheld": (_("Held back"), "mute", "ban"),
}
#: An incoming message is new until somebody read it, or the machine understood it.
INCOMING: dict[str, tuple[Any, str, str]] = {
    "delivered": (_("New"), "warn", "inbox"),
    "read": (_("Settled"), "mute", "check"),
}
TEMPLATE_NAMES: dict[str, Any] = {
    "offer_sent": _("Offer"), "offer_expired": _("Offer ended"), "offer_withdrawn": _("Offer withdrawn"),
    "work_confirmed": _("Work agreed"), "counter_refused": _("Other terms refused"), "work_closed": _("Work closed"),
    "count_differs": _("Counts differ"), "count_settled": _("Count settled"), "inspected": _("Inspection result"),
    "inspected_all": _("All accepted"), "appeal_granted": _("Appeal granted"), "appeal_refused": _("Appeal refused"),
    "payout_paid": _("Paid"), "payout_failed": _("Payment failed"), "login_code": _("Log-in code"),
    "reply": _("Answer"), "acted": _("Done for her"), "action_answered": _("Objection answered"),
    "reassigned": _("Work went to others"), "reassigned_silent": _("Silent work went to others"),
    "reassigned_late": _("Late work went to others"), "contest_upheld": _("It stays with others"),
    "contest_given_back": _("Work given back"), "work_trimmed": _("Work made smaller"),
}  # fmt: skip


@dataclass(slots=True)
class ChannelFigures:
    """One channel's messages out in the period. ``costs`` by currency, in millionths."""

    channel: str
    sent: int = 0
    arrived: int = 0
    failed: int = 0
    waiting: int = 0
    costs: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def name(self) -> Any:
        return CHANNEL_NAMES.get(self.channel, self.channel)

    @property
    def cost(self) -> str:
        return price(self.costs)


def prices(costs: dict[str, int]) -> list[str]:
    """``["KSh 12.80", "$0.40"]``, the largest number first; empty when nothing is known to have cost anything."""
    known = sorted(((micros, currency) for currency, micros in costs.items() if micros), reverse=True)
    return [format_money((micros + 5_000) // 10_000, currency) for micros, currency in known]


def price(costs: dict[str, int]) -> str:
    """The same as one text."""
    return " + ".join(prices(costs))


def figures(now: datetime) -> list[ChannelFigures]:
    """What went out by each channel in the last seven days, the menu's sessions included."""
    found: dict[str, ChannelFigures] = {}
    rows = (
        Message.objects.filter(direction="out", created_at__gt=now - PERIOD)
        # A code that was overtaken before anybody tried to send it failed nobody.
        .exclude(state="failed", attempts=0)
        .order_by()
        .values_list("channel", "state", "cost_currency")
        .annotate(n=Count("pk"), cost=Sum("cost_micros"))
    )
    for channel, state, currency, number, cost in rows:
        row = found.setdefault(channel, ChannelFigures(channel))
        row.sent += number if state in ("sent", "delivered", "read") else 0
        row.arrived += number if state in ("delivered", "read") else 0
        row.failed += number if state == "failed" else 0
        row.waiting += number if state == "queued" else 0
        if currency and cost:
            row.costs[currency] += cost
    sessions = MenuSession.objects.filter(begun_at__gt=now - PERIOD).order_by()
    for currency, number, cost in sessions.values_list("cost_currency").annotate(
        n=Count("pk"), cost=Sum("cost_micros")
    ):
        row = found.setdefault("ussd", ChannelFigures("ussd"))
        row.sent += number
        row.arrived += number
        if currency and cost:
            row.costs[currency] += cost
    order = list(CHANNEL_NAMES)
    return sorted(found.values(), key=lambda row: order.index(row.channel) if row.channel in order else len(order))


def total_cost(rows: Sequence[ChannelFigures]) -> list[str]:
    """What all of it cost, a text a currency."""
    costs: dict[str, int] = defaultdict(int)
    for row in rows:
        for currency, micros in row.costs.items():
            costs[currency] += micros
    return prices(costs)


def messages(actor: Actor, show: str, channel: str, template: str, text: str) -> QuerySet[Message]:
    """The messages a filter asks for, newest first."""
    rows = conversations.messages(actor).select_related("thread", "fallback").order_by("-created_at", "-id")
    if show == "failed":
        rows = rows.filter(direction="out", state__in=["failed", "withheld"])
    elif show == "in":
        rows = rows.filter(direction="in")
    elif show == "new":
        rows = rows.filter(direction="in", state="delivered")
    elif show == "out":
        rows = rows.filter(direction="out")
    if channel in CHANNEL_NAMES:
        rows = rows.filter(channel=channel)
    if template in TEMPLATE_NAMES:
        rows = rows.filter(template=template)
    if text:
        shops = Workshop.objects.filter(Q(code__iexact=text) | Q(trade_name__icontains=text)).values("pk")
        rows = rows.filter(thread__workshop_id__in=shops)
    return rows


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the screen shows it."""

    row: Message
    workshop: Workshop | None
    person: str
    words: str
    template: Any
    state: Any
    tone: str
    icon: str
    cost: str
    by_sms: bool

    @property
    def channel(self) -> Any:
        return CHANNEL_NAMES.get(self.row.channel, self.row.channel)

    @property
    def may_be_sent_again(self) -> bool:
        return (
            self.row.direction == "out" and self.row.state in ("failed", "withheld") and self.row.attempts > 0
            and self.row.template != "login_code" and not self.by_sms
        )  # fmt: skip


def shown(actor: Actor, rows: Sequence[Message]) -> list[Shown]:
    """A page of messages with names and words; names as the reader's role allows."""
    shops = Workshop.objects.in_bulk({row.thread.workshop_id for row in rows if row.thread.workshop_id})
    names = vault.get_many({row.artisan_id for row in rows if row.artisan_id}, vault.NAME)
    words = {line.id: line.body for line in conversations.lines(actor, rows)}
    found = []
    for row in rows:
        looks = INCOMING if row.direction == "in" else STATES
        state, tone, icon = looks.get(row.state, (row.state, "mute", ""))
        found.append(
            Shown(
                row=row,
                workshop=shops.get(row.thread.workshop_id) if row.thread.workshop_id else None,
                person=names.get(row.artisan_id, "") if row.artisan_id and actor.has(*PHONE_READERS) else "",
                words=words.get(row.pk, ""),
                template=TEMPLATE_NAMES.get(row.template, row.template),
                state=state,
                tone=tone,
                icon=icon,
                cost=price({row.cost_currency: row.cost_micros or 0}),
                by_sms=hasattr(row, "fallback"),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody who waits to be called."""

    row: CallRequest
    workshop: Workshop | None
    person: str
    phone: str

    @property
    def channel(self) -> Any:
        return CHANNEL_NAMES.get(self.row.channel, self.row.channel)


def calls(actor: Actor) -> list[Call]:
    """Open wishes to be called, the longest waiting first; numbers for those who may call."""
    rows = list(conversations.calls(actor).filter(state="open").order_by("requested_at")[:200])
    people = [row.artisan_id for row in rows if row.artisan_id]
    shops = Workshop.objects.in_bulk({row.workshop_id for row in rows if row.workshop_id})
    reads = actor.has(*PHONE_READERS)
    names = vault.get_many(people, vault.NAME) if reads else {}
    phones = vault.get_many(people, vault.PHONE) if reads else {}
    strangers = vault.get_many([row.pk for row in rows if not row.artisan_id], vault.CONTACT) if reads else {}
    return [
        Call(
            row=row,
            workshop=shops.get(row.workshop_id) if row.workshop_id else None,
            person=names.get(row.artisan_id, "") if row.artisan_id else "",
            phone=(phones.get(row.artisan_id) if row.artisan_id else strangers.get(row.pk)) or "",
        )
        for row in rows
    ]


def counts(actor: Actor) -> dict[str, int]:
    """How many lie under each filter that asks for somebody."""
    attention = conversations.needing_attention(actor)
    return {
        "failed": attention.filter(direction="out").count(),
        "new": attention.filter(direction="in").count(),
        "contested": conversations.actions(actor).filter(state="contested").count(),
        "calls": conversations.calls(actor).filter(state="open").count(),
        "posts": conversations.deliveries(actor).filter(state__in=["failed", "unreadable"]).count(),
    }


def staff_links() -> list[dict[str, Any]]:
    """Active staff with their names in the chat room."""
    linked = dict(StaffContact.objects.values_list("user_id", "chat_id"))
    people = User.objects.filter(is_active=True, groups__isnull=False).distinct().order_by("username")
    return [{"id": row.pk, "name": row.username, "chat_id": linked.get(row.pk, "")} for row in people]
