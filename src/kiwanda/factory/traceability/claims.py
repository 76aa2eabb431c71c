"""Which sentences a passport may show: every claim with its evidence, or not at all.

After traceability-and-fair-pay §4: "made by" needs a transformation event (and live consent when it is shown);
"paid" needs payouts confirmed by the rail for every earning behind the pieces; "upcycled" needs a supplier receipt for
every gram, an assay for metals and a closed mass balance; "rate floor" the release of the tech pack against a dated
benchmark. "Above living wage" needs hours and costs measured at the workshop, which nobody has measured yet: it is
kept as unproved with the reason, and never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from kiwanda.core.models import Event
from kiwanda.factory.catalog.models import BenchmarkWage
from kiwanda.factory.settlement.models import Earning
from kiwanda.factory.traceability.genealogy import Way

#: Parts of material codes that mean a metal melt, whose lots need an assay (nickel, lead, cadmium; REACH, GPSR).
METALS = ("brass", "copper", "aluminium", "silver", "steel", "bronze", "zinc")


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim's figures and evidence (kind, reference, note); ``missing`` says why it is not proved."""

    kind: str
    figures: dict[str, Any] = field(default_factory=dict)
    evidence: list[tuple[str, str, str]] = field(default_factory=list)
    missing: str = ""

    @property
    def holds(self) -> bool:
        return not self.missing and bool(self.evidence)


def check_claims(way: Way) -> list[Proof]:
    """Every claim about ``way``, proved or not."""
    return [_made_by(way), _paid(way), _rate_floor(way), _upcycled(way), _above_living_wage()]


def _made_by(way: Way) -> Proof:
    told = dict(
        Event.objects.filter(
            type="quality.InspectionRecorded", subject_id__in=[row.pk for row in way.inspections]
        ).values_list("subject_id", "id")
    )
    evidence = [
        ("event", str(told[row.pk]), f"{row.accepted_quantity} accepted of {row.work_order.operation.code}")
        for row in way.inspections
        if row.accepted_quantity and row.pk in told
    ]
    figures = {
        "workshops": len({order.workshop_id for order in way.work_orders}),
        "counties": sorted({order.workshop.county.name for order in way.work_orders}),
        "operations": len({order.operation_id for order in way.work_orders}),
    }
    return Proof("made_by", figures, evidence, "" if evidence else "no accepted work is on record")


def _paid(way: Way) -> Proof:
    """Pay for one piece: over every operation, what was paid for its accepted pieces divided by their number."""
    rows = Earning.objects.filter(work_order__in=way.work_orders).select_related("payout")
    per_operation: dict[Any, list[int]] = {}
    evidence: list[tuple[str, str, str]] = []
    waiting = 0
    operation_of = {order.pk: order.operation_id for order in way.work_orders}
    currency = "KES"
    for earning in rows:
        if earning.payout is None or earning.payout.state != "paid":
            waiting += 1
            continue
        entry = per_operation.setdefault(operation_of[earning.work_order_id], [0, 0])
        entry[0] += earning.amount_minor
        entry[1] += earning.quantity
        currency = earning.currency
        evidence.append(("payout", earning.payout.receipt_ref or earning.payout.code, "confirmed by the payment rail"))
    evidence = sorted(set(evidence))
    expected = {order.operation_id for order in way.work_orders}
    if waiting:
        return Proof("paid", {}, evidence, f"{waiting} earnings behind these pieces are not paid yet")
    if not evidence or set(per_operation) != expected:
        return Proof("paid", {}, evidence, "no pay is on record for every operation")
    per_piece = sum((amount // pieces for amount, pieces in per_operation.values()), 0)
    return Proof(
        "paid", {"per_piece_minor": per_piece, "currency": currency, "operations": len(per_operation)}, evidence
    )


def _rate_floor(way: Way) -> Proof:
    pack = way.production_order.tech_pack
    released = (
        Event.objects.filter(type="catalog.TechPackReleased", subject_id=pack.style_id, data__tech_pack_id=str(pack.pk))
        .values_list("id", flat=True)
        .first()
    )
    wage = (
        BenchmarkWage.objects.filter(kind="living", zone="urban", valid_from__lte=pack.released_at.date())
        .order_by("-valid_from")
        .first()
        if pack.released_at
        else None
    )
    if released is None or wage is None:
        return Proof("rate_floor", {}, [], "the tech pack was not released against a dated benchmark")
    minutes = pack.operations.aggregate(total=Sum("standard_minutes"))["total"] or Decimal(0)
    figures = {
        "benchmark_monthly_minor": wage.monthly_minor,
        "currency": wage.currency,
        "source": wage.source,
        "valid_from": wage.valid_from.isoformat(),
        "standard_minutes": str(minutes),
        "released_on": pack.released_at.date().isoformat() if pack.released_at else "",
    }
    return Proof(
        "rate_floor",
        figures,
        [
            ("event", str(released), "tech pack released; rates checked by rule"),
            ("benchmark", wage.source, f"valid from {wage.valid_from:%Y-%m-%d}"),
        ],
    )


def _upcycled(way: Way) -> Proof:
    masses = way.mass_by_lot()
    weighed = [lot for lot in way.lots if lot.material.unit == "g"]
    if not weighed:
        return Proof("upcycled", {}, [], "no weighed material is on record")
    for lot in weighed:
        if not lot.receipt_ref:
            return Proof("upcycled", {}, [], f"lot {lot.code} has no supplier receipt")
        if any(metal in lot.material_id for metal in METALS) and not lot.assay_ref:
            return Proof("upcycled", {}, [], f"metal lot {lot.code} has no assay")
    total = sum((masses[lot.pk] for lot in weighed), Decimal(0))
    if total <= 0:
        return Proof("upcycled", {}, [], "no weighed material is on record")
    recycled = sum((masses[lot.pk] * lot.recycled_percent for lot in weighed), Decimal(0)) / total
    evidence = [
        ("lot", lot.code, f"receipt {lot.receipt_ref}" + (f", assay {lot.assay_ref}" if lot.assay_ref else ""))
        for lot in sorted(weighed, key=lambda lot: lot.code)
    ]
    if recycled <= 0:
        return Proof("upcycled", {}, evidence, "none of the material is recycled")
    # Rounded down: a claim never says more than the lots prove.
    figures = {
        "percent_by_weight": int(recycled),
        "grams": str(total),
        "materials": sorted({lot.material.name_en for lot in weighed}),
    }
    return Proof("upcycled", figures, evidence)


def _above_living_wage() -> Proof:
    return Proof("above_living_wage", {}, [], "hours and costs were not measured at these workshops")
