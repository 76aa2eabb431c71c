"""A request for an advance: held against the limit of the moment, its terms kept with it."""

from __future__ import annotations

from kiwanda.core.commands import Context
from kiwanda.core.errors import Rejected, require_range
from kiwanda.core.ids import new_id, readable_code
from kiwanda.core.money import LARGEST_MINOR, format_money
from kiwanda.factory.advances import terms
from kiwanda.factory.advances.errors import AdvancesError
from kiwanda.factory.advances.events import AdvanceRequested
from kiwanda.factory.advances.models import Advance
from kiwanda.factory.advances.states import LIVE
from kiwanda.factory.network.models import Artisan, Workshop


def request(ctx: Context, person: Artisan, kind: str, amount_minor: int, about: str, *, hub_code: str = "") -> Advance:
    """The request of ``person`` for ``amount_minor``, or why it cannot be."""
    amount = require_range("amount_minor", amount_minor, 1, LARGEST_MINOR)
    # Two requests of one workshop at once: the second waits and then meets the first.
    workshop = Workshop.objects.select_for_update(no_key=True).get(pk=person.workshop_id)
    if Advance.objects.filter(workshop=workshop, kind=kind, state__in=LIVE).exists():
        raise Rejected(AdvancesError.ONE_ALREADY)
    found = terms.in_force(kind, ctx.today, workshop.currency)
    if amount < found.least_minor:
        raise Rejected(
            AdvancesError.TOO_LITTLE, field="amount_minor", least=format_money(found.least_minor, found.currency)
        )
    room = terms.room_minor(workshop.pk, found, ctx.now)
    if room < found.least_minor:
        raise Rejected(AdvancesError.NOTHING_FREE)
    fee, lender_name = terms.fee_minor(found, amount), ""
    if kind == "loan":
        lender = terms.lender()
        offered = lender.terms(amount, found.currency) if lender is not None else None
        if lender is None or offered is None or offered.currency != found.currency:
            raise Rejected(AdvancesError.NO_LENDER)
        fee, lender_name = require_range("fee_minor", offered.fee_minor, 0, amount // 10), lender.name
    if amount + fee > room:
        raise Rejected(AdvancesError.OVER_LIMIT, field="amount_minor", most=format_money(room, found.currency))
    identifier = new_id()
    advance = Advance.objects.create(
        id=identifier,
        code=readable_code("AD", identifier),
        workshop=workshop,
        artisan_id=person.pk,
        kind=kind,
        lender=lender_name,
        currency=found.currency,
        principal_minor=amount,
        fee_minor=fee,
        share_percent=found.share_percent,
        limit_minor=room,
        about=about,
        hub_code=hub_code,
        requested_at=ctx.now,
        requested_by=ctx.actor.id,
    )
    ctx.emit(AdvanceRequested(advance.pk, workshop.pk, kind, amount, fee, found.currency))
    return advance
