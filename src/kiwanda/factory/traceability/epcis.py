"""EPCIS 2.0 documents (JSON-LD) for a batch or a piece, after GS1 EPCIS/CBV 2.0.

Chain: material lot commissioned → issued to a workshop (shipping, receiving) → made (TransformationEvent) → inspected
→ packed (AggregationEvent) → shipped. CBV has no word for the maker: the extension ``kiwanda:maker`` carries a
pseudonymous place id, never a name. Work in progress and material lots have no GTIN: they get resolvable ids under the
factory's own address, which EPCIS allows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kiwanda.core import gs1
from kiwanda.core.clock import FACTORY_ZONE
from kiwanda.core.ids import derived_id
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.logistics.models import Carton, Piece
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.supply.models import Issue, MaterialLot
from kiwanda.factory.traceability.genealogy import Way

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

#: UN/CEFACT recommendation 20 codes of the units materials are kept in; single pieces carry none.
UNITS = {"g": "GRM", "kg": "KGM", "m": "MTR", "cm": "CMT", "ml": "MLT", "l": "LTR"}

#: The CBV 2.0 values this module uses; anything else is a mistake and is refused before it leaves.
BIZ_STEPS = frozenset({"commissioning", "shipping", "receiving", "inspecting", "packing"})
DISPOSITIONS = frozenset({"active", "in_progress", "in_transit", "conformant", "non_conformant"})


def document(way: Way, base_url: str, created_at: datetime) -> dict[str, Any]:
    """One EPCISDocument for ``way``, events in time order."""
    names = _Names(base_url.rstrip("/"), way.production_order.code)
    events = [
        *(_lot_commissioned(lot, names) for lot in way.lots),
        *(event for issue in way.issues for event in _issued(issue, names)),
        *(event for row in way.inspections for event in _made_and_inspected(row, way, names)),
        *(event for carton in way.cartons for event in _packed_and_shipped(carton, way, names)),
    ]
    events.sort(key=lambda event: (event["eventTime"], event["eventID"]))
    for event in events:
        _refuse_foreign_words(event)
    return {
        "@context": [CONTEXT, {"kiwanda": names.namespace}],
        "id": f"urn:uuid:{derived_id('epcis', way.production_order.pk, *(piece.pk for piece in way.pieces[:1]))}",
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(created_at),
        "epcisBody": {"eventList": events},
    }


class _Names:
    """Identifiers of everything in one document."""

    def __init__(self, base_url: str, batch: str) -> None:
        self.base = base_url
        self.batch = batch
        self.namespace = f"{base_url}/ns/epcis#"

    def piece(self, piece: Piece) -> str:
        return gs1.sgtin_link(piece.gtin, piece.serial)

    def lot(self, lot: MaterialLot) -> str:
        return f"{self.base}/p/material/{lot.material_id}/lot/{lot.code}"

    def work(self, order_code: str) -> str:
        return f"{self.base}/p/work/{self.batch}/{order_code}"

    def place(self, identifier: UUID) -> dict[str, str]:
        return {"id": gs1.sgln_link(gs1.self_issued_gln(identifier))}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _base(kind: str, identity: tuple[object, ...], at: datetime) -> dict[str, Any]:
    offset = at.astimezone(FACTORY_ZONE).strftime("%z")
    return {
        "type": kind,
        "eventID": f"urn:uuid:{derived_id('epcis-event', *identity)}",
        "eventTime": _time(at),
        "eventTimeZoneOffset": f"{offset[:3]}:{offset[3:]}",
    }


def _amount(identifier: str, quantity: Decimal | int, unit: str | None = None) -> dict[str, Any]:
    element: dict[str, Any] = {"epcClass": identifier, "quantity": float(quantity)}
    if unit in UNITS:
        element["uom"] = UNITS[unit]
    return element


def _lot_commissioned(lot: MaterialLot, names: _Names) -> dict[str, Any]:
    return {
        **_base("ObjectEvent", ("lot", lot.pk), lot.received_at),
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "quantityList": [_amount(names.lot(lot), lot.received_quantity, lot.material.unit)],
        "readPoint": names.place(lot.hub_id),
        "bizLocation": names.place(lot.hub_id),
        "ilmd": {
            "kiwanda:material": lot.material.name_en,
            "kiwanda:recycledPercent": lot.recycled_percent,
            **({"kiwanda:assay": lot.assay_ref} if lot.assay_ref else {}),
        },
    }


def _issued(issue: Issue, names: _Names) -> list[dict[str, Any]]:
    unit = issue.lot.material.unit
    workshop = issue.work_order.workshop_id
    events = [
        {
            **_base("ObjectEvent", ("issue", issue.pk), issue.issued_at),
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "quantityList": [_amount(names.lot(issue.lot), issue.quantity, unit)],
            "readPoint": names.place(issue.lot.hub_id),
        }
    ]
    if issue.confirmed_at is not None and issue.received_quantity is not None:
        events.append(
            {
                **_base("ObjectEvent", ("issue-received", issue.pk), issue.confirmed_at),
                "action": "OBSERVE",
                "bizStep": "receiving",
                "disposition": "in_progress",
                "quantityList": [_amount(names.lot(issue.lot), issue.received_quantity, unit)],
                "readPoint": names.place(workshop),
                "bizLocation": names.place(workshop),
            }
        )
    return events


def _made_and_inspected(row: Inspection, way: Way, names: _Names) -> list[dict[str, Any]]:
    order = row.work_order
    good = row.accepted_quantity
    pieces = [piece for piece in way.pieces if piece.inspection_id == row.pk]
    events: list[dict[str, Any]] = []
    if good:
        made: dict[str, Any] = {
            **_base("TransformationEvent", ("made", row.pk), row.hand_in.declared_at),
            "bizStep": "commissioning",
            "disposition": "in_progress",
            "readPoint": names.place(order.workshop_id),
            "bizLocation": names.place(order.workshop_id),
            "kiwanda:maker": gs1.sgln_link(gs1.self_issued_gln(order.workshop_id)),
            "kiwanda:operation": order.operation.code,
            "kiwanda:technique": order.operation.technique_id,
        }
        inputs = _inputs(order, way, names)
        if inputs:
            made["inputQuantityList"] = inputs
        if pieces:
            made["outputEPCList"] = [names.piece(piece) for piece in pieces]
        else:
            made["outputQuantityList"] = [_amount(names.work(order.code), good)]
        if not inputs:
            # Nothing went in that we account for: an ObjectEvent that creates, not a transformation.
            made["type"] = "ObjectEvent"
            made["action"] = "ADD"
            if pieces:
                made["epcList"] = made.pop("outputEPCList")
            else:
                made["quantityList"] = made.pop("outputQuantityList")
        events.append(made)
        events.append(_verdict(row, names, pieces, good, "conformant"))
    failed = row.rework_quantity + row.rejected_quantity
    if failed:
        events.append(_verdict(row, names, [], failed, "non_conformant"))
    return events


def _inputs(order: WorkOrder, way: Way, names: _Names) -> list[dict[str, Any]]:
    """Share of the order's materials and components; the whole work order's, stated once per inspection's event."""
    codes = {work.pk: work.code for work in way.work_orders}
    inputs = [
        _amount(
            names.lot(issue.lot),
            issue.received_quantity if issue.received_quantity is not None else issue.quantity,
            issue.lot.material.unit,
        )
        for issue in way.issues
        if issue.work_order_id == order.pk
    ]
    inputs += [
        _amount(names.work(codes[source]), quantity)
        for source, quantity in way.inputs_of.get(order.pk, [])
        if source in codes
    ]
    return inputs


