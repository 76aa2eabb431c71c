"""What `kiwanda audit` proves about finished pieces, cartons and shipments."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q

from kiwanda.core.audit import check
from kiwanda.core.models import Event
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.logistics.models import Carton, Piece, Shipment
from kiwanda.factory.planning.models import Peg
from kiwanda.factory.quality.models import Inspection


@check("Every accepted piece of a last operation is exactly one serialised piece.")
def accepted_pieces_are_serialised() -> Iterator[str]:
    last = Inspection.objects.filter(work_order__operation__before=None)
    rows = last.annotate(n=Count("pieces", distinct=True)).values_list(
        "pk", "accepted_quantity", "appeal__state", "appeal__granted_quantity", "n"
    )
    for inspection, accepted, appeal, granted, pieces in rows:
        expected = accepted + (granted or 0 if appeal == "granted" else 0)
        if pieces != expected:
            yield f"Inspection {inspection} accepted {expected} finished pieces but {pieces} have serials."


@check("A packed piece lies in a live carton for a line its production order is pegged to, within the peg.")
def packed_within_pegs() -> Iterator[str]:
    packed = Piece.objects.filter(carton__isnull=False).values("production_order_id", "line_id").annotate(n=Count("id"))
    pegs = {(p.production_order_id, p.line_id): p.quantity for p in Peg.objects.all().iterator()}
    for row in packed:
        pegged = pegs.get((row["production_order_id"], row["line_id"]), 0)
        if row["n"] > pegged:
            yield (
                f"Production order {row['production_order_id']} has {row['n']} pieces packed for line "
                f"{row['line_id']}, pegged are {pegged}."
            )
    for sscc in Carton.objects.filter(state="unpacked", pieces__isnull=False).values_list("sscc", flat=True).distinct():
        yield f"Carton {sscc} was unpacked but still holds pieces."


@check("A carton's count is the number of pieces in it.")
def carton_counts() -> Iterator[str]:
    rows = Carton.objects.exclude(state="unpacked").annotate(n=Count("pieces")).exclude(n=F("piece_count"))
    for carton in rows:
        yield f"Carton {carton.sscc} says {carton.piece_count} pieces and holds {carton.n}."


@check("Shipped pieces per order line equal the line's shipped quantity.")
def shipped_per_line() -> Iterator[str]:
    lines = OrderLine.objects.annotate(n=Count("pieces", filter=Q(pieces__carton__state="shipped"))).exclude(
        n=F("shipped_quantity")
    )
    for line in lines.values("pk", "shipped_quantity", "n"):
        yield f"Order line {line['pk']} says {line['shipped_quantity']} shipped; {line['n']} pieces left in cartons."


@check("A shipped carton travels in a dispatched shipment, and its events say so.")
def shipments_complete() -> Iterator[str]:
    for sscc in (
        Carton.objects.filter(state="shipped")
        .exclude(shipment__state__in=["dispatched", "delivered"])
        .values_list("sscc", flat=True)
    ):
        yield f"Carton {sscc} is shipped without a dispatched shipment."
    told = set(Event.objects.filter(type="logistics.ShipmentDispatched").values_list("subject_id", flat=True))
    for shipment in Shipment.objects.filter(state__in=["dispatched", "delivered"]):
        if shipment.pk not in told:
            yield f"Shipment {shipment.code} left without its event."
