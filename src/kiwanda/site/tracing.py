"""EPCIS documents for the command line."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from kiwanda.core import clock
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.traceability import epcis
from kiwanda.factory.traceability.genealogy import way_of_batch, way_of_piece


def epcis_document(name: str) -> dict[str, Any] | None:
    """The document of ``GTIN/serial`` or of a production order code; None when there is no such thing."""
    if "/" in name:
        gtin, _, serial = name.partition("/")
        piece = Piece.objects.filter(gtin=gtin, serial=serial).select_related("production_order__tech_pack").first()
        way = way_of_piece(piece) if piece else None
    else:
        order = ProductionOrder.objects.select_related("tech_pack").filter(code=name).first()
        way = way_of_batch(order) if order else None
    return None if way is None else epcis.document(way, settings.KIWANDA_PUBLIC_URL, clock.now())