def _verdict(row: Inspection, names: _Names, pieces: list[Piece], quantity: int, disposition: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        **_base("ObjectEvent", ("inspected", row.pk, disposition), row.inspected_at),
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": disposition,
        "readPoint": names.place(row.hand_in.hub_id),
        "bizLocation": names.place(row.hand_in.hub_id),
    }
    if pieces:
        event["epcList"] = [names.piece(piece) for piece in pieces]
    else:
        event["quantityList"] = [_amount(names.work(row.work_order.code), quantity)]
    defects = sorted({defect.code_id for defect in row.defects.all()})
    if disposition == "non_conformant" and defects:
        event["kiwanda:defects"] = defects
    return event


def _packed_and_shipped(carton: Carton, way: Way, names: _Names) -> list[dict[str, Any]]:
    inside = [names.piece(piece) for piece in way.pieces if piece.carton_id == carton.pk]
    parent = gs1.sscc_link(carton.sscc)
    events: list[dict[str, Any]] = [
        {
            **_base("AggregationEvent", ("packed", carton.pk, way.production_order.pk), carton.packed_at),
            "action": "ADD",
            "bizStep": "packing",
            "disposition": "in_progress",
            "parentID": parent,
            "childEPCs": inside,
            "readPoint": names.place(carton.hub_id),
            "bizLocation": names.place(carton.hub_id),
        }
    ]
    if carton.state == "shipped" and carton.shipment is not None and carton.shipment.dispatched_at is not None:
        events.append(
            {
                **_base("ObjectEvent", ("shipped", carton.pk), carton.shipment.dispatched_at),
                "action": "OBSERVE",
                "bizStep": "shipping",
                "disposition": "in_transit",
                "epcList": [parent],
                "readPoint": names.place(carton.hub_id),
            }
        )
    return events


def _refuse_foreign_words(event: dict[str, Any]) -> None:
    """The GS1 schema lets wrong business steps and dispositions pass; this does not."""
    if event["bizStep"] not in BIZ_STEPS or event["disposition"] not in DISPOSITIONS:
        raise ValueError(f"{event['bizStep']}/{event['disposition']} is not in the CBV")
    if any(":" not in key for key in event.get("ilmd", {})):
        raise ValueError("ilmd fields need a namespace")
