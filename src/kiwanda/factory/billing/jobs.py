"""Reminders whose day has come."""

from __future__ import annotations

from contextlib import suppress

from kiwanda.core import actors, clock, jobs
from kiwanda.core.errors import Rejected
from kiwanda.factory.billing import queries
from kiwanda.factory.billing.commands.remind import remind


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
