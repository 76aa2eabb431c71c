"""Offers: what there is to take, what it pays, what comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kiwanda.core.rows import fetch_many
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS
from kiwanda.factory.planning.explaining import Said, sentence
from kiwanda.surfaces.phone.sync.kinds import designs
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, day, ms, short, uuids

#: Offers that are over and still on the phone.
DEAD = 40


def ids(viewer: Viewer) -> list[str]:
    rows = dispatch.offers(viewer.actor).order_by()
    live = rows.filter(state__in=LIVE_OFFERS).order_by("expires_at", "pk")
    over = rows.filter(answered_at__gte=viewer.since).exclude(state__in=LIVE_OFFERS)
    dead = over.order_by("-answered_at", "pk").values_list("pk", flat=True)[:DEAD]
    return [str(pk) for pk in (*live.values_list("pk", flat=True), *dead)]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = [row for row in fetch_many(Offer, "id", uuids(wanted)) if row.workshop_id == viewer.workshop_id]
    return {
        str(offer.pk): _row(viewer, offer)
        for offer in found
        if offer.state in LIVE_OFFERS or (offer.answered_at or offer.expires_at) >= viewer.since
    }


def _row(viewer: Viewer, offer: Offer) -> Row:
    named = designs.of_order(offer.production_order_id)
    step = designs.operation(offer.operation_id)
    row: Row = {
        "s": offer.state,
        "t": viewer.words(named.en, named.sw),
        "o": viewer.words(step.en, step.sw),
        "q": offer.quantity,
        "p": offer.piece_rate_minor,
        "c": offer.currency,
        "due": day(offer.due_on),
        "pic": named.picture,
    }
    if offer.state in LIVE_OFFERS:
        row |= {
            "h": int(Decimal(offer.piece_rate_minor) * 60 / step.minutes) // 100 * 100,
            "m": int(offer.quantity * step.minutes),
            "exp": ms(offer.expires_at),
            "why": [sentence(Said(code, facts), viewer.language) for code, facts in offer.why],
            "mat": designs.materials(offer.operation_id, offer.quantity, viewer),
            "steps": [list(pair) for pair in designs.instructions(step.tech_pack_id)],
            "tech": step.technique,
        }
    if offer.state == "countered":
        row |= {"cq": offer.counter_quantity, "cdue": day(offer.counter_due_on)}
    return short(row)


KIND = Kind("offer", ids, rows)
