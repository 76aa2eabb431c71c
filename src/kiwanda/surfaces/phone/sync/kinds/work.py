"""Work orders with everything that belongs to them: material, hand-ins, verdicts, what was taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kiwanda.core.rows import fetch_many
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import Reassignment, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.supply.models import Issue
from kiwanda.surfaces.phone.sync.kinds import designs
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, day, ms, short, uuids

#: Finished work that is still on the phone.
DONE = 40
#: Hand-ins and verdicts shown of one work order, the newest.
SHOWN = 8

Parts = dict[UUID, list[Row]]


def ids(viewer: Viewer) -> list[str]:
    found = dispatch.work_orders(viewer.actor).order_by()
    live = found.filter(state__in=LIVE_WORK_ORDERS).order_by("due_on", "pk").values_list("pk", flat=True)
    over = found.filter(closed_at__gte=viewer.since).exclude(state__in=LIVE_WORK_ORDERS)
    return [str(pk) for pk in (*live, *over.order_by("-closed_at", "pk").values_list("pk", flat=True)[:DONE])]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    found = [
        order
        for order in fetch_many(WorkOrder, "id", uuids(wanted))
        if order.workshop_id == viewer.workshop_id and (order.closed_at is None or order.closed_at >= viewer.since)
    ]
    # Only what can be there is asked for: most work orders a phone hears of have just begun.
    handed = [order.pk for order in found if order.handed_in_quantity]
    issues, hand_ins = _issues(viewer, [order.pk for order in found]), _hand_ins(handed)
    verdicts = _verdicts(viewer, [pk for pk in handed if any(row["s"] == "inspected" for row in hand_ins[pk])])
    moved = _moved([order.pk for order in found if order.taken_quantity])
    return {
        str(order.pk): short(
            _row(viewer, order)
            | {
                "iss": issues.get(order.pk, []),
                "his": hand_ins.get(order.pk, [])[-SHOWN:],
                "ins": verdicts.get(order.pk, [])[:SHOWN],
                "moved": moved.get(order.pk),
            }
        )
        for order in found
    }


def _row(viewer: Viewer, order: WorkOrder) -> Row:
    named = designs.of_order(order.production_order_id)
    step = designs.operation(order.operation_id)
    row: Row = {
        "s": order.state,
        "t": viewer.words(named.en, named.sw),
        "o": viewer.words(step.en, step.sw),
        "code": order.code,
        "q": order.most_quantity,
        "p": order.piece_rate_minor,
        "c": order.currency,
        "due": day(order.due_on),
        "pic": named.picture,
        "made": order.made_quantity,
        "handed": order.handed_in_quantity,
        "acc": order.accepted_quantity,
        "rew": order.rework_quantity,
        "rej": order.rejected_quantity,
    }
    if order.state in LIVE_WORK_ORDERS:
        row |= {
            "tech": step.technique,
            "steps": [list(pair) for pair in designs.instructions(step.tech_pack_id)],
        }
    return row


def _issues(viewer: Viewer, keys: Sequence[UUID]) -> Parts:
    found: Parts = defaultdict(list)
    for issue in fetch_many(Issue, "work_order_id", keys, "issued_at"):
        english, swahili, unit = designs.material(designs.material_of(issue.lot_id))
        found[issue.work_order_id].append(
            {
                "id": str(issue.pk),
                "n": viewer.words(english, swahili),
                "q": designs.plain(issue.quantity),
                "u": unit,
                "s": "sent" if issue.state == "issued" else "confirmed",
            }
        )
    return found


def _hand_ins(keys: Sequence[UUID]) -> Parts:
    found: Parts = defaultdict(list)
    for row in fetch_many(HandIn, "work_order_id", keys, "declared_at"):
        found[row.work_order_id].append(
            short(
                {
                    "id": str(row.pk),
                    "q": row.quantity,
                    "s": row.state,
                    "at": ms(row.declared_at),
                    "c": row.received_quantity,
                    "rework": row.is_rework,
                }
            )
        )
    return found


def _verdicts(viewer: Viewer, keys: Sequence[UUID]) -> Parts:
    found: Parts = defaultdict(list)
    if not keys:
        return found
    rows = Inspection.objects.filter(work_order_id__in=keys).select_related("appeal")
    for row in rows.prefetch_related("defects__code").order_by("-inspected_at", "pk"):
        defects = list(row.defects.all())
        appeal: Any = getattr(row, "appeal", None)
        found[row.work_order_id].append(
            short(
                {
                    "id": str(row.pk),
                    "at": ms(row.inspected_at),
                    "acc": row.accepted_quantity,
                    "rew": row.rework_quantity,
                    "rej": row.rejected_quantity,
                    "r": [[viewer.words(one.code.name_en, one.code.name_sw), one.quantity] for one in defects],
                    "note": row.note,
                    "pic": next((one.photo for one in defects if one.photo), ""),
                    "ap": "" if appeal is None else appeal.state,
                    "granted": 0 if appeal is None else appeal.granted_quantity,
                }
            )
        )
    return found


def _moved(keys: Sequence[UUID]) -> dict[UUID, Row]:
    """What was taken from her and may be contested: the newest of each work order."""
    found: dict[UUID, Row] = {}
    for row in fetch_many(Reassignment, "work_order_id", keys, "made_at"):
        if row.state == "made":
            found[row.work_order_id] = {"id": str(row.pk), "q": row.quantity}
    return found


KIND = Kind("work", ids, rows)
