"""Finished pieces, cartons and shipments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id
from kiwanda.factory.catalog.models import Variant
from kiwanda.factory.demand.models import OrderLine
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.network.models import Hub
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.quality.models import Inspection


class Shipment(models.Model):
    """Cartons that leave together for one destination."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12, unique=True)
    destination = models.CharField(max_length=80)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_ref = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, default="open")
    created_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)


class Carton(models.Model):
    """A closed box with an SSCC-18 at one hub."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sscc = models.CharField(max_length=18, unique=True)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="cartons")
    shipment = models.ForeignKey(Shipment, null=True, on_delete=models.PROTECT, related_name="cartons")
    state = models.CharField(max_length=10, default="packed")
    piece_count = models.PositiveIntegerField()
    packed_at = models.DateTimeField()
    packed_by = models.UUIDField(null=True)


class Piece(models.Model):
    """A finished, accepted, serialised piece. Packed for one order line; its way is the routing's work orders."""

    id = models.BigAutoField(primary_key=True)
    gtin = models.CharField(max_length=14)
    serial = models.CharField(max_length=20)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT)
    production_order = models.ForeignKey(ProductionOrder, on_delete=models.PROTECT, related_name="pieces")
    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, related_name="pieces", help_text="the last operation's"
    )
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="pieces")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT)
    carton = models.ForeignKey(Carton, null=True, on_delete=models.PROTECT, related_name="pieces")
    line = models.ForeignKey(OrderLine, null=True, on_delete=models.PROTECT, related_name="pieces")
    finished_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gtin", "serial"], name="piece_serial_once"),
            models.CheckConstraint(
                condition=Q(carton__isnull=True, line__isnull=True) | Q(carton__isnull=False, line__isnull=False),
                name="piece_packed_for_a_line",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["production_order", "hub"], condition=Q(carton=None), name="piece_unpacked")
        ]
