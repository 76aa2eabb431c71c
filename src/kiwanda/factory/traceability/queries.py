"""What the public may read of a piece or batch: proved claims and consented facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from kiwanda.core import vault
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.network.models import Consent
from kiwanda.factory.traceability.genealogy import Way, way_of_batch, way_of_piece
from kiwanda.factory.traceability.models import Claim, Passport


@dataclass(frozen=True, slots=True)
class Maker:
    """One step of the way as the public sees it: ``person`` only with her live consent, place at county level."""

    operation_en: str
    operation_sw: str
    technique: str
    county: str
    workshop: str
    person: str
    finished_on: date


@dataclass(frozen=True, slots=True)
class PassportView:
    """Everything the passport page shows."""

    passport: Passport
    piece: Piece | None
    way: Way
    makers: list[Maker]
    claims: dict[str, Claim]


def published(production_order_id: UUID) -> Passport | None:
    """The live passport of a batch."""
    return (
        Passport.objects.filter(production_order_id=production_order_id, state="published")
        .select_related("production_order__variant__style", "production_order__tech_pack")
        .first()
    )


def passport_of_piece(gtin: str, serial: str, today: date) -> PassportView | None:
    """The page of one piece, or None when there is no such piece or its batch has no live passport."""
    piece = (
        Piece.objects.filter(gtin=gtin, serial=serial).select_related("production_order", "carton__shipment").first()
    )
    passport = published(piece.production_order_id) if piece else None
    if piece is None or passport is None:
        return None
    return _view(passport, piece, way_of_piece(piece), today)


def passport_of_batch(gtin: str, batch: str, today: date) -> PassportView | None:
    """The page of a whole batch by GTIN and production order code."""
    passport = (
        Passport.objects.filter(production_order__code=batch, production_order__variant__gtin=gtin, state="published")
        .select_related("production_order__variant__style", "production_order__tech_pack")
        .first()
    )
    return None if passport is None else _view(passport, None, way_of_batch(passport.production_order), today)


def live_consents(workshop_ids: set[UUID], channel: str, today: date) -> dict[UUID, dict[str, UUID]]:
    """``{workshop: {field: artisan}}`` of consents that hold today on ``channel``; the owner's come first."""
    rows = (
        Consent.objects.filter(artisan__workshop_id__in=workshop_ids, channel=channel, withdrawn_at=None)
        .filter(Q(expires_on__gte=today), artisan__state="active")
        .order_by("-artisan__role")
        .values_list("artisan__workshop_id", "field", "artisan_id")
    )
    found: dict[UUID, dict[str, UUID]] = {}
    for workshop, field, artisan in rows:
        found.setdefault(workshop, {}).setdefault(field, artisan)
    return found


def _view(passport: Passport, piece: Piece | None, way: Way, today: date) -> PassportView:
    consents = live_consents({order.workshop_id for order in way.work_orders}, "passport", today)
    artisans = {fields["name"] for fields in consents.values() if "name" in fields}
    names = vault.get_many(artisans, vault.NAME) if artisans else {}
    finished = {row.work_order_id: row.inspected_at.date() for row in way.inspections}
    makers = []
    for order in way.work_orders:
        if order.pk not in finished:
            continue
        fields = consents.get(order.workshop_id, {})
        makers.append(
            Maker(
                operation_en=order.operation.name_en,
                operation_sw=order.operation.name_sw,
                technique=order.operation.technique.name_en,
                county=order.workshop.county.name,
                workshop=order.workshop.trade_name,
                person=names.get(fields["name"], "") if "name" in fields else "",
                finished_on=finished[order.pk],
            )
        )
    claims = {claim.kind: claim for claim in passport.claims.filter(state="proved").prefetch_related("evidence")}
    return PassportView(passport, piece, way, makers, claims)
