"""Paid pieces that turned out faulty: whether a part of later pay may make it good is hers to say."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.factory.settlement import queries as settlement
from kiwanda.surfaces.phone.sync.kinds import designs
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, ms, short, uuids

SHOWN = 20


def ids(viewer: Viewer) -> list[str]:
    found = settlement.asked(viewer.actor).order_by("proposed_at", "pk")
    return [str(pk) for pk in found.values_list("pk", flat=True)[:SHOWN]]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = list(
        settlement.asked(viewer.actor)
        .filter(pk__in=uuids(wanted))
        .select_related("earning__work_order__production_order")
    )
    named = designs.variants(row.earning.work_order.production_order.variant_id for row in found)
    told: dict[str, Row] = {}
    for row in found:
        work = row.earning.work_order
        name, step = named[work.production_order.variant_id], designs.operation(work.operation_id)
        told[str(row.pk)] = short(
            {
                "t": viewer.words(name.en, name.sw),
                "o": viewer.words(step.en, step.sw),
                "w": work.code,
                "q": row.quantity,
                "a": row.amount_minor,
                "c": row.currency,
                "why": row.reason,
                "at": ms(row.proposed_at),
            }
        )
    return told


KIND = Kind("cor", ids, rows)
