"""Pieces another workshop says it gave to hers, until they are counted."""

from __future__ import annotations

from collections.abc import Sequence

from kiwanda.factory.production import queries as production
from kiwanda.surfaces.phone.sync.kinds import designs
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, ms, short, uuids


def ids(viewer: Viewer) -> list[str]:
    waiting = production.receivable(viewer.actor).filter(state="declared").order_by("declared_at", "pk")
    return [str(pk) for pk in waiting.values_list("pk", flat=True)]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = list(
        production.receivable(viewer.actor)
        .filter(pk__in=uuids(wanted), state="declared")
        .select_related("work_order__production_order", "work_order__workshop")
    )
    named = designs.variants(row.work_order.production_order.variant_id for row in found)
    rows: dict[str, Row] = {}
    for row in found:
        name = named[row.work_order.production_order.variant_id]
        step = designs.operation(row.work_order.operation_id)
        rows[str(row.pk)] = short(
            {
                "t": viewer.words(name.en, name.sw),
                "o": viewer.words(step.en, step.sw),
                "q": row.quantity,
                "from": row.work_order.workshop.trade_name,
                "at": ms(row.declared_at),
            }
        )
    return rows


KIND = Kind("in", ids, rows)
