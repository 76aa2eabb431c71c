"""A reminder goes out."""

from __future__ import annotations

from uuid import UUID

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.errors import CoreError, Rejected
from kiwanda.core.jobs import enqueue
from kiwanda.factory.billing import queries
from kiwanda.factory.billing.events import InvoiceReminded
from kiwanda.factory.billing.models import Invoice, ReminderLetter
from kiwanda.factory.production.queries import one


@command(roles={Role.FINANCE_MAKER, Role.SYSTEM}, separate=True)
def remind(ctx: Context, *, invoice_id: UUID) -> Invoice:
    """Take the reminder step that is due today, once; steps that were slept over are not made up for."""
    row = one(queries.invoices(ctx.actor).order_by(), invoice_id, "invoice")
    step = queries.step_due(row, ctx.today)
    if not step:
        raise Rejected(CoreError.WRONG_STATE, state=row.state)
    Invoice.objects.filter(pk=row.pk).update(reminders=step, reminded_on=ctx.today)
    row.reminders, row.reminded_on = step, ctx.today
    ReminderLetter.objects.create(invoice=row, step=step, created_at=ctx.now)
    enqueue("billing.send_letters")
    ctx.emit(InvoiceReminded(row.pk, row.code, step, (ctx.today - row.due_on).days))
    return row
