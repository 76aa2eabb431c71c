"""Reminders whose day has come, and their letters."""

from __future__ import annotations

from contextlib import suppress

from kiwanda.core import actors, clock, jobs
from kiwanda.core.errors import Rejected
from kiwanda.factory.billing import letters, queries
from kiwanda.factory.billing.commands.post_letters import begin_letter, settle_letter
from kiwanda.factory.billing.commands.remind import remind
from kiwanda.factory.billing.models import ReminderLetter
from kiwanda.ports import bound
from kiwanda.ports.mail import Mail


@jobs.every(3600)
def remind_late_payers() -> int:
    """Take every reminder step that is due; returns how many."""
    today, count = clock.today(), 0
    for invoice in queries.late(actors.system(), today):
        if queries.step_due(invoice, today):
            # Somebody in the tower may have been faster.
            with suppress(Rejected):
                remind(actor=actors.system(), invoice_id=invoice.pk)
                count += 1
    return count


@jobs.job()
def send_letters() -> int:
    """Hand over every letter that waits, each at most once; returns how many left."""
    mail: Mail | None = bound("mail")
    sent = 0
    for row in ReminderLetter.objects.filter(state="queued").select_related("invoice").order_by("created_at")[:100]:
        to = letters.address_of(row.invoice.channel_id)
        if why := letters.objection(row, to, mail is not None):
            with suppress(Rejected):
                settle_letter(actor=actors.system(), letter_id=row.pk, state="failed", error=why)
            continue
        # Made first: what breaks here has not been handed over.
        letter = letters.written(row, to)
        try:
            begin_letter(actor=actors.system(), letter_id=row.pk)
        except Rejected:
            # Another worker has it.
            continue
        assert mail is not None
        posted = mail.send(letter)
        settle_letter(
            actor=actors.system(), letter_id=row.pk, state=posted.outcome.value, error=posted.error
        )  # fmt: skip
        sent += posted.outcome == "sent"
    return sent


@jobs.every(300)
def look_after_letters() -> int:
    """Letters a crash cut off become unknown, for a person to decide; those nobody woke the worker for are sent."""
    lost = letters.cut_off(clock.now())
    for row in lost:
        with suppress(Rejected):
            settle_letter(
                actor=actors.system(), letter_id=row.pk, state="unknown", error="The worker stopped half way."
            )  # fmt: skip
    send_letters()
    return len(lost)
