"""Acting for an artisan: everything she can do by phone, on one page, under one reason she is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kiwanda.core import clock
from kiwanda.core.commands import Command
from kiwanda.factory.conversations import behalf
from kiwanda.factory.conversations import queries as conversations
from kiwanda.factory.conversations.commands import answer_action, contest_action, set_opt_out, set_quiet_hours
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.commands import accept_offer, contest_reassignment, counter_offer, decline_offer
from kiwanda.factory.dispatch.states import DECLINE_REASONS
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.commands import (
    cancel_day_off,
    set_contact_preference,
    take_days_off,
    withdraw_consent,
)
from kiwanda.factory.network.registration import CHANNELS, LANGUAGES
from kiwanda.factory.production.commands import hand_in, report_progress
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.quality.commands import file_appeal
from kiwanda.factory.quality.models import Appeal
from kiwanda.factory.supply import queries as supply
from kiwanda.factory.supply.commands import confirm_material
from kiwanda.surfaces.actors import actor_of
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.workshops import DAY_OFF_REASONS, LONGEST_ABSENCE
from kiwanda.surfaces.tower.giving import give
from kiwanda.surfaces.tower.queries.messages import CHANNEL_NAMES
from kiwanda.surfaces.tower.views.shell import page

ROWS = 20
RECENT = timedelta(days=30)


class Unclear(ValueError):
    """What was typed beside the button is not what it needs; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The page's fields; those of one thing end with its id."""

    request: HttpRequest
    key: str

    def text(self, name: str, longest: int = 200) -> str:
        return self.request.POST.get(f"{name}-{self.key}", "").strip()[:longest]

    def whole(self, name: str) -> int:
        try:
            return int(self.text(name, 9))
        except ValueError:
            raise Unclear(_("Write a whole number beside the button.")) from None

    def amount(self, name: str) -> Decimal:
        try:
            return Decimal(self.text(name, 20).replace(",", "."))
        except InvalidOperation:
            raise Unclear(_("Write a number beside the button.")) from None

    def day(self, name: str, *, required: bool = True) -> date | None:
        text = self.text(name, 10)
        if not text and not required:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Unclear(_("Choose a day beside the button.")) from None

    def ticked(self, name: str) -> bool:
        return bool(self.text(name))


#: (command, its arguments, what is said when it is done)
Given = tuple[Command[Any, Any], dict[str, Any], str]


def _counter(typed: Typed, subject: UUID) -> Given:
    pieces = typed.text("fewer", 9)
    terms = {"quantity": typed.whole("fewer") if pieces else None, "due_on": typed.day("later", required=False)}
    return counter_offer, {"offer_id": subject, **terms}, _("The other terms are noted; somebody answers them.")


def _days_off(typed: Typed, subject: UUID) -> Given:
    first = typed.day("first")
    last = typed.day("last", required=False) or first
    assert first is not None and last is not None
    if not timedelta(0) <= last - first < timedelta(days=LONGEST_ABSENCE):
        raise Unclear(_("The last day must be within 60 days after the first."))
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return (
        take_days_off, {"workshop_id": subject, "days": days, "reason": typed.text("off", 20) or "other"},
        _("The days off are noted."),
    )  # fmt: skip


def _quiet(typed: Typed, subject: UUID) -> Given:
    begin, end = typed.text("quiet-from", 2), typed.text("quiet-until", 2)
    hours = {
        "quiet_from": typed.whole("quiet-from") if begin else None,
        "quiet_until": typed.whole("quiet-until") if end else None,
    }
    return set_quiet_hours, {"artisan_id": subject, **hours}, _("Her quiet hours are set.")


def _cancel_off(typed: Typed, subject: UUID) -> Given:
    return (cancel_day_off, {"workshop_id": subject, "on": typed.day("back")}, _("That day is a working day again."))


