"""A payout's whole life in order: batch, attempts, what the rail answered and posted, ledger, what people did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kiwanda.core.events import events_about
from kiwanda.core.models import User
from kiwanda.core.money import format_money
from kiwanda.factory.settlement.models import LedgerEntry, Payout, PayoutReversal, RailLine
from kiwanda.surfaces.states_shown import STATE_WORDS


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. ``source``: house, rail, ledger or people."""

    at: datetime
    source: str
    icon: str
    title: str
    detail: str = ""
    code: str = ""


def life(payout: Payout) -> list[Moment]:
    """Everything known of ``payout`` (with batch, workshop and attempts loaded), oldest first."""
    booked = list(_ledger(payout))
    # What happens in one moment stands in the order of cause and effect.
    holds = [moment for moment in booked if moment.code.startswith("payout-hold:")]
    rest = [moment for moment in booked if moment not in holds]
    moments = [*_batch(payout), *_people(payout), *holds, *_attempts(payout), *rest, *_statement(payout)]
    return sorted(moments, key=lambda moment: moment.at)


def _batch(payout: Payout) -> Iterator[Moment]:
    batch = payout.batch
    ids = [value for value in (batch.created_by, batch.approved_by) if value]
    names: dict[UUID | None, str] = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
    number = _("Batch %(number)s") % {"number": batch.number}
    yield Moment(batch.created_at, "people", "wallet", _("Prepared"), f"{number} · {names.get(batch.created_by, '–')}")
    if batch.approved_at:
        yield Moment(
            batch.approved_at, "people", "check", _("Approved"), f"{number} · {names.get(batch.approved_by, '–')}"
        )


def _attempts(payout: Payout) -> Iterator[Moment]:
    for attempt in payout.attempts.all():
        yield Moment(
            attempt.recorded_at, "house", "send", _("The rail is asked to pay"),
            f"{attempt.rail} · {attempt.payee_masked}" if attempt.payee_masked else attempt.rail, str(attempt.pk),
        )
        if attempt.answered_at:
            yield Moment(
                attempt.answered_at, "rail", "message-circle",
                _("The rail's last word: %(state)s") % {"state": _word(attempt.state)},
                attempt.message, " · ".join(part for part in (attempt.code, attempt.rail_ref) if part),
            )
        for post in attempt.posts.all():
            yield Moment(
                post.received_at, "rail", "inbox", _("The rail posts a result"),
                f"{_word(post.state)} · {post.outcome}" if post.outcome else _word(post.state), post.error,
            )


def _ledger(payout: Payout) -> Iterator[Moment]:
    entries = LedgerEntry.objects.filter(subject_id=payout.pk).prefetch_related("transfers__debit", "transfers__credit")
    for entry in entries.order_by("booked_at", "pk"):
        moves = [
            f"{row.debit.code} → {row.credit.code}: {format_money(row.amount_minor, row.currency)}"
            for row in entry.transfers.all()
        ]
        yield Moment(entry.booked_at, "ledger", "landmark", _("Booked"), "; ".join(moves), entry.key)


def _people(payout: Payout) -> Iterator[Moment]:
    told: dict[str, tuple[str, Any]] = {
        "settlement.PayoutRetried": ("refresh-cw", _("Tried again")),
        "settlement.PayoutStuck": ("eye", _("Nobody knows yet whether it arrived")),
        "settlement.PayoutConflict": ("triangle-alert", _("The rail contradicts itself")),
        "settlement.PayoutReleased": ("undo-2", _("Given up; its money goes into the next batch")),
    }
    for event in events_about(payout.pk):
        if event.type in told:
            icon, title = told[event.type]
            detail = f"{event.data.get('known', '')} → {event.data['told']}" if "told" in event.data else ""
            yield Moment(event.at, "house", icon, title, detail, event.data.get("code", ""))
    for row in PayoutReversal.objects.filter(payout=payout):
        yield Moment(row.proposed_at, "people", "undo-2", _("Said to be taken back"), row.note, row.receipt_ref)
        if row.decided_at:
            yield Moment(row.decided_at, "people", "check", _word(row.state), "", row.receipt_ref)


def _statement(payout: Payout) -> Iterator[Moment]:
    if not payout.receipt_ref:
        return
    for line in RailLine.objects.filter(receipt_ref=payout.receipt_ref).select_related("statement"):
        words = _("Its fee on the rail's statement") if line.is_fee else _("On the rail's statement")
        amount = format_money(line.amount_minor, payout.currency)
        yield Moment(line.completed_at, "rail", "file-spreadsheet", words, f"{line.statement.filename} · {amount}")


def _word(state: str) -> str:
    return str(STATE_WORDS.get(state) or state.replace("_", " ").capitalize())
