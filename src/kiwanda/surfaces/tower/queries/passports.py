"""A batch's passport as the tower shows it: public pages, and every claim with its figures or with what it lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kiwanda.core.money import format_money
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.traceability.models import Claim, Passport

#: Claims in the order a reader of the passport meets them.
CLAIM_NAMES: dict[str, Any] = {
    "made_by": gettext_lazy("Who made it"),
    "paid": gettext_lazy("What was paid for it"),
    "rate_floor": gettext_lazy("Rates above the pay floor"),
    "upcycled": gettext_lazy("Recycled material"),
    "above_living_wage": gettext_lazy("Above a living wage"),
}

#: What a claim may lack (traceability writes it down in English) → the sentence for the reader.
LACKS: list[tuple[re.Pattern[str], Any]] = [
    (re.compile(r"no accepted work is on record"), gettext_lazy("No accepted work is on record.")),
    (
        re.compile(r"(?P<count>.+) earnings behind these pieces are not paid yet"),
        gettext_lazy("Earnings behind these pieces that are not paid yet: %(count)s."),
    ),
    (re.compile(r"no pay is on record for every operation"), gettext_lazy("Not every operation has pay on record.")),
    (
        re.compile(r"the tech pack was not released against a dated benchmark"),
        gettext_lazy("The tech pack was not released against a dated benchmark."),
    ),
    (re.compile(r"no weighed material is on record"), gettext_lazy("No weighed material is on record.")),
    (re.compile(r"metal lot (?P<lot>.+) has no assay"), gettext_lazy("Metal lot %(lot)s has no assay.")),
    (re.compile(r"lot (?P<lot>.+) has no supplier receipt"), gettext_lazy("Lot %(lot)s has no supplier receipt.")),
    (re.compile(r"none of the material is recycled"), gettext_lazy("None of the material is recycled.")),
    (
        re.compile(r"hours and costs were not measured at these workshops"),
        gettext_lazy("Hours and costs were not measured at these workshops."),
    ),
]


def lack_in_words(missing: str) -> str:
    """What a claim lacks, in the reader's language."""
    for pattern, sentence in LACKS:
        if found := pattern.fullmatch(missing):
            return str(sentence) % found.groupdict()
    return missing or _("No evidence is on record.")


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j M Y") if text else "–"


def _proved_in_words(kind: str, figures: dict[str, Any]) -> str:
    if kind == "made_by":
        count = figures["workshops"]
        return ngettext("%(count)s workshop in %(places)s", "%(count)s workshops in %(places)s", count) % {
            "count": count, "places": ", ".join(figures["counties"]),
        }  # fmt: skip
    if kind == "paid":
        return _("%(amount)s for one piece, every payout confirmed") % {
            "amount": format_money(figures["per_piece_minor"], figures["currency"])
        }
    if kind == "rate_floor":
        return _("%(minutes)s standard minutes, checked on %(day)s against %(source)s") % {
            "minutes": figures["standard_minutes"], "day": _day(figures["released_on"]), "source": figures["source"],
        }  # fmt: skip
    if kind == "upcycled":
        return _("%(percent)s %% of the weight: %(materials)s") % {
            "percent": figures["percent_by_weight"], "materials": ", ".join(figures["materials"]),
        }  # fmt: skip
    return ""


@dataclass(slots=True)
class ClaimRow:
    """One claim: its name, whether it is proved, and the figures or the lack in words."""

    name: Any
    is_proved: bool
    text: str
    evidence_count: int


@dataclass(slots=True)
class PassportPart:
    """The passport's part of a production order's page; addresses are empty while nothing is public."""

    passport: Passport | None
    is_public: bool
    finished: int
    claims: list[ClaimRow]
    batch_url: str = ""
    piece_url: str = ""
    piece_serial: str = ""


def passport_part(order: ProductionOrder) -> PassportPart:
    """What the page of ``order`` says of its passport."""
    passport = Passport.objects.filter(production_order=order).prefetch_related("claims__evidence").first()
    pieces = Piece.objects.filter(production_order=order)
    part = PassportPart(passport, passport is not None and passport.state == "published", pieces.count(), [])
    if passport is None:
        return part
    places = {kind: place for place, kind in enumerate(CLAIM_NAMES)}
    claims = sorted(passport.claims.all(), key=lambda claim: places.get(claim.kind, len(places)))
    part.claims = [_claim_row(claim) for claim in claims]
    if part.is_public:
        part.batch_url = reverse("passport:batch", args=[order.variant.gtin, order.code])
        if piece := pieces.order_by("serial").first():
            part.piece_url = reverse("passport:piece", args=[piece.gtin, piece.serial])
            part.piece_serial = piece.serial
    return part


def _claim_row(claim: Claim) -> ClaimRow:
    is_proved = claim.state == "proved"
    text = _proved_in_words(claim.kind, claim.figures) if is_proved else lack_in_words(claim.figures.get("missing", ""))
    return ClaimRow(CLAIM_NAMES.get(claim.kind, claim.kind), is_proved, text, len(claim.evidence.all()))
