"""Designs and how they are made: styles, tech packs, materials, routings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from kiwanda.core.ids import new_id


class Technique(models.Model):
    """A craft an operation needs and a workshop can have: cast, bead, wirework …"""

    code = models.SlugField(max_length=30, primary_key=True)
    name_en = models.CharField(max_length=80)
    name_sw = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name_en


class Material(models.Model):
    """A local, often upcycled material. ``recycled_percent`` is a claim until its lots prove it."""

    code = models.SlugField(max_length=40, primary_key=True)
    name_en = models.CharField(max_length=120)
    name_sw = models.CharField(max_length=120)
    unit = models.CharField(max_length=8, help_text="g, m, piece")
    recycled_percent = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(recycled_percent__lte=100), name="material_recycled_within_100")
        ]

    def __str__(self) -> str:
        return self.name_en


class Style(models.Model):
    """A design. Made only while ``released``."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=120)
    name_sw = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=40, blank=True)
    picture = models.CharField(max_length=64, blank=True, help_text="SHA-256 of a stored file")
    state = models.CharField(max_length=12, default="draft")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_en}"


class Variant(models.Model):
    """A sellable SKU of a style."""

    id = models.UUIDField(primary_key=True, default=new_id)
    style = models.ForeignKey(Style, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(max_length=60, unique=True)
    gtin = models.CharField(max_length=14, unique=True, help_text="GTIN-14 with check digit")
    name_en = models.CharField(max_length=160)
    options = models.JSONField(default=dict, blank=True)
    price_minor = models.BigIntegerField(help_text="wholesale price a piece")
    currency = models.CharField(max_length=3)
    weight_g = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    picture = models.CharField(max_length=64, blank=True, help_text="SHA-256 of a stored file")

    class Meta:
        ordering: ClassVar = ["sku"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(price_minor__gte=0), name="variant_price_positive")]

    def __str__(self) -> str:
        return f"{self.sku} {self.name_en}"


class TechPack(models.Model):
    """One revision of how a style is made. A released revision never changes; a change is a new revision."""

    id = models.UUIDField(primary_key=True, default=new_id)
    style = models.ForeignKey(Style, on_delete=models.PROTECT, related_name="tech_packs")
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default="draft")
    notes = models.TextField(blank=True)
    pictures = models.JSONField(default=list, blank=True, help_text="SHA-256 of stored files")
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)

    class Meta:
        ordering: ClassVar = ["style", "revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["style", "revision"], name="tech_pack_revision_once"),
            models.UniqueConstraint(fields=["style"], condition=Q(state="released"), name="tech_pack_one_released"),
        ]


class BillOfMaterialsLine(models.Model):
    """Material for one good piece, in the material's unit, yield losses included."""

    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="bill_of_materials")
    material = models.ForeignKey(Material, on_delete=models.PROTECT)
    operation_code = models.CharField(max_length=30, help_text="the operation that uses it")
    quantity_per_piece = models.DecimalField(max_digits=12, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tech_pack", "material", "operation_code"], name="bom_line_once"),
            models.CheckConstraint(condition=Q(quantity_per_piece__gt=0), name="bom_quantity_positive"),
        ]


class Operation(models.Model):
    """A step of a routing: one technique, standard minutes and piece rate for one good piece.

    The routing is a graph: an operation starts from the pieces of all its ``after`` operations. Once its tech pack is
    released, database triggers refuse any change of its rate, minutes, costs and floor (see ``rate_guard``).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    tech_pack = models.ForeignKey(TechPack, on_delete=models.CASCADE, related_name="operations")
    code = models.CharField(max_length=30)
    sequence = models.PositiveSmallIntegerField(help_text="topological order, for display and loops")
    name_en = models.CharField(max_length=120)
    name_sw = models.CharField(max_length=120)
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT)
    standard_minutes = models.DecimalField(max_digits=8, decimal_places=2)
    piece_rate_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="KES")
    costs_minor = models.BigIntegerField(
        default=0, help_text="tools, energy, own material and on-costs of one piece, on top of the labour floor"
    )
    material_costs_minor = models.BigIntegerField(default=0, help_text="of the costs: material the maker buys herself")
    tools_minor = models.BigIntegerField(default=0, help_text="of the costs: tools and energy; the rest are on-costs")
    floor_minor = models.BigIntegerField(null=True, help_text="the pay floor it was released against")
    min_lot = models.PositiveIntegerField(default=5)
    max_lot = models.PositiveIntegerField(default=200)
    after = models.ManyToManyField("self", symmetrical=False, related_name="before", blank=True)

    class Meta:
        ordering: ClassVar = ["tech_pack", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tech_pack", "code"], name="operation_code_once"),
            models.CheckConstraint(condition=Q(standard_minutes__gt=0), name="operation_minutes_positive"),
            models.CheckConstraint(condition=Q(piece_rate_minor__gt=0), name="operation_rate_positive"),
            models.CheckConstraint(condition=Q(costs_minor__gte=0), name="operation_costs_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    material_costs_minor__gte=0,
                    tools_minor__gte=0,
                    costs_minor__gte=models.F("material_costs_minor") + models.F("tools_minor"),
                ),
                name="operation_costs_in_parts",
            ),
            models.CheckConstraint(
                condition=Q(floor_minor__isnull=True) | Q(piece_rate_minor__gte=models.F("floor_minor")),
                name="operation_rate_above_floor",
            ),
            models.CheckConstraint(
                condition=Q(min_lot__gte=1) & Q(max_lot__gte=models.F("min_lot")), name="operation_lot_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.technique_id})"

    @property
    def on_costs_minor(self) -> int:
        """Insurance and unpaid time of the self-employed: the costs that are neither material nor tools."""
        return self.costs_minor - self.material_costs_minor - self.tools_minor
