"""Accepted work: material, progress, hand-in, the inspector's verdict."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiwanda.core import clock, files
from kiwanda.core.actors import Actor
from kiwanda.core.errors import Rejected
from kiwanda.factory.dispatch import queries
from kiwanda.factory.dispatch.commands import contest_reassignment
from kiwanda.factory.production.commands import hand_in, receive_hand_in, report_progress
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.commands import file_appeal
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.supply.commands import confirm_material
from kiwanda.factory.supply.models import Issue
from kiwanda.surfaces.actors import command_id_of
from kiwanda.surfaces.phone.session import artisan_required, attempt, workshop_of
from kiwanda.surfaces.phone.shown import WorkCard

SHOWN_DONE = 20


def _orders(actor: Actor):  # type: ignore[no-untyped-def]
    return queries.work_orders(actor).select_related("operation__technique", "production_order__variant__style")


@artisan_required
def feed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open work, the earliest due first; then what was finished lately."""
    now = clock.now()
    open_rows = _orders(actor).filter(state__in=["accepted", "in_progress"]).order_by("due_on")
    done_rows = _orders(actor).filter(state="done").order_by("-closed_at")[:SHOWN_DONE]
    return render(
        request,
        "phone/work.html",
        {
            "tab": "work",
            "cards": [WorkCard(row, now) for row in open_rows],
            "done": [WorkCard(row, now) for row in done_rows],
            "incoming": _incoming(actor),
        },
    )


def _incoming(actor: Actor):  # type: ignore[no-untyped-def]
    """Pieces another workshop says it gave to this one."""
    return (
        HandIn.objects.filter(to_work_order__workshop_id=workshop_of(actor), state="declared")
        .select_related("work_order__operation", "work_order__workshop", "to_work_order")
        .order_by("declared_at")
    )


@artisan_required
def detail(request: HttpRequest, actor: Actor, work_order_id: UUID) -> HttpResponse:
    """One work order with its next step."""
    order = get_object_or_404(_orders(actor), pk=work_order_id)
    inspections = (
        Inspection.objects.filter(work_order=order).select_related("appeal", "rework").prefetch_related("defects__code")
    )
    return render(
        request,
        "phone/work_order.html",
        {
            "tab": "work",
            "card": WorkCard(order, clock.now()),
            "issues": Issue.objects.filter(work_order=order).select_related("lot__material").order_by("issued_at"),
            "hand_ins": HandIn.objects.filter(work_order=order).select_related("hub"),
            "inspections": inspections,
            "is_open": order.state in ("accepted", "in_progress"),
            "moved": queries.reassignments(actor).filter(work_order=order)[:5],
        },
    )


@require_POST
@artisan_required
def progress(request: HttpRequest, actor: Actor, work_order_id: UUID) -> HttpResponse:
    made = _whole(request.POST.get("made_quantity", ""))
    if made is None:
        messages.error(request, _("Write how many pieces are made, in digits."))
    else:
        photo = _photo(request)
        if photo is not None:
            attempt(
                request,
                _("Saved."),
                lambda: report_progress(
                    actor=actor,
                    command_id=command_id_of(request),
                    work_order_id=work_order_id,
                    made_quantity=made,
                    correction=request.POST.get("correction") == "yes",
                    photo=photo,
                ),
            )
    return redirect("phone:work_order", work_order_id=work_order_id)


@require_POST
@artisan_required
def hand_in_pieces(request: HttpRequest, actor: Actor, work_order_id: UUID) -> HttpResponse:
    quantity = _whole(request.POST.get("quantity", ""))
    if quantity is None:
        messages.error(request, _("Write how many pieces you hand in, in digits."))
    else:
        attempt(
            request,
            _("Written down. The hub counts them when they arrive."),
            lambda: hand_in(
                actor=actor,
                command_id=command_id_of(request),
                work_order_id=work_order_id,
                quantity=quantity,
                is_rework=request.POST.get("is_rework") == "yes",
            ),
        )
    return redirect("phone:work_order", work_order_id=work_order_id)


@require_POST
@artisan_required
def confirm(request: HttpRequest, actor: Actor, issue_id: UUID) -> HttpResponse:
    issue = get_object_or_404(Issue, pk=issue_id, work_order__workshop_id=workshop_of(actor))
    try:
        received = Decimal(request.POST.get("received_quantity", "").replace(",", ".").strip()[:20])
        if not received.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        messages.error(request, _("Write how much material you got, in digits."))
    else:
        attempt(
            request,
            _("Material confirmed."),
            lambda: confirm_material(
                actor=actor, command_id=command_id_of(request), issue_id=issue.pk, received_quantity=received
            ),
        )
    return redirect("phone:work_order", work_order_id=issue.work_order_id)


@require_POST
@artisan_required
def receive(request: HttpRequest, actor: Actor, hand_in_id: UUID) -> HttpResponse:
    counted = _whole(request.POST.get("counted", ""))
    if counted is None:
        messages.error(request, _("Write how many pieces you counted, in digits."))
    else:
        attempt(
            request,
            _("Received."),
            lambda: receive_hand_in(
                actor=actor, command_id=command_id_of(request), hand_in_id=hand_in_id, counted=counted
            ),
        )
    return redirect("phone:work")


@require_POST
@artisan_required
def contest(request: HttpRequest, actor: Actor, work_order_id: UUID) -> HttpResponse:
    """Pieces were taken from her and given to others: she says that they should have stayed."""
    moved = queries.reassignments(actor).filter(work_order_id=work_order_id, state="made").first()
    if moved is None:
        messages.error(request, _("There is nothing here to contest any more."))
    else:
        attempt(
            request,
            _("Written down. A coordinator will answer you."),
            lambda: contest_reassignment(
                actor=actor,
                command_id=command_id_of(request),
                reassignment_id=moved.pk,
                contest=request.POST.get("reason", "")[:200],
            ),
        )
    return redirect("phone:work_order", work_order_id=work_order_id)


@require_POST
@artisan_required
def appeal(request: HttpRequest, actor: Actor, inspection_id: UUID) -> HttpResponse:
    inspection = get_object_or_404(Inspection, pk=inspection_id, work_order__workshop_id=workshop_of(actor))
    photo = _photo(request)
    if photo is not None:
        attempt(
            request,
            _("Your appeal was sent. Another inspector will look."),
            lambda: file_appeal(
                actor=actor,
                command_id=command_id_of(request),
                inspection_id=inspection.pk,
                reason=request.POST.get("reason", "")[:300],
                photo=photo,
            ),
        )
    return redirect("phone:work_order", work_order_id=inspection.work_order_id)


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _photo(request: HttpRequest) -> str | None:
    """The stored photo's hash, "" without one, None when it was refused (said to the reader)."""
    upload = request.FILES.get("photo")
    if upload is None:
        return ""
    try:
        return files.save_picture(upload.read(files.LARGEST_PICTURE + 1)).sha256
    except Rejected as refusal:
        messages.error(request, refusal.message(translation.get_language() or "sw"))
        return None