_ACTS: dict[str, Callable[[Typed, UUID], Given]] = {
    "accept": lambda typed, subject: (
        accept_offer, {"offer_id": subject}, _("Accepted for the workshop; it is told so.")
    ),
    "decline": lambda typed, subject: (
        decline_offer, {"offer_id": subject, "reason": typed.text("reason", 20)},
        _("Declined for the workshop; others are asked."),
    ),
    "counter": _counter,
    "report": lambda typed, subject: (
        report_progress,
        {"work_order_id": subject, "made_quantity": typed.whole("made"), "correction": typed.ticked("correction")},
        _("The report is written down."),
    ),
    "hand": lambda typed, subject: (
        hand_in,
        {"work_order_id": subject, "quantity": typed.whole("pieces"), "is_rework": typed.ticked("mended")},
        _("The hand-in is declared; count it at the hub."),
    ),
    "material": lambda typed, subject: (
        confirm_material, {"issue_id": subject, "received_quantity": typed.amount("got")},
        _("What arrived is noted."),
    ),
    "appeal": lambda typed, subject: (
        file_appeal, {"inspection_id": subject, "reason": typed.text("words", 300)},
        _("The appeal is filed; another inspector decides."),
    ),
    "keep": lambda typed, subject: (
        contest_reassignment, {"reassignment_id": subject, "contest": typed.text("words")},
        _("Written down: it waits for an answer."),
    ),
    "contest": lambda typed, subject: (
        contest_action, {"action_id": subject, "reason": typed.text("words")},
        _("Written down: it waits for an answer."),
    ),
    "off": _days_off,
    "back": _cancel_off,
    "preference": lambda typed, subject: (
        set_contact_preference,
        {"artisan_id": subject, "language": typed.text("language", 5), "channel": typed.text("channel", 10)},
        _("She is written to this way from now on."),
    ),
    "stop": lambda typed, subject: (
        set_opt_out, {"artisan_id": subject, "channel": "sms", "stopped": True}, _("No more SMS go to her.")
    ),
    "start": lambda typed, subject: (
        set_opt_out, {"artisan_id": subject, "channel": "sms", "stopped": False}, _("SMS go to her again.")
    ),
    "quiet": _quiet,
    "withdraw": lambda typed, subject: (
        withdraw_consent, {"consent_id": subject}, _("It is no longer shown.")
    ),
}  # fmt: skip


@require_GET
@staff_only
def choose(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """What the workshop could do now by its phone."""
    actor = actor_of(request)
    shop = network.workshops(actor).select_related("hub").filter(pk=workshop_id).first()
    if shop is None:
        raise Http404
    today = clock.today()
    offers = dispatch.live_offers(actor).filter(workshop=shop).select_related("production_order__variant")
    work = list(
        dispatch.live_work(actor).filter(workshop=shop).select_related("operation", "production_order__variant")
    )
    issues: dict[UUID, list[Any]] = {}
    for issue in (
        supply.issues(actor).filter(work_order__in=work).exclude(state="confirmed").select_related("lot__material")
    ):
        issues.setdefault(issue.work_order_id, []).append(issue)
    people = network.people(actor, shop.pk)
    appealed = Appeal.objects.values("inspection_id")
    verdicts = quality.inspections(actor).filter(work_order__workshop=shop, rejected_quantity__gt=0)
    deeds = behalf.deeds(list(conversations.actions(actor).filter(workshop_id=shop.pk)[:ROWS]), get_language() or "en")
    context = {
        "workshop": shop,
        "offers": offers[:ROWS],
        "reasons": [
            (code, labels[1 if (get_language() or "en").startswith("sw") else 0])
            for code, labels in DECLINE_REASONS.items()
        ],
        "work": [(row, issues.get(row.pk, [])) for row in work[:ROWS]],
        "verdicts": verdicts.exclude(pk__in=appealed).filter(inspected_at__gt=clock.now() - RECENT)
        .select_related("work_order__operation")[:ROWS],
        "moved": dispatch.reassignments(actor).filter(workshop=shop, state="made")
        .select_related("work_order__operation")[:ROWS],
        "deeds": deeds,
        "day_reasons": DAY_OFF_REASONS,
        "coming_off": network.days_off(actor).filter(workshop=shop, on__gte=today)[:ROWS],
        "people": [(person, Contact.objects.filter(pk=person.id).first()) for person in people],
        "channels": [(code, CHANNEL_NAMES.get(code, code)) for code in CHANNELS],
        "languages": LANGUAGES,
        "consents": network.consents(actor)
        .filter(artisan__workshop=shop, withdrawn_at=None, expires_on__gte=today).order_by("field"),
        "today": today,
    }  # fmt: skip
    return page(request, "tower/behalf.html", "workshops", context)


@require_POST
@staff_only
def do(request: HttpRequest, workshop_id: UUID) -> HttpResponse:
    """Give the command whose button was pressed, with the page's reason."""
    verb, _sep, subject = request.POST.get("do", "").partition(":")
    back = reverse("tower:behalf", args=[workshop_id])
    try:
        identifier = UUID(subject)
        act = _ACTS[verb]
    except (ValueError, KeyError):
        raise Http404 from None
    if not network.workshops(actor_of(request)).filter(pk=workshop_id).exists():
        raise Http404
    try:
        command, arguments, done = act(Typed(request, subject), identifier)
    except Unclear as why:
        keep(request, "behalf", str(why))
        return HttpResponseRedirect(back)
    return give(request, command, key="behalf", done=done, back=back, **arguments)


@require_POST
@staff_only
def answer(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Answer a workshop that does not agree with what was done for it."""
    return give(
        request, answer_action, key="action-", done=_("She is told."), back=reverse("tower:messages"),
        action_id=action_id, answer=request.POST.get("answer", "")[:200],
    )  # fmt: skip
