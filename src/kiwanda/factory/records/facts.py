"""What the factory knows of an artisan's work, as plain facts: counted, dated, no score and no judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Sum

from kiwanda.core import vault
from kiwanda.core.clock import local_date, local_midnight
from kiwanda.core.errors import Invalid
from kiwanda.factory.advances.models import Advance, Instalment, PayOff
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Artisan, Capability
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.records.errors import RecordsError
from kiwanda.factory.settlement.models import Earning, Payout

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing she may choose to show: its name in the signed text, how it reads, and where it comes from."""

    name: str
    en: str
    sw: str
    find: Callable[[Artisan, date], Any]


def gather(artisan_id: UUID, names: list[str], now: datetime) -> dict[str, Any]:
    """The chosen facts of an artisan by name, as JSON values; amounts in minor units, days of Nairobi."""
    if not names:
        raise Invalid(RecordsError.NOTHING_CHOSEN, field="fields")
    for name in names:
        if name not in FACTS:
            raise Invalid(RecordsError.UNKNOWN_FACT, field="fields", name=str(name)[:40])
    person = Artisan.objects.select_related("workshop__county").get(pk=artisan_id)
    today = local_date(now)
    return {name: FACTS[name].find(person, today) for name in FACTS if name in names}


def label(name: str, language: str) -> str:
    """How a fact reads in English or Swahili; an unknown one (of a newer house) reads as its name."""
    fact = FACTS.get(name)
    return name if fact is None else (fact.sw if language.startswith("sw") else fact.en)


def months_before(day: date, count: int) -> date:
    """The first day of the month ``count`` months before that of ``day``."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _name(person: Artisan, today: date) -> str:
    return vault.get(person.pk, vault.NAME) or ""


def _techniques(person: Artisan, today: date) -> list[dict[str, str]]:
    rows = Capability.objects.filter(workshop=person.workshop_id, state="active").select_related("technique")
    return [{"technique": row.technique.name_en, "grade": row.grade} for row in rows.order_by("technique")]


def _pieces(person: Artisan, today: date) -> dict[str, Any]:
    judged = Inspection.objects.filter(work_order__workshop=person.workshop_id)
    sums = judged.aggregate(
        accepted=Sum("accepted_quantity"), first=Min("inspected_at"),
        tried=Sum("quantity", filter=Q(hand_in__is_rework=False)),
        at_once=Sum("accepted_quantity", filter=Q(hand_in__is_rework=False)),
    )  # fmt: skip
    return {
        "accepted": sums["accepted"] or 0,
        "inspected": sums["tried"] or 0,
        "accepted_at_first": sums["at_once"] or 0,
        "since": local_date(sums["first"]).isoformat() if sums["first"] else None,
    }


def _on_time(person: Artisan, today: date) -> dict[str, int]:
    """Finished work orders, and how many of them were handed in whole by their day."""
    last = HandIn.objects.filter(work_order=OuterRef("pk"), is_rework=False).order_by("-declared_at")
    rows = (
        WorkOrder.objects.filter(workshop=person.workshop_id, state="done", closed_reason="")
        .annotate(last_at=Subquery(last.values("declared_at")[:1]))
        .exclude(last_at=None)
        .values_list("due_on", "last_at")
    )
    kept = [local_date(at) <= due for due, at in rows]
    return {"finished": len(kept), "on_time": sum(kept)}


def _months(person: Artisan, today: date) -> dict[str, Any]:
    first, currency = months_before(today, MONTHS), person.workshop.currency
    sums = {months_before(today, back).strftime("%Y-%m"): 0 for back in range(MONTHS, 0, -1)}
    rows = Earning.objects.filter(
        workshop=person.workshop_id, currency=currency, earned_at__gte=local_midnight(first),
        earned_at__lt=local_midnight(today.replace(day=1)),
    )  # fmt: skip
    for at, amount in rows.order_by().values_list("earned_at", "amount_minor"):
        sums[local_date(at).strftime("%Y-%m")] += amount
    # Compact, because it has to fit into a QR code.
    return {"currency": currency, "earned_minor": sums}


def _paid(person: Artisan, today: date) -> dict[str, Any]:
    since = local_midnight(months_before(today, MONTHS))
    rows = Payout.objects.filter(workshop=person.workshop_id, state="paid", paid_at__gte=since)
    sums = rows.aggregate(n=Count("pk"), total=Sum("amount_minor"))
    return {"payments": sums["n"], "paid_minor": sums["total"] or 0, "currency": person.workshop.currency,
            "since": months_before(today, MONTHS).isoformat()}  # fmt: skip


def _advances(person: Artisan, today: date) -> dict[str, Any]:
    rows = Advance.objects.filter(workshop=person.workshop_id).exclude(begun_at=None)
    sums = rows.aggregate(n=Count("pk"), settled=Count("pk", filter=Q(state="settled")))
    taken = Instalment.objects.filter(advance__in=rows).aggregate(n=Sum(F("amount_minor") - F("returned_minor")))
    off = PayOff.objects.filter(advance__in=rows).aggregate(n=Sum("amount_minor"))
    return {"received": sums["n"], "paid_back_whole": sums["settled"],
            "paid_back_minor": (taken["n"] or 0) + (off["n"] or 0), "currency": person.workshop.currency}  # fmt: skip


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("name", "Name", "Jina", _name),
        Fact("workshop", "Workshop", "Karakana", lambda person, today: person.workshop.trade_name),
        Fact("county", "County", "Kaunti", lambda person, today: person.workshop.county.name),
        Fact("since", "With the factory since", "Yuko nasi tangu",
             lambda person, today: max(person.joined_on, person.workshop.joined_on).isoformat()),
        Fact("techniques", "Techniques and grades", "Ufundi na daraja", _techniques),
        Fact("pieces", "Pieces accepted", "Vipande vilivyokubaliwa", _pieces),
        Fact("on_time", "Work finished on time", "Kazi zilizokamilika kwa wakati", _on_time),
        Fact("months", "Earned by month", "Mapato kwa mwezi", _months),
        Fact("paid", "Paid by mobile money", "Malipo kwa simu", _paid),
        Fact("advances", "Advances paid back", "Malipo ya awali yaliyorudishwa", _advances),
    )
}  # fmt: skip
