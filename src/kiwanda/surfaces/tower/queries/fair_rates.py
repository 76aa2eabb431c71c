"""The rate board: every operation in use, what it pays, what an hour of it brought, and what is said against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiwanda.core.actors import Actor
from kiwanda.core.clock import local_date
from kiwanda.core.money import format_money
from kiwanda.factory.catalog import queries as catalog
from kiwanda.factory.catalog.models import Operation, PieceRate, RateAppeal, TimeStudy
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.records import hourly

#: Weeks that effective hourly pay is looked at over.
WEEKS = 12
#: More than this share of workshops under the benchmark hour at an operation is an alarm.
ALARM_SHARE = 0.25
#: Fewer workshops than this tell too little for one.
ALARM_LEAST = 5
#: Seconds a spread is taken for current: it is worked out over every earning of twelve weeks.
KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One operation of a released revision."""

    operation: Operation
    floor_minor: int | None
    spread: hourly.Spread | None
    study: TimeStudy | None
    under_way: PieceRate | None
    appeals: int

    @property
    def over_minor(self) -> int:
        return self.operation.piece_rate_minor - (self.floor_minor or 0)

    @property
    def is_alarming(self) -> bool:
        spread = self.spread
        return spread is not None and spread.count >= ALARM_LEAST and spread.below_share > ALARM_SHARE


@dataclass(frozen=True, slots=True)
class Spreads:
    """Hourly pay over all workshops, and by operation."""

    everybody: hourly.Spread | None
    by_kind: dict[hourly.Kind, hourly.Spread]


_kept: tuple[datetime, int, Spreads] | None = None


def spreads(now: datetime) -> Spreads:
    """What an hour brought in the last twelve weeks."""
    global _kept
    from kiwanda.core.events import latest_position

    position = latest_position()
    if _kept is not None and (_kept[1] == position or 0 <= (now - _kept[0]).total_seconds() < KEPT_SECONDS):
        return _kept[2]
    found = hourly.rows(now - timedelta(weeks=WEEKS), now)
    by_kind: dict[hourly.Kind, list[hourly.HourlyPay]] = defaultdict(list)
    for row in found:
        by_kind[row.kind].append(row)
    spread_of = {kind: hourly.spread(rows, now) for kind, rows in by_kind.items()}
    made = Spreads(
        hourly.spread(hourly.by_workshop(found), now), {kind: one for kind, one in spread_of.items() if one is not None}
    )
    _kept = (now, position, made)
    return made


def board(actor: Actor, now: datetime) -> list[BoardRow]:
    """Every operation in use, those that need somebody first."""
    today = local_date(now)
    operations = Operation.objects.filter(tech_pack__state="released").select_related("tech_pack__style", "technique")
    studies: dict[hourly.Kind, TimeStudy] = {}
    for study in TimeStudy.objects.filter(state="closed").select_related("operation__tech_pack").order_by("closed_at"):
        studies[study.operation.tech_pack.style_id, study.operation.code] = study
    under_way = {
        row.operation_id: row
        for row in catalog.piece_rates(actor).filter(state__in=["proposed", "reviewed"]).order_by("proposed_at")
    }
    appeals: dict[UUID, int] = defaultdict(int)
    for (operation_id,) in catalog.rate_appeals(actor).filter(state="open").values_list("operation_id"):
        appeals[operation_id] += 1
    found = spreads(now).by_kind
    floors = {row.operation.pk: row.floor_minor for row in catalog.rates_below_floor(today)}
    rows = [
        BoardRow(
            row, floors.get(row.pk, row.floor_minor), found.get((row.tech_pack.style_id, row.code)),
            studies.get((row.tech_pack.style_id, row.code)), under_way.get(row.pk), appeals.get(row.pk, 0),
        )
        for row in operations
    ]  # fmt: skip
    return sorted(
        rows,
        key=lambda row: (
            not row.appeals, row.over_minor >= 0, not row.is_alarming, row.under_way is None,
            row.operation.tech_pack.style.code, row.operation.sequence,
        ),
    )  # fmt: skip


def appeals(actor: Actor) -> QuerySet[RateAppeal]:
    """Open objections with their operations, soonest answer first."""
    return catalog.rate_appeals(actor).filter(state="open").select_related("operation__tech_pack__style")


def names(workshop_ids: list[UUID]) -> dict[UUID, Workshop]:
    """Workshops by id."""
    return Workshop.objects.in_bulk(workshop_ids)


def alarms(actor: Actor, now: datetime) -> list[tuple[str, str, str, str, date | None, str]]:
    """What Today says of rates: (severity, subject, title, what, since, address), most pressing first."""
    today = local_date(now)
    found: list[tuple[str, str, str, str, date | None, str]] = []
    board_url = reverse("tower:rates")
    known = list(appeals(actor))
    shops = names([row.workshop_id for row in known])
    for row in known:
        shop = shops.get(row.workshop_id)
        days = (row.answer_by - today).days
        operation = f"{row.operation.tech_pack.style.name_en} · {row.operation.code}"
        found.append(
            (
                "urgent" if days <= 0 else "soon" if days <= 3 else "note",
                _("Rate"),
                _("%(workshop)s objects to the rate of %(operation)s")
                % {"workshop": shop.trade_name if shop else "–", "operation": operation},
                _("“%(reason)s” · answer by %(day)s") % {"reason": row.reason, "day": row.answer_by.isoformat()},
                local_date(row.filed_at),
                reverse("tower:rate", args=[row.operation_id]),
            )
        )
    below = list(catalog.rates_below_floor(today))
    if below:
        first = below[0]
        found.append(
            (
                "urgent", _("Rate"),
                ngettext("%(count)s rate is below the pay floor", "%(count)s rates are below the pay floor", len(below))
                % {"count": len(below)},
                _("%(operation)s pays %(rate)s, the floor is %(floor)s")
                % {
                    "operation": f"{first.operation.tech_pack.style.name_en} · {first.operation.code}",
                    "rate": format_money(first.operation.piece_rate_minor, first.operation.currency),
                    "floor": format_money(first.floor_minor, first.operation.currency),
                },
                today, board_url,
            )
        )  # fmt: skip
    everybody = spreads(now).everybody
    if everybody is not None and everybody.count >= ALARM_LEAST and everybody.below_share > ALARM_SHARE:
        found.append(
            (
                "soon", _("Hourly pay"),
                _("%(share)s %% of workshops earn less an hour than the benchmark")
                % {"share": round(100 * everybody.below_share)},
                _("Last %(weeks)s weeks: median %(median)s, slowest tenth %(p10)s, benchmark %(floor)s an hour")
                % {
                    "weeks": WEEKS,
                    "median": format_money(everybody.median_minor, "KES"),
                    "p10": format_money(everybody.p10_minor, "KES"),
                    "floor": format_money(everybody.floor_minor, "KES"),
                },
                None, board_url,
            )
        )  # fmt: skip
    order = {"urgent": 0, "soon": 1, "note": 2}
    return sorted(found, key=lambda row: order[row[0]])
